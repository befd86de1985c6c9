package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var _ list.ListResourceWithConfigure = (*membershipList)(nil)

func newMembershipList() list.ListResource { return &membershipList{} }

// membershipList lists the members as memberships to import.
type membershipList struct{ membershipResource }

func (l *membershipList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = memberSearch("memberships")
}

func (l *membershipList) List(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream) {
	l.listMembers(ctx, req, stream, func(result *list.ListResult, user modelprime.User) {
		var m membershipModel
		m.Roles = types.SetNull(types.StringType)
		m.setMember(user, l.organization.ID)
		result.Diagnostics.Append(result.Identity.Set(ctx, m.identity())...)
		if req.IncludeResource {
			m.leaveOutWhatIsRefused()
			result.Diagnostics.Append(result.Resource.Set(ctx, &m)...)
			warnOfNoRoles(result, user)
		}
	})
}

// leaveOutWhatIsRefused removes values that are invalid in a generated configuration: a name that an invitation cannot have, and
// an unknown login connection.
func (m *membershipModel) leaveOutWhatIsRefused() {
	if !slices.Contains(modelprime.Connections(), m.LoginConnection.ValueString()) {
		m.LoginConnection = types.StringNull()
	}
	if modelprime.NameProblem(m.Name.ValueString()) != "" {
		m.Name = types.StringNull()
	}
}

// warnOfNoRoles warns about a member without roles, because a membership needs at least one.
func warnOfNoRoles(result *list.ListResult, user modelprime.User) {
	if len(user.Roles) > 0 {
		return
	}
	result.Diagnostics.AddWarning(fmt.Sprintf("%s has no roles", user.Email), "A modelprime_membership needs at least one role: add one to the configuration that is "+
		"generated for this member, or use a modelprime_role_assignment, which may have none.")
}
