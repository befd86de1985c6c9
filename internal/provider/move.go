package provider

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// refuseMove answers a moved block between two types with the blocks that do what it was meant to do. Terraform's own refusal
// names an interface in Go.
func refuseMove(from, to string) []resource.StateMover {
	return []resource.StateMover{{StateMover: func(_ context.Context, req resource.MoveStateRequest, resp *resource.MoveStateResponse) {
		if req.SourceTypeName != from {
			return
		}
		var state struct {
			UserID string `json:"user_id"`
		}
		if req.SourceRawState != nil {
			_ = json.Unmarshal(req.SourceRawState.JSON, &state) // of a state that is not JSON, the ID is left to fill in
		}
		resp.Diagnostics.AddError("Could not move the state", fmt.Sprintf(
			"A moved block cannot turn a %[1]s into a %[2]s. These two blocks can, in one apply that changes nothing in the organization. They need Terraform 1.7 or OpenTofu 1.7."+
				"\n\nremoved {\n  from = %[1]s.<name>\n\n  lifecycle {\n    destroy = false\n  }\n}\n\n%[3]s",
			from, to, importBlock(to, cmp.Or(state.UserID, "…"))))
	}}}
}
