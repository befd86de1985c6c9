package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
)

// The keys of a resource's private state.
const (
	// keyInstance holds the instance's own ID, by which the guards know that two plans are of one instance.
	keyInstance = "instance"
	// keyInvitations holds the invitationRecord.
	keyInvitations = "invitations"
	// keyApply holds, in a plan only, the applyNote.
	keyApply = "apply"
)

// applyNote is what the plan of a membership leaves for the Delete of its apply.
type applyNote struct {
	// Removes is the ID of the member that the apply removes, for a membership whose state has no ID. "" is no member. nil means
	// that the plan did not know that the membership is destroyed, because it is tainted.
	Removes *string `json:"removes,omitempty"`
	// Adopts is the ID of the member that the creation takes over, or may take over while adopt_existing is unknown.
	Adopts string `json:"adopts,omitempty"`
}

// leave changes the note that a plan leaves for its apply.
func leave(ctx context.Context, private privateState, change func(*applyNote)) diag.Diagnostics {
	var note applyNote
	var diags diag.Diagnostics
	getPrivate(ctx, private, keyApply, &note, &diags)
	change(&note)
	diags.Append(setPrivate(ctx, private, keyApply, note)...)
	return diags
}

// takeNote returns the note of the plan. It is not the state's, should the apply fail. Terraform plans the destruction of a
// deposed object again during the apply. The user has not seen that plan, so its note does not count.
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
		diags.AddError("Could not keep the private state", err.Error())
		return diags
	}
	return to.SetKey(ctx, key, encoded)
}

// getPrivate decodes a key into value and reports whether it was there.
func getPrivate(ctx context.Context, from privateReader, key string, value any, diags *diag.Diagnostics) bool {
	encoded, found := from.GetKey(ctx, key)
	diags.Append(found...)
	return len(encoded) > 0 && json.Unmarshal(encoded, value) == nil
}

// instanceID returns the ID of a planned instance, which it gets here if it has none. p is the person in its state.
func (s *session) instanceID(ctx context.Context, kind guard.Kind, p guard.Person, private privateState, diags *diag.Diagnostics) string {
	var id string
	if !getPrivate(ctx, private, keyInstance, &id, diags) || id == "" {
		id = s.ledger.NameForPlan(kind, p)
		diags.Append(setPrivate(ctx, private, keyInstance, id)...)
	}
	return id
}

// readInstanceID is instanceID for an instance that is read.
func (s *session) readInstanceID(ctx context.Context, kind guard.Kind, p guard.Person, private privateState, diags *diag.Diagnostics) string {
	var id string
	if !getPrivate(ctx, private, keyInstance, &id, diags) || id == "" {
		id = s.ledger.NameForRead(kind, p)
		diags.Append(setPrivate(ctx, private, keyInstance, id)...)
	}
	return id
}

// recordOf returns the record of the invitations. It is empty in a state that was edited.
func recordOf(ctx context.Context, from privateReader, m *membershipModel, diags *diag.Diagnostics) invitationRecord {
	var record invitationRecord
	if !getPrivate(ctx, from, keyInvitations, &record, diags) {
		record.Unconfirmed = m.Status.ValueString() == statusUnconfirmed
	}
	return record
}
