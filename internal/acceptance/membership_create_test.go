package acceptance

import (
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theAda = "modelprime_membership.ada"

// Nobody has the address: one invitation, with all that the configuration says, and the apply waits for nobody.
func TestCreateInvitesOnceAndIsDone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(`
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Ada Marsh"
  roles            = ["developer", "analyst"]
  login_connection = "username-password"
}
`)
	c.apply().quiet().plans("create " + theAda)
	c.holds(theAda, values{
		"email": "ada@example.com", "name": "Ada Marsh", "roles": []string{"analyst", "developer"},
		"login_connection": "username-password", "adopt_existing": false, "resend": nil,
		"status": "invited", "user_id": nil, "current_email": nil,
		"invited_at": "2026-03-01T09:00:00Z", "invitations_sent": 1,
		"organization_id": "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90",
	})
	c.plan().quiet().plans()
	w.mails("ada@example.com")
	mail := w.Emails()[0]
	equalSets(t, "roles of the invitation", mail.Roles, []string{"developer", "analyst"})
	if mail.Name != "Ada Marsh" || mail.Connection != "username-password" {
		t.Errorf("the invitation is %+v", mail)
	}
}

// What is certainly not handled is tried again, and still only one e-mail goes out.
func TestRefusedInvitationIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.TooMany429, sandbox.TooManyRetryAfter429, sandbox.UnavailableRetryAfter503} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(sandbox.Fault{Kind: kind, Operation: "inviteUser", Times: 3})
			c := w.cli(ada)
			c.apply().quiet()
			c.holds(theAda, values{"status": "invited", "invitations_sent": 1})
			w.mails("ada@example.com")
			w.asked("inviteUser", 4)
		})
	}
}

// A refusal that stays one is an error, and there is no state of what is not in the world.
func TestRefusedInvitationLeavesNoState(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{
		sandbox.BadRequest400, sandbox.Forbidden403, sandbox.Conflict409, sandbox.NotFoundHTML404, sandbox.Redirect, sandbox.TooMany429,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(sandbox.Fault{Kind: kind, Operation: "inviteUser"})
			c := w.cli(ada)
			c.apply().fails("Could not invite the member", "ada@example.com", "POST /users/invite")
			c.lacks(theAda)
			w.mails()
			w.ClearFaults()
			c.apply().quiet().plans("create " + theAda)
			w.mails("ada@example.com")
		})
	}
}

// Nobody knows whether an e-mail went out: that is the state, with a warning now and on every plan, and none is sent
// again by itself. When the person turns out to have got one, all is well.
func TestUnconfirmedInvitation(t *testing.T) {
	t.Parallel()
	for kind, sent := range map[sandbox.FaultKind]bool{
		sandbox.LostReply:         true,
		sandbox.LostBadGateway502: true,
		sandbox.CutShort:          true,
		sandbox.ResetBefore:       false,
		sandbox.Internal500:       false,
		sandbox.BadGatewayHTML502: false,
		sandbox.Unavailable503:    false,
		sandbox.GatewayTimeout504: false,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(sandbox.Fault{Kind: kind, Operation: "inviteUser", Times: 1})
			c := w.cli(ada)
			c.apply().ok().warns("ada@example.com", "resend", "wait", "POST /users/invite").warnings(1)
			c.holds(theAda, values{"status": "unconfirmed", "user_id": nil, "invitations_sent": 1, "invited_at": "2026-03-01T09:00:00Z"})
			c.plan().ok().plans().warns("ada@example.com", "resend").warnings(1)
			c.plan("-refresh=false").ok().plans().warns("ada@example.com", "resend")
			c.apply().ok().plans()
			w.asked("inviteUser", 1)
			if !sent {
				w.mails()
				return
			}
			w.mails("ada@example.com")
			w.accept("ada@example.com")
			c.apply().quiet().plans()
			c.holds(theAda, values{"status": "active", "current_email": "ada@example.com"})
		})
	}
}

// An attempt that takes too long may have been heard.
func TestInvitationThatTimesOutIsUnconfirmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.OnRequest(func(operation string, _ int) {
		if operation == "inviteUser" {
			w.SetLatency(time.Minute)
		}
	})
	c := w.cli(ada, `request_timeout = "250ms"`)
	c.apply().ok().warns("ada@example.com", "resend", "250ms")
	c.holds(theAda, values{"status": "unconfirmed"})
	w.asked("inviteUser", 1)
}

// What the person's answer does not need to be waited for: a reply whose beginning already says that it was sent.
func TestSlowBodyAfterASuccessIsASuccess(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.Trickle, Operation: "inviteUser", Times: 1})
	c := w.cli(ada, `request_timeout = "250ms"`)
	c.apply().quiet()
	c.holds(theAda, values{"status": "invited"})
	w.mails("ada@example.com")
}

// A new resend is the way out of the doubt: exactly one more e-mail.
func TestResendSettlesAnUnconfirmedInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "inviteUser", Times: 1})
	c := w.cli(ada)
	c.apply().ok()
	w.mails()
	c.config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  name   = "Ada Marsh"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`)
	c.apply().warns("Another invitation is sent to ada@example.com").warnings(2).plans("update " + theAda)
	c.holds(theAda, values{"status": "invited", "invitations_sent": 2, "resend": "2026-03-02"})
	c.plan().quiet().plans()
	w.mails("ada@example.com")
}

// A creation promises its organization, so that whoever reads the plan sees where it goes.
func TestCreationPlansItsOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.plan().quiet().plans("create " + theAda)
	if got := c.plannedValues(theAda)["organization_id"]; got != "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90" {
		t.Errorf("organization_id is planned as %v", got)
	}
	w.mails()
	w.asked("inviteUser", 0)
	c.applySaved().quiet()
	w.mails("ada@example.com")
}

// One address may have capitals in it, and it is the configured one that is kept and written to.
func TestEmailIsKeptAsConfigured(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(`
resource "modelprime_membership" "ada" {
  email = "Ada.Marsh@Example.com"
  name  = "Ada Marsh"
  roles = ["developer"]
}
`)
	c.apply().quiet()
	c.holds(theAda, values{"email": "Ada.Marsh@Example.com"})
	c.config(`
resource "modelprime_membership" "ada" {
  email = "ada.marsh@example.com"
  name  = "Ada Marsh"
  roles = ["developer"]
}
`)
	c.plan().quiet().plans()
	w.accept("ada.marsh@example.com")
	c.apply().quiet().plans()
	c.holds(theAda, values{"status": "active"})
	c.plan().quiet().plans()
	w.mails("Ada.Marsh@Example.com")
}

// A person who has a member's name is not that member: only the whole address counts, and the Kelvin sign is no k.
func TestOnlyTheWholeAddressIsTheSamePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com.au", "Ada Marsh", "developer")
	w.member("xada@example.com", "Ada Marsh", "developer")
	w.member("\u212Aai@example.com", "Kai Gripper", "developer")
	c := w.cli(ada + `
resource "modelprime_membership" "kai" {
  email = "kai@example.com"
  name  = "Kai Gripper"
  roles = ["developer"]
}
`)
	c.apply().quiet().plans("create "+theAda, "create modelprime_membership.kai")
	c.apply().quiet().plans()
	c.holds(theAda, values{"status": "invited"})
	c.holds("modelprime_membership.kai", values{"status": "invited"})
	w.mails("ada@example.com", "kai@example.com")
}
