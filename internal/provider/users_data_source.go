package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var _ datasource.DataSourceWithConfigure = (*usersDataSource)(nil)

var nameSearchDescription = "Only members whose name contains this text: " + nameSearchRule.allowed + ". Case-insensitive. When null, all members."

func newUsersDataSource() datasource.DataSource { return &usersDataSource{} }

// usersDataSource lists the members.
type usersDataSource struct{ dataSourceSession }

type usersModel struct {
	NameSearch types.String `tfsdk:"name_search"`
	WithRoles  types.Bool   `tfsdk:"with_roles"`
	Users      []userModel  `tfsdk:"users"`
}

func (d *usersDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_users"
}

func (d *usersDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The members of the organization. The list is read until two reads agree. A list that may be incomplete is an error, never a short list. " +
			"Invited people who have not joined are not in it: the API does not show them.",
		Attributes: map[string]schema.Attribute{
			"name_search": schema.StringAttribute{
				Optional: true,
				Validators: []validator.String{
					nameSearchRule,
				},
				MarkdownDescription: nameSearchDescription,
			},
			"with_roles": schema.BoolAttribute{
				Optional:            true,
				MarkdownDescription: "Whether to read each member's roles too, which takes one more request per member. Default `false`.",
			},
			// An object type, because `terraform test` cannot mock nested attributes of a data source.
			"users": schema.ListAttribute{
				Computed:            true,
				ElementType:         userType,
				MarkdownDescription: "The members, in the API's order. Each has an `id` (the user ID), an `email`, a `name` and `roles`, which are null without `with_roles`.",
			},
		},
	}
}

func (d *usersDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m usersModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !d.known(&resp.Diagnostics) {
		return
	}
	users, err := d.list(ctx, m)
	if err != nil {
		addError(&resp.Diagnostics, "Could not list the members", "", err)
		return
	}
	m.Users = make([]userModel, len(users))
	for i, user := range users {
		m.Users[i] = newUserModel(user)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (d *usersDataSource) list(ctx context.Context, m usersModel) ([]modelprime.User, error) {
	users, err := d.search(ctx, m.NameSearch)
	if err != nil {
		return nil, err
	}
	if m.WithRoles.ValueBool() {
		return d.roster.WithRoles(ctx, users)
	}
	return withoutRoles(users), nil
}

// withoutRoles sets the roles to null, even if the API's list has roles.
func withoutRoles(users []modelprime.User) []modelprime.User {
	bare := make([]modelprime.User, len(users))
	for i, user := range users {
		user.Roles = nil
		bare[i] = user
	}
	return bare
}
