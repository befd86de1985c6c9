package provider

import (
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// membershipPlan is the plan of one membership. It depends only on the configuration and the state: the API's data and the time
// could differ when Terraform plans again during the apply.
type membershipPlan struct {
	model    membershipModel
	replace  bool // the configured address belongs to a different person
	invites  bool // the apply sends an invitation, unless the person has joined by then
	warnings []warning
}

// planMembership plans an instance, a new one if prior is nil.
func planMembership(config membershipModel, prior *membershipModel, reinvite bool, limit int64) membershipPlan {
	switch {
	case prior == nil:
		return planNewMembership(config)
	case prior.joined():
		return planJoined(config, *prior)
	default:
		return planPending(config, *prior, reinvite, limit)
	}
}

func planNewMembership(config membershipModel) membershipPlan {
	m := config
	m.Name = orUnknown(config.Name)
	if config.AdoptExisting.IsNull() {
		m.AdoptExisting = types.BoolValue(false)
	}
	switch {
	case !config.LoginConnection.IsNull():
	case m.AdoptExisting.Equal(types.BoolValue(false)):
		m.LoginConnection = types.StringValue(modelprime.ConnectionGoogle)
	default:
		m.LoginConnection = types.StringUnknown() // derived from the user ID of an adopted member
	}
	m.OnDestroy = orDefault(config.OnDestroy, guard.Remove)
	m.OrganizationID = types.StringUnknown()
	m.markUnknown()
	return membershipPlan{model: m}
}

// planJoined plans a member. Terraform decides only the roles; name, address and login connection are the member's own.
func planJoined(config, prior membershipModel) membershipPlan {
	m := prior
	m.Roles, m.Resend, m.OnDestroy = config.Roles, config.Resend, orDefault(config.OnDestroy, guard.Remove)
	m.AdoptExisting = orPrior(prior.AdoptExisting, config.AdoptExisting, types.BoolValue(false))
	var differentPerson bool
	if m.Email, differentPerson = planEmail(config.Email, prior.Email, prior.CurrentEmail); differentPerson {
		return planReplacement(config, m, replacedWarnings(prior, config)...)
	}
	if !m.Roles.Equal(prior.Roles) {
		return membershipPlan{model: m} // the warning of the change names both addresses
	}
	return membershipPlan{model: m, warnings: renamedWarnings(m.Email, prior.CurrentEmail, prior.UserID)}
}

// planPending plans a person who has not joined. A sent invitation cannot be changed, so changed roles and a changed name update
// the state only. Another e-mail is sent for another login connection, a new resend, or an overdue invitation.
func planPending(config, prior membershipModel, reinvite bool, limit int64) membershipPlan {
	m := prior
	m.Roles, m.Resend, m.OnDestroy = config.Roles, config.Resend, orDefault(config.OnDestroy, guard.Remove)
	m.AdoptExisting = orPrior(prior.AdoptExisting, config.AdoptExisting, types.BoolValue(false))
	m.Name = config.Name
	if config.Name.IsNull() {
		m.Name = prior.Name
	}
	m.LoginConnection = config.LoginConnection
	if config.LoginConnection.IsNull() {
		m.LoginConnection = types.StringValue(modelprime.ConnectionGoogle)
	}
	var differentPerson bool
	if m.Email, differentPerson = planEmail(config.Email, prior.Email, types.StringNull()); differentPerson {
		return planReplacement(config, m)
	}

	if invitesAgain(m, prior, reinvite, limit) {
		warnings := []warning{anotherInvitation(m, prior)}
		m.markUnknown()
		return membershipPlan{model: m, invites: true, warnings: warnings}
	}
	exhausted := prior.Status.ValueString() == statusOverdue && reinvite // below the limit, it would be sent again
	return membershipPlan{model: m, warnings: pendingWarnings(m, prior, exhausted, limit)}
}

// invitesAgain reports whether an update sends another invitation to a person who has not joined.
func invitesAgain(m, prior membershipModel, reinvite bool, limit int64) bool {
	overdue := prior.Status.ValueString() == statusOverdue && reinvite && prior.InvitationsSent.ValueInt64() < limit
	return overdue || asksAgain(m, prior)
}

// planReplacement plans the address of a different person. The other attributes stay unchanged: the second half of the
// replacement plans them for the new membership.
func planReplacement(config, m membershipModel, warnings ...warning) membershipPlan {
	m.Email = config.Email
	return membershipPlan{model: m, replace: true, warnings: warnings}
}

// asksAgain reports whether the configuration requests another invitation. An unknown value counts as a request.
func asksAgain(m, prior membershipModel) bool {
	return !m.LoginConnection.Equal(prior.LoginConnection) || asksToResend(m, prior)
}

// asksToResend reports whether resend has a new non-empty value. An empty cell of a CSV file does not count.
func asksToResend(m, prior membershipModel) bool {
	return !m.Resend.Equal(prior.Resend) && (m.Resend.IsUnknown() || m.Resend.ValueString() != "")
}

func orDefault(configured types.String, fallback guard.OnDestroy) types.String {
	if configured.IsNull() {
		return types.StringValue(string(fallback))
	}
	return configured
}

// anotherInvitation warns that an apply sends an e-mail, because the plan itself hardly shows it.
func anotherInvitation(m, prior membershipModel) warning {
	verb, why := "is", "resend has a new value"
	switch {
	case m.LoginConnection.IsUnknown(), m.Resend.IsUnknown():
		verb, why = "may be", "resend or login_connection is not known yet"
	case !m.LoginConnection.Equal(prior.LoginConnection):
		why = "the login connection changes"
	case !asksToResend(m, prior):
		why = "the last one is overdue"
	}
	return warning{
		fmt.Sprintf("Another invitation %s sent to %s", verb, prior.Email.ValueString()),
		fmt.Sprintf("The apply sends invitation number %d, because %s. The last one was sent at %s. If the person has joined by then, no e-mail is sent.",
			prior.InvitationsSent.ValueInt64()+1, why, prior.InvitedAt.ValueString()),
	}
}

// markUnknown sets the attributes that the next invitation decides to unknown.
func (m *membershipModel) markUnknown() {
	m.Status, m.UserID, m.CurrentEmail, m.InvitedAt = types.StringUnknown(), types.StringUnknown(), types.StringUnknown(), types.StringUnknown()
	m.InvitationsSent = types.Int64Unknown()
}

func orUnknown(value types.String) types.String {
	if value.IsNull() {
		return types.StringUnknown()
	}
	return value
}

// orPrior returns the prior value. Terraform does not let a plan keep a null, so a null becomes the configured value, or else
// the fallback.
func orPrior[T attr.Value](prior, config, fallback T) T {
	switch {
	case !prior.IsNull():
		return prior
	case !config.IsNull():
		return config
	default:
		return fallback
	}
}

func pendingWarnings(m, prior membershipModel, exhausted bool, limit int64) []warning {
	var warnings []warning
	email := prior.Email.ValueString()
	if prior.Status.ValueString() == statusUnconfirmed {
		warnings = append(warnings, unconfirmedWarning(email))
	}
	if exhausted {
		warnings = append(warnings, warning{
			fmt.Sprintf("The invitation to %s is overdue and is not sent again", email),
			fmt.Sprintf("%d invitations were sent, and reinvite_limit is %d. The last one was sent at %s. Ask the person. To send another invitation, set resend to "+
				"a new value, or raise reinvite_limit in the provider's configuration.",
				prior.InvitationsSent.ValueInt64(), limit, prior.InvitedAt.ValueString()),
		})
	}
	if !m.Roles.Equal(prior.Roles) {
		warnings = append(warnings, warning{
			fmt.Sprintf("%s has not joined yet: the changed roles wait", email),
			"An invitation cannot be changed after it was sent, and no e-mail is sent for the new roles. The person joins with the roles of the invitation. The " +
				"first apply after that sets the configured roles.",
		})
	}
	if !m.Name.Equal(prior.Name) {
		warnings = append(warnings, warning{
			fmt.Sprintf("%s has not joined yet: the changed name waits", email),
			"An invitation cannot be changed after it was sent, and no e-mail is sent for the new name. The name is used if another invitation is sent. Once the " +
				"person has joined, their own name counts.",
		})
	}
	return warnings
}

func unconfirmedWarning(email string) warning {
	return warning{
		fmt.Sprintf("The invitation to %s is unconfirmed", email),
		"The response was lost, or the API failed while it handled the request. The invitation may or may not have been sent. It is not sent again automatically, so " +
			"that nobody is e-mailed twice. Ask the person. If the e-mail arrived, wait: the membership becomes active once they accept. If it did not, set resend to a " +
			"new value, which sends another invitation.",
	}
}
