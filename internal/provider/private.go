package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
)

// The keys of a resource's private state.
const (
	// keyInstance holds the instance's ID. With it, the guards recognize two plans of one instance.
	keyInstance = "instance"
	// keyInvitations holds the invitationRecord.
	keyInvitations = "invitations"
	// keyApply holds, in a plan only, the applyNote.
	keyApply = "apply"
)

// applyNote passes decisions of a membership's plan to its apply.
type applyNote struct {
	// Removes is the ID of the member that the apply removes, for a membership whose state has no ID. "" is no member. nil means
	// that the plan did not see a destroy, because the membership is tainted.
	Removes *string `json:"removes,omitempty"`
	// Adopts is the ID of the member that the creation adopts, or may adopt while adopt_existing is unknown.
	Adopts string `json:"adopts,omitempty"`
}

// leave changes the note of a plan.
func leave(ctx context.Context, private privateState, change func(*applyNote)) diag.Diagnostics {
	var note applyNote
	var diags diag.Diagnostics
	getPrivate(ctx, private, keyApply, &note, &diags)
	change(&note)
	diags.Append(setPrivate(ctx, private, keyApply, note)...)
	return diags
}

// takeNote removes the note of the plan from the private state and returns it, so that it does not stay in the state if the apply
// fails. Terraform plans the destroy of a deposed object again during the apply. The user has not seen that plan, so its note
// does not count.
func (s *session) takeNote(ctx context.Context, private privateState, diags *diag.Diagnostics) applyNote {
	var note applyNote
	if getPrivate(ctx, private, keyApply, &note, diags) {
		diags.Append(setPrivate(ctx, private, keyApply, nil)...)
	}
	var instance string
	getPrivate(ctx, private, keyInstance, &instance, diags)
	if _, again := s.ledger.Claimed(instance); again {
		return applyNote{}
	}
	return note
}

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

type privateState interface {
	privateReader
	privateWriter
}

func setPrivate(ctx context.Context, to privateWriter, key string, value any) diag.Diagnostics {
	encoded, err := json.Marshal(value)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("Could not encode the private state", err.Error())
		return diags
	}
	return to.SetKey(ctx, key, encoded)
}

// getPrivate decodes the value of a key and reports whether it was found.
func getPrivate(ctx context.Context, from privateReader, key string, value any, diags *diag.Diagnostics) bool {
	encoded, found := from.GetKey(ctx, key)
	diags.Append(found...)
	return len(encoded) > 0 && json.Unmarshal(encoded, value) == nil
}

// instanceID returns the ID of a planned instance, and sets one if there is none. p is the person in its state.
func (s *session) instanceID(ctx context.Context, kind guard.Kind, p guard.Person, private privateState, diags *diag.Diagnostics) string {
	var id string
	if !getPrivate(ctx, private, keyInstance, &id, diags) || id == "" {
		id = s.ledger.NameForPlan(kind, p)
		diags.Append(setPrivate(ctx, private, keyInstance, id)...)
	}
	return id
}

// readInstanceID is instanceID for a read instance.
func (s *session) readInstanceID(ctx context.Context, kind guard.Kind, p guard.Person, private privateState, diags *diag.Diagnostics) string {
	var id string
	if !getPrivate(ctx, private, keyInstance, &id, diags) || id == "" {
		id = s.ledger.NameForRead(kind, p)
		diags.Append(setPrivate(ctx, private, keyInstance, id)...)
	}
	return id
}

// recordOf returns the record of the invitations. It is empty if an edited state lost it.
func recordOf(ctx context.Context, from privateReader, m *membershipModel, diags *diag.Diagnostics) invitationRecord {
	var record invitationRecord
	if !getPrivate(ctx, from, keyInvitations, &record, diags) {
		record.Unconfirmed = m.Status.ValueString() == statusUnconfirmed
	}
	return record
}
