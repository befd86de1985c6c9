package provider_test

import (
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// joinedAda makes an organization where Ada was invited and has joined, and a CLI whose state has her as active.
func joinedAda(t *testing.T) (*acctest.World, *acctest.CLI, string) {
	t.Helper()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	id := w.Accept("ada@example.com")
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
	w.ResetLog()
	return w, c, id
}

// An invited person who joins becomes active with the next read. The configured name and login connection are ignored from then on.
func TestAcceptedInvitationBecomesActive(t *testing.T) {
	t.Parallel()
	_, c, id := joinedAda(t)
	c.Holds(theAda, acctest.Values{
		"status": "active", "user_id": id, "current_email": "ada@example.com", "login_connection": "google-oauth2",
		"invited_at": "2026-03-01T09:00:00Z", "invitations_sent": 1,
	})
	c.Config(`
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "Countess Ada"
  roles            = ["developer"]
  login_connection = "username-password"
  adopt_existing   = true
}
`)
	c.Plan().Quiet().Plans()
	c.Config(`
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  roles = ["developer"]
}
`)
	c.Plan().Quiet().Plans()
}

// A member who was removed elsewhere leaves the state with a warning, and the plan invites them again.
func TestMemberRemovedElsewhere(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Must(w.Remove(id))
	c.Plan().OK().Plans("create "+theAda).Warns("ada@example.com is no longer a member", "Ada Marsh", id).Warnings(1)
	c.ApplySaved().OK()
	c.Holds(theAda, acctest.Values{"status": "invited", "user_id": nil})
	w.Emailed("ada@example.com", "ada@example.com")
}

// Only the API's own 404 together with the complete list removes a member from the state.
func TestOnlyTheAPIProvesAMemberGone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault sandbox.Fault
		left  bool
		says  []string
	}{
		"a proxy's page":              {sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: "getUser"}, false, []string{"404", "proxy"}},
		"a 404 that the list refutes": {sandbox.Fault{Kind: sandbox.NotFound404, Operation: "getUser"}, false, []string{"404", "list of members still contains", "the state keeps the member"}},
		"a list that cannot be read":  {sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers"}, true, []string{"confirm that the member is gone", "403", "admin"}},
		"a caller who cannot be read": {sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getCurrentUser"}, true, []string{"confirm that the member is gone", "403"}},
		"another status than 404":     {sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getUser"}, true, []string{"403", "only a 404 as proof", "make doctor"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := joinedAda(t)
			if test.left {
				w.Must(w.Remove(id))
			}
			w.Fail(test.fault)
			c.Plan().Fails(append(test.says, "Could not read the membership", "ada@example.com")...)
			c.Apply("-refresh-only").Fails("Could not read the membership")
			c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
			w.Emailed("ada@example.com")
		})
	}
}

// A member with a 404 and not in the list is gone, whatever page they were on.
func TestMemberOfAnyPageIsGone(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Crowd(150)
	w.Must(w.Remove(id))
	c.Plan("-refresh-only").OK().Warns("ada@example.com is no longer a member")
	if got := len(w.Requests()); got > 1+2+2 {
		t.Errorf("%d requests: %v", got, w.Requests())
	}
}

// An inconsistent list is an error and removes no member from the state.
func TestIncompleteListKeepsState(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Crowd(150)
	w.Must(w.Remove(id))
	w.OnRequest(func(operation string, _ int) {
		if operation == "listUsers" {
			w.Add(sandbox.User{Email: "another@example.com", Name: "Another One"})
		}
	})
	c.Apply().Fails("Could not read the membership", "ada@example.com", "not complete")
	c.Holds(theAda, acctest.Values{"user_id": id})
}

// An invited person who joined is found on any page of the list.
func TestJoinedPersonIsFoundOnALaterPage(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	w.Crowd(150)
	id := w.Accept("ada@example.com")
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
}

// Roles outside the contract are kept in the state and shown.
func TestRolesOutsideTheContractAreKept(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	w.Must(w.SetRoles(id, "developer", "auditor"))
	c.File("more.tf", `
data "modelprime_user" "ada" {
  email = "ada@example.com"
}
`)
	c.Apply("-refresh-only").OK()
	c.Holds(theAda, acctest.Values{"roles": []string{"auditor", "developer"}})
	c.Holds("data.modelprime_user.ada", acctest.Values{"roles": []string{"auditor", "developer"}})
	c.Plan().Quiet().Plans("update " + theAda)
	c.ApplySaved().Quiet()
	w.HasRoles("ada@example.com", "developer")
}
