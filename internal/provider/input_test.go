package provider_test

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// One invalid membership in a roster stops the plan of all others.
func TestOneBadMembershipStopsAll(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "modelprime_membership" "all" {
  for_each = { "ada@example.com" = "developer", "grace@example.com" = "captain" }
  email    = each.key
  name     = "Crew Member"
  roles    = [each.value]
}
`)
	c.Apply().Fails("roles", "captain")
	wroteNothing(w)
	c.Lacks(`modelprime_membership.all["ada@example.com"]`)
}

// A missing name is an error in the plan, and only if the person must be invited.
func TestMissingName(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const nameless = `
resource "modelprime_membership" "ada" {
  email          = "ada@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`
	c := w.CLI(nameless)
	c.Plan().Fails("Missing name", "ada@example.com", "Set name")
	w.Requested("inviteUser", 0)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	c.Apply().OK()
	c.Holds(theAda, acctest.Values{"name": "Ada Marsh"})
}

// A resend needs no name in the configuration: the state's name is used.
func TestResendUsesTheNameOfTheState(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  roles  = ["developer"]
  resend = "again"
}
`)
	c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
	if second := w.Emails()[1]; second.Name != "Ada Marsh" {
		t.Errorf("the second invitation is to %q", second.Name)
	}
}
