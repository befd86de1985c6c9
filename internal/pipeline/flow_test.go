package pipeline

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// flow is the scripts of a workflow's jobs in sequence, each job in its own checkout. workflows_test.go compares the workflows with it.
type flow struct {
	ok      bool
	log     string
	summary string
	folder  string // of the plan's files
	commit  string // on main, planned and applied
}

func (f *flow) script(t *testing.T, job *team, env []string, name string, args ...string) bool {
	t.Helper()
	code, printed := job.script(t, env, name, args...)
	f.log += printed
	if strings.Contains(f.log, job.token) {
		t.Errorf("%s: the token is in the log", name)
	}
	return code == 0
}

// pullRequest pushes the edit on a branch. It returns the pull request's number and its plan, with the comment as summary.
func (tm *team) pullRequest(t *testing.T, edit func()) (int, flow) {
	t.Helper()
	number := len(tm.hub(t).Pulls) + 1
	tm.changeHub(t, func(h *hub) { h.Pulls = append(h.Pulls, pull{Number: number}) })
	branch := branchOf(number)
	tm.git(t, tm.desk, "checkout", "--quiet", "-b", branch, "main")
	edit()
	tm.git(t, tm.desk, "add", ".")
	tm.git(t, tm.desk, "commit", "--quiet", "-m", "Edit the roster")
	tm.git(t, tm.desk, "push", "--quiet", "origin", branch)
	tm.git(t, tm.desk, "checkout", "--quiet", "main")
	return number, tm.planned(t, number)
}

func branchOf(number int) string { return "change-" + strconv.Itoa(number) }

// planned plans main with the pull request merged.
func (tm *team) planned(t *testing.T, number int) flow {
	t.Helper()
	job := tm.cloneOf(t)
	tm.git(t, job.desk, "merge", "--quiet", "--no-ff", "-m", "Merge for the plan", "origin/"+branchOf(number))
	f := flow{folder: filepath.Join(job.desk, "..", "roster")}
	f.ok = f.script(t, job, nil, "ci/plan.sh", f.folder)
	if !f.script(t, job, onGitHub, "ci/github.sh", "comment", f.folder, strconv.Itoa(number)) {
		t.Fatalf("no comment:\n%s", f.log)
	}
	f.summary = tm.hub(t).comment(t, number)
	return f
}

// merge merges a pull request, and plans and applies main.
func (tm *team) merge(t *testing.T, number int) flow {
	t.Helper()
	f := tm.planMerge(t, number)
	if f.ok {
		tm.apply(t, &f)
	}
	return f
}

func (tm *team) planMerge(t *testing.T, number int) flow {
	t.Helper()
	tm.git(t, tm.desk, "merge", "--quiet", "--no-ff", "-m", "Merge a pull request", branchOf(number))
	tm.git(t, tm.desk, "push", "--quiet", "origin", "main")
	head := tm.git(t, tm.desk, "rev-parse", "HEAD")
	tm.changeHub(t, func(h *hub) { h.Pulls[number-1].MergedAs = head })
	return tm.planMain(t)
}

// planMain plans main and compares the plan with the pull request's.
func (tm *team) planMain(t *testing.T) flow {
	t.Helper()
	job := tm.cloneOf(t)
	f := flow{folder: filepath.Join(job.desk, "..", "roster"), commit: tm.git(t, job.desk, "rev-parse", "HEAD")}
	f.ok = f.script(t, job, onGitHub, "ci/github.sh", "newest", f.commit) && f.script(t, job, nil, "ci/plan.sh", f.folder)
	f.summary = readFile(t, f.folder, "report.md")
	if f.ok {
		f.ok = f.script(t, job, onGitHub, "ci/github.sh", "compare", f.folder, f.commit)
		f.summary += "\n" + readFile(t, f.folder, "comparison.md") // written by another job
	}
	return f
}

// apply applies a plan of main if it has changes.
func (tm *team) apply(t *testing.T, f *flow) {
	t.Helper()
	if outputOf(t, f.folder, "changes") == "true" {
		job := tm.cloneOf(t)
		tm.git(t, job.desk, "checkout", "--quiet", f.commit)
		f.ok = f.script(t, job, onGitHub, "ci/github.sh", "newest", f.commit) &&
			f.script(t, job, nil, "ci/apply.sh", artifact(t, f.folder), outputOf(t, f.folder, "checksum"))
	}
}

// night records who joined, and opens or closes the issue about drift.
func (tm *team) night(t *testing.T) flow {
	t.Helper()
	job, f := tm.cloneOf(t), flow{}
	folder := filepath.Join(job.desk, "..", "night")
	if !f.script(t, job, nil, "ci/refresh.sh", folder) {
		return f
	}
	code, printed := job.script(t, nil, "ci/drift.sh", folder)
	f.log += printed
	switch code {
	case 0:
		f.ok = f.script(t, job, onGitHub, "ci/github.sh", "close")
	case 2:
		f.ok = f.script(t, job, onGitHub, "ci/github.sh", "issue", folder)
	}
	return f
}

// cloneOf is a job's checkout of main.
func (tm *team) cloneOf(t *testing.T) *team {
	t.Helper()
	job := *tm
	job.desk = filepath.Join(t.TempDir(), "clone")
	tm.git(t, tm.dir, "clone", "--quiet", tm.remote, job.desk)
	return &job
}

// artifact is a download of only the plan, as another job gets it.
func artifact(t *testing.T, folder string) string {
	t.Helper()
	to := t.TempDir()
	if err := os.WriteFile(filepath.Join(to, "roster.tfplan"), []byte(readFile(t, folder, "roster.tfplan")), 0o600); err != nil {
		t.Fatal(err)
	}
	return to
}

func outputOf(t *testing.T, folder, name string) string {
	t.Helper()
	for line := range strings.Lines(readFile(t, folder, "outputs")) {
		if value, found := strings.CutPrefix(strings.TrimSpace(line), name+"="); found {
			return value
		}
	}
	t.Fatalf("no output %s", name)
	return ""
}

// must stops the test with the log unless the flow succeeded, or failed, as wanted.
func (f flow) must(t *testing.T, well bool) flow {
	t.Helper()
	if f.ok != well {
		t.Fatalf("the success is %t, want %t:\n%s", f.ok, well, f.log)
	}
	return f
}

// wants checks that a text contains these texts and lacks those.
func wants(t *testing.T, what, text string, present []string, absent ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(strings.ReplaceAll(text, "\n| ", "\n")), " ")
	for _, wanted := range present {
		if !strings.Contains(flat, wanted) {
			t.Errorf("%s lacks %q:\n%s", what, wanted, text)
		}
	}
	for _, unwanted := range absent {
		if strings.Contains(flat, unwanted) {
			t.Errorf("%s has %q:\n%s", what, unwanted, text)
		}
	}
}
