package pipeline

import (
	"maps"
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

// smallMembers are the members that small stands for, with the token's owner.
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

// wantRequests wants these requests that change something, and no other.
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

func TestAPullRequestIsPlannedMergedAndApplied(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	tm.wantMembers(t, smallMembers())

	number, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "caleb.osei@example.com }", "caleb.osei@example.com, roles: [developer, analyst] }")
		tm.edit(t, "roster.yaml", "      - { name: Noor Haddad, email: noor.haddad@example.com }\n", "")
		tm.edit(t, "roster.yaml", "Walter Grimm, email: walter.grimm@example.net }", "Walter Grimm, email: walter.grimm@example.net }\n      - { name: Jun Hasegawa, email: jun.hasegawa@example.net }")
	})
	planned.mustGo(t, true)
	wants(t, "the comment", tm.said(t, number), []string{
		"### Roster: 1 to invite, 0 to take over, 1 to change, 1 to remove, 0 not in the roster to remove",
		`module.roster.modelprime_membership.this["jun.hasegawa@example.net"] will be created`,
		`module.roster.modelprime_membership.this["noor.haddad@example.com"] will be destroyed`,
		`+ "analyst",`,
	})
	tm.wantRequests(t, map[string]int{})

	tm.merge(t, number).mustGo(t, true)
	want := smallMembers()
	want["caleb.osei@example.com"] = "analyst developer"
	delete(want, "noor.haddad@example.com")
	tm.wantMembers(t, want) // Jun has not answered yet
	tm.wantRequests(t, map[string]int{"inviteUser": 1, "replaceUserRoles": 1, "deleteUser": 1})
}

func TestAPlanIsCommentedOnceAPullRequest(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	number, planned := tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", "name: Caleb Osei", "name: Caleb A. Osei") })
	planned.mustGo(t, true)
	wants(t, "the comment", tm.said(t, number), []string{"7 to invite"})

	tm.planned(t, tm.hub(t).Pulls[number-1]).mustGo(t, true)
	tm.said(t, number) // still one
}

func TestCountsKeepEverybodysAddressOutOfCommentsAndLogs(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.report = "counts"
	number, planned := tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", "name: Caleb Osei", "name: Caleb A. Osei") })
	planned.mustGo(t, true)
	merged := tm.merge(t, number).mustGo(t, true)
	wants(t, "the comment", tm.said(t, number), []string{"### Roster: 7 to invite"}, "@example", "Caleb")
	wants(t, "the log of the plan", planned.log, []string{"7 to invite"}, "@example", "Caleb")
	wants(t, "the log of the apply", merged.log, []string{"Apply complete! Resources: 7 added"}, "@example", "Caleb")

	tm.everybodyAccepts(t)
	if _, err := tm.world.AddMember(sandbox.User{Email: "temp.integrator@example.org", Name: "Temp Integrator", Roles: []string{"developer"}}); err != nil {
		t.Fatal(err)
	}
	night := tm.onMain(t, "drift.yml", "schedule").mustGo(t, true)
	wants(t, "the log of the night", night.log, []string{"1 not in the roster, 0 missing"}, "@example", "Integrator")
	wants(t, "the issue", tm.hub(t).Issues[0].Body+tm.hub(t).Issues[0].Title, []string{"1 not in the roster"}, "@example", "Integrator")
}

func TestATruncatedRosterIsStoppedAndRemovesNobodyEvenWhenMerged(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	number, planned := tm.pullRequest(t, func() {
		kept, _, _ := strings.Cut(small, "      - { name: Hanna")
		tm.write(t, "roster.yaml", kept)
	})
	planned.mustGo(t, false)
	wants(t, "the comment", tm.said(t, number), []string{"### Roster: the plan failed", "Too many removals in one run", "one more than the 5 that max_removals allows"})

	merged := tm.merge(t, number).mustGo(t, false)
	wants(t, "the log", merged.log, []string{"There is no plan of"})
	tm.wantMembers(t, smallMembers())
	tm.wantRequests(t, map[string]int{})
}

func TestAStrangerIsNamedInThePlanAndRemovedAlone(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	number, planned := tm.pullRequest(t, func() { tm.write(t, "exclusive.auto.tfvars", "exclusive = true\n") })
	planned.mustGo(t, true)
	tm.merge(t, number).mustGo(t, true)

	const stranger, later = "temp.integrator@example.org", "other.integrator@example.org"
	for _, email := range []string{stranger, later} {
		if email == later { // after the plan
			number, planned = tm.pullRequest(t, func() {
				tm.edit(t, "roster.yaml", "      - { name: Ruth Abernathy, email: ruth.abernathy@example.com }\n", "")
			})
			planned.mustGo(t, true)
		}
		if _, err := tm.world.AddMember(sandbox.User{Email: email, Name: "Integrator", Roles: []string{"developer"}}); err != nil {
			t.Fatal(err)
		}
	}
	wants(t, "the comment", tm.said(t, number), []string{
		"0 to invite, 0 to take over, 0 to change, 1 to remove, 1 not in the roster to remove", `- "` + stranger + `",`,
	}, later)

	tm.merge(t, number).mustGo(t, true)
	want := smallMembers()
	delete(want, "ruth.abernathy@example.com")
	want[later] = "developer" // the next plan's to name
	tm.wantMembers(t, want)
}
