package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theProfile = "modelprime_current_user.robot"

// profile is the configuration of the owner's profile.
func profile(arguments string) string {
	return "resource \"modelprime_current_user\" \"robot\" {\n  " + arguments + "\n}\n"
}

// patched fails the test unless these bodies, and no others, were sent to change the profile.
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

// hclAs is hcl with another address of the owner.
func hclAs(w *acctest.World, email, config string) string {
	return strings.Replace(w.HCL(config), fmt.Sprintf("%q", sandbox.DefaultEmail), fmt.Sprintf("%q", email), 1)
}

// Nothing is set: nothing is changed, and the profile is there to be read.
func TestProfileThatSetsNothing(t *testing.T) {
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

// Only what is set and differs is sent.
func TestProfileChangesOnlyWhatIsSet(t *testing.T) {
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
	w.Must(w.SetName(owner.ID, "Somebody's Joke"))
	c.Apply().Quiet().Plans("update " + theProfile)
	patched(w, `{"name":"Roster Keeper"}`, `{"name":"Roster Keeper"}`)
	if m, _ := w.Member(sandbox.DefaultEmail); m.Name != "Roster Keeper" || m.Email != owner.Email {
		t.Errorf("the profile is %v", m)
	}
	c.Config(profile(""))
	c.Apply().Quiet().Plans()
}

// An address in another case is the same, when the profile is taken on as well.
func TestProfileIgnoresCase(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(profile(`email = "Robot@Example.com"`))
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	c.Holds(theProfile, acctest.Values{"email": "Robot@Example.com"})
	patched(w)
}

// The plan warns of a changed address; the rest of the run authenticates with it, and the next run has to.
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

// Two profiles are one person's, and would put back what the other changes for ever.
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

// Others of the same run are not refused because the address changes under them.
func TestProfileChangesTheAddressBesideOthers(t *testing.T) {
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

// Nobody knows: the error says which address to try.
func TestProfileThatIsInDoubt(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.BadGatewayHTML502, Operation: "updateCurrentUser"})
	c := w.CLI(profile(`email = "keeper@example.com"`), "max_retries = 1")
	c.Apply().Fails("Could not change the profile", "PATCH /user", "502", "The change of the address is unconfirmed", "keeper@example.com")
	c.Lacks(theProfile)
	w.ClearFaults()
	c.Apply().OK()
}

// An account that is kept at Google cannot be changed: the plan says so. To read it is allowed.
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

// A name that is not known when the plan is made meets the same answer at the apply.
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

// To destroy the profile forgets it.
func TestProfileIsForgotten(t *testing.T) {
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

// The state is about one person: with another one's token that one is not changed, whether the state is refreshed or not.
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
