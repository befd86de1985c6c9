package acceptance

import (
	"regexp"
	"strings"
	"testing"

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
	w := newWorld(t)
	id := w.member("Ada@example.com", "Ada Marsh", "developer")
	c := w.cli(ada)
	planned := c.plan().fails("Already a member", "ada@example.com", "Ada Marsh", id, "adopt_existing")
	block := regexp.MustCompile(`(?s)import \{.*?\n\}\n`).FindString(planned.diags[0].Detail)
	c.config(ada + strings.ReplaceAll(block, "<name>", "ada"))
	c.apply().quiet().plans("import " + theAda)
	c.holds(theAda, values{"status": "active", "user_id": id})
	c.plan().quiet().plans()
	w.mails()
	w.asked("replaceUserRoles", 0)
}

// With adopt_existing the plan says whom it takes over; the apply puts the roles right and e-mails nobody.
func TestAdoption(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "admin", "developer")
	c := w.cli(adopted)
	c.plan().ok().plans("create "+theAda).warns("ADA@example.com", id, "Ada Marsh", "admin, developer").warnings(1)
	w.roles("ada@example.com", "admin", "developer")
	c.applySaved().ok()
	w.roles("ada@example.com", "developer", "analyst")
	c.holds(theAda, values{
		"status": "active", "user_id": id, "email": "ADA@example.com", "current_email": "ada@example.com",
		"invited_at": nil, "invitations_sent": 0, "adopt_existing": true, "login_connection": "username-password",
	})
	c.apply().quiet().plans()
	c.holds(theAda, values{"name": "Ada Marsh", "roles": []string{"analyst", "developer"}})
	w.asked("replaceUserRoles", 1)
	w.asked("inviteUser", 0)
	w.mails()
}

// Roles that are right already are not written again.
func TestAdoptionOfRightRolesWritesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "analyst", "developer")
	c := w.cli(adopted)
	c.apply().ok()
	c.plan().quiet().plans()
	w.asked("replaceUserRoles", 0)
	w.mails()
}

// What is configured and not theirs makes no difference once they are taken over: the API's values are the state's.
func TestAdoptedMembersOwnValuesCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "developer", "analyst")
	c := w.cli(`
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "A. Marsh"
  roles            = ["developer", "analyst"]
  adopt_existing   = true
  login_connection = "google-oauth2"
  resend           = "once"
}
`)
	c.apply().ok()
	c.apply().quiet().plans()
	c.holds(theAda, values{"name": "Ada Marsh", "login_connection": "username-password", "resend": "once"})
}

// A later change of adopt_existing makes no difference.
func TestAdoptExistingIsAskedAtCreationOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "developer", "analyst")
	c := w.cli(adopted)
	c.apply().ok()
	c.config(strings.ReplaceAll(adopted, "adopt_existing = true", "adopt_existing = false"))
	c.plan().quiet().plans()
	c.config(strings.ReplaceAll(adopted, "adopt_existing = true", ""))
	c.plan().quiet().plans()
}

// Nobody there to adopt: an invitation like any other.
func TestAdoptExistingInvitesWhoIsNoMember(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(adopted)
	c.apply().quiet()
	c.holds(theAda, values{"status": "invited", "login_connection": "google-oauth2", "invitations_sent": 1})
	c.plan().quiet().plans()
	w.mails("ADA@example.com")
}

// An address that two members have does not tell who is meant.
func TestTwoMembersWithOneAddressAreNotAdopted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	one := w.member("ada@example.com", "Ada Marsh", "developer")
	two := w.member("ADA@example.com", "Somebody Else", "analyst")
	c := w.cli(adopted)
	c.plan().fails("Several members have that address", one, two, "import {")
	c.config(ada)
	c.plan().fails("Several members have that address", one, two, "import {")
	w.roles("ada@example.com", "developer")
	w.asked("inviteUser", 0)
}

// Whoever joined between plan and apply is not e-mailed, and not taken over either: the plan did not name them.
func TestPersonJoinsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.plan().quiet()
	id := w.member("ada@example.com", "Ada Marsh", "analyst")
	c.applySaved().fails("Already a member", id)
	c.lacks(theAda)
	w.roles("ada@example.com", "analyst")

	willing := newWorld(t)
	c = willing.cli(adopted)
	c.plan().quiet()
	willing.member("ada@example.com", "Ada Marsh", "analyst")
	c.applySaved().fails("inconsistent final plan", "user_id").warns("will be taken over", "the address was not theirs when the plan was made")
	c.lacks(theAda)
	willing.roles("ada@example.com", "analyst")
	c.apply().ok().warns("will be taken over")
	c.holds(theAda, values{"status": "active", "invitations_sent": 0})
	willing.roles("ada@example.com", "developer", "analyst")
	w.mails()
	willing.mails()
}

// The plan names by id whom the apply takes over. Whoever has the address by then is somebody else.
func TestAdoptedAddressChangesHandsBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "developer")
	mallory := w.member("mallory@example.com", "Mallory Grip", "analyst")
	c := w.cli(adopted)
	c.plan().ok()
	if got := c.plannedValues(theAda)["user_id"]; got != id {
		t.Errorf("the plan takes over %v", got)
	}
	w.must(w.SetEmail(id, "marsh@example.com"))
	w.must(w.SetEmail(mallory, "ada@example.com"))
	c.applySaved().fails("inconsistent final plan", "user_id")
	c.lacks(theAda)
	w.roles("ada@example.com", "analyst")
	w.asked("replaceUserRoles", 0)
}

// The member is taken over although nobody knows whether their roles were written: a warning and not an error, for an
// error beside a state would have the next apply remove them.
func TestAdoptionWhoseReplyIsLost(t *testing.T) {
	t.Parallel()
	for kind, written := range map[sandbox.FaultKind]bool{sandbox.LostReply: true, sandbox.Internal500: false, sandbox.BadGatewayHTML502: false} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.member("ada@example.com", "Ada Marsh", "admin")
			w.Fail(sandbox.Fault{Kind: kind, Operation: "replaceUserRoles"})
			c := w.cli(adopted, "max_retries = 2")
			c.apply().ok().warns("roles of ADA@example.com", "PUT /users/").warns("taken over")
			c.holds(theAda, values{"status": "active", "user_id": id})
			w.asked("replaceUserRoles", 3)
			w.ClearFaults()
			if written {
				c.plan().quiet().plans()
			} else {
				c.apply().quiet().plans("update " + theAda)
			}
			w.roles("ada@example.com", "developer", "analyst")
			w.members("ada@example.com")
			w.mails()
		})
	}
}

// The world was changed by an attempt whose reply was lost; that the next attempt is refused does not undo it.
func TestAdoptionRefusedAfterALostReply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "admin")
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "replaceUserRoles", Times: 1})
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "replaceUserRoles"})
	c := w.cli(adopted)
	c.apply().ok().warns("roles of ADA@example.com", "403")
	c.holds(theAda, values{"status": "active"})
	w.ClearFaults()
	c.plan().quiet().plans()
}

// Roles that certainly were not written leave the world as it was, and no state.
func TestAdoptionRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "admin")
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "replaceUserRoles"})
	c := w.cli(adopted)
	c.apply().fails("Could not adopt the member", "ADA@example.com", "PUT /users/", "403")
	c.lacks(theAda)
	w.roles("ada@example.com", "admin")
}

// Whoever left between plan and apply is invited, which needs the name that an adoption could do without.
func TestAdoptedPersonLeavesBetweenPlanAndApply(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "developer")
	c := w.cli(`
resource "modelprime_membership" "ada" {
  email          = "ada@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`)
	c.plan().ok()
	w.must(w.Remove(id))
	c.applySaved().fails("Missing name", "ada@example.com")
	c.lacks(theAda)
	w.mails()

	id = w.member("ada@example.com", "Ada Marsh", "developer")
	c.config(adopted)
	c.plan().ok()
	w.must(w.Remove(id))
	c.applySaved().fails("inconsistent final plan", "user_id") // the plan named nobody to e-mail
	w.mails()
	c.apply().quiet()
	w.mails("ADA@example.com")
}
