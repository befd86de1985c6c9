package acceptance

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// A member who takes the address of somebody pending gets nothing of the roles that were configured after the invitation:
// whoever was a member when they were raised is not the invited person. The invited person is.
func TestRaisedRolesAreNotForWhoWasAMember(t *testing.T) {
	t.Parallel()
	w, raised := newWorld(t), `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["admin"]
}
`
	eve := w.member("eve@example.com", "Eve Stator", "developer")
	c := w.cli(ada)
	c.apply().quiet()
	c.config(raised)
	c.apply().ok().warns("the changed roles wait")
	w.must(w.SetEmail(eve, "ada@example.com"))
	c.apply().fails("Somebody has the address", eve, "was a member already")
	w.roles("ada@example.com", "developer")

	w.must(w.SetEmail(eve, "eve@example.com"))
	w.accept("ada@example.com")
	c.apply().quiet().plans("update " + theAda)
	w.roles("ada@example.com", "admin")
	w.mails("ada@example.com")
}

// A tainted membership that would adopt its own person is an error in the plan: the apply would remove them first.
func TestTaintedAdoptionRemovesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "analyst")
	c := w.cli(`
resource "modelprime_membership" "ada" {
  email          = "ada@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`)
	c.apply().ok()
	c.run("taint", theAda)
	c.apply().fails("managed already", "terraform untaint")
	w.members("ada@example.com")
	w.asked("deleteUser", 0)
	c.run("untaint", theAda)
	c.plan().quiet().plans()
}

// A 404 of a gateway that knows no such route looks like the API's own. Whoever is still on the list stays in the state.
func TestRemovalsBelieveNoGateway(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.member("ben@example.com", "Ben Kato", "analyst")
	c.config(ada + `
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = ["developer"]
}
`)
	c.apply().ok()
	w.Fail(sandbox.Fault{Kind: sandbox.NotFound404, Operation: "deleteUser"})
	w.Fail(sandbox.Fault{Kind: sandbox.NotFound404, Operation: "replaceUserRoles"})
	c.destroy("-target="+theAda).fails("Could not remove the member", id, "holds the person")
	c.destroy("-target=modelprime_role_assignment.ben").fails("Could not revoke the member's roles", "ben@example.com", "holds the person")
	c.holds(theAda, values{"user_id": id})
	c.holds("modelprime_role_assignment.ben", values{"email": "ben@example.com"})
	w.members("ada@example.com", "ben@example.com")
	w.ClearFaults()
	c.destroy().quiet()
	w.members("ben@example.com")
	w.roles("ben@example.com")
}

// Destroying an assignment revokes what the member has, not what the state knew of.
func TestDestroyedAssignmentRevokesWhatCameLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ben@example.com", "Ben Kato")
	c := w.cli(`
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = []
}
`)
	c.apply().quiet()
	c.config("")
	c.plan().quiet()
	w.must(w.SetRoles(id, "admin"))
	c.applySaved().quiet()
	w.roles("ben@example.com")
}

// The plan of an assignment names the person: whoever has the address by the apply gets nothing.
func TestPlannedAssignmentIsForOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ben := w.member("ben@example.com", "Ben Kato", "developer")
	c := w.cli(`
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = ["admin"]
}
`)
	c.plan().quiet().plans("create modelprime_role_assignment.ben")
	w.must(w.SetEmail(ben, "ben.kato@example.com"))
	w.member("ben@example.com", "Mal Gear", "analyst")
	c.applySaved().fails("inconsistent final plan")
	w.roles("ben@example.com", "analyst")
	w.roles("ben.kato@example.com", "developer")
}

// Somebody who takes the address of a listed member does not take that member's place: when the member changes their own
// address, they are known by id and stay.
func TestListedMemberKeepsTheirPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada, err := w.AddMember(sandbox.User{ID: "auth0|m-ada", Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"admin"}})
	w.must(err)
	c := w.cli(`
resource "modelprime_exclusive_memberships" "all" {
  emails = ["ada@example.com"]
}
`)
	c.apply().quiet()
	_, err = w.AddMember(sandbox.User{ID: "auth0|a-eve", Email: "Ada@example.com", Name: "Eve Stator", Roles: []string{"analyst"}})
	w.must(err)
	c.apply().ok()
	c.holds("modelprime_exclusive_memberships.all", values{"members": map[string]any{"ada@example.com": ada}})
	w.must(w.SetEmail(ada, "marsh@example.com"))
	c.apply().ok()
	w.members("Ada@example.com", "marsh@example.com")
	w.asked("deleteUser", 0)
}
