package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// membershipRule is one of the two rules, for the promises that both share. Names stand for addresses: "ada Ben" are
// ada@example.com and Ben@example.com.
type membershipRule struct {
	kind, address, removes, says string
	lists                        func(stay, leave string) string
}

var (
	exclusiveRule = membershipRule{
		"modelprime_exclusive_memberships", "modelprime_exclusive_memberships.all", "unlisted", "Members who are not listed are removed: ",
		func(stay, _ string) string { return stay },
	}
	absentRule = membershipRule{
		"modelprime_absent_memberships", "modelprime_absent_memberships.all", "present", "Members who must be absent are removed: ",
		func(_, leave string) string { return leave },
	}
)

func eachRule(t *testing.T, test func(t *testing.T, r membershipRule)) {
	t.Helper()
	t.Parallel()
	for _, r := range []membershipRule{exclusiveRule, absentRule} {
		t.Run(r.kind, func(t *testing.T) {
			t.Parallel()
			test(t, r)
		})
	}
}

func addresses(names string) []string {
	emails := []string{}
	for _, name := range strings.Fields(names) {
		emails = append(emails, name+"@example.com")
	}
	return emails
}

// hcl is the rule under which these members stay and those leave.
func (r membershipRule) hcl(stay, leave string) string {
	return fmt.Sprintf("resource %q \"all\" {\n  emails = %s\n}\n", r.kind, acctest.InJSON(addresses(r.lists(stay, leave))))
}

// start applies the rule in an organization of Ada and Ben, who stay. Eve and Mallory must leave and are not members yet.
func (r membershipRule) start(t *testing.T) (w *acctest.World, c *acctest.CLI) {
	t.Helper()
	w = acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	w.NewMember("ben@example.com", "Ben Okafor", "analyst")
	c = w.CLI(r.hcl("ada ben", "eve Mallory"))
	c.Apply().Quiet().Plans("create " + r.address)
	w.ResetLog()
	return w, c
}

// addMembers adds members outside Terraform and returns their IDs.
func addMembers(w *acctest.World, names string) (ids []string) {
	w.T.Helper()
	for _, email := range addresses(names) {
		ids = append(ids, w.NewMember(email, "Somebody Else", "analyst"))
	}
	return ids
}

// removesFrom fails the test unless the saved plan removes exactly these members, by ID, from the computed map.
func (r membershipRule) removesFrom(c *acctest.CLI, people map[string]string) {
	c.T.Helper()
	before, after := c.PlannedChange(r.address)
	if got := acctest.InJSON(before[r.removes]); got != acctest.InJSON(people) {
		c.T.Errorf("%s before: %s, want %v", r.removes, got, people)
	}
	if got := acctest.InJSON(after[r.removes]); got != "{}" {
		c.T.Errorf("%s after: %s", r.removes, got)
	}
	if got := acctest.InJSON(before["emails"]); got != acctest.InJSON(after["emails"]) {
		c.T.Errorf("emails go from %s to %v", got, after["emails"])
	}
}

// The plan of a new rule names the members it removes. They stay in the state until the next read, and no later plan acts on
// them or counts them again.
func TestNewRule(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w := acctest.NewWorld(t)
		addMembers(w, "Ada")
		gone := addMembers(w, "eve Mallory")
		people := map[string]string{gone[0]: "eve@example.com", gone[1]: "Mallory@example.com"}
		c := w.CLI(r.hcl("ada kim", "EVE mallory noor"))
		const both = "Mallory@example.com, eve@example.com"
		c.Plan().Warns(r.says+both, gone[0], gone[1], "If Terraform reports that "+r.removes+" has changed", "plan again").Warnings(1).Plans("create " + r.address)
		if _, after := c.PlannedChange(r.address); acctest.InJSON(after[r.removes]) != acctest.InJSON(people) {
			t.Errorf("planned %s: %v", r.removes, after[r.removes])
		}
		w.HasMembers("Ada@example.com", "eve@example.com", "Mallory@example.com")
		c.ApplySaved().Warns(r.says + both).Warnings(1)
		w.HasMembers("Ada@example.com")
		c.Holds(r.address, acctest.Values{r.removes: people, "emails": addresses(r.lists("ada kim", "EVE mallory noor"))})
		c.Plan("-refresh=false").Quiet().Plans()
		c.Config(r.hcl("ada kim zoe", "EVE mallory noor zoe"), "max_removals = 0")
		c.Apply("-refresh=false").Quiet().Plans("update " + r.address)
		c.Holds(r.address, acctest.Values{r.removes: map[string]string{}})
		c.Apply().Quiet().Plans()
		w.Requested("deleteUser", 2)
		w.Emailed()
	})
}

// Terraform refuses an apply whose members to remove differ from the plan.
func TestNewRuleFromOldPlan(t *testing.T) {
	for name, change := range map[string]func(w *acctest.World, ada, eve string){
		"one more":              func(w *acctest.World, _, _ string) { addMembers(w, "late") },
		"one less":              func(w *acctest.World, _, eve string) { w.Must(w.Remove(eve)) },
		"another one":           func(w *acctest.World, _, eve string) { w.Must(w.Remove(eve)); addMembers(w, "eve") },
		"one more by that name": func(w *acctest.World, _, _ string) { addMembers(w, "eve") },
		"Ada takes the address": func(w *acctest.World, ada, eve string) {
			w.Must(w.Remove(eve))
			w.Must(w.SetEmail(ada, "eve@example.com"))
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachRule(t, func(t *testing.T, r membershipRule) {
				w := acctest.NewWorld(t)
				ids := addMembers(w, "ada eve")
				c := w.CLI(r.hcl("ada", "eve late"))
				c.Plan().Warns(r.says + "eve@example.com")
				change(w, ids[0], ids[1])
				if applied := c.ApplySaved(); !slices.ContainsFunc(applied.All("error"), func(d acctest.Diag) bool {
					return acctest.HoldsAll(d, []string{"inconsistent final plan", "." + r.removes})
				}) {
					t.Errorf("want Terraform to refuse the apply: %s", applied)
				}
				c.Lacks(r.address)
				w.Requested("deleteUser", 0)
			})
		})
	}
}

// The plan of an existing rule names the members to remove by address and ID. The apply removes exactly these, by ID, whatever
// their address is by then. Later members wait for the next plan.
func TestRuleRemovesTheMembersInThePlan(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		gone := addMembers(w, "eve Mallory")
		says := r.says + "Mallory@example.com, eve@example.com"
		c.Plan().Warns(says, "eve@example.com ("+gone[0]+")", "Mallory@example.com ("+gone[1]+")").Warnings(1).Plans("update " + r.address)
		r.removesFrom(c, map[string]string{gone[0]: "eve@example.com", gone[1]: "Mallory@example.com"})
		w.Requested("deleteUser", 0)
		w.Must(w.SetEmail(gone[0], "innocent@example.com"))
		later := addMembers(w, "eve")
		c.ApplySaved().Warns(says).Warns("eve@example.com is innocent@example.com", gone[0]).Warnings(2)
		w.HasMembers("ada@example.com", "ben@example.com", "eve@example.com")
		c.Holds(r.address, acctest.Values{"emails": addresses(r.lists("ada ben", "Mallory eve")), r.removes: map[string]string{}})
		c.Plan("-refresh=false").Quiet().Plans()
		c.Plan().Warns(r.says+"eve@example.com", later[0]).Warnings(1)
		r.removesFrom(c, map[string]string{later[0]: "eve@example.com"})
		w.Emailed()
	})
}

// A member found by the last read stays if the changed list no longer removes them.
func TestRuleSparesMembersOfItsNewList(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		addMembers(w, "eve Mallory")
		c.Apply("-refresh-only").OK()
		c.Config(r.hcl("ada ben EVE", "Mallory"))
		c.Apply("-refresh=false").Warns(r.says + "Mallory@example.com").Warnings(2)
		w.HasMembers("ada@example.com", "ben@example.com", "eve@example.com")
		c.Plan().Quiet().Plans()
	})
}

// Without a refresh the rule uses the last read and does not read the list.
func TestRuleWithoutRefresh(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		addMembers(w, "eve")
		c.Apply("-refresh=false").Quiet().Plans()
		c.Apply("-refresh-only").OK()
		addMembers(w, "Mallory")
		c.Apply("-refresh=false").Warns(r.says + "eve@example.com").Warnings(2).Plans("update " + r.address)
		w.HasMembers("ada@example.com", "ben@example.com", "Mallory@example.com")
	})
}

// Case and Unicode composition make no difference in the list or in a member's address.
func TestRuleFoldsAddresses(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w := acctest.NewWorld(t)
		addMembers(w, "ADA zoe\u0308")
		c := w.CLI(r.hcl("ada zo\u00eb", "kim"))
		c.Apply().Quiet()
		c.Config(r.hcl("Ada Zo\u00eb", "KIM"))
		c.Plan().Quiet().Plans()
		gone := addMembers(w, "Kim")
		c.Plan().Warns(r.says + "Kim@example.com").Warnings(1)
		r.removesFrom(c, map[string]string{gone[0]: "Kim@example.com"})
	})
}

// A second exclusive rule is an error. Any number of absent rules may overlap.
func TestTwoRules(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		c.Config(r.hcl("ada ben", "eve Mallory") + strings.Replace(r.hcl("ada", "Mallory kim"), `"all"`, `"other"`, 1))
		if r.kind == exclusiveRule.kind {
			c.Plan().Fails("Two resources decide who else is a member")
			c.Config(r.hcl("ada ben", ""))
		} else {
			c.Apply().Quiet()
			addMembers(w, "eve Mallory kim")
			c.Apply().OK().Warns(r.says + "Mallory@example.com, eve@example.com").Warns(r.says + "Mallory@example.com, kim@example.com")
		}
		c.Plan("-replace=" + r.address).Quiet().Plans("replace " + r.address)
		c.ApplySaved().Quiet()
		c.Run("taint", r.address).OK()
		c.Apply().Quiet()
		c.Plan().Quiet().Plans()
		w.HasMembers("ada@example.com", "ben@example.com")
	})
}

// The plan of a replacement names all members to remove.
func TestReplacedRule(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		gone := addMembers(w, "eve")
		c.Plan("-replace=" + r.address).Warns(r.says + "eve@example.com").Warnings(1).Plans("replace " + r.address)
		if _, after := c.PlannedChange(r.address); acctest.InJSON(after[r.removes]) != acctest.InJSON(map[string]string{gone[0]: "eve@example.com"}) {
			t.Errorf("planned %s: %v", r.removes, after[r.removes])
		}
		c.ApplySaved().OK()
		w.HasMembers("ada@example.com", "ben@example.com")
		w.Requested("deleteUser", 1)
		c.Plan().Quiet().Plans()
	})
}

// The destruction of a rule removes no member.
func TestDestroyedRule(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		addMembers(w, "eve")
		c.Destroy().Quiet()
		c.Lacks(r.address)
		w.HasMembers("ada@example.com", "ben@example.com", "eve@example.com")
	})
}

// An unknown address could hide a removal, so it is an error. A null address is explained: the person has not joined.
func TestRuleOfUnknownAddresses(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w := acctest.NewWorld(t)
		c := w.CLI(ada + strings.Replace(r.hcl("cy", "cy"), `"cy@example.com"`, "modelprime_membership.ada.current_email", 1))
		c.Plan().Fails("not known yet", "-target")
		c.Apply("-target=modelprime_membership.ada").OK()
		c.Plan().Fails("Invalid emails", "current_email of a modelprime_membership is null until the person has joined")
		w.Requested("deleteUser", 0)
	})
}

// A run reads the list twice, and the organization and the caller once.
func TestRuleRequests(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w := acctest.NewWorld(t)
		w.Crowd(150)
		var all []string
		for _, m := range w.Members() {
			all = append(all, strings.TrimSuffix(m.Email, "@example.com"))
		}
		c := w.CLI(r.hcl(strings.Join(all, " "), "eve"))
		for _, run := range []func() *acctest.Report{func() *acctest.Report { return c.Plan() }, func() *acctest.Report { return c.ApplySaved() }, func() *acctest.Report { return c.Plan() }} {
			w.ResetLog()
			run().Quiet()
			if got, most := len(w.Requests()), 2*2+2; got > most {
				t.Errorf("%d requests, at most %d are allowed: %v", got, most, w.Requests())
			}
		}
	})
}

// A member who could not be removed stays in the computed map and is all that the next plan names. A creation that removed a member
// returns no error, which would taint it.
func TestRuleFailsMidway(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		for _, exists := range []bool{false, true} {
			w, c := r.start(t)
			if !exists {
				c.Run("state", "rm", r.address).OK()
			}
			gone := addMembers(w, "eve Mallory")
			w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "deleteUser", Skip: 1, Times: 1})
			if exists {
				c.Apply().Fails("Could not remove the members", "Mallory@example.com ("+gone[1]+")", "403", "admin")
				c.Holds(r.address, acctest.Values{r.removes: map[string]string{gone[1]: "Mallory@example.com"}})
			} else {
				c.Apply().OK().Warns("Mallory@example.com was not removed", "403").Warnings(3)
				c.Holds(r.address, acctest.Values{r.removes: map[string]string{gone[0]: "eve@example.com", gone[1]: "Mallory@example.com"}})
			}
			addMembers(w, "eve")
			c.Plan("-refresh=false").Warns(r.says+"Mallory@example.com", gone[1]).Warnings(1).Plans("update " + r.address)
			c.ApplySaved().OK()
			w.HasMembers("ada@example.com", "ben@example.com", "eve@example.com")
		}
	})
}

// A list that differs at each read is an error and removes no member.
func TestRuleOfUnstableList(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		addMembers(w, "eve")
		adaID := memberID(w, "ada@example.com")
		churn := 0
		w.OnRequest(func(operation string, _ int) {
			if operation == "listUsers" {
				churn++
				w.Must(w.SetEmail(adaID, fmt.Sprintf("ada%d@example.com", churn)))
			}
		})
		c.Plan().Fails("Could not read the members", "not complete", "run again")
		c.Apply("-refresh=false").Quiet().Plans()
		c.Run("state", "rm", r.address).OK()
		c.Plan().Fails("Could not plan "+r.kind, "not complete")
		w.Requested("deleteUser", 0)
	})
}
