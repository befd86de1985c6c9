package provider_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const (
	gettingStarted = "getting-started.md"
	adoptingAll    = "adopting-an-organization.md"
	gitops         = "gitops.md"
	coming         = "people-come-and-go.md"
	choosing       = "choosing.md"
	lettingGo      = "letting-people-go.md"
	temporary      = "temporary-access.md"
	elsewhere      = "people-from-elsewhere.md"
)

const adaMoreau = "modelprime_membership.ada"

func TestGuideGettingStarted(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := guided(w, gettingStarted, "Connect")
	c.Apply().Quiet()
	if got := outputOf(c, "connected_to"); !strings.HasPrefix(got, "Example Robotics (") || !strings.HasSuffix(got, "as "+sandbox.DefaultEmail) {
		t.Error(got)
	}

	follow(c, gettingStarted, "Connect", "Invite a person")
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.Emailed(moreau.Email)
	if got := outputOf(c, "ada"); got != "invited" {
		t.Error(got)
	}

	id := w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	if got := outputOf(c, "ada"); got != "active" {
		t.Error(got)
	}
	w.Must(w.SetRoles(id, "admin"))
	w.Must(w.SetEmail(id, "ada@example.org"))
	c.Apply().OK().Plans("update "+adaMoreau).Warns(moreau.Email, "ada@example.org")
	w.HasRoles("ada@example.org", "developer")

	follow(c, gettingStarted, "Connect")
	c.Apply().OK().Plans("delete " + adaMoreau)
	w.HasMembers()
	w.Emailed(moreau.Email)
}

// keep in the state, then the block away: the member stays, unmanaged.
func TestGuideKeepsAMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := guided(w, gettingStarted, "Invite a person")
	c.Apply().Quiet()
	w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	follow(c, lettingGo, "Keep a member and stop managing them")
	c.Apply().Quiet().Plans("update " + adaMoreau)
	follow(c, lettingGo)
	c.Apply().OK().Plans("delete "+adaMoreau).Warns(moreau.Email, "does not remove the member")
	c.Lacks(adaMoreau)
	w.HasMembers(moreau.Email)
}

// An invitation is accepted after its membership was destroyed: the next plan names the person, and its apply removes them.
func TestGuideStopsALateAcceptance(t *testing.T) {
	t.Parallel()
	w := worldOf(t, abernathy)
	w.Crowd(4)
	c := guided(w, lettingGo, "A person who was invited and has not joined")
	c.Apply().OK()
	w.NewMember("walter.grimm@example.net", "Walter Grimm", "analyst")
	c.Plan().OK().Warns("walter.grimm@example.net")
	c.ApplySaved().OK()
	if _, ok := w.Member("walter.grimm@example.net"); ok {
		t.Error("they are a member still")
	}
	c.Plan().OK().Plans()
}

// The admin role ends with the day that the configuration names.
func TestGuideTemporaryAdmin(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	c := guided(w, temporary, "A temporary admin")
	rewrite(c, "2030-04-07", day(2))
	c.Apply().OK()
	w.Accept(abernathy.Email)
	c.Apply("-refresh-only").OK()
	c.Plan().OK().Plans()
	rewrite(c, day(2), day(-1))
	c.Apply().OK().Plans("update modelprime_membership.ruth")
	w.HasRoles(abernathy.Email, "developer")
}

// A CSV file whose cells are empty sends one e-mail a person.
func TestGuidePeopleFromACSVFile(t *testing.T) {
	t.Parallel()
	const section = "A CSV file"
	w := acctest.NewWorld(t)
	c := guided(w, elsewhere, section)
	c.File("people.csv", sections(t, filepath.Join(guides, elsewhere))[section]["csv"][0])
	c.Apply().Quiet()
	w.Emailed(moreau.Email, abernathy.Email)
	c.Plan().Quiet().Plans()
}

// The function takes a text that Terraform makes; a group that is emptied is stopped by the cap that nobody has set.
func TestGuidePeopleFromGroups(t *testing.T) {
	t.Parallel()
	acctest.NeedsFunctions(t)
	const section = "A YAML file through the function"
	w := acctest.NewWorld(t)
	c := guided(w, elsewhere, section)
	people := []string{}
	for i := range 12 {
		people = append(people, fmt.Sprintf("%q", fmt.Sprintf("person%d@example.com", i)))
	}
	rewrite(c, `["ada.moreau@example.com"]`, "["+strings.Join(people, ", ")+"]")
	c.Apply().Quiet()
	for _, mail := range w.Emails() {
		w.Accept(mail.To)
	}
	c.Apply("-refresh-only").Quiet()
	rewrite(c, "["+strings.Join(people, ", ")+"]", "[]")
	if r := c.Plan(); r.Code == 0 || !strings.Contains(r.String(), "Too many removals") || !strings.Contains(r.String(), "25%") {
		t.Error(r)
	}
	if got := len(w.Members()); got != 14 {
		t.Errorf("%d members", got)
	}
}

// Whoever is no member yet: the trap that the guide warns of.
func TestGuideInviteWhoeverIsNoMemberYetIsATrap(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
data "modelprime_users" "all" {}
resource "modelprime_membership" "this" {
  for_each = toset([for email in ["ada.moreau@example.com"] : email if !contains(data.modelprime_users.all.users[*].email, email)])
  email    = each.key
  name     = "Ada Moreau"
  roles    = ["developer"]
}
`)
	c.Apply().OK()
	w.Accept(moreau.Email)
	c.Plan().OK().Plans("delete modelprime_membership.this[\"ada.moreau@example.com\"]")
}

// The query's way, with limits that forbid to invite and to remove.
func TestGuideAdoptsByAQuery(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 14)
	w := worldOf(t, moreau, abernathy)
	c := guided(w, adoptingAll, "Adopting an existing organization", "By a query")
	c.Run("query", "-no-color", "-generate-config-out=members.tf").OK()
	c.Plan().Quiet().Plans("import modelprime_membership.all_0", "import modelprime_membership.all_1", "import modelprime_membership.all_2")
	c.ApplySaved().Quiet()
	c.Plan().Quiet().Plans()
	changedNobody(w)
}

// Thirty members become a roster by one line, and are imported without an e-mail and without a change.
func TestGuideAdoptsByARoster(t *testing.T) {
	t.Parallel()
	acctest.NeedsFunctions(t)
	w := worldOf(t, moreau, abernathy)
	w.Must(w.SetEmail(abernathy.ID, "Ruth.Abernathy@example.com"))
	w.NewMember("idle@example.com", "Idle Wheel")
	imports := []string{`import modelprime_membership.this["ada.moreau@example.com"]`, `import modelprime_membership.this["ruth.abernathy@example.com"]`}
	names := []string{"No", "null", "123", "~", "Ada: Moreau #1", `Bo "Q" O'Hara`, "- Cy", "[Dee]", "@eve", "*fay", "<b>&amp;", "Zoë", "李小龍", "😀 Grin", "%{if}${x}"}
	for i := len(names); i < 28; i++ {
		names = append(names, fmt.Sprintf("Member %d", i))
	}
	for i, name := range names {
		w.NewMember(fmt.Sprintf("member.%d@example.com", i), name, []string{"admin", "developer", "analyst"}[i%3:]...)
		imports = append(imports, fmt.Sprintf("import modelprime_membership.this[\"member.%d@example.com\"]", i))
	}

	const limits, write = "Adopting an existing organization", "Write the roster"
	c := guided(w, adoptingAll)
	w.Must(os.Mkdir(filepath.Join(c.Dir, "adopt"), 0o700))
	c.File("adopt/main.tf", sections(t, filepath.Join(guides, adoptingAll))[write]["terraform"][0])
	shell(c, 0, adoptingAll, write)
	roster := readText(t, filepath.Join(c.Dir, "roster.yaml"))
	if !strings.Contains(roster, `, login_connection: username-password }`) || !strings.Contains(roster, `  # Has no role, which everybody in a roster has: { name: "Idle Wheel"`) {
		t.Errorf("the roster is\n%s", roster)
	}

	follow(c, adoptingAll, limits, "Import it")
	c.Plan().Quiet().Plans(imports...)
	c.ApplySaved().Quiet()
	c.Plan().Quiet().Plans()
	changedNobody(w)
	w.Emailed()

	c.File("roster.yaml", roster+"  - { name: Noor Haddad, email: noor@example.com, roles: [analyst] }\n")
	c.Plan().Fails("noor@example.com", "max_invitations")
	w.Must(w.SetEmail(moreau.ID, "ruth.abernathy@example.com"))
	shell(c, 0, adoptingAll, write)
	c.Plan().Fails("line 33: Ada Moreau (ruth.abernathy@example.com): The person is listed twice, first on line 32.")
}

// Where there are no functions yet, the guide's own reading of the teams comes to the same memberships.
func TestGuideReadsARosterBeforeThereAreFunctions(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := guided(w, gitops, "Before Terraform 1.8")
	c.File("roster.yaml", exampleText(t, "gitops/tests/roster.yaml"))
	c.Apply().Quiet()
	c.Holds(`modelprime_membership.this["ines.marchetti@example.com"]`, acctest.Values{"email": "Ines.Marchetti@Example.com", "roles": []string{"admin"}, "login_connection": "google-oauth2"})
	c.Holds(`modelprime_membership.this["jun.hasegawa@example.net"]`, acctest.Values{"roles": []string{"analyst"}, "login_connection": "username-password"})
}

func TestGuideAdoptsPersonByPerson(t *testing.T) {
	t.Parallel()
	w := worldOf(t, moreau, grimm)
	c := guided(w, adoptingAll, "Person by person")
	c.Plan().OK().Warns(grimm.Email, "taken over").Warnings(1)
	c.ApplySaved().OK()
	w.Emailed()
	w.HasMembers(moreau.Email, grimm.Email)
	w.HasRoles(moreau.Email, "developer")
	w.HasRoles(grimm.Email, "analyst")
	c.Plan().Quiet().Plans()
}

// worldOf is an organization with these members.
func worldOf(t *testing.T, members ...sandbox.User) *acctest.World {
	t.Helper()
	w := acctest.NewWorld(t)
	for _, member := range members {
		w.Add(member)
	}
	return w
}

// changedNobody fails the test if anybody was invited, changed or removed since the start.
func changedNobody(w *acctest.World) {
	w.T.Helper()
	for _, operation := range []string{"inviteUser", "replaceUserRoles", "deleteUser", "updateCurrentUser"} {
		w.Requested(operation, 0)
	}
}

func TestGuideAuditIsReadInsteadOfTheExitCode(t *testing.T) {
	t.Parallel()
	w := worldOf(t)
	const section = "A warning is not an exit code"
	c := guided(w, gitops, section)
	c.Apply().Quiet()
	id := w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	shell(c, 0, gitops, section)

	stranger := w.NewMember("mallory@example.org", "Mallory Stone", "analyst")
	if got := c.Plan("-detailed-exitcode", "-refresh=false").Code; got == 1 {
		t.Error("the plan fails")
	}
	shell(c, 1, gitops, section)
	w.Must(w.Remove(stranger))
	shell(c, 0, gitops, section)
	w.Must(w.SetRoles(id, "admin"))
	shell(c, 1, gitops, section)
	w.Must(w.SetRoles(id, "developer"))
	w.Must(w.Remove(id))
	shell(c, 1, gitops, section)
}

// A check that fails leaves the exit code 0.
func TestGuideCheckLeavesTheExitCode(t *testing.T) {
	t.Parallel()
	w := worldOf(t, abernathy)
	w.Add(sandbox.User{Email: moreau.Email, Name: moreau.Name, Roles: []string{"developer"}})
	c := guided(w, choosing, "Only report them")
	got := c.Plan("-detailed-exitcode")
	got.Warns(abernathy.Email)
	if got.Code != 0 {
		t.Error(got)
	}
}

// What is not recorded in time cannot be told from a stranger; an apply that only refreshes records it.
func TestGuideRecordsAcceptances(t *testing.T) {
	t.Parallel()
	for _, recorded := range []bool{false, true} {
		w := acctest.NewWorld(t)
		c := guided(w, choosing, "Joining and leaving happen here: membership")
		c.Apply().Quiet()
		id := w.Accept(moreau.Email)
		c.Plan().Quiet().Plans()
		if recorded {
			c.Apply("-refresh-only").Quiet()
			if got := c.ApplySaved(); got.Code == 0 || !strings.Contains(got.String(), "stale") {
				t.Error(got)
			}
		}
		w.Must(w.SetRoles(id, "analyst"))
		if !recorded {
			c.Plan().Fails(id, "import")
			w.Must(w.SetEmail(id, "ada@example.org"))
			c.Apply("-refresh-only").OK()
			c.Holds(adaMoreau, acctest.Values{"status": "invited"})
			rewrite(c, moreau.Email, "ada@example.org")
			c.Run("state", "rm", adaMoreau).OK()
			w.ResetLog()
			c.Import(adaMoreau, id).OK()
			c.Holds(adaMoreau, acctest.Values{"status": "active", "user_id": id})
			changedNobody(w)
			w.Must(w.SetRoles(id, "developer"))
			c.Plan().Quiet().Plans()
			continue
		}
		w.Must(w.SetEmail(id, "ada@example.org"))
		c.Plan().OK().Plans("update " + adaMoreau)
	}
}

func TestGuideContractorsLeaveAfterTheirLastDay(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	const noor, walter = `modelprime_membership.contractor["noor.haddad@example.net"]`, `modelprime_membership.contractor["walter.grimm@example.net"]`
	c := guided(w, temporary, "Contractors with an end date")
	rewrite(c, "2030-03-31", day(2), "2030-06-30", day(300))
	c.Apply().OK().Plans("create "+noor, "create "+walter).Warns("Noor Haddad on " + day(2)).Warnings(1)
	w.Accept("noor.haddad@example.net")
	w.Accept("walter.grimm@example.net")
	c.Plan().OK().Plans()

	c.Apply("-refresh-only").OK()
	rewrite(c, `"`+day(2), `"`+day(-1))
	c.Apply().Quiet().Plans("delete " + noor)
	w.HasMembers("walter.grimm@example.net")
	rewrite(c, `"`+day(300), `"`+day(0))
	c.Plan().OK().Plans()
}

// A revert brings back the line, and the person by a new invitation.
func TestGuideRevertOfAnOffboarding(t *testing.T) {
	t.Parallel()
	const section = "Joining and leaving happen here: membership"
	w := acctest.NewWorld(t)
	c := guided(w, choosing, section)
	c.Apply().Quiet()
	w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	follow(c, choosing)
	c.Apply().Quiet().Plans("delete " + adaMoreau)
	w.HasMembers()
	follow(c, choosing, section)
	c.Plan().OK().Plans("create " + adaMoreau)
	c.ApplySaved().Quiet()
	c.Holds(adaMoreau, acctest.Values{"status": "invited"})
	w.Emailed(moreau.Email, moreau.Email)

	// They had not answered when they left again, and do so afterwards.
	follow(c, choosing)
	c.Apply().OK().Warns("cannot be revoked")
	w.Accept(moreau.Email)
	w.HasMembers(moreau.Email)
	follow(c, choosing, section)
	c.Plan().Fails("Already a member", "import {")
}

// Whoever was removed elsewhere and is still configured is invited by the next apply.
func TestGuideRemovedByHand(t *testing.T) {
	t.Parallel()
	const section = "Joining and leaving happen here: membership"
	w := acctest.NewWorld(t)
	c := guided(w, choosing, section)
	c.Apply().Quiet()
	id := w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	rewrite(c, `"developer"`, `"admin"`)
	c.Plan().Quiet().Plans("update " + adaMoreau)
	w.Must(w.Remove(id))
	if got := c.ApplySaved(); got.Code == 0 {
		t.Error("the saved plan changed the roles of nobody")
	}
	c.Plan().OK().Plans("create "+adaMoreau).Warns(moreau.Email, "no longer a member")
	w.Emailed(moreau.Email)
	c.ApplySaved().OK()
	w.Emailed(moreau.Email, moreau.Email)
}

// First the people, then the roster: then a new domain is no request.
func TestGuideMailDomain(t *testing.T) {
	t.Parallel()
	const first, second = `modelprime_membership.this["ada"]`, `modelprime_membership.this["ruth"]`
	w := acctest.NewWorld(t)
	c := guided(w, coming, "A mail domain that changes")
	c.Apply().Quiet()
	ada, ruth := w.Accept("ada@example.com"), w.Accept("ruth@example.com")
	c.Apply("-refresh-only").Quiet()

	c.Env = append(c.Env, "MODELPRIME_MAX_REMOVALS=1")
	rewrite(c, `"example.com"`, `"example.org"`)
	c.Plan().Fails("MODELPRIME_MAX_REMOVALS")
	w.Must(w.SetEmail(ada, "ada@example.org"))
	w.Must(w.SetEmail(ruth, "ruth@example.org"))
	w.ResetLog()
	c.Apply().OK().Plans("update "+first, "update "+second)
	changedNobody(w)
	c.Plan().Quiet().Plans()
	w.HasMembers("ada@example.org", "ruth@example.org")
}

// Where the address is the key, a moved block says that it is the same person; the state can write it.
func TestGuideMovedAddress(t *testing.T) {
	t.Parallel()
	const section = "Where the key is the address"
	const moved = `modelprime_membership.this["ada@example.org"]`
	w := acctest.NewWorld(t)
	c := guided(w, coming, section)
	c.File("section0_block1.tf", "")
	rewrite(c, "ada@example.org", "ada@example.com")
	c.Apply().Quiet()
	id := w.Accept("ada@example.com")
	c.Apply("-refresh-only").Quiet()
	w.Must(w.SetEmail(id, "ada@example.org"))
	c.Plan().OK().Warns("ada@example.com", "ada@example.org").Plans()
	c.Plan("-refresh-only").Quiet()
	shell(c, 0, coming, section)
	written, err := os.ReadFile(filepath.Join(c.Dir, "moved.tf"))
	w.Must(err)

	rewrite(c, `"ada@example.com" =`, `"ada@example.org" =`)
	c.File("moved.tf", "")
	stops(c.Plan(), goneAndCreated, "moved {")
	c.File("moved.tf", string(written))
	c.Apply().OK().Plans("update " + moved)
	c.Holds(moved, acctest.Values{"user_id": id, "email": "ada@example.org"})
	w.HasMembers("ada@example.org")
	w.Emailed("ada@example.com")
}

// One person in two organizations is no conflict, and a token in the wrong place is refused.
func TestGuideSeveralOrganizations(t *testing.T) {
	t.Parallel()
	w := worldIn(t, "497f6eca-6276-4993-bfeb-53cbbbba6f08")
	other := worldIn(t, "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90")
	c := w.Installed("")
	follow(c, coming, "Several organizations")
	token := sandbox.DefaultEmail + ":" + sandbox.DefaultToken
	c.Env = []string{"TF_VAR_tokens={production=\"" + token + "\", staging=\"" + token + "\"}"}
	rewrite(c, `alias           = "production"`, `alias = "production"`+"\n  endpoint = \""+w.URL+sandbox.BasePath+`"`,
		`alias           = "staging"`, `alias = "staging"`+"\n  endpoint = \""+other.URL+sandbox.BasePath+`"`)
	c.Apply().Quiet()
	w.Emailed(moreau.Email)
	other.Emailed(moreau.Email)

	rewrite(c, w.URL, other.URL)
	stops(c.Plan(), "497f6eca-6276-4993-bfeb-53cbbbba6f08", "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90")
}

// worldIn is an organization with that id.
func worldIn(t *testing.T, id string) *acctest.World {
	t.Helper()
	return acctest.NewWorldWith(t, sandbox.Options{Organization: sandbox.Organization{
		ID: id, Name: "Example Robotics", ShortName: "robotics", CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "2026-01-01T00:00:00Z",
	}})
}

// The rule removes whom the roster does not know, and takes its addresses from the roster.
func TestGuideExclusiveMemberships(t *testing.T) {
	t.Parallel()
	w := worldOf(t, grimm)
	c := guided(w, choosing, "Nobody else: exclusive_memberships")
	c.Apply().Warns("Members who are not listed are removed: walter.grimm@example.net").Warnings(2)
	w.HasMembers()
	w.Emailed(moreau.Email, abernathy.Email)
	w.Accept(moreau.Email)
	c.Plan().Quiet().Plans()
}

// From a role assignment to a membership in one apply: nobody loses their roles on the way.
func TestGuideFromAnAssignmentToAMembership(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 7)
	w := worldOf(t, moreau)
	c := guided(w, choosing)
	const assignment = "resource \"modelprime_role_assignment\" \"ada\" {\n  email = \"ada.moreau@example.com\"\n  roles = [\"developer\"]\n}\n"
	c.File("assignment.tf", assignment)
	c.Apply().OK()
	follow(c, choosing, "Joining and leaving happen here: membership")
	c.File("assignment.tf", assignment)
	c.File("import.tf", "import {\n  to = modelprime_membership.ada\n  id = \"ada.moreau@example.com\"\n}\n")
	stops(c.Plan(), twoManage)
	c.File("assignment.tf", "removed {\n  from = modelprime_role_assignment.ada\n  lifecycle {\n    destroy = false\n  }\n}\n")
	w.ResetLog()
	c.Apply().OK()
	changedNobody(w)
	c.Plan().Quiet().Plans()
}

// The record of an invitation goes where the state goes, and no e-mail is sent for it; out of the state it is lost.
func TestGuideStateOfAPendingInvitation(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Run("state", "mv", theAda, "modelprime_membership.moved").OK()
	c.File("pulled.json", c.Run("state", "pull").OK().Printed)
	c.Run("state", "push", "-force", "pulled.json").OK()
	c.Config(strings.Replace(ada, `"ada" {`, `"moved" {`, 1))
	c.Apply().Quiet().Plans()
	w.Emailed("ada@example.com")
	c.Run("state", "rm", "modelprime_membership.moved").OK()
	c.Apply().Quiet()
	w.Emailed("ada@example.com", "ada@example.com")
}

// A provisioner that fails taints the membership, which untaint mends without another e-mail.
func TestGuideProvisionerThatFails(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const provisioner = "roles = [\"developer\"]\n  provisioner \"local-exec\" {\n    command = \"exit 1\"\n  }\n"
	c := w.CLI(strings.Replace(ada, "roles = [\"developer\"]", provisioner, 1))
	if r := c.Apply(); r.Code == 0 {
		t.Fatal(r)
	}
	c.Plan().OK().Plans("replace " + theAda)
	c.Run("untaint", theAda).OK()
	c.Plan().OK().Plans()
	w.Emailed("ada@example.com")
}
