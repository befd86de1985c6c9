package sandbox

import (
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
)

const maxPageSize = 100

var nameSearchPattern = regexp.MustCompile(`^[a-zA-Z ]{3,}$`)

// item is a user in a list. It has roles only with the variation more=list-roles.
type item struct {
	ID    string    `json:"id"`
	Email string    `json:"email"`
	Name  string    `json:"name"`
	Roles *[]string `json:"roles,omitempty"`
}

type page struct {
	Count int    `json:"count"`
	Items []item `json:"items"`
}

// GET /users
func (s *Sandbox) listUsers(c *call) reply {
	number, size, search, err := listParameters(c.query())
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}
	found := s.world.named(search)
	out := page{Count: len(found), Items: []item{}}
	for _, m := range window(found, number, size) {
		i := item{ID: m.ID, Email: m.Email, Name: m.Name}
		if s.variations.of("more") == "list-roles" {
			i.Roles = &m.Roles
		}
		out.Items = append(out.Items, i)
	}
	return answer(out)
}

func listParameters(query url.Values) (number, size int, search string, err error) {
	number, size = 1, maxPageSize
	if query.Has("page_number") {
		number, err = strconv.Atoi(query.Get("page_number"))
		if err != nil || number < 1 {
			return 0, 0, "", errors.New("page_number must be a number from 1")
		}
	}
	if query.Has("page_size") {
		size, err = strconv.Atoi(query.Get("page_size"))
		if err != nil || size < 0 {
			return 0, 0, "", errors.New("page_size must be a number from 0")
		}
	}
	search = query.Get("name_search")
	if query.Has("name_search") && !nameSearchPattern.MatchString(search) {
		return 0, 0, "", errors.New("name_search must be three or more letters and spaces")
	}
	return number, min(size, maxPageSize), search, nil
}

func (w *world) named(search string) []*User {
	var found []*User
	for _, m := range w.members {
		if strings.Contains(lower(m.Name), lower(search)) {
			found = append(found, m)
		}
	}
	return found
}

func window(all []*User, number, size int) []*User {
	if size == 0 || number-1 > len(all)/size {
		return nil
	}
	from := min((number-1)*size, len(all))
	return all[from:min(from+size, len(all))]
}

// GET /users/{id}
func (s *Sandbox) getUser(c *call) reply {
	m := s.world.byID[c.id]
	if m == nil {
		return noSuchUser()
	}
	return answer(m)
}

// DELETE /users/{id}
func (s *Sandbox) deleteUser(c *call) reply {
	m := s.world.byID[c.id]
	if m == nil {
		return noSuchUser()
	}
	s.world.leave(c.id)
	return done(m)
}

// PUT /users/{id}/roles
func (s *Sandbox) replaceUserRoles(c *call) reply {
	roles, err := decodeRoles(c.body)
	if err != nil {
		return problem(http.StatusBadRequest, err.Error())
	}
	m := s.world.byID[c.id]
	if m == nil {
		return noSuchUser()
	}
	m.Roles = roles
	return done(m)
}

// POST /users/{id}/reset_password
func (s *Sandbox) resetUserPassword(c *call) reply {
	m := s.world.byID[c.id]
	if m == nil {
		return noSuchUser()
	}
	if !s.world.hasPassword(m) {
		return problem(http.StatusBadRequest, "only a user who logs in by username and password has a password to reset")
	}
	s.world.emails = append(s.world.emails, &Email{Kind: KindPasswordReset, To: m.Email, Name: m.Name, At: s.clock()})
	return done(m)
}

func noSuchUser() reply {
	return problem(http.StatusNotFound, "there is no such user").at("gone")
}
