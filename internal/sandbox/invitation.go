package sandbox

import (
	"net/http"
)

// POST /users/invite
//
// Each valid request sends an e-mail, even if an earlier invitation is pending.
func (s *Sandbox) inviteUser(c *call) reply {
	invitation, err := decodeInvitation(c.body)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}
	_, isMember := s.world.find(invitation.To)
	switch {
	case isMember && s.variations.of("invite-member") != "2xx":
		return problem(http.StatusConflict, "this person is a member already").at("invite-member")
	case len(s.world.unanswered(invitation.To)) > 0 && s.variations.of("invite-again") != "":
		return problem(http.StatusConflict, "this person is invited already").at("invite-again")
	}
	invitation.At = s.clock()
	s.world.emails = append(s.world.emails, invitation)
	return done(invitation)
}

func decodeInvitation(body []byte) (*Email, error) {
	fields, err := decodeObject(body, "connection", "email", "name", "roles")
	if err != nil {
		return nil, err
	}
	fields.require("connection", "email", "name", "roles")
	invitation := &Email{
		Kind:       KindInvitation,
		To:         fields.email("email"),
		Name:       fields.text("name"),
		Roles:      fields.roles("roles"),
		Connection: fields.connection("connection"),
	}
	return invitation, fields.err
}
