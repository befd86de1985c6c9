package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
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
func ruled(t *testing.T) (w *acctest.World, c *acctest.CLI, adaID, benID string) {
	t.Helper()
	w = acctest.NewWorld(t)
	adaID = w.NewMember("ada@example.com", "Ada Marsh", "developer")
	benID = w.NewMember("ben@example.com", "Ben Okafor", "analyst")
	c = w.CLI(exclusive("ada@example.com", "ben@example.com"))
	c.Apply().Quiet().Plans("create " + theRule)
	c.Plan().Quiet().Plans()
	w.ResetLog()
	return w, c, adaID, benID
}

// takenOut fails the test unless the saved plan shows these addresses, and no others, as taken out of a set.
func takenOut(c *acctest.CLI, want ...string) {
	c.T.Helper()
	var got []string
	for line := range strings.Lines(c.Run("show", "-no-color", acctest.SavedPlan).Printed) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), `- "`); ok && strings.Contains(text, "@") { // no id
			got = append(got, strings.TrimSuffix(text, `",`))
		}
	}
	slices.Sort(got)
	acctest.EqualSets(c.T, "addresses that the plan takes out", slices.Compact(got), want)
}

// A creation has no diff to show: whom it removes is in the plan by address, and nobody else is removed.
func TestExclusiveMembershipsRemoveAtCreation(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	adaID := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	w.NewMember("eve@example.com", "Eve Stray", "admin")
	w.NewMember("Mallory@example.com", "Mallory Stray", "analyst")
	c := w.CLI(exclusive("ADA@example.com", "pending@example.com"))
	c.Plan().Warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").Warnings(1).Plans("create " + theRule)
	if got := acctest.InJSON(c.PlannedValues(theRule)["unlisted"]); got != `["Mallory@example.com","eve@example.com"]` {
		t.Errorf("planned unlisted: %s", got)
	}
	w.HasMembers("ada@example.com", "eve@example.com", "Mallory@example.com")
	c.ApplySaved().Warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").Warnings(1)
	w.HasMembers("ada@example.com")
	c.Holds(theRule, acctest.Values{
		"emails": []string{"ADA@example.com", "pending@example.com"}, "members": map[string]string{"ADA@example.com": adaID},
		"unlisted": []string{"Mallory@example.com", "eve@example.com"},
	})
	c.Plan("-refresh=false").Quiet().Plans()
	c.Apply().Quiet().Plans()
	c.Apply("-refresh-only").OK()
	c.Holds(theRule, acctest.Values{"unlisted": []string{}})
	w.Emailed()
}

// Terraform refuses to remove people whom its reader has not seen in the plan.
func TestExclusiveMembershipsCreationOfAnOldPlan(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(w *acctest.World, eveID string){
		"a stranger more":  func(w *acctest.World, _ string) { w.NewMember("late@example.com", "Late Comer", "analyst") },
		"a stranger less":  func(w *acctest.World, eveID string) { w.Must(w.Remove(eveID)) },
		"another stranger": func(w *acctest.World, eveID string) { w.Must(w.SetEmail(eveID, "eva@example.com")) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			eveID := w.NewMember("eve@example.com", "Eve Stray", "analyst")
			c := w.CLI(exclusive())
			c.Plan().Warns("Members who are not listed will be removed: eve@example.com").Warnings(1)
			change(w, eveID)
			applied := c.ApplySaved()
			if refusals := applied.All("error"); len(refusals) == 0 || !acctest.HoldsAll(refusals[0], []string{"inconsistent final plan", ".unlisted"}) {
				t.Errorf("want Terraform to refuse the apply: %s", applied)
			}
			c.Lacks(theRule)
			w.Requested("deleteUser", 0)
		})
	}
}

// Members who are not listed show as addresses that are taken out, and exactly they are removed.
func TestExclusiveMembershipsShowAndRemoveStrangers(t *testing.T) {
	t.Parallel()
	w, c, adaID, benID := ruled(t)
	w.NewMember("eve@example.com", "Eve Stray", "admin")
	w.NewMember("Mallory@example.com", "Mallory Stray", "analyst")
	c.Plan().Warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").Warnings(1).Plans("update " + theRule)
	takenOut(c, "eve@example.com", "Mallory@example.com")
	w.Requested("deleteUser", 0)
	c.ApplySaved().Warns("Members who are not listed will be removed: Mallory@example.com, eve@example.com").Warnings(1)
	w.HasMembers("ada@example.com", "ben@example.com")
	c.Holds(theRule, acctest.Values{
		"emails": []string{"ada@example.com", "ben@example.com"}, "unlisted": []string{},
		"members": map[string]string{"ada@example.com": adaID, "ben@example.com": benID},
	})
	c.Plan().Quiet().Plans()
}

// Whom the plan named is removed by the id that was seen then, whatever address they have by now; who joined since is not.
func TestExclusiveMembershipsRemoveWhomThePlanNamed(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	eveID := w.NewMember("eve@example.com", "Eve Stray", "admin")
	c.Plan().Warns("Members who are not listed will be removed: eve@example.com").Warnings(1)
	w.Must(w.SetEmail(eveID, "innocent@example.com"))
	w.Must(w.SetEmail(adaID, "ada.new@example.com"))
	w.NewMember("eve@example.com", "Another Eve", "analyst")
	w.NewMember("late@example.com", "Late Comer", "analyst")
	c.ApplySaved().Warns("Members who are not listed will be removed: eve@example.com").Warnings(1)
	w.HasMembers("ada.new@example.com", "ben@example.com", "eve@example.com", "late@example.com")
	c.Plan("-refresh=false").Quiet().Plans()
	c.Plan().OK().Plans("update " + theRule)
	takenOut(c, "eve@example.com", "late@example.com")
}

// Without a refresh the last reading counts, in the plan and in the apply.
func TestExclusiveMembershipsWithoutRefresh(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.NewMember("eve@example.com", "Eve Stray", "admin")
	c.Apply("-refresh=false").Quiet().Plans()
	c.Apply("-refresh-only").OK()
	w.NewMember("late@example.com", "Late Comer", "admin")
	w.ResetLog()
	c.Apply("-refresh=false").Warns("Members who are not listed will be removed: eve@example.com").Warnings(2).Plans("update " + theRule)
	w.HasMembers("ada@example.com", "ben@example.com", "late@example.com")
	w.Requested("listUsers", 0)
}

// The token's owner is spared, listed or not, protected or not.
func TestExclusiveMembershipsSpareTheCaller(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("eve@example.com", "Eve Stray", "admin")
	c := w.CLI(exclusive(), "lockout_protection = false")
	c.Apply().Warns("Members who are not listed will be removed: eve@example.com").Warnings(2)
	c.Apply().Quiet().Plans()
	if _, still := w.Member(sandbox.DefaultEmail); !still {
		t.Error("the token's owner was removed")
	}
	w.HasMembers()

	owner, _ := w.Member(sandbox.DefaultEmail)
	c.Config(exclusive("ROBOT@example.com"), "lockout_protection = false")
	c.Apply().Quiet().Plans("update " + theRule)
	c.Holds(theRule, acctest.Values{"members": map[string]string{"ROBOT@example.com": owner.ID}})
	c.Config(exclusive("ada@example.com"), "lockout_protection = false")
	c.Apply().Quiet().Plans("update " + theRule)
	c.Plan().Quiet().Plans()
	w.Requested("deleteUser", 1)
}

// Listed people who have not joined make no difference, and are not strangers once they have.
func TestExclusiveMembershipsOfInvitedPeople(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada + exclusive("Ada@example.com"))
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	id := w.Accept("ada@example.com")
	c.Plan().Quiet().Plans()
	c.Apply().Quiet()
	c.Apply("-refresh-only").OK()
	c.Holds(theRule, acctest.Values{"members": map[string]string{"Ada@example.com": id}})
	w.HasMembers("ada@example.com")
}

// Upper and lower case make no difference, on either side.
func TestExclusiveMembershipsIgnoreCase(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	w.Must(w.SetEmail(adaID, "ADA@Example.com"))
	c.Plan().Quiet().Plans()
	c.Config(exclusive("Ada@EXAMPLE.com", "ben@example.com"))
	c.Plan().Quiet().Plans()
	c.Config(exclusive("Ada@EXAMPLE.com", "BEN@example.com", "cy@example.com"))
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.HasMembers("ADA@Example.com", "ben@example.com")
}

// A listed person who was seen is known by id: another address of theirs is a warning, and they stay.
func TestExclusiveMembershipsOfRenamedPeople(t *testing.T) {
	t.Parallel()
	w, c, adaID, benID := ruled(t)
	w.Must(w.SetEmail(adaID, "ada.new@example.com"))
	c.Plan().OK().Plans().Warns("ada@example.com is now ada.new@example.com", adaID).Warnings(1)
	c.Apply().OK().Plans()
	c.Apply("-refresh-only").OK()
	c.Plan("-refresh=false").OK().Plans().Warns("ada@example.com is now ada.new@example.com").Warnings(1)
	w.HasMembers("ada.new@example.com", "ben@example.com")

	// Somebody else takes the address that has become free: both are listed, and it stays Ada's.
	other := w.NewMember("ada@example.com", "Another Ada", "analyst")
	c.Plan().OK().Plans().Warns("Several members go by the address ada@example.com", adaID, other).Warnings(2)
	c.Apply("-refresh-only").OK()
	c.Holds(theRule, acctest.Values{"members": map[string]string{"ada@example.com": adaID, "ben@example.com": benID}})

	// The configuration follows: the state does, and the other one has no place any more.
	c.Config(exclusive("ada.new@example.com", "ben@example.com"))
	c.Apply().Warns("Members who are not listed will be removed: ada@example.com").Warnings(2).Plans("update " + theRule)
	w.HasMembers("ada.new@example.com", "ben@example.com")
	c.Plan().Quiet().Plans()
	c.Holds(theRule, acctest.Values{"members": map[string]string{"ada.new@example.com": adaID, "ben@example.com": benID}})
}

// Two members with one listed address are both listed, whatever else changes.
func TestExclusiveMembershipsOfAnAddressThatTwoHave(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	w.NewMember("ada@example.com", "Another Ada", "analyst")
	c.Config(exclusive("ada@example.com", "ben@example.com", "cy@example.com"))
	c.Apply().Warns("Several members go by the address ada@example.com", adaID).Warnings(2).Plans("update " + theRule)
	c.Plan().Warns("Several members go by the address ada@example.com", adaID).Warnings(1).Plans()
	c.Apply("-refresh-only").OK()
	c.Plan().OK().Plans()
	w.HasMembers("ada@example.com", "ada@example.com", "ben@example.com")
	w.Must(w.Remove(adaID))
	c.Plan().Quiet()
}

// Somebody who is taken out of the list is removed, also under an address that nobody listed.
func TestExclusiveMembershipsUnlistARenamedPerson(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	w.Must(w.SetEmail(adaID, "ada.new@example.com"))
	c.Config(exclusive("ben@example.com"))
	c.Plan().Warns("Members who are not listed will be removed: ada.new@example.com").Warnings(1).Plans("update " + theRule)
	takenOut(c, "ada@example.com", `ada@example.com" = "`+adaID+`" -> null`)
	c.ApplySaved().Warns("Members who are not listed will be removed: ada.new@example.com").Warnings(1)
	w.HasMembers("ben@example.com")
	c.Plan().Quiet().Plans()
}

// A stranger who gets listed stays, and is known by id from then on.
func TestExclusiveMembershipsListAStranger(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	eveID := w.NewMember("eve@example.com", "Eve Stray", "admin")
	c.Apply("-refresh-only").OK()
	c.Config(exclusive("ada@example.com", "ben@example.com", "Eve@example.com"))
	c.Apply().Quiet().Plans("update " + theRule)
	c.Plan().Quiet().Plans()
	w.Must(w.SetEmail(eveID, "eve.new@example.com"))
	c.Plan().OK().Plans().Warns("is now eve.new@example.com", eveID)
	w.Requested("deleteUser", 0)
}

// Two rules would each remove whom the other lists.
func TestExclusiveMembershipsAreOnePerOrganization(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	c.Config(exclusive("ada@example.com", "ben@example.com") + strings.Replace(exclusive("ada@example.com"), `"all"`, `"other"`, 1))
	c.Plan().Fails("Two resources decide who else is a member")
	c.Config(exclusive("ada@example.com", "ben@example.com"))
	c.Plan("-replace=" + theRule).Quiet().Plans("replace " + theRule)
	c.ApplySaved().Quiet()
	c.Run("taint", theRule).OK()
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.Requested("deleteUser", 0)
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
	w.NewMember("eve@example.com", "Eve Stray", "analyst")
	c.Config(exclusive("ada@example.com", "ben@example.com") + eve)
	c.Plan().Fails("One person is removed and kept in one run", "eve@example.com", "modelprime_membership", "is not listed")
	c.Config(exclusive("ada@example.com", "ben@example.com", "eve@example.com") + eve)
	c.Apply().OK()
	c.Plan().Quiet().Plans()
	w.Requested("deleteUser", 0)
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
			w := acctest.NewWorld(t)
			w.NewMember("ben@example.com", "Ben Okafor", "analyst")
			w.NewMember("eve@example.com", "Eve Stray", "analyst")
			id := w.NewMember("ada@example.com", "Ada Marsh", "developer")
			w.Must(w.SetEmail(id, "Ada@Example.com"))
			c := w.CLI(ada + "import {\n  to = modelprime_membership.ada\n  id = \"" + id + "\"\n}\n")
			c.Apply().OK()
			c.Config(strings.Replace(rule, "modelprime_membership.ada", "terraform_data.after", 1)+
				"resource \"terraform_data\" \"after\" {\n}\n", "max_removals = 2")
			c.Plan().Warns("Members who are not listed will be removed: Ada@Example.com, eve@example.com").Warnings(1)
			c.ApplySaved("-parallelism=1").Warns("Members who are not listed will be removed: ").Warnings(1)
			w.HasMembers("ben@example.com")
			c.Plan().Quiet().Plans()
		})
	}
}

// Those who are removed count against the cap; without a refresh, too.
func TestExclusiveMembershipsAreCapped(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.NewMember("eve@example.com", "Eve Stray", "admin")
	w.NewMember("mallory@example.com", "Mallory Stray", "analyst")
	c.Config(exclusive("ada@example.com"), "max_removals = 2")
	c.Plan().Fails("Too many removals in one run", "max_removals")
	c.Config(exclusive("ada@example.com"), "max_removals = 3")
	c.Apply().Warns("Members who are not listed will be removed: ben@example.com, eve@example.com, mallory@example.com").Warnings(2)
	w.HasMembers("ada@example.com")

	fresh := acctest.NewWorld(t)
	fresh.Crowd(3)
	c = fresh.CLI(exclusive(), "max_removals = 2")
	c.Plan().Fails("Too many removals in one run", "crowd0@example.com", "crowd1@example.com", "crowd2@example.com")
	c.Config(exclusive(), "max_removals = 3")
	c.Apply().Warns("Members who are not listed will be removed: crowd0@example.com, crowd1@example.com, crowd2@example.com").Warnings(2)
	fresh.HasMembers()
}

// A creation that has removed somebody returns no error, which would taint the rule; the next plan shows who is left.
func TestExclusiveMembershipsCreationThatFailsMidway(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Crowd(3)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser", Skip: 1, Times: 1})
	c := w.CLI(exclusive())
	c.Apply().OK().Warns("Not removed", "@example.com", "403").Warnings(3)
	c.Holds(theRule, acctest.Values{"emails": []string{}})
	left := w.Members()
	if len(left) != 2 {
		t.Fatalf("left are %v", left)
	}
	w.NewMember("late@example.com", "Late Comer", "analyst")
	c.Plan("-refresh=false").Warns("Members who are not listed will be removed: crowd1@example.com").Warnings(1).Plans("update " + theRule)
	c.ApplySaved().Warns("Members who are not listed will be removed: crowd1@example.com").Warnings(1)
	w.HasMembers("late@example.com")
	c.Apply().Warns("Members who are not listed will be removed: late@example.com").Warnings(2).Plans("update " + theRule)
	w.HasMembers()
}

// A creation that certainly has removed nobody is an error and leaves no state.
func TestExclusiveMembershipsCreationThatRemovesNobody(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Crowd(2)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser"})
	c := w.CLI(exclusive())
	c.Apply().Fails("Could not remove the unlisted members", "crowd0@example.com", "crowd1@example.com", "403", "admin")
	c.Lacks(theRule)
	w.HasMembers("crowd0@example.com", "crowd1@example.com")
}

// Nobody knows whether the removal was carried out: the world may have changed, so there is a state and no error.
func TestExclusiveMembershipsCreationWhoseReplyIsLost(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Crowd(1)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser"})
	c := w.CLI(exclusive(), "max_retries = 0")
	c.Apply().OK().Warns("Not removed", "crowd0@example.com", "DELETE /users/")
	c.Holds(theRule, nil)
	w.ClearFaults()
	c.Apply().Quiet().Plans()
	c.Apply("-refresh-only").OK()
	c.Plan("-refresh=false").Quiet().Plans()
	w.HasMembers()
}

// An update says what went wrong, and its state and the next plan show who is left.
func TestExclusiveMembershipsUpdateThatFailsMidway(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.Crowd(2)
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "deleteUser", Skip: 1})
	c.Config(exclusive("ada@example.com", "ben@example.com"), "max_retries = 0")
	c.Apply().Fails("Could not remove all unlisted members", "DELETE /users/", "500")
	w.ClearFaults()
	left := w.Members()
	if len(left) != 4 {
		t.Fatalf("left are %v", left)
	}
	strangers := slices.DeleteFunc(left, func(u sandbox.User) bool { return !strings.HasPrefix(u.Email, "crowd") })
	c.Holds(theRule, acctest.Values{
		"emails": []string{"ada@example.com", "ben@example.com", strangers[0].Email}, "unlisted": []string{strangers[0].Email},
	})
	c.Plan("-refresh=false").Warns("Members who are not listed will be removed: crowd1@example.com").Warnings(1).Plans("update " + theRule)
	takenOut(c, strangers[0].Email)
	c.ApplySaved().Warns("Members who are not listed will be removed: crowd1@example.com").Warnings(1)
	w.HasMembers("ada@example.com", "ben@example.com")
	c.Plan().Quiet().Plans()
}

// A removal that was carried out before its reply was lost is no error.
func TestExclusiveMembershipsRemovalIsTriedAgain(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.Crowd(2)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser", Times: 2})
	c.Apply().Warns("Members who are not listed will be removed: crowd0@example.com, crowd1@example.com").Warnings(2)
	w.HasMembers("ada@example.com", "ben@example.com")
	c.Plan().Quiet().Plans()
}

// To destroy the rule removes nobody, whoever has come in the meantime.
func TestExclusiveMembershipsAreForgotten(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.NewMember("eve@example.com", "Eve Stray", "admin")
	c.Destroy().Quiet()
	c.Lacks(theRule)
	w.HasMembers("ada@example.com", "ben@example.com", "eve@example.com")
	w.Requested("deleteUser", 0)
}

// A list that is another one each time decides nothing.
func TestExclusiveMembershipsOfAListThatNeverAgrees(t *testing.T) {
	t.Parallel()
	w, c, adaID, _ := ruled(t)
	churn := 0
	w.OnRequest(func(operation string, _ int) {
		if operation == "listUsers" {
			churn++
			w.Must(w.SetEmail(adaID, fmt.Sprintf("ada%d@example.com", churn)))
		}
	})
	c.Plan().Fails("Could not read the members", "not complete", "Run again")
	c.Apply("-refresh=false").Quiet().Plans()
	c.Run("state", "rm", theRule).OK()
	c.Plan().Fails("Could not plan the exclusive memberships", "not complete")
	w.Requested("deleteUser", 0)
}

// An address that the plan cannot know could hide a removal.
func TestExclusiveMembershipsOfUnknownAddresses(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "terraform_data" "who" {
  input = "ada@example.com"
}
resource "modelprime_exclusive_memberships" "all" {
  emails = [terraform_data.who.output]
}
`)
	c.Plan().Fails("not known yet", "-target")
	w.Requested("deleteUser", 0)
}

// With another organization's token nothing is read or removed.
func TestExclusiveMembershipsOfAnotherOrganization(t *testing.T) {
	t.Parallel()
	w, c, _, _ := ruled(t)
	w.NewMember("eve@example.com", "Eve Stray", "admin")
	c.Plan().Warns("Members who are not listed will be removed: eve@example.com").Warnings(1)
	w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization, Operation: "getOrganization"})
	c.ApplySaved().Fails("organization")
	c.Plan().Fails("The state is not about the token's organization")
	w.Requested("deleteUser", 0)
}

// The people of an organization are read twice, page by page, and the token and its owner once.
func TestExclusiveMembershipsRequests(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Crowd(150)
	var all []string
	for _, m := range w.Members() {
		all = append(all, m.Email)
	}
	c := w.CLI(exclusive(all...))
	c.Plan().Quiet()
	if got, most := len(w.Requests()), 2*2+2; got > most {
		t.Errorf("planned with %d requests, at most %d are allowed", got, most)
	}
	c.ApplySaved().Quiet()
	w.ResetLog()
	c.Plan().Quiet().Plans()
	if got, most := len(w.Requests()), 2*2+2; got > most {
		t.Errorf("refreshed with %d requests, at most %d are allowed", got, most)
	}
}

// A saved plan of another token's owner does not remove the owner of the one that applies it.
func TestExclusiveMembershipsSpareTheCallerOfTheApply(t *testing.T) {
	w := acctest.NewWorld(t)
	eveID := w.NewMember("eve@example.com", "Eve Stray", "admin")
	eves := acctest.NewWorldWith(t, sandbox.Options{
		Owner: sandbox.User{ID: eveID, Email: "eve@example.com", Name: "Eve Stray", Roles: []string{"admin"}},
	})
	const config = "provider \"modelprime\" {\n  lockout_protection = false\n}\n"
	c := w.CLI("")
	c.File("main.tf", config+exclusive("eve@example.com", sandbox.DefaultEmail))
	as := func(w *acctest.World) {
		email, token := w.Credentials()
		t.Setenv("MODELPRIME_ENDPOINT", w.URL+sandbox.BasePath)
		t.Setenv("MODELPRIME_EMAIL", email)
		t.Setenv("MODELPRIME_TOKEN", token)
	}
	as(w)
	c.Apply().Quiet()
	c.File("main.tf", config+exclusive(sandbox.DefaultEmail))
	c.Plan().Warns("Members who are not listed will be removed: eve@example.com").Warnings(1).Plans("update " + theRule)
	as(eves)
	c.ApplySaved().Fails("Could not remove all unlisted members", "eve@example.com", "always spares")
	eves.Requested("deleteUser", 0)
	c.Plan().Quiet()
}
