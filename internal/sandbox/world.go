package sandbox

import (
	"cmp"
	"slices"
	"strings"
)

// world is the organization and its members. The sandbox's lock guards it.
type world struct {
	organization Organization
	owner        string // the id of the token's owner, who may have left
	token        string
	members      []*User // in the order they joined
	byID         map[string]*User
	former       map[string]bool   // ids of those who left
	made         int               // the number of generated IDs
	logins       map[string]string // by ID, the connections of members who accepted an invitation
	emails       []*Email
	variations   Variations
}

func newWorld(variations Variations) world {
	return world{byID: map[string]*User{}, former: map[string]bool{}, logins: map[string]string{}, variations: variations}
}

// caller returns the token's owner, if the header has the owner's credentials.
func (w *world) caller(authorization string) (*User, bool) {
	owner, ok := w.byID[w.owner]
	return owner, ok && authorization == owner.Email+":"+w.token
}

func (w *world) join(u User) {
	m := &User{ID: u.ID, Email: u.Email, Name: u.Name, Roles: folded(u.Roles)}
	w.members = append(w.members, m)
	w.byID[m.ID] = m
}

func (w *world) leave(id string) {
	delete(w.byID, id)
	w.former[id] = true
	w.members = slices.DeleteFunc(w.members, func(m *User) bool { return m.ID == id })
}

func (w *world) find(email string) (*User, bool) {
	i := slices.IndexFunc(w.members, func(m *User) bool { return SameAddress(m.Email, email) })
	if i < 0 {
		return nil, false
	}
	return w.members[i], true
}

// newID generates an ID that no member has or had.
func (w *world) newID(connection string) string {
	for {
		w.made++
		id := w.variations.id(connection, w.made)
		if w.byID[id] == nil && !w.former[id] {
			return id
		}
	}
}

// unanswered returns the pending invitations to an address.
func (w *world) unanswered(email string) []*Email {
	var open []*Email
	for _, e := range w.emails {
		if e.Waits() && SameAddress(e.To, email) {
			open = append(open, e)
		}
	}
	return open
}

func (u *User) copy() User {
	return User{ID: u.ID, Email: u.Email, Name: u.Name, Roles: slices.Clone(u.Roles)}
}

// hasPassword uses the connection of the person's invitation, else of their ID. A person whose ID has no connection has a password.
func (w *world) hasPassword(u *User) bool {
	if connection, known := w.logins[u.ID]; known {
		return connection == ConnectionPassword
	}
	return strings.HasPrefix(u.ID, "auth0|") || w.variations.of("ids") != "" && !strings.HasPrefix(u.ID, "google-")
}

func byEmail(a, b User) int {
	return cmp.Or(cmp.Compare(lower(a.Email), lower(b.Email)), cmp.Compare(a.ID, b.ID))
}

// folded removes repeated roles, keeps the order, and is never nil.
func folded(roles []string) []string {
	out := []string{}
	for _, role := range roles {
		if !has(out, role) {
			out = append(out, role)
		}
	}
	return out
}

func has(roles []string, role string) bool {
	return slices.Contains(roles, role)
}

// SameAddress compares two addresses as the API does: ignoring ASCII case.
func SameAddress(a, b string) bool {
	return lower(a) == lower(b)
}

// lower folds ASCII letters only: the Kelvin sign is not a k in an address.
func lower(s string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + 'a' - 'A'
		}
		return r
	}, s)
}
