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

var update = flag.Bool("update", false, "write matrix.md anew")

// cell is what came of one fault in one scene.
type cell struct {
	requests int
	outcome
}

// begin takes a scene to where its operation may fail.
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

// play plays a scene in which nothing fails, and returns how many requests come before its operation's first.
func play(t *testing.T, s scene) (before int, c cell) {
	w, plan := begin(t, s)
	diags := s.told(t, s.act(w, plan))
	requests := w.Requests()
	before = slices.IndexFunc(requests, func(r sandbox.Request) bool { return r.Operation == s.operation })
	if before < 0 {
		t.Fatalf("%s is not used", s.operation)
	}
	return before, w.conclude(s, diags, w.Count(s.operation))
}

// fail plays a scene under a fault that lasts.
func fail(t *testing.T, s scene, f fault, before int) cell {
	w, plan := begin(t, s)
	f.set(w.Sandbox, s.operation, 0)
	if f.class == trickling {
		w.tf.Provider["request_timeout"] = patience.String()
	}
	if f.kind == connectionRefused {
		w.closeAfter(before)
	}
	diags := s.told(t, s.act(w, plan))
	requests := w.Count(s.operation)
	if f.kind == connectionRefused {
		requests = attemptsIn(diags)
	}
	holdDiags(t, s, f, diags)
	w.reopen()
	return w.conclude(s, diags, requests)
}

// told is what is said beyond what the plan says in any case.
func (s scene) told(t *testing.T, diags []drive.Diag) []drive.Diag {
	t.Helper()
	rest := slices.DeleteFunc(slices.Clone(diags), func(d drive.Diag) bool { return !d.Error && d.Summary == s.foretold })
	if (len(rest) < len(diags)) != (s.foretold != "") {
		t.Errorf("%q was not said: %v", s.foretold, diags)
	}
	return rest
}

// attemptsIn is how many attempts a message tells of. Requests that never came are counted nowhere else.
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

// conclude gathers what came of a scene, and then goes on: the next run has no error, and replaces or taints nobody.
func (w *world) conclude(s scene, diags []drive.Diag, requests int) cell {
	w.T.Helper()
	c := cell{requests, outcome{says: saidBy(diags), truth: w.truth()}}
	if s.state == nil {
		if again := s.look(w); s.operation != "resetUserPassword" && len(again) > 0 {
			w.T.Errorf("the next look brings %v", again)
		}
		return c
	}
	c.state = s.state(w)
	address := w.address(s)
	w.tf.Provider["email"], _ = w.Credentials() // as the plan that changes the owner's address says
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

// address is the only instance of a scene.
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

// holdDiags fails the test unless what is said of a fault tells the reason, whom it is about, and, in an error, what to do.
func holdDiags(t *testing.T, s scene, f fault, diags []drive.Diag) {
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

// adviceOf is what an error says the reader can do.
func adviceOf(s scene, f fault) string {
	if f.class == unknown && s.operation == "getOrganization" {
		return "The response did not come from the Model-Prime API"
	}
	return f.advice
}

// wanted is what the expectations say of a cell.
func wanted(s scene, f fault) cell {
	op := operationOf(s)
	requests := expected(op, f, 0).requests
	if harmless(op, f) {
		return cell{requests, s.fine}
	}
	return cell{requests, s.expects(op.verb, f.class)}
}

// Every operation, wherever the provider uses it, under every fault that lasts: how often it is sent, what the user reads,
// what the state holds, what the organization has come to, and what the next run does about it.
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
	holdFile(t, "matrix.md", render(all, cells))
}

// Every operation is used somewhere in the matrix.
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

func holdFile(t *testing.T, name, text string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	kept, err := os.ReadFile(name)
	if err != nil || string(kept) != text {
		t.Errorf("%s is not what came of the faults (%v): look at the difference after go test ./internal/provider/faults -run TestFaultMatrix -update", name, err)
	}
}
