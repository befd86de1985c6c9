package provider

import (
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// The advice that each kind of error gives. The fault matrix shows where each kind occurs.
func TestAdviceOfErrors(t *testing.T) {
	const endpoint = "https://api.example.com/v1"
	failed := func(method, template string, status int, edits ...func(*modelprime.APIError)) error {
		e := &modelprime.APIError{
			Operation: map[string]string{"/users": "listUsers", "/users/invite": "inviteUser"}[template], Method: method, Template: template, Path: strings.Replace(template, "{id}", "auth0%7C64f0", 1), Endpoint: endpoint,
			Kind: modelprime.KindStatus, Status: status, Message: "no",
		}
		for _, edit := range edits {
			edit(e)
		}
		return e
	}
	kind := func(k modelprime.Kind) func(*modelprime.APIError) {
		return func(e *modelprime.APIError) { e.Kind, e.Status = k, 0 }
	}
	wait := func(d time.Duration) func(*modelprime.APIError) {
		return func(e *modelprime.APIError) { e.RetryAfter = d }
	}
	page := func(e *modelprime.APIError) { e.HTML = true }
	unconfirmed := func(e *modelprime.APIError) { e.Unconfirmed = true }
	const user, roles = "/users/{id}", "/users/{id}/roles"
	for name, test := range map[string]struct {
		err   error
		tells []string
	}{
		"401":                      {failed("GET", "/organization", 401), []string{"401: no", "Configurations, tab Personal Access Tokens", "MODELPRIME_TOKEN", "MODELPRIME_EMAIL"}},
		"403":                      {failed("PUT", roles, 403), []string{`needs the role "admin"`, "Use an admin's token."}},
		"403 of a member":          {failed("GET", user, 403), []string{`needs the role "admin"`, "only a 404", "make doctor"}},
		"404 of everything":        {failed("GET", "/organization", 404), []string{"The response did not come from the Model-Prime API", "MODELPRIME_ENDPOINT", endpoint}},
		"404 as a page":            {failed("GET", user, 404, page), []string{"The response did not come from the Model-Prime API", endpoint, "proxy"}},
		"404 of a user":            {failed("POST", "/users/{id}/reset_password", 404), []string{"not a member of this organization", "-refresh=false"}},
		"404 that the list backs":  {fmt.Errorf("%w: %w", roster.ErrGone, failed("PUT", roles, 404)), []string{"no longer a member", "PUT /users/auth0%7C64f0/roles: 404: no", "Plan again with a refresh"}},
		"404 that it contradicts":  {fmt.Errorf("%w: %w", roster.ErrStillListed, failed("GET", user, 404)), []string{"still contains this ID", "contradict each other", "the state keeps the member", endpoint}},
		"410 of a user":            {failed("GET", user, 410), []string{"the user is gone", "only a 404 as proof", "the state keeps the user", "make doctor"}},
		"422 of an invitation":     {failed("POST", "/users/invite", 422), []string{"been invited before", "undo the change of resend", "make doctor"}},
		"429":                      {failed("GET", "/users", 429), []string{"Run again in a few minutes", "max_concurrent_requests"}},
		"429 with a wait":          {failed("GET", "/users", 429, wait(6100*time.Millisecond)), []string{"asks to wait 7 seconds", "Run again in 7 seconds"}},
		"429 with an hour's":       {failed("GET", "/users", 429, wait(time.Hour)), []string{"Run again in 60 minutes"}},
		"429 with an absurd wait":  {failed("GET", "/users", 429, wait(math.MaxInt64)), []string{"asks to wait more than 100 days", "Run again in more than 100 days"}},
		"503 with a wait":          {failed("GET", "/users", 503, wait(time.Second)), []string{"The API asks to wait. Run again in 1 second."}},
		"500":                      {failed("GET", "/users", 500), []string{"The API failed. Run again later."}},
		"500 of a change":          {failed("PUT", roles, 500, unconfirmed), []string{"Run again later. The change is unconfirmed: it may have been made"}},
		"a redirect":               {failed("GET", "/users", 302), []string{"follows no redirects", endpoint}},
		"an unexpected reply":      {failed("GET", user, 200, kind(modelprime.KindReply)), []string{"unexpected response: no", endpoint, "make doctor"}},
		"an unexpected list":       {failed("GET", "/users", 200, kind(modelprime.KindReply)), []string{"unexpected response: no", endpoint, `point "list"`, "make doctor"}},
		"unreachable":              {failed("GET", "/users", 0, kind(modelprime.KindUnreachable)), []string{"No connection could be made to the endpoint " + endpoint, "HTTPS_PROXY"}},
		"too slow":                 {failed("GET", "/users", 0, kind(modelprime.KindTimeout)), []string{endpoint + " did not answer in time", "request_timeout"}},
		"broken":                   {failed("GET", "/users", 0, kind(modelprime.KindNetwork)), []string{"The connection to the endpoint " + endpoint + " broke"}},
		"an incomplete list":       {&roster.IncompleteError{Reason: "no"}, []string{"not complete: no", "run again", "make doctor"}},
		"several with one address": {&roster.SeveralError{Email: "ada@example.com"}, []string{"Use the user ID."}},
	} {
		told := explain("ada@example.com", fmt.Errorf("get user: %w", test.err))
		for _, want := range append(test.tells, "ada@example.com: get user: ") {
			if !strings.Contains(told, want) {
				t.Errorf("%s: %q does not tell %q", name, told, want)
			}
		}
	}
	for _, err := range []error{context.Canceled, failed("PATCH", "/user", 422), failed("GET", "/users", 0, kind(modelprime.KindCancelled))} {
		if told := explain("", err); strings.Contains(told, "\n") || told != err.Error() {
			t.Errorf("%q gives advice, want none", told)
		}
	}
}

// Control characters in a name or an environment variable do not reach the terminal.
func TestErrorsDoNotControlTheTerminal(t *testing.T) {
	told := explain("ada\x1b[2J\r\u202e@example.com", errors.New("line one\nthe organization \x9b1m\u200e\u061c"))
	if strings.ContainsFunc(told, func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r))
	}) || !strings.Contains(told, "line one\nthe organization ") {
		t.Errorf("%+q", told)
	}
}
