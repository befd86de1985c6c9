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

// Helpers return an error and add their warnings to the diagnostics; only what Terraform calls adds the error.

// addError reports a failure: a static summary, and a detail that names the person or id, what was asked, what the API
// said, and what one can do. A guard and a failure bring a summary of their own.
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

// failure is an error with a summary of its own. It has a detail, or the error that it is about.
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

// warning is one message to the reader of a plan. Its summary names the person, for the CLI folds equal summaries.
type warning struct{ summary, detail string }

func addWarnings(diags *diag.Diagnostics, warnings []warning) {
	for _, w := range warnings {
		diags.AddWarning(w.summary, w.detail)
	}
}

// addUncertainRoles tells that a PUT of roles may or may not have been carried out.
func addUncertainRoles(diags *diag.Diagnostics, email string, err error) {
	diags.AddWarning(fmt.Sprintf("Nobody knows whether the roles of %s were changed", email),
		explain(email, err)+" The member is managed now; the next plan shows their roles as they are.")
}

// explain tells a failure and what to do about it.
func explain(subject string, err error) string {
	detail := err.Error()
	if subject != "" {
		detail = subject + ": " + detail
	}
	if hint := advice(err); hint != "" {
		detail += "\n\n" + hint
	}
	return detail
}

// advice says what the reader can do.
func advice(err error) string {
	var wrong *roster.WrongOrganizationError
	var incomplete *roster.IncompleteError
	var several *roster.SeveralError
	var failed *modelprime.APIError
	switch {
	case errors.As(err, &wrong):
		return "Nothing was changed, in the organization or in the state. Use a token of the organization that is meant, " +
			"or correct organization_id (MODELPRIME_ORGANIZATION_ID) in the provider's configuration."
	case errors.As(err, &incomplete):
		return "Members come and go while the list is read, or the API counts wrong. Nothing was decided on such a list. Run again."
	case errors.As(err, &several):
		return "An address does not tell which of them is meant. Use the user id."
	case errors.As(err, &failed):
		return apiAdvice(failed)
	}
	return ""
}

func apiAdvice(failed *modelprime.APIError) string {
	switch failed.Kind {
	case modelprime.KindStatus:
		return statusAdvice(failed)
	case modelprime.KindReply:
		return "The answer is not the API's. Check the provider's endpoint, and whether a proxy answers in its place."
	case modelprime.KindUnreachable:
		return "The API could not be reached. Check the network, the proxy settings (HTTPS_PROXY) and the provider's endpoint, and run again."
	}
	return "The request left, and no whole reply came. Check the network, the proxy settings (HTTPS_PROXY) and the provider's request_timeout, and run again."
}

func statusAdvice(reply *modelprime.APIError) string {
	switch {
	case reply.Status == http.StatusUnauthorized:
		return "The token was not accepted: it may have expired or been revoked, or belong to another e-mail address. Make a new " +
			"personal access token in the Model-Prime app, under the account's settings, and pass it as token (MODELPRIME_TOKEN) with its owner's email (MODELPRIME_EMAIL)."
	case reply.Status == http.StatusForbidden:
		return "The token's owner may not do this: managing users takes the role \"admin\". Use an admin's token."
	case reply.Status == http.StatusNotFound && reply.HTML:
		return "The answer did not come from the API itself. Check the provider's endpoint (MODELPRIME_ENDPOINT), and whether a proxy answers in its place."
	case reply.Status == http.StatusNotFound && strings.HasSuffix(reply.Template, "/organization"):
		return "Nothing answers there. Check the provider's endpoint (MODELPRIME_ENDPOINT)."
	case reply.Status == http.StatusTooManyRequests && reply.RetryAfter > 0:
		return fmt.Sprintf("The API limits the rate of requests. Run again in %s, or lower max_concurrent_requests.", reply.RetryAfter)
	case reply.Status == http.StatusTooManyRequests:
		return "The API limits the rate of requests. Run again in a few minutes, or lower max_concurrent_requests."
	case reply.RetryAfter > 0:
		return fmt.Sprintf("The API asks to wait. Run again in %s.", reply.RetryAfter)
	case reply.Status >= 300 && reply.Status < 400:
		return "The endpoint answers with a redirect, and none is followed: credentials stay with the configured host. Check the provider's endpoint (MODELPRIME_ENDPOINT)."
	case reply.Status >= 500:
		return "The API failed. Run again later; nothing is lost by it."
	}
	return ""
}
