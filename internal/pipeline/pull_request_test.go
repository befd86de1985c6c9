package pipeline

import (
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// small is a roster with a team of each kind.
const small = `teams:
  data-platform:
    roles: [developer]
    people:
      - { name: Ines Marchetti, email: ines.marchetti@example.com, roles: [admin] }
      - { name: Hanna Brandvold, email: hanna.brandvold@example.com }
      - { name: Caleb Osei, email: caleb.osei@example.com }
  safety:
    roles: [analyst]
    people:
      - { name: Noor Haddad, email: noor.haddad@example.com }
      - { name: Owen Prichard, email: owen.prichard@example.com }
      - { name: Ruth Abernathy, email: ruth.abernathy@example.com }
  contractors:
    roles: [analyst]
    login_connection: username-password
    people:
      - { name: Walter Grimm, email: walter.grimm@example.net }
`

// smallMembers are the members of small and the caller.
func smallMembers() map[string]string {
	return map[string]string{
		sandbox.DefaultEmail:         "admin",
		"ines.marchetti@example.com": "admin", "hanna.brandvold@example.com": "developer", "caleb.osei@example.com": "developer",
		"noor.haddad@example.com": "analyst", "owen.prichard@example.com": "analyst", "ruth.abernathy@example.com": "analyst",
		"walter.grimm@example.net": "analyst",
	}
}

func (tm *team) wantMembers(t *testing.T, want map[string]string) {
	t.Helper()
	if got := tm.members(); !maps.Equal(got, want) {
		t.Errorf("members\n got  %v\n want %v", got, want)
	}
}

// wantRequests checks the requests that change something: exactly these.
func (tm *team) wantRequests(t *testing.T, want map[string]int) {
	t.Helper()
	got := map[string]int{}
	for _, operation := range []string{"inviteUser", "replaceUserRoles", "deleteUser", "updateCurrentUser", "resetUserPassword"} {
		if n := tm.world.Count(operation); n > 0 {
			got[operation] = n
		}
	}
	if !maps.Equal(got, want) {
		t.Errorf("requests that change something: got %v, want %v", got, want)
	}
}

func TestPullRequestIsPlannedAndApplied(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	tm.wantMembers(t, smallMembers())

	number, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "caleb.osei@example.com }", "caleb.osei@example.com, roles: [developer, analyst] }")
		tm.edit(t, "roster.yaml", "      - { name: Noor Haddad, email: noor.haddad@example.com }\n", "")
		tm.edit(t, "roster.yaml", "Walter Grimm, email: walter.grimm@example.net }", "Walter Grimm, email: walter.grimm@example.net }\n      - { name: Jun Hasegawa, email: jun.hasegawa@example.net }")
	})
	planned.must(t, true)
	wants(t, "the comment", rendered(t, planned.summary).text, []string{
		"Roster: 1 to remove, 1 to invite, 1 to change",
		`remove noor.haddad@example.com Noor Haddad roles: analyst modelprime_membership.this["noor.haddad@example.com"]`,
		`invite jun.hasegawa@example.net Jun Hasegawa roles: analyst modelprime_membership`,
		`change caleb.osei@example.com Caleb Osei roles: developer → analyst, developer modelprime_membership`,
		`modelprime_membership.this["jun.hasegawa@example.net"] will be created`,
		`+ "analyst",`,
	})
	tm.wantRequests(t, map[string]int{})
	tm.planned(t, number).must(t, true) // a second push updates the comment

	merged := tm.merge(t, number).must(t, true)
	wants(t, "the summary", merged.summary, []string{"### Same as in pull request 1"})
	want := smallMembers()
	want["caleb.osei@example.com"] = "analyst developer"
	delete(want, "noor.haddad@example.com")
	tm.wantMembers(t, want) // Jun has not answered
	tm.wantRequests(t, map[string]int{"inviteUser": 1, "replaceUserRoles": 1, "deleteUser": 1})
}

// A failed plan is not applied, even if an earlier plan was shown.
func TestMergedTruncatedRosterRemovesNoMember(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	number, planned := tm.pullRequest(t, func() {
		kept, _, _ := strings.Cut(small, "      - { name: Hanna")
		tm.write(t, "roster.yaml", kept)
	})
	planned.must(t, false)
	wants(t, "the comment", planned.summary, []string{"### Roster: the plan failed", "Error: Too many removals in one run"})

	merged := tm.merge(t, number).must(t, false)
	wants(t, "the summary", merged.summary, []string{"### Roster: the plan failed"})
	for _, left := range []string{"roster.tfplan", "outputs"} {
		if _, err := os.Stat(filepath.Join(merged.folder, left)); err == nil {
			t.Errorf("the failed plan left %s", left)
		}
	}
	tm.wantMembers(t, smallMembers())
	tm.wantRequests(t, map[string]int{})
}

func TestStrangerInThePlanIsRemoved(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	number, planned := tm.pullRequest(t, func() { tm.write(t, "exclusive.auto.tfvars", "exclusive = true\n") })
	planned.must(t, true)
	tm.merge(t, number).must(t, true)

	const stranger, later = "temp.integrator@example.org", "other.integrator@example.org"
	tm.join(t, stranger)
	number, planned = tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "      - { name: Ruth Abernathy, email: ruth.abernathy@example.com }\n", "")
	})
	planned.must(t, true)
	says := []string{
		"### Roster: 2 to remove",
		"remove " + stranger + " is not listed modelprime_exclusive_memberships.roster[0]",
		`remove ruth.abernathy@example.com Ruth Abernathy roles: analyst; is not listed modelprime_exclusive_memberships.roster[0], modelprime_membership`,
	}
	wants(t, "the comment", "### "+rendered(t, planned.summary).text, says)

	f := tm.planMerge(t, number).must(t, true)
	wants(t, "the summary", "### "+rendered(t, f.summary).text, says)
	tm.join(t, later) // after the plan
	tm.apply(t, &f)
	f.must(t, true)
	want := smallMembers()
	delete(want, "ruth.abernathy@example.com")
	want[later] = "developer" // the next plan names them
	tm.wantMembers(t, want)
}

// join adds a member outside Terraform.
func (tm *team) join(t *testing.T, email string) {
	t.Helper()
	if _, err := tm.world.AddMember(sandbox.User{Email: email, Name: "Integrator", Roles: []string{"developer"}}); err != nil {
		t.Fatal(err)
	}
}
