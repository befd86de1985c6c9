package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// The parts of a plan that need the guards and the API. planMembership decides the rest.

// planDestroy asks the guards about the destroy of an instance.
func (r *membershipResource) planDestroy(ctx context.Context, instance string, prior *membershipModel, private privateState, diags *diag.Diagnostics) error {
	gone, err := r.planRemoval(ctx, prior, private, diags)
	if err != nil {
		return err
	}
	return r.claim(ctx, instance, guard.Claim{Kind: guard.Membership, Before: []guard.Person{gone}, OnDestroy: prior.onDestroy()})
}

// planRemoval warns about the effect of a destroy, and returns the person with the ID of the member that the apply removes.
// Terraform may plan a destroy before it refreshes, so the state may still show a person who has joined as invited: the note
// passes the member's ID to the apply.
func (r *membershipResource) planRemoval(ctx context.Context, prior *membershipModel, private privateState, diags *diag.Diagnostics) (guard.Person, error) {
	p := prior.person()
	if prior.onDestroy() == guard.Keep {
		addWarnings(diags, keptWarning(p))
		return p, nil
	}
	if prior.joined() {
		return p, r.warnOfAnother(ctx, p, p.Email, prior.Name.ValueString(), "removes this member", diags)
	}
	user, err := r.findJoined(ctx, p.Email, recordOf(ctx, private, prior, diags))
	var refused *roster.NotBoundError
	switch {
	case errors.As(err, &refused):
		addWarnings(diags, strangerWarning(p.Email, refused))
	case err != nil:
		return p, err
	case user == nil:
		addWarnings(diags, irrevocable(prior))
	default:
		p.ID, p.CurrentEmail = user.ID, user.Email
		addWarnings(diags, warning{
			fmt.Sprintf("%s has joined and will be removed", p.Email), fmt.Sprintf("The invited person is the member %s (%s) now.", user.Name, user.ID),
		})
	}
	diags.Append(leave(ctx, private, func(note *applyNote) { note.Removes = &p.ID })...)
	return p, nil
}

// planChange asks the guards about an existing instance.
func (r *membershipResource) planChange(ctx context.Context, instance string, p *membershipPlan, prior *membershipModel, private privateState, diags *diag.Diagnostics) error {
	if p.replace {
		return r.planDestroy(ctx, instance, prior, private, diags)
	}
	after := prior.person()
	if !p.model.Email.IsUnknown() {
		after.Email = p.model.Email.ValueString()
	}
	c := guard.Claim{Kind: guard.Membership, After: &after, OnDestroy: prior.onDestroy(), Invites: p.invites}
	if !p.model.Roles.Equal(prior.Roles) {
		if err := r.planRoles(ctx, &c, p, prior, private, diags); err != nil {
			return err
		}
	}
	return r.claim(ctx, instance, c)
}

// planRoles adds changed roles to the claim.
func (r *membershipResource) planRoles(ctx context.Context, c *guard.Claim, p *membershipPlan, prior *membershipModel, private privateState, diags *diag.Diagnostics) error {
	known, roles := setKnown(p.model.Roles), textsOf(p.model.Roles)
	if prior.joined() {
		c.DropsAdmin = known && dropsAdmin(textsOf(prior.Roles), roles)
		return r.warnOfAnother(ctx, *c.After, c.After.Email, prior.Name.ValueString(), "changes this member's roles", diags)
	}
	if known && recordOf(ctx, private, prior, diags).raises(roles) {
		// Without a refresh the state may not know that the person has joined.
		return r.nobodyHas(ctx, prior.Email.ValueString())
	}
	return nil
}

// planCreate checks a new membership with the members and the guards. The plan contains only values that must be the same at
// apply: the organization's ID and, if a member may be adopted, their user ID. All other results of the API are messages.
func (r *membershipResource) planCreate(ctx context.Context, instance string, config *membershipModel, p *membershipPlan, private privateState, diags *diag.Diagnostics) error {
	m := &p.model
	m.OrganizationID = types.StringValue(r.organization.ID)
	var members []modelprime.User
	if !m.Email.IsUnknown() {
		var err error
		if members, err = r.roster.WithEmail(ctx, m.Email.ValueString()); err != nil {
			return err
		}
	}
	after := m.person()
	c := guard.Claim{Kind: guard.Membership, After: &after, IsNew: true}
	replaced, err := r.planSecondHalf(ctx, instance, &c, private, diags)
	if err != nil {
		return err
	}
	returns := replaced != nil && c.OnDestroy == guard.Remove && len(members) == 1 && members[0].ID == replaced.ID
	if len(members) == 1 && !returns {
		after.ID = members[0].ID // another instance may know the member by another address
		diags.Append(leave(ctx, private, func(note *applyNote) { note.Adopts = after.ID })...)
	}
	var adopted *modelprime.User
	var refused error
	switch {
	case m.Email.IsUnknown():
	case returns:
		refused = planReturn(config, *replaced)
		c.Invites = refused == nil
	case len(members) > 0:
		adopted, refused = r.planAdoption(ctx, m, members, replaced)
		c.DropsAdmin = adopted != nil && setKnown(m.Roles) && dropsAdmin(adopted.Roles, textsOf(m.Roles))
	case config.Name.IsNull():
		refused = missingName(after.Email)
	default:
		c.Invites = true
	}
	if err := r.claim(ctx, instance, c); err != nil || refused != nil {
		return cmp.Or(err, refused)
	}
	switch {
	case adopted != nil:
		m.UserID = types.StringValue(adopted.ID)
		addWarnings(diags, adoptionWarning(m, *adopted))
	case c.Invites && !returns && m.AdoptExisting.Equal(types.BoolValue(true)):
		m.UserID = types.StringNull() // the apply adopts only a member that the plan named
	}
	return nil
}

// planSecondHalf adds the replaced person to the claim of a new instance, if this run has planned the same instance with
// a prior state. Terraform drops the warnings of a second half. So if an invited person has joined, and the first half did not
// know of the replacement (-replace, replace_triggered_by), that is an error.
func (r *membershipResource) planSecondHalf(ctx context.Context, instance string, c *guard.Claim, private privateState, diags *diag.Diagnostics) (*guard.Person, error) {
	first, ok := r.addReplaced(instance, c)
	if !ok {
		return nil, nil
	}
	replaced := c.Before[0]
	if len(first.Before) > 0 || replaced.ID != "" || first.OnDestroy == guard.Keep {
		return &replaced, nil
	}
	var record invitationRecord
	if getPrivate(ctx, private, keyInvitations, &record, diags) {
		user, err := r.findJoined(ctx, replaced.Email, record)
		var refused *roster.NotBoundError
		switch {
		case errors.As(err, &refused):
		case err != nil:
			return nil, err
		case user != nil:
			return nil, &joinedError{*user}
		}
	}
	nobody := ""
	diags.Append(leave(ctx, private, func(note *applyNote) { note.Removes = &nobody })...)
	return &replaced, nil
}

// planReturn checks a replacement that removes a member and invites them again.
func planReturn(config *membershipModel, replaced guard.Person) error {
	email := config.Email.ValueString()
	switch {
	case !modelprime.SameEmail(email, replaced.Email) && !modelprime.SameEmail(email, replaced.CurrentEmail):
		return &failure{attribute: "email", summary: "The state does not know the member's new address", detail: fmt.Sprintf(
			"%s has changed their own address to %s, and this plan would remove them and invite them again. "+
				"Plan without -refresh=false: then the configured address changes the state only.", replaced, email)}
	case config.Name.IsNull():
		return &failure{attribute: "name", summary: "Missing name", detail: fmt.Sprintf(
			"The replacement removes the member %s and invites them again, and an invitation needs a name. Set name to the person's name, or plan without the replacement.", replaced)}
	case !config.AdoptExisting.IsUnknown() && !config.AdoptExisting.ValueBool():
		return &failure{attribute: "adopt_existing", summary: "The same member would be removed and invited again", detail: fmt.Sprintf(
			"The replacement removes the member %s and invites them again. With create_before_destroy, which Terraform does not show to the provider, the apply "+
				"would create first, fail because the person is still a member, and leave a deposed object. If the replacement is intended, set adopt_existing = true. "+
				"The member is then adopted with create_before_destroy, and removed and invited without it.", replaced)}
	}
	return nil
}

// planAdoption returns the member that the apply would adopt, with their roles, or an error that says how to import them. If
// adopt_existing is unknown, it returns no member.
func (r *membershipResource) planAdoption(ctx context.Context, m *membershipModel, members []modelprime.User, replaced *guard.Person) (*modelprime.User, error) {
	if err := mayAdopt(m, members); err != nil {
		return nil, err
	}
	keeps := replaced != nil && replaced.ID == members[0].ID // the instance adopts the member that it kept
	if !keeps && r.ledger.WasRead(personOf(members[0])) {
		return nil, &failure{attribute: "email", summary: "The member is managed already", detail: fmt.Sprintf(
			"The state already has a membership of %s (%s). If it is this resource and it is tainted, the apply would remove the person first: run terraform untaint "+
				"to keep them. If the resource was renamed, add a moved block. If it is a different resource, keep one of the two.",
			m.Email.ValueString(), members[0].ID)}
	}
	if m.AdoptExisting.IsUnknown() {
		return nil, nil
	}
	member, err := r.roster.Member(ctx, members[0].ID)
	if err != nil {
		return nil, &failure{summary: "Could not plan the adoption of a member", err: err}
	}
	return &member, nil
}

func adoptionWarning(m *membershipModel, member modelprime.User) warning {
	return warning{fmt.Sprintf("%s is a member already and will be adopted", m.Email.ValueString()), fmt.Sprintf(
		"%s (%s) has these roles: %s. The apply %s, and sends no e-mail. From then on, destroying the membership removes them. If Terraform refuses the apply "+
			"because user_id has changed, the address belongs to a different person now: plan again, and check which member the plan names.",
		member.Name, member.ID, listed(member.Roles), roleChange(member.Roles, m.Roles))}
}

// roleChange describes the effect of an apply on a member's roles.
func roleChange(before []string, configured types.Set) string {
	switch {
	case !setKnown(configured):
		return "sets exactly the configured roles"
	case roster.SameRoles(before, textsOf(configured)):
		return "does not change the roles"
	default:
		return "sets exactly these roles: " + listed(textsOf(configured))
	}
}
