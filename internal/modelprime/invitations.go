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
	Connection  string // ConnectionGoogle or ConnectionPassword
	Email, Name string
	Roles       []string
}

// Outcome is what is known of an invitation's e-mail.
type Outcome int

const (
	// Refused means that certainly none was sent.
	Refused Outcome = iota
	// Sent means that the API accepted the invitation.
	Sent
	// Unconfirmed means that nobody knows: one may have been sent.
	Unconfirmed
)

// InviteUser sends one invitation, and never risks a second one. Its error is nil only when it was sent.
//
// POST /users/invite
func (c *Client) InviteUser(ctx context.Context, invitation Invitation) (Outcome, error) {
	err := c.do(ctx, newRequest(inviteUser).withJSON(invitationBody(invitation)), nil)
	return outcomeOf(err), err
}

// invitationBody has no connection, though its key, for someone who will have a password.
func invitationBody(invitation Invitation) any {
	body := struct {
		Connection *string  `json:"connection"`
		Email      string   `json:"email"`
		Name       string   `json:"name"`
		Roles      []string `json:"roles"`
	}{nil, invitation.Email, invitation.Name, listOf(invitation.Roles)}
	if invitation.Connection != ConnectionPassword {
		body.Connection = &invitation.Connection
	}
	return body
}
