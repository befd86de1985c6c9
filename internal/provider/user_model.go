package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// userModel is a member as the data sources show them.
type userModel struct {
	ID    types.String `tfsdk:"id"`
	Email types.String `tfsdk:"email"`
	Name  types.String `tfsdk:"name"`
	Roles types.Set    `tfsdk:"roles"`
}

// userType is userModel as a type of Terraform's.
var userType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"id": types.StringType, "email": types.StringType, "name": types.StringType, "roles": types.SetType{ElemType: types.StringType},
}}

// newUserModel keeps roles that were not asked for apart from an empty set of them: null.
func newUserModel(user modelprime.User) userModel {
	roles := types.SetNull(types.StringType)
	if user.Roles != nil {
		roles = setValue(user.Roles)
	}
	return userModel{
		ID:    types.StringValue(user.ID),
		Email: types.StringValue(user.Email),
		Name:  types.StringValue(user.Name),
		Roles: roles,
	}
}

// userAttributes describe a member whom the API names.
func userAttributes(whose, roles string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":    schema.StringAttribute{Computed: true, MarkdownDescription: whose + " id, such as `auth0|64f0…` or `google-oauth2|1172…`."},
		"email": schema.StringAttribute{Computed: true, MarkdownDescription: whose + " e-mail address."},
		"name":  schema.StringAttribute{Computed: true, MarkdownDescription: whose + " name."},
		"roles": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: roles},
	}
}
