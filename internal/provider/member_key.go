package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/action"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// memberKey validates the arguments that name a member: the user ID, the e-mail address, or either of the two.
type memberKey struct {
	id     string // the name of the argument for the user ID
	orBoth bool   // both may be configured; the user ID decides
}

func (k memberKey) Description(context.Context) string {
	if k.orBoth {
		return fmt.Sprintf("Set at least one of %s and email.", k.id)
	}
	return fmt.Sprintf("Set exactly one of %s and email.", k.id)
}

// MarkdownDescription is Description.
func (k memberKey) MarkdownDescription(ctx context.Context) string { return k.Description(ctx) }

// ValidateResource implements resource.ConfigValidator.
func (k memberKey) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	k.validate(ctx, req.Config, &resp.Diagnostics)
}

// ValidateDataSource implements datasource.ConfigValidator.
func (k memberKey) ValidateDataSource(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	k.validate(ctx, req.Config, &resp.Diagnostics)
}

// ValidateAction implements action.ConfigValidator.
func (k memberKey) ValidateAction(ctx context.Context, req action.ValidateConfigRequest, resp *action.ValidateConfigResponse) {
	k.validate(ctx, req.Config, &resp.Diagnostics)
}

func (k memberKey) validate(ctx context.Context, config tfsdk.Config, diags *diag.Diagnostics) {
	var id, email types.String
	diags.Append(config.GetAttribute(ctx, path.Root(k.id), &id)...)
	diags.Append(config.GetAttribute(ctx, path.Root("email"), &email)...)
	if !diags.HasError() {
		k.check(id, email, diags)
	}
}

// nullUserID explains a null user ID and what to do about it.
const nullUserID = "The user_id of a modelprime_membership is null until the person has joined: apply again after they have accepted the invitation."

// check reports whether the arguments name a member. Plan and apply check again, because an unknown value can become null.
func (k memberKey) check(id, email types.String, diags *diag.Diagnostics) bool {
	switch {
	case id.IsNull() && email.IsNull():
		diags.AddAttributeError(path.Root(k.id), "No member is named", fmt.Sprintf(
			"%s If one of them is set, its value is null. %s", k.Description(context.Background()), nullUserID))
	case !k.orBoth && isSet(id) && isSet(email):
		diags.AddAttributeError(path.Root(k.id), "The member is named twice", k.Description(context.Background())+" Remove one of the two.")
	default:
		return true
	}
	return false
}
