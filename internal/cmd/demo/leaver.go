package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// leaver is a person in the roster's leavers. They were invited and did not accept.
const leaver = "goran.petrovic@example.com"

// planLeaver accepts the leaver's old invitation, which could not be revoked. The plan names them, but removes no member yet.
func (d *demo) planLeaver(ctx context.Context) (string, error) {
	id, err := d.world.AddMember(sandbox.User{Email: leaver, Name: "Goran Petrovic", Roles: []string{"analyst"}})
	if err != nil {
		return "", err
	}
	d.world.ResetLog()
	p, printed, err := d.cli.plan(ctx)
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expectMap("changes in the plan", map[string]string{
			"modelprime_absent_memberships.leavers": fmt.Sprintf("update: present map[%s:%s] -> map[]", id, leaver),
		}, p.changes),
		expectWarnings(printed, leaver),
		d.expectRequests(map[string]int{}),
	)
	return "the plan names " + leaver, err
}

// applyLeaver removes exactly the leaver.
func (d *demo) applyLeaver(ctx context.Context) (string, error) {
	before := len(d.world.Members())
	if _, err := d.cli.applyPlan(ctx); err != nil {
		return "", err
	}
	_, found := d.world.Member(leaver)
	err := errors.Join(
		expect("the leaver is a member", false, found),
		expect("members", before-1, len(d.world.Members())),
		d.expectRequests(map[string]int{"deleteUser": 1}),
	)
	return "1 leaver removed, nobody else", err
}
