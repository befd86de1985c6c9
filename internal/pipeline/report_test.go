package pipeline

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// hostile are texts that have an effect where they are not treated as text.
var hostile = []string{
	"::add-mask::person", "##[add-mask]person", "Ada\r::error::person", " \u00a0::stop-commands::person", "\x1b]8;;http://example.org\x07person",
	"<img src=x onerror=alert(1)>", "</code></td></tr></table><h1>person", "<!-- person", "&lt;b&gt;person",
	"[person](http://example.org)", "![person](http://example.org)", "www.example.org", "@everybody", "#1", "`person`", "| person |", "**person**",
	"\u202eperson\u2066", "person\u2028::debug::", "$(person)", "{{ person }}", "${{ person }}",
}

// inLogs fails if a line of the log is a command to GitHub's runner: one that begins with "::" after white space, or contains "##[".
func inLogs(t *testing.T, what, log string) {
	t.Helper()
	noControl(t, what, log)
	for line := range strings.FieldsFuncSeq(log, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if strings.HasPrefix(strings.TrimSpace(line), "::") || strings.Contains(line, "##[") {
			t.Errorf("%s has a command: %q", what, line)
		}
	}
}

// noControl fails if a text has a character that controls a terminal, GitLab's log or the writing direction.
func noControl(t *testing.T, what, log string) {
	t.Helper()
	if found := strings.IndexFunc(log, func(r rune) bool {
		return r != '\n' && (unicode.IsControl(r) || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp))
	}); found >= 0 {
		t.Errorf("%s has a control character: %q", what, log[found:min(found+20, len(log))])
	}
}

// inMarkdown fails if a rendered report has foreign elements or attributes, or text outside code that GitHub makes a mention, a link
// or a reference.
func inMarkdown(t *testing.T, what, report string) {
	t.Helper()
	page := rendered(t, report)
	for tag := range page.tags {
		if !regexp.MustCompile(`^(h3|p|ul|li|table|tbody|tr|th|td|td colspan=4|details|summary|pre|code)$`).MatchString(tag) {
			t.Errorf("%s has <%s>:\n%s", what, tag, report)
		}
	}
	if found := regexp.MustCompile("[@#`*<>\\[\\]$]|http|www|person").FindString(page.free); found != "" {
		t.Errorf("%s has %q outside of code:\n%s", what, found, page.free)
	}
	noControl(t, what, report)
}

func TestForeignTextIsInert(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	for i, text := range hostile {
		if _, err := tm.world.AddMember(sandbox.User{Email: fmt.Sprintf("member%d@example.com", i), Name: text, Roles: []string{"developer"}}); err != nil {
			t.Fatal(err)
		}
		if _, err := tm.world.AddMember(sandbox.User{Email: text + "@example.org", Name: "Integrator", Roles: []string{"developer"}}); err != nil {
			t.Fatal(err)
		}
	}
	// Adopted members, strangers with their own addresses, and a name in the roster.
	roster := small + "      - { name: \"<b>@everybody **person** ::add-mask::\", email: new@example.net }\n  members:\n    roles: [analyst]\n    people:\n"
	for i := range hostile {
		roster += fmt.Sprintf("      - { name: Member, email: member%d@example.com }\n", i)
	}
	number, planned := tm.pullRequest(t, func() {
		tm.write(t, "roster.yaml", roster)
		tm.write(t, "limits.auto.tfvars", "adopt = true\nexclusive = true\nmax_removals = 100\n")
	})
	planned.must(t, true)
	inMarkdown(t, "the comment", planned.summary)
	inLogs(t, "the log of the plan", planned.log)
	wants(t, "the comment", rendered(t, planned.summary).text, []string{
		fmt.Sprintf("Roster: %d to remove, 8 to invite, %d to adopt", len(hostile), len(hostile)), "<b>@everybody **person** ::add-mask::", "@everybody@example.org",
	})

	merged := tm.merge(t, number).must(t, true)
	inMarkdown(t, "the summary", merged.summary)
	inLogs(t, "the log of the apply", merged.log)

	for i, text := range hostile {
		tm.changeElsewhere(t, fmt.Sprintf("member%d@example.com", i), func(id string) error { return tm.world.SetEmail(id, text+"@example.org") })
	}
	night := tm.night(t).must(t, true)
	inLogs(t, "the log of the night", night.log)
	issue := tm.hub(t).Issues[0]
	inMarkdown(t, "the issue", issue.Body)
	wants(t, "the issue", rendered(t, issue.Body).text, []string{fmt.Sprintf("member%d@example.com is now @everybody@example.org", slices.Index(hostile, "@everybody"))})
	wants(t, "the title", issue.Title, []string{fmt.Sprintf("Roster: 0 not in the roster, 0 missing, 0 with other roles, %d with a new address", len(hostile))})

	// An error that names the team and the role.
	_, planned = tm.pullRequest(t, func() {
		tm.write(t, "roster.yaml", strings.ReplaceAll(roster, "  members:\n    roles: [analyst]", "  \"@everybody <h1> ::error::\\r::debug::\":\n    roles: [\"##[person]\"]"))
	})
	planned.must(t, false)
	inMarkdown(t, "the comment of the error", planned.summary)
	inLogs(t, "the log of the error", planned.log)
	wants(t, "the comment", rendered(t, planned.summary).text, []string{"the plan failed", "@everybody <h1>"})
}

// A branch's forged comment is shown as text beside main's plan.
func TestForgedCommentIsInert(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	number, planned := tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", "name: Caleb Osei", "name: Caleb A. Osei") })
	planned.must(t, true)
	tm.changeHub(t, func(h *hub) {
		for _, text := range hostile {
			h.Comments[0].Body += "\n### Roster: " + text + "\n<tr>" + text + "\n" + text
		}
		h.Comments[0].Body += "\n<tr><td>person@example.com</td></tr>"
	})
	merged := tm.merge(t, number).must(t, true)
	inMarkdown(t, "the summary", merged.summary)
	inLogs(t, "the log", merged.log)
	wants(t, "the summary", merged.summary, []string{"### Different from pull request 1", "- person@example.com"})
}

// With REPORT=counts, no output has a text about or from people.
func TestCountsHoldNoForeignText(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.report = "counts"
	number, planned := tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", "name: Caleb Osei", "name: Caleb A. Osei") })
	planned.must(t, true)
	merged := tm.merge(t, number).must(t, true)
	tm.acceptAll(t)
	tm.join(t, "temp.integrator@example.org")
	tm.night(t).must(t, true)
	opened := tm.hub(t).Issues[0]
	_, failed := tm.pullRequest(t, func() {
		kept, _, _ := strings.Cut(small, "      - { name: Hanna")
		tm.write(t, "roster.yaml", kept)
	})
	failed.must(t, false)
	_, syntax := tm.pullRequest(t, func() { tm.write(t, "more.tf", "# Caleb is caleb.osei@example.com {\n caleb.osei@example.com {\n") })
	syntax.must(t, false)
	tm.token = "mpat_revoked"
	night := tm.night(t).must(t, false)

	people := []string{"@example", "Caleb", "Osei", "Integrator", "integrator", "hanna", "noor"}
	for what, text := range map[string]struct {
		text string
		says []string
	}{
		"the comment":          {planned.summary, []string{"### Roster: 7 to invite"}},
		"the log of the plan":  {planned.log, []string{"7 to invite"}},
		"the summary":          {merged.summary, []string{"### Roster: 7 to invite", "### Same as in pull request 1"}},
		"the log of the apply": {merged.log, []string{"Apply complete! Resources: 8 added"}},
		"the issue":            {opened.Title + opened.Body, []string{"1 not in the roster"}},
		"a failed plan":        {failed.summary, []string{"the plan failed", "- 3 × Too many removals in one run"}},
		"its log":              {failed.log, []string{"the plan failed", "- 3 × Too many removals in one run"}},
		"a syntax error":       {syntax.summary + syntax.log, []string{"terraform init failed"}},
		"a night that failed":  {night.log, []string{"the refresh failed", " × "}},
	} {
		wants(t, what, text.text, text.says, people...)
	}

	// The same for the comparison with a forged comment.
	tm.changeHub(t, func(h *hub) { h.Comments[0].Body += "\n### Roster: Caleb\n<tr>caleb.osei@example.com" })
	tm.token = sandbox.DefaultToken
	f := tm.planMain(t).must(t, true)
	wants(t, "the summary", f.summary+f.log, []string{"### Different from pull request 1"}, people...)
}

// A heading is reported only if it consists of words: Terraform's own may contain an address.
func TestCountsHoldNoHeadingWithAnAddress(t *testing.T) {
	t.Parallel()
	got := jq(t, "messages", "headings", `{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Saved plan is stale"}}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Duplicate import configuration for \"modelprime_membership.this[\\\"caleb@example.com\\\"]\""}}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Saved plan is stale\\ncaleb"}}
{"type":"diagnostic","diagnostic":{"severity":"warning","summary":"Caleb has not joined"}}
{"type":"diagnostic","diagnostic":{"severity":"error","summary":"Saved plan is stale"}}
Error: caleb@example.com`)
	if want := "- 2 × Another error\n- 2 × Saved plan is stale\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// jq runs one of the modules in ci/.
func jq(t *testing.T, module, filter, input string) string {
	t.Helper()
	path, err := exec.LookPath("jq")
	if err != nil {
		t.Skip("needs jq; make test-pipeline sees to it")
	}
	cmd := exec.Command(path, "-nrR", "-L", filepath.Join(example, "ci"), fmt.Sprintf("include \"text\"; include %q; %s", module, filter))
	cmd.Stdin = strings.NewReader(input)
	printed, err := cmd.Output()
	if err != nil {
		t.Fatalf("%s: %v", filter, err)
	}
	return string(printed)
}

// A misspelled REPORT is an error, and nothing is printed.
func TestReportIsFullOrCounts(t *testing.T) {
	t.Parallel()
	for script, args := range map[string][]string{
		"plan.sh": {t.TempDir()}, "apply.sh": {t.TempDir(), "checksum"}, "refresh.sh": {t.TempDir()}, "drift.sh": {t.TempDir()},
		"github.sh": {"compare", t.TempDir(), "commit"},
	} {
		cmd := exec.Command(filepath.Join(example, "ci", script), args...)
		cmd.Env = append(cmd.Environ(), "REPORT=count")
		if printed, err := cmd.CombinedOutput(); err == nil || string(printed) != "REPORT must be \"full\" or \"counts\".\n" {
			t.Errorf("%s: %v\n%s", script, err, printed)
		}
	}
}

// A comment's length is limited. Errors come first, and a note says that the rest is missing.
func TestLongReportBeginsWithErrors(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, exampleRoster(t))
	tm.settle(t)
	newcomers := ""
	for i := range 300 {
		newcomers += fmt.Sprintf("      - { name: \"Newcomer %d %s\", email: newcomer%d@example.net }\n", i, strings.Repeat("&", 100), i)
	}
	number, planned := tm.pullRequest(t, func() {
		teams, others, _ := strings.Cut(exampleRoster(t), "\n# People who are in no team.")
		tm.write(t, "roster.yaml", teams+newcomers+others)
		tm.write(t, "limits.auto.tfvars", "max_invitations = 300\n")
	})
	wants(t, "the comment", planned.must(t, true).summary, []string{"### Roster: 300 to invite", "This part is cut short. See the log of the job."}, "newcomer299@example.net")
	wants(t, "the log", planned.log, []string{"newcomer299@example.net"})
	inMarkdown(t, "the comment", planned.summary)

	_, failed := tm.pullRequest(t, func() { tm.write(t, "roster.yaml", small+newcomers) })
	wants(t, "the comment", failed.must(t, false).summary, []string{"### Roster: the plan failed Error: Too many", "This part is cut short. See the log of the job."})
	for _, comment := range []string{planned.summary, failed.summary} {
		if len(comment) > 65_536 {
			t.Errorf("the comment has %d bytes", len(comment))
		}
	}

	// A shortened comment is compared only as far as it goes.
	merged := tm.planMerge(t, number).must(t, true)
	wants(t, "the summary", merged.summary, []string{"### Same as in pull request 1, where the list of people was cut short"}, "Different from")
}

// A plan that could not start replaces the comment of the plan before.
func TestPlanThatCannotStartIsReported(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	number, planned := tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", "name: Caleb Osei", "name: Caleb A. Osei") })
	planned.must(t, true)
	tm.git(t, tm.desk, "checkout", "--quiet", branchOf(number))
	tm.git(t, tm.desk, "rm", "--quiet", ".terraform.lock.hcl")
	tm.git(t, tm.desk, "commit", "--quiet", "-m", "Remove the lock file")
	tm.git(t, tm.desk, "push", "--quiet", "origin", branchOf(number))
	planned = tm.planned(t, number).must(t, false)
	wants(t, "the comment", planned.summary, []string{"### Roster: terraform init failed", "Error: Provider dependency changes detected"}, "to invite")
}

// A symbolic link in the repository is refused: it could read an unreviewed file or a secret of the runner.
func TestLinkIsRefused(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	elsewhere := filepath.Join(tm.dir, "elsewhere.yaml")
	if err := os.WriteFile(elsewhere, []byte(small), 0o600); err != nil {
		t.Fatal(err)
	}
	_, planned := tm.pullRequest(t, func() {
		if err := errors.Join(os.Remove(filepath.Join(tm.desk, "roster.yaml")), os.Symlink(elsewhere, filepath.Join(tm.desk, "roster.yaml"))); err != nil {
			t.Fatal(err)
		}
	})
	planned.must(t, false)
	wants(t, "the comment", planned.summary, []string{"### Roster: a symbolic link is refused", "Error: The repository holds a symbolic link."})
}

// A runner masks secrets only in its log. An error about the database's URL contains its password.
func TestReportHoldsNoSecret(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.database = strings.Replace(tm.database, "@127.0.0.1:", "@127.0.0.1:port", 1)
	_, planned := tm.pullRequest(t, func() { tm.edit(t, "roster.yaml", "name: Caleb Osei", "name: Caleb A. Osei") })
	planned.must(t, false)
	wants(t, "the comment", planned.summary, []string{"### Roster: terraform init failed", "***"}, tm.postgres.password)
	wants(t, "the log", planned.log, []string{"***"}, tm.postgres.password)
}

func TestNightsReportLinksTheREADME(t *testing.T) {
	t.Parallel()
	const heading = "Changes outside Terraform"
	wants(t, "the script", readFile(t, example, "ci", "drift.sh"), []string{heading})
	wants(t, "the README", readFile(t, example, "README.md"), []string{"## " + heading})
}

// The report names each mistake in the roster with its line.
func TestMistakesInTheRosterAreNamed(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, strings.NewReplacer(
		"caleb.osei@example.com }", "caleb.osei@example.com, role: [analyst] }", "  safety:", "  data-platform:",
	).Replace(small))
	_, printed := tm.script(t, nil, "ci/plan.sh", filepath.Join(tm.dir, "plan"))
	wants(t, "the log", printed, []string{
		`Caleb Osei (caleb.osei@example.com, team data-platform): The key "role" is not known.`,
		"team data-platform: The team is listed twice, first on line 2.",
	})
}

// .gitignore covers all files that the scripts and Terraform leave in the folder.
func TestFilesOfTerraformAreIgnored(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.run(t, "ci/plan.sh", filepath.Join(tm.desk, "roster-plan"))
	tm.run(t, "terraform", "-chdir=adopt", "init", "-no-color", "-input=false")
	tm.write(t, "some.tfplan", "")
	tm.write(t, "terraform.tfvars", "")
	if got := tm.git(t, tm.desk, "status", "--porcelain"); got != "?? terraform.tfvars" {
		t.Errorf("git would add\n%s", got)
	}
}

// The README's backend is the one of these tests.
func TestREADMEHasTheTestedBackend(t *testing.T) {
	t.Parallel()
	indented := strings.ReplaceAll(strings.TrimSuffix("\n"+backend, "\n"), "\n", "\n       ")
	if !strings.Contains(readFile(t, example, "README.md"), indented) {
		t.Errorf("the README has no%s", indented)
	}
}
