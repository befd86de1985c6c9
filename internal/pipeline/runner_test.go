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

	"github.com/oasdiff/yaml"
)

// workflow is a workflow's file, as far as the runner plays it.
type workflow struct {
	Jobs map[string]job `json:"jobs"`
}

type job struct {
	If    string            `json:"if"`
	Needs string            `json:"needs"`
	Env   map[string]string `json:"env"`
	Steps []step            `json:"steps"`
}

type step struct {
	Name string            `json:"name"`
	If   string            `json:"if"`
	Uses string            `json:"uses"`
	Run  string            `json:"run"`
	With map[string]any    `json:"with"`
	Env  map[string]string `json:"env"`
}

func readWorkflow(path string) (workflow, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return workflow{}, err
	}
	if data, err = yaml.YAMLToJSON(data); err != nil {
		return workflow{}, fmt.Errorf("read %s: %w", path, err)
	}
	var w workflow
	err = json.Unmarshal(data, &w)
	return w, err
}

// runner plays one run of a workflow: its `run` lines for real, what it `uses` as far as the workflows need it.
type runner struct {
	id       int
	hub      *hub
	dir      string            // of this run
	env      []string          // of every step
	contexts map[string]string // what ${{ … }} may ask for
	checkout func(to string) error
	log      strings.Builder
}

// play runs the jobs, first those that need none and then those whose need went well, and reports whether all did.
func (r *runner) play(w workflow) (bool, error) {
	went := map[string]bool{"": true}
	for _, first := range []bool{true, false} {
		for _, name := range slices.Sorted(maps.Keys(w.Jobs)) {
			j := w.Jobs[name]
			if (j.Needs == "") != first || !went[j.Needs] {
				continue
			}
			ok, err := r.playJob(name, j)
			if err != nil {
				return false, err
			}
			went[name] = ok
		}
	}
	return len(went) == len(w.Jobs)+1 && !slices.Contains(slices.Collect(maps.Values(went)), false), nil
}

func (r *runner) playJob(name string, j job) (bool, error) {
	if wanted, err := r.holds(j.If, true); err != nil || !wanted {
		return true, err
	}
	work, temp := filepath.Join(r.dir, name, "work"), filepath.Join(r.dir, name, "temp")
	if err := os.MkdirAll(temp, 0o700); err != nil {
		return false, err
	}
	r.contexts["runner.temp"] = temp
	ok := true
	for _, s := range j.Steps {
		wanted, err := r.holds(s.If, ok)
		if err != nil {
			return false, err
		}
		if wanted {
			went, err := r.playStep(j, s, work, temp)
			if err != nil {
				return false, fmt.Errorf("job %s, step %q: %w", name, s.Name+s.Uses, err)
			}
			ok = ok && went
		}
	}
	return ok, nil
}

func (r *runner) playStep(j job, s step, work, temp string) (bool, error) {
	if s.Uses != "" {
		return true, r.use(s, work)
	}
	cmd := exec.Command("bash", "-e", "-c", s.Run)
	cmd.Dir = work
	cmd.Env = append(slices.Clone(r.env), "RUNNER_TEMP="+temp, "GITHUB_STEP_SUMMARY="+filepath.Join(temp, "summary.md"))
	for _, env := range []map[string]string{j.Env, s.Env} {
		for name, value := range env {
			filled, err := r.fill(value)
			if err != nil {
				return false, err
			}
			cmd.Env = append(cmd.Env, name+"="+filled)
		}
	}
	cmd.Stdout, cmd.Stderr = &r.log, &r.log
	fmt.Fprintf(&r.log, "\n# %s\n", s.Name)
	return cmd.Run() == nil, nil
}

func (r *runner) use(s step, work string) error {
	with := map[string]string{}
	for name, value := range s.With {
		filled, err := r.fill(fmt.Sprint(value))
		if err != nil {
			return err
		}
		with[name] = filled
	}
	switch action, _, _ := strings.Cut(s.Uses, "@"); action {
	case "actions/checkout":
		return r.checkout(work)
	case "hashicorp/setup-terraform":
		return nil // it is on PATH
	case "actions/upload-artifact":
		return r.upload(with["name"], strings.Fields(with["path"]))
	case "actions/download-artifact":
		return os.CopyFS(with["path"], os.DirFS(r.hub.artifacts(r.id, with["name"])))
	default:
		return fmt.Errorf("the rehearsal does not know %s", action)
	}
}

func (r *runner) upload(name string, paths []string) error {
	to := r.hub.artifacts(r.id, name)
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, filepath.Base(path)), data, 0o600); err != nil {
			return err
		}
	}
	return nil
}

var expression = regexp.MustCompile(`\$\{\{ *(.*?) *\}\}`)

// fill puts in what ${{ … }} asks for.
func (r *runner) fill(text string) (string, error) {
	var unknown error
	filled := expression.ReplaceAllStringFunc(text, func(found string) string {
		name := expression.FindStringSubmatch(found)[1]
		value, known := r.contexts[name]
		if !known {
			unknown = fmt.Errorf("the rehearsal does not know %s", name)
		}
		return value
	})
	return filled, unknown
}

// holds decides an `if`, after steps that went well or not.
func (r *runner) holds(condition string, ok bool) (bool, error) {
	if found := expression.FindStringSubmatch(condition); found != nil {
		condition = found[1]
	}
	if condition == "" {
		return ok, nil
	}
	if condition == "!cancelled()" {
		return true, nil
	}
	left, right, isComparison := strings.Cut(condition, " == ")
	if !isComparison {
		return false, fmt.Errorf("the rehearsal cannot decide %q", condition)
	}
	value := func(name string) string {
		if text, quoted := strings.CutPrefix(name, "'"); quoted {
			return strings.TrimSuffix(text, "'")
		}
		return r.contexts[name]
	}
	return ok && value(left) == value(right), nil
}
