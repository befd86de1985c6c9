package provider

import (
	"context"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// listChunk is the number of members whose roles are read ahead.
const listChunk = 50

type listModel struct {
	NameSearch types.String   `tfsdk:"name_search"`
	Except     []types.String `tfsdk:"except"`
}

// leavesOut returns a function that reports whether the list excludes a member.
func (m listModel) leavesOut() func(modelprime.User) bool {
	except := make(map[string]bool, len(m.Except))
	for _, email := range m.Except {
		except[modelprime.FoldEmail(email.ValueString())] = true
	}
	return func(user modelprime.User) bool { return except[modelprime.FoldEmail(user.Email)] }
}

// memberSearch is the configuration of a list resource.
func memberSearch(whatFor string) schema.Schema {
	return schema.Schema{
		MarkdownDescription: "Lists the members of the organization as " + whatFor + ". Invited people who have not joined are not in it.",
		Attributes: map[string]schema.Attribute{
			"name_search": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{nameSearchRule},
				MarkdownDescription: nameSearchDescription,
			},
			"except": schema.ListAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.List{elements{rule: emailRule}},
				MarkdownDescription: "E-mail addresses to leave out. Case-insensitive. With the addresses of a roster, the list and the generated configuration " +
					"contain exactly the members who are not in the roster. When null, no member is left out.",
			},
		},
	}
}

// listMembers streams one result for each member, up to the limit. fill sets a result's identity and, if requested, its
// resource.
func (s *session) listMembers(ctx context.Context, req list.ListRequest, stream *list.ListResultsStream, fill func(*list.ListResult, modelprime.User)) {
	var config listModel
	diags := req.Config.Get(ctx, &config)
	var users []modelprime.User
	if !diags.HasError() && s.known(&diags) {
		var err error
		if users, err = s.search(ctx, config.NameSearch); err != nil {
			addError(&diags, "Could not list the members", "", err)
		}
		users = slices.DeleteFunc(users, config.leavesOut())
	}
	if diags.HasError() {
		stream.Results = list.ListResultsStreamDiagnostics(diags)
		return
	}
	if req.Limit > 0 && int64(len(users)) > req.Limit {
		users = users[:req.Limit]
	}
	stream.Results = func(push func(list.ListResult) bool) {
		for chunk := range slices.Chunk(users, listChunk) {
			if !s.pushMembers(ctx, req, chunk, fill, push) {
				return
			}
		}
	}
}

// pushMembers streams one chunk and reports whether the caller wants more.
func (s *session) pushMembers(ctx context.Context, req list.ListRequest, users []modelprime.User,
	fill func(*list.ListResult, modelprime.User), push func(list.ListResult) bool,
) bool {
	if req.IncludeResource {
		var err error
		if users, err = s.roster.WithRoles(ctx, users); err != nil {
			var diags diag.Diagnostics
			addError(&diags, "Could not read the members' roles", "", err)
			push(list.ListResult{Diagnostics: diags})
			return false
		}
	}
	for _, user := range users {
		result := req.NewListResult(ctx)
		result.DisplayName = fmt.Sprintf("%s <%s>", user.Name, user.Email)
		fill(&result, user)
		if !push(result) {
			return false
		}
	}
	return true
}

// search returns all members, or those whose name matches.
func (s *session) search(ctx context.Context, name types.String) ([]modelprime.User, error) {
	if name.IsNull() {
		return s.roster.Members(ctx)
	}
	return s.roster.Search(ctx, name.ValueString())
}
