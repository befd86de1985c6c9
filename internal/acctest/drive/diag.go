package drive

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Diag is an error or a warning.
type Diag struct {
	Error           bool
	Address         string // "" if it is not about one instance
	Summary, Detail string
}

func (d Diag) String() string {
	kind := "warning"
	if d.Error {
		kind = "error"
	}
	return fmt.Sprintf("%s: %s: %s\n%s", kind, d.Address, d.Summary, d.Detail)
}

// Report is the diagnostics of a run.
type Report struct {
	mu    sync.Mutex
	Diags []Diag
	// Interrupted says that Stop kept some instances from being processed.
	Interrupted bool
}

// Errors are the errors, in order.
func (r *Report) Errors() []Diag { return r.all(true) }

// Warnings are the warnings.
func (r *Report) Warnings() []Diag { return r.all(false) }

// Err is all errors in one, or nil.
func (r *Report) Err() error {
	var lines []string
	for _, d := range r.Errors() {
		lines = append(lines, d.String())
	}
	if len(lines) == 0 {
		return nil
	}
	return fmt.Errorf("%s", strings.Join(lines, "\n"))
}

// Warns reports whether one warning contains all these texts.
func (r *Report) Warns(texts ...string) bool {
	return slices.ContainsFunc(r.Warnings(), func(d Diag) bool {
		return !slices.ContainsFunc(texts, func(text string) bool { return !strings.Contains(d.Summary+"\n"+d.Detail, text) })
	})
}

func (r *Report) all(errors bool) []Diag {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.Diags), func(d Diag) bool { return d.Error != errors })
}

// add adds a diagnostic. A replacement's second planning call may repeat one of the first.
func (r *Report) add(d Diag) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.Diags, d) {
		r.Diags = append(r.Diags, d)
	}
}

// record adds a provider's diagnostics and reports whether none is an error.
func (r *Report) record(address string, diags []*tfprotov6.Diagnostic, err error) bool {
	ok := err == nil
	if err != nil {
		r.fail(address, "The provider did not answer", err.Error())
	}
	for _, d := range diags {
		failed := d.Severity == tfprotov6.DiagnosticSeverityError
		r.add(Diag{Error: failed, Address: address, Summary: d.Summary, Detail: d.Detail})
		ok = ok && !failed
	}
	return ok
}

func (r *Report) fail(address, summary, detail string) {
	r.add(Diag{Error: true, Address: address, Summary: summary, Detail: detail})
}

// violates adds violations of Terraform's rules, if there are any.
func (r *Report) violates(address, summary string, violations []string) bool {
	if len(violations) > 0 {
		r.fail(address, summary, strings.Join(violations, "\n"))
	}
	return len(violations) > 0
}
