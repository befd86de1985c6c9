package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var (
	_ action.ActionWithConfigure        = (*resetPasswordAction)(nil)
	_ action.ActionWithConfigValidators = (*resetPasswordAction)(nil)
	_ action.ActionWithModifyPlan       = (*resetPasswordAction)(nil)
)

func newResetPasswordAction() action.Action { return &resetPasswordAction{} }

// resetPasswordAction sends a member an e-mail to set a new password.
type resetPasswordAction struct{ *session }

type resetPasswordModel struct {
	UserID types.String `tfsdk:"user_id"`
	Email  types.String `tfsdk:"email"`
}

func (a *resetPasswordAction) Configure(_ context.Context, req action.ConfigureRequest, resp *action.ConfigureResponse) {
	a.session = fromProvider(req.ProviderData, &resp.Diagnostics)
}

func (a *resetPasswordAction) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_reset_password"
}

func (a *resetPasswordAction) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Sends a member an e-mail to set a new password. Each invocation sends one. Only people who log in with a username and password have a password to reset.",
		Attributes: map[string]schema.Attribute{
			"user_id": schema.StringAttribute{
				Optional: true, Validators: []validator.String{idRule},
				MarkdownDescription: "The member's user ID. Set exactly one of `user_id` and `email`. When null, the member is looked up by `email`.",
			},
			"email": schema.StringAttribute{
				Optional: true, Validators: []validator.String{emailRule},
				MarkdownDescription: "The member's e-mail address. Case-insensitive. Set exactly one of `user_id` and `email`. When null, the member is the one with `user_id`.",
			},
		},
	}
}

func (a *resetPasswordAction) ConfigValidators(context.Context) []action.ConfigValidator {
	return []action.ConfigValidator{resetMember}
}

// resetMember validates the member's user ID or e-mail.
var resetMember = memberKey{id: "user_id"}

// ModifyPlan rejects a reset that cannot work.
func (a *resetPasswordAction) ModifyPlan(ctx context.Context, req action.ModifyPlanRequest, resp *action.ModifyPlanResponse) {
	var m resetPasswordModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if !resp.Diagnostics.HasError() && isSet(m.UserID) {
		refusesReset(path.Root("user_id"), m.UserID, &resp.Diagnostics)
	}
}

func (a *resetPasswordAction) Invoke(ctx context.Context, req action.InvokeRequest, resp *action.InvokeResponse) {
	var m resetPasswordModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() || !a.known(&resp.Diagnostics) || !resetMember.check(m.UserID, m.Email, &resp.Diagnostics) {
		return
	}
	who := m.UserID.ValueString() + m.Email.ValueString()
	id, at := m.UserID, path.Root("user_id")
	if id.IsNull() {
		user, err := a.roster.One(ctx, m.Email.ValueString())
		if err != nil {
			addError(&resp.Diagnostics, "Could not find the member", who, err)
			return
		}
		id, at = types.StringValue(user.ID), path.Root("email")
	}
	if refusesReset(at, id, &resp.Diagnostics) {
		return
	}
	resp.SendProgress(action.InvokeProgressEvent{Message: "Requesting a password reset e-mail to " + who})
	if err := a.resetPassword(ctx, id.ValueString(), who, &resp.Diagnostics); err != nil {
		addError(&resp.Diagnostics, "Could not send the password reset", who, err)
	}
}
