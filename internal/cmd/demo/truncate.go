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
	printed, err := d.planRefused(ctx, "truncated.yaml", "Too many removals in one run", "one more than the 5 that max_removals allows")
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expect("members after a plan that was refused", before, len(d.world.Members())),
		d.expectRequests(map[string]int{}),
	)
	return "nobody is removed, for the plan ends with\n" + quote(firstError(printed)), err
}

// firstError is the first error's summary and the first sentence of its detail.
func firstError(printed string) string {
	_, text, _ := strings.Cut(unwrapped(printed), "Error: ")
	summary, _, _ := strings.Cut(text, " with module")
	_, detail, _ := strings.Cut(text, "This run ")
	detail, _, _ = strings.Cut(detail, " (so far")
	return fmt.Sprintf("%s: This run %s …", summary, detail)
}

// quote sets a text below a step's line.
func quote(text string) string {
	return "    " + text
}
