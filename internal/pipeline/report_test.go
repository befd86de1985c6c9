package pipeline

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Whoever is taken over gets no e-mail, so the first plan of an organization must not count them as invited.
func TestTheFirstPlanTellsWhoIsTakenOverFromWhoIsInvited(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	for _, email := range []string{"ines.marchetti@example.com", "noor.haddad@example.com"} {
		if _, err := tm.world.AddMember(sandbox.User{Email: email, Name: "Somebody", Roles: []string{"analyst"}}); err != nil {
			t.Fatal(err)
		}
	}
	number, planned := tm.pullRequest(t, func() { tm.write(t, "terraform.tfvars", "adopt_existing = true\n") })
	planned.mustGo(t, true)
	wants(t, "the comment", tm.said(t, number), []string{
		"### Roster: 5 to invite, 2 to take over, 0 to change, 0 to remove",
		"Warning: noor.haddad@example.com is a member already and will be taken over",
	})
	tm.merge(t, number).mustGo(t, true)
	tm.wantRequests(t, map[string]int{"inviteUser": 5, "replaceUserRoles": 1})

	// Once they are, it makes no difference any more.
	number, planned = tm.pullRequest(t, func() { tm.git(t, tm.desk, "rm", "--quiet", "terraform.tfvars") })
	planned.mustGo(t, true)
	wants(t, "the comment", tm.said(t, number), []string{"### Roster: 0 to invite, 0 to take over, 0 to change, 0 to remove", "No changes."})
}

// A comment is only so long. What a reviewer has to read comes first, and what was only read is left out.
func TestAReportBeginsWithWhatWentWrongAndSaysWhereItEnds(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, exampleRoster(t))
	tm.settle(t)
	newcomers := small
	for i := range 100 {
		newcomers += fmt.Sprintf("      - { name: Newcomer %d, email: newcomer%d@example.com }\n", i, i)
	}
	number, planned := tm.pullRequest(t, func() { tm.write(t, "roster.yaml", newcomers) })
	planned.mustGo(t, false)
	comment := tm.said(t, number)
	wants(t, "the comment", comment, []string{
		"### Roster: the plan failed Error: Too many",
		"And more: the log of the job has all of it.",
	}, "Refreshing state")
	if len(comment) > 60_000 {
		t.Errorf("the comment has %d bytes", len(comment))
	}
	if before, _, _ := strings.Cut(comment, "will be created"); !strings.Contains(before, "Too many removals") {
		t.Errorf("the plan comes before the error:\n%s", comment)
	}
}

// Counts alone would leave somebody with "the plan failed" and nowhere to look.
func TestCountsSayWhyAPlanFailed(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	tm.report = "counts"
	number, planned := tm.pullRequest(t, func() {
		kept, _, _ := strings.Cut(small, "      - { name: Hanna")
		tm.write(t, "roster.yaml", kept)
	})
	planned.mustGo(t, false)
	says := []string{"the plan failed", "- 1 × Error: Too many removals in one run"}
	wants(t, "the comment", tm.said(t, number), says, "@example", "Hanna")
	wants(t, "the log", planned.log, says, "@example", "Hanna")

	tm.token = "mpat_revoked"
	night := tm.onMain(t, "drift.yml", "schedule").mustGo(t, false)
	wants(t, "the log of the night", night.log, []string{"The refresh failed.", "× Error: "}, "@example", "Hanna")
}

// A push whose plan never began must not leave the comment of the one before it.
func TestAPlanThatCannotBeginSaysSo(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	number, planned := tm.pullRequest(t, func() { tm.git(t, tm.desk, "rm", "--quiet", ".terraform.lock.hcl") })
	planned.mustGo(t, false)
	wants(t, "the comment", tm.said(t, number), []string{"### Roster: terraform init failed", "Error: Provider dependency changes detected"})
}

func TestTheReportOfANightSaysWhatToDo(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	tm.makeDrift(t)
	tm.onMain(t, "drift.yml", "schedule").mustGo(t, true)
	const heading = "What happens elsewhere"
	wants(t, "the issue", tm.hub(t).Issues[0].Body, []string{heading})
	wants(t, "the README", readFile(t, example, "README.md"), []string{"## " + heading})
}

// Each of them would otherwise lose somebody without a word, or end with an expression for an explanation.
func TestAMistakeInTheRosterIsNamed(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	for name, mistake := range map[string]struct{ old, with, answer string }{
		"a misspelt key":      {"caleb.osei@example.com }", "caleb.osei@example.com, role: [analyst] }", "misspelt: role (caleb.osei@example.com, team data-platform)."},
		"a team's key":        {"login_connection: username", "login: username", "misspelt: login (team contractors)."},
		"a team twice":        {"  safety:", "  data-platform:", "two teams have one name"},
		"two emails":          {"caleb.osei@example.com }", "caleb.osei@example.com, email: c@example.com }", "somebody has two emails"},
		"no name":             {"name: Caleb Osei, ", "", "Look at: caleb.osei@example.com (team data-platform)."},
		"no email":            {"Caleb Osei, email: caleb.osei@example.com", "Caleb Osei", "Look at: Caleb Osei (team data-platform)."},
		"an address alone":    {"{ name: Caleb Osei, email: caleb.osei@example.com }", "caleb.osei@example.com", "Look at: number 3 (team data-platform)."},
		"a team of nobody":    {"  contractors:", "  nobody:\n    roles: [analyst]\n    people:\n  contractors:", "Look at: number 1 (team nobody)."},
		"no teams":            {"teams:", "team:", "The roster has no teams."},
		"nothing but a start": {small, "teams:\n", "The roster has no teams."},
		"no YAML":             {"caleb.osei@example.com }", "caleb.osei@example.com", "did not find expected ',' or '}'"},
	} {
		if !strings.Contains(small, mistake.old) {
			t.Fatalf("%s: the roster has no %q", name, mistake.old)
		}
		tm.write(t, "roster.yaml", strings.Replace(small, mistake.old, mistake.with, 1))
		code, printed := tm.script(t, nil, "ci/plan.sh", filepath.Join(tm.dir, "plan"))
		if code != 1 {
			t.Errorf("%s: the plan ended with %d", name, code)
		}
		wants(t, name, printed, []string{mistake.answer}, "Unsupported attribute")
	}
}

// A comment that speaks of emails, and a name with a hash, are no mistakes.
func TestARosterMayHaveComments(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, strings.NewReplacer(
		"  safety:", "  # email: of nobody\n  safety:", "{ name: Caleb Osei,", `{ name: "Caleb #2 Osei",`,
		"owen.prichard@example.com }", "owen.prichard@example.com } # not email: owen@example.com",
	).Replace(small))
	wants(t, "the plan", tm.run(t, "ci/plan.sh", filepath.Join(tm.dir, "plan")), []string{"Plan: 7 to add"})
}

// What is typed into the folder leaves nothing that the next "git add ." would publish.
func TestWhatTerraformLeavesIsNotCommitted(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.run(t, "ci/plan.sh", filepath.Join(tm.desk, "roster-plan"))
	tm.run(t, "terraform", "-chdir=modules/roster", "init", "-no-color", "-input=false")
	tm.write(t, "some.tfplan", "")
	tm.write(t, "terraform.tfvars", "")
	if got := tm.git(t, tm.desk, "status", "--porcelain"); got != "?? terraform.tfvars" {
		t.Errorf("git would add\n%s", got)
	}
}

// The README's snippets are typed as they stand there.
func TestTheREADMEsBackendIsTheOneThatIsRehearsed(t *testing.T) {
	t.Parallel()
	indented := strings.ReplaceAll(strings.TrimSuffix("\n"+backend, "\n"), "\n", "\n       ")
	if !strings.Contains(readFile(t, example, "README.md"), indented) {
		t.Errorf("the README has no%s", indented)
	}
}
