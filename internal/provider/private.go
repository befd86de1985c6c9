package provider

import (
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// The keys of a resource's private state.
const (
	keyInvitations = "invitations"
	// keyToken names the instance within one planning run, so that the second half of a replacement is known as such.
	keyToken = "plan"
	// keyAdopts holds, in a plan only, the id of the member whom a creation is to take over.
	keyAdopts = "adopts"
)

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
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

// tokenOf returns the token that an earlier planning call of this run, or of one long ago, left.
func tokenOf(ctx context.Context, from privateReader, diags *diag.Diagnostics) string {
	var token string
	getPrivate(ctx, from, keyToken, &token, diags)
	return token
}

// recordOf returns what is remembered of the invitations. A state that holds no record was given the roles that it shows.
func recordOf(ctx context.Context, from privateReader, m *membershipModel, diags *diag.Diagnostics) invitationRecord {
	var record invitationRecord
	if !getPrivate(ctx, from, keyInvitations, &record, diags) || len(record.Roles) == 0 {
		record.Roles = [][]string{textsOf(m.Roles)}
		record.Unconfirmed = m.Status.ValueString() == statusUnconfirmed
	}
	return record
}
