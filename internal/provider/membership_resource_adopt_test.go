package provider_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const adopted = `
resource "modelprime_membership" "ada" {
  email          = "ADA@example.com"
  name           = "Ada M. Marsh"
  roles          = ["developer", "analyst"]
  adopt_existing = true
}
`

// Without adopt_existing an existing member is an error in the plan. The import block in its text works.
func TestExistingMemberIsAnErrorWithAnImportBlock(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("Ada@example.com", "Ada Marsh", "developer")
	c := w.CLI(ada)
	planned := c.Plan().Fails("Already a member", "ada@example.com", "Ada Marsh", id, "adopt_existing")
	block := regexp.MustCompile(`(?s)import \{.*?\n\}\n`).FindString(planned.Diags[0].Detail)
	c.Config(ada + strings.ReplaceAll(block, "<name>", "ada"))
	c.Apply().Quiet().Plans("import " + theAda)
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
	c.Plan().Quiet().Plans()
	w.Emailed()
	w.Requested("replaceUserRoles", 0)
}

// With adopt_existing the plan names the adopted member. The apply sets the roles and sends no e-mail.
func TestAdoption(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "admin", "developer")
	c := w.CLI(adopted)
	c.Plan().OK().Plans("create "+theAda).Warns("ADA@example.com", id, "Ada Marsh", "admin, developer").Warnings(1)
	w.HasRoles("ada@example.com", "admin", "developer")
	c.ApplySaved().OK()
	w.HasRoles("ada@example.com", "developer", "analyst")
	c.Holds(theAda, acctest.Values{
		"status": "active", "user_id": id, "email": "ADA@example.com", "current_email": "ada@example.com",
		"invited_at": nil, "invitations_sent": 0, "adopt_existing": true, "login_connection": "username-password",
	})
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"name": "Ada Marsh", "roles": []string{"analyst", "developer"}})
	w.Requested("replaceUserRoles", 1)
	w.Requested("inviteUser", 0)
	w.Emailed()
}

// Equal roles are not written again.
func TestAdoptionOfEqualRolesWritesNothing(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "analyst", "developer")
	c := w.CLI(adopted)
	c.Apply().OK()
	c.Plan().Quiet().Plans()
	w.Requested("replaceUserRoles", 0)
	w.Emailed()
}

// The state of an adopted member has the API's name and login connection, not the configured ones.
func TestAdoptedMembersValuesAreTheAPIs(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer", "analyst")
	c := w.CLI(`
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "A. Marsh"
  roles            = ["developer", "analyst"]
  adopt_existing   = true
  login_connection = "google-oauth2"
  resend           = "once"
}
`)
	c.Apply().OK()
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"name": "Ada Marsh", "login_connection": "username-password", "resend": "once"})
}

func TestAdoptExistingCountsAtCreationOnly(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer", "analyst")
	c := w.CLI(adopted)
	c.Apply().OK()
	c.Config(strings.ReplaceAll(adopted, "adopt_existing = true", "adopt_existing = false"))
	c.Plan().Quiet().Plans()
	c.Config(strings.ReplaceAll(adopted, "adopt_existing = true", ""))
	c.Plan().Quiet().Plans()
}

// With adopt_existing an address without a member is invited.
func TestAdoptExistingInvitesNewAddress(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(adopted)
	c.Apply().Quiet()
	c.Holds(theAda, acctest.Values{"status": "invited", "login_connection": "google-oauth2", "invitations_sent": 1})
	c.Plan().Quiet().Plans()
	w.Emailed("ADA@example.com")
}

// An address of two members is ambiguous: an error that lists both.
func TestTwoMembersWithOneAddressAreNotAdopted(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	one := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	two := w.NewMember("ADA@example.com", "Somebody Else", "analyst")
	c := w.CLI(adopted)
	c.Plan().Fails("Several members have that address", one, two, "import {")
	c.Config(ada)
	c.Plan().Fails("Several members have that address", one, two, "import {")
	w.HasRoles("ada@example.com", "developer")
	w.Requested("inviteUser", 0)
}

// A person who joins between plan and apply is neither invited nor adopted: the plan did not name them.
func TestPersonJoinsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Plan().Quiet()
	id := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c.ApplySaved().Fails("Already a member", id)
	c.Lacks(theAda)
	w.HasRoles("ada@example.com", "analyst")

	willing := acctest.NewWorld(t)
	c = willing.CLI(adopted)
	c.Plan().Quiet()
	willing.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c.ApplySaved().Fails("inconsistent final plan", "user_id").Warns("will be adopted", "the address belongs to a different person now")
	c.Lacks(theAda)
	willing.HasRoles("ada@example.com", "analyst")
	c.Apply().OK().Warns("will be adopted")
	c.Holds(theAda, acctest.Values{"status": "active", "invitations_sent": 0})
	willing.HasRoles("ada@example.com", "developer", "analyst")
	w.Emailed()
	willing.Emailed()
}

// The plan names the adopted member by ID. Another member who has the address at the apply is not adopted.
func TestAdoptedAddressChangesHandsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	mallory := w.NewMember("mallory@example.com", "Mallory Grip", "analyst")
	c := w.CLI(adopted)
	c.Plan().OK()
	if got := c.PlannedValues(theAda)["user_id"]; got != id {
		t.Errorf("the plan takes over %v", got)
	}
	w.Must(w.SetEmail(id, "marsh@example.com"))
	w.Must(w.SetEmail(mallory, "ada@example.com"))
	c.ApplySaved().Fails("inconsistent final plan", "user_id")
	c.Lacks(theAda)
	w.HasRoles("ada@example.com", "analyst")
	w.Requested("replaceUserRoles", 0)
}

// The first attempt set the roles and its reply was lost. The refusal of the second one does not undo that: the state has the member.
func TestAdoptionRefusedAfterALostReply(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "admin")
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "replaceUserRoles", Times: 1})
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "replaceUserRoles"})
	c := w.CLI(adopted)
	c.Apply().OK().Warns("roles of ADA@example.com", "403")
	c.Holds(theAda, acctest.Values{"status": "active"})
	w.ClearFaults()
	c.Plan().Quiet().Plans()
}

// A member who leaves between plan and apply would be invited, which needs a name.
func TestAdoptedPersonLeavesBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	c := w.CLI(`
resource "modelprime_membership" "ada" {
  email          = "ada@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`)
	c.Plan().OK()
	w.Must(w.Remove(id))
	c.ApplySaved().Fails("Missing name", "ada@example.com")
	c.Lacks(theAda)
	w.Emailed()

	id = w.NewMember("ada@example.com", "Ada Marsh", "developer")
	c.Config(adopted)
	c.Plan().OK()
	w.Must(w.Remove(id))
	c.ApplySaved().Fails("inconsistent final plan", "user_id") // the plan announced no invitation
	w.Emailed()
	c.Apply().Quiet()
	w.Emailed("ADA@example.com")
}
