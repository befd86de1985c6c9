package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
)

// guardPlan asks the guards about a plan; p is nil for a destroy. An instance without an ID gets one.
func (r *roleAssignmentResource) guardPlan(ctx context.Context, prior *roleAssignmentModel, p *roleAssignmentPlan, resp *resource.ModifyPlanResponse) error {
	if len(r.unknown) > 0 {
		return nil
	}
	var person guard.Person
	if prior != nil {
		person = prior.person()
	}
	instance := r.instanceID(ctx, guard.RoleAssignment, person, resp.Private, &resp.Diagnostics)
	switch {
	case p == nil || p.replace != "":
		return r.planDestroy(ctx, instance, prior, &resp.Diagnostics)
	case prior == nil:
		return r.planCreate(ctx, instance, p, &resp.Diagnostics)
	default:
		return r.planChange(ctx, instance, p, prior, &resp.Diagnostics)
	}
}

// planDestroy warns about the effect of a destroy, and asks the guards.
func (r *roleAssignmentResource) planDestroy(ctx context.Context, instance string, prior *roleAssignmentModel, diags *diag.Diagnostics) error {
	p := prior.person()
	if prior.onDestroy() == guard.Keep {
		diags.AddWarning(fmt.Sprintf("The roles of %s are kept", p.Email), fmt.Sprintf(
			"on_destroy is %q in the state, so destroying this assignment does not revoke the roles of %s. After the apply, no resource manages these roles.", guard.Keep, p))
	} else if err := r.tellOfRevocation(ctx, prior, diags); err != nil {
		return err
	}
	return r.claim(ctx, instance, guard.Claim{Kind: guard.RoleAssignment, Before: []guard.Person{p}, OnDestroy: prior.onDestroy()})
}

// tellOfRevocation warns that a destroy revokes the roles of a member. It does not warn if the member has left, which the state may
// not show yet.
func (r *roleAssignmentResource) tellOfRevocation(ctx context.Context, prior *roleAssignmentModel, diags *diag.Diagnostics) error {
	p := prior.person()
	_, isMember, err := r.roster.WithID(ctx, p.ID)
	if err != nil || !isMember {
		return err
	}
	if err := r.warnOfAnother(ctx, p, p.Email, prior.Name.ValueString(), "revokes this member's roles", diags); err != nil {
		return err
	}
	diags.AddWarning(fmt.Sprintf("%s stays a member without roles", p.Email), fmt.Sprintf(
		"Destroying this assignment revokes all roles of %s: %s. To keep the roles, set on_destroy = %q and apply that first.", p, listed(textsOf(prior.Roles)), guard.Keep))
	return nil
}

// planChange asks the guards about an existing assignment.
func (r *roleAssignmentResource) planChange(ctx context.Context, instance string, p *roleAssignmentPlan, prior *roleAssignmentModel, diags *diag.Diagnostics) error {
	after := p.model.person()
	after.ID = prior.UserID.ValueString()
	c := guard.Claim{Kind: guard.RoleAssignment, After: &after, OnDestroy: prior.onDestroy()}
	if !p.model.Roles.Equal(prior.Roles) {
		c.DropsAdmin = setKnown(p.model.Roles) && dropsAdmin(textsOf(prior.Roles), textsOf(p.model.Roles))
		if err := r.warnOfAnother(ctx, after, after.Email, prior.Name.ValueString(), "changes this member's roles", diags); err != nil {
			return err
		}
	}
	return r.claim(ctx, instance, c)
}

// planCreate finds the member and asks the guards. The plan contains the user ID, so that Terraform refuses the apply if another
// member has the address by then.
func (r *roleAssignmentResource) planCreate(ctx context.Context, instance string, p *roleAssignmentPlan, diags *diag.Diagnostics) error {
	m := &p.model
	m.OrganizationID = types.StringValue(r.organization.ID)
	c := guard.Claim{Kind: guard.RoleAssignment, IsNew: true}
	r.addReplaced(instance, &c)
	if m.UserID.ValueString() == "" && m.Email.ValueString() == "" {
		return r.claim(ctx, instance, c) // the address or ID is unknown; the apply looks up the member
	}
	user, err := r.member(ctx, m)
	if err != nil {
		return err
	}
	m.Name = types.StringValue(user.Name)
	if !p.unknownID {
		m.UserID = types.StringValue(user.ID)
	}
	r.tellOfAnother(user, m.Roles, diags)
	after := personOf(user)
	c.After, c.DropsAdmin = &after, setKnown(m.Roles) && dropsAdmin(user.Roles, textsOf(m.Roles))
	return r.claim(ctx, instance, c)
}
