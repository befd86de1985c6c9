package acceptance

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const adasRoles = "modelprime_role_assignment.ada"

const byEmail = `
resource "modelprime_role_assignment" "ada" {
  email = "Ada@example.com"
  roles = ["developer"]
}
`

// byID is an assignment by id with these roles, written as in the configuration.
func byID(id, roles string) string {
	return `
resource "modelprime_role_assignment" "ada" {
  user_id = "` + id + `"
  roles   = [` + roles + `]
}
`
}

// assignedAda is a world in which Ada's roles are assigned by her address.
func assignedAda(t *testing.T) (*world, *cli, string) {
	t.Helper()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "analyst")
	c := w.cli(byEmail)
	c.apply().quiet().plans("create " + adasRoles)
	return w, c, id
}

// By address: the roles are put, what changed elsewhere is put back, and letting go revokes all. Nobody is invited or
// removed for it.
func TestRoleAssignmentByEmail(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.roles("ada@example.com", "developer")
	c.holds(adasRoles, values{
		"user_id": id, "email": "Ada@example.com", "current_email": "ada@example.com", "roles": []string{"developer"},
		"organization_id": "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90",
	})
	c.plan().quiet().plans()

	w.must(w.SetRoles(id, "developer", "admin"))
	c.plan().quiet().plans("update " + adasRoles)
	c.applySaved().quiet()
	w.roles("ada@example.com", "developer")
	c.plan().quiet().plans()
	w.asked("replaceUserRoles", 2)

	c.destroy().quiet().plans("delete " + adasRoles)
	w.roles("ada@example.com")
	w.members("ada@example.com")
	w.mails()
}

// By id, and without any role: the address is filled in.
func TestRoleAssignmentByID(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "analyst")
	c := w.cli(byID(id, ""))
	c.apply().quiet().plans("create " + adasRoles)
	w.roles("ada@example.com")
	c.holds(adasRoles, values{"user_id": id, "email": "ada@example.com", "current_email": "ada@example.com", "roles": []string{}})
	c.plan().quiet().plans()
	c.config(byID(id, `"admin", "analyst"`))
	c.apply().quiet().plans("update " + adasRoles)
	w.roles("ada@example.com", "admin", "analyst")
	c.plan().quiet().plans()
	c.config(byEmail)
	c.plan().quiet().plans("update " + adasRoles)
}

// Roles that are right already are not written.
func TestRoleAssignmentOfRightRolesWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "developer")
	c := w.cli(byEmail)
	c.apply().quiet()
	c.plan().quiet().plans()
	w.asked("replaceUserRoles", 0)
}

// A role that nobody has heard of is shown as drift and goes, like any other.
func TestRoleAssignmentTakesAnUnknownRoleAway(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.must(w.SetRoles(id, "developer", "auditor"))
	c.plan().quiet().plans("update " + adasRoles)
	c.apply("-refresh-only").quiet()
	c.holds(adasRoles, values{"roles": []string{"auditor", "developer"}})
	c.apply().quiet()
	w.roles("ada@example.com", "developer")
}

// Whoever is no member is named, in the plan.
func TestRoleAssignmentOfNobody(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ config, says string }{
		"by e-mail": {byEmail, "Ada@example.com"},
		"by id":     {byID("auth0|nobody", `"developer"`), "auth0|nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.member("xada@example.com", "Ada Marsh", "admin")
			w.cli(row.config).plan().fails("Could not plan the role assignment", row.says, "no", "member")
			w.asked("replaceUserRoles", 0)
		})
	}
}

// An address that two members have does not tell who is meant; the id does.
func TestRoleAssignmentOfOneOfTwo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := w.member("ada@example.com", "Ada Marsh", "analyst")
	second := w.member("ada.marsh@example.com", "Another Ada", "analyst")
	w.must(w.SetEmail(second, "ADA@example.com"))
	c := w.cli(byEmail)
	c.plan().fails("Ada@example.com", first, second, "user_id")
	c.config(byID(second, `"developer"`))
	c.apply().quiet()
	for _, m := range w.Members() {
		if m.ID == first && strings.Join(m.Roles, " ") != "analyst" || m.ID == second && strings.Join(m.Roles, " ") != "developer" {
			t.Errorf("%s has the roles %v", m.ID, m.Roles)
		}
	}
}

// Neither key, which a user_id that is null until the person joins comes to, is one message that says both.
func TestRoleAssignmentNeedsAKey(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.cli("resource \"modelprime_role_assignment\" \"ada\" {\n  roles = []\n}\n").plan().
		fails("No member is named", "At least one of user_id and email", "null until the person has joined")
	w.askedNothing()
}

// A user ID that proves to be null when it is planned, or only when it is applied, is the same message, and changes nothing.
func TestUserIDOfAPersonWhoHasNotJoined(t *testing.T) {
	t.Parallel()
	for name, dependent := range map[string]string{
		"assignment": "resource \"modelprime_role_assignment\" \"ada\" {\n  user_id = modelprime_membership.ada.user_id\n  roles   = [\"analyst\"]\n}\n",
		"reset":      "resource \"modelprime_password_reset\" \"ada\" {\n  user_id = modelprime_membership.ada.user_id\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.cli(ada + dependent)
			c.apply().fails("No member is named", "null until the person has joined") // known at the apply only
			w.mails("ada@example.com")
			c.plan().fails("No member is named", "null until the person has joined") // known in the plan
			w.asked("replaceUserRoles", 0)
			w.asked("resetUserPassword", 0)
		})
	}
}

// Both keys are what Terraform generates from an import. The user ID decides, and an address that is not that member's is an error.
func TestRoleAssignmentByBothKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "analyst")
	w.member("kai@example.com", "Kai Gripper", "analyst")
	both := func(email string) string {
		return strings.Replace(byID(id, `"developer"`), "user_id", "email   = \""+email+"\"\n  user_id", 1)
	}
	c := w.cli(both("kai@example.com"))
	c.plan().fails("Could not plan the role assignment", "kai@example.com", id, "user_id decides")
	c.config(both("ADA@example.com"))
	c.plan().quiet().plans("create " + adasRoles)
	if got := c.plannedValues(adasRoles)["name"]; got != "Ada Marsh" {
		t.Errorf("the plan names %v", got)
	}
	c.applySaved().quiet()
	c.plan().quiet().plans()
	c.config(both("kai@example.com"))
	c.plan().fails("Could not plan the role assignment", "kai@example.com", id, "user_id decides")
	w.roles("kai@example.com", "analyst")

	imported := w.cli("import {\n  to = " + adasRoles + "\n  id = \"" + id + "\"\n}\n")
	imported.run("plan", "-input=false", "-generate-config-out=generated.tf").ok()
	imported.apply().quiet().plans("import " + adasRoles)
	imported.plan().quiet().plans()
}

// They stay the same member under an address of their own choice: told, no diff, and the configuration may follow.
func TestRoleAssignmentFollowsAnOwnEmailChange(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.must(w.SetEmail(id, "lovelace@example.com"))
	w.ResetLog()
	c.apply().ok().plans().warns("Ada@example.com is now lovelace@example.com", id)
	c.holds(adasRoles, values{"email": "Ada@example.com", "current_email": "lovelace@example.com"})
	c.config(strings.Replace(byEmail, "Ada@", "lovelace@", 1))
	c.apply().quiet().plans("update " + adasRoles)
	c.holds(adasRoles, values{"email": "lovelace@example.com", "current_email": "lovelace@example.com", "user_id": id})
	c.plan().quiet().plans()
	w.asked("replaceUserRoles", 0)
}

// Another person's key replaces the assignment: the first one's roles are revoked.
func TestRoleAssignmentMovesToAnotherPerson(t *testing.T) {
	t.Parallel()
	w, c, _ := assignedAda(t)
	kai := w.member("kai@example.com", "Kai Gripper", "analyst")
	c.config(strings.Replace(byEmail, "Ada@", "kai@", 1))
	c.apply().quiet().plans("replace " + adasRoles)
	w.roles("ada@example.com")
	w.roles("kai@example.com", "developer")
	c.holds(adasRoles, values{"user_id": kai, "current_email": "kai@example.com"})
	c.plan().quiet().plans()
}

// Replaced by force the roles are what they were in the end; created first, nothing is revoked in between.
func TestRoleAssignmentReplacedByForce(t *testing.T) {
	t.Parallel()
	w, c, _ := assignedAda(t)
	w.ResetLog()
	c.apply("-replace=" + adasRoles).quiet().plans("replace " + adasRoles)
	w.roles("ada@example.com", "developer")
	w.asked("replaceUserRoles", 2)
	c.config(createdFirst(byEmail))
	c.apply("-replace=" + adasRoles).ok().plans("replace " + adasRoles).warns("The roles of Ada@example.com were not revoked")
	w.roles("ada@example.com", "developer")
	w.asked("replaceUserRoles", 2)
	c.plan().quiet().plans()
}

// A key that another resource makes is looked up at the apply. Should it prove to be another person's, Terraform stops.
func TestRoleAssignmentByAKeyThatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, kai := w.member("ada@example.com", "Ada Marsh", "analyst"), w.member("kai@example.com", "Kai Gripper", "analyst")
	c := w.cli(`
variable "person" {}
resource "terraform_data" "person" {
  input = var.person
}
resource "modelprime_role_assignment" "ada" {
  user_id = terraform_data.person.output
  roles   = ["developer"]
}
`)
	c.apply("-var=person="+ada).quiet().plans("create terraform_data.person", "create "+adasRoles)
	w.roles("ada@example.com", "developer")
	c.plan("-var=person=" + ada).quiet().plans()
	if r := c.apply("-var=person=" + kai); r.code == 0 || !strings.Contains(r.String(), "inconsistent final plan") {
		t.Errorf("want Terraform to stop: %s", r)
	}
	w.roles("ada@example.com", "developer")
	w.roles("kai@example.com", "analyst")
}

// Imported by either key, nothing is to change; nobody is an error.
func TestRoleAssignmentImport(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "developer")
	for key, config := range map[string]string{"ADA@example.com": byEmail, id: byID(id, `"developer"`)} {
		c := w.cli(config + "import {\n  to = " + adasRoles + "\n  id = \"" + key + "\"\n}\n")
		c.apply().quiet().plans("import " + adasRoles)
		c.holds(adasRoles, values{"user_id": id, "current_email": "ada@example.com"})
		c.plan().quiet().plans()
	}
	c := w.cli(byEmail)
	if r := c.importID(adasRoles, id); r.code != 0 {
		t.Error(r)
	}
	c.plan().quiet().plans()
	for _, nobody := range []string{"kai@example.com", "auth0|nobody"} {
		if r := w.cli(byEmail).importID(adasRoles, nobody); r.code == 0 || !strings.Contains(r.printed, nobody) {
			t.Errorf("want an error that names %s: %s", nobody, r)
		}
	}
	w.asked("replaceUserRoles", 0)
}

// Whoever is gone leaves the state, with a warning that names them. A proxy's 404, or one that the list contradicts, empties nothing.
func TestRoleAssignmentOfSomebodyWhoIsGone(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.Fail(sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: "getUser"})
	c.plan().fails("Could not read the member's roles", "Ada@example.com", id, "404")
	w.ClearFaults()
	w.Fail(sandbox.Fault{Kind: sandbox.NotFound404, Operation: "getUser"})
	c.plan().fails("Could not read the member's roles", "list of members holds the person")
	w.ClearFaults()
	c.holds(adasRoles, values{"user_id": id})

	w.must(w.Remove(id))
	c.apply("-refresh-only").ok().warns("Ada@example.com is no longer a member", id)
	c.lacks(adasRoles)
	c.plan().fails("Ada@example.com", "no member")
}

// Somebody who left after the plan has no roles to revoke.
func TestRoleAssignmentDestroyedAfterThePersonLeft(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	c.plan("-destroy").quiet()
	w.must(w.Remove(id))
	c.applySaved().quiet()
	c.lacks(adasRoles)
}

// Let go by a removed block, their roles stay.
func TestRoleAssignmentForgotten(t *testing.T) {
	t.Parallel()
	needsRemoved(t)
	w, c, _ := assignedAda(t)
	c.config("removed {\n  from = " + adasRoles + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	c.apply().ok()
	c.lacks(adasRoles)
	w.roles("ada@example.com", "developer")
}

// A failed creation that changed nothing leaves no state; one that may have changed something is no error, for that
// would taint it, and the next apply would revoke everything.
func TestRoleAssignmentIsNeverTainted(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		fault sandbox.FaultKind
		fails bool
	}{
		"refused":       {sandbox.Forbidden403, true},
		"rate limited":  {sandbox.TooMany429, true},
		"lost reply":    {sandbox.LostReply, false},
		"lost, by 502":  {sandbox.LostBadGateway502, false},
		"never arrived": {sandbox.ResetBefore, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.member("ada@example.com", "Ada Marsh", "analyst")
			w.Fail(sandbox.Fault{Kind: row.fault, Operation: "replaceUserRoles"})
			c := w.cli(byEmail, "max_retries = 1")
			if row.fails {
				c.apply().fails("Could not assign the roles", "Ada@example.com")
				c.lacks(adasRoles)
			} else {
				c.apply().ok().warns("Nobody knows whether the roles of ada@example.com were changed")
				c.holds(adasRoles, nil)
			}
			w.ClearFaults()
			if r := c.apply().quiet(); strings.Contains(r.String(), "delete") || strings.Contains(r.String(), "replace") {
				t.Error(r)
			}
			w.roles("ada@example.com", "developer")
			c.plan().quiet().plans()
		})
	}
}

// Another organization's token reads nothing, changes nothing and empties no state; a saved plan cannot be applied there.
func TestRoleAssignmentBelongsToItsOrganization(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.must(w.SetRoles(id, "developer", "analyst"))
	c.plan().quiet().plans("update " + adasRoles)
	w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization})
	const says = "the token belongs to organization"
	c.applySaved().fails(says, "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", "Nothing was changed")
	c.plan().fails(says)
	c.destroy().fails(says)
	c.destroy("-refresh=false").fails(says)
	w.roles("ada@example.com", "developer", "analyst")
	c.holds(adasRoles, values{"user_id": id})

	fresh := w.cli(byEmail)
	w.ClearFaults()
	fresh.plan().quiet().plans("create " + adasRoles)
	w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization})
	fresh.applySaved().fails("organization_id") // Terraform itself refuses: the plan promised another one
	fresh.lacks(adasRoles)
	w.roles("ada@example.com", "developer", "analyst")
}
