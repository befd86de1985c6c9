package pipeline

import (
	"errors"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// played is what came of a workflow's run.
type played struct {
	ok  bool
	log string
}

// pullRequest sends what edit does to the clone as a pull request, whose workflow runs. It returns its number.
func (tm *team) pullRequest(t *testing.T, edit func()) (int, played) {
	t.Helper()
	tm.pulls++
	branch := branchOf(tm.pulls)
	tm.git(t, tm.desk, "checkout", "--quiet", "-b", branch, "main")
	edit()
	tm.git(t, tm.desk, "add", ".")
	tm.git(t, tm.desk, "commit", "--quiet", "-m", "Edit the roster")
	tm.git(t, tm.desk, "push", "--quiet", "origin", branch)

	p := pull{Number: tm.pulls}
	p.Head.SHA, p.Head.Repo.FullName = tm.git(t, tm.desk, "rev-parse", "HEAD"), repository
	tm.git(t, tm.desk, "checkout", "--quiet", "main")
	tm.change(t, func(h *hub) { h.Pulls = append(h.Pulls, p) })
	return p.Number, tm.planned(t, p)
}

func branchOf(number int) string { return "change-" + strconv.Itoa(number) }

// planned runs the plan's workflow, on what main would be with the pull request in it.
func (tm *team) planned(t *testing.T, p pull) played {
	t.Helper()
	ran := tm.play(t, "plan.yml", map[string]string{
		"github.event_name":                             "pull_request",
		"github.event.pull_request.number":              strconv.Itoa(p.Number),
		"github.event.pull_request.head.repo.full_name": p.Head.Repo.FullName,
	}, func(to string) error {
		_, cloned := tm.tryGit(tm.dir, "clone", "--quiet", tm.remote, to)
		_, merged := tm.tryGit(to, "merge", "--quiet", "--no-ff", "-m", "Merge for the plan", "origin/"+branchOf(p.Number))
		return errors.Join(cloned, merged)
	})
	status := map[bool]string{true: "success", false: "failure"}[ran.ok]
	tm.change(t, func(h *hub) {
		h.Runs = append(h.Runs, workflowRun{ID: tm.runs, Workflow: "plan.yml", Event: "pull_request", Commit: p.Head.SHA, Status: status})
	})
	return ran
}

// merge merges a pull request into main, which the workflow of the apply runs on.
func (tm *team) merge(t *testing.T, number int) played {
	t.Helper()
	tm.git(t, tm.desk, "merge", "--quiet", "--no-ff", "-m", "Merge a pull request", branchOf(number))
	tm.git(t, tm.desk, "push", "--quiet", "origin", "main")
	head := tm.git(t, tm.desk, "rev-parse", "HEAD")
	tm.change(t, func(h *hub) { h.Pulls[number-1].MergedAs = head })
	return tm.onMain(t, "apply.yml", "push")
}

// onMain runs a workflow on main.
func (tm *team) onMain(t *testing.T, workflow, event string) played {
	t.Helper()
	return tm.play(t, workflow, map[string]string{"github.event_name": event}, func(to string) error {
		_, err := tm.tryGit(tm.dir, "clone", "--quiet", tm.remote, to)
		return err
	})
}

func (tm *team) play(t *testing.T, name string, contexts map[string]string, checkout func(to string) error) played {
	t.Helper()
	w, err := readWorkflow(filepath.Join(tm.root, "examples", "gitops", ".github", "workflows", name))
	if err != nil {
		t.Fatal(err)
	}
	tm.runs++
	for context, value := range map[string]string{
		"github.repository": repository, "github.token": "ghs_played", "vars.ROSTER_REPORT": tm.report,
		"vars.MODELPRIME_EMAIL": sandbox.DefaultEmail, "secrets.MODELPRIME_TOKEN": tm.token, "secrets.PG_CONN_STR": tm.database,
	} {
		contexts[context] = value
	}
	r := &runner{
		id: tm.runs, hub: tm.hub(t), dir: filepath.Join(tm.dir, "runs", strconv.Itoa(tm.runs)),
		env:      append(slices.Clone(tm.env), "GITHUB_SHA="+tm.git(t, tm.desk, "rev-parse", "main")),
		contexts: contexts, checkout: checkout,
	}
	ok, err := r.play(w)
	if err != nil {
		t.Fatalf("%s: %v\n%s", name, err, r.log.String())
	}
	if strings.Contains(r.log.String(), tm.token) {
		t.Errorf("%s: the token is in the log", name)
	}
	return played{ok, r.log.String()}
}

func (tm *team) hub(t *testing.T) *hub {
	t.Helper()
	h, err := openHub(tm.dir)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func (tm *team) change(t *testing.T, edit func(*hub)) {
	t.Helper()
	h := tm.hub(t)
	edit(h)
	if err := h.save(); err != nil {
		t.Fatal(err)
	}
}

// said is the one comment on a pull request.
func (tm *team) said(t *testing.T, number int) string {
	t.Helper()
	bodies := []string{}
	for _, c := range tm.hub(t).Comments {
		if c.On == number {
			bodies = append(bodies, c.Body)
		}
	}
	if len(bodies) != 1 {
		t.Fatalf("%d comments on pull request %d, want one: %q", len(bodies), number, bodies)
	}
	return bodies[0]
}

// mustGo ends the test with the log of a run that should have gone well, or the other way round.
func (p played) mustGo(t *testing.T, well bool) played {
	t.Helper()
	if p.ok != well {
		t.Fatalf("the run's success is %t, want %t:\n%s", p.ok, well, p.log)
	}
	return p
}

// wants holds texts against what there should be in it, and what should not.
func wants(t *testing.T, what, text string, present []string, absent ...string) {
	t.Helper()
	flat := strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(text)), " ")
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
