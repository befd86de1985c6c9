package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// destroy removes all members of the roster and no other member, after max_removals is raised. A pending second invitation
// cannot be revoked; the plan and the apply warn about it.
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
