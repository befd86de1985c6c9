package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ datasource.DataSourceWithConfigure = (*organizationDataSource)(nil)

func newOrganizationDataSource() datasource.DataSource { return &organizationDataSource{} }

// organizationDataSource reads the token's organization.
type organizationDataSource struct{ dataSourceSession }

type organizationModel struct {
	ID        types.String `tfsdk:"id"`
	Name      types.String `tfsdk:"name"`
	ShortName types.String `tfsdk:"short_name"`
	CreatedAt types.String `tfsdk:"created_at"`
	UpdatedAt types.String `tfsdk:"updated_at"`
}

func (d *organizationDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_organization"
}

func (d *organizationDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "The organization that the provider's token belongs to.",
		Attributes: map[string]schema.Attribute{
			"id":         schema.StringAttribute{Computed: true, MarkdownDescription: "The organization's ID, a UUID."},
			"name":       schema.StringAttribute{Computed: true, MarkdownDescription: "The organization's name."},
			"short_name": schema.StringAttribute{Computed: true, MarkdownDescription: "The organization's short name."},
			"created_at": schema.StringAttribute{Computed: true, MarkdownDescription: "The time when it was created, in RFC 3339."},
			"updated_at": schema.StringAttribute{Computed: true, MarkdownDescription: "The time of its last change, in RFC 3339."},
		},
	}
}

func (d *organizationDataSource) Read(ctx context.Context, _ datasource.ReadRequest, resp *datasource.ReadResponse) {
	if !d.known(&resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &organizationModel{
		ID:        types.StringValue(d.organization.ID),
		Name:      types.StringValue(d.organization.Name),
		ShortName: types.StringValue(d.organization.ShortName),
		CreatedAt: types.StringValue(d.organization.CreatedAt),
		UpdatedAt: types.StringValue(d.organization.UpdatedAt),
	})...)
}
