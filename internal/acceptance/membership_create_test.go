package acceptance

import "testing"

const theAda = "modelprime_membership.ada"

// Nobody has the address: one invitation, with all that the configuration says, and the apply waits for nobody.
func TestCreateInvitesOnceAndIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(`
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["developer", "analyst"]
  login_connection = "username-password"
}
`)
	c.apply().quiet().plans("create " + theAda)
	c.holds(theAda, values{
		"email": "ada@example.com", "name": "Ada Marsh", "roles": []string{"analyst", "developer"},
		"login_connection": "username-password", "adopt_existing": false, "resend": nil,
		"status": "invited", "user_id": nil, "current_email": nil,
		"invited_at": "2026-03-01T09:00:00Z", "invitations_sent": 1,
		"organization_id": "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90",
	})
	c.plan().quiet().plans()
	w.mails("ada@example.com")
	mail := w.Emails()[0]
	equalSets(t, "roles of the invitation", mail.Roles, []string{"developer", "analyst"})
	if mail.Name != "Ada Marsh" || mail.Connection != "username-password" {
		t.Errorf("the invitation is %+v", mail)
	}
}
