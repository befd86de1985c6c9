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

// onDestroy is what destroying the instance does to its member.
func (m *roleAssignmentModel) onDestroy() guard.OnDestroy {
	if m.OnDestroy.ValueString() == string(guard.Keep) {
		return guard.Keep
	}
	return guard.RevokeRoles
}

// imported reports whether an import has made the state and no read has filled it in yet.
func (m *roleAssignmentModel) imported() bool {
	return m.CurrentEmail.IsNull()
}

func (m *roleAssignmentModel) person() guard.Person {
	return guard.Person{ID: m.UserID.ValueString(), Email: m.Email.ValueString(), CurrentEmail: m.CurrentEmail.ValueString()}
}

// setMember fills in what the API says of the member. A configured address stays as it was written.
func (m *roleAssignmentModel) setMember(user modelprime.User, organizationID string) {
	m.UserID, m.Name = types.StringValue(user.ID), types.StringValue(user.Name)
	if m.Email.IsNull() || m.Email.IsUnknown() {
		m.Email = types.StringValue(user.Email)
	}
	m.CurrentEmail = types.StringValue(user.Email)
	m.OrganizationID = types.StringValue(organizationID)
	m.OnDestroy = orDefault(m.OnDestroy, guard.RevokeRoles)
}

// roleAssignmentPlan is what becomes of one assignment, decided by configuration and state alone.
type roleAssignmentPlan struct {
	model   roleAssignmentModel
	replace string // the argument that names another person, or ""
	// unknownID says that another resource makes the configured user ID, so the plan cannot name the member.
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
	var somebodyElse bool
	if m.Email, somebodyElse = planEmail(config.Email, prior.Email, prior.CurrentEmail); somebodyElse {
		return roleAssignmentPlan{model: unsettledAssignment(config), replace: "email"}
	}
	return roleAssignmentPlan{model: m, warnings: m.renamedWarnings(*prior)}
}

// renamedWarnings tell of the member's new address. Where the roles change, the warning of that names both addresses.
func (m *roleAssignmentModel) renamedWarnings(prior roleAssignmentModel) []warning {
	if !m.Roles.Equal(prior.Roles) {
		return nil
	}
	return renamedWarnings(m.Email, prior.CurrentEmail, prior.UserID)
}

// planAssignmentByID plans an assignment whose user ID is configured, which decides who the member is. An ID that is not known
// yet is taken for the same member's.
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

// unsettledAssignment leaves open what is looked up when the assignment is created.
func unsettledAssignment(config roleAssignmentModel) roleAssignmentModel {
	m := config
	m.UserID, m.Email = orUnknown(config.UserID), orUnknown(config.Email)
	m.Name, m.OnDestroy = types.StringUnknown(), orDefault(config.OnDestroy, guard.RevokeRoles)
	m.CurrentEmail, m.OrganizationID = types.StringUnknown(), types.StringUnknown()
	return m
}
