package main

import (
	"context"
	"errors"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// planExclusive turns on the exclusive memberships. The plan warns and names the stranger, but removes no member yet.
func (d *demo) planExclusive(ctx context.Context) (string, error) {
	d.world.ResetLog()
	if err := d.write("exclusive.auto.tfvars", "exclusive = true\n"); err != nil {
		return "", err
	}
	p, printed, err := d.cli.plan(ctx)
	if err != nil {
		return "", err
	}
	member, _ := d.world.Member(stranger)
	const rule = "modelprime_exclusive_memberships.roster[0]"
	err = errors.Join(
		expectMap("changes in the plan of the rule", map[string]string{rule: "create"}, p.changes),
		expect("unlisted members in the plan", any(map[string]any{member.ID: stranger}), p.planned[rule]["unlisted"]),
		expectText(printed, stranger),
		expectWarnings(printed, stranger),
		d.expectRequests(map[string]int{}),
	)
	return "the plan names " + stranger, err
}

// applyExclusive removes exactly the member in that plan.
func (d *demo) applyExclusive(ctx context.Context) (string, error) {
	if _, err := d.cli.applyPlan(ctx); err != nil {
		return "", err
	}
	want := map[string]string{sandbox.DefaultEmail: "member"}
	for _, email := range d.roster.emails() {
		want[email] = "member"
	}
	delete(want, removed) // their second invitation is not answered
	got := map[string]string{}
	for _, member := range d.world.Members() {
		got[member.Email] = "member"
	}
	err := errors.Join(
		expectMap("members after the rule", want, got),
		d.expectRequests(map[string]int{"deleteUser": 1}),
	)
	return "1 stranger removed, nobody else", err
}
