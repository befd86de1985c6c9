package acceptance

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const promoted = `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["admin", "analyst"]
}
`

// A member's roles are one request.
func TestRolesOfAMember(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.config(promoted)
	c.plan().quiet().plans("update " + theAda)
	w.ResetLog()
	c.applySaved().quiet()
	w.roles("ada@example.com", "admin", "analyst")
	w.asked("replaceUserRoles", 1)
	w.asked("getUser", 0)
	w.asked("listUsers", 0)
	c.holds(theAda, values{"roles": []string{"admin", "analyst"}})
	c.plan().quiet().plans()
	w.mails("ada@example.com")
}

// Changed roles and a changed name of somebody who has not joined send nothing, and the plan says so.
func TestChangesWaitForAPendingPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.config(`
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Lovelace"
  roles = ["admin", "analyst"]
}
`)
	c.apply().ok().plans("update "+theAda).
		warns("ada@example.com", "roles", "first apply after they joined").
		warns("ada@example.com", "name")
	c.holds(theAda, values{"status": "invited", "roles": []string{"admin", "analyst"}, "name": "Ada Lovelace", "invitations_sent": 1})
	c.plan().quiet().plans()
	w.mails("ada@example.com")

	// She joins with what the invitation said, and the first apply puts the roles right.
	w.accept("ada@example.com")
	w.roles("ada@example.com", "developer")
	c.plan().quiet().plans("update " + theAda)
	c.applySaved().quiet()
	w.roles("ada@example.com", "admin", "analyst")
	c.plan().quiet().plans()
	c.holds(theAda, values{"name": "Ada Marsh", "status": "active"})
	w.mails("ada@example.com")
}

// Another login connection, or another value of resend, is a new invitation: one.
func TestWhatSendsAnotherInvitation(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"login_connection": `
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["developer"]
  login_connection = "username-password"
}
`,
		"resend": `
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`,
		"both, and the roles": `
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["analyst"]
  login_connection = "username-password"
  resend           = "2026-03-02"
}
`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.cli(ada)
			c.apply().quiet()
			c.config(config)
			c.apply().warns("Another invitation is sent to ada@example.com").warnings(2).plans("update " + theAda)
			c.holds(theAda, values{"status": "invited", "invitations_sent": 2, "user_id": nil, "current_email": nil})
			c.plan().quiet().plans()
			w.mails("ada@example.com", "ada@example.com")
			id := w.accept("ada@example.com")
			c.apply().quiet().plans()
			c.holds(theAda, values{"status": "active", "user_id": id})
		})
	}
}

// What sends nothing: resend that is taken away, the default connection written out, a new resend of a member.
func TestWhatSendsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const again = `
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["developer"]
  login_connection = "google-oauth2"
  resend           = "once"
}
`
	c := w.cli(again)
	c.apply().quiet()
	c.config(ada)
	c.apply().quiet().plans("update " + theAda)
	c.holds(theAda, values{"resend": nil, "invitations_sent": 1})
	w.accept("ada@example.com")
	c.apply().quiet()
	c.config(again)
	w.ResetLog()
	c.apply().quiet().plans("update " + theAda)
	c.holds(theAda, values{"resend": "once", "status": "active"})
	w.asked("replaceUserRoles", 0)
	w.asked("inviteUser", 0)
	w.mails("ada@example.com")
}

// Another invitation may be lost like the first one: it counts, and is not sent again by itself.
func TestLostReplyOfAnotherInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "inviteUser", Times: 1})
	c.config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`)
	c.apply().ok().warns("ada@example.com", "resend")
	c.holds(theAda, values{"status": "unconfirmed", "invitations_sent": 2})
	c.apply().ok().plans().warns("ada@example.com")
	w.mails("ada@example.com", "ada@example.com")
	w.asked("inviteUser", 2)
}

// A refusal of another invitation is an error; the state is what it was, and the next apply sends it.
func TestRefusedOtherInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "inviteUser", Times: 1})
	c.config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`)
	c.apply().fails("Could not update the membership", "ada@example.com", "403", "admin")
	c.holds(theAda, values{"status": "invited", "invitations_sent": 1, "resend": nil})
	c.apply().warns("Another invitation is sent to ada@example.com").warnings(2).plans("update " + theAda)
	w.mails("ada@example.com", "ada@example.com")
}

// Whoever joined since the refresh gets no further e-mail, and the configured roles once a plan has shown them.
func TestPersonWhoJoinsBeforeAnotherInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	c.config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`)
	id := w.accept("ada@example.com")
	w.must(w.SetRoles(id, "admin", "developer"))
	c.apply("-refresh=false").warns("Another invitation is sent to ada@example.com").warns("has joined since the plan", id).warnings(3).plans("update " + theAda)
	c.holds(theAda, values{"status": "invited", "user_id": nil, "current_email": nil, "invitations_sent": 1, "resend": "2026-03-02"})
	w.roles("ada@example.com", "admin", "developer")
	c.apply().quiet().plans("update " + theAda)
	c.holds(theAda, values{"status": "active", "user_id": id, "current_email": "ada@example.com", "invitations_sent": 1})
	w.roles("ada@example.com", "developer")
	w.mails("ada@example.com")
	c.plan().quiet().plans()
}

// A lost reply to a role change is asked again, for putting the same roles twice does no harm.
func TestLostReplyOfARoleChange(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "replaceUserRoles", Times: 2})
	c.config(promoted)
	c.apply().quiet()
	w.roles("ada@example.com", "admin", "analyst")
	w.asked("replaceUserRoles", 3)
	c.plan().quiet().plans()
}

// Somebody who was removed between plan and apply: an error, and the next plan knows.
func TestMemberRemovedBeforeARoleChange(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.config(promoted)
	c.plan().quiet()
	w.must(w.Remove(id))
	c.applySaved().fails("Could not update the membership", "ada@example.com", "404")
	c.plan().ok().plans("create " + theAda).warns("ada@example.com is no longer a member")
	w.mails("ada@example.com")
}
