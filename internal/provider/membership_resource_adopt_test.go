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

// Without a word about it nobody is taken over: an error in the plan, whose block does the job when it is pasted.
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

// With adopt_existing the plan says whom it takes over; the apply puts the roles right and e-mails nobody.
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

// Roles that are right already are not written again.
func TestAdoptionOfRightRolesWritesNothing(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "analyst", "developer")
	c := w.CLI(adopted)
	c.Apply().OK()
	c.Plan().Quiet().Plans()
	w.Requested("replaceUserRoles", 0)
	w.Emailed()
}

// What is configured and not theirs makes no difference once they are taken over: the API's values are the state's.
func TestAdoptedMembersOwnValuesCount(t *testing.T) {
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

// A later change of adopt_existing makes no difference.
func TestAdoptExistingIsAskedAtCreationOnly(t *testing.T) {
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

// Nobody there to adopt: an invitation like any other.
func TestAdoptExistingInvitesWhoIsNoMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(adopted)
	c.Apply().Quiet()
	c.Holds(theAda, acctest.Values{"status": "invited", "login_connection": "google-oauth2", "invitations_sent": 1})
	c.Plan().Quiet().Plans()
	w.Emailed("ADA@example.com")
}

// An address that two members have does not tell who is meant.
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

// Whoever joined between plan and apply is not e-mailed, and not taken over either: the plan did not name them.
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
	c.ApplySaved().Fails("inconsistent final plan", "user_id").Warns("will be taken over", "the address belongs to a different person now")
	c.Lacks(theAda)
	willing.HasRoles("ada@example.com", "analyst")
	c.Apply().OK().Warns("will be taken over")
	c.Holds(theAda, acctest.Values{"status": "active", "invitations_sent": 0})
	willing.HasRoles("ada@example.com", "developer", "analyst")
	w.Emailed()
	willing.Emailed()
}

// The plan names by id whom the apply takes over. Whoever has the address by then is somebody else.
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

// The world was changed by an attempt whose reply was lost; that the next attempt is refused does not undo it.
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

// Whoever left between plan and apply is invited, which needs the name that an adoption could do without.
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
	c.ApplySaved().Fails("inconsistent final plan", "user_id") // the plan named nobody to e-mail
	w.Emailed()
	c.Apply().Quiet()
	w.Emailed("ADA@example.com")
}
