package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
)

var _ datasource.DataSourceWithConfigure = (*currentUserDataSource)(nil)

func newCurrentUserDataSource() datasource.DataSource { return &currentUserDataSource{} }

// currentUserDataSource reads the token's owner.
type currentUserDataSource struct{ dataSourceSession }

func (d *currentUserDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_current_user"
}

func (d *currentUserDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The owner of the provider's token.",
		Attributes:          userAttributes("The owner's", "The owner's roles, which are the token's."),
	}
}

func (d *currentUserDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.known(&resp.Diagnostics) {
		return
	}
	user, err := d.roster.Caller(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the current user", "", err)
		return
	}
	m := newUserModel(user)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}
