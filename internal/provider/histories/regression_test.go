package histories_test

import (
	"context"
	"slices"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Sequences found by random histories, or by reading how Terraform calls a provider.

// invitedAda is a history with Ada invited.
func invitedAda(t *testing.T) *history {
	t.Helper()
	h := newHistory(t, false, true)
	h.declare(adaAddress, ada(nil)[adaAddress])
	h.apply(drive.Options{})
	return h
}

// Terraform plans a destruction before it refreshes, and applies that plan: a person who has joined is removed although the apply gets
// the status invited.
func TestJoinedPersonIsRemoved(t *testing.T) {
	t.Parallel()
	h := invitedAda(t)
	h.acceptance(adaEmail)
	h.drop(adaAddress)
	h.apply(drive.Options{})
	if left := h.others(); len(left) != 0 {
		t.Errorf("%v are still members", left)
	}
}

// A person who joins between the plan of a resend and its apply gets no e-mail, and the next plan finds them.
func TestJoinedBeforeResend(t *testing.T) {
	t.Parallel()
	h := invitedAda(t)
	h.declare(adaAddress, ada(drive.Values{"resend": "a"})[adaAddress])
	h.applyLate(adaEmail)
	if sent := h.mails()[adaEmail]; sent != 1 || h.tf.Object(adaAddress).Get("status") != "active" {
		t.Errorf("%d e-mails were sent, and she is %v", sent, h.tf.Object(adaAddress).Get("status"))
	}
	h.checkRoles(adaAddress)
}

// With more roles than the invitation's that apply fails and changes nothing: the next plan shows the roles.
func TestJoinedBeforeResendWithMoreRoles(t *testing.T) {
	t.Parallel()
	h := invitedAda(t)
	given := h.config[adaAddress]["roles"].([]string)
	h.declare(adaAddress, ada(drive.Values{"resend": "a", "roles": []string{"admin"}})[adaAddress])
	p := h.tf.Plan(context.Background(), h.config, drive.Options{})
	h.Must(p.Err())
	h.acceptance(adaEmail)
	if err := h.tf.Apply(context.Background(), p).Err(); err == nil || !slices.Equal(h.rolesOf(adaEmail), given) {
		t.Errorf("she has the roles %v, not %v: %v", h.rolesOf(adaEmail), given, err)
	}
	h.apply(drive.Options{})
	if sent, roles := h.mails()[adaEmail], h.rolesOf(adaEmail); sent != 1 || !slices.Equal(roles, []string{"admin"}) {
		t.Errorf("%d e-mails were sent, and she has the roles %v", sent, roles)
	}
}

// The list read for a creation is read again after the same run has removed a member.
func TestReplacedAfterCreationReadTheList(t *testing.T) {
	t.Parallel()
	h := invitedAda(t)
	h.acceptance(adaEmail)
	h.apply(drive.Options{})
	h.declare(adaAddress, ada(drive.Values{"adopt_existing": true})[adaAddress])
	h.declare(slot("a"), drive.Values{"email": boEmail, "name": "Bo Gasket", "roles": []string{"admin"}})
	h.apply(drive.Options{Replace: []string{adaAddress}})
	if sent := h.mails()[adaEmail]; sent != 2 || h.tf.Object(adaAddress).Get("status") != "invited" {
		t.Errorf("%d e-mails were sent, and she is %v", sent, h.tf.Object(adaAddress).Get("status"))
	}
}

// A member with an invited person's address is neither bound nor removed with the invitation.
func TestStrangerWithInvitedAddress(t *testing.T) {
	t.Parallel()
	h := invitedAda(t)
	h.Add(sandbox.User{ID: "auth0|eve", Email: adaEmail, Name: "Eve", Roles: []string{"analyst"}})
	p := h.tf.Plan(context.Background(), h.config, drive.Options{})
	if errs := p.Errors(); len(errs) != 1 || errs[0].Summary != "A member has the address of an invited person" {
		t.Errorf("the plan says %v", errs)
	}
	_, report := h.tf.Run(context.Background(), drive.Config{}, drive.Options{NoRefresh: true})
	h.Must(report.Err())
	if _, still := h.memberWith("auth0|eve"); !still || len(h.tf.Addresses()) != 0 {
		t.Errorf("she is a member: %v, and the state holds %v", still, h.tf.Addresses())
	}
}
