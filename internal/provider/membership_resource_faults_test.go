package provider_test

import (
	"fmt"
	"net/http"
	"slices"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// change is one change of a membership, from a world in which it is due to one in which it is done.
type change struct {
	config  string // what is to become
	prepare func(*acctest.World, *acctest.CLI)
	done    func(*acctest.World, *acctest.CLI)
	mails   int // that Ada is sent in the whole life when nothing fails
}

const withBystander = `
resource "modelprime_membership" "bo" {
  email = "bo@example.com"
  name  = "Bo Gasket"
  roles = ["analyst"]
}
`

// changes are a creation of both kinds, the updates and the removals.
func changes() map[string]change {
	pending := func(_ *acctest.World, c *acctest.CLI) { c.Config(withBystander + ada); c.Apply().Quiet() }
	joined := func(w *acctest.World, c *acctest.CLI) { pending(w, c); w.Accept("ada@example.com"); c.Apply().Quiet() }
	return map[string]change{
		"invitation": {
			config: withBystander + ada, mails: 1,
			prepare: func(*acctest.World, *acctest.CLI) {},
			done: func(_ *acctest.World, c *acctest.CLI) {
				c.Holds(theAda, acctest.Values{"user_id": nil, "invitations_sent": 1})
			},
		},
		"adoption": {
			config: withBystander + adopted, mails: 0,
			prepare: func(w *acctest.World, _ *acctest.CLI) { w.NewMember("ada@example.com", "Ada Marsh", "admin") },
			done: func(w *acctest.World, c *acctest.CLI) {
				c.Holds(theAda, acctest.Values{"status": "active"})
				w.HasRoles("ada@example.com", "developer", "analyst")
			},
		},
		"role change": {
			config: withBystander + promoted, mails: 1,
			prepare: joined,
			done: func(w *acctest.World, c *acctest.CLI) {
				c.Holds(theAda, acctest.Values{"status": "active"})
				w.HasRoles("ada@example.com", "admin", "analyst")
			},
		},
		"another invitation": {
			config: withBystander + `
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`, mails: 2,
			prepare: pending,
			done: func(_ *acctest.World, c *acctest.CLI) {
				c.Holds(theAda, acctest.Values{"user_id": nil, "invitations_sent": 2, "resend": "2026-03-02"})
			},
		},
		"first read of a joiner": {
			config: withBystander + ada, mails: 1,
			prepare: func(w *acctest.World, c *acctest.CLI) { pending(w, c); w.Accept("ada@example.com") },
			done:    func(_ *acctest.World, c *acctest.CLI) { c.Holds(theAda, acctest.Values{"status": "active"}) },
		},
		"removal": {
			config: withBystander, mails: 1,
			prepare: joined,
			done: func(w *acctest.World, c *acctest.CLI) {
				c.Lacks(theAda)
				w.HasMembers("bo@example.com")
			},
		},
		"withdrawal": {
			config: withBystander, mails: 1,
			prepare: pending,
			done:    func(_ *acctest.World, c *acctest.CLI) { c.Lacks(theAda) },
		},
	}
}

// With every single request of every change failing once, in each way that matters, and no retry to hide it: nothing is
// tainted, whoever should stay stays, nobody is e-mailed twice, and the next apply ends where the change was to end.
func TestEachRequestOfEachChangeFailsOnce(t *testing.T) {
	t.Parallel()
	for name, change := range changes() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			requests := requestsOf(t, change)
			for n, request := range requests {
				for _, kind := range faultsOf(request) {
					t.Run(fmt.Sprintf("%d %s %s", n+1, request.Operation, kind), func(t *testing.T) {
						t.Parallel()
						failOnceIn(t, change, request.Operation, nth(requests[:n+1], request.Operation), kind)
					})
				}
			}
		})
	}
}

// due is a world in which the change is due.
func due(t *testing.T, change change) (*acctest.World, *acctest.CLI) {
	w := acctest.NewWorld(t)
	w.Must(second(w.AddMember(sandbox.User{ID: "google-oauth2|bo", Email: "bo@example.com", Name: "Bo Gasket", Roles: []string{"analyst"}})))
	c := w.CLI(withBystander, "max_retries = 0")
	c.Import("modelprime_membership.bo", "google-oauth2|bo").OK()
	change.prepare(w, c)
	c.Config(change.config, "max_retries = 0")
	w.ResetLog()
	return w, c
}

func second[T any](_ T, err error) error { return err }

// requestsOf are the requests of the change when nothing fails.
func requestsOf(t *testing.T, change change) []sandbox.Request {
	t.Helper()
	w, c := due(t, change)
	c.Apply().OK()
	change.done(w, c)
	return w.Requests()
}

func nth(requests []sandbox.Request, operation string) int {
	n := 0
	for _, r := range requests {
		if r.Operation == operation {
			n++
		}
	}
	return n
}

// faultsOf are the ways in which a request fails. Of a GET none leaves a doubt.
func faultsOf(r sandbox.Request) []sandbox.FaultKind {
	if r.Method == http.MethodGet {
		return []sandbox.FaultKind{sandbox.Internal500}
	}
	return []sandbox.FaultKind{sandbox.LostReply, sandbox.Internal500, sandbox.Forbidden403}
}

func failOnceIn(t *testing.T, change change, operation string, n int, kind sandbox.FaultKind) {
	w, c := due(t, change)
	w.Fail(sandbox.Fault{Kind: kind, Operation: operation, Skip: n - 1, Times: 1})
	first := c.Apply()
	happened := slices.ContainsFunc(w.Requests(), func(r sandbox.Request) bool { return r.Fault == string(kind) })
	// How many read the shared list before it is there is a matter of chance.
	if !happened && operation != "listUsers" {
		t.Fatalf("the fault did not happen: %s", first)
	}
	for address, instance := range c.State() {
		if instance.Tainted {
			t.Errorf("%s is tainted after %s", address, first)
		}
	}
	w.ClearFaults()
	c.Apply().OK()
	change.done(w, c)
	c.Plan().OK().Plans()
	if bo, ok := w.Member("bo@example.com"); !ok || bo.ID != "google-oauth2|bo" {
		t.Errorf("the bystander is %v", bo)
	}
	lost := operation == "inviteUser" && kind == sandbox.Internal500
	if got, want := len(w.Emails()), change.mails; got != want && (!lost || got != want-1) {
		t.Errorf("%d e-mails were sent, want %d: %v", got, want, w.Emails())
	}
}
