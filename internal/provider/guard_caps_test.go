package provider_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// team is a membership for each address, with for_each.
func team(emails ...string) string {
	return `
resource "modelprime_membership" "team" {
  for_each = toset(["` + strings.Join(emails, `", "`) + `"])
  email    = each.key
  name     = "Crew Member"
  roles    = ["developer"]
}
`
}

// crew returns that many invented addresses.
func crew(size int) []string {
	emails := make([]string, size)
	for i := range emails {
		emails[i] = fmt.Sprintf("crew%d@example.com", i)
	}
	return emails
}

// joinedCrew makes an organization of members who are all in the configuration.
func joinedCrew(t *testing.T, size int) (*acctest.World, *acctest.CLI) {
	t.Helper()
	w := acctest.NewWorld(t)
	c := w.CLI(team(crew(size)...))
	joinCrew(w, c, size)
	return w, c
}

func joinCrew(w *acctest.World, c *acctest.CLI, size int) {
	w.T.Helper()
	c.Apply().Quiet()
	for _, email := range crew(size) {
		w.Accept(email)
	}
	c.Apply("-refresh-only").Quiet()
}

// capped fails the test unless the command failed with that many errors, each with this summary and these texts.
func capped(r *acctest.Report, times int, summary string, texts ...string) *acctest.Report {
	r.T.Helper()
	failures := r.All("error")
	if r.Code == 0 || len(failures) != times {
		r.T.Fatalf("want %d errors: %s", times, r)
	}
	for _, d := range failures {
		if d.Summary != summary || !acctest.HoldsAll(d, texts) {
			r.T.Errorf("want %q with %q: %s", summary, texts, d)
		}
	}
	return r
}

const (
	tooManyRemovals    = "Too many removals in one run"
	tooManyInvitations = "Too many invitations in one run"
)

// A truncated roster is an error in the plan for each person beyond the cap. The error says how many are allowed, by which
// argument, who was counted and what to check.
func TestTruncatedRosterIsStopped(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 5)
	c.Config(team(crew(2)...), "max_removals = 2")
	r := capped(c.Plan(), 1, tooManyRemovals, "one more than the 2", "max_removals", "MODELPRIME_MAX_REMOVALS", "truncated", "Already counted: ")
	for _, email := range crew(5)[2:] {
		if !strings.Contains(r.Diags[0].Detail, email) {
			t.Errorf("%s is not named: %s", email, r)
		}
	}
	capped(c.Apply(), 1, tooManyRemovals)
	c.Config(team(crew(1)...), "max_removals = 2")
	capped(c.Plan(), 2, tooManyRemovals)
	w.HasMembers(crew(5)...)

	c.Config(team(crew(2)...), "max_removals = 3")
	c.Apply().Quiet()
	w.HasMembers(crew(2)...)
}

// max_removals = 0 allows no removal.
func TestCapOfNoRemovals(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 2)
	c.Config(team(crew(1)...), "max_removals = 0")
	capped(c.Plan(), 1, tooManyRemovals, "crew1@example.com", "one more than the 0", "Already counted: nobody.")
	c.Config(team(crew(2)...), "max_removals = 0")
	c.Plan().Quiet().Plans()
	w.HasMembers(crew(2)...)
}

// A replacement counts as one removal of its member, whatever causes it.
func TestReplacementsCountAsRemovals(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 2)
	first, second := `-replace=modelprime_membership.team["crew0@example.com"]`, `-replace=modelprime_membership.team["crew1@example.com"]`
	c.Config(strings.Replace(team(crew(2)...), "name ", "adopt_existing = true\n  name ", 1), "max_removals = 1")
	c.Plan(first).Quiet()
	capped(c.Plan(first, second), 1, tooManyRemovals, "crew0@example.com", "crew1@example.com")

	// An invited person who is forgotten is not counted.
	d := w.CLI(team("one@example.com", "two@example.com"))
	d.Apply().Quiet()
	d.Config(team("three@example.com"), "max_removals = 0")
	d.Plan().OK().Warns("The invitation to one@example.com cannot be revoked").Warnings(2)
	w.HasMembers(crew(2)...)
}

// A roster of the whole company sends no e-mail beyond the cap.
func TestTooManyInvitationsAreStopped(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(team(crew(3)...), "max_invitations = 2")
	r := capped(c.Plan(), 1, tooManyInvitations, "one more than the 2", "max_invitations", "MODELPRIME_MAX_INVITATIONS", "Already counted: ")
	for _, email := range crew(3) {
		if !strings.Contains(r.Diags[0].Detail, email) {
			t.Errorf("%s is not named: %s", email, r)
		}
	}
	capped(c.Apply(), 1, tooManyInvitations)
	w.Emailed()
	c.Config(team(crew(2)...), "max_invitations = 2")
	c.Apply().Quiet()
	w.Emailed(crew(2)...)
}

// Everything that sends an invitation counts: resend, an overdue invitation, another login connection, a replacement.
// Adoption, changed roles and active members do not count.
func TestChangesThatCountAsInvitations(t *testing.T) {
	t.Parallel()
	const none = "max_invitations = 0"
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(strings.Replace(ada, "name ", "resend = \"again\"\n  name ", 1), none)
	capped(c.Plan(), 1, tooManyInvitations, "ada@example.com")
	c.Config(strings.Replace(ada, "name ", "login_connection = \"username-password\"\n  name ", 1), none)
	capped(c.Plan(), 1, tooManyInvitations, "ada@example.com")
	c.Config(ada, none)
	capped(c.Plan("-replace="+theAda), 1, tooManyInvitations, "ada@example.com")
	c.Config(strings.Replace(ada, "ada@", "kai@", 1), none)
	capped(c.Plan(), 1, tooManyInvitations, "kai@example.com")
	w.Clock.Advance(200 * time.Hour)
	c.Config(ada, none, `reinvite_after = "168h"`)
	capped(c.Plan(), 1, tooManyInvitations, "ada@example.com")

	c.Config(strings.Replace(ada, "developer", "analyst", 1), none)
	c.Plan().OK().Plans("update " + theAda)
	w.Accept("ada@example.com")
	c.Config(ada, none, `reinvite_after = "168h"`)
	c.Apply().Quiet()
	w.NewMember("grace@example.com", "Grace Pinion", "analyst")
	c.Config(ada+strings.NewReplacer(`"ada"`, `"grace"`, "ADA", "grace", "Ada M. Marsh", "Grace").Replace(adopted), none)
	c.Apply().OK()
	w.HasMembers("ada@example.com", "grace@example.com")
	w.Emailed("ada@example.com")
}

// The caps may come from the environment. An argument takes precedence, and an invalid value is an error.
func TestCapsFromTheEnvironment(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.Installed(team(crew(2)...))
	c.Env = []string{"MODELPRIME_MAX_INVITATIONS=1"}
	capped(c.Plan(), 1, tooManyInvitations, "one more than the 1")
	c.Config(team(crew(2)...), "max_invitations = 2")
	joinCrew(w, c, 2)
	c.Env = []string{"MODELPRIME_MAX_REMOVALS=1"}
	c.Config("")
	capped(c.Plan(), 1, tooManyRemovals, "one more than the 1")
	c.Config("", "max_removals = 2")
	c.Plan().Quiet()
	for _, variable := range []string{"MODELPRIME_MAX_REMOVALS", "MODELPRIME_MAX_INVITATIONS"} {
		c.Env = []string{variable + "=-1"}
		c.Config(team(crew(2)...))
		c.Plan().Fails(variable, `"-1"`)
	}
	w.HasMembers(crew(2)...)
}

// The caps also apply to a plan that was made under higher ones: the apply does as many changes as the cap allows, also in
// parallel, and each further one fails.
func TestCapsHoldAtTheApply(t *testing.T) {
	t.Parallel()
	const size = 6
	w := acctest.NewWorld(t)
	c := w.Installed(team(crew(size)...))
	c.Plan().Quiet()
	c.Env = []string{"MODELPRIME_MAX_INVITATIONS=2"}
	capped(c.ApplySaved("-parallelism=20"), size-2, tooManyInvitations, "max_invitations allows")
	if got := len(w.Emails()); got != 2 {
		t.Errorf("%d people were e-mailed, want 2", got)
	}
	c.Env = []string{"MODELPRIME_MAX_REMOVALS=100%"}
	joinCrew(w, c, size)

	c.Plan("-destroy").Quiet()
	c.Env = []string{"MODELPRIME_MAX_REMOVALS=1"}
	w.SetLatency(30 * time.Millisecond)
	capped(c.ApplySaved("-parallelism=20"), size-1, tooManyRemovals, "max_removals allows")
	w.Requested("deleteUser", 1)
	if got := len(c.State()); got != size-1 {
		t.Errorf("%d memberships are in the state, want %d", got, size-1)
	}
	c.Env = nil
	c.Plan().Quiet().Plans(`create modelprime_membership.team["` + missing(w, size) + `"]`)
}

// missing returns the address of the crew's one person who is not a member.
func missing(w *acctest.World, size int) string {
	w.T.Helper()
	for _, email := range crew(size) {
		if _, ok := w.Member(email); !ok {
			return email
		}
	}
	w.T.Fatal("nobody is missing")
	return ""
}
