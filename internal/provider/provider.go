// Package provider is Terraform's face of the Model-Prime org-user-management API.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var (
	_ provider.ProviderWithListResources = (*modelprimeProvider)(nil)
	_ provider.ProviderWithActions       = (*modelprimeProvider)(nil)
	_ provider.ProviderWithFunctions     = (*modelprimeProvider)(nil)
)

// Option changes what New makes.
type Option func(*modelprimeProvider)

// WithClock gives the provider its time, for stamps and for the waits between attempts.
func WithClock(clock modelprime.Clock) Option {
	return func(p *modelprimeProvider) { p.clock = clock }
}

// New returns the constructor of the provider as that version.
func New(version string, options ...Option) func() provider.Provider {
	return func() provider.Provider {
		p := &modelprimeProvider{version: version, clock: modelprime.SystemClock()}
		for _, option := range options {
			option(p)
		}
		return p
	}
}

type modelprimeProvider struct {
	version string
	clock   modelprime.Clock
}

type providerModel struct {
	Endpoint              types.String `tfsdk:"endpoint"`
	Email                 types.String `tfsdk:"email"`
	Token                 types.String `tfsdk:"token"`
	OrganizationID        types.String `tfsdk:"organization_id"`
	RequestTimeout        types.String `tfsdk:"request_timeout"`
	MaxRetries            types.Int64  `tfsdk:"max_retries"`
	MaxConcurrentRequests types.Int64  `tfsdk:"max_concurrent_requests"`
	ReinviteAfter         types.String `tfsdk:"reinvite_after"`
	ReinviteLimit         types.Int64  `tfsdk:"reinvite_limit"`
	LockoutProtection     types.Bool   `tfsdk:"lockout_protection"`
	MaxRemovals           types.Int64  `tfsdk:"max_removals"`
	MaxInvitations        types.Int64  `tfsdk:"max_invitations"`
}

func (p *modelprimeProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "modelprime"
	resp.Version = p.version
}

func (p *modelprimeProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages who is a member of a Model-Prime organization, and in which roles.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{endpointURL()},
				MarkdownDescription: "Base URL of the org-user-management API. `https`, or `http` on loopback only; no user info, query or fragment. " +
					"When null, the environment variable `MODELPRIME_ENDPOINT`, else `" + modelprime.DefaultEndpoint + "`.",
			},
			"email": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{emailAddress()},
				MarkdownDescription: "E-mail address of the token's owner. When null, the environment variable `MODELPRIME_EMAIL`. " +
					"Not needed where the token is given whole, with its owner's address.",
			},
			"token": schema.StringAttribute{
				Optional:   true,
				Sensitive:  true,
				Validators: []validator.String{tokenForm()},
				MarkdownDescription: "Personal access token of an admin: `mpat_…` (together with `email`), or the whole `owner@example.com:mpat_…`. " +
					"When null, the environment variable `MODELPRIME_TOKEN`.",
			},
			"organization_id": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{stringvalidator.LengthAtLeast(1)},
				MarkdownDescription: "Id of the organization that the token must belong to; with another one's token nothing is read or changed. " +
					"When null, the environment variable `MODELPRIME_ORGANIZATION_ID`, else any organization is accepted.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{positiveDuration()},
				MarkdownDescription: "How long one attempt of a request may take, as a duration such as `30s`. When null, `30s`.",
			},
			"max_retries": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 100)},
				MarkdownDescription: "How often a request is tried again after its first attempt, where that is safe (an invitation is never sent twice for it). " +
					"When null, `8`.",
			},
			"max_concurrent_requests": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 1000)},
				MarkdownDescription: "How many requests are in flight at most. Terraform's own `-parallelism` (10) limits them as well. When null, `16`.",
			},
			"reinvite_after": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{positiveDuration()},
				MarkdownDescription: "Age at which an invitation that nobody has answered is overdue, as a duration such as `168h`. An overdue invitation " +
					"is planned to be sent again, up to `reinvite_limit`. When null, invitations never get overdue.",
			},
			"reinvite_limit": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "How many e-mails one person is sent, the first one counted, before an overdue invitation sends no more " +
					"(a new value of `resend` still does). When null, `3`.",
			},
			"lockout_protection": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether a plan that removes the token's owner from the organization, or takes their `admin` role away, is an error. " +
					"When null, `true`.",
			},
			"max_removals": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many different people one run may remove. A plan that removes more is an error, so that a truncated roster " +
					"empties no organization. When null, the environment variable `MODELPRIME_MAX_REMOVALS`, else no limit.",
			},
			"max_invitations": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many different people one run may send an invitation. A plan that invites more is an error. " +
					"When null, the environment variable `MODELPRIME_MAX_INVITATIONS`, else no limit.",
			},
		},
	}
}

func (p *modelprimeProvider) Configure(ctx context.Context, req provider.ConfigureRequest, resp *provider.ConfigureResponse) {
	var config providerModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	s := p.newSession(config, req.TerraformVersion, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.ResourceData = s
	resp.DataSourceData = s
	resp.ListResourceData = s
	resp.ActionData = s
}

func (p *modelprimeProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{
		newMembershipResource,
		newRoleAssignmentResource,
		newExclusiveMembershipsResource,
		newCurrentUserResource,
		newPasswordResetResource,
	}
}

func (p *modelprimeProvider) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{
		newOrganizationDataSource,
		newCurrentUserDataSource,
		newUserDataSource,
		newUsersDataSource,
		newMembershipAuditDataSource,
	}
}

func (p *modelprimeProvider) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{newMembershipList, newRoleAssignmentList}
}

func (p *modelprimeProvider) Actions(context.Context) []func() action.Action {
	return []func() action.Action{newResetPasswordAction}
}

func (p *modelprimeProvider) Functions(context.Context) []func() function.Function {
	return []func() function.Function{newRosterFunction}
}
