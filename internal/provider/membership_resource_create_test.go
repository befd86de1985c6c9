package provider_test

import (
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theAda = "modelprime_membership.ada"

// A new address gets one invitation with all configured values. The apply does not wait for the answer.
func TestCreateInvitesOnce(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["developer", "analyst"]
  login_connection = "username-password"
}
`)
	c.Apply().Quiet().Plans("create " + theAda)
	c.Holds(theAda, acctest.Values{
		"email": "ada@example.com", "name": "Ada Marsh", "roles": []string{"analyst", "developer"},
		"login_connection": "username-password", "adopt_existing": false, "resend": nil,
		"status": "invited", "user_id": nil, "current_email": nil,
		"invited_at": "2026-03-01T09:00:00Z", "invitations_sent": 1,
		"organization_id": "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90",
	})
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")
	mail := w.Emails()[0]
	acctest.EqualSets(t, "roles of the invitation", mail.Roles, []string{"developer", "analyst"})
	if mail.Name != "Ada Marsh" || mail.Connection != "username-password" {
		t.Errorf("the invitation is %+v", mail)
	}
}

// An invitation without a reply is unconfirmed: a warning now and in each plan, and no second e-mail. It becomes active when the
// person joins.
func TestUnconfirmedInvitation(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "inviteUser", Times: 1})
	c := w.CLI(ada)
	c.Apply().OK().Warns("ada@example.com", "resend", "wait", "POST /users/invite").Warnings(1)
	c.Holds(theAda, acctest.Values{"status": "unconfirmed", "user_id": nil, "invitations_sent": 1, "invited_at": "2026-03-01T09:00:00Z"})
	c.Plan().OK().Plans().Warns("ada@example.com", "resend").Warnings(1)
	c.Plan("-refresh=false").OK().Plans().Warns("ada@example.com", "resend")
	c.Apply().OK().Plans()
	w.Requested("inviteUser", 1)
	w.Emailed("ada@example.com")
	w.Accept("ada@example.com")
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "active", "current_email": "ada@example.com"})
}

// The API may have processed an attempt that timed out.
func TestInvitationThatTimesOutIsUnconfirmed(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.OnRequest(func(operation string, _ int) {
		if operation == "inviteUser" {
			w.SetLatency(time.Minute)
		}
	})
	c := w.CLI(ada, `request_timeout = "250ms"`)
	c.Apply().OK().Warns("ada@example.com", "resend", "250ms")
	c.Holds(theAda, acctest.Values{"status": "unconfirmed"})
	w.Requested("inviteUser", 1)
}

// A new value of resend sends one more invitation and ends the unconfirmed status.
func TestResendOfUnconfirmedInvitation(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "inviteUser", Times: 1})
	c := w.CLI(ada)
	c.Apply().OK()
	w.Emailed()
	c.Config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`)
	c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"status": "invited", "invitations_sent": 2, "resend": "2026-03-02"})
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")
}

// The plan of a creation shows the organization.
func TestCreationPlansItsOrganization(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Plan().Quiet().Plans("create " + theAda)
	if got := c.PlannedValues(theAda)["organization_id"]; got != "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90" {
		t.Errorf("organization_id is planned as %v", got)
	}
	w.Emailed()
	w.Requested("inviteUser", 0)
	c.ApplySaved().Quiet()
	w.Emailed("ada@example.com")
}

// The state and the e-mail have the configured spelling of the address.
func TestEmailIsKeptAsConfigured(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "modelprime_membership" "ada" {
  email = "Ada.Marsh@Example.com"
  name  = "Ada Marsh"
  roles = ["developer"]
}
`)
	c.Apply().Quiet()
	c.Holds(theAda, acctest.Values{"email": "Ada.Marsh@Example.com"})
	c.Config(`
resource "modelprime_membership" "ada" {
  email = "ada.marsh@example.com"
  name  = "Ada Marsh"
  roles = ["developer"]
}
`)
	c.Plan().Quiet().Plans()
	w.Accept("ada.marsh@example.com")
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "active"})
	c.Plan().Quiet().Plans()
	w.Emailed("Ada.Marsh@Example.com")
}

// Only the whole address identifies a member; a dotless i is another letter.
func TestOnlyWholeAddressIsSamePerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com.au", "Ada Marsh", "developer")
	w.NewMember("xada@example.com", "Ada Marsh", "developer")
	w.NewMember("ka\u0131@example.com", "Kai Gripper", "developer")
	c := w.CLI(ada + `
resource "modelprime_membership" "kai" {
  email = "kai@example.com"
  name  = "Kai Gripper"
  roles = ["developer"]
}
`)
	c.Apply().Quiet().Plans("create "+theAda, "create modelprime_membership.kai")
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "invited"})
	c.Holds("modelprime_membership.kai", acctest.Values{"status": "invited"})
	w.Emailed("ada@example.com", "kai@example.com")
}
