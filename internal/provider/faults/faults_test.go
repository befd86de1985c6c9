package faults_test

import (
	"slices"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// connectionRefused is the one fault that no server can make.
const connectionRefused sandbox.FaultKind = "ConnectionRefused"

// class is what faults have in common as to what is known of the request and what may be done about it.
type class int

const (
	// refused: the API, or something before it, has said no. Asking again would bring the same.
	refused class = iota
	// unknown: the API has said that there is no such thing.
	unknown
	// turnedAway: not handled, and asked to come back. Safe to try again, whatever it was.
	turnedAway
	// unreachable: it never left. Safe to try again, whatever it was.
	unreachable
	// failing: not carried out, but nobody can know.
	failing
	// lost: carried out, and the reply is lost.
	lost
	// trickling: carried out, and the reply comes too slowly ever to end.
	trickling
	// endless: carried out, and the reply has no end.
	endless
)

// fault is what goes wrong, in people's words.
type fault struct {
	kind  sandbox.FaultKind
	name  string
	class class
	// reason is what the message says has happened; advice is what it says the reader can do.
	reason, advice string
}

// faults are all that there are.
func faults() []fault {
	const (
		later     = "Run again later"
		away      = "No connection could be made to the endpoint http://127.0.0.1"
		broken    = "The connection to the endpoint http://127.0.0.1"
		slow      = "did not answer in time"
		elsewhere = "check the provider's endpoint (MODELPRIME_ENDPOINT), which is http://127.0.0.1"
	)
	return []fault{
		{sandbox.BadRequest400, "400", refused, "400: the request is not valid", ""},
		{sandbox.Unauthorized401, "401", refused, "401: the token is not valid", "under Configurations, tab Personal Access Tokens"},
		{sandbox.Forbidden403, "403", refused, "403: only an admin may do this", `managing members needs the role "admin"`},
		{sandbox.NotFound404, "404 from the API", unknown, "404: there is no such user", ""},
		{sandbox.NotFoundHTML404, "404 as HTML", refused, "404: 404 Not Found", "The response did not come from the Model-Prime API"},
		{sandbox.Conflict409, "409", refused, "409: this was changed by someone else", ""},
		{sandbox.TooMany429, "429", turnedAway, "429: too many requests", "Run again in a few minutes"},
		{sandbox.TooManyRetryAfter429, "429 with Retry-After", turnedAway, "429: too many requests (the API asks to wait 1 second)", "Run again in 1 second"},
		{sandbox.Internal500, "500", failing, "500: something went wrong", later},
		{sandbox.BadGatewayHTML502, "502 as HTML", failing, "502: 502 Bad Gateway", later},
		{sandbox.LostBadGateway502, "502 as HTML, executed", lost, "502: 502 Bad Gateway", later},
		{sandbox.Unavailable503, "503", failing, "503: no healthy upstream", later},
		{sandbox.UnavailableRetryAfter503, "503 with Retry-After", turnedAway, "503: no healthy upstream (the API asks to wait 1 second)", "Run again in 1 second"},
		{sandbox.GatewayTimeout504, "504", failing, "504: upstream request timeout", later},
		{connectionRefused, "connection refused", unreachable, "connection refused", away},
		{sandbox.ResetBefore, "connection reset, request not read", failing, "connection reset by peer", broken},
		{sandbox.LostReply, "response lost, executed", lost, "the connection ended before the response was complete", broken},
		{sandbox.CutShort, "response cut short, executed", lost, "the connection ended before the response was complete", broken},
		{sandbox.Trickle, "response too slow, executed", trickling, "timed out: no complete response within 300ms", slow},
		{sandbox.HugeReply, "response of 1 GiB, executed", endless, "it is larger than 1024 KiB", elsewhere},
		{sandbox.Redirect, "redirect to another host", refused, "302: a redirect to http://127.0.0.2:1, which is not followed", "credentials stay with the configured host"},
	}
}

// Nothing that the sandbox can break is left out.
func TestAllFaultsAreInTheMatrix(t *testing.T) {
	var here []sandbox.FaultKind
	for _, f := range faults() {
		here = append(here, f.kind)
	}
	for _, kind := range sandbox.FaultKinds() {
		// Another organization's token is no fault of an operation: what comes of it has tests of its own.
		if kind != sandbox.WrongOrganization && !slices.Contains(here, kind) {
			t.Errorf("%s is missing", kind)
		}
	}
}

// set breaks an operation, times times (0 is for ever). A refused connection is the gate's.
func (f fault) set(s *sandbox.Sandbox, operation string, times int) {
	if f.kind != connectionRefused {
		s.Fail(sandbox.Fault{Kind: f.kind, Operation: operation, Times: times})
	}
}
