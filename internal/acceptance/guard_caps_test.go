package acceptance

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// team is the membership of each of these people, by a for_each over their addresses.
func team(emails ...string) string {
	return `
resource "modelprime_membership" "team" {
  for_each = toset(["` + strings.Join(emails, `", "`) + `"])
  email    = each.key
  name     = "Somebody Else"
  roles    = ["developer"]
}
`
}

// crew is so many invented addresses.
func crew(size int) []string {
	emails := make([]string, size)
	for i := range emails {
		emails[i] = fmt.Sprintf("crew%d@example.com", i)
	}
	return emails
}

// joinedCrew is an organization whose members the configuration names, one and all.
func joinedCrew(t *testing.T, size int) (*world, *cli) {
	t.Helper()
	w := newWorld(t)
	c := w.cli(team(crew(size)...))
	joinCrew(w, c, size)
	return w, c
}

func joinCrew(w *world, c *cli, size int) {
	w.t.Helper()
	c.apply().quiet()
	for _, email := range crew(size) {
		w.accept(email)
	}
	c.apply("-refresh-only").quiet()
}

// capped fails the test unless the command failed with so many errors, each of them this veto with these texts.
func (r *report) capped(times int, summary string, texts ...string) *report {
	r.t.Helper()
	failures := r.all("error")
	if r.code == 0 || len(failures) != times {
		r.t.Fatalf("want %d errors: %s", times, r)
	}
	for _, d := range failures {
		if d.Summary != summary || !holdsAll(d, texts) {
			r.t.Errorf("want %q with %q: %s", summary, texts, d)
		}
	}
	return r
}

const (
	tooManyRemovals    = "Too many removals in one run"
	tooManyInvitations = "Too many invitations in one run"
)

// A roster that lost its end empties no organization: an error in the plan for everybody beyond the cap, which says how
// many are allowed, by what, who was counted and what to check.
func TestTruncatedRosterIsStopped(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 5)
	c.config(team(crew(2)...), "max_removals = 2")
	r := c.plan().capped(1, tooManyRemovals, "one more than the 2", "max_removals", "MODELPRIME_MAX_REMOVALS", "truncated", "so far ")
	for _, email := range crew(5)[2:] {
		if !strings.Contains(r.diags[0].Detail, email) {
			t.Errorf("%s is not named: %s", email, r)
		}
	}
	c.apply().capped(1, tooManyRemovals)
	c.config(team(crew(1)...), "max_removals = 2")
	c.plan().capped(2, tooManyRemovals)
	w.members(crew(5)...)

	c.config(team(crew(2)...), "max_removals = 3")
	c.apply().quiet()
	w.members(crew(2)...)
}

// No removal at all may be allowed.
func TestNoRemovalIsAllowed(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 2)
	c.config(team(crew(1)...), "max_removals = 0")
	c.plan().capped(1, tooManyRemovals, "crew1@example.com", "one more than the 0", "nobody so far")
	c.config(team(crew(2)...), "max_removals = 0")
	c.plan().quiet().plans()
	w.members(crew(2)...)
}

// A replacement removes too, whatever causes it, and counts its person once.
func TestReplacementsCountAsRemovals(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 2)
	first, second := `-replace=modelprime_membership.team["crew0@example.com"]`, `-replace=modelprime_membership.team["crew1@example.com"]`
	c.config(team(crew(2)...), "max_removals = 1")
	c.plan(first).quiet()
	c.plan(first, second).capped(1, tooManyRemovals, "crew0@example.com", "crew1@example.com")
	const two = `
resource "modelprime_membership" "one" {
  email = "%s@example.com"
  name  = "Some One"
  roles = ["developer"]
}
resource "modelprime_membership" "two" {
  email = "%s@example.com"
  name  = "Some Two"
  roles = ["developer"]
}
`
	d := w.cli(fmt.Sprintf(two, "one", "two"))
	d.apply().quiet()
	d.config(fmt.Sprintf(two, "three", "two"), "max_removals = 1")
	d.plan().ok().warns("The invitation of one@example.com cannot be revoked").warnings(1)
	d.config(fmt.Sprintf(two, "three", "four"), "max_removals = 1")
	d.plan().capped(1, tooManyRemovals, "one@example.com", "two@example.com")
	w.members(crew(2)...)
}

// A roster that names the whole company at once e-mails nobody.
func TestTooManyInvitationsAreStopped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(team(crew(3)...), "max_invitations = 2")
	r := c.plan().capped(1, tooManyInvitations, "one more than the 2", "max_invitations", "MODELPRIME_MAX_INVITATIONS", "so far ")
	for _, email := range crew(3) {
		if !strings.Contains(r.diags[0].Detail, email) {
			t.Errorf("%s is not named: %s", email, r)
		}
	}
	c.apply().capped(1, tooManyInvitations)
	w.mails()
	c.config(team(crew(2)...), "max_invitations = 2")
	c.apply().quiet()
	w.mails(crew(2)...)
}

// Everything that sends an e-mail counts: resend, an overdue invitation, another login connection, a replacement.
// What sends none does not: adoption, changed roles, members.
func TestWhatCountsAsAnInvitation(t *testing.T) {
	t.Parallel()
	const none = "max_invitations = 0"
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.config(strings.Replace(ada, "name ", "resend = \"again\"\n  name ", 1), none)
	c.plan().capped(1, tooManyInvitations, "ada@example.com")
	c.config(strings.Replace(ada, "name ", "login_connection = \"username-password\"\n  name ", 1), none)
	c.plan().capped(1, tooManyInvitations, "ada@example.com")
	c.config(ada, none)
	c.plan("-replace="+theAda).capped(1, tooManyInvitations, "ada@example.com")
	c.config(strings.Replace(ada, "ada@", "kai@", 1), none)
	c.plan().capped(1, tooManyInvitations, "kai@example.com")
	w.clock.advance(200 * time.Hour)
	c.config(ada, none, `reinvite_after = "168h"`)
	c.plan().capped(1, tooManyInvitations, "ada@example.com")

	c.config(strings.Replace(ada, "developer", "analyst", 1), none)
	c.plan().ok().plans("update " + theAda)
	w.accept("ada@example.com")
	c.config(ada, none, `reinvite_after = "168h"`)
	c.apply().quiet()
	w.member("grace@example.com", "Grace Pinion", "analyst")
	c.config(ada+strings.NewReplacer(`"ada"`, `"grace"`, "ADA", "grace", "Ada M. Marsh", "Grace").Replace(adopted), none)
	c.apply().ok()
	w.members("ada@example.com", "grace@example.com")
	w.mails("ada@example.com")
}

// The caps may come from the environment, and an argument goes before it. What is no number is an error.
func TestCapsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.installed(team(crew(2)...))
	c.env = []string{"MODELPRIME_MAX_INVITATIONS=1"}
	c.plan().capped(1, tooManyInvitations, "one more than the 1")
	c.config(team(crew(2)...), "max_invitations = 2")
	joinCrew(w, c, 2)
	c.env = []string{"MODELPRIME_MAX_REMOVALS=1"}
	c.config("")
	c.plan().capped(1, tooManyRemovals, "one more than the 1")
	c.config("", "max_removals = 2")
	c.plan().quiet()
	for _, variable := range []string{"MODELPRIME_MAX_REMOVALS", "MODELPRIME_MAX_INVITATIONS"} {
		c.env = []string{variable + "=-1"}
		c.config(team(crew(2)...))
		c.plan().fails(variable, `"-1"`)
	}
	w.members(crew(2)...)
}

// A plan that was made when more was allowed removes no more than is allowed when it is applied: the first ones up to the
// cap, however many ask at once, and each further one fails.
func TestCapsHoldAtTheApply(t *testing.T) {
	t.Parallel()
	const size = 6
	w := newWorld(t)
	c := w.installed(team(crew(size)...))
	c.plan().quiet()
	c.env = []string{"MODELPRIME_MAX_INVITATIONS=2"}
	c.applySaved("-parallelism=20").capped(size-2, tooManyInvitations, "max_invitations allows")
	if got := len(w.Emails()); got != 2 {
		t.Errorf("%d people were e-mailed, want 2", got)
	}
	c.env = nil
	joinCrew(w, c, size)

	c.plan("-destroy").quiet()
	c.env = []string{"MODELPRIME_MAX_REMOVALS=1"}
	w.SetLatency(30 * time.Millisecond)
	c.applySaved("-parallelism=20").capped(size-1, tooManyRemovals, "max_removals allows")
	w.asked("deleteUser", 1)
	if got := len(c.state()); got != size-1 {
		t.Errorf("%d memberships are in the state, want %d", got, size-1)
	}
	c.env = nil
	c.plan().quiet().plans(`create modelprime_membership.team["` + missing(w, size) + `"]`)
}

// missing is the one of the crew who is no member.
func missing(w *world, size int) string {
	w.t.Helper()
	for _, email := range crew(size) {
		if _, ok := w.Member(email); !ok {
			return email
		}
	}
	w.t.Fatal("nobody is missing")
	return ""
}
