package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var (
	_ resource.ResourceWithConfigure      = (*passwordResetResource)(nil)
	_ resource.ResourceWithValidateConfig = (*passwordResetResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*passwordResetResource)(nil)
)

func newPasswordResetResource() resource.Resource { return &passwordResetResource{} }

// passwordResetResource sends one password reset e-mail when it is created.
type passwordResetResource struct{ resourceSession }

type passwordResetModel struct {
	UserID         types.String `tfsdk:"user_id"`
	Triggers       types.Map    `tfsdk:"triggers"`
	RequestedAt    types.String `tfsdk:"requested_at"`
	OrganizationID types.String `tfsdk:"organization_id"`
}

func (r *passwordResetResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_password_reset"
}

func (r *passwordResetResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "One password reset: creating it sends the member an e-mail to set a new password. Only members who log in with a username and password have a password to reset. " +
			"Destroying it does nothing. With Terraform 1.14 or newer, the action `modelprime_reset_password` does the same without a state.",
		Attributes: map[string]schema.Attribute{
			"user_id": schema.StringAttribute{
				// Optional, because Terraform's error for a null value, "The argument user_id is required", does not explain why
				// it is null.
				Optional:      true,
				Validators:    []validator.String{idRule},
				PlanModifiers: []planmodifier.String{stringplanmodifier.RequiresReplace()},
				MarkdownDescription: "Required. The member's user ID, such as `auth0|64f0…`. A null value, such as the `user_id` of a membership whose person has not joined, is an error. " +
					"A change sends another e-mail.",
			},
			"triggers": schema.MapAttribute{
				Optional:            true,
				ElementType:         types.StringType,
				PlanModifiers:       []planmodifier.Map{mapplanmodifier.RequiresReplace()},
				MarkdownDescription: "Any values. A change of any of them sends another e-mail. When null, only a change of `user_id` sends another e-mail.",
			},
			"requested_at": schema.StringAttribute{
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "The time when the e-mail was requested, in RFC 3339 and UTC.",
			},
			"organization_id": schema.StringAttribute{
				Computed:            true,
				PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
				MarkdownDescription: "ID of the organization. With a token of another organization, nothing is read or changed.",
			},
		},
	}
}

// ValidateConfig refuses a user ID that is known to be null.
func (r *passwordResetResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var id types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("user_id"), &id)...)
	if !resp.Diagnostics.HasError() {
		refusesReset(path.Root("user_id"), id, &resp.Diagnostics)
	}
}

// ModifyPlan rejects a reset that cannot work, and sets the organization.
func (r *passwordResetResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.session == nil || !r.stateBelongs(ctx, req.State, &resp.Diagnostics) ||
		len(r.unknown) > 0 || req.Plan.Raw.IsNull() || !req.State.Raw.IsNull() {
		return
	}
	var m passwordResetModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || refusesReset(path.Root("user_id"), m.UserID, &resp.Diagnostics) {
		return
	}
	resp.Diagnostics.Append(resp.Plan.SetAttribute(ctx, path.Root("organization_id"), r.organization.ID)...)
}

func (r *passwordResetResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var m passwordResetModel
	resp.Diagnostics.Append(req.Plan.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) || refusesReset(path.Root("user_id"), m.UserID, &resp.Diagnostics) {
		return
	}
	err := r.belongs(m.OrganizationID)
	if err == nil {
		err = r.resetPassword(ctx, m.UserID.ValueString(), m.UserID.ValueString(), &resp.Diagnostics)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not send the password reset", m.UserID.ValueString(), err)
		return
	}
	m.RequestedAt = types.StringValue(r.clock.Now().UTC().Format(time.RFC3339))
	m.OrganizationID = types.StringValue(r.organization.ID)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// Read keeps the state: the API has no record of the e-mail.
func (r *passwordResetResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	r.stateBelongs(ctx, req.State, &resp.Diagnostics)
}

// Update does nothing: a change of any argument replaces the resource.
func (r *passwordResetResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	if r.stateBelongs(ctx, req.State, &resp.Diagnostics) {
		resp.State.Raw = req.Plan.Raw
	}
}

// Delete removes the resource from the state only.
func (r *passwordResetResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.stateBelongs(ctx, req.State, &resp.Diagnostics)
}

// resetPassword requests the e-mail once. An unconfirmed request is a warning: the user decides whether to send it again.
func (s *session) resetPassword(ctx context.Context, id, who string, diags *diag.Diagnostics) error {
	err := s.roster.ResetPassword(ctx, id)
	if modelprime.IsUnconfirmed(err) {
		diags.AddWarning(fmt.Sprintf("The password reset of %s is unconfirmed", who),
			"The e-mail may or may not have been sent. It is not sent again automatically, so that nobody is e-mailed twice. Ask the person. If nothing arrived, "+
				"request another reset.\n\n"+explain("", err))
		return nil
	}
	return err
}

// refusesReset adds an error for a missing user ID, and for an account without a password in Model-Prime.
func refusesReset(at path.Path, id types.String, diags *diag.Diagnostics) bool {
	if id.IsNull() {
		diags.AddAttributeError(at, "No member is named", "user_id is missing or null. "+nullUserID)
		return true
	}
	if id.IsUnknown() || modelprime.ConnectionOf(id.ValueString()) != modelprime.ConnectionGoogle {
		return false
	}
	diags.AddAttributeError(at, "No password to reset", fmt.Sprintf(
		"%s logs in through %s, which keeps their password. Only members who log in with a username and password can get a reset e-mail.",
		id.ValueString(), modelprime.ConnectionGoogle))
	return true
}
