package acctest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// Report is the output and the exit code of one CLI command.
type Report struct {
	T       *testing.T
	Command []string
	Code    int
	Printed string

	Diags   []Diag
	Planned []string // "create modelprime_membership.ada"
}

// Diag is an error or a warning.
type Diag struct {
	Severity, Summary, Detail, Address string
}

func (d Diag) String() string {
	return fmt.Sprintf("%s: %s\n%s (%s)", d.Severity, d.Summary, d.Detail, d.Address)
}

// devOverrides is the CLI's warning about a provider that is not installed.
const devOverrides = "Provider development overrides are in effect"

// NewReport reads a command's output, which is mostly JSON.
func NewReport(t *testing.T, command []string, code int, printed string) *Report {
	r := &Report{T: t, Command: command, Code: code, Printed: printed}
	for line := range strings.Lines(printed) {
		var message struct {
			Type       string
			Diagnostic Diag
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		switch {
		case json.Unmarshal([]byte(line), &message) != nil:
		case message.Type == "diagnostic" && message.Diagnostic.Summary != devOverrides:
			r.Diags = append(r.Diags, message.Diagnostic)
		case message.Type == "planned_change":
			r.Planned = append(r.Planned, message.Change.Action+" "+message.Change.Resource.Addr)
		}
	}
	return r
}

func (r *Report) String() string {
	lines := []string{fmt.Sprintf("%s ended with %d", strings.Join(r.Command, " "), r.Code)}
	for _, change := range r.Planned {
		lines = append(lines, "plans to "+change)
	}
	for _, d := range r.Diags {
		lines = append(lines, d.String())
	}
	if len(r.Diags) == 0 && r.Code != 0 {
		lines = append(lines, r.Printed)
	}
	return strings.Join(lines, "\n")
}

// OK stops the test unless the command succeeded.
func (r *Report) OK() *Report {
	r.T.Helper()
	if r.Code != 0 {
		r.T.Fatal(r)
	}
	return r
}

// Quiet is OK without warnings.
func (r *Report) Quiet() *Report {
	r.T.Helper()
	if r.OK(); len(r.Diags) > 0 {
		r.T.Errorf("want no warning: %s", r)
	}
	return r
}

// Plans stops the test unless exactly these changes are planned, each as "create modelprime_membership.ada".
func (r *Report) Plans(changes ...string) *Report {
	r.T.Helper()
	got := slices.Sorted(slices.Values(r.Planned))
	slices.Sort(changes)
	if !slices.Equal(got, changes) {
		r.T.Fatalf("want %q planned: %s", changes, r)
	}
	return r
}

// Fails fails the test unless the command failed with exactly one error, and it contains these texts.
func (r *Report) Fails(texts ...string) *Report {
	r.T.Helper()
	failures := r.All("error")
	if r.Code == 0 || len(failures) != 1 || !HoldsAll(failures[0], texts) {
		r.T.Errorf("want one error with %q: %s", texts, r)
	}
	return r
}

// Warns fails the test unless one warning contains these texts.
func (r *Report) Warns(texts ...string) *Report {
	r.T.Helper()
	if !slices.ContainsFunc(r.All("warning"), func(d Diag) bool { return HoldsAll(d, texts) }) {
		r.T.Errorf("want a warning with %q: %s", texts, r)
	}
	return r
}

// Warnings fails the test unless there is this number of warnings.
func (r *Report) Warnings(times int) *Report {
	r.T.Helper()
	if got := len(r.All("warning")); got != times {
		r.T.Errorf("%d warnings, want %d: %s", got, times, r)
	}
	return r
}

// All returns the diagnostics of a severity, "error" or "warning".
func (r *Report) All(severity string) []Diag {
	return slices.DeleteFunc(slices.Clone(r.Diags), func(d Diag) bool { return d.Severity != severity })
}

// HoldsAll reports whether a diagnostic contains all these texts.
func HoldsAll(d Diag, texts []string) bool {
	text := d.Summary + "\n" + d.Detail
	return !slices.ContainsFunc(texts, func(wanted string) bool { return !strings.Contains(text, wanted) })
}
