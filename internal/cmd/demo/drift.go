package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Whom the drift is about.
const (
	escalated = "owen.prichard@example.com"
	removed   = "sven.aaltonen@example.com"
	movedFrom = "leila.farahani@example.com"
	movedTo   = "leila.farahani-holm@example.com"
	stranger  = "temp.integrator@example.org"
)

// drift changes four things behind Terraform's back.
func (d *demo) drift(context.Context) (string, error) {
	err := errors.Join(
		d.edit(escalated, func(id string) error { return d.world.SetRoles(id, "admin", "analyst") }),
		d.edit(removed, d.world.Remove),
		d.edit(movedFrom, func(id string) error { return d.world.SetEmail(id, movedTo) }),
		d.add(sandbox.User{Email: stranger, Name: "Temp Integrator", Roles: []string{"developer"}}),
	)
	return "a role added, a member removed, an address changed, a stranger added", err
}

// edit does something to a member whose e-mail the roster knows.
func (d *demo) edit(email string, do func(id string) error) error {
	member, found := d.world.Member(email)
	if !found {
		return fmt.Errorf("%s is no member", email)
	}
	return do(member.ID)
}

func (d *demo) add(user sandbox.User) error {
	_, err := d.world.AddMember(user)
	return err
}

// auditDrift wants all four found, each for what it is, by the plan that the nightly job makes. It changes nothing.
func (d *demo) auditDrift(ctx context.Context) (string, error) {
	d.world.ResetLog()
	p, printed, err := d.cli.plan(ctx, "-refresh-only", "-var=audit=true")
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expect("output audit", any(map[string]any{
			"unmanaged":     []any{stranger},
			"ended":         []any{},
			"missing":       []any{removed},
			"role_drift":    map[string]any{escalated: map[string]any{"expected": []any{"analyst"}, "actual": []any{"admin", "analyst"}}},
			"moved_address": map[string]any{movedFrom: movedTo},
		}), p.outputs["audit"]),
		expectText(printed, "Warning: Check block assertion failed", "Members who are not in the roster: "+stranger+"."),
		d.expectRequests(map[string]int{}),
	)
	return "1 stranger, 1 missing, 1 with other roles, 1 with a new address", err
}

// planMending wants what can be mended as changes, and the moved address as a warning. The stranger is none of the
// memberships' business.
func (d *demo) planMending(ctx context.Context) (string, error) {
	d.world.ResetLog()
	p, printed, err := d.cli.plan(ctx)
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expectMap("changes in the plan after the drift", map[string]string{
			address(escalated): "update: roles [admin analyst] -> [analyst]",
			address(removed):   "create",
		}, p.changes),
		expect("current_email of whoever changed it", any(movedTo), p.planned[address(movedFrom)]["current_email"]),
		expectWarnings(printed, removed, movedFrom),
		expectText(printed, movedTo),
		d.expectRequests(map[string]int{}),
	)
	return "1 role to put back, 1 invitation, 1 warning of the new address", err
}

// applyMending applies that plan: one request for each change, and the stranger and the moved address are left alone.
func (d *demo) applyMending(ctx context.Context) (string, error) {
	before := len(d.invitations()[removed])
	if _, err := d.cli.applyPlan(ctx); err != nil {
		return "", err
	}
	member, _ := d.world.Member(escalated)
	err := errors.Join(
		expect("roles of "+escalated, []string{"analyst"}, slices.Sorted(slices.Values(member.Roles))),
		expect("new invitations of "+removed, 1, len(d.invitations()[removed])-before),
		d.expectRequests(map[string]int{"inviteUser": 1, "replaceUserRoles": 1}),
	)
	return "1 role put back, 1 invitation sent, nothing else changed", err
}

// planNothingButWarn wants a plan without changes that still tells of the address that differs from the roster's.
func (d *demo) planNothingButWarn(ctx context.Context) (string, error) {
	printed, err := d.emptyPlan(ctx)
	if err != nil {
		return "", err
	}
	err = errors.Join(
		expectWarnings(printed, movedFrom),
		expectText(printed, movedTo),
	)
	return "no changes, 1 warning of the new address", err
}
