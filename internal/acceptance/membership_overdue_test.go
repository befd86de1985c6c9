package acceptance

import (
	"testing"
	"time"
)

const week = 7 * 24 * time.Hour

// An invitation that nobody answers is sent again when it is older than reinvite_after, until reinvite_limit e-mails
// have gone out; from then on a warning says so. resend still works.
func TestOverdueInvitationsAreSentAgainUpToTheLimit(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	settings := []string{`reinvite_after = "168h"`, `reinvite_limit = 2`}
	c := w.cli(ada, settings...)
	c.apply().quiet()
	w.clock.advance(week)
	c.plan().quiet().plans()

	w.clock.advance(time.Second)
	c.plan().warns("Another invitation is sent to ada@example.com").warnings(1).plans("update " + theAda)
	c.apply().warns("Another invitation is sent to ada@example.com").warnings(2).plans("update " + theAda)
	c.holds(theAda, values{"status": "invited", "invitations_sent": 2, "invited_at": "2026-03-08T09:00:01Z", "user_id": nil})
	c.plan().quiet().plans()
	w.mails("ada@example.com", "ada@example.com")

	w.clock.advance(week + time.Second)
	c.apply().ok().plans().warns("ada@example.com", "overdue", "reinvite_limit", "resend").warnings(1)
	c.holds(theAda, values{"status": "overdue", "invitations_sent": 2})
	c.plan("-refresh=false").ok().plans().warns("reinvite_limit")

	c.config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "now"
}
`, settings...)
	c.apply().warns("Another invitation is sent to ada@example.com").warnings(2).plans("update " + theAda)
	c.holds(theAda, values{"status": "invited", "invitations_sent": 3})
	c.plan().quiet().plans()
	w.mails("ada@example.com", "ada@example.com", "ada@example.com")
}

// Three e-mails are the limit when none is configured, the first one counted.
func TestReinviteLimitIsThree(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada, `reinvite_after = "24h"`)
	for range 5 {
		c.apply().ok()
		w.clock.advance(25 * time.Hour)
	}
	w.mails("ada@example.com", "ada@example.com", "ada@example.com")
	c.plan().ok().plans().warns("reinvite_limit", "3")
}

// Without reinvite_after nothing ever gets overdue.
func TestNothingIsOverdueWithoutReinviteAfter(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	w.clock.advance(100 * week)
	c.apply().quiet().plans()
	c.holds(theAda, values{"status": "invited"})
	w.mails("ada@example.com")
}

// The clock is asked when the invitation is read: a plan that does not read plans nothing, and a saved plan that was
// made of an overdue one holds at any time.
func TestTheClockIsAskedAtTheRead(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada, `reinvite_after = "168h"`)
	c.apply().quiet()
	w.clock.advance(2 * week)
	c.plan("-refresh=false").quiet().plans()
	c.plan().warns("Another invitation is sent to ada@example.com").warnings(1).plans("update " + theAda)
	w.clock.advance(-2 * week)
	c.applySaved().warns("Another invitation is sent to ada@example.com").warnings(1)
	c.holds(theAda, values{"status": "invited", "invitations_sent": 2})
	w.mails("ada@example.com", "ada@example.com")
}

// One that nobody knows the fate of gets overdue likewise.
func TestUnconfirmedInvitationGetsOverdue(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.failOnce("inviteUser")
	c := w.cli(ada, `reinvite_after = "168h"`)
	c.apply().ok().warns("resend")
	w.mails()
	w.clock.advance(week + time.Second)
	c.apply().warns("Another invitation is sent to ada@example.com").warnings(2).plans("update " + theAda)
	c.holds(theAda, values{"status": "invited", "invitations_sent": 2})
	w.mails("ada@example.com")
}

// An overdue person who has accepted since the plan gets no further e-mail.
func TestOverduePersonWhoJoinsBeforeTheApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada, `reinvite_after = "168h"`)
	c.apply().quiet()
	w.clock.advance(week + time.Second)
	c.plan().warns("Another invitation is sent to ada@example.com").warnings(1).plans("update " + theAda)
	id := w.accept("ada@example.com")
	c.applySaved().warns("Another invitation is sent to ada@example.com").warns("has joined since the plan", id).warnings(2)
	c.holds(theAda, values{"status": "overdue", "user_id": nil, "invitations_sent": 1, "invited_at": "2026-03-01T09:00:00Z"})
	c.plan().quiet().plans()
	c.apply("-refresh-only").ok()
	c.holds(theAda, values{"status": "active", "user_id": id, "invitations_sent": 1, "invited_at": "2026-03-01T09:00:00Z"})
	w.mails("ada@example.com")
}

// The next invitation carries what is configured now; whoever answers either of the two is known.
func TestNextInvitationCarriesTheChangedRoles(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada, `reinvite_after = "168h"`)
	c.apply().quiet()
	c.config(`
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Lovelace"
  roles = ["analyst"]
}
`, `reinvite_after = "168h"`)
	c.apply().ok()
	w.clock.advance(week + time.Second)
	c.apply().warns("Another invitation is sent to ada@example.com").warnings(2).plans("update " + theAda)
	second := w.Emails()[1]
	if second.Name != "Ada Lovelace" {
		t.Errorf("the second invitation is %+v", second)
	}
	equalSets(t, "roles of the second invitation", second.Roles, []string{"analyst"})
	// She answers the first e-mail after all.
	id := w.member("ada@example.com", "Ada Marsh", "developer")
	c.plan().quiet().plans("update " + theAda)
	c.applySaved().quiet()
	c.holds(theAda, values{"status": "active", "user_id": id})
	w.roles("ada@example.com", "analyst")
}
