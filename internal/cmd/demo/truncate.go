package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// planTruncated plans half of the roster, as after a bad merge. The removals exceed max_removals.
func (d *demo) planTruncated(ctx context.Context) (string, error) {
	d.world.ResetLog()
	before := len(d.world.Members())
	text, err := d.read("roster.yaml")
	if err != nil {
		return "", err
	}
	half, _, found := strings.Cut(text, "  fleet:\n")
	if !found {
		return "", errors.New("the roster has no team fleet to cut it at")
	}
	if err := d.write("truncated.yaml", half); err != nil {
		return "", err
	}
	printed, err := d.planRefused(ctx, "truncated.yaml", "Too many removals in one run", "one more than the 11 that max_removals allows (25% of the organization's 41 members)")
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expect("members after a plan that was refused", before, len(d.world.Members())),
		d.expectRequests(map[string]int{}),
	)
	return "nobody is removed: the plan fails with\n" + quote(explanation(printed)), err
}

// explanation returns the first sentence of the error that explains the cap, with its summary. The other errors only name
// people, and Terraform prints all errors in no fixed order.
func explanation(printed string) string {
	for text := range strings.SplitSeq(unwrapped(printed), "Error: ") {
		summary, _, _ := strings.Cut(text, " with modelprime_")
		_, detail, _ := strings.Cut(text, "This run ")
		if detail, _, explains := strings.Cut(detail, ". Already counted"); explains {
			return fmt.Sprintf("%s: This run %s.", summary, detail)
		}
	}
	return ""
}

// quote indents a text below a step's line.
func quote(text string) string {
	return "    " + text
}
