package provider_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Roles raised after the invitation are not given to a member of that time who takes the invited person's address. The invited
// person gets them.
func TestRaisedRolesAreNotForEarlierMembers(t *testing.T) {
	t.Parallel()
	w, raised := acctest.NewWorld(t), `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["admin"]
}
`
	eve := w.Add(sandbox.User{ID: "google-oauth2|eve", Email: "eve@example.com", Name: "Eve Stator", Roles: []string{"developer"}})
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(raised)
	c.Apply().OK().Warns("the changed roles wait")
	w.Must(w.SetEmail(eve, "ada@example.com"))
	c.Apply().Fails("A member has the address", eve, "was already a member")
	w.HasRoles("ada@example.com", "developer")

	w.Must(w.SetEmail(eve, "eve@example.com"))
	if !strings.Contains(c.InvitationsOf(theAda), `"before":`) {
		t.Errorf("nothing is kept of who was a member: %s", c.InvitationsOf(theAda))
	}
	w.Accept("ada@example.com")
	c.Apply().Quiet().Plans("update " + theAda)
	w.HasRoles("ada@example.com", "admin")
	if kept := c.InvitationsOf(theAda); !strings.Contains(kept, `"roles":`) || strings.Contains(kept, `"before":`) {
		t.Errorf("of no use any more: %s", kept)
	}
	w.Emailed("ada@example.com")
}

// A tainted membership that would adopt its own member, or whose adopt_existing is unknown, is an error in the plan: the apply would
// remove the member first.
func TestTaintedAdoptionIsAnError(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c := w.CLI(adopting)
	c.Apply().OK()
	c.Run("taint", theAda)
	c.Apply().Fails("managed already", "terraform untaint")
	c.Config(strings.Replace(adopting, "true", "terraform_data.later.output", 1) + "resource \"terraform_data\" \"later\" {\n  input = true\n}\n")
	c.Apply().Fails("managed already", "terraform untaint")
	c.Apply("-refresh=false").Fails("Could not remove the member", "terraform untaint", "Nobody was removed")
	c.Config(adopting)
	c.Apply("-target=terraform_data.later").OK()
	w.HasMembers("ada@example.com")
	w.Requested("deleteUser", 0)
	c.Run("untaint", theAda)
	c.Plan().Quiet().Plans()
}

// A gateway's 404 looks like the API's own. A member who is still on the list stays in the state.
func TestGatewaysNotFoundEndsNoMembership(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.NewMember("ben@example.com", "Ben Kato", "analyst")
	c.Config(ada + `
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = ["developer"]
}
`)
	c.Apply().OK()
	w.Fail(sandbox.Fault{Kind: sandbox.NotFound404, Operation: "deleteUser"})
	w.Fail(sandbox.Fault{Kind: sandbox.NotFound404, Operation: "replaceUserRoles"})
	c.Destroy("-target="+theAda).Fails("Could not remove the member", id, "still contains this ID")
	c.Destroy("-target=modelprime_role_assignment.ben").Fails("Could not revoke the member's roles", "ben@example.com", "still contains this ID")
	c.Holds(theAda, acctest.Values{"user_id": id})
	c.Holds("modelprime_role_assignment.ben", acctest.Values{"email": "ben@example.com"})
	w.HasMembers("ada@example.com", "ben@example.com")
	w.ClearFaults()
	c.Destroy().OK()
	w.HasMembers("ben@example.com")
	w.HasRoles("ben@example.com")
}

// The destruction of an assignment revokes the member's current roles, not only those in the state.
func TestDestroyedAssignmentRevokesLaterRoles(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ben@example.com", "Ben Kato")
	c := w.CLI(`
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = []
}
`)
	c.Apply().Quiet()
	c.Config("")
	c.Plan().OK()
	w.Must(w.SetRoles(id, "admin"))
	c.ApplySaved().Quiet()
	w.HasRoles("ben@example.com")
}

// The plan of an assignment names the member by ID. Another member who has the address at the apply gets no roles.
func TestPlannedAssignmentIsForOneMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	ben := w.NewMember("ben@example.com", "Ben Kato", "developer")
	c := w.CLI(`
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = ["admin"]
}
`)
	c.Plan().Quiet().Plans("create modelprime_role_assignment.ben")
	w.Must(w.SetEmail(ben, "ben.kato@example.com"))
	w.NewMember("ben@example.com", "Mal Gear", "analyst")
	if r := c.ApplySaved(); r.Code == 0 || !strings.Contains(r.String(), "inconsistent final plan") {
		t.Errorf("want Terraform to stop: %s", r)
	}
	w.HasRoles("ben@example.com", "analyst")
	w.HasRoles("ben.kato@example.com", "developer")
}

// benAndPendingAda are a member and an invited person with the same roles.
func benAndPendingAda(t *testing.T) (w *acctest.World, c *acctest.CLI, benID string) {
	t.Helper()
	w = acctest.NewWorld(t)
	benID = w.Add(sandbox.User{ID: "google-oauth2|ben", Email: "ben@example.com", Name: "Ben Okafor", Roles: []string{"developer"}})
	c = w.CLI(ben + ada)
	c.Apply().OK()
	return w, c, benID
}

const ben = `
resource "modelprime_membership" "ben" {
  email          = "ben@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`

// A member takes an invited person's address between the plan of the destruction and its apply. An earlier member is not the
// invited person, so they are not removed.
func TestDestroyedInvitationRemovesNoEarlierMember(t *testing.T) {
	t.Parallel()
	for name, without := range map[string]string{
		"destroyed": ben,
		"replaced":  ben + strings.ReplaceAll(ada, "ada@example.com", "cy@example.com"),
		// Terraform plans the destruction of a deposed object again during the apply. The user does not see that plan.
		"replaced, created first": ben + strings.ReplaceAll(createdFirst(ada), "ada@example.com", "cy@example.com"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
				w, c, id := benAndPendingAda(t)
				c.Config(without)
				c.Plan(refresh).OK()
				w.Must(w.SetEmail(id, "ada@example.com"))
				c.ApplySaved().Fails("Could not remove the member", id, "has the address now", "plan again")
				w.HasMembers("ada@example.com")
				w.Requested("deleteUser", 0)
			}
		})
	}
}

// A member takes the invited person's address between a plan that raises the roles and resends, and its apply. No invitation is
// sent, and the member does not get the roles.
func TestResendGivesNothingToEarlierMember(t *testing.T) {
	t.Parallel()
	w, c, id := benAndPendingAda(t)
	raised := ben + strings.ReplaceAll(ada, `roles = ["developer"]`, "roles = [\"admin\"]\n  resend = \"again\"")
	c.Config(raised)
	c.Plan().OK()
	w.Must(w.SetEmail(id, "ada@example.com"))
	c.ApplySaved().Fails("ada@example.com", id, "has the address now", "plan again with a refresh")
	c.Holds(theAda, acctest.Values{"status": "invited", "user_id": nil, "invitations_sent": 1, "roles": []string{"developer"}, "resend": nil})
	w.HasRoles("ada@example.com", "developer")
	w.Emailed("ada@example.com")
	c.Plan().Fails("Two resources manage one person") // the plan cannot tell which one is the invited person
	w.HasRoles("ada@example.com", "developer")
}

// An invited person who joins before the apply of a resend is not e-mailed again. The next plan finds them.
func TestResendFindsJoinedPerson(t *testing.T) {
	t.Parallel()
	w, c, _ := benAndPendingAda(t)
	c.Config(ben + strings.ReplaceAll(ada, "roles =", "resend = \"again\"\n  roles ="))
	c.Plan().OK().Warns("Another invitation is sent to ada@example.com")
	id := w.Accept("ada@example.com")
	c.ApplySaved().OK().Warns("has joined since the plan, and was not e-mailed", id)
	w.Emailed("ada@example.com")
	c.Plan().Quiet().Plans()
	c.Apply("-refresh-only").OK()
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id, "resend": "again"})
	w.Emailed("ada@example.com")
}

// A member who takes an invitation's address is not removed, for each way to replace the invitation.
func TestReplacedInvitationRemovesNoEarlierMember(t *testing.T) {
	t.Parallel()
	trigger := func(value string) string {
		return "resource \"terraform_data\" \"trigger\" {\n  input = \"" + value + "\"\n}\n"
	}
	triggered := strings.ReplaceAll(ada, "roles =", "lifecycle {\n    replace_triggered_by = [terraform_data.trigger]\n  }\n  roles =")
	for name, test := range map[string]struct {
		prepare func(c *acctest.CLI)
		plan    []string
		refused string
	}{
		"-replace": {func(*acctest.CLI) {}, []string{"-replace=" + theAda}, "Could not remove the member"},
		"tainted":  {func(c *acctest.CLI) { c.Run("taint", theAda).OK() }, nil, "Already a member"},
		"replace_triggered_by": {func(c *acctest.CLI) {
			c.Config(ben + trigger("a") + ada)
			c.Apply().OK()
			c.Config(ben + trigger("b") + triggered)
		}, nil, "Could not remove the member"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := benAndPendingAda(t)
			test.prepare(c)
			c.Plan(test.plan...).OK()
			w.Must(w.SetEmail(id, "ada@example.com"))
			c.ApplySaved().Fails(test.refused, id)
			w.HasMembers("ada@example.com")
			w.Requested("deleteUser", 0)
			w.Emailed("ada@example.com")
		})
	}
}

// Without a refresh, a tainted membership that would adopt its own member does not remove the member first, either.
func TestTaintedAdoptionWithoutRefreshKeepsMember(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(c *acctest.CLI) *acctest.Report{
		"adopted":  func(c *acctest.CLI) *acctest.Report { return c.Apply() },
		"imported": func(c *acctest.CLI) *acctest.Report { return c.Import(theAda, "ada@example.com") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			id := w.NewMember("ada@example.com", "Ada Marsh", "developer", "analyst")
			c := w.CLI(adopted)
			begin(c).OK()
			c.Run("taint", theAda).OK()
			c.Apply("-refresh=false").Fails("Could not remove the member", "terraform untaint", "Nobody was removed")
			w.HasMembers("ada@example.com")
			c.Run("untaint", theAda).OK()
			c.Apply().OK()
			c.Holds(theAda, acctest.Values{"user_id": id, "status": "active"})
			w.Requested("deleteUser", 0)

			c.Config("") // an intended removal still works
			c.Apply().OK()
			w.HasMembers()
		})
	}
}

// A plan that destroys an invitation names the invited person who has joined, without a refresh too. They count as a removal.
func TestDestroyedInvitationNamesJoinedPerson(t *testing.T) {
	t.Parallel()
	for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
		t.Run(refresh, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(ada)
			c.Apply().Quiet()
			id := w.Accept("ada@example.com")
			c.Config("")
			r := c.Plan(refresh).OK()
			if before, _ := c.PlannedChange(theAda); before["user_id"] != id {
				r.Warns("ada@example.com has joined and will be removed", "Ada Marsh", id).Warnings(1)
			}
			c.ApplySaved().Quiet()
			w.HasMembers()

			none, c, _ := benAndPendingAda(t)
			none.Accept("ada@example.com")
			c.Config("", "max_removals = 1")
			c.Plan(refresh).Fails("Too many removals")
		})
	}
}

// An invited person who joins between a plan that raises their roles and its apply does not get the roles. The next plan with a
// refresh sets them.
func TestRaisedRolesOfJoinedPerson(t *testing.T) {
	t.Parallel()
	w, c, _ := benAndPendingAda(t)
	c.Config(ben + strings.ReplaceAll(ada, `roles = ["developer"]`, `roles = ["admin"]`))
	c.Plan().OK()
	id := w.Accept("ada@example.com")
	c.ApplySaved().Fails("ada@example.com", id, "has the address now", "plan again with a refresh")
	c.Plan("-refresh=false").Fails("Could not plan the membership", id, "plan again with a refresh")
	w.HasRoles("ada@example.com", "developer")
	c.Apply().OK().Plans("update " + theAda)
	w.HasRoles("ada@example.com", "admin")
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")
}

// The failed removal of a tainted membership does not affect later runs.
func TestFailedTaintedRemovalHasNoEffectLater(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer", "analyst")
	c := w.CLI(adopted)
	c.Apply().OK()
	c.Run("taint", theAda).OK()
	c.Plan("-refresh=false").OK()
	c.ApplySaved().Fails("Could not remove the member", "untaint")
	c.Run("untaint", theAda).OK()
	c.Apply().OK()
	c.Config("")
	c.Apply().OK()
	w.HasMembers()
}

// A member left, and another one took their address. The plan warns that the assignment would give that member the roles.
func TestAssignmentOfAddressWithNewMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id, mal := w.NewMember("ben@example.com", "Ben Kato", "admin"), w.NewMember("mal@example.com", "Mal Grip", "analyst")
	c := w.CLI(`
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = ["admin"]
}
`)
	c.Apply().Quiet()
	w.Must(w.Remove(id))
	w.Must(w.SetEmail(mal, "ben@example.com"))
	c.Plan().OK().Warns("ben@example.com is no longer a member").Warns("ben@example.com is a different member now", id, mal, "Mal Grip", "analyst", "admin")
	w.HasRoles("ben@example.com", "analyst")
}
