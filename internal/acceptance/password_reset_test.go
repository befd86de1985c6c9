package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theReset = "modelprime_password_reset.ada"

// reset is a password reset with this trigger.
func reset(id, trigger string) string {
	return fmt.Sprintf("resource \"modelprime_password_reset\" \"ada\" {\n  user_id  = %q\n  triggers = { asked = %q }\n}\n", id, trigger)
}

// One e-mail for each creation, and for each change of what triggers it; none for anything else.
func TestPasswordReset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "developer")
	benID := w.member("ben@example.com", "Ben Okafor", "analyst")
	c := w.cli(reset(id, "monday"))
	c.plan().quiet().plans("create " + theReset)
	w.mails()
	c.applySaved().quiet()
	w.mails("ada@example.com")
	c.holds(theReset, values{"requested_at": "2026-03-01T09:00:00Z", "user_id": id})
	c.apply().quiet().plans()

	c.config(reset(id, "tuesday"))
	c.apply().quiet().plans("replace " + theReset)
	w.mails("ada@example.com", "ada@example.com")
	c.config(reset(benID, "tuesday"))
	c.apply().quiet().plans("replace " + theReset)
	c.config(strings.Replace(reset(benID, "tuesday"), "triggers", "# triggers", 1))
	c.apply().quiet().plans("replace " + theReset)
	c.apply().quiet().plans()
	c.destroy().quiet()
	w.mails("ada@example.com", "ada@example.com", "ben@example.com", "ben@example.com")
	if got := w.Emails()[0].Kind; got != sandbox.KindPasswordReset {
		t.Errorf("sent %s", got)
	}
}

// Nobody knows whether it was sent: it is not asked for again, the state is kept, and the warning says what to do.
func TestPasswordResetIsNeverSentTwice(t *testing.T) {
	t.Parallel()
	for kind, sent := range map[sandbox.FaultKind]int{
		sandbox.LostReply: 1, sandbox.LostBadGateway502: 1, sandbox.CutShort: 1,
		sandbox.Internal500: 0, sandbox.BadGatewayHTML502: 0, sandbox.Unavailable503: 0, sandbox.GatewayTimeout504: 0,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.member("ada@example.com", "Ada Marsh", "developer")
			w.Fail(sandbox.Fault{Kind: kind, Operation: "resetUserPassword"})
			c := w.cli(reset(id, "monday"))
			c.apply().ok().warns("Nobody knows", id, "Ask the person", "reset_password").warnings(1)
			c.holds(theReset, values{"requested_at": "2026-03-01T09:00:00Z"})
			w.asked("resetUserPassword", 1)
			if got := len(w.Emails()); got != sent {
				t.Errorf("%d e-mails, want %d", got, sent)
			}
			w.ClearFaults()
			c.plan().quiet().plans()
		})
	}
}

// What was refused, or never left, is asked for again, and arrives once.
func TestPasswordResetIsTriedAgain(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.TooMany429, sandbox.TooManyRetryAfter429, sandbox.UnavailableRetryAfter503} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			id := w.member("ada@example.com", "Ada Marsh", "developer")
			w.Fail(sandbox.Fault{Kind: kind, Operation: "resetUserPassword", Times: 3})
			w.cli(reset(id, "monday")).apply().quiet()
			w.mails("ada@example.com")
			w.asked("resetUserPassword", 4)
		})
	}
}

// What was refused for good is an error and leaves no state.
func TestPasswordResetThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(reset("auth0|nobody", "monday"))
	c.apply().fails("Could not send the password reset", "auth0|nobody", "404")
	c.lacks(theReset)
	id := w.member("ada@example.com", "Ada Marsh", "developer")
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "resetUserPassword"})
	c.config(reset(id, "monday"))
	c.apply().fails("Could not send the password reset", id, "403", "admin")
	c.lacks(theReset)
	w.mails()
}

// Whoever logs in with Google has no password here. The plan says so, or the apply if the id was not known before.
func TestPasswordResetOfAGoogleAccount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const id = "google-oauth2|117"
	_, err := w.AddMember(sandbox.User{ID: id, Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"analyst"}})
	w.must(err)
	c := w.cli(reset(id, "monday"))
	c.plan().fails("No password to reset", id, "google-oauth2")
	c.config(strings.Replace(reset(id, "monday"), `"`+id+`"`, "terraform_data.id.output", 1) + "resource \"terraform_data\" \"id\" {\n  input = \"" + id + "\"\n}\n")
	c.plan().quiet()
	c.applySaved().fails("No password to reset", id)
	c.lacks(theReset)
	w.asked("resetUserPassword", 0)
}

// With another organization's token nobody is e-mailed.
func TestPasswordResetInAnotherOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "developer")
	c := w.cli(reset(id, "monday"))
	c.plan().quiet()
	w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization, Operation: "getOrganization"})
	c.applySaved().fails("organization")
	w.asked("resetUserPassword", 0)
	c.lacks(theReset)
}
