package faults_test

import (
	"slices"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// connectionRefused is the one fault that a server cannot make.
const connectionRefused sandbox.FaultKind = "ConnectionRefused"

// class is a kind of fault, by what is known of the request and whether it may be repeated.
type class int

const (
	// refused: the API, or a server before it, has refused the request. A retry would get the same reply.
	refused class = iota
	// unknown: the API says that there is no such user.
	unknown
	// throttled: not executed. Every operation may be repeated.
	throttled
	// unreachable: not sent. Every operation may be repeated.
	unreachable
	// failing: not executed, but the client does not know.
	failing
	// lost: executed, and the reply is lost.
	lost
	// trickling: executed, and the reply is too slow.
	trickling
	// endless: executed, and the reply has no end.
	endless
)

// fault is a fault, with its name in matrix.md.
type fault struct {
	kind  sandbox.FaultKind
	name  string
	class class
	// reason is the cause in the message; advice is its advice.
	reason, advice string
}

// faults are all faults.
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
		{sandbox.TooMany429, "429", throttled, "429: too many requests", "Run again in a few minutes"},
		{sandbox.TooManyRetryAfter429, "429 with Retry-After", throttled, "429: too many requests (the API asks to wait 1 second)", "Run again in 1 second"},
		{sandbox.Internal500, "500", failing, "500: something went wrong", later},
		{sandbox.BadGatewayHTML502, "502 as HTML", failing, "502: 502 Bad Gateway", later},
		{sandbox.LostBadGateway502, "502 as HTML, executed", lost, "502: 502 Bad Gateway", later},
		{sandbox.Unavailable503, "503", failing, "503: no healthy upstream", later},
		{sandbox.UnavailableRetryAfter503, "503 with Retry-After", throttled, "503: no healthy upstream (the API asks to wait 1 second)", "Run again in 1 second"},
		{sandbox.GatewayTimeout504, "504", failing, "504: upstream request timeout", later},
		{connectionRefused, "connection refused", unreachable, "connection refused", away},
		{sandbox.ResetBefore, "connection reset, request not read", failing, "connection reset by peer", broken},
		{sandbox.LostReply, "response lost, executed", lost, "the connection ended before the response was complete", broken},
		{sandbox.CutShort, "response cut short, executed", lost, "the connection ended before the response was complete", broken},
		{sandbox.Trickle, "response too slow, executed", trickling, "timed out: no complete response within " + trickleTimeout.String(), slow},
		{sandbox.HugeReply, "response of 1 GiB, executed", endless, "it is larger than 1024 KiB", elsewhere},
		{sandbox.Redirect, "redirect to another host", refused, "302: a redirect to http://127.0.0.2:1, which is not followed", "credentials stay with the configured host"},
	}
}

// The matrix has each fault of the sandbox.
func TestAllFaultsAreInTheMatrix(t *testing.T) {
	var here []sandbox.FaultKind
	for _, f := range faults() {
		here = append(here, f.kind)
	}
	for _, kind := range sandbox.FaultKinds() {
		// Another organization's token is not a fault of an operation and has its own tests.
		if kind != sandbox.WrongOrganization && !slices.Contains(here, kind) {
			t.Errorf("%s is missing", kind)
		}
	}
}

// set makes an operation fail this number of times (0 is always). The gate makes a refused connection.
func (f fault) set(s *sandbox.Sandbox, operation string, times int) {
	if f.kind != connectionRefused {
		s.Fail(sandbox.Fault{Kind: f.kind, Operation: operation, Times: times})
	}
}
