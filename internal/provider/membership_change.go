package provider

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// mayAdopt refuses to adopt the members with a new membership's address, unless it is one member and adoption is allowed.
func mayAdopt(m *membershipModel, members []modelprime.User) error {
	email := m.Email.ValueString()
	switch {
	case len(members) > 1:
		return &failure{attribute: "email", summary: "Several members have that address", detail: fmt.Sprintf(
			"%s. Import the right one by user ID:\n\n%s", (&roster.SeveralError{Email: email, Members: members}).Error(), importBlock("modelprime_membership", members[0].ID))}
	case !m.AdoptExisting.IsUnknown() && !m.AdoptExisting.ValueBool():
		return &failure{attribute: "email", summary: "Already a member", detail: fmt.Sprintf(
			"%s is a member already (%s, %s), so no invitation is sent. To manage the member, import them:\n\n%s\n"+
				"Or set adopt_existing = true: the apply then adopts the member who has the address. If the membership is in the state already, keep it: add a "+
				"moved block if the resource was renamed, or run terraform untaint if it is tainted.",
			email, members[0].Name, members[0].ID, importBlock("modelprime_membership", members[0].ID))}
	}
	return nil
}

// asPlanned refuses a creation if its address belongs to another member than in the plan. Members can join or leave after the
// second plan, which Terraform makes during the apply.
func asPlanned(m *membershipModel, members []modelprime.User) error {
	now := ""
	if len(members) > 0 {
		now = members[0].ID
	}
	if m.UserID.IsUnknown() || m.UserID.ValueString() == now {
		return nil
	}
	return &failure{attribute: "email", summary: "The owner of the address has changed", detail: fmt.Sprintf(
		"When the plan was made, the address %s belonged to %s. Now it belongs to %s. No member was changed, and no e-mail was sent. Plan again.",
		m.Email.ValueString(), cmp.Or(m.UserID.ValueString(), "nobody"), cmp.Or(now, "nobody"))}
}

func missingName(email string) error {
	return &failure{attribute: "name", summary: "Missing name", detail: fmt.Sprintf(
		"%s is not a member yet, and an invitation needs a name. Set name to the person's name.", email)}
}

// inviteOrAdopt creates a planned membership: it adopts the member with its address, or sends an invitation.
func (r *membershipResource) inviteOrAdopt(ctx context.Context, m *membershipModel, diags *diag.Diagnostics) (record invitationRecord, err error) {
	members, err := r.roster.WithEmail(ctx, m.Email.ValueString())
	if err == nil {
		err = asPlanned(m, members)
	}
	switch {
	case err != nil:
		return record, err
	case len(members) > 0:
		if err := mayAdopt(m, members); err != nil {
			return record, err
		}
		if err := r.adopt(ctx, m, members[0].ID, diags); err != nil {
			return record, &failure{summary: "Could not adopt the member", err: err}
		}
		return record, nil
	case m.Name.IsUnknown():
		return record, missingName(m.Email.ValueString())
	}
	if m.LoginConnection.IsUnknown() {
		m.LoginConnection = types.StringValue(modelprime.ConnectionGoogle)
	}
	if record, err = r.invite(ctx, m, 0, record, diags); err != nil {
		err = &failure{summary: "Could not invite the member", err: err}
	}
	return record, err
}

// adopt adopts a member. An unconfirmed change of roles is a warning: an error together with a state would taint the
// membership, and the next apply would remove the person.
func (r *membershipResource) adopt(ctx context.Context, m *membershipModel, id string, diags *diag.Diagnostics) error {
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
		return err
	}
	m.setAdopted(member)
	return nil
}

// invite sends an invitation once. If it is unknown whether it was sent, the status is unconfirmed, and there is no error.
func (r *membershipResource) invite(ctx context.Context, m *membershipModel, sentBefore int64, record invitationRecord, diags *diag.Diagnostics) (invitationRecord, error) {
	if err := r.ledger.MayInvite(m.person()); err != nil {
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

// findJoined looks for the invited person among the members. A person that the record notes as a member before is another
// person.
func (r *membershipResource) findJoined(ctx context.Context, email string, record invitationRecord) (*modelprime.User, error) {
	user, err := r.roster.Joined(ctx, email, record.Sent)
	if user != nil && record.noted(user.ID) {
		return nil, &roster.NotBoundError{Email: email, Members: []modelprime.User{*user}, Reason: "was already a member when the configured roles were raised, so " +
			"it may be another person who took the address"}
	}
	return user, err
}

// inviteAgain sends another invitation, unless the person has joined. In that case the membership stays pending: only a refresh
// makes it active, so that a plan shows the member before any roles are set.
func (r *membershipResource) inviteAgain(ctx context.Context, m, prior *membershipModel, record invitationRecord, diags *diag.Diagnostics) (invitationRecord, error) {
	user, err := r.findJoined(ctx, m.Email.ValueString(), record)
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
	addWarnings(diags, joinedSince(m.Email.ValueString(), *user))
	return record, nil
}

// joinedSince warns that a person has joined after a plan that expected them to be invited.
func joinedSince(email string, user modelprime.User) warning {
	return warning{fmt.Sprintf("%s has joined since the plan, and was not e-mailed", email), fmt.Sprintf(
		"The member %s (%s) has the address now. The next plan shows them as the invited person.", user.Name, user.ID)}
}

// joinedError refuses a change that the plan did not show, because a member now has the address of an invited person.
type joinedError struct{ user modelprime.User }

func (e *joinedError) Error() string {
	return fmt.Sprintf("the member %s (%s) has the address now, but the plan expected no member with it. Nobody was changed, removed or e-mailed: plan again with a "+
		"refresh, to see which member would be changed", e.user.Name, e.user.ID)
}

// removeOrForget removes the member that the plan named, or removes a pending membership from the state only.
//
// If the plan also adopts the same member, the instance is tainted, which the provider cannot distinguish from a new one. Then
// it must not remove the member first.
func (r *membershipResource) removeOrForget(ctx context.Context, m *membershipModel, record invitationRecord, note applyNote, diags *diag.Diagnostics) error {
	p := m.person()
	if p.ID == "" && note.Removes != nil {
		p.ID = *note.Removes
	}
	if p.ID == "" {
		return r.forget(ctx, m, record, diags)
	}
	if note.Adopts == p.ID {
		return cmp.Or(r.mayRemove(ctx, p), errAdoptsItself)
	}
	err := r.removeMember(ctx, p)
	if errors.Is(err, errTakenOver) {
		addWarnings(diags, takenOver(p))
		return nil
	}
	return err
}

// forget removes the membership of an invited person from the state, if the person has not joined since the plan.
func (r *membershipResource) forget(ctx context.Context, m *membershipModel, record invitationRecord, diags *diag.Diagnostics) error {
	user, err := r.findJoined(ctx, m.Email.ValueString(), record)
	var refused *roster.NotBoundError
	switch {
	case errors.As(err, &refused):
		addWarnings(diags, strangerWarning(m.Email.ValueString(), refused))
		return nil
	case err != nil:
		return err
	case user != nil && r.ledger.ManagedByCreated(personOf(*user)):
		addWarnings(diags, takenOver(personOf(*user)))
		return nil
	case user != nil:
		return &joinedError{*user}
	}
	addWarnings(diags, irrevocable(m))
	return nil
}

func takenOver(p guard.Person) warning {
	return warning{fmt.Sprintf("%s was not removed", p.Email), fmt.Sprintf(
		"Another resource instance in this run now manages the same person (%s). This one is removed from the state only, and the person stays a member.", p)}
}

// keptWarning warns that destroying a membership does not remove the member.
func keptWarning(p guard.Person) warning {
	return warning{fmt.Sprintf("%s is kept", p.Email), fmt.Sprintf(
		"on_destroy is %q in the state, so destroying this membership does not remove the member. After the apply, no resource manages %s.", guard.Keep, p)}
}

// errAdoptsItself says that a membership would remove its member and then adopt them.
var errAdoptsItself = errors.New("the membership is tainted, so the apply would remove the member and then adopt them again: run terraform untaint to keep them. " +
	"Nobody was removed")

// forgottenTainted warns that a pending membership without a record of its invitation leaves the state: Terraform drops the
// private state of a tainted resource.
func forgottenTainted(m *membershipModel) warning {
	return warning{fmt.Sprintf("The invitation to %s was forgotten, and nobody is removed", m.Email.ValueString()), fmt.Sprintf(
		"The membership was tainted, and Terraform keeps no record of the invitation of a tainted resource (sent at %s). An invitation cannot be revoked. If the "+
			"person has joined since, import them by user ID.", m.InvitedAt.ValueString())}
}

// irrevocable warns that the invitation of a destroyed pending membership stays valid.
func irrevocable(m *membershipModel) warning {
	return warning{fmt.Sprintf("The invitation to %s cannot be revoked", m.Email.ValueString()), fmt.Sprintf(
		"The person has not joined, and the API cannot revoke an invitation (sent at %s). Destroying the membership removes it from the state only. If the person "+
			"accepts later, they become a member that no resource manages. A modelprime_absent_memberships with this address finds and removes them then.", m.InvitedAt.ValueString())}
}

func strangerWarning(email string, refused *roster.NotBoundError) warning {
	return warning{fmt.Sprintf("The invitation to %s is forgotten, and nobody is removed", email), fmt.Sprintf(
		"A member has the address of the invited person: %s. The address alone does not prove that it is the invited person, so nobody is removed. If it is, remove "+
			"them in the Model-Prime app, or import the membership by user ID and destroy it.", refused.Error())}
}

// listed names roles for a message.
func listed(roles []string) string {
	if len(roles) == 0 {
		return "none"
	}
	return strings.Join(roles, ", ")
}
