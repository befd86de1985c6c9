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
	leaving        = "letting-people-go.md"
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

// With on_destroy = "keep" in the state, a removed block of configuration leaves the member unmanaged.
func TestGuideKeepsAMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := guided(w, gettingStarted, "Invite a person")
	c.Apply().Quiet()
	w.Accept(moreau.Email)
	c.Apply("-refresh-only").Quiet()
	follow(c, leaving, "Keep a member and stop managing them")
	c.Apply().Quiet().Plans("update " + adaMoreau)
	follow(c, leaving)
	c.Apply().OK().Plans("delete "+adaMoreau).Warns(moreau.Email, "does not remove the member")
	c.Lacks(adaMoreau)
	w.HasMembers(moreau.Email)
}

// An invitation is accepted after its membership was destroyed: the next plan names the member and its apply removes them.
func TestGuideRemovesALateJoiner(t *testing.T) {
	t.Parallel()
	w := worldOf(t, abernathy)
	w.Crowd(4)
	c := guided(w, leaving, "A person who was invited and has not joined")
	c.Apply().OK()
	w.NewMember("walter.grimm@example.net", "Walter Grimm", "analyst")
	c.Plan().OK().Warns("walter.grimm@example.net")
	c.ApplySaved().OK()
	if _, ok := w.Member("walter.grimm@example.net"); ok {
		t.Error("walter.grimm@example.net is still a member")
	}
	c.Plan().OK().Plans()
}

// The admin role ends on the configured day.
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

// A CSV file with empty cells sends one e-mail a person.
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

// The function takes a text that Terraform generates. An emptied group is stopped by the default cap.
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

// A for_each over people who are not members yet removes them once they join, as the guide warns.
func TestGuideForEachOverNonMembers(t *testing.T) {
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

// The members change their addresses first, then the roster: a new domain is no request.
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
	changedNoMember(w)
	c.Plan().Quiet().Plans()
	w.HasMembers("ada@example.org", "ruth@example.org")
}

// With the address as key, a moved block keeps the member; the guide's script writes it from the state.
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

// One person in two organizations is no conflict, and a token for the other organization is refused.
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

// worldIn makes an organization with this ID.
func worldIn(t *testing.T, id string) *acctest.World {
	t.Helper()
	return acctest.NewWorldWith(t, sandbox.Options{Organization: sandbox.Organization{
		ID: id, Name: "Example Robotics", ShortName: "robotics", CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "2026-01-01T00:00:00Z",
	}})
}

// The rule takes its addresses from the roster and removes other members.
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

// One apply changes a role assignment to a membership, and the member keeps their roles.
func TestGuideFromAnAssignmentToAMembership(t *testing.T) {
	t.Parallel()
	acctest.NeedsRemoved(t)
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
	changedNoMember(w)
	c.Plan().Quiet().Plans()
}

// The record of an invitation moves with the state and no e-mail is sent. After state rm the person is invited again.
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

// A failed provisioner taints the membership; untaint repairs it without an e-mail.
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
