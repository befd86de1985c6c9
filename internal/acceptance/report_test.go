package acceptance

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// report is what one command of the CLI said and how it ended.
type report struct {
	t       *testing.T
	command []string
	code    int
	printed string

	diags   []diag
	planned []string // "create modelprime_membership.ada"
}

// diag is an error or a warning as its reader sees it.
type diag struct {
	Severity, Summary, Detail, Address string
}

func (d diag) String() string {
	return fmt.Sprintf("%s: %s\n%s (%s)", d.Severity, d.Summary, d.Detail, d.Address)
}

// developing is what the CLI says on every command that uses a provider in place of an installed one.
const developing = "Provider development overrides are in effect"

func newReport(t *testing.T, command []string, code int, printed string) *report {
	r := &report{t: t, command: command, code: code, printed: printed}
	for line := range strings.Lines(printed) {
		var message struct {
			Type       string
			Diagnostic diag
			Change     struct {
				Action   string
				Resource struct{ Addr string }
			}
		}
		switch {
		case json.Unmarshal([]byte(line), &message) != nil:
		case message.Type == "diagnostic" && message.Diagnostic.Summary != developing:
			r.diags = append(r.diags, message.Diagnostic)
		case message.Type == "planned_change":
			r.planned = append(r.planned, message.Change.Action+" "+message.Change.Resource.Addr)
		}
	}
	return r
}

func (r *report) String() string {
	lines := []string{fmt.Sprintf("%s ended with %d", strings.Join(r.command, " "), r.code)}
	for _, change := range r.planned {
		lines = append(lines, "plans to "+change)
	}
	for _, d := range r.diags {
		lines = append(lines, d.String())
	}
	if len(r.diags) == 0 && r.code != 0 {
		lines = append(lines, r.printed)
	}
	return strings.Join(lines, "\n")
}

// ok fails the test at once unless the command succeeded.
func (r *report) ok() *report {
	r.t.Helper()
	if r.code != 0 {
		r.t.Fatal(r)
	}
	return r
}

// quiet is ok without a warning.
func (r *report) quiet() *report {
	r.t.Helper()
	if r.ok(); len(r.diags) > 0 {
		r.t.Errorf("want no warning: %s", r)
	}
	return r
}

// plans fails the test unless exactly these changes are planned, each as "create modelprime_membership.ada".
func (r *report) plans(changes ...string) *report {
	r.t.Helper()
	got := slices.Sorted(slices.Values(r.planned))
	slices.Sort(changes)
	if !slices.Equal(got, changes) {
		r.t.Fatalf("want %q planned: %s", changes, r)
	}
	return r
}

// fails fails the test unless the command failed with exactly one error, which holds each of these texts.
func (r *report) fails(texts ...string) *report {
	r.t.Helper()
	failures := r.all("error")
	if r.code == 0 || len(failures) != 1 || !holdsAll(failures[0], texts) {
		r.t.Errorf("want one error with %q: %s", texts, r)
	}
	return r
}

// warns fails the test unless one warning holds each of these texts.
func (r *report) warns(texts ...string) *report {
	r.t.Helper()
	if !slices.ContainsFunc(r.all("warning"), func(d diag) bool { return holdsAll(d, texts) }) {
		r.t.Errorf("want a warning with %q: %s", texts, r)
	}
	return r
}

// warnings fails the test unless there are exactly so many of them.
func (r *report) warnings(times int) *report {
	r.t.Helper()
	if got := len(r.all("warning")); got != times {
		r.t.Errorf("%d warnings, want %d: %s", got, times, r)
	}
	return r
}

func (r *report) all(severity string) []diag {
	return slices.DeleteFunc(slices.Clone(r.diags), func(d diag) bool { return d.Severity != severity })
}

func holdsAll(d diag, texts []string) bool {
	text := d.Summary + "\n" + d.Detail
	return !slices.ContainsFunc(texts, func(wanted string) bool { return !strings.Contains(text, wanted) })
}
