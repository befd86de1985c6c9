package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// refuseMove rejects a moved block between two resource types, and prints the blocks to use instead. Terraform's own error only
// names a Go interface.
func refuseMove(from, to string) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(_ context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if req.SourceTypeName != from {
			return
		}
		var state struct {
			UserID string `json:"user_id"`
		}
		if req.SourceRawState != nil {
			_ = json.Unmarshal(req.SourceRawState.JSON, &state) // without JSON, the user fills in the ID
		}
		resp.Diagnostics.AddError("Could not move the state", fmt.Sprintf(
			"A moved block cannot turn a %[1]s into a %[2]s. These two blocks can, in one apply that changes nothing in the organization. They need Terraform 1.7 or OpenTofu 1.7."+
				"\n\nremoved {\n  from = %[1]s.<name>\n\n  lifecycle {\n    destroy = false\n  }\n}\n\n%[3]s",
			from, to, importBlock(to, cmp.Or(state.UserID, "…"))))
	}}}
}
