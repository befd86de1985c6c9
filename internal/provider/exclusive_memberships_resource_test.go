package provider_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// A listed person is invited, becomes a member and changes their address. Another member takes the old address. The list then gets
// the new one.
func TestExclusiveMembershipsFollowTheListed(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada + exclusiveRule.hcl("Ada ben", ""))
	c.Apply().Quiet()
	c.Holds(exclusiveRule.address, acctest.Values{"members": map[string]string{}})
	id := w.Accept("ada@example.com")
	c.Apply().Quiet()
	c.Apply("-refresh-only").OK()
	c.Holds(exclusiveRule.address, acctest.Values{"members": map[string]string{"Ada@example.com": id}})

	c.Config(exclusiveRule.hcl("Ada ben", ""))
	c.Run("state", "rm", "modelprime_membership.ada").OK()
	w.Must(w.SetEmail(id, "ada.new@example.com"))
	other := addMembers(w, "ada")[0]
	c.Plan().Plans().Warns("Ada@example.com is now ada.new@example.com", id).Warns("Several members have the address Ada@example.com", id, other).Warnings(2)
	c.Apply("-refresh-only").OK()
	c.Plan("-refresh=false").Plans().Warns("Ada@example.com is now ada.new@example.com").Warnings(2)

	c.Config(exclusiveRule.hcl("ada.new ben", ""))
	c.Apply().Warns(exclusiveRule.says + "ada@example.com").Warnings(2).Plans("update " + exclusiveRule.address)
	c.Plan().Quiet().Plans()
	c.Holds(exclusiveRule.address, acctest.Values{"members": map[string]string{"ada.new@example.com": id}})
	w.HasMembers("ada.new@example.com")
	w.Emailed("ada@example.com")
}

// A member removed from the list is named by their current address. A member who shares the listed address is removed, too.
func TestExclusiveMembershipsRemoveDelistedMembers(t *testing.T) {
	t.Parallel()
	w, c := exclusiveRule.start(t)
	adaID := memberID(w, "ada@example.com")
	w.Must(w.SetEmail(adaID, "ada.new@example.com"))
	second := addMembers(w, "ada")[0]
	c.Apply("-refresh-only").OK()
	c.Config(exclusiveRule.hcl("ben", ""))
	c.Plan("-refresh=false").Warns(exclusiveRule.says+"ada.new@example.com, ada@example.com", adaID, second).Warnings(1).Plans("update " + exclusiveRule.address)
	if _, after := c.PlannedChange(exclusiveRule.address); acctest.InJSON(after["members"]) != acctest.InJSON(map[string]string{"ben@example.com": memberID(w, "ben@example.com")}) {
		t.Errorf("planned members: %v", after["members"])
	}
	c.ApplySaved().Warns(exclusiveRule.says + "ada.new@example.com").Warnings(1)
	w.HasMembers("ben@example.com")
	c.Plan().Quiet().Plans()
}

// A member removed from the list stays if they changed their address to a listed one, and the plan warns about it.
func TestExclusiveMembershipsOfMemberWithListedAddress(t *testing.T) {
	t.Parallel()
	w, c := exclusiveRule.start(t)
	c.Config(exclusiveRule.hcl("ada ben cy", ""))
	c.Apply().Quiet()
	benID := memberID(w, "ben@example.com")
	w.Must(w.SetEmail(benID, "cy@example.com"))
	c.Config(exclusiveRule.hcl("ada cy", ""))
	c.Apply().OK().Warns("ben@example.com is no longer listed, but stays a member as cy@example.com", benID)
	w.HasMembers("ada@example.com", "cy@example.com")
}

// A new rule beside memberships tolerates that listed members join between plan and apply, or are replaced in the same run.
func TestExclusiveMembershipsBesideMemberships(t *testing.T) {
	t.Parallel()
	rule := exclusiveRule.hcl("ada ben", "")
	w, c, _ := benAndPendingAda(t)
	c.Config(ben + ada + rule)
	c.Plan().OK()
	w.Accept("ada@example.com")
	c.ApplySaved().OK()
	c.Plan().Quiet().Plans()

	c.Config(ben + ada)
	c.Apply().OK()
	c.Config(strings.Replace(ben, "roles", "name  = \"Ben Okafor\"\n  roles", 1) + ada + strings.Replace(rule, "emails", "depends_on = [modelprime_membership.ben]\n  emails", 1))
	c.Apply("-replace=modelprime_membership.ben").OK()
	c.Plan().OK().Plans()
	w.HasMembers("ada@example.com")
}

// An empty list is an error before any request.
func TestEmptyExclusiveMemberships(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.CLI(exclusiveRule.hcl("", "")).Plan().Fails("Invalid emails", "At least one element is required")
	w.Requested("listUsers", 0)
}

// The caller is never removed: listed or not, with or without lockout_protection.
func TestExclusiveMembershipsSpareTheCaller(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	addMembers(w, "ada eve")
	owner, _ := w.Owner()
	c := w.CLI(exclusiveRule.hcl("ada", ""), "lockout_protection = false")
	c.Apply().Warns(exclusiveRule.says + "eve@example.com").Warnings(2)
	c.Config(exclusiveRule.hcl("ada ROBOT", ""), "lockout_protection = false")
	c.Apply().Quiet().Plans("update " + exclusiveRule.address)
	c.Apply("-refresh-only").OK()
	c.Holds(exclusiveRule.address, acctest.Values{"members": map[string]string{"ROBOT@example.com": owner.ID, "ada@example.com": memberID(w, "ada@example.com")}})
	c.Config(exclusiveRule.hcl("ada", ""), "lockout_protection = false")
	c.Apply().Warns("robot@example.com owns the token and stays a member").Plans("update " + exclusiveRule.address)
	c.Plan().Quiet().Plans()
	w.Requested("deleteUser", 1)
}

// A saved plan made with another token does not remove the caller of the apply.
func TestExclusiveMembershipsSpareTheCallerOfTheApply(t *testing.T) {
	w := acctest.NewWorld(t)
	eveID := w.NewMember("eve@example.com", "Eve Stray", "admin")
	eves := acctest.NewWorldWith(t, sandbox.Options{
		Owner: sandbox.User{ID: eveID, Email: "eve@example.com", Name: "Eve Stray", Roles: []string{"admin"}},
	})
	c := w.CLI("")
	as := func(w *acctest.World) {
		email, token := w.Credentials()
		t.Setenv("MODELPRIME_ENDPOINT", w.URL+sandbox.BasePath)
		t.Setenv("MODELPRIME_EMAIL", email)
		t.Setenv("MODELPRIME_TOKEN", token)
	}
	as(w)
	const config = "provider \"modelprime\" {\n  lockout_protection = false\n}\n"
	c.File("main.tf", config+exclusiveRule.hcl("eve robot", ""))
	c.Apply().Quiet()
	c.File("main.tf", config+exclusiveRule.hcl("robot", ""))
	c.Plan().Warns(exclusiveRule.says + "eve@example.com").Warnings(1)
	as(eves)
	c.ApplySaved().OK().Warns("eve@example.com owns the token and stays a member")
	eves.Requested("deleteUser", 0)
	c.Plan().Quiet()
}
