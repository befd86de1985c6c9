// Package histories_test tests what the provider promises its users when requests fail, replies are lost, a run is
// interrupted, and the world changes meanwhile: nothing lost, nobody e-mailed twice, nobody let in. Its tests drive the
// provider's server in process against an organization in memory, with a clock of their own.
//
// They run in a size that suits every change. MODELPRIME_FULL=1 runs them at full size, and -rapid.checks=N more random
// histories.
package histories_test

import (
	"context"
	"fmt"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// tester is what fails: a test, or one of a random test's many tries.
type tester interface {
	Helper()
	Fatalf(format string, arguments ...any)
	Errorf(format string, arguments ...any)
}

// world is an organization and the Terraform that manages it.
type world struct {
	*sandbox.Sandbox
	t     tester
	tf    *drive.Terraform
	clock modelprime.Clock
	close func()
}

// newWorld makes an organization whose only member is the token's owner, and an empty state.
func newWorld(t *testing.T, arguments drive.Values) *world {
	t.Helper()
	w := begin(t, sandbox.Options{}, newClock(), arguments)
	t.Cleanup(w.close)
	return w
}

// begin is newWorld for whoever closes it.
func begin(t tester, options sandbox.Options, clock modelprime.Clock, arguments drive.Values) *world {
	t.Helper()
	w := &world{Sandbox: sandbox.New(options), t: t, clock: clock}
	server := httptest.NewServer(w.Sandbox)
	w.close = server.Close
	configuration := drive.Values{"endpoint": server.URL + sandbox.BasePath, "email": sandbox.DefaultEmail, "token": sandbox.DefaultToken}
	for name, value := range arguments {
		configuration[name] = value
	}
	made := provider.New("test", provider.WithClock(clock))
	tf, err := drive.New(context.Background(), func() tfprotov6.ProviderServer { return providerserver.NewProtocol6(made())() }, configuration)
	w.must(err)
	w.tf = tf
	return w
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatalf("%v", err)
	}
}

// plan plans and expects no error.
func (w *world) plan(config drive.Config) *drive.Plan {
	w.t.Helper()
	p := w.tf.Plan(context.Background(), config, drive.Options{})
	w.must(p.Err())
	return p
}

// run plans and applies, whatever comes of it.
func (w *world) run(config drive.Config) *drive.Report {
	w.t.Helper()
	_, report := w.tf.Run(context.Background(), config, drive.Options{})
	return report
}

// settled fails the test unless there is nothing to do.
func (w *world) settled(config drive.Config) *drive.Plan {
	w.t.Helper()
	p := w.plan(config)
	if !p.Empty() {
		w.t.Fatalf("the next plan is to %v", p.Changes())
	}
	return p
}

// accept has a person answer their invitation.
func (w *world) accept(email string) string {
	w.t.Helper()
	id, err := w.Accept(email)
	w.must(err)
	return id
}

// mails counts the e-mails that landed in each inbox.
func (w *world) mails() map[string]int {
	count := map[string]int{}
	for _, mail := range w.Emails() {
		count[strings.ToLower(mail.To)]++
	}
	return count
}

// rolesOf are a member's roles, sorted; nil for nobody.
func (w *world) rolesOf(email string) []string {
	m, ok := w.Member(email)
	if !ok {
		return nil
	}
	slices.Sort(m.Roles)
	return m.Roles
}

// clock is a time in which every wait is over at once.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *clock { return &clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	return ctx.Err()
}

func full() bool { return os.Getenv("MODELPRIME_FULL") != "" }

// crowd is how many people a test of many is about.
func crowd() int {
	if full() {
		return 1000
	}
	return 120
}

func emailOf(i int) string { return fmt.Sprintf("person%d@example.com", i) }

func addressOf(i int) string { return fmt.Sprintf("modelprime_membership.team[%q]", emailOf(i)) }

// team is a membership for each of so many people.
func team(size int, roles ...string) drive.Config {
	config := drive.Config{}
	for i := range size {
		config[addressOf(i)] = drive.Values{"email": emailOf(i), "name": "One Of Many", "roles": roles}
	}
	return config
}
