package provider_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The life of a listed person: invited, seen, under an address that they gave themselves, beside another member who takes
// the one that became free, and in a list that follows.
func TestExclusiveMembershipsKnowTheListed(t *testing.T) {
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

// Whoever is taken out of the list is removed, and named by their present address. Whoever shares that address goes as well.
func TestExclusiveMembershipsRemoveWhomTheListLoses(t *testing.T) {
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

// Somebody who is taken out of the list hides behind a listed address that they have given themselves: the plan says so.
func TestExclusiveMembershipsOfAMemberBehindAnotherAddress(t *testing.T) {
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

// A rule that is created beside memberships is not refused for those who come and go among the listed: neither by whoever
// joins between plan and apply, nor by what the same run replaces.
func TestExclusiveMembershipsLetTheListedComeAndGo(t *testing.T) {
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

// A list of nobody is a mistake, and is refused before anything is asked.
func TestExclusiveMembershipsListAtLeastOne(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.CLI(exclusiveRule.hcl("", "")).Plan().Fails("Invalid emails", "At least one element is required")
	w.Requested("listUsers", 0)
}

// The token's owner is never unlisted, listed or not, protected or not. Taken out of the list they stay.
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

// A saved plan of another token's owner does not remove the owner of the one that applies it.
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
