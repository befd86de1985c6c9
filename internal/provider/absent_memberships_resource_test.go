package provider_test

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// An invitation cannot be revoked. A person who joins after their membership was destroyed is named by the next plan with a refresh
// and removed by its apply.
func TestAbsentMembershipsRemoveALateJoiner(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(absentRule.hcl("", "Ada"))
	c.Apply().OK()
	c.Plan().Quiet().Plans()
	id := w.Accept("ada@example.com")
	c.Plan("-refresh=false").Quiet().Plans()
	c.Plan().Warns(absentRule.says+"ada@example.com", id).Warnings(1).Plans("update " + absentRule.address)
	absentRule.removesFrom(c, map[string]string{id: "ada@example.com"})
	c.ApplySaved().OK()
	w.HasMembers()
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")
}

// The plan looks up an address that is new to the list and names its member, so one plan and apply are enough.
func TestAbsentMembershipsWithNewAddress(t *testing.T) {
	t.Parallel()
	w, c := absentRule.start(t)
	c.Config(absentRule.hcl("", "eve Mallory ben"))
	benID := memberID(w, "ben@example.com")
	eve := addMembers(w, "eve")[0]
	c.Plan().Warns(absentRule.says+"ben@example.com, eve@example.com", benID, eve, "If Terraform reports that present has changed").Warnings(1).Plans("update " + absentRule.address)
	before, after := c.PlannedChange(absentRule.address)
	if acctest.InJSON(before["present"]) != acctest.InJSON(map[string]string{eve: "eve@example.com"}) || acctest.InJSON(after["present"]) != acctest.InJSON(map[string]string{benID: "ben@example.com"}) {
		t.Errorf("present goes from %v to %v", before["present"], after["present"])
	}
	c.ApplySaved().OK()
	w.HasMembers("ada@example.com")
	c.Plan("-refresh=false").Quiet().Plans()
	c.Plan().Quiet().Plans()
	w.Requested("deleteUser", 2)
}

// An empty list is allowed: a roster may have no leavers.
func TestEmptyAbsentMemberships(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	addMembers(w, "ada")
	c := w.CLI(absentRule.hcl("", ""))
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.HasMembers("ada@example.com")
}

// A listed caller stays a member, also without lockout_protection, and each plan warns about it.
func TestAbsentMembershipsSpareTheCaller(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	addMembers(w, "eve")
	c := w.CLI(absentRule.hcl("", "ROBOT eve"), "lockout_protection = false")
	c.Apply().Warns("robot@example.com owns the token and stays a member").Warns(absentRule.says + "eve@example.com")
	c.Holds(absentRule.address, acctest.Values{"emails": addresses("ROBOT eve")})
	c.Plan().Plans().Warns("robot@example.com owns the token and stays a member").Warnings(1)
	w.Requested("deleteUser", 1)
}

// A listed address that a membership manages is a conflict, also while the person is only invited.
func TestAbsentMembershipsAgainstAnInvitation(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.CLI(ada+absentRule.hcl("", "ADA")).Plan().Fails("One person is removed and kept in one run", "ada@example.com", absentRule.kind, "modelprime_membership")
	w.Emailed()
}
