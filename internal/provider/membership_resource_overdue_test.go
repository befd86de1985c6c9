package provider_test

import (
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const week = 7 * 24 * time.Hour

// An unanswered invitation is sent again when it is older than reinvite_after, up to reinvite_limit e-mails. After that the plan
// warns. resend still works.
func TestOverdueInvitationsAreResentUpToTheLimit(t *testing.T) {
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

// The default of reinvite_limit is three e-mails, including the first one.
func TestDefaultReinviteLimit(t *testing.T) {
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

// Without reinvite_after an invitation never becomes overdue.
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

// The age of an invitation is checked in Read: a plan without a refresh sends nothing, and a saved plan to resend stays valid.
func TestOverdueIsDecidedInRead(t *testing.T) {
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

// An unconfirmed invitation becomes overdue, too.
func TestUnconfirmedInvitationBecomesOverdue(t *testing.T) {
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

// An overdue person who joins between plan and apply gets no further e-mail.
func TestOverduePersonJoinsBeforeApply(t *testing.T) {
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

// The next invitation has the current configuration. A person who answers the first one is still bound.
func TestNextInvitationHasChangedRoles(t *testing.T) {
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
	// She answers the first invitation.
	id := w.Add(sandbox.User{ID: "google-oauth2|ada", Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"developer"}})
	c.Plan().Quiet().Plans("update " + theAda)
	c.ApplySaved().Quiet()
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
	w.HasRoles("ada@example.com", "analyst")
}
