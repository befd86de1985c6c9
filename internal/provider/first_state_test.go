package provider_test

import (
	"os"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// A state that the first build wrote is read without loss: nobody is e-mailed or removed for the newer provider, the plan
// is empty, and what the first build remembered of an invitation still binds the person who answers it.
func TestStateOfTheFirstBuild(t *testing.T) {
	t.Parallel()
	config, err := os.ReadFile("testdata/first-state/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	state, err := os.ReadFile("testdata/first-state/state.json")
	if err != nil {
		t.Fatal(err)
	}
	w := acctest.NewWorld(t)
	for _, member := range []sandbox.User{
		{ID: "auth0|64f000000000000000000001", Email: "ben@example.com", Name: "Ben Kato", Roles: []string{"analyst"}},
		{ID: "google-oauth2|1172000000000000000001", Email: "cleo@example.com", Name: "Cleo Vance", Roles: []string{"admin"}},
	} {
		_, err := w.AddMember(member)
		w.Must(err)
	}
	c := w.CLI(string(config))
	c.File("terraform.tfstate", strings.ReplaceAll(string(state), "registry.terraform.io", acctest.Program(t).Registry()))
	c.Plan().Quiet().Plans()
	c.Holds("modelprime_membership.invited", acctest.Values{"status": "invited", "invitations_sent": 1, "invited_at": "2026-02-27T06:28:38Z", "email": "Ada@example.com"})

	// The invitation gave both roles; somebody with one of them who takes the address is not the invited person.
	stranger := w.NewMember("ada@example.com", "Ada Other", "developer")
	c.Plan().Fails("Somebody has the address", stranger)
	w.Must(w.Remove(stranger))

	w.NewMember("ada@example.com", "Ada Marsh", "analyst", "developer")
	c.Plan().Quiet().Plans()
	c.Apply("-refresh-only").Quiet()
	c.Holds("modelprime_membership.invited", acctest.Values{"status": "active", "current_email": "ada@example.com"})
	w.Emailed()
	w.HasMembers("ada@example.com", "ben@example.com", "cleo@example.com")
}
