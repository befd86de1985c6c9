package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theReset = "modelprime_password_reset.ada"

// reset is a password reset with this trigger.
func reset(id, trigger string) string {
	return fmt.Sprintf("resource \"modelprime_password_reset\" \"ada\" {\n  user_id  = %q\n  triggers = { asked = %q }\n}\n", id, trigger)
}

// A password reset sends one e-mail for each creation and each changed trigger.
func TestPasswordReset(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	benID := w.NewMember("ben@example.com", "Ben Okafor", "analyst")
	c := w.CLI(reset(id, "monday"))
	c.Plan().Quiet().Plans("create " + theReset)
	w.Emailed()
	c.ApplySaved().Quiet()
	w.Emailed("ada@example.com")
	c.Holds(theReset, acctest.Values{"requested_at": "2026-03-01T09:00:00Z", "user_id": id})
	c.Apply().Quiet().Plans()

	c.Config(reset(id, "tuesday"))
	c.Apply().Quiet().Plans("replace " + theReset)
	w.Emailed("ada@example.com", "ada@example.com")
	c.Config(reset(benID, "tuesday"))
	c.Apply().Quiet().Plans("replace " + theReset)
	c.Config(strings.Replace(reset(benID, "tuesday"), "triggers", "# triggers", 1))
	c.Apply().Quiet().Plans("replace " + theReset)
	c.Apply().Quiet().Plans()
	c.Destroy().Quiet()
	w.Emailed("ada@example.com", "ada@example.com", "ben@example.com", "ben@example.com")
	if got := w.Emails()[0].Kind; got != sandbox.KindPasswordReset {
		t.Errorf("sent %s", got)
	}
}

// A refused password reset is an error and leaves no state.
func TestRefusedPasswordReset(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(reset("auth0|nobody", "monday"))
	c.Apply().Fails("Could not send the password reset", "auth0|nobody", "404")
	c.Lacks(theReset)
	id := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "resetUserPassword"})
	c.Config(reset(id, "monday"))
	c.Apply().Fails("Could not send the password reset", id, "403", "admin")
	c.Lacks(theReset)
	w.Emailed()
}

// A Google account has no password to reset: an error in the plan, or in the apply if the ID was unknown.
func TestPasswordResetOfAGoogleAccount(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const id = "google-oauth2|117"
	w.Add(sandbox.User{ID: id, Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"analyst"}})
	c := w.CLI(reset(id, "monday"))
	c.Plan().Fails("No password to reset", id, "google-oauth2")
	c.Config(strings.Replace(reset(id, "monday"), `"`+id+`"`, "terraform_data.id.output", 1) + "resource \"terraform_data\" \"id\" {\n  input = \"" + id + "\"\n}\n")
	c.Plan().Quiet()
	c.ApplySaved().Fails("No password to reset", id)
	c.Lacks(theReset)
	w.Requested("resetUserPassword", 0)
}
