package provider_test

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

const promoted = `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["admin", "analyst"]
}
`

// A change of a member's roles is one request.
func TestRolesOfAMember(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.Config(promoted)
	c.Plan().Quiet().Plans("update " + theAda)
	w.ResetLog()
	c.ApplySaved().Quiet()
	w.HasRoles("ada@example.com", "admin", "analyst")
	w.Requested("replaceUserRoles", 1)
	w.Requested("getUser", 0)
	w.Requested("listUsers", 1)
	c.Holds(theAda, acctest.Values{"roles": []string{"admin", "analyst"}})
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")
}

// Changed roles and a changed name of an invited person send no e-mail, and the plan warns that they wait.
func TestChangesWaitForAPendingPerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(`
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Lovelace"
  roles = ["admin", "analyst"]
}
`)
	c.Apply().OK().Plans("update "+theAda).
		Warns("ada@example.com", "roles", "The first apply after that sets the configured roles").
		Warns("ada@example.com", "name")
	c.Holds(theAda, acctest.Values{"status": "invited", "roles": []string{"admin", "analyst"}, "name": "Ada Lovelace", "invitations_sent": 1})
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")

	// She joins with the roles of the invitation, and the next apply sets the configured ones.
	w.Accept("ada@example.com")
	w.HasRoles("ada@example.com", "developer")
	c.Plan().Quiet().Plans("update " + theAda)
	c.ApplySaved().Quiet()
	w.HasRoles("ada@example.com", "admin", "analyst")
	c.Plan().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"name": "Ada Marsh", "status": "active"})
	w.Emailed("ada@example.com")
}

// A changed login connection or value of resend sends one more invitation.
func TestChangesThatResend(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"login_connection": `
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["developer"]
  login_connection = "username-password"
}
`,
		"resend": `
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`,
		"both, and the roles": `
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["analyst"]
  login_connection = "username-password"
  resend           = "2026-03-02"
}
`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(ada)
			c.Apply().Quiet()
			c.Config(config)
			c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
			c.Holds(theAda, acctest.Values{"status": "invited", "invitations_sent": 2, "user_id": nil, "current_email": nil})
			c.Plan().Quiet().Plans()
			w.Emailed("ada@example.com", "ada@example.com")
			id := w.Accept("ada@example.com")
			c.Apply().Quiet().Plans()
			c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
		})
	}
}

// A removed resend, the default login connection and a new resend for a member send nothing.
func TestChangesThatSendNothing(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const again = `
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["developer"]
  login_connection = "google-oauth2"
  resend           = "once"
}
`
	c := w.CLI(again)
	c.Apply().Quiet()
	c.Config(ada)
	c.Apply().Quiet().Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"resend": nil, "invitations_sent": 1})
	w.Accept("ada@example.com")
	c.Apply().Quiet()
	c.Config(again)
	w.ResetLog()
	c.Apply().Quiet().Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"resend": "once", "status": "active"})
	w.Requested("replaceUserRoles", 0)
	w.Requested("inviteUser", 0)
	w.Emailed("ada@example.com")
}

// A person who joined since the refresh gets no further e-mail. Their roles change only after a plan has shown it.
func TestPersonJoinsBeforeResend(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`)
	id := w.Accept("ada@example.com")
	w.Must(w.SetRoles(id, "admin", "developer"))
	c.Apply("-refresh=false").Warns("Another invitation is sent to ada@example.com").Warns("has joined since the plan", id).Warnings(3).Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"status": "invited", "user_id": nil, "current_email": nil, "invitations_sent": 1, "resend": "2026-03-02"})
	w.HasRoles("ada@example.com", "admin", "developer")
	c.Apply().Quiet().Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id, "current_email": "ada@example.com", "invitations_sent": 1})
	w.HasRoles("ada@example.com", "developer")
	w.Emailed("ada@example.com")
	c.Plan().Quiet().Plans()
}

// A member who was removed between plan and apply is an error, and the next plan invites them again.
func TestMemberRemovedBeforeRoleChange(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(promoted)
	c.Plan().Quiet()
	w.Must(w.Remove(id))
	c.ApplySaved().Fails("Could not update the membership", "ada@example.com", "404")
	c.Plan().OK().Plans("create " + theAda).Warns("ada@example.com is no longer a member")
	w.Emailed("ada@example.com")
}
