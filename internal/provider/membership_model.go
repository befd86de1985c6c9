package provider

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

type membershipModel struct {
	Email           types.String `tfsdk:"email"`
	Roles           types.Set    `tfsdk:"roles"`
	Name            types.String `tfsdk:"name"`
	LoginConnection types.String `tfsdk:"login_connection"`
	AdoptExisting   types.Bool   `tfsdk:"adopt_existing"`
	Resend          types.String `tfsdk:"resend"`
	OnDestroy       types.String `tfsdk:"on_destroy"`
	Status          types.String `tfsdk:"status"`
	UserID          types.String `tfsdk:"user_id"`
	CurrentEmail    types.String `tfsdk:"current_email"`
	InvitedAt       types.String `tfsdk:"invited_at"`
	InvitationsSent types.Int64  `tfsdk:"invitations_sent"`
	OrganizationID  types.String `tfsdk:"organization_id"`
}

type membershipIdentity struct {
	Email types.String `tfsdk:"email"`
}

func (m *membershipModel) identity() membershipIdentity {
	return membershipIdentity{Email: m.Email}
}

// joined reports whether the person has become a member.
func (m *membershipModel) joined() bool {
	return m.UserID.ValueString() != ""
}

// imported reports whether the state comes from an import that was not read yet.
func (m *membershipModel) imported() bool {
	return m.Status.IsNull()
}

// person is the person of the instance, for the guards.
func (m *membershipModel) person() guard.Person {
	return guard.Person{ID: m.UserID.ValueString(), Email: m.Email.ValueString(), CurrentEmail: m.CurrentEmail.ValueString()}
}

// onDestroy returns the effect of destroying the instance.
func (m *membershipModel) onDestroy() guard.OnDestroy {
	if m.OnDestroy.ValueString() == string(guard.Keep) {
		return guard.Keep
	}
	return guard.Remove
}

// setMember sets the attributes to the API's values of a member. The attributes of the invitation stay.
func (m *membershipModel) setMember(user modelprime.User, organizationID string) {
	if m.Email.ValueString() == "" {
		m.Email = types.StringValue(user.Email)
	}
	m.Name = types.StringValue(user.Name)
	m.Roles = setValue(user.Roles)
	m.LoginConnection = types.StringValue(modelprime.ConnectionOf(user.ID))
	m.Status = types.StringValue(statusActive)
	m.UserID = types.StringValue(user.ID)
	m.CurrentEmail = types.StringValue(user.Email)
	m.OrganizationID = types.StringValue(organizationID)
	m.setImportDefaults()
}

// setAdopted turns a plan into the state of an adopted member. Configured values stay as planned, because Terraform requires
// that for this apply; the next read sets the API's values.
func (m *membershipModel) setAdopted(user modelprime.User) {
	m.setJoined(user)
	m.InvitedAt = types.StringNull()
	m.InvitationsSent = types.Int64Value(0)
}

// setJoined sets the unknown values of a plan to the API's values of the member.
func (m *membershipModel) setJoined(user modelprime.User) {
	if m.Name.IsUnknown() {
		m.Name = types.StringValue(user.Name)
	}
	if m.LoginConnection.IsUnknown() {
		m.LoginConnection = types.StringValue(modelprime.ConnectionOf(user.ID))
	}
	m.Status = types.StringValue(statusActive)
	m.UserID = types.StringValue(user.ID)
	m.CurrentEmail = types.StringValue(user.Email)
}

// setInvited turns a plan into the state after one more invitation.
func (m *membershipModel) setInvited(unconfirmed bool, at time.Time, sentBefore int64) {
	m.Status = types.StringValue(statusInvited)
	if unconfirmed {
		m.Status = types.StringValue(statusUnconfirmed)
	}
	m.UserID = types.StringNull()
	m.CurrentEmail = types.StringNull()
	m.InvitedAt = types.StringValue(at.UTC().Format(time.RFC3339))
	m.InvitationsSent = types.Int64Value(sentBefore + 1)
}

// setImportDefaults sets the attributes that an import does not set, so that the next plan is empty.
func (m *membershipModel) setImportDefaults() {
	m.OnDestroy = orDefault(m.OnDestroy, guard.Remove)
	if m.AdoptExisting.IsNull() {
		m.AdoptExisting = types.BoolValue(false)
	}
	if m.InvitationsSent.IsNull() {
		m.InvitationsSent = types.Int64Value(0)
	}
}

// invitation returns the invitation for a plan.
func (m *membershipModel) invitation() modelprime.Invitation {
	return modelprime.Invitation{
		Connection: m.LoginConnection.ValueString(),
		Email:      m.Email.ValueString(),
		Name:       m.Name.ValueString(),
		Roles:      textsOf(m.Roles),
	}
}

// invitationRecord is the private state's record of the invitations that were sent. The API has none.
type invitationRecord struct {
	// Sent holds each invitation. Accepting one gives exactly its roles.
	Sent []modelprime.Invitation `json:"sent"`
	// Unconfirmed says that it is unknown whether the last one was sent.
	Unconfirmed bool `json:"unconfirmed"`
	// Before holds marks of the people who were members when the configured roles were raised above every invitation. None of
	// them is the invited person, even if they have the address now. The marks are concatenated and sorted, because a large
	// organization has thousands.
	Before []byte `json:"before,omitempty"`
}

// markSize keeps marks short. With four bytes, about one new member in a million matches an earlier mark, and the user must import
// the member.
const markSize = 4

func mark(id string) []byte {
	sum := sha256.Sum256([]byte(id))
	return sum[:markSize]
}

// raises reports whether no invitation had all of these roles.
func (r invitationRecord) raises(roles []string) bool {
	return !slices.ContainsFunc(r.Sent, func(i modelprime.Invitation) bool { return roster.HoldsAll(i.Roles, roles) })
}

// noting adds marks of the present members.
func (r invitationRecord) noting(ids []string) invitationRecord {
	marks := slices.Collect(slices.Chunk(r.Before, markSize))
	for _, id := range ids {
		marks = append(marks, mark(id))
	}
	slices.SortFunc(marks, bytes.Compare)
	r.Before = slices.Concat(slices.CompactFunc(marks, bytes.Equal)...)
	return r
}

// noted reports whether a member was marked.
func (r invitationRecord) noted(id string) bool {
	wanted := mark(id)
	for m := range slices.Chunk(r.Before, markSize) {
		if bytes.Equal(m, wanted) {
			return true
		}
	}
	return false
}

func (r invitationRecord) with(invitation modelprime.Invitation, unconfirmed bool) invitationRecord {
	same := func(i modelprime.Invitation) bool {
		return i.Connection == invitation.Connection && i.Name == invitation.Name && roster.SameRoles(i.Roles, invitation.Roles)
	}
	r.Sent, r.Unconfirmed = append(slices.DeleteFunc(slices.Clone(r.Sent), same), invitation), unconfirmed
	return r
}

// doubts warns if the name or the login connection of the joined member does not match the invitation.
func (r invitationRecord) doubts(email string, member modelprime.User) []warning {
	answerable := roster.Answerable(r.Sent, member)
	if len(answerable) == 0 {
		return nil
	}
	var warnings []warning
	invitation := answerable[len(answerable)-1]
	sameName := func(i modelprime.Invitation) bool { return modelprime.SameText(i.Name, member.Name) }
	if !slices.ContainsFunc(answerable, sameName) {
		warnings = append(warnings, warning{
			fmt.Sprintf("%s joined under another name", email), fmt.Sprintf(
				"%s was invited as %q, but the member %s with that address is called %q. Members can give themselves any address: make sure that it is the same person.",
				email, invitation.Name, member.ID, member.Name),
		})
	}
	if !slices.Contains(modelprime.Connections(), modelprime.ConnectionOf(member.ID)) {
		warnings = append(warnings, warning{
			fmt.Sprintf("The login connection of %s is unknown", email), fmt.Sprintf(
				"%s was invited to log in with %s. The user ID of the member with that address, %s, does not show how they log in. Members can give themselves any address: "+
					"make sure that it is the same person.", email, invitation.Connection, member.ID),
		})
	}
	return warnings
}
