package provider

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// Helpers return errors and add only warnings to the diagnostics. The methods that Terraform calls add the errors.

// addError adds an error with a static summary. Its detail names the person or ID, the request, the API's message, and what to do.
// A *guard.Error and a *failure have their own summaries.
func addError(diags *diag.Diagnostics, summary, subject string, err error) {
	var veto *guard.Error
	if errors.As(err, &veto) {
		diags.AddError(veto.Summary, veto.Detail)
		return
	}
	var failed *failure
	if !errors.As(err, &failed) {
		failed = &failure{summary: summary, err: err}
	}
	detail := failed.detail
	if failed.err != nil {
		detail = explain(subject, failed.err)
	}
	if failed.attribute == "" {
		diags.AddError(failed.summary, detail)
		return
	}
	diags.AddAttributeError(path.Root(failed.attribute), failed.summary, detail)
}

// failure is an error with its own summary, and with a detail or a cause.
type failure struct {
	attribute, summary, detail string
	err                        error
}

func (f *failure) Error() string {
	if f.err != nil {
		return f.summary + ": " + f.err.Error()
	}
	return f.summary + ": " + f.detail
}

func (f *failure) Unwrap() error { return f.err }

// warning is one warning. Its summary names the person, because the CLI merges warnings with equal summaries.
type warning struct{ summary, detail string }

func addWarnings(diags *diag.Diagnostics, warnings ...warning) {
	for _, w := range warnings {
		diags.AddWarning(w.summary, w.detail)
	}
}

// addUnconfirmedRoles warns that a change of roles may or may not have been made.
func addUnconfirmedRoles(diags *diag.Diagnostics, email string, err error) {
	diags.AddWarning(fmt.Sprintf("The roles of %s are unconfirmed", email),
		explain(email, err)+" The member is managed now.")
}

// explain returns a failure with advice, without control characters.
func explain(subject string, err error) string {
	detail := err.Error()
	if subject != "" {
		detail = subject + ": " + detail
	}
	if hint := advice(err); hint != "" {
		detail += "\n\n" + hint
	}
	lines := strings.Split(detail, "\n")
	for i, line := range lines {
		lines[i] = modelprime.Visible(line)
	}
	return strings.Join(lines, "\n")
}

// advice returns what the user can do.
func advice(err error) string {
	var wrong *wrongOrganizationError
	var incomplete *roster.IncompleteError
	var several *roster.SeveralError
	var failed *modelprime.APIError
	switch {
	case errors.As(err, &wrong):
		return "Nothing was changed, in the organization or in the state. Use a token of the organization in the state."
	case errors.Is(err, errNoOrganization):
		return "Nothing was changed. The organization_id can be lost when a state is edited by hand. Remove the resource from the state (terraform state rm) and " +
			"import it again."
	case errors.As(err, &incomplete):
		return "The provider does not use an incomplete list. Members may have joined or left while it was read: run again. If the error stays, the API may count " +
			"its members differently. " + undecided("list")
	case errors.As(err, &several):
		return "The address does not identify one member. Use the user ID."
	case errors.Is(err, roster.ErrNobody):
		return notJoinedYet
	case errors.Is(err, roster.ErrGone):
		return "Plan again with a refresh (without -refresh=false): the member then leaves the state."
	case errors.As(err, &failed):
		if errors.Is(err, roster.ErrStillListed) {
			return "The two responses contradict each other, so the state keeps the member. Run again. If the error stays, " + checkEndpoint(failed) + "."
		}
		return apiAdvice(failed)
	}
	return ""
}

const notJoinedYet = "An invited person becomes a member only when they accept the invitation; until then the API does not know them."

// doctor is the advice if the API differs from the contract.
const doctor = "make doctor, in the provider's repository, shows where the live API differs from what the provider expects."

// undecided is the advice for a point of internal/contract/README.md that has other plausible variations.
func undecided(point string) string {
	return fmt.Sprintf("This depends on an unverified assumption about the API (point %q): ", point) + doctor
}

func checkEndpoint(failed *modelprime.APIError) string {
	return "check the provider's endpoint (MODELPRIME_ENDPOINT), which is " + failed.Endpoint + ", and whether a proxy answers in its place"
}

func apiAdvice(failed *modelprime.APIError) string {
	hint := ""
	switch failed.Kind {
	case modelprime.KindStatus:
		hint = statusAdvice(failed)
	case modelprime.KindReply:
		hint = "The response is not what the Model-Prime API documents: " + checkEndpoint(failed) + ". If the endpoint is right, " + doctor
		if failed.Operation == modelprime.OperationListUsers {
			hint = "The response is not what the provider expects: " + checkEndpoint(failed) + ". " + undecided("list")
		}
	case modelprime.KindUnreachable:
		hint = "No connection could be made to the endpoint " + failed.Endpoint + ". Check the network, the proxy settings (HTTPS_PROXY) and the provider's endpoint (MODELPRIME_ENDPOINT), and run again."
	case modelprime.KindTimeout:
		hint = "The endpoint " + failed.Endpoint + " did not answer in time. Check the network and the proxy settings (HTTPS_PROXY), or raise the provider's request_timeout, and run again."
	case modelprime.KindNetwork:
		hint = "The connection to the endpoint " + failed.Endpoint + " broke. Check the network and the proxy settings (HTTPS_PROXY), and run again."
	}
	if failed.Unconfirmed {
		hint += " The change is unconfirmed: it may have been made. The next plan shows it."
	}
	return strings.TrimSpace(hint)
}

func statusAdvice(reply *modelprime.APIError) string {
	ofUser := strings.Contains(reply.Template, "{id}")
	switch {
	case reply.Status == http.StatusUnauthorized:
		return "The API did not accept the token. It may have expired or been revoked, or belong to another e-mail address. Create a new one " +
			"in the Model-Prime web app under Configurations, tab Personal Access Tokens, and set it as token (MODELPRIME_TOKEN) with its owner's email (MODELPRIME_EMAIL)."
	case reply.Status == http.StatusForbidden && ofUser && reply.Method == http.MethodGet:
		return adminNeeded + " If the token's owner is an admin, the user may no longer be a member. The provider accepts only a 404 as proof of that, so the state keeps the user. " + undecided("gone")
	case reply.Status == http.StatusForbidden:
		return adminNeeded
	case reply.Status == http.StatusGone && ofUser:
		return "The API says that the user is gone. The provider accepts only a 404 as proof of that, so the state keeps the user. " + undecided("gone")
	case reply.Operation == modelprime.OperationInviteUser && (reply.Status == http.StatusBadRequest || reply.Status == http.StatusConflict || reply.Status == http.StatusUnprocessableEntity):
		return "The person may have joined, or been invited before. If the API refuses every second invitation, undo the change of resend and leave reinvite_after unset. " + undecided("invite-again")
	case reply.Status == http.StatusNotFound && ofUser && !reply.HTML:
		return "The user is not a member of this organization. Plan again with a refresh (without -refresh=false)."
	case reply.Status == http.StatusNotFound:
		return "The response did not come from the Model-Prime API: " + checkEndpoint(reply) + "."
	case reply.Status == http.StatusTooManyRequests && reply.RetryAfter > 0:
		return "The API limits the number of requests. Run again in " + modelprime.FormatWait(reply.RetryAfter) + ", or lower max_concurrent_requests."
	case reply.Status == http.StatusTooManyRequests:
		return "The API limits the number of requests. Run again in a few minutes, or lower max_concurrent_requests."
	case reply.RetryAfter > 0:
		return "The API asks to wait. Run again in " + modelprime.FormatWait(reply.RetryAfter) + "."
	case reply.Status/100 == 3:
		return "The endpoint answers with a redirect. The provider follows no redirects, so that the credentials stay with the configured host: " + checkEndpoint(reply) + "."
	case reply.Status >= 500:
		return "The API failed. Run again later."
	}
	return ""
}

const adminNeeded = `The token's owner may not do this: managing members needs the role "admin". Use an admin's token.`
