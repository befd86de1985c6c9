package acceptance

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theProfile = "modelprime_current_user.robot"

// profile is the configuration of the owner's profile.
func profile(arguments string) string {
	return "resource \"modelprime_current_user\" \"robot\" {\n  " + arguments + "\n}\n"
}

// patched fails the test unless these bodies, and no others, were sent to change the profile.
func (w *world) patched(want ...string) {
	w.t.Helper()
	var got []string
	for _, r := range w.Requests() {
		if r.Operation == "updateCurrentUser" {
			got = append(got, r.Body)
		}
	}
	equalSets(w.t, "changes of the profile", got, want)
}

// hclAs is hcl with another address of the owner.
func (w *world) hclAs(email, config string) string {
	return strings.Replace(w.hcl(config), fmt.Sprintf("%q", sandbox.DefaultEmail), fmt.Sprintf("%q", email), 1)
}

// Nothing is set: nothing is changed, and the profile is there to be read.
func TestProfileThatSetsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, _ := w.Member(sandbox.DefaultEmail)
	c := w.cli(profile(""))
	c.apply().quiet().plans("create " + theProfile)
	c.holds(theProfile, values{"id": owner.ID, "email": owner.Email, "name": owner.Name, "roles": []string{"admin"}})
	w.must(w.SetName(owner.ID, "Another Name"))
	c.apply().quiet().plans()
	c.apply("-refresh-only").ok()
	c.holds(theProfile, values{"name": "Another Name"})
	w.patched()
}

// Only what is set and differs is sent.
func TestProfileChangesOnlyWhatIsSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, _ := w.Member(sandbox.DefaultEmail)
	c := w.cli(profile(`name = "Roster Keeper"`))
	c.apply().quiet()
	w.patched(`{"name":"Roster Keeper"}`)
	c.holds(theProfile, values{"name": "Roster Keeper", "email": owner.Email})
	c.plan().quiet().plans()

	c.config(profile("name = \"Roster Keeper\"\n  email = \"ROBOT@example.com\""))
	c.apply().quiet().plans()
	w.must(w.SetName(owner.ID, "Somebody's Joke"))
	c.apply().quiet().plans("update " + theProfile)
	w.patched(`{"name":"Roster Keeper"}`, `{"name":"Roster Keeper"}`)
	if m, _ := w.Member(sandbox.DefaultEmail); m.Name != "Roster Keeper" || m.Email != owner.Email {
		t.Errorf("the profile is %v", m)
	}
	c.config(profile(""))
	c.apply().quiet().plans()
}

// An address in another case is the same, when the profile is taken on as well.
func TestProfileIgnoresCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(profile(`email = "Robot@Example.com"`))
	c.apply().quiet()
	c.plan().quiet().plans()
	c.holds(theProfile, values{"email": "Robot@Example.com"})
	w.patched()
}

// The plan warns of a changed address; the rest of the run authenticates with it, and the next run has to.
func TestProfileChangesTheAddress(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	config := profile(`email = "keeper@example.com"`) + strings.Replace(ada, "}", "  depends_on = ["+theProfile+"]\n}", 1)
	c := w.cli(config)
	c.plan().ok().warns("keeper@example.com", sandbox.DefaultEmail, "MODELPRIME_EMAIL").warnings(1)
	w.patched()
	c.applySaved().ok()
	w.patched(`{"email":"keeper@example.com"}`)
	w.mails("ada@example.com")
	c.holds(theProfile, values{"email": "keeper@example.com"})

	c.plan().fails("401", "another e-mail address")
	c.file("main.tf", w.hclAs("keeper@example.com", config))
	c.plan().quiet().plans()
	c.file("main.tf", w.hclAs("keeper@example.com", strings.Replace(config, `"keeper@`, `"robot@`, 1)))
	c.apply().ok().plans("update " + theProfile).warns("The token's owner becomes robot@example.com")
	w.patched(`{"email":"keeper@example.com"}`, `{"email":"robot@example.com"}`)
}

// Others of the same run are not refused because the address changes under them.
// Two profiles are one person's, and would put back what the other changes for ever.
func TestProfileIsManagedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const one = "resource \"modelprime_current_user\" \"me\" {\n  name = \"Roster Robot\"\n}\n"
	const two = "resource \"modelprime_current_user\" \"again\" {\n  name = \"Another Robot\"\n}\n"
	c := w.cli(one + two)
	c.plan().fails("Two resources manage one profile", "modelprime_current_user")
	c.config(one)
	c.apply().quiet()
	c.plan("-replace=modelprime_current_user.me").quiet().plans("replace modelprime_current_user.me")
	c.applySaved().quiet()
	c.run("taint", "modelprime_current_user.me").ok()
	c.apply().quiet()
	c.plan().quiet().plans()
	w.asked("updateCurrentUser", 0)
}

func TestProfileChangesTheAddressBesideOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(profile(`email = "keeper@example.com"`) + `
resource "modelprime_membership" "crowd" {
  count = 40
  email = "crowd${count.index}@example.com"
  name  = "One Of Many"
  roles = ["analyst"]
}
`)
	c.apply("-parallelism=20").ok()
	w.asked("inviteUser", 40)
	for _, r := range w.Requests() {
		if r.Status == 401 {
			t.Errorf("%s %s was refused", r.Method, r.Path)
		}
	}
}

// The reply of a change that was carried out is lost: the next attempt still names the old address and is refused.
func TestProfileWhoseReplyIsLost(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.LostReply, sandbox.LostBadGateway502, sandbox.CutShort} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.Fail(sandbox.Fault{Kind: kind, Operation: "updateCurrentUser", Times: 1})
			config := profile("email = \"keeper@example.com\"\n  name = \"Roster Keeper\"") + strings.Replace(ada, "}", "  depends_on = ["+theProfile+"]\n}", 1)
			c := w.cli(config)
			c.apply().ok()
			c.holds(theProfile, values{"email": "keeper@example.com", "name": "Roster Keeper"})
			w.mails("ada@example.com")
			c.file("main.tf", w.hclAs("keeper@example.com", config))
			c.plan().quiet().plans()
		})
	}
}

// Nothing was changed: an error, no state, and the old address goes on.
func TestProfileThatIsRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.Conflict409, Operation: "updateCurrentUser"})
	c := w.cli(profile(`email = "keeper@example.com"`))
	c.apply().fails("Could not change the profile", "PATCH /user", "409")
	c.lacks(theProfile)
	w.ClearFaults()
	c.apply().ok()
}

// Nobody knows: the error says which address to try.
func TestProfileThatIsInDoubt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Fail(sandbox.Fault{Kind: sandbox.BadGatewayHTML502, Operation: "updateCurrentUser"})
	c := w.cli(profile(`email = "keeper@example.com"`), "max_retries = 1")
	c.apply().fails("Could not change the profile", "PATCH /user", "502", "Nobody knows", "keeper@example.com")
	c.lacks(theProfile)
	w.ClearFaults()
	c.apply().ok()
}

// An account that is kept at Google cannot be changed: the plan says so. To read it is allowed.
func TestProfileOfAGoogleAccount(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, sandbox.Options{Owner: sandbox.User{
		ID: "google-oauth2|117", Email: sandbox.DefaultEmail, Name: "Roster Robot", Roles: []string{"admin"},
	}})
	c := w.cli(profile(`name = "Roster Keeper"`))
	c.plan().fails("The profile cannot be changed here", "google-oauth2|117", "username and password")
	c.config(profile(`name = "Roster Robot"`))
	c.apply().quiet()
	c.config(profile(`email = "keeper@example.com"`))
	c.plan().fails("The profile cannot be changed here").warnings(0)
	w.patched()
}

// A name that is not known when the plan is made meets the same answer at the apply.
func TestProfileOfAGoogleAccountWithAnUnknownName(t *testing.T) {
	t.Parallel()
	w := newWorldWith(t, sandbox.Options{Owner: sandbox.User{
		ID: "google-oauth2|117", Email: sandbox.DefaultEmail, Name: "Roster Robot", Roles: []string{"admin"},
	}})
	c := w.cli("resource \"terraform_data\" \"name\" {\n  input = \"Roster Keeper\"\n}\n" + profile(`name = terraform_data.name.output`))
	c.plan().quiet()
	c.applySaved().fails("The profile cannot be changed here")
	c.lacks(theProfile)
	w.patched()
}

// To destroy the profile forgets it.
func TestProfileIsForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(profile(`name = "Roster Keeper"`))
	c.apply().quiet()
	w.ResetLog()
	c.destroy().quiet()
	c.lacks(theProfile)
	w.patched()
	w.asked("deleteUser", 0)
	if m, _ := w.Member(sandbox.DefaultEmail); m.Name != "Roster Keeper" {
		t.Errorf("the name is %s", m.Name)
	}
}

// The state is about one person: with another one's token that one is not changed, whether the state is refreshed or not.
func TestProfileOfAnotherOwner(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(profile(`name = "Roster Keeper"`))
	c.apply().quiet()
	other := newWorldWith(t, sandbox.Options{Owner: sandbox.User{
		ID: "auth0|other", Email: sandbox.DefaultEmail, Name: "Other Robot", Roles: []string{"admin"},
	}})
	c.w = other
	c.config(profile(`name = "Another Keeper"`))
	c.plan().fails("Could not read the profile", "auth0|other", "auth0|owner", "state rm")
	c.apply("-refresh=false").fails("Could not change the profile", "auth0|other", "auth0|owner")
	other.patched()
}

// With another organization's token nothing is read or changed.
func TestProfileOfAnotherOrganization(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(profile(`name = "Roster Keeper"`))
	c.plan().quiet()
	w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization, Operation: "getOrganization"})
	c.applySaved().fails("inconsistent final plan", "organization_id")
	w.ClearFaults()
	c.apply().quiet()
	w.ResetLog()
	w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization, Operation: "getOrganization"})
	c.config(profile(`name = "Another Keeper"`))
	c.plan().fails("Could not read the profile", "organization")
	c.apply("-refresh=false").fails("Could not change the profile", "organization")
	w.patched()
}
