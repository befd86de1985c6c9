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

// adas are two memberships of one person, in two spellings of her address.
const adas = `
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

// assigned is a role assignment beside a membership.
const assigned = `
resource "modelprime_role_assignment" "ada" {
  email = "Ada@example.com"
  roles = ["analyst"]
}
`

// Two new memberships of one person would e-mail them twice.
func TestTwoNewMembershipsOfOnePerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(adas)
	c.Plan().Fails(twoManage, "da@", "ignoring case", "modelprime_membership")
	c.Apply().Fails(twoManage)
	c.Config(team("ada@example.com", "Ada@example.com"))
	c.Plan().Fails(twoManage)
	w.Emailed()
}

// Two memberships that exist already would fight over the roles; so would a new one beside an old one.
func TestTwoMembershipsOfOneMember(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(strings.Replace(adas, "analyst", "developer", 1))
	stops(c.Plan(), twoManage, "da@", "("+id+")")
	c.Config(strings.Replace(adas, "analyst", "developer", 1) + "import {\n  to = modelprime_membership.twin\n  id = \"" + id + "\"\n}\n")
	c.Plan().Fails(twoManage, "("+id+")")
	w.Must(w.SetEmail(id, "lovelace@example.com"))
	c.Config(strings.NewReplacer("Ada@Example.com", "lovelace@example.com", "analyst", "developer").Replace(adas))
	stops(c.Plan(), twoManage, "lovelace@example.com", id)
	w.HasRoles("lovelace@example.com", "developer")
}

// Addresses that turn out to be one only at the apply: the first one counts.
func TestTwoAddressesThatAreNotKnownYetAreOnePerson(t *testing.T) {
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

// A membership and a role assignment of one person write one set of roles in turn.
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

// An assignment that is destroyed would revoke the roles which a membership gives.
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

// A membership that is destroyed would remove the person whom an assignment gives roles.
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

// An instance that becomes another person's lets go of the first one like one that is destroyed.
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

// stops fails the test unless the plan was stopped by this veto with these texts. Depending on the order in which
// Terraform plans, each of the two instances may be told, and a new membership that its member exists already.
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

// moved is the block of an error, with the addresses filled in.
func moved(t *testing.T, r *acctest.Report, from, to string) string {
	t.Helper()
	block := movedBlock.FindString(r.String())
	if !strings.Contains(block, "<old address>") {
		t.Fatalf("no moved block to fill in: %s", r)
	}
	return strings.NewReplacer("<old address>", from, "<new address>", to).Replace(block)
}

// A resource under another name is not another person: the error's block, with the addresses filled in, is the way.
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

// The same while she has not joined: she would be e-mailed again.
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

// A key of for_each that changed its case is the same person under another address of the configuration.
func TestForEachKeyThatChangedItsCase(t *testing.T) {
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
func TestCountThatMovesEverybodyByOne(t *testing.T) {
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

// Assignments are told apart in the same way: moved keeps the roles.
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

// What is destroyed together does not fight.
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

// Somebody has changed their own address, nobody has recorded it, and the configuration names a new instance for it. Terraform
// 1.11 plans the destruction of the old one by what the state says, and at any time beside the new one's creation.
func TestNewAddressThatNobodyRecordedIsNotTakenOver(t *testing.T) {
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
