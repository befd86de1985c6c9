package sandbox

import (
	"errors"
	"fmt"
	"slices"
)

// Accept accepts the last pending invitation to the address. Its other pending
// invitations count as answered too.
func (s *Sandbox) Accept(email string) (id string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.world.unanswered(email)
	if len(open) == 0 {
		return "", fmt.Errorf("accept: there is no unanswered invitation to %s", email)
	}
	last := open[len(open)-1]
	for _, invitation := range open {
		invitation.Answered = true
	}
	if m, isMember := s.world.find(last.To); isMember && s.variations.of("invite-member") == "2xx" {
		return m.ID, nil
	}
	id = s.world.newID(last.Connection)
	s.world.logins[id] = last.Connection
	s.world.join(User{ID: id, Email: last.To, Name: last.Name, Roles: s.variations.joining(last.Roles)})
	return id, nil
}

// Ignore marks all present invitations to the address as ignored: they cannot be accepted. A later invitation can.
func (s *Sandbox) Ignore(email string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	open := s.world.unanswered(email)
	if len(open) == 0 {
		return fmt.Errorf("ignore: there is no unanswered invitation to %s", email)
	}
	for _, invitation := range open {
		invitation.Ignored = true
	}
	return nil
}

// AddMember adds a member without an invitation. An empty ID is generated. Two members may have one address, and unknown roles are
// accepted, as can happen outside Terraform.
func (s *Sandbox) AddMember(u User) (id string, err error) {
	if u.Email == "" {
		return "", errors.New("add member: the e-mail is empty")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if u.ID == "" {
		u.ID = s.world.newID(ConnectionPassword)
	}
	if s.world.byID[u.ID] != nil {
		return "", fmt.Errorf("add member: %s is a member already", u.ID)
	}
	s.world.join(u)
	return u.ID, nil
}

// Remove removes a member from the organization.
func (s *Sandbox) Remove(id string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.world.byID[id] == nil {
		return fmt.Errorf("remove: %s is not a member", id)
	}
	s.world.leave(id)
	return nil
}

// SetRoles sets a member's roles to exactly these.
func (s *Sandbox) SetRoles(id string, roles ...string) error {
	return s.edit(id, "set roles", func(m *User) { m.Roles = folded(roles) })
}

// SetEmail changes a member's address. The token's owner must
// authenticate with the new one from then on.
func (s *Sandbox) SetEmail(id, email string) error {
	return s.edit(id, "set e-mail", func(m *User) { m.Email = email })
}

// SetName changes a member's name.
func (s *Sandbox) SetName(id, name string) error {
	return s.edit(id, "set name", func(m *User) { m.Name = name })
}

func (s *Sandbox) edit(id, what string, change func(*User)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.world.byID[id]
	if m == nil {
		return fmt.Errorf("%s: %s is not a member", what, id)
	}
	change(m)
	return nil
}

// Credentials returns the current address and token for authentication. The
// address is empty if the owner has left.
func (s *Sandbox) Credentials() (email, token string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if owner := s.world.byID[s.world.owner]; owner != nil {
		email = owner.Email
	}
	return email, s.world.token
}

// Organization returns the organization as in getOrganization.
func (s *Sandbox) Organization() Organization {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.world.organization
}

// Owner returns the member who owns the token. ok is false if they have left.
func (s *Sandbox) Owner() (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	owner, ok := s.world.byID[s.world.owner]
	if !ok {
		return User{}, false
	}
	return owner.copy(), true
}

// Member returns the first member with this address, ignoring ASCII case.
func (s *Sandbox) Member(email string) (User, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, ok := s.world.find(email)
	if !ok {
		return User{}, false
	}
	return m.copy(), true
}

// Members returns all members, by address.
func (s *Sandbox) Members() []User {
	s.mu.Lock()
	defer s.mu.Unlock()
	users := []User{}
	for _, m := range s.world.members {
		users = append(users, m.copy())
	}
	slices.SortFunc(users, byEmail)
	return users
}
