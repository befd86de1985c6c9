package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

var (
	_ datasource.DataSourceWithConfigure        = (*userDataSource)(nil)
	_ datasource.DataSourceWithConfigValidators = (*userDataSource)(nil)
)

func newUserDataSource() datasource.DataSource { return &userDataSource{} }

// userDataSource reads one member, by ID or by e-mail address.
type userDataSource struct{ dataSourceSession }

func (d *userDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_user"
}

func (d *userDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	attributes := userAttributes("The member's", "The member's roles.")
	attributes["id"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{idRule},
		MarkdownDescription: "The member's user ID, such as `auth0|64f0…`. Set exactly one of `id` and `email`. When null, the member is looked up by `email`.",
	}
	attributes["email"] = schema.StringAttribute{
		Optional: true, Computed: true, Validators: []validator.String{emailRule},
		MarkdownDescription: "The member's e-mail address. Case-insensitive. Set exactly one of `id` and `email`. When null, the member is looked up by `id`.",
	}
	resp.Schema = schema.Schema{
		MarkdownDescription: "One member of the organization. If no member matches, or several members have the address, that is an error. An invited person is not " +
			"a member yet. If a missing member is normal, use `modelprime_users` and filter its list.",
		Attributes: attributes,
	}
}

func (d *userDataSource) ConfigValidators(context.Context) []datasource.ConfigValidator {
	return []datasource.ConfigValidator{soughtMember}
}

// soughtMember validates the member's ID or e-mail.
var soughtMember = memberKey{id: "id"}

func (d *userDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var config userModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() || !d.known(&resp.Diagnostics) || !soughtMember.check(config.ID, config.Email, &resp.Diagnostics) {
		return
	}
	user, err := d.find(ctx, config)
	subject := config.ID.ValueString() + config.Email.ValueString()
	if errors.Is(err, roster.ErrNobody) || errors.Is(err, roster.ErrGone) {
		resp.Diagnostics.AddError("Could not find the member", fmt.Sprintf(
			"%s: %s. "+notJoinedYet+" If a missing member is normal, use the data source modelprime_users and filter its list, which may be empty.", subject, err))
		return
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not find the member", subject, err)
		return
	}
	m := newUserModel(user)
	if !config.Email.IsNull() {
		m.Email = config.Email
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

func (d *userDataSource) find(ctx context.Context, config userModel) (modelprime.User, error) {
	id := config.ID.ValueString()
	if config.ID.IsNull() {
		found, err := d.roster.One(ctx, config.Email.ValueString())
		if err != nil {
			return found, fmt.Errorf("look up by e-mail: %w", err)
		}
		id = found.ID
	}
	return d.roster.Member(ctx, id)
}
