package faults_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

var update = flag.Bool("update", false, "write matrix.md again")

// cell is the result of one fault in one scene.
type cell struct {
	requests int
	outcome
}

// begin prepares a scene up to its operation.
func begin(t *testing.T, s scene) (*world, *drive.Plan) {
	w := newWorld(t)
	if s.before != nil {
		s.before(w)
	}
	var plan *drive.Plan
	if s.planned {
		plan = w.tf.Plan(t.Context(), s.config, drive.Options{})
		w.Must(plan.Err())
	}
	w.ResetLog()
	return w, plan
}

// play runs a scene without a fault and returns the number of requests before its operation.
func play(t *testing.T, s scene) (before int, c cell) {
	w, plan := begin(t, s)
	diags := s.withoutPlanWarning(t, s.act(w, plan))
	requests := w.Requests()
	before = slices.IndexFunc(requests, func(r sandbox.Request) bool { return r.Operation == s.operation })
	if before < 0 {
		t.Fatalf("%s is not used", s.operation)
	}
	return before, w.conclude(s, diags, w.Count(s.operation))
}

// fail runs a scene under a lasting fault.
func fail(t *testing.T, s scene, f fault, before int) cell {
	w, plan := begin(t, s)
	f.set(w.Sandbox, s.operation, 0)
	if f.class == trickling {
		w.tf.Provider["request_timeout"] = trickleTimeout.String()
	}
	if f.kind == connectionRefused {
		w.closeAfter(before)
	}
	diags := s.withoutPlanWarning(t, s.act(w, plan))
	requests := w.Count(s.operation)
	if f.kind == connectionRefused {
		requests = attemptsIn(diags)
	}
	checkDiags(t, s, f, diags)
	w.reopen()
	return w.conclude(s, diags, requests)
}

// withoutPlanWarning removes the warning that each plan of the scene has, and checks that it was there.
func (s scene) withoutPlanWarning(t *testing.T, diags []drive.Diag) []drive.Diag {
	t.Helper()
	rest := slices.DeleteFunc(slices.Clone(diags), func(d drive.Diag) bool { return !d.Error && d.Summary == s.planWarning })
	if (len(rest) < len(diags)) != (s.planWarning != "") {
		t.Errorf("%q was not said: %v", s.planWarning, diags)
	}
	return rest
}

// attemptsIn is the number of attempts in a message, for requests that never arrived.
func attemptsIn(diags []drive.Diag) int {
	for _, d := range diags {
		for n := retries + 1; n > 1; n-- {
			if strings.Contains(d.Detail, fmt.Sprintf("(after %d attempts)", n)) {
				return n
			}
		}
	}
	return 1
}

// conclude collects a scene's result and then runs again: without an error, a replacement or a taint.
func (w *world) conclude(s scene, diags []drive.Diag, requests int) cell {
	w.T.Helper()
	c := cell{requests, outcome{says: saidBy(diags), truth: w.truth()}}
	if s.state == nil {
		if again := s.look(w); s.operation != "resetUserPassword" && len(again) > 0 {
			w.T.Errorf("the next lookup gives %v", again)
		}
		return c
	}
	c.state = s.state(w)
	address := w.address(s)
	w.tf.Provider["email"], _ = w.Credentials() // a plan that changes the caller's address says so
	plan := w.tf.Plan(w.T.Context(), s.config, drive.Options{})
	w.Must(plan.Err())
	c.next = string(plan.Change(address).Action)
	report := w.tf.Apply(w.T.Context(), plan)
	w.Must(report.Err())
	if object := w.tf.Object(address); object != nil && object.Tainted || (object == nil) != (len(s.config) == 0) {
		w.T.Errorf("the next run leaves %+v", object)
	}
	return c
}

// address is the scene's only instance.
func (w *world) address(s scene) string {
	for _, address := range append(slices.Collect(maps.Keys(s.config)), w.tf.Addresses()...) {
		return address
	}
	return ada
}

func saidBy(diags []drive.Diag) string {
	var said []string
	for _, d := range diags {
		severity := "warning: "
		if d.Error {
			severity = "error: "
		}
		said = append(said, severity+d.Summary)
	}
	return strings.Join(said, "; ")
}

// checkDiags fails the test unless each diagnostic has the cause, and each error the advice.
func checkDiags(t *testing.T, s scene, f fault, diags []drive.Diag) {
	t.Helper()
	op := operationOf(s)
	for _, d := range diags {
		text := d.Detail
		switch {
		case !strings.Contains(text, reasonOf(op, f)):
			t.Errorf("%q does not say %q", text, reasonOf(op, f))
		case d.Error && !strings.Contains(text, adviceOf(s, f)):
			t.Errorf("%q does not advise %q", text, adviceOf(s, f))
		case strings.Contains(text, sandbox.DefaultToken):
			t.Errorf("%q holds the token", text)
		}
	}
}

func operationOf(s scene) operation {
	all := operations()
	return all[slices.IndexFunc(all, func(op operation) bool { return op.name == s.operation })]
}

// adviceOf is the advice of an error.
func adviceOf(s scene, f fault) string {
	if f.class == unknown && s.operation == "getOrganization" {
		return "The response did not come from the Model-Prime API"
	}
	return f.advice
}

// wanted is the expected cell.
func wanted(s scene, f fault) cell {
	op := operationOf(s)
	requests := expected(op, f, 0).requests
	if harmless(op, f) {
		return cell{requests, s.fine}
	}
	return cell{requests, s.expects(op.verb, f.class)}
}

// Each operation in each place where the provider uses it, under each lasting fault: the number of requests, the messages, the state,
// the organization and the next run.
func TestFaultMatrix(t *testing.T) {
	t.Parallel()
	all := scenes()
	cells := make([][]cell, len(all))
	var mu sync.Mutex
	t.Run("scenes", func(t *testing.T) {
		for i, s := range all {
			cells[i] = make([]cell, len(faults())+1)
			t.Run(s.operation+"/"+s.name, func(t *testing.T) {
				t.Parallel()
				before, c := play(t, s)
				if c.outcome != s.fine {
					t.Errorf("without a fault: got %+v, want %+v", c.outcome, s.fine)
				}
				cells[i][0] = c
				for j, f := range faults() {
					t.Run(f.name, func(t *testing.T) {
						t.Parallel()
						c := fail(t, s, f, before)
						if want := wanted(s, f); c != want {
							t.Errorf("got  %+v\nwant %+v", c, want)
						}
						mu.Lock()
						defer mu.Unlock()
						cells[i][j+1] = c
					})
				}
			})
		}
	})
	if t.Failed() {
		return
	}
	checkFile(t, "matrix.md", render(all, cells))
}

// The matrix has each operation.
func TestAllOperationsAreInTheMatrix(t *testing.T) {
	for _, op := range operations() {
		if !slices.ContainsFunc(scenes(), func(s scene) bool { return s.operation == op.name }) {
			t.Errorf("no scene uses %s", op.name)
		}
	}
	if len(operations()) != 9 || modelprime.DefaultEndpoint == "" {
		t.Errorf("there are %d operations", len(operations()))
	}
}

func checkFile(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(name)
	if err != nil || string(kept) != text {
		t.Errorf("%s does not match the results (%v): see the difference after go test ./internal/provider/faults -run TestFaultMatrix -update", name, err)
	}
}
