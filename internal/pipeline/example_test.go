package pipeline

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestExamplesTestsPass(t *testing.T) {
	t.Parallel()
	realParts(t).needsTests(t)
	tm := newTeam(t, small)
	tm.run(t, "terraform", "init", "-no-color", "-input=false", "-backend=false")
	tm.edit(t, "variables.tf", `["example.com"]`, `["robotics.example"]`) // as a team does, with its own domains
	wants(t, "the tests", tm.run(t, "terraform", "test", "-no-color"), []string{"Success! 6 passed, 0 failed."})
	if got := len(tm.world.Requests()); got != 0 {
		t.Errorf("the tests asked the API %d times, but their provider is a mock", got)
	}
	wants(t, "the tests in the sandbox", tm.run(t, "terraform", "test", "-no-color", "-test-directory=tests/sandbox"), []string{"Success! 3 passed, 0 failed."})
	if got := len(tm.world.Emails()); got != 3 {
		t.Errorf("%d e-mails, want the tests' three: they are to be real applies", got)
	}
}

// The tests with real applies refuse to run in another organization than the sandbox's.
func TestExamplesTestsRefuseAnotherOrganization(t *testing.T) {
	t.Parallel()
	realParts(t).needsTests(t)
	tm := newTeam(t, small)
	tm.edit(t, "tests/sandbox/sandbox.tftest.hcl", "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", "00000000-0000-4000-8000-000000000000")
	tm.run(t, "terraform", "init", "-no-color", "-input=false", "-backend=false")
	if code, printed := tm.script(t, nil, "terraform", "test", "-no-color", "-test-directory=tests/sandbox"); code == 0 {
		t.Errorf("they ran in another organization:\n%s", printed)
	}
	if got := len(tm.world.Emails()); got != 0 {
		t.Errorf("%d e-mails were sent", got)
	}
}

func TestImportBlockAdoptsMember(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	if _, err := tm.world.AddMember(sandbox.User{Email: "yuki.tanabe@example.com", Name: "Yuki Tanabe", Roles: []string{"analyst"}}); err != nil {
		t.Fatal(err)
	}
	number, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "      - { name: Noor", "      - { name: Yuki Tanabe, email: yuki.tanabe@example.com }\n      - { name: Noor")
		tm.takeCommentsOff(t, "import")
	})
	planned.must(t, true)
	wants(t, "the comment", planned.summary, []string{"### Roster: 1 to adopt", "Plan: 1 to import, 0 to add, 0 to change, 0 to destroy."})
	tm.merge(t, number).must(t, true)
	tm.wantRequests(t, map[string]int{})
}

// The memberships and all that refers to them are deleted without removing a member.
func TestRosterIsForgottenWithoutRemovals(t *testing.T) {
	t.Parallel()
	realParts(t).needsTests(t)
	tm := newTeam(t, small)
	tm.settle(t)
	number, planned := tm.pullRequest(t, func() {
		main := readFile(t, tm.desk, "main.tf")
		provider, _, found := strings.Cut(main, "locals {")
		if !found {
			t.Fatal("main.tf has no locals")
		}
		tm.write(t, "main.tf", provider)
		tm.takeCommentsOff(t, "removed")
		for _, name := range []string{"adopt.tf", "audit.tf", "outputs.tf"} {
			tm.git(t, tm.desk, "rm", "--quiet", name)
		}
	})
	planned.must(t, true)
	wants(t, "the comment", planned.summary, []string{"### Roster: 7 to forget"}, "to remove")
	tm.merge(t, number).must(t, true)
	tm.wantMembers(t, smallMembers())
	tm.wantRequests(t, map[string]int{})
	if left := tm.run(t, "terraform", "state", "list"); strings.Contains(left, "modelprime_membership") {
		t.Errorf("the state still holds %s", left)
	}
}
