package provider_test

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// crowded is a configuration of so many people with these roles.
func crowded(size int, roles string) string {
	return fmt.Sprintf(`
resource "modelprime_membership" "team" {
  for_each = toset([for i in range(%d) : "person${i}@example.com"])
  email    = each.key
  name     = "One Of Many"
  roles    = [%s]
}
`, size, roles)
}

func teamAddress(i int) string {
	return fmt.Sprintf("modelprime_membership.team[%q]", personEmail(i))
}

func personEmail(i int) string { return fmt.Sprintf("person%d@example.com", i) }

// crowdSize is how many people a test of many is about: fewer than at full size (MODELPRIME_FULL=1) where every change waits.
func crowdSize() int {
	if os.Getenv("MODELPRIME_FULL") != "" {
		return 200
	}
	return 60
}

// storm has one request in five fail, in each of the ways in which one is turned away or lost.
func storm(w *acctest.World) {
	for _, kind := range []sandbox.FaultKind{
		sandbox.TooMany429, sandbox.TooManyRetryAfter429, sandbox.UnavailableRetryAfter503,
		sandbox.ResetBefore, sandbox.LostReply, sandbox.LostBadGateway502,
	} {
		w.Fail(sandbox.Fault{Kind: kind, Probability: 0.036})
	}
}

// With the real CLI, and one request in five failing: nobody is e-mailed twice, each doubt is told and in the state,
// nothing is an error, and nothing is left to do; then everybody's roles change, and everybody goes.
func TestALifeInAStorm(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	storm(w)
	c := w.CLI(crowded(crowdSize(), `"developer"`), "max_retries = 20")
	doubts := holdDoubts(w, c, c.Apply().OK())
	if doubts == 0 {
		t.Error("no invitation was in doubt: this was no storm")
	}
	sent := len(w.Emails())
	if told := holdDoubts(w, c, c.Plan().OK().Plans()); told != doubts {
		t.Errorf("the next plan tells %d doubts of %d", told, doubts)
	}
	if len(w.Emails()) != sent {
		t.Error("a plan sent e-mails")
	}

	for i := range crowdSize() {
		if _, err := w.Sandbox.Accept(personEmail(i)); err != nil { // never sent, and they joined all the same
			w.NewMember(personEmail(i), "One Of Many", "developer")
		}
	}
	c.Config(crowded(crowdSize(), `"admin", "analyst"`), "max_retries = 20")
	c.Apply().OK()
	for i := range crowdSize() {
		w.HasRoles(personEmail(i), "admin", "analyst")
		c.Holds(teamAddress(i), acctest.Values{"status": "active"})
	}
	c.Config("", "max_retries = 20")
	c.Apply().OK()
	w.HasMembers()
	if len(w.Emails()) != sent {
		t.Error("e-mails were sent after the invitations")
	}
}

// holdDoubts fails unless state, warnings and inboxes agree about each person. It counts the doubts.
func holdDoubts(w *acctest.World, c *acctest.CLI, r *acctest.Report) int {
	w.T.Helper()
	inbox := map[string]int{}
	for _, mail := range w.Emails() {
		inbox[mail.To]++
	}
	state, doubts := c.State(), 0
	for i := range crowdSize() {
		email, instance := personEmail(i), state[teamAddress(i)]
		status := instance.Values["status"]
		told := len(diagnosticsAbout(r, "Nobody knows whether the invitation of "+email+" was sent")) > 0
		if told {
			doubts++
		}
		switch {
		case instance.Tainted, status != "invited" && status != "unconfirmed":
			w.T.Errorf("%s is %v, tainted: %v", email, status, instance.Tainted)
		case told != (status == "unconfirmed"):
			w.T.Errorf("%s is %v, and told of: %v", email, status, told)
		case inbox[email] > 1, inbox[email] == 0 && status == "invited":
			w.T.Errorf("%s is %v and was sent %d e-mails", email, status, inbox[email])
		}
	}
	return doubts
}

func diagnosticsAbout(r *acctest.Report, summary string) []acctest.Diag {
	var found []acctest.Diag
	for _, d := range r.Diags {
		if strings.Contains(d.Summary, summary) {
			found = append(found, d)
		}
	}
	return found
}

// Ctrl-C, which reaches the CLI and its provider alike, in the middle of an apply: the run ends by itself, its state is
// true, whatever was in flight is in doubt and not lost, and going on e-mails nobody a second time.
func TestCtrlCLeavesATrueState(t *testing.T) {
	t.Parallel()
	const people = 30
	w := acctest.NewWorld(t)
	c := w.Installed(crowded(people, `"developer"`))
	begun, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	w.OnReply(func(r sandbox.Request) {
		if r.Operation != "inviteUser" {
			return
		}
		if len(w.Emails()) > people/3 {
			once.Do(func() { close(begun) })
			<-release // carried out, and the reply is never seen
		}
	})
	r := interrupted(c, begun, release, "apply", "-json", "-input=false", "-auto-approve")
	if r.Code == 0 {
		t.Fatalf("it was not interrupted: %s", r)
	}
	w.OnReply(nil)
	holdAccounts(w, c, people)
	if held := len(c.State()); held == 0 || held == people {
		t.Errorf("the state holds %d of %d", held, people)
	}
	c.Plan().OK()
	c.Apply().OK()
	holdAccounts(w, c, people)
	if held := len(c.State()); held != people {
		t.Errorf("the state holds %d of %d", held, people)
	}
	c.Plan().OK().Plans()
}

// holdAccounts fails unless each e-mail is in the state, once.
func holdAccounts(w *acctest.World, c *acctest.CLI, people int) {
	w.T.Helper()
	inbox := map[string]int{}
	for _, mail := range w.Emails() {
		inbox[mail.To]++
	}
	state := c.State()
	for i := range people {
		email := personEmail(i)
		instance, held := state[teamAddress(i)]
		switch {
		case inbox[email] > 1:
			w.T.Errorf("%s was sent %d e-mails", email, inbox[email])
		case inbox[email] == 1 && !held:
			w.T.Errorf("%s was sent an e-mail that no state knows of", email)
		case held && inbox[email] == 0 && instance.Values["status"] != "unconfirmed", instance.Tainted:
			w.T.Errorf("%s is %v in the state, tainted: %v, and was sent nothing", email, instance.Values["status"], instance.Tainted)
		}
	}
}
