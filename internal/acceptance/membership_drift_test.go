package acceptance

import (
	"strings"
	"testing"
)

// Roles that were changed elsewhere show as a diff and are put back, whichever way they went.
func TestRolesChangedElsewhereArePutBack(t *testing.T) {
	t.Parallel()
	for name, roles := range map[string][]string{"more": {"developer", "admin"}, "others": {"analyst"}, "none": {}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := joinedAda(t)
			w.must(w.SetRoles(id, roles...))
			c.plan().quiet().plans("update " + theAda)
			c.applySaved().quiet()
			w.roles("ada@example.com", "developer")
			w.asked("replaceUserRoles", 1)
			c.plan().quiet().plans()
			w.mails("ada@example.com")
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

// Somebody who changed their own address is the same member: a warning that names both, and no diff.
func TestOwnEmailChange(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.must(w.SetEmail(id, "lovelace@example.com"))
	c.apply().ok().plans().warns("ada@example.com", "lovelace@example.com", id)
	c.holds(theAda, values{"email": "ada@example.com", "current_email": "lovelace@example.com", "user_id": id})
	c.plan("-refresh=false").ok().plans().warns("ada@example.com is now lovelace@example.com").warnings(1)
	w.members("lovelace@example.com")
	w.mails("ada@example.com")
}

// The configuration follows: in place, and nothing is asked of the API but whose token it is.
func TestConfigurationFollowsAnOwnEmailChange(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.must(w.SetEmail(id, "lovelace@example.com"))
	c.apply().ok()
	c.config(renamed)
	c.plan().quiet().plans("update " + theAda)
	w.ResetLog()
	c.applySaved().quiet()
	w.asked("getOrganization", 1)
	if got := len(w.Requests()); got != 1 {
		t.Errorf("%d requests for a change of the state only: %v", got, w.Requests())
	}
	c.holds(theAda, values{"email": "Lovelace@example.com", "current_email": "lovelace@example.com", "user_id": id})
	c.plan().quiet().plans()
	w.members("lovelace@example.com")
	w.mails("ada@example.com")
}

// The way back is open too: the configured address is theirs again.
func TestOwnEmailChangedBack(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.must(w.SetEmail(id, "lovelace@example.com"))
	c.apply().ok()
	w.must(w.SetEmail(id, "Ada@example.com"))
	c.apply().quiet().plans()
	c.holds(theAda, values{"email": "ada@example.com", "current_email": "Ada@example.com"})
}

// Anybody else's address is another person: the one is removed, the other invited.
func TestAnotherPersonsAddressReplaces(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.config(`
resource "modelprime_membership" "ada" {
  email = "grace@example.com"
  name  = "Grace Hub"
  roles = ["analyst"]
}
`)
	c.plan().quiet().plans("replace " + theAda)
	w.members("ada@example.com")
	c.applySaved().quiet()
	w.members()
	w.mails("ada@example.com", "grace@example.com")
	c.holds(theAda, values{"email": "grace@example.com", "status": "invited", "user_id": nil, "invitations_sent": 1})
	c.plan().quiet().plans()
}

// The address of somebody who is a member already replaces only where a takeover is wanted.
func TestAnotherMembersAddressReplacesByAdoption(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	id := w.member("grace@example.com", "Grace Hub", "analyst")
	const grace = `
resource "modelprime_membership" "ada" {
  email          = "grace@example.com"
  roles          = ["analyst"]
  adopt_existing = false
}
`
	c.config(grace)
	c.plan().fails("Already a member", "grace@example.com", id)
	c.config(strings.ReplaceAll(grace, "false", "true"))
	c.apply().ok().plans("replace "+theAda).warns("grace@example.com", id, "taken over")
	c.holds(theAda, values{"user_id": id, "status": "active", "name": "Grace Hub"})
	w.members("grace@example.com")
	w.mails("ada@example.com")
}

// An address that is not joined yet and is given to somebody else: nobody is removed, and the other is invited.
func TestPendingAddressOfAnotherPersonReplaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.config(strings.ReplaceAll(ada, "ada@example.com", "grace@example.com"))
	c.apply().ok().plans("replace " + theAda).warns("invitation of ada@example.com cannot be revoked")
	c.holds(theAda, values{"email": "grace@example.com", "status": "invited", "invitations_sent": 1})
	w.mails("ada@example.com", "grace@example.com")
	w.asked("deleteUser", 0)
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

// An address that is unknown in the plan replaces nobody. It may prove to be the same person's...
func TestUnknownEmailThatIsTheSame(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(addressOfAnother)
	c.apply("-var=address=ada@example.com").quiet().plans("create terraform_data.address", "create "+theAda)
	c.holds(theAda, values{"email": "ada@example.com", "status": "invited"})
	c.apply("-var=address=ADA@example.com").quiet().plans("update terraform_data.address", "update "+theAda)
	c.holds(theAda, values{"status": "invited", "invitations_sent": 1})
	w.accept("ada@example.com")
	c.apply("-var=address=ADA@example.com").quiet().plans()
	c.apply("-var=address=Ada@example.com").quiet().plans("update terraform_data.address", "update "+theAda)
	c.holds(theAda, values{"status": "active"})
	c.plan("-var=address=Ada@example.com").quiet().plans()
	w.members("ada@example.com")
	w.mails("ada@example.com")
}

// ... or somebody else's: then Terraform itself stops the apply, and nothing is changed.
func TestUnknownEmailThatIsAnotherPersons(t *testing.T) {
	t.Parallel()
	for name, joined := range map[string]bool{"pending": false, "joined": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.cli(addressOfAnother)
			c.apply("-var=address=ada@example.com").quiet()
			if joined {
				w.accept("ada@example.com")
				c.apply("-var=address=ada@example.com").quiet()
			}
			before := c.state()[theAda].values
			w.ResetLog()
			stopped := c.apply("-var=address=grace@example.com").plans("update terraform_data.address", "update "+theAda)
			if !strings.Contains(stopped.String(), "changed the planned action from Update to DeleteThenCreate") {
				t.Errorf("Terraform did not stop it: %s", stopped)
			}
			c.holds(theAda, before)
			w.asked("deleteUser", 0)
			w.asked("inviteUser", 0)
			w.mails("ada@example.com")
			c.plan("-var=address=grace@example.com").ok().plans("replace " + theAda)
		})
	}
}

// Everything about a person may come from elsewhere and be unknown at first.
func TestUnknownAttributesOfANewMembership(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(`
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
	c.apply().quiet()
	c.holds(theAda, values{
		"email": "ada@example.com", "name": "Ada Marsh", "roles": []string{"analyst"}, "login_connection": "username-password",
		"adopt_existing": false, "resend": "x", "status": "invited", "invitations_sent": 1,
	})
	c.plan().quiet().plans()
	w.mails("ada@example.com")
}

// A name that turns out to be null is missed before anybody is e-mailed.
func TestUnknownNameThatIsNull(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(`
resource "terraform_data" "name" {
  input = null
}

resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = terraform_data.name.id == "" ? "Ada" : null
  roles = ["analyst"]
}
`)
	c.apply().fails("Missing name", "ada@example.com")
	c.lacks(theAda)
	w.mails()
}

// A state that was not refreshed does not know of an own e-mail change. The new address in the configuration looks like
// somebody else's then, but nobody is removed to be invited at the address that they have.
func TestOwnEmailChangeThatTheStateDoesNotKnow(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.must(w.SetEmail(id, "lovelace@example.com"))
	c.config(renamed)
	c.plan("-refresh=false").fails("Lovelace@example.com", id, "-refresh=false")
	c.apply().quiet().plans("update " + theAda)
	w.members("lovelace@example.com")
	w.mails("ada@example.com")
	w.asked("deleteUser", 0)
}

// Replacing somebody on purpose removes and invites them, once each.
func TestReplacementOnPurpose(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.apply("-replace=" + theAda).quiet().plans("replace " + theAda)
	c.holds(theAda, values{"status": "invited", "user_id": nil, "invitations_sent": 1})
	c.plan().quiet().plans()
	w.members()
	w.mails("ada@example.com", "ada@example.com")
	w.asked("deleteUser", 1)
}
