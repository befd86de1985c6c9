package main

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// The people of the drift.
const (
	escalated = "owen.prichard@example.com"
	removed   = "sven.aaltonen@example.com"
	movedFrom = "leila.farahani@example.com"
	movedTo   = "leila.farahani-holm@example.com"
	stranger  = "temp.integrator@example.org"
)

// drift makes four changes outside Terraform.
func (d *demo) drift(context.Context) (string, error) {
	err := errors.Join(
		d.edit(escalated, func(id string) error { return d.world.SetRoles(id, "admin", "analyst") }),
		d.edit(removed, d.world.Remove),
		d.edit(movedFrom, func(id string) error { return d.world.SetEmail(id, movedTo) }),
		d.add(sandbox.User{Email: stranger, Name: "Temp Integrator", Roles: []string{"developer"}}),
	)
	return "a role added, a member removed, an address changed, a stranger added", err
}

// edit changes a member by their e-mail in the roster.
func (d *demo) edit(email string, do func(id string) error) error {
	member, found := d.world.Member(email)
	if !found {
		return fmt.Errorf("%s is not a member", email)
	}
	return do(member.ID)
}

func (d *demo) add(user sandbox.User) error {
	_, err := d.world.AddMember(user)
	return err
}

// auditDrift makes the plan of the nightly job and checks that it finds all four changes. It changes nothing.
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

// planMending checks that the plan repairs the drift of the memberships, and warns about the changed address. The memberships
// ignore the stranger.
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

// applyMending applies that plan: one request for each change. The stranger and the changed address stay.
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

// planNothingButWarn checks that the plan has no changes but still warns about the changed address.
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
