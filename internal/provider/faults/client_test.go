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

// verb is what operations have in common as to what a further attempt does.
type verb int

const (
	reads verb = iota
	// repeats: repeatable, with a reply that says nothing.
	repeats
	// removes is like repeats, but that a second attempt finds nobody any more.
	removes
	// mails: each attempt that is carried out sends somebody an e-mail.
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

// What the client does: how often it asks, and what it says of the effect. "failed" and "refused" say that certainly
// nothing was changed, "unconfirmed" that something may have been.
type did struct {
	requests int
	result   string
}

func (d did) String() string { return fmt.Sprintf("%d %s", d.requests, d.result) }

const inDoubt = "unconfirmed"

// lasting is what is expected of a fault that lasts, by class and verb, with two retries allowed.
var lasting = map[class]map[verb]did{
	refused:     {reads: {1, "failed"}, repeats: {1, "refused"}, removes: {1, "refused"}, mails: {1, "refused"}},
	unknown:     {reads: {1, "failed"}, repeats: {1, "refused"}, removes: {1, "refused"}, mails: {1, "refused"}},
	turnedAway:  {reads: {3, "failed"}, repeats: {3, "refused"}, removes: {3, "refused"}, mails: {3, "refused"}},
	unreachable: {reads: {3, "failed"}, repeats: {3, "refused"}, removes: {3, "refused"}, mails: {3, "refused"}},
	failing:     {reads: {3, "failed"}, repeats: {3, inDoubt}, removes: {3, inDoubt}, mails: {1, inDoubt}},
	lost:        {reads: {3, "failed"}, repeats: {3, inDoubt}, removes: {3, inDoubt}, mails: {1, inDoubt}},
	trickling:   {reads: {3, "failed"}, repeats: {1, "ok"}, removes: {1, "ok"}, mails: {1, "ok"}},
	endless:     {reads: {1, "failed"}, repeats: {1, "ok"}, removes: {1, "ok"}, mails: {1, "ok"}},
}

// once is what is expected of a fault that is over after the first attempt.
var once = map[class]map[verb]did{
	refused:     lasting[refused],
	unknown:     lasting[unknown],
	turnedAway:  {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "ok"}, mails: {2, "ok"}},
	unreachable: {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "ok"}, mails: {2, "ok"}},
	failing:     {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "ok"}, mails: {1, inDoubt}},
	lost:        {reads: {2, "ok"}, repeats: {2, "ok"}, removes: {2, "gone"}, mails: {1, inDoubt}},
	trickling:   {reads: {2, "ok"}, repeats: {1, "ok"}, removes: {1, "ok"}, mails: {1, "ok"}},
	endless:     lasting[endless],
}

// expected is what the classes say, but for two cells.
func expected(op operation, f fault, times int) did {
	switch {
	case f.kind == sandbox.CutShort && op.name == "updateCurrentUser":
		return did{1, "ok"}
	case times == 0 && !harmless(op, f):
		return lasting[f.class][op.verb]
	}
	return once[f.class][op.verb]
}

// harmless is a reply that is cut short for good and yet says enough: a removal's second one is a 404, however little of it
// comes, and half of a profile's is a success, of which nothing else is needed.
func harmless(op operation, f fault) bool {
	return f.kind == sandbox.CutShort && (op.verb == removes || op.name == "updateCurrentUser")
}

// reasonOf is what an error says has happened. Of a reply without a body half the head is left.
func reasonOf(op operation, f fault) string {
	if f.kind == sandbox.CutShort && (op.verb == repeats || op.verb == mails) {
		return "connection broken: malformed MIME header"
	}
	return f.reason
}

// carriedOut says in which classes the organization has changed, though it be only once.
func (c class) carriedOut() bool { return slices.Contains([]class{lost, trickling, endless}, c) }

// attempt makes one call under a fault and returns what came of it.
func attempt(t *testing.T, op operation, f fault, times int) (did, error) {
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
		config.RequestTimeout = patience
	}
	client, err := modelprime.New(config)
	if err != nil {
		t.Fatal(err)
	}
	err = op.call(t.Context(), client)
	if asked := world.Count(op.name); f.kind != connectionRefused && asked != int(tries.Load()) {
		t.Errorf("%d attempts were told, and %d requests came", tries.Load(), asked)
	}
	holdEffect(t, op, f, world, err)
	return did{int(tries.Load()), resultOf(op, err)}, err
}

// refusing dials a port at which nobody listens, so many times, and the right one from then on.
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

// holdEffect holds what the client says against what the organization knows: whoever is told that nothing was changed
// can rely on it, and nobody is e-mailed twice.
func holdEffect(t *testing.T, op operation, f fault, world *sandbox.Sandbox, err error) {
	t.Helper()
	carried := 0
	for _, request := range world.Requests() {
		if request.Carried && op.verb != reads {
			carried++
		}
	}
	if err != nil && !modelprime.IsUnconfirmed(err) && carried > 0 {
		t.Errorf("it was carried out, and yet %v", err)
	}
	if err == nil && op.verb != reads && carried == 0 {
		t.Error("it was not carried out, and yet it succeeded")
	}
	if f.class.carriedOut() && op.verb != reads && carried == 0 {
		t.Error("the fault did not let it be carried out")
	}
	if len(world.Emails()) > 1 || op.verb == mails && carried > 1 {
		t.Errorf("%d e-mails were sent", len(world.Emails()))
	}
}

// Every operation under every fault, once and lasting: how often it is sent, and what is known of its effect.
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
					holdError(t, op, f, got, err)
				})
			}
		}
	}
}

// holdError fails the test unless an error says what was asked, what happened, and after how many attempts.
func holdError(t *testing.T, op operation, f fault, got did, err error) {
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
