package histories_test

import (
	"context"
	"slices"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Sequences that random histories, or their reading of how Terraform asks, brought up.

// begun is a history in which Ada was invited.
func begun(t *testing.T) *history {
	t.Helper()
	h := newHistory(t, false, true)
	h.declare(adaAddress, ada(nil)[adaAddress])
	h.apply(drive.Options{})
	return h
}

// Terraform plans a destruction before it refreshes, and hands the apply what it saw then: somebody who has joined by now
// is removed although the apply is told that they are invited.
func TestRemovedThoughTheApplySaysInvited(t *testing.T) {
	t.Parallel()
	h := begun(t)
	h.acceptance(adaEmail)
	h.drop(adaAddress)
	h.apply(drive.Options{})
	if left := h.others(); len(left) != 0 {
		t.Errorf("%v are left", left)
	}
}

// Somebody who joins between a plan that sends another invitation and its apply is not sent it, and is the next plan's to find.
func TestJoinedBeforeAnotherInvitation(t *testing.T) {
	t.Parallel()
	h := begun(t)
	h.declare(adaAddress, ada(drive.Values{"resend": "a"})[adaAddress])
	h.applyLate(adaEmail)
	if sent := h.mails()[adaEmail]; sent != 1 || h.tf.Object(adaAddress).Get("status") != "active" {
		t.Errorf("%d e-mails were sent, and she is %v", sent, h.tf.Object(adaAddress).Get("status"))
	}
	h.holdRoles(adaAddress)
}

// With more roles than the invitation gave that apply fails and changes nothing: the next plan shows who gets them.
func TestJoinedBeforeAnInvitationWithMoreRoles(t *testing.T) {
	t.Parallel()
	h := begun(t)
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

// The list that a creation reads is not used any more once the same run has removed somebody.
func TestReplacedAfterACreationReadTheList(t *testing.T) {
	t.Parallel()
	h := begun(t)
	h.acceptance(adaEmail)
	h.apply(drive.Options{})
	h.declare(adaAddress, ada(drive.Values{"adopt_existing": true})[adaAddress])
	h.declare(slot("a"), drive.Values{"email": boEmail, "name": "Bo Gasket", "roles": []string{"admin"}})
	h.apply(drive.Options{Replace: []string{adaAddress}})
	if sent := h.mails()[adaEmail]; sent != 2 || h.tf.Object(adaAddress).Get("status") != "invited" {
		t.Errorf("%d e-mails were sent, and she is %v", sent, h.tf.Object(adaAddress).Get("status"))
	}
}

// Somebody gives themselves an invited person's address: they are not bound, and not removed with the invitation.
func TestStrangerAtAnInvitedAddress(t *testing.T) {
	t.Parallel()
	h := begun(t)
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
