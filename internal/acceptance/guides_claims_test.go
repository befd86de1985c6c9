package acceptance

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const (
	gettingStarted = "getting-started.md"
	adoptingAll    = "adopting-an-organization.md"
	gitops         = "gitops.md"
	coming         = "people-come-and-go.md"
	choosing       = "choosing.md"
)

const adaMoreau = "modelprime_membership.ada"

func TestGuideGettingStarted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.guided(gettingStarted, "Connect")
	c.apply().quiet()
	if got := c.output("connected_to"); !strings.HasPrefix(got, "Example Robotics (") || !strings.HasSuffix(got, "as "+sandbox.DefaultEmail) {
		t.Error(got)
	}

	c.follow(gettingStarted, "Connect", "Invite somebody")
	c.apply().quiet()
	c.plan().quiet().plans()
	w.mails(moreau.Email)
	if got := c.output("ada"); got != "invited" {
		t.Error(got)
	}

	id := w.accept(moreau.Email)
	c.apply("-refresh-only").quiet()
	if got := c.output("ada"); got != "active" {
		t.Error(got)
	}
	w.must(w.SetRoles(id, "admin"))
	w.must(w.SetEmail(id, "ada@example.org"))
	c.apply().ok().plans("update "+adaMoreau).warns(moreau.Email, "ada@example.org")
	w.roles("ada@example.org", "developer")

	c.follow(gettingStarted, "Connect")
	c.apply().ok().plans("delete " + adaMoreau)
	w.members()
	w.mails(moreau.Email)
}

func TestGuideLetsSomebodyGoWithoutRemovingThem(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 7)
	w := newWorld(t)
	c := w.guided(gettingStarted, "Invite somebody")
	c.apply().quiet()
	w.accept(moreau.Email)
	c.apply("-refresh-only").quiet()
	c.follow(gettingStarted, "Let somebody go")
	c.apply().ok()
	c.lacks(adaMoreau)
	w.members(moreau.Email)
}

// The query's way, with limits that forbid to invite and to remove.
func TestGuideAdoptsByAQuery(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 14)
	w := worldOf(t, moreau, abernathy)
	c := w.guided(adoptingAll, "Adopting an existing organization", "By a query")
	c.run("query", "-no-color", "-generate-config-out=members.tf").ok()
	c.plan().quiet().plans("import modelprime_membership.all_0", "import modelprime_membership.all_1", "import modelprime_membership.all_2")
	c.applySaved().quiet()
	c.plan().quiet().plans()
	w.changedNobody()
}

// The roster's way: Terraform writes it, and imports whom it has written down.
func TestGuideAdoptsByARoster(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 7)
	w := worldOf(t, moreau, abernathy)
	w.must(w.SetEmail(abernathy.ID, "Ruth.Abernathy@example.com"))
	w.member("idle@example.com", "Idle Wheel")
	const limits = "Adopting an existing organization"
	c := w.guided(adoptingAll, limits, "Write the roster")
	c.apply().quiet()
	roster := c.output("roster")
	if idle := c.run("output", "-json", "without_roles").ok().printed; !strings.Contains(idle, "idle@example.com") || strings.Contains(roster, "idle") {
		t.Errorf("without roles: %s, in the roster:\n%s", idle, roster)
	}
	if !strings.Contains(roster, `"username-password"`) || !strings.Contains(roster, `"google-oauth2"`) {
		t.Errorf("the roster does not say how people log in:\n%s", roster)
	}
	c.file("roster.yaml", roster+"\n")

	c.follow(adoptingAll, limits, "Import it")
	const first, second = `modelprime_membership.this["ada.moreau@example.com"]`, `modelprime_membership.this["ruth.abernathy@example.com"]`
	c.apply().quiet().plans("import "+first, "import "+second)
	c.plan().quiet().plans()
	w.changedNobody()

	c.file("roster.yaml", roster+"\nnoor@example.com: {name: Noor Haddad, roles: [analyst]}\n")
	c.plan().fails("noor@example.com", "max_invitations")
	w.must(w.SetEmail(moreau.ID, "ruth.abernathy@example.com"))
	c.follow(adoptingAll, limits, "Write the roster")
	if got := c.run("plan", "-no-color", "-input=false"); got.code == 0 || !strings.Contains(got.printed, "Duplicate object key") {
		t.Error(got.printed)
	}
}

func TestGuideAdoptsPersonByPerson(t *testing.T) {
	t.Parallel()
	w := worldOf(t, moreau, grimm)
	c := w.guided(adoptingAll, "Person by person")
	c.plan().ok().warns(grimm.Email, "taken over").warnings(1)
	c.applySaved().ok()
	w.mails()
	w.members(moreau.Email, grimm.Email)
	w.roles(moreau.Email, "developer")
	w.roles(grimm.Email, "analyst")
	c.plan().quiet().plans()
}

// worldOf is an organization with these members.
func worldOf(t *testing.T, members ...sandbox.User) *world {
	t.Helper()
	w := newWorld(t)
	for _, member := range members {
		_, err := w.AddMember(member)
		w.must(err)
	}
	return w
}

// changedNobody fails the test if anybody was invited, changed or removed since the start.
func (w *world) changedNobody() {
	w.t.Helper()
	for _, operation := range []string{"inviteUser", "replaceUserRoles", "deleteUser", "updateCurrentUser"} {
		w.asked(operation, 0)
	}
}

func TestGuideAuditIsReadInsteadOfTheExitCode(t *testing.T) {
	t.Parallel()
	w := worldOf(t)
	const section = "A warning is not an exit code"
	c := w.guided(gitops, section)
	c.apply().quiet()
	id := w.accept(moreau.Email)
	c.apply("-refresh-only").quiet()
	c.shell(0, gitops, section)

	stranger := w.member("mallory@example.org", "Mallory Stone", "analyst")
	if got := c.plan("-detailed-exitcode", "-refresh=false").code; got == 1 {
		t.Error("the plan fails")
	}
	c.shell(1, gitops, section)
	w.must(w.Remove(stranger))
	c.shell(0, gitops, section)
	w.must(w.SetRoles(id, "admin"))
	c.shell(1, gitops, section)
	w.must(w.SetRoles(id, "developer"))
	w.must(w.Remove(id))
	c.shell(1, gitops, section)
}

// A check that fails leaves the exit code 0.
func TestGuideCheckLeavesTheExitCode(t *testing.T) {
	t.Parallel()
	w := worldOf(t, abernathy)
	_, err := w.AddMember(sandbox.User{Email: moreau.Email, Name: moreau.Name, Roles: []string{"developer"}})
	w.must(err)
	c := w.guided(choosing, "Only report them")
	got := c.plan("-detailed-exitcode")
	got.warns(abernathy.Email)
	if got.code != 0 {
		t.Error(got)
	}
}

// What is not recorded in time cannot be told from a stranger; an apply that only refreshes records it.
func TestGuideRecordsAcceptances(t *testing.T) {
	t.Parallel()
	for _, recorded := range []bool{false, true} {
		w := newWorld(t)
		c := w.guided(choosing, "Joining and leaving happen here: membership")
		c.apply().quiet()
		id := w.accept(moreau.Email)
		c.plan().quiet().plans()
		if recorded {
			c.apply("-refresh-only").quiet()
			if got := c.applySaved(); got.code == 0 || !strings.Contains(got.String(), "stale") {
				t.Error(got)
			}
		}
		w.must(w.SetRoles(id, "analyst"))
		if !recorded {
			c.plan().fails(id, "import")
			w.must(w.SetEmail(id, "ada@example.org"))
			c.apply("-refresh-only").ok()
			c.holds(adaMoreau, values{"status": "invited"})
			c.rewrite(moreau.Email, "ada@example.org")
			c.run("state", "rm", adaMoreau).ok()
			w.ResetLog()
			c.importID(adaMoreau, id).ok()
			c.holds(adaMoreau, values{"status": "active", "user_id": id})
			w.changedNobody()
			w.must(w.SetRoles(id, "developer"))
			c.plan().quiet().plans()
			continue
		}
		w.must(w.SetEmail(id, "ada@example.org"))
		c.plan().ok().plans("update " + adaMoreau)
	}
}

func TestGuideContractorsLeaveAfterTheirLastDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	day := func(days int) string { return time.Now().UTC().AddDate(0, 0, days).Format(time.DateOnly) }
	const noor, walter = `modelprime_membership.contractor["noor.haddad@example.net"]`, `modelprime_membership.contractor["walter.grimm@example.net"]`
	c := w.guided(coming, "Contractors with an end date")
	c.rewrite("2030-03-31", day(2), "2030-06-30", day(300))
	c.apply().ok().plans("create "+noor, "create "+walter).warns("Noor Haddad on " + day(2)).warnings(1)
	w.accept("noor.haddad@example.net")
	w.accept("walter.grimm@example.net")
	c.plan().ok().plans()

	c.apply("-refresh-only").ok()
	c.rewrite(`"`+day(2), `"`+day(-1))
	c.apply().quiet().plans("delete " + noor)
	w.members("walter.grimm@example.net")
	c.rewrite(`"`+day(300), `"`+day(0))
	c.plan().ok().plans()
}

// A revert brings back the line, and the person by a new invitation.
func TestGuideRevertOfAnOffboarding(t *testing.T) {
	t.Parallel()
	const section = "Joining and leaving happen here: membership"
	w := newWorld(t)
	c := w.guided(choosing, section)
	c.apply().quiet()
	w.accept(moreau.Email)
	c.apply("-refresh-only").quiet()
	c.follow(choosing)
	c.apply().quiet().plans("delete " + adaMoreau)
	w.members()
	c.follow(choosing, section)
	c.plan().ok().plans("create " + adaMoreau)
	c.applySaved().quiet()
	c.holds(adaMoreau, values{"status": "invited"})
	w.mails(moreau.Email, moreau.Email)

	// They had not answered when they left again, and do so afterwards.
	c.follow(choosing)
	c.apply().ok().warns("cannot be revoked")
	w.accept(moreau.Email)
	w.members(moreau.Email)
	c.follow(choosing, section)
	c.plan().fails("Already a member", "import {")
}

// Whoever was removed elsewhere and is still configured is invited by the next apply.
func TestGuideRemovedByHand(t *testing.T) {
	t.Parallel()
	const section = "Joining and leaving happen here: membership"
	w := newWorld(t)
	c := w.guided(choosing, section)
	c.apply().quiet()
	id := w.accept(moreau.Email)
	c.apply("-refresh-only").quiet()
	c.rewrite(`"developer"`, `"admin"`)
	c.plan().quiet().plans("update " + adaMoreau)
	w.must(w.Remove(id))
	if got := c.applySaved(); got.code == 0 {
		t.Error("the saved plan changed the roles of nobody")
	}
	c.plan().ok().plans("create "+adaMoreau).warns(moreau.Email, "no longer a member")
	w.mails(moreau.Email)
	c.applySaved().ok()
	w.mails(moreau.Email, moreau.Email)
}

// First the people, then the roster: then a new domain is no request.
func TestGuideMailDomain(t *testing.T) {
	t.Parallel()
	const first, second = `modelprime_membership.this["ada"]`, `modelprime_membership.this["ruth"]`
	w := newWorld(t)
	c := w.guided(coming, "A mail domain that changes")
	c.apply().quiet()
	ada, ruth := w.accept("ada@example.com"), w.accept("ruth@example.com")
	c.apply("-refresh-only").quiet()

	c.env = append(c.env, "MODELPRIME_MAX_REMOVALS=1")
	c.rewrite(`"example.com"`, `"example.org"`)
	c.plan().fails("MODELPRIME_MAX_REMOVALS")
	w.must(w.SetEmail(ada, "ada@example.org"))
	w.must(w.SetEmail(ruth, "ruth@example.org"))
	w.ResetLog()
	c.apply().ok().plans("update "+first, "update "+second)
	w.changedNobody()
	c.plan().quiet().plans()
	w.members("ada@example.org", "ruth@example.org")
}

// Where the address is the key, a moved block says that it is the same person; the state can write it.
func TestGuideMovedAddress(t *testing.T) {
	t.Parallel()
	const section = "Where the key is the address"
	const moved = `modelprime_membership.this["ada@example.org"]`
	w := newWorld(t)
	c := w.guided(coming, section)
	c.file("section0_block1.tf", "")
	c.rewrite("ada@example.org", "ada@example.com")
	c.apply().quiet()
	id := w.accept("ada@example.com")
	c.apply("-refresh-only").quiet()
	w.must(w.SetEmail(id, "ada@example.org"))
	c.plan().ok().warns("ada@example.com", "ada@example.org").plans()
	c.plan("-refresh-only").quiet()
	c.shell(0, coming, section)
	written, err := os.ReadFile(filepath.Join(c.dir, "moved.tf"))
	w.must(err)

	c.rewrite(`"ada@example.com" =`, `"ada@example.org" =`)
	c.file("moved.tf", "")
	c.plan().stops(goneAndCreated, "moved {")
	c.file("moved.tf", string(written))
	c.apply().ok().plans("update " + moved)
	c.holds(moved, values{"user_id": id, "email": "ada@example.org"})
	w.members("ada@example.org")
	w.mails("ada@example.com")
}

// One person in two organizations is no conflict, and a token in the wrong place is refused.
func TestGuideSeveralOrganizations(t *testing.T) {
	t.Parallel()
	w := worldIn(t, "497f6eca-6276-4993-bfeb-53cbbbba6f08")
	other := worldIn(t, "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90")
	c := w.installed("")
	c.follow(coming, "Several organizations")
	token := sandbox.DefaultEmail + ":" + sandbox.DefaultToken
	c.env = []string{"TF_VAR_tokens={production=\"" + token + "\", staging=\"" + token + "\"}"}
	c.rewrite(`alias           = "production"`, `alias = "production"`+"\n  endpoint = \""+w.url+sandbox.BasePath+`"`,
		`alias           = "staging"`, `alias = "staging"`+"\n  endpoint = \""+other.url+sandbox.BasePath+`"`)
	c.apply().quiet()
	w.mails(moreau.Email)
	other.mails(moreau.Email)

	c.rewrite(w.url, other.url)
	c.plan().stops("497f6eca-6276-4993-bfeb-53cbbbba6f08", "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90")
}

// worldIn is an organization with that id.
func worldIn(t *testing.T, id string) *world {
	t.Helper()
	return newWorldWith(t, sandbox.Options{Organization: sandbox.Organization{
		ID: id, Name: "Example Robotics", ShortName: "robotics", CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "2026-01-01T00:00:00Z",
	}})
}

// The rule removes whom the roster does not know, and takes its addresses from the roster.
func TestGuideExclusiveMemberships(t *testing.T) {
	t.Parallel()
	w := worldOf(t, grimm)
	c := w.guided(choosing, "Nobody else: exclusive_memberships")
	c.apply().warns("Members who are not listed will be removed: walter.grimm@example.net").warnings(2)
	w.members()
	w.mails(moreau.Email, abernathy.Email)
	w.accept(moreau.Email)
	c.plan().quiet().plans()
}

// From a role assignment to a membership in one apply: nobody loses their roles on the way.
func TestGuideFromAnAssignmentToAMembership(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 7)
	w := worldOf(t, moreau)
	c := w.guided(choosing)
	const assignment = "resource \"modelprime_role_assignment\" \"ada\" {\n  email = \"ada.moreau@example.com\"\n  roles = [\"developer\"]\n}\n"
	c.file("assignment.tf", assignment)
	c.apply().ok()
	c.follow(choosing, "Joining and leaving happen here: membership")
	c.file("assignment.tf", assignment)
	c.file("import.tf", "import {\n  to = modelprime_membership.ada\n  id = \"ada.moreau@example.com\"\n}\n")
	c.plan().stops(twoManage)
	c.file("assignment.tf", "removed {\n  from = modelprime_role_assignment.ada\n  lifecycle {\n    destroy = false\n  }\n}\n")
	w.ResetLog()
	c.apply().ok()
	w.changedNobody()
	c.plan().quiet().plans()
}
