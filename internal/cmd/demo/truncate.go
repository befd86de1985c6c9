package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// planTruncated plans half of the roster, as a bad merge leaves it. The removals are more than one run may make.
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

// explanation is the first sentence of the error that explains the cap, with its summary. The others say only whom they are
// about, and Terraform prints all of them in no order.
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

// quote sets a text below a step's line.
func quote(text string) string {
	return "    " + text
}
