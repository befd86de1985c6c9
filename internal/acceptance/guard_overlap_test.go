package acceptance

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

const (
	twoManage      = "Two resources manage one person"
	goneAndCreated = "One person is destroyed and created in one run"
	goneAndKept    = "One person is let go of and kept in one run"
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
	w := newWorld(t)
	c := w.cli(adas)
	c.plan().fails(twoManage, "da@", "upper and lower case", "modelprime_membership")
	c.apply().fails(twoManage)
	c.config(team("ada@example.com", "Ada@example.com"))
	c.plan().fails(twoManage)
	w.mails()
}

// Two memberships that exist already would fight over the roles; so would a new one beside an old one.
func TestTwoMembershipsOfOneMember(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.config(strings.Replace(adas, "analyst", "developer", 1))
	c.plan().stops(twoManage, "da@", "("+id+")")
	c.config(strings.Replace(adas, "analyst", "developer", 1) + "import {\n  to = modelprime_membership.twin\n  id = \"" + id + "\"\n}\n")
	c.plan().fails(twoManage, "("+id+")")
	w.must(w.SetEmail(id, "lovelace@example.com"))
	c.config(strings.NewReplacer("Ada@Example.com", "lovelace@example.com", "analyst", "developer").Replace(adas))
	c.plan().stops(twoManage, "lovelace@example.com", id)
	w.roles("lovelace@example.com", "developer")
}

// Addresses that turn out to be one only at the apply: the first one counts.
func TestTwoAddressesThatAreNotKnownYetAreOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(`
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
	c.plan().ok()
	c.applySaved().fails(twoManage, "ada@example.com")
	w.mails("ada@example.com")
}

// A membership and a role assignment of one person write one set of roles in turn.
func TestMembershipAndAssignmentOfOnePerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "analyst")
	both := []string{twoManage, "modelprime_membership", "modelprime_role_assignment"}
	w.cli(adopted + assigned).plan().fails(both...)
	w.cli(adopted + byID(id, "")).plan().fails(both...)
	w.cli(assigned+strings.ReplaceAll(assigned, `"ada"`, `"twin"`)).plan().fails(twoManage, "a modelprime_role_assignment and a modelprime_role_assignment")

	c := w.cli(adopted)
	c.apply().ok()
	c.config(adopted + assigned)
	c.plan().fails(append(both, id)...)
	d := w.cli(assigned)
	d.apply().quiet()
	d.config(adopted + assigned)
	d.plan().fails(append(both, id)...)
	w.roles("ada@example.com", "analyst")
}

// An assignment that is destroyed would revoke the roles which a membership gives.
func TestAssignmentDestroyedBesideAMembership(t *testing.T) {
	t.Parallel()
	needsRemoved(t)
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "analyst")
	c := w.cli(assigned)
	c.apply().quiet()
	c.config(adopted)
	c.plan().fails(goneAndKept, "ADA@example.com", "modelprime_role_assignment", "revoke all their roles", "removed block", "terraform state rm")
	c.config(adopted + "removed {\n  from = " + adasRoles + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	c.apply().ok().plans("create "+theAda, "remove "+adasRoles)
	w.roles("ada@example.com", "developer", "analyst")

	d := w.cli(byID(id, `"developer", "analyst"`))
	d.apply().quiet()
	d.config(adopted + "import {\n  to = " + theAda + "\n  id = \"" + id + "\"\n}\n")
	d.plan().fails(goneAndKept, id, "revoke all their roles")
	w.roles("ada@example.com", "developer", "analyst")
}

// A membership that is destroyed would remove the person whom an assignment gives roles.
func TestMembershipDestroyedBesideAnAssignment(t *testing.T) {
	t.Parallel()
	needsRemoved(t)
	w, c, id := joinedAda(t)
	for _, config := range []string{assigned, byID(id, `"analyst"`)} {
		c.config(config)
		c.plan().fails(goneAndKept, id, "modelprime_membership", "remove them from the organization", "removed block")
	}
	c.config(assigned + "removed {\n  from = " + theAda + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	c.apply().ok()
	w.roles("ada@example.com", "analyst")
}

// An instance that becomes another person's lets go of the first one like one that is destroyed.
func TestReplacedBesideAnotherInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.member("ada@example.com", "Ada Marsh", "analyst")
	w.member("kai@example.com", "Kai Gripper", "analyst")
	c := w.cli(assigned)
	c.apply().quiet()
	c.config(adopted + strings.Replace(assigned, "Ada@", "kai@", 1))
	c.plan().stops(goneAndKept, "Ada@example.com", "revoke all their roles")
	d := w.cli(adopted)
	d.apply().ok()
	d.config(strings.Replace(adopted, "ADA@", "kai@", 1) + assigned)
	d.plan().stops(goneAndKept, "ADA@example.com", "remove them from the organization")
	w.members("ada@example.com", "kai@example.com")
	w.roles("kai@example.com", "analyst")
}

// stops fails the test unless the plan was stopped by this veto with these texts. Depending on the order in which
// Terraform plans, each of the two instances may be told, and a new membership that its member exists already.
func (r *report) stops(texts ...string) *report {
	r.t.Helper()
	vetoes := slices.DeleteFunc(r.all("error"), func(d diag) bool { return d.Summary == "Already a member" })
	another := func(d diag) bool { return !holdsAll(d, texts) }
	if r.code == 0 || len(vetoes) == 0 || slices.ContainsFunc(vetoes, another) {
		r.t.Errorf("want to be stopped by %q: %s", texts, r)
	}
	return r
}

var movedBlock = regexp.MustCompile(`(?s)moved \{.*?\n\}\n`)

// moved is the block of an error, with the addresses filled in.
func moved(t *testing.T, r *report, from, to string) string {
	t.Helper()
	block := movedBlock.FindString(r.String())
	if !strings.Contains(block, "<the address that goes away>") {
		t.Fatalf("no moved block to fill in: %s", r)
	}
	return strings.NewReplacer("<the address that goes away>", from, "<the address that is new>", to).Replace(block)
}

// A resource under another name is not another person: the error's block, with the addresses filled in, is the way.
func TestRenamedResource(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	renamed := strings.Replace(ada, `"ada"`, `"lovelace"`, 1)
	c.config(renamed)
	r := c.plan().stops(goneAndCreated, "ada@example.com", id)
	c.apply().stops(goneAndCreated)
	c.config(renamed + moved(t, r, "ada", "lovelace"))
	c.apply().quiet()
	c.lacks(theAda)
	c.holds("modelprime_membership.lovelace", values{"user_id": id})
	w.members("ada@example.com")
	w.mails("ada@example.com")
}

// The same while she has not joined: she would be e-mailed again.
func TestRenamedResourceOfAnInvitedPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	renamed := strings.Replace(ada, `"ada"`, `"lovelace"`, 1)
	c.config(renamed)
	r := c.plan().fails(goneAndCreated, "ada@example.com")
	c.config(renamed + moved(t, r, "ada", "lovelace"))
	c.apply().quiet()
	c.plan().quiet().plans()
	w.mails("ada@example.com")
}

// A key of for_each that changed its case is the same person under another address of the configuration.
func TestForEachKeyThatChangedItsCase(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(team("ada@example.com", "kai@example.com"))
	c.apply().quiet()
	w.accept("ada@example.com")
	c.config(team("Ada@example.com", "kai@example.com"))
	r := c.plan().stops(goneAndCreated, "da@example.com", "another case")
	c.config(team("Ada@example.com", "kai@example.com") + moved(t, r, `team["ada@example.com"]`, `team["Ada@example.com"]`))
	c.apply().quiet()
	c.plan().quiet().plans()
	w.members("ada@example.com")
	w.mails("ada@example.com", "kai@example.com")
}

// Count moves everybody by one when the first leaves: each would be removed and invited again.
func TestCountThatMovesEverybodyByOne(t *testing.T) {
	t.Parallel()
	counted := func(emails ...string) string {
		return "locals {\n  emails = [\"" + strings.Join(emails, `", "`) + "\"]\n}\n" + `
resource "modelprime_membership" "team" {
  count = length(local.emails)
  email = local.emails[count.index]
  name  = "Somebody Else"
  roles = ["developer"]
}
`
	}
	w := newWorld(t)
	c := w.cli(counted(crew(3)...))
	joinCrew(w, c, 3)
	c.config(counted(crew(3)[1:]...))
	if r := c.plan(); !strings.Contains(r.String(), goneAndCreated) || !strings.Contains(r.String(), "moved {") {
		t.Errorf("want %q: %s", goneAndCreated, r)
	}
	w.members(crew(3)...)
}

// Assignments are told apart in the same way: moved keeps the roles.
func TestRenamedAssignment(t *testing.T) {
	t.Parallel()
	w, c, id := assignedAda(t)
	renamed := strings.Replace(byEmail, `"ada"`, `"lovelace"`, 1)
	c.config(renamed)
	r := c.plan().fails(goneAndCreated, id, "their roles stay")
	c.config(renamed + moved(t, r, "ada", "lovelace"))
	c.apply().quiet()
	c.lacks(adasRoles)
	w.roles("ada@example.com", "developer")
	w.asked("replaceUserRoles", 1)
}

// What is destroyed together does not fight.
func TestDestroyingBothIsAllowed(t *testing.T) {
	t.Parallel()
	for _, arguments := range [][]string{{"-destroy"}, {"-destroy", "-refresh=false"}} {
		w, c, id := joinedAda(t)
		c.config(ada + assigned)
		c.importID(adasRoles, id).ok()
		c.config("")
		c.plan().quiet().plans("delete "+theAda, "delete "+adasRoles)
		c.plan(arguments...).quiet().plans("delete "+theAda, "delete "+adasRoles)
		c.applySaved().quiet()
		w.members()
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
			w.must(w.SetEmail(id, "ada@example.org"))
			w.ResetLog()
			c.config(strings.NewReplacer(`"ada"`, `"lovelace"`, "ada@example.com", "ada@example.org").Replace(config))
			for range 5 {
				if r := c.plan(); r.code == 0 || !strings.Contains(r.String(), goneAndCreated) {
					t.Error(r)
				}
			}
			w.asked("deleteUser", 0)
		})
	}
}
