package provider

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// importMember sets the state of an imported member. The import names the member by user ID, by address, or by an identity
// attribute with one of the two. An address keeps its spelling.
func (s *session) importMember(ctx context.Context, req resource.ImportStateRequest, attribute, summary string, resp *resource.ImportStateResponse) {
	id := req.ID
	if id == "" && req.Identity != nil {
		resp.Diagnostics.Append(req.Identity.GetAttribute(ctx, path.Root(attribute), &id)...)
	}
	if resp.Diagnostics.HasError() || !s.known(&resp.Diagnostics) {
		return
	}
	texts := emailRule
	if isUserID(id) {
		texts = idRule
	}
	if problem := texts.tell(id); problem != "" {
		resp.Diagnostics.AddError("Invalid import ID", problem+" Allowed: the e-mail address or the user ID of a member.")
		return
	}
	if !isUserID(id) {
		user, err := s.roster.One(ctx, id)
		if errors.Is(err, roster.ErrNobody) {
			addNobodyToImport(&resp.Diagnostics, id)
			return
		}
		if err != nil {
			addError(&resp.Diagnostics, summary, id, err)
			return
		}
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("email"), id)...)
		id = user.ID
	}
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("user_id"), id)...)
	resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root("organization_id"), s.organization.ID)...)
}

func addNobodyToImport(diags *diag.Diagnostics, id string) {
	diags.AddError("No member to import", fmt.Sprintf(
		"No member has the e-mail address or user ID %q. The API does not show pending invitations, so they cannot be imported. Create the membership, which sends "+
			"an invitation, or import it after the person has joined.", id))
}

func importBlock(resourceType, id string) string {
	literal := strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(id))
	return fmt.Sprintf("import {\n  to = %[1]s.<name> # its whole address: in a module and with for_each, module.roster.%[1]s.this[\"…\"]\n  id = %[2]s\n}\n", resourceType, literal)
}

// isUserID distinguishes an ID from an address: an ID has no @, or a | before it.
func isUserID(s string) bool {
	before, _, hasAt := strings.Cut(s, "@")
	return !hasAt || strings.Contains(before, "|")
}
