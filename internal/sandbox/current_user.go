package sandbox

import (
	"net/http"
)

// GET /user
func (s *Sandbox) getCurrentUser(*call) reply {
	return answer(s.world.byID[s.world.owner])
}

// PATCH /user
func (s *Sandbox) updateCurrentUser(c *call) reply {
	fields, err := decodeObject(c.body, "email", "name")
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}
	owner := s.world.byID[s.world.owner]
	if !s.world.hasPassword(owner) {
		return problem(http.StatusBadRequest, "only a user who logs in by username and password can be changed")
	}
	changed := item{ID: owner.ID, Email: owner.Email, Name: owner.Name}
	if fields.has("email") {
		changed.Email = fields.email("email")
	}
	if fields.has("name") {
		changed.Name = fields.text("name")
	}
	if fields.err != nil {
		return problem(http.StatusBadRequest, fields.err.Error())
	}
	owner.Email, owner.Name = changed.Email, changed.Name
	return answer(changed)
}
