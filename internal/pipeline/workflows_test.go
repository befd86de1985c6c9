package pipeline

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

const example = "../../examples/gitops"

func workflowFiles(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(example, ".github", "workflows", "*.yml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("workflows: %q, %v", files, err)
	}
	return files
}

// A tag can be moved to other code, which would then run with the token; a commit cannot.
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

// An expression in a script is code that somebody else may write: a branch's name, a title.
func TestWorkflowsScriptsHoldNoExpressions(t *testing.T) {
	t.Parallel()
	for _, file := range workflowFiles(t) {
		w, err := readWorkflow(file)
		if err != nil {
			t.Fatal(err)
		}
		for name, j := range w.Jobs {
			for _, s := range j.Steps {
				if expression.MatchString(s.Run) {
					t.Errorf("%s, job %s: %s", file, name, s.Run)
				}
			}
		}
	}
}

// Nothing is allowed but what a job asks for itself.
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

// Both pipelines call the scripts that are there, and nothing else runs Terraform on the organization.
func TestPipelinesCallTheScripts(t *testing.T) {
	t.Parallel()
	script := regexp.MustCompile(`ci/[\w.-]+\.sh`)
	files := append(workflowFiles(t), filepath.Join(example, ".gitlab-ci.yml"))
	called := map[string]bool{}
	for _, file := range files {
		text := readFile(t, file)
		for _, path := range script.FindAllString(text, -1) {
			called[path] = true
			info, err := os.Stat(filepath.Join(example, path))
			if err != nil || info.Mode().Perm()&0o111 == 0 {
				t.Errorf("%s calls %s, which cannot be run: %v", file, path, err)
			}
		}
		if regexp.MustCompile(`terraform (plan|apply)`).MatchString(text) {
			t.Errorf("%s plans or applies by itself", file)
		}
	}
	for _, path := range []string{"ci/plan.sh", "ci/apply.sh", "ci/refresh.sh", "ci/drift.sh"} {
		if !called[path] {
			t.Errorf("nobody calls %s", path)
		}
	}
}
