package provider_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const adasRoles = "modelprime_role_assignment.ada"

const byEmail = `
resource "modelprime_role_assignment" "ada" {
  email = "Ada@example.com"
  roles = ["developer"]
}
`

// byID is an assignment by ID, with roles in HCL.
func byID(id, roles string) string {
	return `
resource "modelprime_role_assignment" "ada" {
  user_id = "` + id + `"
  roles   = [` + roles + `]
}
`
}

// assignedAda makes an organization where Ada's roles are assigned by her address.
func assignedAda(t *testing.T) (*acctest.World, *acctest.CLI, string) {
	t.Helper()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c := w.CLI(byEmail)
	c.Apply().Quiet().Plans("create " + adasRoles)
	return w, c, id
}

// An assignment by address sets the roles and restores roles changed elsewhere. Its destruction revokes all. It invites and removes
// no member.
func TestRoleAssignmentByEmail(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.HasRoles("ada@example.com", "developer")
	c.Holds(adasRoles, acctest.Values{
		"user_id": id, "email": "Ada@example.com", "current_email": "ada@example.com", "roles": []string{"developer"},
		"organization_id": "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90",
	})
	c.Plan().Quiet().Plans()

	w.Must(w.SetRoles(id, "developer", "admin"))
	c.Plan().Quiet().Plans("update " + adasRoles)
	c.ApplySaved().Quiet()
	w.HasRoles("ada@example.com", "developer")
	c.Plan().Quiet().Plans()
	w.Requested("replaceUserRoles", 2)

	c.Destroy().OK().Warns("Ada@example.com stays a member without roles", id, "developer", `on_destroy = "keep"`).Warnings(1).Plans("delete " + adasRoles)
	w.HasRoles("ada@example.com")
	w.HasMembers("ada@example.com")
	w.Emailed()
}

// An assignment by ID, also without roles, fills in the address.
func TestRoleAssignmentByID(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c := w.CLI(byID(id, ""))
	c.Apply().Quiet().Plans("create " + adasRoles)
	w.HasRoles("ada@example.com")
	c.Holds(adasRoles, acctest.Values{"user_id": id, "email": "ada@example.com", "current_email": "ada@example.com", "roles": []string{}})
	c.Plan().Quiet().Plans()
	c.Config(byID(id, `"admin", "analyst"`))
	c.Apply().Quiet().Plans("update " + adasRoles)
	w.HasRoles("ada@example.com", "admin", "analyst")
	c.Plan().Quiet().Plans()
	c.Config(byEmail)
	c.Plan().Quiet().Plans("update " + adasRoles)
}

// Equal roles are not written.
func TestRoleAssignmentOfEqualRolesWritesNothing(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	c := w.CLI(byEmail)
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.Requested("replaceUserRoles", 0)
}

// A role outside the contract is shown as drift and removed.
func TestRoleAssignmentRemovesRoleOutsideTheContract(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.Must(w.SetRoles(id, "developer", "auditor"))
	c.Plan().Quiet().Plans("update " + adasRoles)
	c.Apply("-refresh-only").Quiet()
	c.Holds(adasRoles, acctest.Values{"roles": []string{"auditor", "developer"}})
	c.Apply().Quiet()
	w.HasRoles("ada@example.com", "developer")
}

// An unknown address or ID is an error in the plan.
func TestRoleAssignmentOfUnknownMember(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ config, says string }{
		"by e-mail": {byEmail, "Ada@example.com: no member has that e-mail address\n\nAn invited person becomes a member only when they accept"},
		"by id":     {byID("auth0|nobody", `"developer"`), "auth0|nobody"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			w.NewMember("xada@example.com", "Ada Marsh", "admin")
			w.CLI(row.config).Plan().Fails("Could not plan the role assignment", row.says, "no", "member")
			w.Requested("replaceUserRoles", 0)
		})
	}
}

// An address of two members is ambiguous; the ID is not.
func TestRoleAssignmentOfTwoMembersWithOneAddress(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	first := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	second := w.NewMember("ada.marsh@example.com", "Another Ada", "analyst")
	w.Must(w.SetEmail(second, "ADA@example.com"))
	c := w.CLI(byEmail)
	c.Plan().Fails("Ada@example.com", first, second, "user_id")
	c.Config(byID(second, `"developer"`))
	c.Apply().Quiet()
	for _, m := range w.Members() {
		if m.ID == first && strings.Join(m.Roles, " ") != "analyst" || m.ID == second && strings.Join(m.Roles, " ") != "developer" {
			t.Errorf("%s has the roles %v", m.ID, m.Roles)
		}
	}
}

// Without a key, also with a user_id that is null until the person joins, there is one error that names both keys.
func TestRoleAssignmentNeedsAKey(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.CLI("resource \"modelprime_role_assignment\" \"ada\" {\n  roles = []\n}\n").Plan().
		Fails("No member is named", "Set at least one of user_id and email", "null until the person has joined")
	w.RequestedNothing()
}

// A user ID that turns out to be null, in the plan or at the apply, is the same error and changes nothing.
func TestUserIDOfInvitedPerson(t *testing.T) {
	t.Parallel()
	for name, dependent := range map[string]string{
		"assignment": "resource \"modelprime_role_assignment\" \"ada\" {\n  user_id = modelprime_membership.ada.user_id\n  roles   = [\"analyst\"]\n}\n",
		"reset":      "resource \"modelprime_password_reset\" \"ada\" {\n  user_id = modelprime_membership.ada.user_id\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(ada + dependent)
			c.Apply().Fails("No member is named", "null until the person has joined") // known only at the apply
			w.Emailed("ada@example.com")
			c.Plan().Fails("No member is named", "null until the person has joined") // known in the plan
			w.Requested("replaceUserRoles", 0)
			w.Requested("resetUserPassword", 0)
		})
	}
}

// Terraform generates both keys from an import. The user ID decides, and another member's address is an error.
func TestRoleAssignmentByBothKeys(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	w.NewMember("kai@example.com", "Kai Gripper", "analyst")
	both := func(email string) string {
		return strings.Replace(byID(id, `"developer"`), "user_id", "email   = \""+email+"\"\n  user_id", 1)
	}
	c := w.CLI(both("kai@example.com"))
	c.Plan().Fails("Could not plan the role assignment", "kai@example.com", id, "user_id identifies the member")
	c.Config(both("ADA@example.com"))
	c.Plan().Quiet().Plans("create " + adasRoles)
	if got := c.PlannedValues(adasRoles)["name"]; got != "Ada Marsh" {
		t.Errorf("the plan names %v", got)
	}
	c.ApplySaved().Quiet()
	c.Plan().Quiet().Plans()
	c.Config(both("kai@example.com"))
	c.Plan().Fails("Could not plan the role assignment", "kai@example.com", id, "user_id identifies the member")
	w.HasRoles("kai@example.com", "analyst")

	imported := w.CLI("import {\n  to = " + adasRoles + "\n  id = \"" + id + "\"\n}\n")
	imported.Run("plan", "-input=false", "-generate-config-out=generated.tf").OK()
	imported.Apply().Quiet().Plans("import " + adasRoles)
	imported.Plan().Quiet().Plans()
}

// A member who changed their own address stays the same member: a warning, no diff, and the configuration may take the new address.
func TestRoleAssignmentFollowsAnOwnEmailChange(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.Must(w.SetEmail(id, "lovelace@example.com"))
	w.ResetLog()
	c.Apply().OK().Plans().Warns("Ada@example.com is now lovelace@example.com", id)
	c.Holds(adasRoles, acctest.Values{"email": "Ada@example.com", "current_email": "lovelace@example.com"})
	c.Config(strings.Replace(byEmail, "Ada@", "lovelace@", 1))
	c.Apply().Quiet().Plans("update " + adasRoles)
	c.Holds(adasRoles, acctest.Values{"email": "lovelace@example.com", "current_email": "lovelace@example.com", "user_id": id})
	c.Plan().Quiet().Plans()
	w.Requested("replaceUserRoles", 0)
}

// Another person's key replaces the assignment and revokes the first member's roles.
func TestRoleAssignmentMovesToAnotherPerson(t *testing.T) {
	t.Parallel()
	w, c, _ := assignedAda(t)
	kai := w.NewMember("kai@example.com", "Kai Gripper", "analyst")
	c.Config(strings.Replace(byEmail, "Ada@", "kai@", 1))
	c.Apply().OK().Warns("Ada@example.com stays a member without roles").Warnings(1).Plans("replace " + adasRoles)
	w.HasRoles("ada@example.com")
	w.HasRoles("kai@example.com", "developer")
	c.Holds(adasRoles, acctest.Values{"user_id": kai, "current_email": "kai@example.com"})
	c.Plan().Quiet().Plans()
}

// A forced replacement restores the roles. With create_before_destroy they are not revoked in between.
func TestRoleAssignmentReplacedByForce(t *testing.T) {
	t.Parallel()
	w, c, _ := assignedAda(t)
	w.ResetLog()
	c.Apply("-replace=" + adasRoles).Quiet().Plans("replace " + adasRoles)
	w.HasRoles("ada@example.com", "developer")
	w.Requested("replaceUserRoles", 2)
	c.Config(createdFirst(byEmail))
	c.Apply("-replace=" + adasRoles).OK().Plans("replace " + adasRoles).Warns("The roles of Ada@example.com were not revoked")
	w.HasRoles("ada@example.com", "developer")
	w.Requested("replaceUserRoles", 2)
	c.Plan().Quiet().Plans()
}

// An unknown key is looked up at the apply. If it is another person's, Terraform stops.
func TestRoleAssignmentByUnknownKey(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	ada, kai := w.NewMember("ada@example.com", "Ada Marsh", "analyst"), w.NewMember("kai@example.com", "Kai Gripper", "analyst")
	c := w.CLI(`
variable "person" {}
resource "terraform_data" "person" {
  input = var.person
}
resource "modelprime_role_assignment" "ada" {
  user_id = terraform_data.person.output
  roles   = ["developer"]
}
`)
	c.Apply("-var=person="+ada).Quiet().Plans("create terraform_data.person", "create "+adasRoles)
	w.HasRoles("ada@example.com", "developer")
	c.Plan("-var=person=" + ada).Quiet().Plans()
	if r := c.Apply("-var=person=" + kai); r.Code == 0 || !strings.Contains(r.String(), "inconsistent final plan") {
		t.Errorf("want Terraform to stop: %s", r)
	}
	w.HasRoles("ada@example.com", "developer")
	w.HasRoles("kai@example.com", "analyst")
}

// After an import by either key the plan is empty. An unknown key is an error.
func TestRoleAssignmentImport(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	for key, config := range map[string]string{"ADA@example.com": byEmail, id: byID(id, `"developer"`)} {
		c := w.CLI(config + "import {\n  to = " + adasRoles + "\n  id = \"" + key + "\"\n}\n")
		c.Apply().Quiet().Plans("import " + adasRoles)
		c.Holds(adasRoles, acctest.Values{"user_id": id, "current_email": "ada@example.com"})
		c.Plan().Quiet().Plans()
	}
	c := w.CLI(byEmail)
	if r := c.Import(adasRoles, id); r.Code != 0 {
		t.Error(r)
	}
	c.Plan().Quiet().Plans()
	for _, nobody := range []string{"kai@example.com", "auth0|nobody"} {
		if r := w.CLI(byEmail).Import(adasRoles, nobody); r.Code == 0 || !strings.Contains(r.Printed, nobody) {
			t.Errorf("want an error that names %s: %s", nobody, r)
		}
	}
	w.Requested("replaceUserRoles", 0)
}

// A member who is gone leaves the state with a warning. A proxy's 404, or one that the list contradicts, does not remove them.
func TestRoleAssignmentOfGoneMember(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	w.Fail(sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: "getUser"})
	c.Plan().Fails("Could not read the member's roles", "Ada@example.com", id, "404")
	w.ClearFaults()
	w.Fail(sandbox.Fault{Kind: sandbox.NotFound404, Operation: "getUser"})
	c.Plan().Fails("Could not read the member's roles", "list of members still contains this ID")
	w.ClearFaults()
	c.Holds(adasRoles, acctest.Values{"user_id": id})

	w.Must(w.Remove(id))
	c.Apply("-refresh-only").OK().Warns("Ada@example.com is no longer a member", id)
	c.Lacks(adasRoles)
	c.Plan().Fails("Ada@example.com", "no member")
}

// A member who has left has no roles to revoke, and no plan says that they stay.
func TestRoleAssignmentDestroyedAfterTheMemberLeft(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	c.Plan("-destroy").OK()
	w.Must(w.Remove(id))
	c.ApplySaved().Quiet()
	c.Lacks(adasRoles)

	w, c, id = assignedAda(t)
	w.Must(w.Remove(id))
	c.Destroy("-refresh=false").Quiet().Plans("delete " + adasRoles)
}

// One apply changes an assignment to a membership: the one is removed from the state, the other imported, and the member keeps their
// roles. A moved block between the two types is an error that prints the blocks to use instead.
func TestRoleAssignmentBecomesAMembership(t *testing.T) {
	t.Parallel()
	acctest.NeedsRemoved(t)
	w, c, id := assignedAda(t)
	w.ResetLog()
	const membership = `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  roles = ["developer"]
}
`
	c.Config(membership + "moved {\n  from = " + adasRoles + "\n  to   = modelprime_membership.ada\n}\n")
	c.Plan().Fails("Could not move the state", "destroy = false", "to = modelprime_membership.<name>", `id = "`+id+`"`)
	c.Config(membership + "removed {\n  from = " + adasRoles + "\n  lifecycle {\n    destroy = false\n  }\n}\n" +
		"import {\n  to = modelprime_membership.ada\n  id = \"" + id + "\"\n}\n")
	c.Apply().OK()
	c.Lacks(adasRoles)
	c.Holds("modelprime_membership.ada", acctest.Values{"user_id": id, "status": "active"})
	c.Plan().OK().Plans()
	w.HasRoles("ada@example.com", "developer")
	w.Requested("replaceUserRoles", 0)
	w.Emailed()
}
