package provider_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// Roles changed elsewhere are a diff, and the apply sets them back.
func TestRolesChangedElsewhereAreRestored(t *testing.T) {
	t.Parallel()
	for name, roles := range map[string][]string{"more": {"developer", "admin"}, "others": {"analyst"}, "none": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := joinedAda(t)
			w.Must(w.SetRoles(id, roles...))
			c.Plan().Quiet().Plans("update " + theAda)
			c.ApplySaved().Quiet()
			w.HasRoles("ada@example.com", "developer")
			w.Requested("replaceUserRoles", 1)
			c.Plan().Quiet().Plans()
			w.Emailed("ada@example.com")
		})
	}
}

const renamed = `
resource "modelprime_membership" "ada" {
  email = "Lovelace@example.com"
  name  = "Ada Marsh"
  roles = ["developer"]
}
`

// A member who changed their own address stays the same member: a warning with both addresses, no diff.
func TestOwnEmailChange(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Must(w.SetEmail(id, "lovelace@example.com"))
	c.Apply().OK().Plans().Warns("ada@example.com", "lovelace@example.com", id)
	c.Holds(theAda, acctest.Values{"email": "ada@example.com", "current_email": "lovelace@example.com", "user_id": id})
	c.Plan("-refresh=false").OK().Plans().Warns("ada@example.com is now lovelace@example.com").Warnings(1)
	w.HasMembers("lovelace@example.com")
	w.Emailed("ada@example.com")
}

// The configuration takes the new address: an update of the state only, with one request for the organization.
func TestConfigurationFollowsAnOwnEmailChange(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Must(w.SetEmail(id, "lovelace@example.com"))
	c.Apply().OK()
	c.Config(renamed)
	c.Plan().Quiet().Plans("update " + theAda)
	w.ResetLog()
	c.ApplySaved().Quiet()
	w.Requested("getOrganization", 1)
	if got := len(w.Requests()); got != 1 {
		t.Errorf("%d requests for a change of the state only: %v", got, w.Requests())
	}
	c.Holds(theAda, acctest.Values{"email": "Lovelace@example.com", "current_email": "lovelace@example.com", "user_id": id})
	c.Plan().Quiet().Plans()
	w.HasMembers("lovelace@example.com")
	w.Emailed("ada@example.com")
}

// A member may take the configured address back.
func TestOwnEmailChangedBack(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Must(w.SetEmail(id, "lovelace@example.com"))
	c.Apply().OK()
	w.Must(w.SetEmail(id, "Ada@example.com"))
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"email": "ada@example.com", "current_email": "Ada@example.com"})
}

// Another person's address replaces the membership: the member is removed, the other person invited.
func TestAnotherPersonsAddressReplaces(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.Config(`
resource "modelprime_membership" "ada" {
  email = "grace@example.com"
  name  = "Grace Hub"
  roles = ["analyst"]
}
`)
	c.Plan().OK().Warns("ada@example.com is replaced by grace@example.com", "they change their address in Model-Prime first").Warnings(1).Plans("replace " + theAda)
	w.HasMembers("ada@example.com")
	c.ApplySaved().Quiet()
	w.HasMembers()
	w.Emailed("ada@example.com", "grace@example.com")
	c.Holds(theAda, acctest.Values{"email": "grace@example.com", "status": "invited", "user_id": nil, "invitations_sent": 1})
	c.Plan().Quiet().Plans()
}

// The address of another member replaces the membership only with adopt_existing.
func TestAnotherMembersAddressNeedsAdoption(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	id := w.NewMember("grace@example.com", "Grace Hub", "analyst")
	const grace = `
resource "modelprime_membership" "ada" {
  email          = "grace@example.com"
  roles          = ["analyst"]
  adopt_existing = false
}
`
	c.Config(grace)
	c.Plan().Fails("Already a member", "grace@example.com", id)
	c.Config(strings.ReplaceAll(grace, "false", "true"))
	c.Apply().OK().Plans("replace "+theAda).Warns("grace@example.com", id, "will be adopted")
	c.Holds(theAda, acctest.Values{"user_id": id, "status": "active", "name": "Grace Hub"})
	w.HasMembers("grace@example.com")
	w.Emailed("ada@example.com")
}

// A pending invitation changed to another address: no removal, one invitation.
func TestPendingAddressOfAnotherPersonReplaces(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(strings.ReplaceAll(ada, "ada@example.com", "grace@example.com"))
	c.Apply().OK().Plans("replace " + theAda).Warns("invitation to ada@example.com cannot be revoked")
	c.Holds(theAda, acctest.Values{"email": "grace@example.com", "status": "invited", "invitations_sent": 1})
	w.Emailed("ada@example.com", "grace@example.com")
	w.Requested("deleteUser", 0)
}

const addressOfAnother = `
variable "address" {}

resource "terraform_data" "address" {
  input = var.address
}

resource "modelprime_membership" "ada" {
  email = terraform_data.address.output
  name  = "Ada Marsh"
  roles = ["developer"]
}
`

// An address unknown in the plan replaces no member. It may turn out to be the same person's.
func TestUnknownEmailOfSamePerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(addressOfAnother)
	c.Apply("-var=address=ada@example.com").Quiet().Plans("create terraform_data.address", "create "+theAda)
	c.Holds(theAda, acctest.Values{"email": "ada@example.com", "status": "invited"})
	c.Apply("-var=address=ADA@example.com").Quiet().Plans("update terraform_data.address", "update "+theAda)
	c.Holds(theAda, acctest.Values{"status": "invited", "invitations_sent": 1})
	w.Accept("ada@example.com")
	c.Apply("-var=address=ADA@example.com").Quiet().Plans()
	c.Apply("-var=address=Ada@example.com").Quiet().Plans("update terraform_data.address", "update "+theAda)
	c.Holds(theAda, acctest.Values{"status": "active"})
	c.Plan("-var=address=Ada@example.com").Quiet().Plans()
	w.HasMembers("ada@example.com")
	w.Emailed("ada@example.com")
}

// If it is another person's, Terraform stops the apply and nothing changes.
func TestUnknownEmailOfAnotherPerson(t *testing.T) {
	t.Parallel()
	for name, joined := range map[string]bool{"pending": false, "joined": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(addressOfAnother)
			c.Apply("-var=address=ada@example.com").Quiet()
			if joined {
				w.Accept("ada@example.com")
				c.Apply("-var=address=ada@example.com").Quiet()
			}
			before := c.State()[theAda].Values
			w.ResetLog()
			stopped := c.Apply("-var=address=grace@example.com").Plans("update terraform_data.address", "update "+theAda)
			if !strings.Contains(stopped.String(), "changed the planned action from Update to DeleteThenCreate") {
				t.Errorf("Terraform did not stop it: %s", stopped)
			}
			c.Holds(theAda, before)
			w.Requested("deleteUser", 0)
			w.Requested("inviteUser", 0)
			w.Emailed("ada@example.com")
			c.Plan("-var=address=grace@example.com").OK().Plans("replace " + theAda)
		})
	}
}

// All attributes of a new membership may be unknown in the plan.
func TestUnknownAttributesOfANewMembership(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "terraform_data" "person" {
  input = {
    email = "ada@example.com", name = "Ada Marsh", role = "analyst", connection = "username-password", adopt = false, resend = "x"
  }
}

resource "modelprime_membership" "ada" {
  email            = terraform_data.person.output.email
  name             = terraform_data.person.output.name
  roles            = [terraform_data.person.output.role]
  login_connection = terraform_data.person.output.connection
  adopt_existing   = terraform_data.person.output.adopt
  resend           = terraform_data.person.output.resend
}
`)
	c.Apply().Quiet()
	c.Holds(theAda, acctest.Values{
		"email": "ada@example.com", "name": "Ada Marsh", "roles": []string{"analyst"}, "login_connection": "username-password",
		"adopt_existing": false, "resend": "x", "status": "invited", "invitations_sent": 1,
	})
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")
}

// A name that turns out to be null is an error before an invitation is sent.
func TestUnknownNameThatIsNull(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "terraform_data" "name" {
  input = null
}

resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = terraform_data.name.id == "" ? "Ada" : null
  roles = ["analyst"]
}
`)
	c.Apply().Fails("Missing name", "ada@example.com")
	c.Lacks(theAda)
	w.Emailed()
}

// A state without a refresh lacks the member's new address. A plan with that address would remove and invite the same person, so it
// is an error.
func TestOwnEmailChangeWithoutRefresh(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Must(w.SetEmail(id, "lovelace@example.com"))
	c.Config(renamed)
	c.Plan("-refresh=false").Fails("Lovelace@example.com", id, "-refresh=false")
	c.Apply().Quiet().Plans("update " + theAda)
	w.HasMembers("lovelace@example.com")
	w.Emailed("ada@example.com")
	w.Requested("deleteUser", 0)
}
