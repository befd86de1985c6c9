package main

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// demo is shared by the steps.
type demo struct {
	cli    *cli
	world  *sandbox.Sandbox
	roster roster
	mirror string // a filesystem mirror with the provider in it
}

// step is one step of the demo. It returns a line to print, or an error.
type step struct {
	title string
	do    func(context.Context) (string, error)
}

// story returns all steps. A step may depend on the organization and the state after the steps before it.
func (d *demo) story() []step {
	return []step{
		{"Install the provider", d.install},
		{"Refuse a roster with mistakes", d.refuseMistakes},

		{"Plan the roster", d.planInvitations},
		{"Apply that plan", d.applyInvitations},
		{"Plan again", d.planNothing},
		{"All people accept", d.everybodyAccepts},
		{"Refresh the state", d.refresh},
		{"Plan again", d.planNothing},

		{"Lose half of the roster", d.planTruncated},

		{"A leaver accepts late", d.planLeaver},
		{"Apply that plan", d.applyLeaver},
		{"Plan again", d.planNothing},

		{"Drift outside Terraform", d.drift},
		{"Audit finds it", d.auditDrift},
		{"Plan finds it", d.planMending},
		{"Apply repairs it", d.applyMending},
		{"Plan again", d.planNothingButWarn},
		{"Configure the new address", d.writeNewAddress},

		{"Allow nobody else", d.planExclusive},
		{"Apply that plan", d.applyExclusive},
		{"Plan again", d.planNothing},

		{"Destroy", d.destroy},
	}
}

// tell runs the steps, prints a line for each, and stops at the first error. With verbose, it prints each title before the CLI's
// output.
func tell(ctx context.Context, out io.Writer, steps []step, verbose bool) error {
	begin := time.Now()
	for i, s := range steps {
		stepBegin := time.Now()
		if verbose {
			_, _ = fmt.Fprintf(out, "\n%2d. %s\n", i+1, s.title)
		}
		said, err := s.do(ctx)
		if err != nil {
			return fmt.Errorf("step %d, %q: %w", i+1, s.title, err)
		}
		_, _ = fmt.Fprintf(out, "%2d. %-30s %4.1fs  %s\n", i+1, s.title, time.Since(stepBegin).Seconds(), said)
	}
	_, _ = fmt.Fprintf(out, "\nDone in %.0f seconds; every step had the expected result.\n", time.Since(begin).Seconds())
	return nil
}
