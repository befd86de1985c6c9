package acceptance

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"

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
func (w *world) storm() {
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
	w := newWorld(t)
	w.storm()
	c := w.cli(crowded(crowdSize(), `"developer"`), "max_retries = 20")
	doubts := w.holdDoubts(c, c.apply().ok())
	if doubts == 0 {
		t.Error("no invitation was in doubt: this was no storm")
	}
	sent := len(w.Emails())
	if told := w.holdDoubts(c, c.plan().ok().plans()); told != doubts {
		t.Errorf("the next plan tells %d doubts of %d", told, doubts)
	}
	if len(w.Emails()) != sent {
		t.Error("a plan sent e-mails")
	}

	for i := range crowdSize() {
		if _, err := w.Accept(personEmail(i)); err != nil { // never sent, and they joined all the same
			w.member(personEmail(i), "One Of Many", "developer")
		}
	}
	c.config(crowded(crowdSize(), `"admin", "analyst"`), "max_retries = 20")
	c.apply().ok()
	for i := range crowdSize() {
		w.roles(personEmail(i), "admin", "analyst")
		c.holds(teamAddress(i), values{"status": "active"})
	}
	c.config("", "max_retries = 20")
	c.apply().ok()
	w.members()
	if len(w.Emails()) != sent {
		t.Error("e-mails were sent after the invitations")
	}
}

// holdDoubts fails unless state, warnings and inboxes agree about each person. It counts the doubts.
func (w *world) holdDoubts(c *cli, r *report) int {
	w.t.Helper()
	inbox := map[string]int{}
	for _, mail := range w.Emails() {
		inbox[mail.To]++
	}
	state, doubts := c.state(), 0
	for i := range crowdSize() {
		email, instance := personEmail(i), state[teamAddress(i)]
		status := instance.values["status"]
		told := len(r.about("Nobody knows whether the invitation of "+email+" was sent")) > 0
		if told {
			doubts++
		}
		switch {
		case instance.tainted, status != "invited" && status != "unconfirmed":
			w.t.Errorf("%s is %v, tainted: %v", email, status, instance.tainted)
		case told != (status == "unconfirmed"):
			w.t.Errorf("%s is %v, and told of: %v", email, status, told)
		case inbox[email] > 1, inbox[email] == 0 && status == "invited":
			w.t.Errorf("%s is %v and was sent %d e-mails", email, status, inbox[email])
		}
	}
	return doubts
}

func (r *report) about(summary string) []diag {
	var found []diag
	for _, d := range r.diags {
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
	w := newWorld(t)
	c := w.installed(crowded(people, `"developer"`))
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
	r := c.interrupted(begun, release, "apply", "-json", "-input=false", "-auto-approve")
	if r.code == 0 {
		t.Fatalf("it was not interrupted: %s", r)
	}
	w.OnReply(nil)
	w.holdAccounts(c, people)
	if held := len(c.state()); held == 0 || held == people {
		t.Errorf("the state holds %d of %d", held, people)
	}
	c.plan().ok()
	c.apply().ok()
	w.holdAccounts(c, people)
	if held := len(c.state()); held != people {
		t.Errorf("the state holds %d of %d", held, people)
	}
	c.plan().ok().plans()
}

// holdAccounts fails unless each e-mail is in the state, once.
func (w *world) holdAccounts(c *cli, people int) {
	w.t.Helper()
	inbox := map[string]int{}
	for _, mail := range w.Emails() {
		inbox[mail.To]++
	}
	state := c.state()
	for i := range people {
		email := personEmail(i)
		instance, held := state[teamAddress(i)]
		switch {
		case inbox[email] > 1:
			w.t.Errorf("%s was sent %d e-mails", email, inbox[email])
		case inbox[email] == 1 && !held:
			w.t.Errorf("%s was sent an e-mail that no state knows of", email)
		case held && inbox[email] == 0 && instance.values["status"] != "unconfirmed", instance.tainted:
			w.t.Errorf("%s is %v in the state, tainted: %v, and was sent nothing", email, instance.values["status"], instance.tainted)
		}
	}
}
