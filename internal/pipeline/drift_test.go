package pipeline

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// changeElsewhere changes a member outside Terraform.
func (tm *team) changeElsewhere(t *testing.T, email string, do func(id string) error) {
	t.Helper()
	member, found := tm.world.Member(email)
	if !found {
		t.Fatalf("%s is not a member", email)
	}
	if err := do(member.ID); err != nil {
		t.Fatal(err)
	}
}

func (tm *team) makeDrift(t *testing.T) {
	t.Helper()
	tm.changeElsewhere(t, "owen.prichard@example.com", func(id string) error { return tm.world.SetRoles(id, "admin", "analyst") })
	tm.changeElsewhere(t, "noor.haddad@example.com", tm.world.Remove)
	tm.changeElsewhere(t, "ruth.abernathy@example.com", func(id string) error { return tm.world.SetEmail(id, "ruth.lind@example.com") })
	_, err := tm.world.AddMember(sandbox.User{Email: "temp.integrator@example.org", Name: "Temp Integrator", Roles: []string{"developer"}})
	if err != nil {
		t.Fatal(err)
	}
}

var differences = []string{
	"temp.integrator@example.org is not in the roster",
	"noor.haddad@example.com is in the roster, but neither a member nor invited",
	"owen.prichard@example.com has admin, analyst instead of analyst",
	"ruth.abernathy@example.com is now ruth.lind@example.com",
}

func TestDriftExitCodes(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	plan, drift := filepath.Join(tm.dir, "plan"), filepath.Join(tm.dir, "drift")
	tm.planAndApply(t, plan)

	// Unanswered invitations and people who joined are no drift.
	tm.wantDrift(t, 0, drift, "Nothing differs.")
	tm.acceptAll(t)
	tm.wantDrift(t, 0, drift, "Nothing differs.")
	tm.run(t, "ci/refresh.sh", plan)

	// A person after their last day stays a member until the next apply.
	const entry, ended = "caleb.osei@example.com }", "caleb.osei@example.com, until: 2026-01-31 }"
	tm.edit(t, "roster.yaml", entry, ended)
	tm.wantDrift(t, 2, drift, "0 with a new address, 1 after their last day", "caleb.osei@example.com is still a member after their last day")
	tm.edit(t, "roster.yaml", ended, entry)

	tm.makeDrift(t)
	tm.wantDrift(t, 2, drift, append([]string{"1 not in the roster, 1 missing, 1 with other roles, 1 with a new address"}, differences...)...)
	wants(t, "the report", rendered(t, readFile(t, drift, "report.md")).text, append([]string{"Roster: 1 not in the roster"}, differences...))

	// A failed check is an error, not drift: a revoked token, no database, no folder.
	tm.token = "mpat_revoked"
	tm.wantDrift(t, 1, drift, "401")
	tm.token = sandbox.DefaultToken
	if code, printed := tm.script(t, []string{"PG_CONN_STR=postgres://127.0.0.1:1/none?sslmode=disable"}, "ci/drift.sh", drift); code != 1 {
		t.Errorf("without a database it ended with %d:\n%s", code, printed)
	}
	if code, printed := tm.script(t, nil, "ci/drift.sh"); code != 1 {
		t.Errorf("without a folder it ended with %d:\n%s", code, printed)
	}
}

func (tm *team) wantDrift(t *testing.T, want int, folder string, says ...string) {
	t.Helper()
	tm.world.ResetLog()
	code, printed := tm.script(t, nil, "ci/drift.sh", folder)
	if code != want {
		t.Errorf("it ended with %d, want %d:\n%s", code, want, printed)
	}
	wants(t, "what it printed", printed, says)
	tm.wantRequests(t, map[string]int{})
}

func readFile(t *testing.T, elements ...string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(elements...))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestNightOpensAndClosesOneIssue(t *testing.T) {
	t.Parallel()
	tm := newTeam(t, small)
	tm.settle(t)
	tm.night(t).must(t, true)
	tm.wantIssues(t)

	tm.makeDrift(t)
	for range 2 { // the second night finds the same differences
		tm.night(t).must(t, true)
		tm.wantIssues(t, "open: Roster: 1 not in the roster, 1 missing, 1 with other roles, 1 with a new address")
	}
	wants(t, "the issue", rendered(t, tm.hub(t).Issues[0].Body).text, differences)

	// A failed night leaves the issue as it is.
	tm.token = "mpat_revoked"
	tm.night(t).must(t, false)
	tm.token = sandbox.DefaultToken
	tm.wantIssues(t, "open: Roster: 1 not in the roster, 1 missing, 1 with other roles, 1 with a new address")

	tm.mend(t)
	tm.night(t).must(t, true)
	tm.wantIssues(t, "closed: Roster: 1 not in the roster, 1 missing, 1 with other roles, 1 with a new address")
}

// mend puts the new address into the roster, restores all else from the roster, and removes the stranger.
func (tm *team) mend(t *testing.T) {
	t.Helper()
	number, planned := tm.pullRequest(t, func() {
		tm.edit(t, "roster.yaml", "ruth.abernathy@example.com", "ruth.lind@example.com")
		tm.takeCommentsOff(t, "moved", "leila.farahani@example.com", "ruth.abernathy@example.com", "leila.farahani-holm@example.com", "ruth.lind@example.com")
		tm.write(t, "exclusive.auto.tfvars", "exclusive = true\n")
	})
	planned.must(t, true)
	wants(t, "the comment", planned.summary, []string{"### Roster: 1 to remove, 1 to invite, 2 to change"})
	tm.world.ResetLog()
	tm.merge(t, number).must(t, true)
	tm.wantRequests(t, map[string]int{"inviteUser": 1, "replaceUserRoles": 1, "deleteUser": 1})
}

func (tm *team) wantIssues(t *testing.T, want ...string) {
	t.Helper()
	got := []string{}
	for _, i := range tm.hub(t).Issues {
		got = append(got, i.State+": "+i.Title)
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("issues: got %q, want %q", got, want)
	}
}

// takeCommentsOff enables an example block of blocks.tf, with other people.
func (tm *team) takeCommentsOff(t *testing.T, block string, replace ...string) {
	t.Helper()
	text, err := uncommented(readFile(t, tm.desk, "blocks.tf"), block)
	if err != nil {
		t.Fatal(err)
	}
	tm.write(t, "blocks.tf", strings.NewReplacer(replace...).Replace(text))
}

// uncommented removes the comments from the block of this kind.
func uncommented(text, block string) (string, error) {
	begin := strings.Index(text, "# "+block+" {\n")
	if begin < 0 {
		return "", errors.New("no block " + block)
	}
	length := strings.Index(text[begin:], "\n# }\n")
	if length < 0 {
		return "", errors.New("no end of the block " + block)
	}
	length += len("\n# }\n")
	lines := strings.Split(text[begin:begin+length], "\n")
	for i, line := range lines {
		lines[i] = strings.TrimPrefix(strings.TrimPrefix(line, "#"), " ")
	}
	return text[:begin] + strings.Join(lines, "\n") + text[begin+length:], nil
}
