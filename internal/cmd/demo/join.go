package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// planInvitations plans the whole roster for an empty organization. A plan sends no e-mails.
func (d *demo) planInvitations(ctx context.Context) (string, error) {
	p, printed, err := d.cli.plan(ctx)
	if err != nil {
		return "", err
	}
	want := map[string]string{"modelprime_absent_memberships.leavers": "create"}
	for _, email := range d.roster.emails() {
		want[address(email)] = "create"
	}
	if err := expectMap("changes in the first plan", want, p.changes); err != nil {
		return "", err
	}
	if err := expect("e-mails after a plan", 0, len(d.world.Emails())); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d people to invite, nobody e-mailed yet", len(d.roster)), expectQuiet(printed)
}

// applyInvitations applies the saved plan: one e-mail for each person, with the roles and the login connection in the roster.
func (d *demo) applyInvitations(ctx context.Context) (string, error) {
	printed, err := d.cli.applyPlan(ctx)
	if err != nil {
		return "", err
	}
	want, got := map[string]string{}, map[string]string{}
	for email, p := range d.roster {
		want[email] = fmt.Sprintf("1 invitation of %s as %v by %s", p.Name, p.Roles, p.LoginConnection)
	}
	for email, sent := range d.invitations() {
		last := sent[len(sent)-1]
		roles := slices.Sorted(slices.Values(last.Roles))
		got[email] = fmt.Sprintf("%d invitation of %s as %v by %s", len(sent), last.Name, roles, last.Connection)
	}
	if err := expectMap("e-mails of the first apply", want, got); err != nil {
		return "", err
	}
	if err := d.expectStatus(ctx, "invited"); err != nil {
		return "", err
	}
	return fmt.Sprintf("%d invitations, one e-mail each", len(want)), expectQuiet(printed)
}

// invitations returns the sent invitations by lower-case address.
func (d *demo) invitations() map[string][]sandbox.Email {
	sent := map[string][]sandbox.Email{}
	for _, email := range d.world.Emails() {
		if email.Kind == "invitation" {
			to := strings.ToLower(email.To)
			sent[to] = append(sent[to], email)
		}
	}
	return sent
}

// planNothing checks that a plan has no changes, e-mails and warnings.
func (d *demo) planNothing(ctx context.Context) (string, error) {
	printed, err := d.emptyPlan(ctx)
	if err != nil {
		return "", err
	}
	return "no changes", expectQuiet(printed)
}

// emptyPlan checks that a plan has no changes and sends nothing. It returns the CLI's output.
func (d *demo) emptyPlan(ctx context.Context) (string, error) {
	d.world.ResetLog()
	before := len(d.world.Emails())
	p, printed, err := d.cli.plan(ctx)
	if err != nil {
		return "", err
	}
	if err := expectMap("changes in a plan that should have none", nil, p.changes); err != nil {
		return "", err
	}
	if !p.empty {
		return "", fmt.Errorf("expected a plan without changes, but the CLI printed:\n%s", printed)
	}
	if err := expect("e-mails by a plan", 0, len(d.world.Emails())-before); err != nil {
		return "", err
	}
	return printed, d.expectRequests(map[string]int{})
}

// everybodyAccepts accepts all invitations.
func (d *demo) everybodyAccepts(context.Context) (string, error) {
	for _, email := range d.roster.emails() {
		if _, err := d.world.Accept(email); err != nil {
			return "", fmt.Errorf("%s accepts the invitation: %w", email, err)
		}
	}
	return fmt.Sprintf("%d members and the token's owner", len(d.world.Members())-1), nil
}

// refresh updates the state: all people have joined.
func (d *demo) refresh(ctx context.Context) (string, error) {
	before := len(d.world.Emails())
	printed, err := d.cli.mustRun(ctx, "apply", "-no-color", "-input=false", "-refresh-only", "-auto-approve")
	if err != nil {
		return "", err
	}
	if err := expect("e-mails by a refresh", 0, len(d.world.Emails())-before); err != nil {
		return "", err
	}
	if err := d.expectStatus(ctx, "active"); err != nil {
		return "", err
	}
	return "everybody is active", expectQuiet(printed)
}

// expectStatus checks that all people in the roster have this status in the output.
func (d *demo) expectStatus(ctx context.Context, status string) error {
	outputs, err := d.cli.outputs(ctx)
	if err != nil {
		return err
	}
	want, got := map[string]string{}, map[string]string{}
	for _, email := range d.roster.emails() {
		want[email] = status
	}
	said, _ := outputs["status"].(map[string]any)
	for email, value := range said {
		got[email] = fmt.Sprint(value)
	}
	return expectMap("output status", want, got)
}

// writes returns the operations that change something.
var writes = []string{"inviteUser", "replaceUserRoles", "deleteUser", "updateCurrentUser", "resetUserPassword"}

// expectRequests checks that there were exactly these writes since the log was reset.
func (d *demo) expectRequests(want map[string]int) error {
	got := map[string]int{}
	for _, operation := range writes {
		if n := d.world.Count(operation); n > 0 {
			got[operation] = n
		}
	}
	return expect("requests that change something", want, got)
}
