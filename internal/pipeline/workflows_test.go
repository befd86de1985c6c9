package pipeline

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/oasdiff/yaml"
)

const example = "../../examples/gitops"

// workflow is the part of a workflow file that says who runs what, with which secrets.
type workflow struct {
	On   map[string]any `json:"on"`
	Jobs map[string]job `json:"jobs"`
}

type job struct {
	If          string            `json:"if"`
	Needs       any               `json:"needs"`
	Environment string            `json:"environment"`
	Permissions map[string]string `json:"permissions"`
	Steps       []step            `json:"steps"`
}

type step struct {
	Uses string            `json:"uses"`
	Run  string            `json:"run"`
	With map[string]any    `json:"with"`
	Env  map[string]string `json:"env"`
}

func readYAML(t *testing.T, into any, path ...string) {
	t.Helper()
	data, err := yaml.YAMLToJSON([]byte(readFile(t, path...)))
	if err == nil {
		err = json.Unmarshal(data, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

func workflows(t *testing.T) map[string]workflow {
	t.Helper()
	found := map[string]workflow{}
	for _, file := range workflowFiles(t) {
		var w workflow
		readYAML(t, &w, file)
		found[filepath.Base(file)] = w
	}
	return found
}

func workflowFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(example, ".github", "workflows", "*.yml"))
	if err != nil || len(files) != 3 {
		t.Fatalf("workflows: %q, %v", files, err)
	}
	return files
}

func (j job) secret() bool {
	text, _ := json.Marshal(j)
	return strings.Contains(string(text), "secrets.")
}

// A branch can change a workflow but not an environment's protection. So each job with a secret has an environment, and jobs for main
// check the branch themselves, because a manual run can be of any branch.
func TestSecretsBelongToEnvironments(t *testing.T) {
	t.Parallel()
	environments := map[string]string{}
	for file, w := range workflows(t) {
		for name, j := range w.Jobs {
			if j.secret() != (j.Environment != "") {
				t.Errorf("%s, job %s: environment %q, secrets %t", file, name, j.Environment, j.secret())
			}
			if j.Environment != "" {
				environments[file+" "+name] = j.Environment
			}
			if name == "test" {
				continue
			}
			if file == "plan.yml" {
				if j.If != "github.event.pull_request.head.repo.full_name == github.repository" {
					t.Errorf("%s, job %s runs for a fork: if %q", file, name, j.If)
				}
			} else if j.Needs == nil && j.If != "github.ref == 'refs/heads/main'" {
				t.Errorf("%s, job %s runs for more than main: if %q", file, name, j.If)
			}
		}
	}
	want := map[string]string{
		"plan.yml plan": "roster-pull-request", "apply.yml plan": "roster-main", "drift.yml drift": "roster-main", "apply.yml apply": "roster-apply",
	}
	if !maps.Equal(environments, want) {
		t.Errorf("environments: got %v, want %v", environments, want)
	}
	for name := range map[string]bool{"roster-pull-request": true, "roster-main": true, "roster-apply": true} {
		wants(t, "the README", readFile(t, example, "README.md"), []string{"`" + name + "`"})
	}
}

// A protected job takes no artifact, cache or result of an unprotected job, of another workflow or of another run.
func TestProtectedJobsUseNothingUnprotected(t *testing.T) {
	t.Parallel()
	for file, w := range workflows(t) {
		for trigger := range w.On {
			if !slices.Contains([]string{"pull_request", "push", "workflow_dispatch", "schedule"}, trigger) {
				t.Errorf("%s runs on %s", file, trigger)
			}
		}
		made := map[any]string{} // the artifacts and the jobs that upload them
		for name, j := range w.Jobs {
			for _, s := range j.Steps {
				if strings.HasPrefix(s.Uses, "actions/upload-artifact@") {
					made[s.With["name"]] = name
				}
			}
		}
		if file == "plan.yml" && len(made) > 0 {
			t.Errorf("a pull request's job leaves %v", made)
		}
		for name, j := range w.Jobs {
			text, _ := json.Marshal(j)
			if found := regexp.MustCompile(`actions/cache|run-id|run download|gh run|"cache`).FindString(string(text)); found != "" {
				t.Errorf("%s, job %s has %q", file, name, found)
			}
			for _, s := range j.Steps {
				if !strings.HasPrefix(s.Uses, "actions/download-artifact@") {
					continue
				}
				if maker, ok := w.Jobs[made[s.With["name"]]]; !ok || maker.Environment != "roster-main" {
					t.Errorf("%s, job %s takes %v of an unprotected job", file, name, s.With["name"])
				}
				if keys := slices.Sorted(maps.Keys(s.With)); !slices.Equal(keys, []string{"name", "path"}) {
					t.Errorf("%s, job %s downloads by %v", file, name, keys)
				}
			}
		}
	}
	apply := workflows(t)["apply.yml"].Jobs
	if needs := fmt.Sprint(apply["apply"].Needs); needs != "[plan compare]" {
		t.Errorf("the apply needs %s: its reviewers must see the plan and the comparison first", needs)
	}
	if compare := apply["compare"]; compare.secret() || compare.Environment != "" || strings.Contains(fmt.Sprint(compare.Permissions), "write") {
		t.Error("the job that reads a pull request's comment has a secret or may write")
	}
}

// The same for GitLab.
func TestGitLabsJobsAreProtected(t *testing.T) {
	t.Parallel()
	type job struct {
		Environment any
		Needs       []string
		Rules       []struct{ If, When string }
		Artifacts   struct{ Paths []string }
	}
	var file struct {
		Default                    struct{ Image struct{ Name string } }
		Report, Plan, Apply, Drift job
	}
	readYAML(t, &file, example, ".gitlab-ci.yml")
	if !regexp.MustCompile(`^[\w./-]+:[\d.]+@sha256:[0-9a-f]{64}$`).MatchString(file.Default.Image.Name) {
		t.Errorf("the image %q is not pinned", file.Default.Image.Name)
	}
	jobs := map[string]job{"report": file.Report, "plan": file.Plan, "apply": file.Apply, "drift": file.Drift}
	for name, want := range map[string]struct{ environment, rule string }{
		"report": {"roster/merge-request", `$CI_PIPELINE_SOURCE == "merge_request_event" && $CI_MERGE_REQUEST_SOURCE_PROJECT_ID == $CI_MERGE_REQUEST_PROJECT_ID`},
		"plan":   {"roster/main", `$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE =~ /^(push|web)$/`},
		"apply":  {"roster/apply", `$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE =~ /^(push|web)$/`},
		"drift":  {"roster/main", `$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH && $CI_PIPELINE_SOURCE == "schedule"`},
	} {
		j := jobs[name]
		if !strings.Contains(fmt.Sprint(j.Environment), want.environment) || len(j.Rules) != 1 || j.Rules[0].If != want.rule {
			t.Errorf("job %s: environment %v, rules %v", name, j.Environment, j.Rules)
		}
		if kept := len(j.Artifacts.Paths) > 0; kept != (name == "plan") {
			t.Errorf("job %s keeps %v", name, j.Artifacts.Paths)
		}
		wants(t, "the README", readFile(t, example, "README.md"), []string{"`" + want.environment + "`"})
	}
	wants(t, "the README", readFile(t, example, "README.md"), []string{"*Minimum role to use pipeline variables* to *No one allowed*"})
	if apply := jobs["apply"]; !slices.Equal(apply.Needs, []string{"plan"}) || apply.Rules[0].When != "manual" {
		t.Errorf("the apply takes artifacts of %v, and starts %s", apply.Needs, apply.Rules[0].When)
	}
}

// A pipeline of an older commit, or its apply, can be restarted. The first line of its script refuses that.
func TestGitLabAppliesOnlyTheNewestCommit(t *testing.T) {
	t.Parallel()
	var file struct{ Plan, Apply struct{ Script []string } }
	readYAML(t, &file, example, ".gitlab-ci.yml")
	dir := t.TempDir()
	var commits []string
	for _, args := range []string{"init --quiet --initial-branch=main", "commit --quiet --allow-empty -m First", "rev-parse HEAD", "commit --quiet --allow-empty -m Second", "rev-parse HEAD"} {
		cmd := exec.Command("git", append([]string{"-c", "user.name=Ada Marsh", "-c", "user.email=ada.marsh@example.com"}, strings.Fields(args)...)...)
		cmd.Dir = dir
		printed, err := cmd.Output()
		if err != nil {
			t.Fatalf("git %s: %v", args, err)
		}
		if strings.HasPrefix(args, "rev-parse") {
			commits = append(commits, strings.TrimSpace(string(printed)))
		}
	}
	for name, script := range map[string][]string{"plan": file.Plan.Script, "apply": file.Apply.Script} {
		for i, commit := range commits {
			cmd := exec.Command("sh", "-c", script[0])
			cmd.Env = append(os.Environ(), "CI_REPOSITORY_URL="+dir, "CI_DEFAULT_BRANCH=main", "CI_COMMIT_SHA="+commit)
			if printed, err := cmd.CombinedOutput(); (err == nil) != (i == 1) {
				t.Errorf("the job %s of commit %d: %v\n%s", name, i+1, err, printed)
			}
		}
	}
}

// Only the roster belongs to its editors. The last matching line of CODEOWNERS decides, on GitHub and GitLab.
func TestOnlyTheRosterIsOwnedByItsEditors(t *testing.T) {
	t.Parallel()
	var lines [][]string
	for line := range strings.Lines(readFile(t, example, "CODEOWNERS")) {
		if line, _, _ = strings.Cut(line, "#"); strings.TrimSpace(line) != "" {
			lines = append(lines, strings.Fields(line))
		}
	}
	err := filepath.WalkDir(example, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		path, _ = filepath.Rel(example, path)
		owner := ""
		for _, line := range lines {
			switch {
			case len(line) != 2 || !strings.HasPrefix(line[1], "@") || line[0] != "*" && !strings.HasPrefix(line[0], "/"):
				t.Errorf("this test cannot read the line %q", line)
			case line[0] == "*" || line[0] == "/"+path:
				owner = line[1]
			}
		}
		if want := map[bool]string{true: "@example-robotics/people", false: "@example-robotics/platform"}[path == "roster.yaml"]; owner != want {
			t.Errorf("%s is owned by %q, want %q", path, owner, want)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Actions are pinned to a commit. A tag could be moved to other code, which would run with the token.
func TestWorkflowsUseOnlyPinnedActions(t *testing.T) {
	t.Parallel()
	pinned := regexp.MustCompile(`^\s*(- )?uses: [\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$`)
	for _, file := range workflowFiles(t) {
		for line := range strings.Lines(readFile(t, file)) {
			if line = strings.TrimSuffix(line, "\n"); strings.Contains(line, "uses:") && !pinned.MatchString(line) {
				t.Errorf("%s: %s", file, strings.TrimSpace(line))
			}
		}
	}
}

// A job has only the permissions that it lists.
func TestWorkflowsAllowNothingByDefault(t *testing.T) {
	t.Parallel()
	for _, file := range workflowFiles(t) {
		text := readFile(t, file)
		if !strings.Contains(text, "\npermissions: {}\n") {
			t.Errorf("%s: a job without permissions of its own has some", file)
		}
		if !strings.Contains(text, "\nconcurrency:\n") {
			t.Errorf("%s: no concurrency group", file)
		}
	}
}

// Each job runs the scripts that these tests run, in the same order. A script has no expression, because another person could write
// code into it: a branch's name, a title.
func TestPipelinesCallTheScripts(t *testing.T) {
	t.Parallel()
	script := regexp.MustCompile(`ci/[\w.-]+\.sh[^\n|;]*`)
	for job, want := range map[string][]string{
		"plan.yml plan":     {`ci/plan.sh "$RUNNER_TEMP/roster"`, `ci/github.sh comment "$RUNNER_TEMP/roster" "$NUMBER"`},
		"apply.yml plan":    {`ci/github.sh newest "$GITHUB_SHA"`, `ci/plan.sh "$RUNNER_TEMP/roster"`},
		"apply.yml compare": {`ci/github.sh compare "$RUNNER_TEMP/roster" "$GITHUB_SHA"`},
		"apply.yml apply":   {`ci/github.sh newest "$GITHUB_SHA"`, `ci/apply.sh "$RUNNER_TEMP/roster" "$CHECKSUM"`},
		"drift.yml drift": {
			`ci/refresh.sh "$RUNNER_TEMP/refresh"`, `ci/drift.sh "$RUNNER_TEMP/drift"`, `ci/github.sh close`, `ci/github.sh issue "$RUNNER_TEMP/drift"`,
		},
	} {
		file, name, _ := strings.Cut(job, " ")
		called := []string{}
		for _, s := range workflows(t)[file].Jobs[name].Steps {
			if strings.Contains(s.Run, "${{") || regexp.MustCompile(`terraform (plan|apply)`).MatchString(s.Run) {
				t.Errorf("%s: %s", job, s.Run)
			}
			for _, call := range script.FindAllString(s.Run, -1) {
				called = append(called, strings.TrimSpace(call))
			}
		}
		if !slices.Equal(called, want) {
			t.Errorf("%s calls %q, want %q", job, called, want)
		}
	}
	for _, name := range []string{"plan.sh", "apply.sh", "refresh.sh", "drift.sh", "github.sh"} {
		if info, err := os.Stat(filepath.Join(example, "ci", name)); err != nil || info.Mode().Perm()&0o111 == 0 {
			t.Errorf("ci/%s cannot be run: %v", name, err)
		}
	}
}
