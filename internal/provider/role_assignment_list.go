package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/list"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var _ list.ListResourceWithConfigure = (*roleAssignmentList)(nil)

func newRoleAssignmentList() list.ListResource { return &roleAssignmentList{} }

// roleAssignmentList lists the members as role assignments to import.
type roleAssignmentList struct{ roleAssignmentResource }

func (l *roleAssignmentList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = memberSearch("role assignments")
}

func (l *roleAssignmentList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	l.listMembers(ctx, req, stream, func(result *list.ListResult, user modelprime.User) {
		var m roleAssignmentModel
		m.setMember(user, l.organization.ID)
		m.Roles = setValue(user.Roles)
		result.Diagnostics.Append(result.Identity.Set(ctx, m.identity())...)
		if req.IncludeResource {
			result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
		}
	})
}
