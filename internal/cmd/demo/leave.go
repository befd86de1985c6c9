package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// destroy removes everybody whom the roster brought in and nobody else, once it is allowed to. Whoever has not answered
// the second invitation cannot be removed, and warnings say so: one of the plan, one of the apply.
func (d *demo) destroy(ctx context.Context) (string, error) {
	d.world.ResetLog()
	printed, err := d.cli.mustRun(ctx, "destroy", "-no-color", "-input=false", "-auto-approve", "-var=max_removals=50")
	if err != nil {
		return "", err
	}
	left := []string{}
	for _, member := range d.world.Members() {
		left = append(left, member.Email)
	}
	slices.Sort(left)

	joined := len(d.roster) - 1
	err = errors.Join(
		expect("members left", []string{sandbox.DefaultEmail}, left),
		d.expectRequests(map[string]int{"deleteUser": joined}),
		expectWarnings(printed, removed, removed),
	)
	return fmt.Sprintf("%d members removed, only the token's owner remains", joined), err
}
