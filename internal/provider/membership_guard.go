package provider

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// What a plan asks of the guards and of the API, beside what planMembership decides.

// planDestroy asks the guards about an instance that is to be destroyed.
func (r *membershipResource) planDestroy(ctx context.Context, prior *membershipModel, resp *resource.ModifyPlanResponse) {
	if len(r.unknown) > 0 {
		return
	}
	p, err := r.planLetGo(ctx, prior, resp)
	if err == nil {
		_, err = r.ledger.LetGo(guard.Membership, p)
	}
	if err == nil {
		err = r.mayRemove(ctx, p)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not plan the removal", p.String(), err)
	}
}

// planLetGo tells what letting go of somebody invited comes to, and returns whom the apply would remove. Terraform plans a
// destruction before it refreshes, so the state may not know yet that they have joined.
func (r *membershipResource) planLetGo(ctx context.Context, prior *membershipModel, resp *resource.ModifyPlanResponse) (guard.Person, error) {
	p := prior.person()
	if prior.joined() {
		return p, nil
	}
	record := recordOf(ctx, resp.Private, prior, &resp.Diagnostics)
	user, err := r.joined(ctx, p.Email, record)
	var refused *roster.NotBoundError
	switch {
	case errors.As(err, &refused):
		addWarnings(&resp.Diagnostics, []warning{strangerWarning(p.Email, refused)})
	case err != nil:
		return p, err
	case user == nil:
		addWarnings(&resp.Diagnostics, []warning{irrevocable(prior)})
	default:
		p.ID, p.CurrentEmail = user.ID, user.Email
		addWarnings(&resp.Diagnostics, []warning{{
			fmt.Sprintf("%s has joined and will be removed", p.Email), fmt.Sprintf("The invited person is the member %s (%s) now.", user.Name, user.ID),
		}})
	}
	return p, r.noteMembers(ctx, p.Email, record, resp.Private, &resp.Diagnostics)
}

// noteMembers keeps, in a plan that lets go of somebody invited or beside roles that no invitation gave, who is a member now.
// The person may join yet; whoever gives themselves the address meanwhile is somebody else.
func (r *membershipResource) noteMembers(ctx context.Context, email string, record invitationRecord, to privateWriter, diags *diag.Diagnostics) error {
	ids, err := r.roster.OtherIDs(ctx, email)
	if err == nil {
		diags.Append(setPrivate(ctx, to, keyInvitations, record.noting(ids))...)
	}
	return err
}

// noteReplaced is noteMembers for the second half of a replacement that Terraform was asked for (-replace,
// replace_triggered_by): the first half did not know that it lets go of anybody. It can keep something, and tell nothing:
// Terraform drops the warnings of a second half.
func (r *membershipResource) noteReplaced(ctx context.Context, replaced guard.Person, resp *resource.ModifyPlanResponse) error {
	var record invitationRecord
	if replaced.ID != "" || !getPrivate(ctx, resp.Private, keyInvitations, &record, &resp.Diagnostics) {
		return nil
	}
	return r.noteMembers(ctx, replaced.Email, record, resp.Private, &resp.Diagnostics)
}

// planChange asks the guards about an instance that exists, and returns the token by which the second half of a
// replacement can be told from a twin.
func (r *membershipResource) planChange(ctx context.Context, p *membershipPlan, prior *membershipModel, resp *resource.ModifyPlanResponse) string {
	if len(r.unknown) > 0 {
		return ""
	}
	var token string
	var err error
	if p.replace {
		var gone guard.Person
		if gone, err = r.planLetGo(ctx, prior, resp); err == nil {
			token, err = r.ledger.LetGo(guard.Membership, gone)
		}
	} else {
		token, err = r.ledger.Hold(guard.Membership, p.model.person())
		if err == nil {
			err = r.guardChange(ctx, p, prior, resp)
		}
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not plan the membership", prior.person().String(), err)
	}
	return token
}

func (r *membershipResource) guardChange(ctx context.Context, p *membershipPlan, prior *membershipModel, resp *resource.ModifyPlanResponse) error {
	changed := setKnown(p.model.Roles) && !p.model.Roles.Equal(prior.Roles)
	if changed && !prior.joined() && recordOf(ctx, resp.Private, prior, &resp.Diagnostics).raises(textsOf(p.model.Roles)) {
		// Without a refresh the state may take somebody for invited who has joined long ago.
		if err := r.nobodyHas(ctx, prior.Email.ValueString()); err != nil {
			return err
		}
	}
	if p.invites {
		return r.ledger.Invite(prior.person())
	}
	if changed && prior.joined() {
		return r.keepAdmin(ctx, prior.person(), textsOf(prior.Roles), textsOf(p.model.Roles))
	}
	return nil
}

// planCreate holds a new membership against the members and the guards. Only what the apply has to find again is put into
// the plan: the organization's id and, where a member may be taken over, whose id that is. The rest of what the API says is
// a message.
func (r *membershipResource) planCreate(ctx context.Context, config *membershipModel, p *membershipPlan, token string, resp *resource.ModifyPlanResponse) {
	if len(r.unknown) > 0 {
		return
	}
	m, diags := &p.model, &resp.Diagnostics
	organization, err := r.roster.Organization(ctx)
	if err != nil {
		addError(diags, "Could not plan the membership", m.Email.ValueString(), err)
		return
	}
	m.OrganizationID = types.StringValue(organization.ID)
	replaced, isReplacement := r.ledger.Replaced(token)
	err = r.guardCreate(ctx, m, token, replaced, isReplacement)
	if err == nil && isReplacement {
		err = r.noteReplaced(ctx, replaced, resp)
	}
	if err != nil {
		addError(diags, "Could not plan the membership", m.Email.ValueString(), err)
		return
	}
	if m.Email.IsUnknown() {
		return
	}
	members, err := r.roster.WithEmail(ctx, m.Email.ValueString())
	switch {
	case err != nil:
		addError(diags, "Could not plan the membership", m.Email.ValueString(), err)
	case len(members) == 0:
		if m.AdoptExisting.Equal(types.BoolValue(true)) {
			m.UserID = types.StringNull() // nobody is taken over whom the plan did not name
		}
		r.planInvitation(config, diags)
	case isReplacement && len(members) == 1 && members[0].ID == replaced.ID:
		r.planReturn(config, replaced, diags)
	default:
		r.planAdoption(ctx, m, members, diags)
		diags.Append(setPrivate(ctx, resp.Private, keyAdopts, m.UserID.ValueString())...)
	}
}

// guardCreate records a new instance, or the second half of a replacement, which lets go of somebody as well.
func (r *membershipResource) guardCreate(ctx context.Context, m *membershipModel, token string, replaced guard.Person, isReplacement bool) error {
	p := m.person()
	if !isReplacement {
		return r.ledger.Create(guard.Membership, p)
	}
	if err := r.ledger.Replace(token, p); err != nil {
		return err
	}
	return r.mayRemove(ctx, replaced)
}

func (r *membershipResource) planInvitation(config *membershipModel, diags *diag.Diagnostics) {
	if config.Name.IsNull() {
		addMissingName(diags, config.Email.ValueString())
		return
	}
	if err := r.ledger.Invite(config.person()); err != nil {
		addError(diags, "Could not plan the invitation", config.Email.ValueString(), err)
	}
}

// planReturn plans the invitation of somebody who is to be removed before. Under an address that the state does not know
// yet it would be a mistake: the person has only changed their own.
func (r *membershipResource) planReturn(config *membershipModel, replaced guard.Person, diags *diag.Diagnostics) {
	email := config.Email.ValueString()
	if modelprime.SameEmail(email, replaced.Email) || modelprime.SameEmail(email, replaced.CurrentEmail) {
		r.planInvitation(config, diags)
		return
	}
	diags.AddAttributeError(path.Root("email"), "The state does not know the member's new address", fmt.Sprintf(
		"%s has changed their own address to %s, and this plan would remove them and invite them again. "+
			"Plan without -refresh=false: then the configured address changes the state only.", replaced, email))
}

// planAdoption tells whom the apply would take over, or how to import them.
func (r *membershipResource) planAdoption(ctx context.Context, m *membershipModel, members []modelprime.User, diags *diag.Diagnostics) {
	if m.AdoptExisting.IsUnknown() {
		return
	}
	email := m.Email.ValueString()
	if len(members) == 1 {
		if err := r.ledger.Meets(guard.Person{ID: members[0].ID, Email: email}); err != nil {
			addError(diags, "Could not plan the membership", email, err)
			return
		}
	}
	if !r.mayAdopt(m, members, diags) {
		return
	}
	if r.ledger.WasRead(guard.Person{ID: members[0].ID}) {
		diags.AddAttributeError(path.Root("email"), "The member is managed already", fmt.Sprintf(
			"The state has a membership of %s (%s) already. If it is this one and it is tainted, the apply would remove the person first: "+
				"keep them by terraform untaint. If it is another one, keep one of the two, or say by a moved block that the address of the resource has changed.",
			email, members[0].ID))
		return
	}
	member, err := r.roster.Member(ctx, members[0].ID)
	if err == nil && setKnown(m.Roles) {
		err = r.keepAdmin(ctx, guard.Person{ID: member.ID, Email: email}, member.Roles, textsOf(m.Roles))
	}
	if err != nil {
		addError(diags, "Could not plan the adoption of a member", email, err)
		return
	}
	m.UserID = types.StringValue(member.ID)
	diags.AddWarning(fmt.Sprintf("%s is a member already and will be taken over", email), fmt.Sprintf(
		"%s (%s) has these roles: %s. The apply %s, and sends no e-mail. From then on, destroying the membership removes them. "+
			"If Terraform refuses the apply because user_id has changed, the address was not theirs when the plan was made: plan again, and see whom it takes over.",
		member.Name, member.ID, listed(member.Roles), roleChange(member.Roles, m.Roles)))
}

// roleChange says what an apply does to a member's roles.
func roleChange(before []string, configured types.Set) string {
	switch {
	case !setKnown(configured):
		return "gives them exactly the configured roles"
	case roster.SameRoles(before, textsOf(configured)):
		return "leaves them as they are"
	default:
		return "gives them exactly these: " + listed(textsOf(configured))
	}
}
