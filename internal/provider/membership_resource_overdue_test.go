package provider_test

import (
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const week = 7 * 24 * time.Hour

// An invitation that nobody answers is sent again when it is older than reinvite_after, until reinvite_limit e-mails
// have gone out; from then on a warning says so. resend still works.
func TestOverdueInvitationsAreSentAgainUpToTheLimit(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	settings := []string{`reinvite_after = "168h"`, `reinvite_limit = 2`}
	c := w.CLI(ada, settings...)
	c.Apply().Quiet()
	w.Clock.Advance(week)
	c.Plan().Quiet().Plans()

	w.Clock.Advance(time.Second)
	c.Plan().Warns("Another invitation is sent to ada@example.com").Warnings(1).Plans("update " + theAda)
	c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"status": "invited", "invitations_sent": 2, "invited_at": "2026-03-08T09:00:01Z", "user_id": nil})
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com", "ada@example.com")

	w.Clock.Advance(week + time.Second)
	c.Apply().OK().Plans().Warns("ada@example.com", "overdue", "reinvite_limit", "resend").Warnings(1)
	c.Holds(theAda, acctest.Values{"status": "overdue", "invitations_sent": 2})
	c.Plan("-refresh=false").OK().Plans().Warns("reinvite_limit")

	c.Config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "now"
}
`, settings...)
	c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"status": "invited", "invitations_sent": 3})
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com", "ada@example.com", "ada@example.com")
}

// Three e-mails are the limit when none is configured, the first one counted.
func TestReinviteLimitIsThree(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada, `reinvite_after = "24h"`)
	for range 5 {
		c.Apply().OK()
		w.Clock.Advance(25 * time.Hour)
	}
	w.Emailed("ada@example.com", "ada@example.com", "ada@example.com")
	c.Plan().OK().Plans().Warns("reinvite_limit", "3")
}

// Without reinvite_after nothing ever gets overdue.
func TestNothingIsOverdueWithoutReinviteAfter(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	w.Clock.Advance(100 * week)
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "invited"})
	w.Emailed("ada@example.com")
}

// The clock is asked when the invitation is read: a plan that does not read plans nothing, and a saved plan that was
// made of an overdue one holds at any time.
func TestTheClockIsAskedAtTheRead(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada, `reinvite_after = "168h"`)
	c.Apply().Quiet()
	w.Clock.Advance(2 * week)
	c.Plan("-refresh=false").Quiet().Plans()
	c.Plan().Warns("Another invitation is sent to ada@example.com").Warnings(1).Plans("update " + theAda)
	w.Clock.Advance(-2 * week)
	c.ApplySaved().Warns("Another invitation is sent to ada@example.com").Warnings(1)
	c.Holds(theAda, acctest.Values{"status": "invited", "invitations_sent": 2})
	w.Emailed("ada@example.com", "ada@example.com")
}

// One that nobody knows the fate of gets overdue likewise.
func TestUnconfirmedInvitationGetsOverdue(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.FailOnce("inviteUser")
	c := w.CLI(ada, `reinvite_after = "168h"`)
	c.Apply().OK().Warns("resend")
	w.Emailed()
	w.Clock.Advance(week + time.Second)
	c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"status": "invited", "invitations_sent": 2})
	w.Emailed("ada@example.com")
}

// An overdue person who has accepted since the plan gets no further e-mail.
func TestOverduePersonWhoJoinsBeforeTheApply(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada, `reinvite_after = "168h"`)
	c.Apply().Quiet()
	w.Clock.Advance(week + time.Second)
	c.Plan().Warns("Another invitation is sent to ada@example.com").Warnings(1).Plans("update " + theAda)
	id := w.Accept("ada@example.com")
	c.ApplySaved().Warns("Another invitation is sent to ada@example.com").Warns("has joined since the plan", id).Warnings(2)
	c.Holds(theAda, acctest.Values{"status": "overdue", "user_id": nil, "invitations_sent": 1, "invited_at": "2026-03-01T09:00:00Z"})
	c.Plan().Quiet().Plans()
	c.Apply("-refresh-only").OK()
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id, "invitations_sent": 1, "invited_at": "2026-03-01T09:00:00Z"})
	w.Emailed("ada@example.com")
}

// The next invitation carries what is configured now; whoever answers either of the two is known.
func TestNextInvitationCarriesTheChangedRoles(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada, `reinvite_after = "168h"`)
	c.Apply().Quiet()
	c.Config(`
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Lovelace"
  roles = ["analyst"]
}
`, `reinvite_after = "168h"`)
	c.Apply().OK()
	w.Clock.Advance(week + time.Second)
	c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
	second := w.Emails()[1]
	if second.Name != "Ada Lovelace" {
		t.Errorf("the second invitation is %+v", second)
	}
	acctest.EqualSets(t, "roles of the second invitation", second.Roles, []string{"analyst"})
	// She answers the first e-mail after all.
	id := w.Add(sandbox.User{ID: "google-oauth2|ada", Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"developer"}})
	c.Plan().Quiet().Plans("update " + theAda)
	c.ApplySaved().Quiet()
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
	w.HasRoles("ada@example.com", "analyst")
}
