package acceptance

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theRule = "modelprime_exclusive_memberships.all"

// exclusive is the rule that nobody but these is a member.
func exclusive(emails ...string) string {
	quoted := make([]string, len(emails))
	for i, email := range emails {
		quoted[i] = fmt.Sprintf("%q", email)
	}
	return "resource \"modelprime_exclusive_memberships\" \"all\" {\n  emails = [" + strings.Join(quoted, ", ") + "]\n}\n"
}

// ruled is an organization of Ada and Ben under the rule that lists them.
func ruled(t *testing.T) (w *world, c *cli, adaID, benID string) {
	t.Helper()
	w = newWorld(t)
	adaID = w.member("ada@example.com", "Ada Marsh", "developer")
	benID = w.member("ben@example.com", "Ben Okafor", "analyst")
	c = w.cli(exclusive("ada@example.com", "ben@example.com"))
	c.apply().quiet().plans("create " + theRule)
	c.plan().quiet().plans()
	w.ResetLog()
	return w, c, adaID, benID
}

// takenOut fails the test unless the saved plan shows these addresses, and no others, as taken out of a set.
func (c *cli) takenOut(want ...string) {
	c.t.Helper()
	var got []string
	for line := range strings.Lines(c.run("show", "-no-color", savedPlan).printed) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), `- "`); ok && strings.Contains(text, "@") { // no id
			got = append(got, strings.TrimSuffix(text, `",`))
		}
	}
	slices.Sort(got)
	equalSets(c.t, "addresses that the plan takes out", slices.Compact(got), want)
}

// A creation has no diff to show: whom it removes is in the plan by address, and nobody else is removed.
func TestExclusiveMembershipsRemoveAtCreation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	adaID := w.member("ada@example.com", "Ada Marsh", "developer")
	w.member("eve@example.com", "Eve Stray", "admin")
	w.member("Mallory@example.com", "Mallory Stray", "analyst")
	c := w.cli(exclusive("ADA@example.com", "pending@example.com"))
	c.plan().warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").warnings(1).plans("create " + theRule)
	if got := inJSON(c.plannedValues(theRule)["unlisted"]); got != `["Mallory@example.com","eve@example.com"]` {
		t.Errorf("planned unlisted: %s", got)
	}
	w.members("ada@example.com", "eve@example.com", "Mallory@example.com")
	c.applySaved().warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").warnings(1)
	w.members("ada@example.com")
	c.holds(theRule, values{
		"emails": []string{"ADA@example.com", "pending@example.com"}, "members": map[string]string{"ADA@example.com": adaID},
		"unlisted": []string{"Mallory@example.com", "eve@example.com"},
	})
	c.plan("-refresh=false").quiet().plans()
	c.apply().quiet().plans()
	c.apply("-refresh-only").ok()
	c.holds(theRule, values{"unlisted": []string{}})
	w.mails()
}

// Terraform refuses to remove people whom its reader has not seen in the plan.
func TestExclusiveMembershipsCreationOfAnOldPlan(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(w *world, eveID string){
		"a stranger more":  func(w *world, _ string) { w.member("late@example.com", "Late Comer", "analyst") },
		"a stranger less":  func(w *world, eveID string) { w.must(w.Remove(eveID)) },
		"another stranger": func(w *world, eveID string) { w.must(w.SetEmail(eveID, "eva@example.com")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			eveID := w.member("eve@example.com", "Eve Stray", "analyst")
			c := w.cli(exclusive())
			c.plan().warns("Members who are not listed will be removed: eve@example.com").warnings(1)
			change(w, eveID)
			applied := c.applySaved()
			if refusals := applied.all("error"); len(refusals) == 0 || !holdsAll(refusals[0], []string{"inconsistent final plan", ".unlisted"}) {
				t.Errorf("want Terraform to refuse the apply: %s", applied)
			}
			c.lacks(theRule)
			w.asked("deleteUser", 0)
		})
	}
}

// Members who are not listed show as addresses that are taken out, and exactly they are removed.
func TestExclusiveMembershipsShowAndRemoveStrangers(t *testing.T) {
	t.Parallel()
	w, c, adaID, benID := ruled(t)
	w.member("eve@example.com", "Eve Stray", "admin")
	w.member("Mallory@example.com", "Mallory Stray", "analyst")
	c.plan().warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").warnings(1).plans("update " + theRule)
	c.takenOut("eve@example.com", "Mallory@example.com")
	w.asked("deleteUser", 0)
	c.applySaved().warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").warnings(1)
	w.members("ada@example.com", "ben@example.com")
	c.holds(theRule, values{
		"emails": []string{"ada@example.com", "ben@example.com"}, "unlisted": []string{},
		"members": map[string]string{"ada@example.com": adaID, "ben@example.com": benID},
	})
	c.plan().quiet().plans()
}

// Whom the plan named is removed by the id that was seen then, whatever address they have by now; who joined since is not.
func TestExclusiveMembershipsRemoveWhomThePlanNamed(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	eveID := w.member("eve@example.com", "Eve Stray", "admin")
	c.plan().warns("Members who are not listed will be removed: eve@example.com").warnings(1)
	w.must(w.SetEmail(eveID, "innocent@example.com"))
	w.must(w.SetEmail(adaID, "ada.new@example.com"))
	w.member("eve@example.com", "Another Eve", "analyst")
	w.member("late@example.com", "Late Comer", "analyst")
	c.applySaved().warns("Members who are not listed will be removed: eve@example.com").warnings(1)
	w.members("ada.new@example.com", "ben@example.com", "eve@example.com", "late@example.com")
	c.plan("-refresh=false").quiet().plans()
	c.plan().ok().plans("update " + theRule)
	c.takenOut("eve@example.com", "late@example.com")
}

// Without a refresh the last reading counts, in the plan and in the apply.
func TestExclusiveMembershipsWithoutRefresh(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.member("eve@example.com", "Eve Stray", "admin")
	c.apply("-refresh=false").quiet().plans()
	c.apply("-refresh-only").ok()
	w.member("late@example.com", "Late Comer", "admin")
	w.ResetLog()
	c.apply("-refresh=false").warns("Members who are not listed will be removed: eve@example.com").warnings(2).plans("update " + theRule)
	w.members("ada@example.com", "ben@example.com", "late@example.com")
	w.asked("listUsers", 0)
}

// The token's owner is spared, listed or not, protected or not.
func TestExclusiveMembershipsSpareTheCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("eve@example.com", "Eve Stray", "admin")
	c := w.cli(exclusive(), "lockout_protection = false")
	c.apply().warns("Members who are not listed will be removed: eve@example.com").warnings(2)
	c.apply().quiet().plans()
	if _, still := w.Member(sandbox.DefaultEmail); !still {
		t.Error("the token's owner was removed")
	}
	w.members()

	owner, _ := w.Member(sandbox.DefaultEmail)
	c.config(exclusive("ROBOT@example.com"), "lockout_protection = false")
	c.apply().quiet().plans("update " + theRule)
	c.holds(theRule, values{"members": map[string]string{"ROBOT@example.com": owner.ID}})
	c.config(exclusive("ada@example.com"), "lockout_protection = false")
	c.apply().quiet().plans("update " + theRule)
	c.plan().quiet().plans()
	w.asked("deleteUser", 1)
}

// Listed people who have not joined make no difference, and are not strangers once they have.
func TestExclusiveMembershipsOfInvitedPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada + exclusive("Ada@example.com"))
	c.apply().quiet()
	c.plan().quiet().plans()
	id := w.accept("ada@example.com")
	c.plan().quiet().plans()
	c.apply().quiet()
	c.apply("-refresh-only").ok()
	c.holds(theRule, values{"members": map[string]string{"Ada@example.com": id}})
	w.members("ada@example.com")
}

// Upper and lower case make no difference, on either side.
func TestExclusiveMembershipsIgnoreCase(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	w.must(w.SetEmail(adaID, "ADA@Example.com"))
	c.plan().quiet().plans()
	c.config(exclusive("Ada@EXAMPLE.com", "ben@example.com"))
	c.plan().quiet().plans()
	c.config(exclusive("Ada@EXAMPLE.com", "BEN@example.com", "cy@example.com"))
	c.apply().quiet()
	c.plan().quiet().plans()
	w.members("ADA@Example.com", "ben@example.com")
}

// A listed person who was seen is known by id: another address of theirs is a warning, and they stay.
func TestExclusiveMembershipsOfRenamedPeople(t *testing.T) {
	t.Parallel()
	w, c, adaID, benID := ruled(t)
	w.must(w.SetEmail(adaID, "ada.new@example.com"))
	c.plan().ok().plans().warns("ada@example.com is now ada.new@example.com", adaID).warnings(1)
	c.apply().ok().plans()
	c.apply("-refresh-only").ok()
	c.plan("-refresh=false").ok().plans().warns("ada@example.com is now ada.new@example.com").warnings(1)
	w.members("ada.new@example.com", "ben@example.com")

	// Somebody else takes the address that has become free: both are listed, and it stays Ada's.
	other := w.member("ada@example.com", "Another Ada", "analyst")
	c.plan().ok().plans().warns("Several members go by the address ada@example.com", adaID, other).warnings(2)
	c.apply("-refresh-only").ok()
	c.holds(theRule, values{"members": map[string]string{"ada@example.com": adaID, "ben@example.com": benID}})

	// The configuration follows: the state does, and the other one has no place any more.
	c.config(exclusive("ada.new@example.com", "ben@example.com"))
	c.apply().warns("Members who are not listed will be removed: ada@example.com").warnings(2).plans("update " + theRule)
	w.members("ada.new@example.com", "ben@example.com")
	c.plan().quiet().plans()
	c.holds(theRule, values{"members": map[string]string{"ada.new@example.com": adaID, "ben@example.com": benID}})
}

// Two members with one listed address are both listed, whatever else changes.
func TestExclusiveMembershipsOfAnAddressThatTwoHave(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	w.member("ada@example.com", "Another Ada", "analyst")
	c.config(exclusive("ada@example.com", "ben@example.com", "cy@example.com"))
	c.apply().warns("Several members go by the address ada@example.com", adaID).warnings(2).plans("update " + theRule)
	c.plan().warns("Several members go by the address ada@example.com", adaID).warnings(1).plans()
	c.apply("-refresh-only").ok()
	c.plan().ok().plans()
	w.members("ada@example.com", "ada@example.com", "ben@example.com")
	w.must(w.Remove(adaID))
	c.plan().quiet()
}

// Somebody who is taken out of the list is removed, also under an address that nobody listed.
func TestExclusiveMembershipsUnlistARenamedPerson(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	w.must(w.SetEmail(adaID, "ada.new@example.com"))
	c.config(exclusive("ben@example.com"))
	c.plan().warns("Members who are not listed will be removed: ada.new@example.com").warnings(1).plans("update " + theRule)
	c.takenOut("ada@example.com", `ada@example.com" = "`+adaID+`" -> null`)
	c.applySaved().warns("Members who are not listed will be removed: ada.new@example.com").warnings(1)
	w.members("ben@example.com")
	c.plan().quiet().plans()
}

// A stranger who gets listed stays, and is known by id from then on.
func TestExclusiveMembershipsListAStranger(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	eveID := w.member("eve@example.com", "Eve Stray", "admin")
	c.apply("-refresh-only").ok()
	c.config(exclusive("ada@example.com", "ben@example.com", "Eve@example.com"))
	c.apply().quiet().plans("update " + theRule)
	c.plan().quiet().plans()
	w.must(w.SetEmail(eveID, "eve.new@example.com"))
	c.plan().ok().plans().warns("is now eve.new@example.com", eveID)
	w.asked("deleteUser", 0)
}

// Two rules would each remove whom the other lists.
func TestExclusiveMembershipsAreOnePerOrganization(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	c.config(exclusive("ada@example.com", "ben@example.com") + strings.Replace(exclusive("ada@example.com"), `"all"`, `"other"`, 1))
	c.plan().fails("Two resources decide who else is a member")
	c.config(exclusive("ada@example.com", "ben@example.com"))
	c.plan("-replace=" + theRule).quiet().plans("replace " + theRule)
	c.applySaved().quiet()
	c.run("taint", theRule).ok()
	c.apply().quiet()
	c.plan().quiet().plans()
	w.asked("deleteUser", 0)
}

// A membership of somebody who is not listed would be created and removed at once.
func TestExclusiveMembershipsAndAMembershipThatIsNotListed(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	const eve = `
resource "modelprime_membership" "eve" {
  email          = "eve@example.com"
  roles          = ["analyst"]
  adopt_existing = true
}
`
	w.member("eve@example.com", "Eve Stray", "analyst")
	c.config(exclusive("ada@example.com", "ben@example.com") + eve)
	c.plan().fails("One person is removed and kept in one run", "eve@example.com", "modelprime_membership", "is not listed")
	c.config(exclusive("ada@example.com", "ben@example.com", "eve@example.com") + eve)
	c.apply().ok()
	c.plan().quiet().plans()
	w.asked("deleteUser", 0)
}

// Somebody whose membership is destroyed and who is not listed either is removed once more or less: it is all the same.
func TestExclusiveMembershipsBesideADestroyedMembership(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]string{
		"created":                         exclusive("ben@example.com"),
		"created after the other is gone": strings.Replace(exclusive("ben@example.com"), "}", "  depends_on = [modelprime_membership.ada]\n}", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.member("ben@example.com", "Ben Okafor", "analyst")
			w.member("eve@example.com", "Eve Stray", "analyst")
			id := w.member("ada@example.com", "Ada Marsh", "developer")
			w.must(w.SetEmail(id, "Ada@Example.com"))
			c := w.cli(ada + "import {\n  to = modelprime_membership.ada\n  id = \"" + id + "\"\n}\n")
			c.apply().ok()
			c.config(strings.Replace(rule, "modelprime_membership.ada", "terraform_data.after", 1)+
				"resource \"terraform_data\" \"after\" {\n}\n", "max_removals = 2")
			c.plan().warns("Members who are not listed will be removed: Ada@Example.com, eve@example.com").warnings(1)
			c.applySaved("-parallelism=1").warns("Members who are not listed will be removed: ").warnings(1)
			w.members("ben@example.com")
			c.plan().quiet().plans()
		})
	}
}

// Those who are removed count against the cap; without a refresh, too.
func TestExclusiveMembershipsAreCapped(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.member("eve@example.com", "Eve Stray", "admin")
	w.member("mallory@example.com", "Mallory Stray", "analyst")
	c.config(exclusive("ada@example.com"), "max_removals = 2")
	c.plan().fails("Too many removals in one run", "max_removals")
	c.config(exclusive("ada@example.com"), "max_removals = 3")
	c.apply().warns("Members who are not listed will be removed: ben@example.com, eve@example.com, mallory@example.com").warnings(2)
	w.members("ada@example.com")

	fresh := newWorld(t)
	fresh.crowd(3)
	c = fresh.cli(exclusive(), "max_removals = 2")
	c.plan().fails("Too many removals in one run", "crowd0@example.com", "crowd1@example.com", "crowd2@example.com")
	c.config(exclusive(), "max_removals = 3")
	c.apply().warns("Members who are not listed will be removed: crowd0@example.com, crowd1@example.com, crowd2@example.com").warnings(2)
	fresh.members()
}

// A creation that has removed somebody returns no error, which would taint the rule; the next plan shows who is left.
func TestExclusiveMembershipsCreationThatFailsMidway(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(3)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser", Skip: 1, Times: 1})
	c := w.cli(exclusive())
	c.apply().ok().warns("Not removed", "@example.com", "403").warnings(3)
	c.holds(theRule, values{"emails": []string{}})
	left := w.Members()
	if len(left) != 2 {
		t.Fatalf("left are %v", left)
	}
	w.member("late@example.com", "Late Comer", "analyst")
	c.plan("-refresh=false").warns("Members who are not listed will be removed: crowd1@example.com").warnings(1).plans("update " + theRule)
	c.applySaved().warns("Members who are not listed will be removed: crowd1@example.com").warnings(1)
	w.members("late@example.com")
	c.apply().warns("Members who are not listed will be removed: late@example.com").warnings(2).plans("update " + theRule)
	w.members()
}

// A creation that certainly has removed nobody is an error and leaves no state.
func TestExclusiveMembershipsCreationThatRemovesNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(2)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser"})
	c := w.cli(exclusive())
	c.apply().fails("Could not remove the unlisted members", "crowd0@example.com", "crowd1@example.com", "403", "admin")
	c.lacks(theRule)
	w.members("crowd0@example.com", "crowd1@example.com")
}

// Nobody knows whether the removal was carried out: the world may have changed, so there is a state and no error.
func TestExclusiveMembershipsCreationWhoseReplyIsLost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(1)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser"})
	c := w.cli(exclusive(), "max_retries = 0")
	c.apply().ok().warns("Not removed", "crowd0@example.com", "DELETE /users/")
	c.holds(theRule, nil)
	w.ClearFaults()
	c.apply().quiet().plans()
	c.apply("-refresh-only").ok()
	c.plan("-refresh=false").quiet().plans()
	w.members()
}

// An update says what went wrong, and its state and the next plan show who is left.
func TestExclusiveMembershipsUpdateThatFailsMidway(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.crowd(2)
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "deleteUser", Skip: 1})
	c.config(exclusive("ada@example.com", "ben@example.com"), "max_retries = 0")
	c.apply().fails("Could not remove all unlisted members", "DELETE /users/", "500")
	w.ClearFaults()
	left := w.Members()
	if len(left) != 4 {
		t.Fatalf("left are %v", left)
	}
	strangers := slices.DeleteFunc(left, func(u sandbox.User) bool { return !strings.HasPrefix(u.Email, "crowd") })
	c.holds(theRule, values{
		"emails": []string{"ada@example.com", "ben@example.com", strangers[0].Email}, "unlisted": []string{strangers[0].Email},
	})
	c.plan("-refresh=false").warns("Members who are not listed will be removed: crowd1@example.com").warnings(1).plans("update " + theRule)
	c.takenOut(strangers[0].Email)
	c.applySaved().warns("Members who are not listed will be removed: crowd1@example.com").warnings(1)
	w.members("ada@example.com", "ben@example.com")
	c.plan().quiet().plans()
}

// A removal that was carried out before its reply was lost is no error.
func TestExclusiveMembershipsRemovalIsTriedAgain(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.crowd(2)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser", Times: 2})
	c.apply().warns("Members who are not listed will be removed: crowd0@example.com, crowd1@example.com").warnings(2)
	w.members("ada@example.com", "ben@example.com")
	c.plan().quiet().plans()
}

// To destroy the rule removes nobody, whoever has come in the meantime.
func TestExclusiveMembershipsAreForgotten(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.member("eve@example.com", "Eve Stray", "admin")
	c.destroy().quiet()
	c.lacks(theRule)
	w.members("ada@example.com", "ben@example.com", "eve@example.com")
	w.asked("deleteUser", 0)
}

// A list that is another one each time decides nothing.
func TestExclusiveMembershipsOfAListThatNeverAgrees(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	churn := 0
	w.OnRequest(func(operation string, _ int) {
		if operation == "listUsers" {
			churn++
			w.must(w.SetEmail(adaID, fmt.Sprintf("ada%d@example.com", churn)))
		}
	})
	c.plan().fails("Could not read the members", "not complete", "Run again")
	c.apply("-refresh=false").quiet().plans()
	c.run("state", "rm", theRule).ok()
	c.plan().fails("Could not plan the exclusive memberships", "not complete")
	w.asked("deleteUser", 0)
}

// An address that the plan cannot know could hide a removal.
func TestExclusiveMembershipsOfUnknownAddresses(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(`
resource "terraform_data" "who" {
  input = "ada@example.com"
}
resource "modelprime_exclusive_memberships" "all" {
  emails = [terraform_data.who.output]
}
`)
	c.plan().fails("not known yet", "-target")
	w.asked("deleteUser", 0)
}

// With another organization's token nothing is read or removed.
func TestExclusiveMembershipsOfAnotherOrganization(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.member("eve@example.com", "Eve Stray", "admin")
	c.plan().warns("Members who are not listed will be removed: eve@example.com").warnings(1)
	w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization, Operation: "getOrganization"})
	c.applySaved().fails("organization")
	c.plan().fails("Could not read the members", "organization")
	w.asked("deleteUser", 0)
}

// The people of an organization are read twice, page by page, and the token and its owner once.
func TestExclusiveMembershipsRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.crowd(150)
	var all []string
	for _, m := range w.Members() {
		all = append(all, m.Email)
	}
	c := w.cli(exclusive(all...))
	c.plan().quiet()
	if got, most := len(w.Requests()), 2*2+2; got > most {
		t.Errorf("planned with %d requests, at most %d are allowed", got, most)
	}
	c.applySaved().quiet()
	w.ResetLog()
	c.plan().quiet().plans()
	if got, most := len(w.Requests()), 2*2+2; got > most {
		t.Errorf("refreshed with %d requests, at most %d are allowed", got, most)
	}
}

// A saved plan of another token's owner does not remove the owner of the one that applies it.
func TestExclusiveMembershipsSpareTheCallerOfTheApply(t *testing.T) {
	w := newWorld(t)
	eveID := w.member("eve@example.com", "Eve Stray", "admin")
	eves := newWorldWith(t, sandbox.Options{
		Owner: sandbox.User{ID: eveID, Email: "eve@example.com", Name: "Eve Stray", Roles: []string{"admin"}},
	})
	const config = "provider \"modelprime\" {\n  lockout_protection = false\n}\n"
	c := w.cli("")
	c.file("main.tf", config+exclusive("eve@example.com", sandbox.DefaultEmail))
	as := func(w *world) {
		email, token := w.Credentials()
		t.Setenv("MODELPRIME_ENDPOINT", w.url+sandbox.BasePath)
		t.Setenv("MODELPRIME_EMAIL", email)
		t.Setenv("MODELPRIME_TOKEN", token)
	}
	as(w)
	c.apply().quiet()
	c.file("main.tf", config+exclusive(sandbox.DefaultEmail))
	c.plan().warns("Members who are not listed will be removed: eve@example.com").warnings(1).plans("update " + theRule)
	as(eves)
	c.applySaved().fails("Could not remove all unlisted members", "eve@example.com", "always spares")
	eves.asked("deleteUser", 0)
	c.plan().quiet()
}
