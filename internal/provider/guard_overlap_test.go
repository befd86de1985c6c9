package provider_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

const (
	twoManage      = "Two resources manage one person"
	goneAndCreated = "One person is destroyed and created in one run"
	goneAndKept    = "One person is destroyed and kept in one run"
)

// twoAdas are two memberships of one person, with two spellings of her address.
const twoAdas = `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["developer"]
}
resource "modelprime_membership" "twin" {
  email = "Ada@Example.com"
  name  = "Ada Marsh"
  roles = ["analyst"]
}
`

// assigned is Ada's role assignment.
const assigned = `
resource "modelprime_role_assignment" "ada" {
  email = "Ada@example.com"
  roles = ["analyst"]
}
`

// Two new memberships of one person would send two invitations.
func TestTwoNewMembershipsOfOnePerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(twoAdas)
	c.Plan().Fails(twoManage, "da@", "ignoring case", "modelprime_membership")
	c.Apply().Fails(twoManage)
	c.Config(team("ada@example.com", "Ada@example.com"))
	c.Plan().Fails(twoManage)
	w.Emailed()
}

// Two existing memberships of one member would conflict; so would a new and an existing one.
func TestTwoMembershipsOfOneMember(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(strings.Replace(twoAdas, "analyst", "developer", 1))
	stops(c.Plan(), twoManage, "da@", "("+id+")")
	c.Config(strings.Replace(twoAdas, "analyst", "developer", 1) + "import {\n  to = modelprime_membership.twin\n  id = \"" + id + "\"\n}\n")
	c.Plan().Fails(twoManage, "("+id+")")
	w.Must(w.SetEmail(id, "lovelace@example.com"))
	c.Config(strings.NewReplacer("Ada@Example.com", "lovelace@example.com", "analyst", "developer").Replace(twoAdas))
	stops(c.Plan(), twoManage, "lovelace@example.com", id)
	w.HasRoles("lovelace@example.com", "developer")
}

// Two unknown addresses turn out to be the same at the apply: the first instance invites, the second one fails.
func TestTwoUnknownAddressesOfOnePerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "terraform_data" "address" {
  for_each = toset(["one", "two"])
  input    = "ada@example.com"
}
resource "modelprime_membership" "team" {
  for_each = toset(["one", "two"])
  email    = terraform_data.address[each.key].output
  name     = "Ada Marsh"
  roles    = ["developer"]
}
`)
	c.Plan().OK()
	c.ApplySaved().Fails(twoManage, "ada@example.com")
	w.Emailed("ada@example.com")
}

// A membership and a role assignment of one person would overwrite each other's roles.
func TestMembershipAndAssignmentOfOnePerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	both := []string{twoManage, "modelprime_membership", "modelprime_role_assignment"}
	w.CLI(adopted + assigned).Plan().Fails(both...)
	w.CLI(adopted + byID(id, "")).Plan().Fails(both...)
	w.CLI(assigned+strings.ReplaceAll(assigned, `"ada"`, `"twin"`)).Plan().Fails(twoManage, "two instances of modelprime_role_assignment")

	c := w.CLI(adopted)
	c.Apply().OK()
	c.Config(adopted + assigned)
	c.Plan().Fails(append(both, id)...)
	d := w.CLI(assigned)
	d.Apply().Quiet()
	d.Config(adopted + assigned)
	d.Plan().Fails(append(both, id)...)
	w.HasRoles("ada@example.com", "analyst")
}

// The destruction of an assignment would revoke the roles that a membership sets.
func TestAssignmentDestroyedBesideAMembership(t *testing.T) {
	t.Parallel()
	acctest.NeedsRemoved(t)
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	c := w.CLI(assigned)
	c.Apply().Quiet()
	c.Config(adopted)
	c.Plan().Fails(goneAndKept, "Ada@example.com", "modelprime_role_assignment", "revoke all their roles", "removed block", "terraform state rm")
	c.Config(adopted + "removed {\n  from = " + adasRoles + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	c.Apply().OK().Plans("create "+theAda, "remove "+adasRoles)
	w.HasRoles("ada@example.com", "developer", "analyst")

	d := w.CLI(byID(id, `"developer", "analyst"`))
	d.Apply().Quiet()
	d.Config(adopted + "import {\n  to = " + theAda + "\n  id = \"" + id + "\"\n}\n")
	d.Plan().Fails(goneAndKept, id, "revoke all their roles")
	w.HasRoles("ada@example.com", "developer", "analyst")
}

// The destruction of a membership would remove a member whose roles an assignment sets.
func TestMembershipDestroyedBesideAnAssignment(t *testing.T) {
	t.Parallel()
	acctest.NeedsRemoved(t)
	w, c, id := joinedAda(t)
	for _, config := range []string{assigned, byID(id, `"analyst"`)} {
		c.Config(config)
		c.Plan().Fails(goneAndKept, id, "modelprime_membership", "remove them from the organization", "removed block")
	}
	c.Config(assigned + "removed {\n  from = " + theAda + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	c.Apply().OK()
	w.HasRoles("ada@example.com", "analyst")
}

// An instance that changes to another person gives up the first one, like a destroyed one.
func TestReplacedBesideAnotherInstance(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "analyst")
	w.NewMember("kai@example.com", "Kai Gripper", "analyst")
	c := w.CLI(assigned)
	c.Apply().Quiet()
	c.Config(adopted + strings.Replace(assigned, "Ada@", "kai@", 1))
	stops(c.Plan(), goneAndKept, "Ada@example.com", "revoke all their roles")
	d := w.CLI(adopted)
	d.Apply().OK()
	d.Config(strings.Replace(adopted, "ADA@", "kai@", 1) + assigned)
	stops(d.Plan(), goneAndKept, "ADA@example.com", "remove them from the organization")
	w.HasMembers("ada@example.com", "kai@example.com")
	w.HasRoles("kai@example.com", "analyst")
}

// stops fails the test unless the plan was stopped by an error with these texts. Depending on the order of planning, each of
// the two instances may report it, and a new membership may report that its member exists already.
func stops(r *acctest.Report, texts ...string) *acctest.Report {
	r.T.Helper()
	vetoes := slices.DeleteFunc(r.All("error"), func(d acctest.Diag) bool { return d.Summary == "Already a member" })
	another := func(d acctest.Diag) bool { return !acctest.HoldsAll(d, texts) }
	if r.Code == 0 || len(vetoes) == 0 || slices.ContainsFunc(vetoes, another) {
		r.T.Errorf("want to be stopped by %q: %s", texts, r)
	}
	return r
}

var movedBlock = regexp.MustCompile(`(?s)moved \{.*?\n\}\n`)

// moved returns the error's moved block with the addresses filled in.
func moved(t *testing.T, r *acctest.Report, from, to string) string {
	t.Helper()
	block := movedBlock.FindString(r.String())
	if !strings.Contains(block, "<old address>") {
		t.Fatalf("no moved block to fill in: %s", r)
	}
	return strings.NewReplacer("<old address>", from, "<new address>", to).Replace(block)
}

// A renamed resource is an error with a moved block; with that block the member stays.
func TestRenamedResource(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	renamed := strings.Replace(ada, `"ada"`, `"lovelace"`, 1)
	c.Config(renamed)
	r := stops(c.Plan(), goneAndCreated, "ada@example.com", id)
	stops(c.Apply(), goneAndCreated)
	c.Config(renamed + moved(t, r, "ada", "lovelace"))
	c.Apply().Quiet()
	c.Lacks(theAda)
	c.Holds("modelprime_membership.lovelace", acctest.Values{"user_id": id})
	w.HasMembers("ada@example.com")
	w.Emailed("ada@example.com")
}

// The same for an invited person, who would be e-mailed again.
func TestRenamedResourceOfAnInvitedPerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	renamed := strings.Replace(ada, `"ada"`, `"lovelace"`, 1)
	c.Config(renamed)
	r := c.Plan().Fails(goneAndCreated, "ada@example.com")
	c.Config(renamed + moved(t, r, "ada", "lovelace"))
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.Emailed("ada@example.com")
}

// A for_each key that changed its case stands for the same person.
func TestForEachKeyWithChangedCase(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(team("ada@example.com", "kai@example.com"))
	c.Apply().Quiet()
	w.Accept("ada@example.com")
	c.Config(team("Ada@example.com", "kai@example.com"))
	r := stops(c.Plan(), goneAndCreated, "da@example.com", "another case")
	c.Config(team("Ada@example.com", "kai@example.com") + moved(t, r, `team["ada@example.com"]`, `team["Ada@example.com"]`))
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.HasMembers("ada@example.com")
	w.Emailed("ada@example.com", "kai@example.com")
}

// With count, each instance after a removed one gets the next person. The error's advice, for_each with a moved block for each
// index that stays, removes only the person who left the list.
func TestCountThatShiftsMembers(t *testing.T) {
	t.Parallel()
	counted := func(emails ...string) string {
		return "locals {\n  emails = [\"" + strings.Join(emails, `", "`) + "\"]\n}\n" + `
resource "modelprime_membership" "team" {
  count = length(local.emails)
  email = local.emails[count.index]
  name  = "Crew Member"
  roles = ["developer"]
}
`
	}
	w := acctest.NewWorld(t)
	c := w.CLI(counted(crew(3)...))
	joinCrew(w, c, 3)
	c.Config(counted(crew(3)[1:]...))
	r := c.Plan()
	if !strings.Contains(r.String(), goneAndCreated) || !strings.Contains(r.String(), `from = modelprime_membership.<name>[1] to = modelprime_membership.<name>["ada@example.com"]`) {
		t.Errorf("want %q: %s", goneAndCreated, r)
	}
	w.HasMembers(crew(3)...)

	keyed := team(crew(3)[1:]...)
	for i, email := range crew(3)[1:] {
		keyed += fmt.Sprintf("moved {\n  from = modelprime_membership.team[%d]\n  to   = modelprime_membership.team[%q]\n}\n", i+1, email)
	}
	c.Config(keyed, "max_removals = 1")
	c.Apply().OK()
	c.Plan().Quiet().Plans()
	w.HasMembers(crew(3)[1:]...)
	w.Emailed(crew(3)...)
}

// The same for an assignment: with the moved block the roles stay.
func TestRenamedAssignment(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	renamed := strings.Replace(byEmail, `"ada"`, `"lovelace"`, 1)
	c.Config(renamed)
	r := c.Plan().Fails(goneAndCreated, id, "their roles stay")
	c.Config(renamed + moved(t, r, "ada", "lovelace"))
	c.Apply().Quiet()
	c.Lacks(adasRoles)
	w.HasRoles("ada@example.com", "developer")
	w.Requested("replaceUserRoles", 1)
}

// A membership and an assignment of one person may be destroyed together.
func TestDestroyingBothIsAllowed(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"-destroy"}, {"-destroy", "-refresh=false"}} {
		w, c, id := joinedAda(t)
		c.Config(ada + assigned)
		c.Import(adasRoles, id).OK()
		c.Config("")
		c.Plan().OK().Warns("stays a member without roles", id, "developer").Warnings(1).Plans("delete "+theAda, "delete "+adasRoles)
		c.Plan(arguments...).OK().Warnings(1).Plans("delete "+theAda, "delete "+adasRoles)
		c.ApplySaved().Quiet()
		w.HasMembers()
	}
}

// A member changed their address, no refresh recorded it, and the configuration has a new instance for it. Terraform 1.11
// plans the destruction of the old instance from the state, in any order with the creation of the new one.
func TestUnrecordedNewAddressIsNotTakenOver(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{"adopted": adopting, "invited": ada} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := joinedAda(t)
			w.Must(w.SetEmail(id, "ada@example.org"))
			w.ResetLog()
			c.Config(strings.NewReplacer(`"ada"`, `"lovelace"`, "ada@example.com", "ada@example.org").Replace(config))
			for range 5 {
				if r := c.Plan(); r.Code == 0 || !strings.Contains(r.String(), goneAndCreated) {
					t.Error(r)
				}
			}
			w.Requested("deleteUser", 0)
		})
	}
}
