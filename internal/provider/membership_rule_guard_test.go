package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
)

// Destroyed memberships and a rule may remove the same member, in either order. The cap counts the member once.
func TestRuleBesideADestroyedMembership(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		for _, after := range []string{"", "  depends_on = [terraform_data.after]\n}"} {
			w := acctest.NewWorld(t)
			addMembers(w, "ben eve")
			id := addMembers(w, "Ada")[0]
			c := w.CLI(ada + "import {\n  to = modelprime_membership.ada\n  id = \"" + id + "\"\n}\n")
			c.Apply().OK()
			rule := r.hcl("ben", "eve ada")
			if after != "" {
				rule = strings.Replace(rule, "}", after, 1) + "resource \"terraform_data\" \"after\" {\n}\n"
			}
			c.Config(rule, "max_removals = 2")
			c.Plan().Warns(r.says + "Ada@example.com, eve@example.com").Warnings(1)
			c.ApplySaved("-parallelism=1").Warns(r.says).Warnings(1)
			w.HasMembers("ben@example.com")
			c.Plan().Quiet().Plans()
		}
	})
}

// A destroyed membership whose member changed her address beside a rule that removes the same member: removed once, also if the
// state has the old address.
func TestRuleBesideADestroyedMembershipOfARenamedMember(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		for _, exists := range []bool{false, true} {
			w := acctest.NewWorld(t)
			addMembers(w, "ben")
			id := addMembers(w, "ada")[0]
			tf := w.Terraform(drive.Values{"max_removals": "1"})
			tf.Parallelism, tf.Order = 1, func(all []string) { slices.SortFunc(all, func(a, b string) int { return strings.Compare(b, a) }) }
			run := func(config drive.Config, options drive.Options) {
				t.Helper()
				_, report := tf.Run(t.Context(), config, options)
				w.Must(report.Err())
			}
			rule := func(stay, leave string) drive.Config {
				return drive.Config{r.address: {"emails": addresses(r.lists(stay, leave))}}
			}
			before := drive.Config{theAda: {"email": "ada@example.com", "roles": []string{"analyst"}}}
			if exists {
				before = with(before, rule("ben ada", "eve"))
			}
			run(before, drive.Options{Import: map[string]string{theAda: id}})
			w.Must(w.SetEmail(id, "countess@example.com"))
			run(rule("ben", "eve countess"), drive.Options{})
			w.HasMembers("ben@example.com")
		}
	})
}

// By default a truncated or overlong list is stopped by the cap in the plan, also without a refresh and at a creation.
func TestRuleMeetsTheDefaultCap(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		crowd := strings.Fields("c1 c2 c3 c4 c5 c6 c7 c8 c9")
		addMembers(w, strings.Join(crowd, " "))
		refused := []string{"Too many removals in one run", "c1@example.com", "c4@example.com", "25% of the organization's 12 members", "MODELPRIME_MAX_REMOVALS"}
		truncated := r.hcl("ada ben", "eve Mallory "+strings.Join(crowd, " "))
		c.Config(truncated)
		c.Plan().Fails(refused...)
		c.Config(r.hcl("ada ben "+strings.Join(crowd, " "), "eve Mallory"))
		c.Apply("-refresh-only").OK()
		c.Config(truncated)
		c.Plan("-refresh=false").Fails(refused...)
		c.Run("state", "rm", r.address).OK()
		c.Plan().Fails(refused...)
		w.Requested("deleteUser", 0)
		c.Config(r.hcl("ada ben "+strings.Join(crowd[3:], " "), "eve Mallory "+strings.Join(crowd[:3], " ")))
		c.Apply().OK().Warns(r.says + "c1@example.com, c2@example.com, c3@example.com")
		w.Requested("deleteUser", 3)
	})
}

// A rule removes no required admin, whatever lockout_protection says.
func TestRuleSparesARequiredAdmin(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		eve := addMembers(w, "eve")[0]
		c.Config(r.hcl("ada ben", "eve Mallory"), fmt.Sprintf("required_admins = [%q]", eve), "lockout_protection = false")
		c.Plan().Fails("Refusing to remove a required admin", "eve@example.com", eve, "required_admins")
		w.Requested("deleteUser", 0)
	})
}

// A rule removes a member whose membership is destroyed with on_destroy = "keep", and the plan names them.
func TestRuleRemovesKeptMember(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		kept := strings.Replace(ada, "roles", "adopt_existing = true\n  on_destroy = \"keep\"\n  roles", 1)
		c.Config(kept + r.hcl("ada ben", "eve"))
		c.Apply().OK()
		c.Config(r.hcl("ben", "eve ada"))
		c.Plan().Warns(r.says+"ada@example.com").Plans("delete modelprime_membership.ada", "update "+r.address)
		c.ApplySaved().OK()
		w.HasMembers("ben@example.com")
		w.Requested("deleteUser", 1)
		c.Plan().Quiet().Plans()
	})
}

// A membership and a rule that removes the same member are a conflict. The error names both addresses.
func TestRuleAgainstAMembership(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		adopted := strings.Replace(ada, "roles", "adopt_existing = true\n  roles", 1)
		c.Config(adopted + r.hcl("ada ben", "eve"))
		c.Apply().OK()
		w.Must(w.SetEmail(memberID(w, "ada@example.com"), "countess@example.com"))
		addMembers(w, "eve")
		c.Config(adopted + r.hcl("ben", "eve countess"))
		c.Plan().Fails("One person is removed and kept in one run", "ada@example.com", "countess@example.com", r.kind, "modelprime_membership")
		w.Requested("deleteUser", 0)
	})
}

// With an edited state a rule removes a member only under their own name and only if a plan named them.
func TestRuleOfAnEditedState(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w, c := r.start(t)
		eve := addMembers(w, "eve")[0]
		adaID := memberID(w, "ada@example.com")
		c.Apply("-refresh-only").OK()
		c.EditState(`: "eve@example.com"`, `: "Mallory@example.com"`)
		c.Plan("-refresh=false").Warns("Mallory@example.com is eve@example.com (Somebody Else) in the organization", eve).Warns(r.says+"Mallory@example.com", eve)
		c.EditState(regexp.QuoteMeta(eve), adaID)
		if unread := c.Plan("-refresh=false"); r.kind == exclusiveRule.kind {
			unread.Quiet().Plans() // she is listed
		} else {
			unread.Warns("Mallory@example.com is ada@example.com (Ada Marsh) in the organization", adaID)
		}
		c.Plan().Warns(r.says+"eve@example.com", eve).Warnings(1)
		c.EditState(`"private": "[^"]*"`, `"private": ""`)
		c.Apply().OK().Warns(r.says+"eve@example.com", eve)
		w.HasMembers("ada@example.com", "ben@example.com")
		c.EditState(`"organization_id": "[^"]*"`, `"organization_id": null`)
		addMembers(w, "Mallory")
		c.Plan().Fails("The state does not belong to the token's organization")
		w.Requested("deleteUser", 1)
	})
}

// -minimal-refresh plans a changed rule before and after its read. The second plan replaces the first one and names new members.
func TestRulePlannedTwice(t *testing.T) {
	eachRule(t, func(t *testing.T, r membershipRule) {
		w := acctest.NewWorld(t)
		addMembers(w, "ada ben eve")
		tf := w.Terraform(drive.Values{"max_removals": "2"})
		config := func(stay, leave string) drive.Config {
			return drive.Config{r.address: {"emails": addresses(r.lists(stay, leave))}}
		}
		apply := func(p *drive.Plan) {
			t.Helper()
			w.Must(p.Err())
			w.Must(tf.Apply(t.Context(), p).Err())
		}
		apply(tf.Plan(t.Context(), config("ada ben eve", "kim"), drive.Options{}))
		addMembers(w, "kim")
		apply(tf.Plan(t.Context(), config("ada ben eve", "kim"), drive.Options{MinimalRefresh: true})) // no change, so no read
		w.HasMembers("ada@example.com", "ben@example.com", "eve@example.com", "kim@example.com")
		apply(tf.Plan(t.Context(), config("ada ben", "kim eve"), drive.Options{MinimalRefresh: true}))
		w.HasMembers("ada@example.com", "ben@example.com")
		apply(tf.Plan(t.Context(), config("ada ben", "kim eve"), drive.Options{MinimalRefresh: true, Replace: []string{r.address}}))
	})
}
