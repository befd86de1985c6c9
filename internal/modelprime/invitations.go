package modelprime

import "context"

// The login connections.
const (
	ConnectionGoogle   = "google-oauth2"
	ConnectionPassword = "username-password"
)

// Connections returns the login connections that an invitation can have.
func Connections() []string { return []string{ConnectionGoogle, ConnectionPassword} }

// Invitation is an invitation to join, sent by e-mail.
type Invitation struct {
	Connection string   `json:"connection"` // ConnectionGoogle or ConnectionPassword
	Email      string   `json:"email"`
	Name       string   `json:"name"`
	Roles      []string `json:"roles"`
}

// InviteUser sends one invitation, at most once. If IsUnconfirmed is true for its error, the invitation may have been sent;
// otherwise it was not sent.
//
// POST /users/invite
func (c *Client) InviteUser(ctx context.Context, invitation Invitation) error {
	return c.do(ctx, newRequest(inviteUser).withJSON(invitationBody(invitation)), nil)
}

// invitationBody encodes ConnectionPassword as a null connection.
func invitationBody(invitation Invitation) any {
	invitation.Roles = listOf(invitation.Roles)
	body := struct {
		Connection *string `json:"connection"`
		Invitation
	}{Invitation: invitation}
	if invitation.Connection != ConnectionPassword {
		body.Connection = &invitation.Connection
	}
	return body
}
