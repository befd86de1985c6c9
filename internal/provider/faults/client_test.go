package faults_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// verb is a kind of operation, by the effect of a second attempt.
type verb int

const (
	reads verb = iota
	// repeats: may be repeated; the reply has no content.
	repeats
	// removes: may be repeated; a second attempt gets a 404.
	removes
	// mails: each executed attempt sends an e-mail.
	mails
)

// operation is one of the nine.
type operation struct {
	name string
	verb verb
	call func(ctx context.Context, c *modelprime.Client) error
}

const adaID = "auth0|ada"

func operations() []operation {
	return []operation{
		{"getOrganization", reads, func(ctx context.Context, c *modelprime.Client) error { _, err := c.GetOrganization(ctx); return err }},
		{"getCurrentUser", reads, func(ctx context.Context, c *modelprime.Client) error { _, err := c.GetCurrentUser(ctx); return err }},
		{"listUsers", reads, func(ctx context.Context, c *modelprime.Client) error {
			_, err := c.ListUsers(ctx, modelprime.ListUsersRequest{PageNumber: 1, PageSize: 100})
			return err
		}},
		{"getUser", reads, func(ctx context.Context, c *modelprime.Client) error { _, err := c.GetUser(ctx, adaID); return err }},
		{"updateCurrentUser", repeats, func(ctx context.Context, c *modelprime.Client) error {
			name := "Robot the Second"
			return c.UpdateCurrentUser(ctx, modelprime.CurrentUserUpdate{Name: &name})
		}},
		{"replaceUserRoles", repeats, func(ctx context.Context, c *modelprime.Client) error {
			return c.ReplaceUserRoles(ctx, adaID, []string{modelprime.RoleAnalyst})
		}},
		{"deleteUser", removes, func(ctx context.Context, c *modelprime.Client) error { return c.DeleteUser(ctx, adaID) }},
		{"resetUserPassword", mails, func(ctx context.Context, c *modelprime.Client) error { return c.ResetUserPassword(ctx, adaID) }},
		{"inviteUser", mails, invite},
	}
}

func invite(ctx context.Context, c *modelprime.Client) error {
	return c.InviteUser(ctx, modelprime.Invitation{
		Connection: modelprime.ConnectionGoogle, Email: "grace@example.com", Name: "Grace Gear", Roles: []string{modelprime.RoleAnalyst},
	})
}

// clientResult is the number of requests and the result. "failed" and "refused": nothing was changed. "unconfirmed": the change may have been
// made.
type clientResult struct {
	requests int
	result   string
}

func (d clientResult) String() string { return fmt.Sprintf("%d %s", d.requests, d.result) }

const inDoubt = "unconfirmed"

// lasting is the expected result of a lasting fault, by class and verb, with two retries allowed.
var lasting = map[class]map[verb]clientResult{
	refused:     {reads: {1, "failed"}, repeats: {1, "refused"}, removes: {1, "refused"}, mails: {1, "refused"}},
	unknown:     {reads: {1, "failed"}, repeats: {1, "refused"}, removes: {1, "refused"}, mails: {1, "refused"}},
	throttled:   {reads: {3, "failed"}, repeats: {3, "refused"}, removes: {3, "refused"}, mails: {3, "refused"}},
	unreachable: {reads: {3, "failed"}, repeats: {3, "refused"}, removes: {3, "refused"}, mails: {3, "refused"}},
	failing:     {reads: {3, "failed"}, repeats: {3, inDoubt}, removes: {3, inDoubt}, mails: {1, inDoubt}},
	lost:        {reads: {3, "failed"}, repeats: {3, inDoubt}, removes: {3, inDoubt}, mails: {1, inDoubt}},
	trickling:   {reads: {3, "failed"}, repeats: {1, "ok"}, removes: {1, "ok"}, mails: {1, "ok"}},
	endless:     {reads: {1, "failed"}, repeats: {1, "ok"}, removes: {1, "ok"}, mails: {1, "ok"}},
}

// once is the expected result of a fault that occurs once.
var once = map[class]map[verb]clientResult{
	refused:     lasting[refused],
	unknown:     lasting[unknown],
	throttled:   {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "ok"}, mails: {2, "ok"}},
	unreachable: {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "ok"}, mails: {2, "ok"}},
	failing:     {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "ok"}, mails: {1, inDoubt}},
	lost:        {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "gone"}, mails: {1, inDoubt}},
	trickling:   {reads: {2, "ok"}, repeats: {1, "ok"}, removes: {1, "ok"}, mails: {1, "ok"}},
	endless:     lasting[endless],
}

// expected is the expected result by class and verb, with one exception.
func expected(op operation, f fault, times int) clientResult {
	switch {
	case f.kind == sandbox.CutShort && op.name == "updateCurrentUser":
		return clientResult{1, "ok"}
	case times == 0 && !harmless(op, f):
		return lasting[f.class][op.verb]
	}
	return once[f.class][op.verb]
}

// harmless is a reply that is cut short each time and still sufficient: a removal's second reply is a 404, and half of a profile's
// is a success without further content.
func harmless(op operation, f fault) bool {
	return f.kind == sandbox.CutShort && (op.verb == removes || op.name == "updateCurrentUser")
}

// reasonOf is the cause in the error. Of a reply without a body half the header is left.
func reasonOf(op operation, f fault) string {
	if f.kind == sandbox.CutShort && (op.verb == repeats || op.verb == mails) {
		return "connection broken: malformed MIME header"
	}
	return f.reason
}

// carriedOut reports whether the operation was executed in this class.
func (c class) carriedOut() bool { return slices.Contains([]class{lost, trickling, endless}, c) }

// attempt makes one call under a fault and returns its result.
func attempt(t *testing.T, op operation, f fault, times int) (clientResult, error) {
	world := sandbox.New(sandbox.Options{})
	if _, err := world.AddMember(sandbox.User{ID: adaID, Email: "ada@example.com", Name: "Ada Servo"}); err != nil {
		t.Fatal(err)
	}
	g := newGate(t, world)
	f.set(world, op.name, times)
	var tries atomic.Int32
	transport := http.DefaultTransport.(*http.Transport).Clone()
	t.Cleanup(transport.CloseIdleConnections)
	if f.kind == connectionRefused {
		transport.DialContext = refusing(t, times)
	}
	config := modelprime.Config{
		Endpoint: g.url() + sandbox.BasePath, Credentials: modelprime.Credentials{Email: sandbox.DefaultEmail, Token: sandbox.DefaultToken},
		MaxRetries: retries, Clock: acctest.NewClock(), Transport: transport,
		Observe: func(context.Context, modelprime.Attempt) { tries.Add(1) },
	}
	if f.class == trickling {
		config.RequestTimeout = trickleTimeout
	}
	client, err := modelprime.New(config)
	if err != nil {
		t.Fatal(err)
	}
	err = op.call(t.Context(), client)
	if asked := world.Count(op.name); f.kind != connectionRefused && asked != int(tries.Load()) {
		t.Errorf("%d attempts were observed, and %d requests came", tries.Load(), asked)
	}
	checkEffect(t, op, f, world, err)
	return clientResult{int(tries.Load()), resultOf(op, err)}, err
}

// refusing dials a port without a listener this number of times (0 is always), and then the right one.
func refusing(t *testing.T, times int) func(context.Context, string, string) (net.Conn, error) {
	g := newGate(t, http.NotFoundHandler())
	g.closeAfter(0)
	dialed := 0
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		dialed++
		if times == 0 || dialed <= times {
			address = g.listener.Addr().String()
		}
		return (&net.Dialer{Timeout: time.Minute}).DialContext(ctx, network, address)
	}
}

func resultOf(op operation, err error) string {
	switch {
	case err == nil:
		return "ok"
	case op.verb == reads:
		return "failed"
	case modelprime.IsNotFound(err) && modelprime.IsUnconfirmed(err):
		return "gone"
	case modelprime.IsUnconfirmed(err):
		return inDoubt
	}
	return "refused"
}

// checkEffect compares the client's result with the organization: a result without a change is true, and no second e-mail is sent.
func checkEffect(t *testing.T, op operation, f fault, world *sandbox.Sandbox, err error) {
	t.Helper()
	carried := 0
	for _, request := range world.Requests() {
		if request.Carried && op.verb != reads {
			carried++
		}
	}
	if err != nil && !modelprime.IsUnconfirmed(err) && carried > 0 {
		t.Errorf("it was executed, but the error is %v", err)
	}
	if err == nil && op.verb != reads && carried == 0 {
		t.Error("it was not executed, but it succeeded")
	}
	if f.class.carriedOut() && op.verb != reads && carried == 0 {
		t.Error("the fault kept it from being executed")
	}
	if len(world.Emails()) > 1 || op.verb == mails && carried > 1 {
		t.Errorf("%d e-mails were sent", len(world.Emails()))
	}
}

// Each operation under each fault, once and lasting: the number of requests and the result.
func TestOperations(t *testing.T) {
	t.Parallel()
	for _, op := range operations() {
		for _, f := range faults() {
			for times := range 2 {
				t.Run(fmt.Sprintf("%s/%s/%d", op.name, f.name, times), func(t *testing.T) {
					t.Parallel()
					got, err := attempt(t, op, f, times)
					if want := expected(op, f, times); got != want {
						t.Errorf("got %v, want %v: %v", got, want, err)
					}
					checkError(t, op, f, got, err)
				})
			}
		}
	}
}

// checkError fails the test unless an error has its cause and the number of attempts.
func checkError(t *testing.T, op operation, f fault, got clientResult, err error) {
	t.Helper()
	if err == nil || got.result == "gone" {
		return
	}
	text := err.Error()
	if reason := reasonOf(op, f); !strings.Contains(text, reason) {
		t.Errorf("%q does not say %q", text, reason)
	}
	if got.requests > 1 && !strings.HasSuffix(text, fmt.Sprintf("(after %d attempts)", got.requests)) {
		t.Errorf("%q does not say how many attempts were made", text)
	}
	if strings.Contains(text, sandbox.DefaultToken) {
		t.Error(text)
	}
}
