package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// userModel is a member in a data source.
type userModel struct {
	ID    types.String `tfsdk:"id"`
	Email types.String `tfsdk:"email"`
	Name  types.String `tfsdk:"name"`
	Roles types.Set    `tfsdk:"roles"`
}

// userType is the Terraform type of userModel.
var userType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"id": types.StringType, "email": types.StringType, "name": types.StringType, "roles": types.SetType{ElemType: types.StringType},
}}

// newUserModel sets the roles to null if they were not read, unlike an empty set.
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

// userAttributes returns the computed attributes of a member.
func userAttributes(whose, roles string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":    schema.StringAttribute{Computed: true, MarkdownDescription: whose + " user ID, such as `auth0|64f0…` or `google-oauth2|1172…`."},
		"email": schema.StringAttribute{Computed: true, MarkdownDescription: whose + " e-mail address."},
		"name":  schema.StringAttribute{Computed: true, MarkdownDescription: whose + " name."},
		"roles": schema.SetAttribute{Computed: true, ElementType: types.StringType, MarkdownDescription: roles},
	}
}
