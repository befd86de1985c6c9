// Package provider is the Terraform provider for the Model-Prime org-user-management API.
package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-validators/int64validator"
	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var (
	_ provider.ProviderWithListResources = (*modelprimeProvider)(nil)
	_ provider.ProviderWithActions       = (*modelprimeProvider)(nil)
	_ provider.ProviderWithFunctions     = (*modelprimeProvider)(nil)
)

// Option changes the provider that New returns.
type Option func(*modelprimeProvider)

// WithClock sets the clock, for timestamps and for waits between attempts.
func WithClock(clock modelprime.Clock) Option {
	return func(p *modelprimeProvider) { p.clock = clock }
}

// New returns the constructor of the provider with that version.
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
	RequiredAdmins        types.Set    `tfsdk:"required_admins"`
	MaxRemovals           types.String `tfsdk:"max_removals"`
	MaxInvitations        types.Int64  `tfsdk:"max_invitations"`
}

func (p *modelprimeProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "modelprime"
	resp.Version = p.version
}

func (p *modelprimeProvider) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Manages the members of a Model-Prime organization and their roles. Before anything else, the provider asks the API which organization the token belongs to.",
		Attributes: map[string]schema.Attribute{
			"endpoint": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{endpointRule},
				MarkdownDescription: "Base URL of the org-user-management API: " + endpointRule.allowed + ". " +
					"When null, the environment variable `MODELPRIME_ENDPOINT`, or else `" + modelprime.DefaultEndpoint + "`.",
			},
			"email": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{callerEmailRule},
				MarkdownDescription: "E-mail address of the token's owner. When null, the environment variable `MODELPRIME_EMAIL`. " +
					"Not needed when the token is given as a whole, with its owner's address.",
			},
			"token": schema.StringAttribute{
				Optional:   true,
				Sensitive:  true,
				Validators: []validator.String{tokenRule},
				MarkdownDescription: "Personal access token of an admin: `mpat_…` together with `email`, or the whole `owner@example.com:mpat_…`. " +
					"It is made in the Model-Prime web app under Configurations, Personal Access Tokens. When null, the environment variable `MODELPRIME_TOKEN`.",
			},
			"organization_id": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{idRule},
				MarkdownDescription: "ID of the organization that the token must belong to. With a token of another organization, nothing is read or changed. " +
					"When null, the environment variable `MODELPRIME_ORGANIZATION_ID`; without it, any organization is accepted.",
			},
			"request_timeout": schema.StringAttribute{
				Optional:            true,
				Validators:          []validator.String{durationRule},
				MarkdownDescription: "How long one attempt of a request may take: " + durationRule.allowed + ". When null, `30s`.",
			},
			"max_retries": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.Between(0, 100)},
				MarkdownDescription: "How many times a request is retried after its first attempt, from 0 to 100. An invitation is retried only when it was certainly not handled, " +
					"so that no person is e-mailed twice. When null, `8`.",
			},
			"max_concurrent_requests": schema.Int64Attribute{
				Optional:            true,
				Validators:          []validator.Int64{int64validator.Between(1, 1000)},
				MarkdownDescription: "How many requests are in flight at most, from 1 to 1000. Terraform's own `-parallelism` (10) limits them as well. When null, `16`.",
			},
			"reinvite_after": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{durationRule},
				MarkdownDescription: "Age at which an unanswered invitation is overdue: " + durationRule.allowed + ". The next plan sends an overdue invitation " +
					"again, up to `reinvite_limit`. When null, no invitation becomes overdue.",
			},
			"reinvite_limit": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(1)},
				MarkdownDescription: "How many invitations one person gets, the first one included. After that, an overdue invitation is not sent again. " +
					"A new value of `resend` still sends one. When null, `3`.",
			},
			"lockout_protection": schema.BoolAttribute{
				Optional: true,
				MarkdownDescription: "Whether a plan that removes the token's owner from the organization, or takes away their `admin` role, is an error. " +
					"When null, `true`.",
			},
			"required_admins": schema.SetAttribute{
				Optional:    true,
				ElementType: types.StringType,
				Validators:  []validator.Set{elements{rule: idRule}},
				MarkdownDescription: "User IDs of the admins that this configuration must keep. A plan that removes one of them, or takes away their `admin` role, " +
					"is an error. This holds for every resource, also without `lockout_protection`. Use IDs, because members can change their own addresses. When " +
					"null, only the token's owner is protected.",
			},
			"max_removals": schema.StringAttribute{
				Optional:   true,
				Validators: []validator.String{capRule},
				MarkdownDescription: "How many different people one run may remove: " + guard.CapForm + ". A percentage is of the organization's members, the token's owner included. " +
					"It is rounded up and allows at least three people, or half of an organization smaller than six. `100%` is no limit. A plan that removes more is an error, " +
					"so that a truncated roster does not empty the organization. When null, the environment variable `MODELPRIME_MAX_REMOVALS`, or else `" + guard.DefaultCap.String() + "`.",
			},
			"max_invitations": schema.Int64Attribute{
				Optional:   true,
				Validators: []validator.Int64{int64validator.AtLeast(0)},
				MarkdownDescription: "How many different people one run may invite. A plan that invites more is an error. " +
					"When null, the environment variable `MODELPRIME_MAX_INVITATIONS`; without it, there is no limit.",
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
	s, organizationID := p.newSession(config, req.TerraformVersion, &resp.Diagnostics)
	if !resp.Diagnostics.HasError() && len(s.unknown) == 0 {
		s.askOrganization(ctx, organizationID, &resp.Diagnostics)
	}
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
		newAbsentMembershipsResource,
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
