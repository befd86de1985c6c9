package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

type roleAssignmentModel struct {
	UserID         types.String `tfsdk:"user_id"`
	Email          types.String `tfsdk:"email"`
	Name           types.String `tfsdk:"name"`
	Roles          types.Set    `tfsdk:"roles"`
	OnDestroy      types.String `tfsdk:"on_destroy"`
	CurrentEmail   types.String `tfsdk:"current_email"`
	OrganizationID types.String `tfsdk:"organization_id"`
}

type roleAssignmentIdentity struct {
	UserID types.String `tfsdk:"user_id"`
}

func (m *roleAssignmentModel) identity() roleAssignmentIdentity {
	return roleAssignmentIdentity{UserID: m.UserID}
}

// onDestroy returns the effect of destroying the instance.
func (m *roleAssignmentModel) onDestroy() guard.OnDestroy {
	if m.OnDestroy.ValueString() == string(guard.Keep) {
		return guard.Keep
	}
	return guard.RevokeRoles
}

// imported reports whether the state comes from an import that was not read yet.
func (m *roleAssignmentModel) imported() bool {
	return m.CurrentEmail.IsNull()
}

func (m *roleAssignmentModel) person() guard.Person {
	return guard.Person{ID: m.UserID.ValueString(), Email: m.Email.ValueString(), CurrentEmail: m.CurrentEmail.ValueString()}
}

// setMember sets the attributes to the API's values of the member. A configured address keeps its spelling.
func (m *roleAssignmentModel) setMember(user modelprime.User, organizationID string) {
	m.UserID, m.Name = types.StringValue(user.ID), types.StringValue(user.Name)
	if m.Email.IsNull() || m.Email.IsUnknown() {
		m.Email = types.StringValue(user.Email)
	}
	m.CurrentEmail = types.StringValue(user.Email)
	m.OrganizationID = types.StringValue(organizationID)
	m.OnDestroy = orDefault(m.OnDestroy, guard.RevokeRoles)
}

// roleAssignmentPlan is the plan of one assignment. It depends only on the configuration and the state.
type roleAssignmentPlan struct {
	model   roleAssignmentModel
	replace string // the argument that names another person, or ""
	// unknownID says that the configured user ID is unknown, so the plan cannot name the member.
	unknownID bool
	// foreignEmail says that the configured address is not the address of the member with the configured user ID.
	foreignEmail bool
	warnings     []warning
}

func planRoleAssignment(config roleAssignmentModel, prior *roleAssignmentModel) roleAssignmentPlan {
	if prior == nil {
		return roleAssignmentPlan{model: unsettledAssignment(config), unknownID: config.UserID.IsUnknown()}
	}
	m := *prior
	m.Roles, m.OnDestroy = config.Roles, orDefault(config.OnDestroy, guard.RevokeRoles)
	if !config.UserID.IsNull() {
		return planAssignmentByID(config, *prior, m)
	}
	var differentPerson bool
	if m.Email, differentPerson = planEmail(config.Email, prior.Email, prior.CurrentEmail); differentPerson {
		return roleAssignmentPlan{model: unsettledAssignment(config), replace: "email"}
	}
	return roleAssignmentPlan{model: m, warnings: m.renamedWarnings(*prior)}
}

// renamedWarnings warns about the member's new address. If the roles change, another warning already names both addresses.
func (m *roleAssignmentModel) renamedWarnings(prior roleAssignmentModel) []warning {
	if !m.Roles.Equal(prior.Roles) {
		return nil
	}
	return renamedWarnings(m.Email, prior.CurrentEmail, prior.UserID)
}

// planAssignmentByID plans an assignment with a configured user ID, which identifies the member. An unknown ID counts as the same
// member's.
func planAssignmentByID(config, prior, m roleAssignmentModel) roleAssignmentPlan {
	if !config.UserID.IsUnknown() && !config.UserID.Equal(prior.UserID) {
		return roleAssignmentPlan{model: unsettledAssignment(config), replace: "user_id"}
	}
	m.UserID = config.UserID
	if config.Email.IsNull() {
		return roleAssignmentPlan{model: m}
	}
	var foreign bool
	if m.Email, foreign = planEmail(config.Email, prior.Email, prior.CurrentEmail); foreign {
		return roleAssignmentPlan{model: m, foreignEmail: true}
	}
	return roleAssignmentPlan{model: m, warnings: m.renamedWarnings(prior)}
}

// unsettledAssignment sets the attributes that the creation looks up to unknown.
func unsettledAssignment(config roleAssignmentModel) roleAssignmentModel {
	m := config
	m.UserID, m.Email = orUnknown(config.UserID), orUnknown(config.Email)
	m.Name, m.OnDestroy = types.StringUnknown(), orDefault(config.OnDestroy, guard.RevokeRoles)
	m.CurrentEmail, m.OrganizationID = types.StringUnknown(), types.StringUnknown()
	return m
}
