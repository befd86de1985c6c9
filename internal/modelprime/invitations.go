package modelprime

import "context"

// How a person logs in.
const (
	ConnectionGoogle   = "google-oauth2"
	ConnectionPassword = "username-password"
)

// Connections are all that a person can be invited with.
func Connections() []string { return []string{ConnectionGoogle, ConnectionPassword} }

// Invitation asks a person by e-mail to join.
type Invitation struct {
	Connection string   `json:"connection"` // ConnectionGoogle or ConnectionPassword
	Email      string   `json:"email"`
	Name       string   `json:"name"`
	Roles      []string `json:"roles"`
}

// InviteUser sends one invitation, at most once. If IsUnconfirmed holds for its error, the invitation may have been sent;
// otherwise it certainly was not.
//
// POST /users/invite
func (c *Client) InviteUser(ctx context.Context, invitation Invitation) error {
	return c.do(ctx, newRequest(inviteUser).withJSON(invitationBody(invitation)), nil)
}

// invitationBody sends a null connection for a person who will have a password.
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
