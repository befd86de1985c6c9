package acceptance

import (
	"context"
	"fmt"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// world is an organization of one test, with the clock that the provider sees.
type world struct {
	*sandbox.Sandbox
	t     *testing.T
	url   string
	clock *clock
}

// newWorld starts an organization whose only member is the token's owner. Each exchange with it is held against the
// contract, in both directions.
func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, sandbox.User{})
}

// newWorldOf is newWorld where the token is that person's.
func newWorldOf(t *testing.T, owner sandbox.User) *world {
	t.Helper()
	return newWorldWith(t, sandbox.Options{Owner: owner})
}

// newWorldWith is newWorld for an organization that is out of the ordinary.
func newWorldWith(t *testing.T, options sandbox.Options) *world {
	t.Helper()
	w := &world{Sandbox: sandbox.New(options), t: t, clock: newClock()}
	server := httptest.NewServer(contract.Validate(w.Sandbox, sandbox.BasePath, func(err error) { t.Error(err) }))
	t.Cleanup(server.Close)
	w.url = server.URL
	return w
}

// providers serves the provider in this process.
func (w *world) providers() map[string]func() (tfprotov6.ProviderServer, error) {
	return map[string]func() (tfprotov6.ProviderServer, error){
		"modelprime": providerserver.NewProtocol6WithError(provider.New("test", provider.WithClock(w.clock))()),
	}
}

// hcl puts the provider's configuration, with these arguments more, before a configuration.
func (w *world) hcl(config string, arguments ...string) string {
	return fmt.Sprintf("provider \"modelprime\" {\n  endpoint = %q\n  email = %q\n  token = %q\n  %s\n}\n%s",
		w.url+sandbox.BasePath, sandbox.DefaultEmail, sandbox.DefaultToken, strings.Join(arguments, "\n  "), config)
}

// member adds somebody who is in the organization already.
func (w *world) member(email, name string, roles ...string) string {
	w.t.Helper()
	id, err := w.AddMember(sandbox.User{Email: email, Name: name, Roles: roles})
	w.must(err)
	return id
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// accept has a person answer their invitation.
func (w *world) accept(email string) string {
	w.t.Helper()
	id, err := w.Accept(email)
	w.must(err)
	return id
}

// mails fails the test unless exactly these people were e-mailed since the start, in any order.
func (w *world) mails(to ...string) {
	w.t.Helper()
	var sent []string
	for _, mail := range w.Emails() {
		sent = append(sent, mail.To)
	}
	equalSets(w.t, "e-mails sent", sent, to)
}

// members fails the test unless exactly these people are in the organization beside the token's owner.
func (w *world) members(want ...string) {
	w.t.Helper()
	var got []string
	for _, m := range w.Members() {
		if m.Email != sandbox.DefaultEmail {
			got = append(got, m.Email)
		}
	}
	equalSets(w.t, "members", got, want)
}

// roles fails the test unless the member has exactly these roles.
func (w *world) roles(email string, want ...string) {
	w.t.Helper()
	m, ok := w.Member(email)
	if !ok {
		w.t.Fatalf("%s is no member", email)
	}
	equalSets(w.t, "roles of "+email, m.Roles, want)
}

// asked fails the test unless the operation was asked for exactly that often since the log was reset.
func (w *world) asked(operation string, times int) {
	w.t.Helper()
	if got := w.Count(operation); got != times {
		w.t.Errorf("%s was requested %d times, want %d", operation, got, times)
	}
}

// askedNothing fails the test if anything was requested since the log was reset.
func (w *world) askedNothing() {
	w.t.Helper()
	if got := w.Requests(); len(got) > 0 {
		w.t.Errorf("%d requests, want none: %v", len(got), got)
	}
}

func equalSets(t *testing.T, what string, got, want []string) {
	t.Helper()
	count := map[string]int{}
	for _, s := range got {
		count[s]++
	}
	for _, s := range want {
		count[s]--
	}
	for _, n := range count {
		if n != 0 {
			t.Fatalf("%s: got %v, want %v", what, got, want)
		}
	}
}

// clock is the provider's time, which moves only when a test says so. Waits are over at once and are recorded.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	slept time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.advance(d)
	c.mu.Lock()
	c.slept += d
	c.mu.Unlock()
	return ctx.Err()
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// crowd adds so many members that nothing manages.
func (w *world) crowd(size int) {
	w.t.Helper()
	for i := range size {
		w.member(fmt.Sprintf("crowd%d@example.com", i), "One Of Many", "analyst")
	}
}

// failOnce has the operation answer 500 once, without being carried out.
func (w *world) failOnce(operation string) {
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: operation, Times: 1})
}
