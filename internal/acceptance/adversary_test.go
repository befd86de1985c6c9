package acceptance

import (
	"strings"
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
	if !strings.Contains(c.invitationsOf(theAda), `"before":`) {
		t.Errorf("nothing is kept of who was a member: %s", c.invitationsOf(theAda))
	}
	w.accept("ada@example.com")
	c.apply().quiet().plans("update " + theAda)
	w.roles("ada@example.com", "admin")
	if kept := c.invitationsOf(theAda); !strings.Contains(kept, `"roles":`) || strings.Contains(kept, `"before":`) {
		t.Errorf("of no use any more: %s", kept)
	}
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

// benAndPendingAda are a member and somebody invited, who would get the same roles.
func benAndPendingAda(t *testing.T) (w *world, c *cli, benID string) {
	t.Helper()
	w = newWorld(t)
	benID = w.member("ben@example.com", "Ben Okafor", "developer")
	c = w.cli(ben + ada)
	c.apply().ok()
	return w, c, benID
}

const ben = `
resource "modelprime_membership" "ben" {
  email          = "ben@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`

// Between the plan that lets go of somebody invited and its apply a member takes their address. They were a member before,
// so they are not removed for it.
func TestDestroyedInvitationRemovesNoMemberOfBefore(t *testing.T) {
	t.Parallel()
	for name, without := range map[string]string{
		"destroyed": ben,
		"replaced":  ben + strings.ReplaceAll(ada, "ada@example.com", "cy@example.com"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
				w, c, id := benAndPendingAda(t)
				c.config(without)
				c.plan(refresh).ok()
				w.must(w.SetEmail(id, "ada@example.com"))
				c.applySaved().ok().warns("The invitation of ada@example.com is forgotten, and nobody is removed", id, "was a member already")
				w.members("ada@example.com")
				w.asked("deleteUser", 0)
			}
		})
	}
}

// Between the plan that raises somebody's roles and e-mails them again and its apply a member takes their address: nobody is
// e-mailed, and nobody gets the roles.
func TestAnotherInvitationGivesAMemberOfBeforeNothing(t *testing.T) {
	t.Parallel()
	w, c, id := benAndPendingAda(t)
	raised := ben + strings.ReplaceAll(ada, `roles = ["developer"]`, "roles = [\"admin\"]\n  resend = \"again\"")
	c.config(raised)
	c.plan().ok()
	w.must(w.SetEmail(id, "ada@example.com"))
	c.applySaved().fails("ada@example.com", id, "has the address now", "plan again, with a refresh")
	c.holds(theAda, values{"status": "invited", "user_id": nil, "invitations_sent": 1, "roles": []string{"developer"}, "resend": nil})
	w.roles("ada@example.com", "developer")
	w.mails("ada@example.com")
	c.plan().fails("Two resources manage one person") // who is the invited person, as far as anybody can tell
	w.roles("ada@example.com", "developer")
}

// The invited person who joins in that time is not e-mailed again either, and is found by the next plan.
func TestAnotherInvitationMeetsWhoHasJoined(t *testing.T) {
	t.Parallel()
	w, c, _ := benAndPendingAda(t)
	c.config(ben + strings.ReplaceAll(ada, "roles =", "resend = \"again\"\n  roles ="))
	c.plan().ok().warns("Another invitation is sent to ada@example.com")
	id := w.accept("ada@example.com")
	c.applySaved().ok().warns("has joined since the plan, and was not e-mailed", id)
	w.mails("ada@example.com")
	c.plan().quiet().plans()
	c.apply("-refresh-only").ok()
	c.holds(theAda, values{"status": "active", "user_id": id, "resend": "again"})
	w.mails("ada@example.com")
}

// However Terraform is asked to replace an invitation, a member who takes its address between plan and apply is not removed.
func TestReplacedInvitationRemovesNoMemberOfBefore(t *testing.T) {
	t.Parallel()
	triggered := func(value string) string {
		return ben + "resource \"terraform_data\" \"trigger\" {\n  input = \"" + value + "\"\n}\n" + strings.ReplaceAll(ada, "roles =",
			"lifecycle {\n    replace_triggered_by = [terraform_data.trigger]\n  }\n  roles =")
	}
	for name, test := range map[string]struct {
		prepare func(c *cli)
		plan    []string
	}{
		"-replace":             {func(*cli) {}, []string{"-replace=" + theAda}},
		"tainted":              {func(c *cli) { c.run("taint", theAda).ok() }, nil},
		"replace_triggered_by": {func(c *cli) { c.config(triggered("a")); c.apply().ok(); c.config(triggered("b")) }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := benAndPendingAda(t)
			test.prepare(c)
			c.plan(test.plan...).ok()
			w.must(w.SetEmail(id, "ada@example.com"))
			c.applySaved().fails("Already a member").warns("The invitation of ada@example.com")
			w.members("ada@example.com")
			w.asked("deleteUser", 0)
			w.mails("ada@example.com")
		})
	}
}

// A tainted membership that would adopt its own person does not remove them first, though no refresh tells that it has them.
func TestTaintedAdoptionWithoutARefreshRemovesNobody(t *testing.T) {
	t.Parallel()
	for name, bring := range map[string]func(c *cli) *report{
		"adopted":  func(c *cli) *report { return c.apply() },
		"imported": func(c *cli) *report { return c.importID(theAda, "ada@example.com") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.member("ada@example.com", "Ada Marsh", "developer", "analyst")
			c := w.cli(adopted)
			bring(c).ok()
			c.run("taint", theAda).ok()
			c.apply("-refresh=false").fails("Could not remove the member", "terraform untaint", "Nobody was removed")
			w.members("ada@example.com")
			c.run("untaint", theAda).ok()
			c.apply().ok()
			c.holds(theAda, values{"user_id": id, "status": "active"})
			w.asked("deleteUser", 0)

			c.config("") // and a removal that is meant is one
			c.apply().ok()
			w.members()
		})
	}
}

// Terraform plans the destruction of what is not configured any more before it refreshes. Whoever has joined by then is
// named, and counted as a removal.
func TestDestroyedInvitationTellsWhoHasJoined(t *testing.T) {
	t.Parallel()
	for _, refresh := range []string{"-refresh=true", "-refresh=false"} {
		t.Run(refresh, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.cli(ada)
			c.apply().quiet()
			id := w.accept("ada@example.com")
			c.config("")
			c.plan(refresh).ok().warns("ada@example.com has joined and will be removed", "Ada Marsh", id).warnings(1)
			c.applySaved().quiet()
			w.members()

			none, c, _ := benAndPendingAda(t)
			none.accept("ada@example.com")
			c.config("", "max_removals = 1")
			c.plan(refresh).fails("Too many removals")
		})
	}
}

// Somebody who joins between a plan that raises their roles and its apply does not get them by it: the next plan shows who
// does. Nothing is kept that would have them asked for.
func TestRaisedRolesOfWhoJoinsMeanwhile(t *testing.T) {
	t.Parallel()
	w, c, _ := benAndPendingAda(t)
	c.config(ben + strings.ReplaceAll(ada, `roles = ["developer"]`, `roles = ["admin"]`))
	c.plan().ok()
	id := w.accept("ada@example.com")
	c.applySaved().fails("ada@example.com", id, "has the address now", "plan again, with a refresh")
	c.plan("-refresh=false").fails("Could not plan the membership", id, "plan again, with a refresh")
	w.roles("ada@example.com", "developer")
	c.apply().ok().plans("update " + theAda)
	w.roles("ada@example.com", "admin")
	c.plan().quiet().plans()
	w.mails("ada@example.com")
}

// A removal that fails leaves nothing behind of the plan that made it.
func TestFailedTaintedRemovalLeavesNothingBehind(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "developer", "analyst")
	c := w.cli(adopted)
	c.apply().ok()
	c.run("taint", theAda).ok()
	c.plan("-refresh=false").ok()
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getOrganization"})
	c.applySaved().fails("Could not remove the member", "403")
	w.ClearFaults()
	c.run("untaint", theAda).ok()
	c.apply().ok()
	c.config("")
	c.apply().ok()
	w.members()
}

// A rule whose creation removes by address removes nobody who has taken that address since the plan: neither somebody listed,
// nor a second one.
func TestCreatedRuleRemovesWhomThePlanNamed(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(w *world, listed, stranger string){
		"a listed member takes it": func(w *world, listed, stranger string) {
			w.must(w.Remove(stranger))
			w.must(w.SetEmail(listed, "mal@example.com"))
		},
		"a second stranger takes it": func(w *world, _, _ string) { w.member("mal@example.com", "Another Mal", "analyst") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			listed, stranger := w.member("ada@example.com", "Ada Marsh", "admin"), w.member("mal@example.com", "Mal Grip", "analyst")
			c := w.cli(exclusive("ada@example.com"))
			c.plan().ok().warns("will be removed: mal@example.com")
			change(w, listed, stranger)
			if r := c.applySaved(); r.code == 0 || !strings.Contains(r.String(), "unlisted_ids") {
				t.Error(r)
			}
			w.asked("deleteUser", 0)
			c.apply().ok()
			w.asked("deleteUser", map[string]int{"a listed member takes it": 1, "a second stranger takes it": 2}[name])
			c.plan().quiet().plans()
		})
	}
}

// Somebody who is taken out of the list hides behind a listed address that they have given themselves: the plan tells of it.
func TestUnlistedMemberBehindAListedAddress(t *testing.T) {
	t.Parallel()
	w, c, _, benID := ruled(t)
	c.config(exclusive("ada@example.com", "ben@example.com", "cy@example.com"))
	c.apply().quiet()
	w.must(w.SetEmail(benID, "cy@example.com"))
	c.config(exclusive("ada@example.com", "cy@example.com"))
	c.plan().ok().warns("The member known as ben@example.com stays as cy@example.com", benID)
	c.apply().ok()
	w.members("ada@example.com", "cy@example.com")
}

// Somebody leaves, and a member takes their address: the same assignment would give them the same roles. The plan names them.
func TestAssignmentOfAnAddressThatIsAnothersNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id, mal := w.member("ben@example.com", "Ben Kato", "admin"), w.member("mal@example.com", "Mal Grip", "analyst")
	c := w.cli(`
resource "modelprime_role_assignment" "ben" {
  email = "ben@example.com"
  roles = ["admin"]
}
`)
	c.apply().quiet()
	w.must(w.Remove(id))
	w.must(w.SetEmail(mal, "ben@example.com"))
	c.plan().ok().warns("ben@example.com is no longer a member").warns("ben@example.com is another member now", id, mal, "Mal Grip", "analyst", "admin")
	w.roles("ben@example.com", "analyst")
}

// What cannot be seen comes along when an address is copied. Under it nobody would be listed.
func TestInvisibleCharactersInAnAddress(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	for _, invisible := range []string{"\u200b", "\ufeff", "\u2060", "\u202c", "\u00ad", "\u200e", "\u00a0"} {
		c.config(exclusive("ada@example.com"+invisible, "ben@example.com"))
		c.plan().fails("Character 16 of the address, its last, is")
	}
	w.members("ada@example.com", "ben@example.com")
}

// A rule that is created beside memberships is not refused for those who come and go among the listed: neither by whoever
// joins between plan and apply, nor by what the same run replaces.
func TestCreatedRuleLetsTheListedComeAndGo(t *testing.T) {
	t.Parallel()
	rule := exclusive("ada@example.com", "ben@example.com")
	w, c, _ := benAndPendingAda(t)
	c.config(ben + ada + rule)
	c.plan().ok()
	w.accept("ada@example.com")
	c.applySaved().ok()
	c.plan().quiet().plans()

	c.config(ben + ada)
	c.apply().ok()
	c.config(strings.Replace(ben, "roles", "name  = \"Ben Okafor\"\n  roles", 1) + ada + strings.Replace(rule, "emails", "depends_on = [modelprime_membership.ben]\n  emails", 1))
	c.apply("-replace=modelprime_membership.ben").ok()
	c.plan().ok().plans()
	w.members("ada@example.com")
}
