package sandbox

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"slices"
)

// FaultKind names a fault.
type FaultKind string

// The faults. The operation is not executed, unless the comment says so.
const (
	BadRequest400            FaultKind = "BadRequest400"
	Unauthorized401          FaultKind = "Unauthorized401"
	Forbidden403             FaultKind = "Forbidden403"
	NotFound404              FaultKind = "NotFound404"     // the API's own JSON
	NotFoundHTML404          FaultKind = "NotFoundHTML404" // a proxy's page
	Conflict409              FaultKind = "Conflict409"
	TooMany429               FaultKind = "TooMany429"
	TooManyRetryAfter429     FaultKind = "TooManyRetryAfter429"
	Internal500              FaultKind = "Internal500"
	BadGatewayHTML502        FaultKind = "BadGatewayHTML502"
	LostBadGateway502        FaultKind = "LostBadGateway502" // executed, then a proxy's page
	Unavailable503           FaultKind = "Unavailable503"    // plain text
	UnavailableRetryAfter503 FaultKind = "UnavailableRetryAfter503"
	GatewayTimeout504        FaultKind = "GatewayTimeout504" // plain text
	ResetBefore              FaultKind = "ResetBefore"       // the connection is reset before the body is read
	LostReply                FaultKind = "LostReply"         // executed, then the connection is closed without a byte
	CutShort                 FaultKind = "CutShort"          // executed, then half the response
	Trickle                  FaultKind = "Trickle"           // executed, then headers and a byte now and then
	Redirect                 FaultKind = "Redirect"          // 302 to another host
	HugeReply                FaultKind = "HugeReply"         // executed, then a body of 1 GiB
	WrongOrganization        FaultKind = "WrongOrganization" // getOrganization returns another one
)

// FaultKinds returns all faults.
func FaultKinds() []FaultKind {
	return []FaultKind{
		BadRequest400, Unauthorized401, Forbidden403, NotFound404, NotFoundHTML404, Conflict409,
		TooMany429, TooManyRetryAfter429, Internal500, BadGatewayHTML502, LostBadGateway502,
		Unavailable503, UnavailableRetryAfter503, GatewayTimeout504, ResetBefore, LostReply,
		CutShort, Trickle, Redirect, HugeReply, WrongOrganization,
	}
}

func (k FaultKind) carriedOut() bool {
	switch k {
	case LostBadGateway502, LostReply, CutShort, Trickle, HugeReply, WrongOrganization:
		return true
	}
	return false
}

// Fault is a rule that breaks requests. If several rules match a request, the
// first one applies, and the later ones do not count it.
type Fault struct {
	Kind        FaultKind
	Operation   string                   // "" = any
	Match       func(*http.Request) bool // nil = any; may read the body
	Skip        int                      // the number of requests to let through first
	Times       int                      // the number of requests to break then; 0 = all
	Probability float64                  // 0 = always
	RetryAfter  string                   // the header's value, also nonsense; "1" for the kinds named after it
}

// Fail adds a rule. An unknown kind or operation panics, so that no test passes
// without its fault.
func (s *Sandbox) Fail(f Fault) {
	if !slices.Contains(FaultKinds(), f.Kind) {
		panic(fmt.Sprintf("sandbox: no fault is called %q", f.Kind))
	}
	known := func(op operation) bool { return op.name == f.Operation }
	if f.Operation != "" && !slices.ContainsFunc(s.operations, known) {
		panic(fmt.Sprintf("sandbox: no operation is called %q", f.Operation))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.rules = append(s.faults.rules, &rule{Fault: f})
}

// ClearFaults removes all rules.
func (s *Sandbox) ClearFaults() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults.rules = nil
}

type rule struct {
	Fault
	seen, fired int
}

// faultRules are guarded by the sandbox's lock.
type faultRules struct {
	rules []*rule
	dice  *rand.Rand
}

func (f *faultRules) list() []*rule {
	return slices.Clone(f.rules)
}

// matching returns the rules that apply to a request. It is called without the lock, because a Match may read a slow body or
// call the sandbox.
func matching(rules []*rule, operation string, r *http.Request) []*rule {
	var found []*rule
	for _, rule := range rules {
		if rule.concerns(operation) && (rule.Match == nil || peek(r, rule.Match)) {
			found = append(found, rule)
		}
	}
	return found
}

func (r *rule) concerns(operation string) bool {
	if r.Kind == WrongOrganization && operation != "getOrganization" {
		return false
	}
	return r.Operation == "" || r.Operation == operation
}

// peek lets match read the body, and then restores the body.
func peek(r *http.Request, match func(*http.Request) bool) bool {
	body := r.Body
	var seen bytes.Buffer
	r.Body = io.NopCloser(io.TeeReader(body, &seen))
	defer func() { r.Body = io.NopCloser(io.MultiReader(&seen, body)) }()
	return match(r)
}

func (f *faultRules) pick(candidates []*rule) Fault {
	for _, rule := range candidates {
		if rule.fires(f.dice) {
			return rule.Fault
		}
	}
	return Fault{}
}

func (r *rule) fires(dice *rand.Rand) bool {
	r.seen++
	if r.seen <= r.Skip || (r.Times > 0 && r.fired >= r.Times) {
		return false
	}
	if r.Probability > 0 && dice.Float64() >= r.Probability {
		return false
	}
	r.fired++
	return true
}
