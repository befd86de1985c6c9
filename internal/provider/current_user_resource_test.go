package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theProfile = "modelprime_current_user.robot"

// profile is the configuration of the caller's profile.
func profile(arguments string) string {
	return "resource \"modelprime_current_user\" \"robot\" {\n  " + arguments + "\n}\n"
}

// patched fails the test unless exactly these bodies were sent to change the profile.
func patched(w *acctest.World, want ...string) {
	w.T.Helper()
	var got []string
	for _, r := range w.Requests() {
		if r.Operation == "updateCurrentUser" {
			got = append(got, r.Body)
		}
	}
	acctest.EqualSets(w.T, "changes of the profile", got, want)
}

// hclAs is hcl with another address for the caller.
func hclAs(w *acctest.World, email, config string) string {
	return strings.Replace(w.HCL(config), fmt.Sprintf("%q", sandbox.DefaultEmail), fmt.Sprintf("%q", email), 1)
}

// A profile without arguments changes nothing and can be read.
func TestProfileWithoutArguments(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	owner, _ := w.Member(sandbox.DefaultEmail)
	c := w.CLI(profile(""))
	c.Apply().Quiet().Plans("create " + theProfile)
	c.Holds(theProfile, acctest.Values{"id": owner.ID, "email": owner.Email, "name": owner.Name, "roles": []string{"admin"}})
	w.Must(w.SetName(owner.ID, "Another Name"))
	c.Apply().Quiet().Plans()
	c.Apply("-refresh-only").OK()
	c.Holds(theProfile, acctest.Values{"name": "Another Name"})
	patched(w)
}

// Only arguments that are set and differ are sent.
func TestProfileSendsOnlyChanges(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	owner, _ := w.Member(sandbox.DefaultEmail)
	c := w.CLI(profile(`name = "Roster Keeper"`))
	c.Apply().Quiet()
	patched(w, `{"name":"Roster Keeper"}`)
	c.Holds(theProfile, acctest.Values{"name": "Roster Keeper", "email": owner.Email})
	c.Plan().Quiet().Plans()

	c.Config(profile("name = \"Roster Keeper\"\n  email = \"ROBOT@example.com\""))
	c.Apply().Quiet().Plans()
	w.Must(w.SetName(owner.ID, "Another Name"))
	c.Apply().Quiet().Plans("update " + theProfile)
	patched(w, `{"name":"Roster Keeper"}`, `{"name":"Roster Keeper"}`)
	if m, _ := w.Member(sandbox.DefaultEmail); m.Name != "Roster Keeper" || m.Email != owner.Email {
		t.Errorf("the profile is %v", m)
	}
	c.Config(profile(""))
	c.Apply().Quiet().Plans()
}

// An address in another case is the same address, at the creation too.
func TestProfileIgnoresCase(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(profile(`email = "Robot@Example.com"`))
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	c.Holds(theProfile, acctest.Values{"email": "Robot@Example.com"})
	patched(w)
}

// The plan warns of a changed address. The rest of the run authenticates with it, and the next run must be configured with it.
func TestProfileChangesTheAddress(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	config := profile(`email = "keeper@example.com"`) + strings.Replace(ada, "}", "  depends_on = ["+theProfile+"]\n}", 1)
	c := w.CLI(config)
	c.Plan().OK().Warns("keeper@example.com", sandbox.DefaultEmail, "MODELPRIME_EMAIL").Warnings(1)
	patched(w)
	c.ApplySaved().OK()
	patched(w, `{"email":"keeper@example.com"}`)
	w.Emailed("ada@example.com")
	c.Holds(theProfile, acctest.Values{"email": "keeper@example.com"})

	c.Plan().Fails("401", "another e-mail address")
	c.File("main.tf", hclAs(w, "keeper@example.com", config))
	c.Plan().Quiet().Plans()
	c.File("main.tf", hclAs(w, "keeper@example.com", strings.Replace(config, `"keeper@`, `"robot@`, 1)))
	c.Apply().OK().Plans("update " + theProfile).Warns("The e-mail address of the token's owner becomes robot@example.com")
	patched(w, `{"email":"keeper@example.com"}`, `{"email":"robot@example.com"}`)
}

// Two profile resources are an error: they would overwrite each other's changes.
func TestProfileIsManagedOnce(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const one = "resource \"modelprime_current_user\" \"me\" {\n  name = \"Roster Robot\"\n}\n"
	const two = "resource \"modelprime_current_user\" \"again\" {\n  name = \"Another Robot\"\n}\n"
	c := w.CLI(one + two)
	c.Plan().Fails("Two resources manage one profile", "modelprime_current_user")
	c.Config(one)
	c.Apply().Quiet()
	c.Plan("-replace=modelprime_current_user.me").Quiet().Plans("replace modelprime_current_user.me")
	c.ApplySaved().Quiet()
	c.Run("taint", "modelprime_current_user.me").OK()
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.Requested("updateCurrentUser", 0)
}

// Other requests of the same run are not refused while the address changes.
func TestProfileAddressChangeBesideOtherRequests(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(profile(`email = "keeper@example.com"`) + `
resource "modelprime_membership" "crowd" {
  count = 40
  email = "crowd${count.index}@example.com"
  name  = "One Of Many"
  roles = ["analyst"]
}
`)
	c.Apply("-parallelism=20").OK()
	w.Requested("inviteUser", 40)
	for _, r := range w.Requests() {
		if r.Status == 401 {
			t.Errorf("%s %s was refused", r.Method, r.Path)
		}
	}
}

// An unconfirmed change of the address is an error that gives the address to try.
func TestUnconfirmedProfileChange(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.BadGatewayHTML502, Operation: "updateCurrentUser"})
	c := w.CLI(profile(`email = "keeper@example.com"`), "max_retries = 1")
	c.Apply().Fails("Could not change the profile", "PATCH /user", "502", "The change of the address is unconfirmed", "keeper@example.com")
	c.Lacks(theProfile)
	w.ClearFaults()
	c.Apply().OK()
}

// A Google account's profile can be read; a change is an error in the plan.
func TestProfileOfAGoogleAccount(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorldWith(t, sandbox.Options{Owner: sandbox.User{
		ID: "google-oauth2|117", Email: sandbox.DefaultEmail, Name: "Roster Robot", Roles: []string{"admin"},
	}})
	c := w.CLI(profile(`name = "Roster Keeper"`))
	c.Plan().Fails("The profile cannot be changed here", "google-oauth2|117", "username and password")
	c.Config(profile(`name = "Roster Robot"`))
	c.Apply().Quiet()
	c.Config(profile(`email = "keeper@example.com"`))
	c.Plan().Fails("The profile cannot be changed here").Warnings(0)
	patched(w)
}

// A change that is known only at the apply is refused there.
func TestProfileOfAGoogleAccountWithAnUnknownName(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorldWith(t, sandbox.Options{Owner: sandbox.User{
		ID: "google-oauth2|117", Email: sandbox.DefaultEmail, Name: "Roster Robot", Roles: []string{"admin"},
	}})
	c := w.CLI("resource \"terraform_data\" \"name\" {\n  input = \"Roster Keeper\"\n}\n" + profile(`name = terraform_data.name.output`))
	c.Plan().Quiet()
	c.ApplySaved().Fails("The profile cannot be changed here")
	c.Lacks(theProfile)
	patched(w)
}

// The destruction of the profile changes nothing in Model-Prime.
func TestProfileIsDestroyed(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(profile(`name = "Roster Keeper"`))
	c.Apply().Quiet()
	w.ResetLog()
	c.Destroy().Quiet()
	c.Lacks(theProfile)
	patched(w)
	w.Requested("deleteUser", 0)
	if m, _ := w.Member(sandbox.DefaultEmail); m.Name != "Roster Keeper" {
		t.Errorf("the name is %s", m.Name)
	}
}

// The state belongs to one caller. With another caller's token nothing is changed, with and without a refresh.
func TestProfileOfAnotherOwner(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(profile(`name = "Roster Keeper"`))
	c.Apply().Quiet()
	other := acctest.NewWorldWith(t, sandbox.Options{Owner: sandbox.User{
		ID: "auth0|other", Email: sandbox.DefaultEmail, Name: "Other Robot", Roles: []string{"admin"},
	}})
	c.World = other
	c.Config(profile(`name = "Another Keeper"`))
	c.Plan().Fails("Could not read the profile", "auth0|other", "auth0|owner", "state rm")
	c.Apply("-refresh=false").Fails("Could not change the profile", "auth0|other", "auth0|owner")
	patched(other)
}
