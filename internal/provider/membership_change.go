package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// mayAdopt reports whether the members with a new membership's address are one person who may be taken over.
func (r *membershipResource) mayAdopt(m *membershipModel, members []modelprime.User, diags *diag.Diagnostics) bool {
	email := m.Email.ValueString()
	switch {
	case len(members) > 1:
		diags.AddAttributeError(path.Root("email"), "Several members have that address", fmt.Sprintf(
			"%s. Import the one that is meant by id:\n\n%s", (&roster.SeveralError{Email: email, Members: members}).Error(), importBlock(members[0].ID)))
		return false
	case !m.AdoptExisting.ValueBool():
		diags.AddAttributeError(path.Root("email"), "Already a member", fmt.Sprintf(
			"%s is a member already (%s, %s), so no invitation is sent. To manage the member, import them:\n\n%s\n"+
				"Or set adopt_existing = true, which takes over whoever has the address. A membership that is in the state already is kept "+
				"by a moved block where its resource was renamed, and by terraform untaint where it was tainted.",
			email, members[0].Name, members[0].ID, importBlock(members[0].ID)))
		return false
	}
	return true
}

// asPlanned reports whether the members with a new membership's address are whom the plan found, if it says whom: between
// the second look of Terraform's own at the apply and this one somebody may have come or gone.
func asPlanned(m *membershipModel, members []modelprime.User, diags *diag.Diagnostics) bool {
	now := ""
	if len(members) > 0 {
		now = members[0].ID
	}
	if m.UserID.IsUnknown() || m.UserID.ValueString() == now {
		return true
	}
	diags.AddAttributeError(path.Root("email"), "The address has changed hands", fmt.Sprintf(
		"When the plan was made %s was the address of %s, and now it is that of %s. Nobody was changed or e-mailed. Plan again.",
		m.Email.ValueString(), cmp.Or(m.UserID.ValueString(), "nobody"), cmp.Or(now, "nobody")))
	return false
}

func addMissingName(diags *diag.Diagnostics, email string) {
	diags.AddAttributeError(path.Root("name"), "Missing name", fmt.Sprintf(
		"%s is no member yet, and an invitation needs a name. Set name to the person's name.", email))
}

// bringIn makes a member or an invited person of a planned membership.
func (r *membershipResource) bringIn(ctx context.Context, m *membershipModel, diags *diag.Diagnostics) (invitationRecord, bool) {
	members, err := r.roster.WithEmail(ctx, m.Email.ValueString())
	switch {
	case err != nil:
		addError(diags, "Could not create the membership", m.Email.ValueString(), err)
		return invitationRecord{}, false
	case !asPlanned(m, members, diags):
		return invitationRecord{}, false
	case len(members) > 0:
		return invitationRecord{}, r.mayAdopt(m, members, diags) && r.adopt(ctx, m, members[0].ID, diags)
	case m.Name.IsUnknown():
		addMissingName(diags, m.Email.ValueString())
		return invitationRecord{}, false
	}
	if m.LoginConnection.IsUnknown() {
		m.LoginConnection = types.StringValue(modelprime.ConnectionGoogle)
	}
	record, err := r.invite(ctx, m, 0, invitationRecord{}, diags)
	if err != nil {
		addError(diags, "Could not invite the member", m.Email.ValueString(), err)
	}
	return record, err == nil
}

// adopt takes a member over. Roles that may have been replaced although the reply was lost are no error beside a state:
// that would taint the membership, and the next apply would remove the person.
func (r *membershipResource) adopt(ctx context.Context, m *membershipModel, id string, diags *diag.Diagnostics) bool {
	email := m.Email.ValueString()
	member, err := r.roster.Member(ctx, id)
	p := guard.Person{ID: member.ID, Email: email}
	if err == nil && !r.ledger.Adopting(p) {
		err = fmt.Errorf("%s is being removed by another instance in this run: run again to invite them", p)
	}
	if err == nil {
		err = r.putRoles(ctx, p, member.Roles, textsOf(m.Roles))
	}
	if modelprime.IsUnconfirmed(err) {
		addUnconfirmedRoles(diags, email, err)
		err = nil
	}
	if err != nil {
		addError(diags, "Could not adopt the member", email, err)
		return false
	}
	m.setAdopted(member)
	return true
}

// invite sends an invitation, once. When it is unknown whether it arrived, that is the state, and not an error.
func (r *membershipResource) invite(ctx context.Context, m *membershipModel, sentBefore int64, record invitationRecord, diags *diag.Diagnostics) (invitationRecord, error) {
	if err := r.ledger.Invite(m.person()); err != nil {
		return record, err
	}
	invitation := m.invitation()
	err := r.roster.Invite(ctx, invitation)
	unconfirmed := modelprime.IsUnconfirmed(err)
	switch {
	case unconfirmed:
		w := unconfirmedWarning(m.Email.ValueString())
		diags.AddWarning(w.summary, w.detail+"\n\n"+err.Error())
	case err != nil:
		return record, err
	}
	m.setInvited(unconfirmed, r.clock.Now(), sentBefore)
	return record.with(invitation, unconfirmed), nil
}

// joined looks for the invited person among the members. Somebody who was a member before is not that person.
func (r *membershipResource) joined(ctx context.Context, email string, record invitationRecord) (*modelprime.User, error) {
	user, err := r.roster.Joined(ctx, email, record.Roles)
	if user != nil && record.noted(user.ID) {
		return nil, &roster.NotBoundError{Email: email, Members: []modelprime.User{*user}, Before: true}
	}
	return user, err
}

// inviteAgain sends another invitation, unless the person has joined in the meantime. Then nobody is bound: whom a membership
// is about is found out by a refresh, so that a plan shows it before any roles are given.
func (r *membershipResource) inviteAgain(ctx context.Context, m, prior *membershipModel, record invitationRecord, diags *diag.Diagnostics) (invitationRecord, error) {
	user, err := r.joined(ctx, m.Email.ValueString(), record)
	if err != nil {
		return record, err
	}
	if user == nil {
		m.UserID, m.CurrentEmail = types.StringNull(), types.StringNull()
		return r.invite(ctx, m, prior.InvitationsSent.ValueInt64(), record, diags)
	}
	if record.raises(textsOf(m.Roles)) {
		return record, &joinedError{*user}
	}
	m.Status, m.UserID, m.CurrentEmail = prior.Status, types.StringNull(), types.StringNull()
	m.InvitedAt, m.InvitationsSent = prior.InvitedAt, prior.InvitationsSent
	addWarnings(diags, []warning{joinedSince(m.Email.ValueString(), *user)})
	return record, nil
}

// joinedSince tells of somebody whom the plan took for invited.
func joinedSince(email string, user modelprime.User) warning {
	return warning{fmt.Sprintf("%s has joined since the plan, and was not e-mailed", email), fmt.Sprintf(
		"The member %s (%s) has the address now. The next plan shows them as the invited person.", user.Name, user.ID)}
}

// joinedError refuses to remember more roles than an invitation gave for somebody who has joined: whoever has the address is
// shown by a plan before they get them.
type joinedError struct{ user modelprime.User }

func (e *joinedError) Error() string {
	return fmt.Sprintf("the member %s (%s) has the address now, and the plan took it for nobody's. Nothing was changed or sent: "+
		"plan again, with a refresh, to see who gets the roles", e.user.Name, e.user.ID)
}

// changeRoles puts a member's roles right, by one request if they differ.
func (r *membershipResource) changeRoles(ctx context.Context, m *membershipModel, before []string) error {
	return r.putRoles(ctx, m.person(), before, textsOf(m.Roles))
}

// letGo removes a member, or forgets somebody who never joined; then the warning says what that leaves behind.
//
// A plan that would take over the same person is one of a tainted instance, which nobody could tell from a new one: it must
// not remove them first.
func (r *membershipResource) letGo(ctx context.Context, m *membershipModel, record invitationRecord, adopts string) (*warning, error) {
	if !m.joined() {
		user, err := r.joined(ctx, m.Email.ValueString(), record)
		var refused *roster.NotBoundError
		if errors.As(err, &refused) {
			forgotten := strangerWarning(m.Email.ValueString(), refused)
			return &forgotten, nil
		}
		if err != nil {
			return nil, err
		}
		if user == nil {
			forgotten := irrevocable(m)
			return &forgotten, nil
		}
		m.setJoined(*user)
	}
	p := m.person()
	if adopts == p.ID {
		return nil, cmp.Or(r.keepCaller(ctx, p), errAdoptsItself)
	}
	err := r.removeMember(ctx, p)
	if errors.Is(err, errTakenOver) {
		return &warning{fmt.Sprintf("%s was not removed", m.Email.ValueString()), fmt.Sprintf(
			"Another instance in this run has taken over the same person (%s). This one is forgotten, and the person stays.", p)}, nil
	}
	return nil, err
}

// errAdoptsItself says that a membership would remove its person and then take them over.
var errAdoptsItself = errors.New("the plan would remove the person and take them over again, for the membership is tainted: " +
	"keep them by terraform untaint. Nobody was removed")

// forgottenTainted tells of an invitation that is let go of without a record of it: Terraform keeps none for what is tainted.
func forgottenTainted(m *membershipModel) warning {
	return warning{fmt.Sprintf("The invitation of %s was forgotten, and nobody is removed", m.Email.ValueString()), fmt.Sprintf(
		"The membership was tainted, and nothing is known of its invitation (sent at %s) any more. An invitation cannot be revoked. "+
			"If the person has joined since, import them by id.", m.InvitedAt.ValueString())}
}

// irrevocable tells what a destroyed membership leaves behind if its person has not joined.
func irrevocable(m *membershipModel) warning {
	return warning{fmt.Sprintf("The invitation of %s cannot be revoked", m.Email.ValueString()), fmt.Sprintf(
		"The person has not joined, and the API has no way to withdraw an invitation (sent at %s): destroying the membership only forgets it. "+
			"If they answer the e-mail after all, they become a member whom nothing manages.", m.InvitedAt.ValueString())}
}

func strangerWarning(email string, refused *roster.NotBoundError) warning {
	return warning{fmt.Sprintf("The invitation of %s is forgotten, and nobody is removed", email), fmt.Sprintf(
		"Somebody has the address of the invited person: %s. Nobody is taken for the invited person by the address alone, so nobody is removed. "+
			"If it is the person, remove them in the Model-Prime app, or import the membership by id and destroy it.", refused.Error())}
}

// listed names roles for a message.
func listed(roles []string) string {
	if len(roles) == 0 {
		return "none"
	}
	return strings.Join(roles, ", ")
}
