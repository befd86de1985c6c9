package modelprime

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// The roles that the API knows. Other roles in responses are kept.
const (
	RoleAdmin     = "admin"
	RoleDeveloper = "developer"
	RoleAnalyst   = "analyst"
)

// Roles returns all roles that can be assigned.
func Roles() []string { return []string{RoleAdmin, RoleDeveloper, RoleAnalyst} }

// User is a member of the organization.
type User struct {
	ID    string   `json:"id"`
	Email string   `json:"email"`
	Name  string   `json:"name"`
	Roles []string `json:"roles"` // nil in a list, whose items have no roles
}

const (
	mostItems = 10_000 // on a page: a hundred times the requested number
	mostRoles = 1_000  // of a user: far above any real number
)

// UnmarshalJSON reads a user and keeps the ID unchanged, because requests send it back.
func (u *User) UnmarshalJSON(data []byte) error {
	type user User // without this method, against recursion
	reply := struct {
		*user
		Roles json.RawMessage `json:"roles"`
	}{user: (*user)(u)}
	if err := json.Unmarshal(data, &reply); err != nil {
		return err
	}
	var err error
	u.Roles, err = readList[string](reply.Roles, mostRoles)
	u.Email, u.Name = Visible(u.Email), Visible(u.Name)
	for i, role := range u.Roles {
		u.Roles[i] = Visible(role)
	}
	return err
}

// readList reads a JSON array and counts its items while it reads: decoded, an empty item is a hundred times larger.
func readList[T any](data json.RawMessage, most int) ([]T, error) {
	if len(data) == 0 {
		return nil, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return nil, json.Unmarshal(data, new([]T)) // null, or not an array
	}
	list := []T{}
	for decoder.More() {
		if len(list) == most {
			return nil, fmt.Errorf("it lists more than %d items", most)
		}
		var item T
		if err := decoder.Decode(&item); err != nil {
			return nil, err
		}
		list = append(list, item)
	}
	return list, nil
}

// isID reports whether a text can be an ID of the API: it is sent back unchanged and has no invisible character.
func isID(id string) bool { return id != "" && Visible(id) == id }

// ConnectionOf returns the login connection in a user ID, or "" for an ID without a prefix.
func ConnectionOf(id string) string {
	prefix, _, ok := strings.Cut(id, "|")
	switch {
	case !ok:
		return ""
	case prefix == "auth0":
		return ConnectionPassword
	}
	return prefix
}

// ListUsersRequest asks for one page, from 1, of at most 100 users.
type ListUsersRequest struct {
	PageNumber, PageSize int
	NameSearch           string // "" for all users
}

// UserPage is one page of the list.
type UserPage struct {
	Count int // of all matching users, on all pages
	Items []User
}

// ListUsers reads one page of the organization's members.
//
// GET /users
func (c *Client) ListUsers(ctx context.Context, list ListUsersRequest) (UserPage, error) {
	req := newRequest(listUsers)
	req.query = url.Values{"page_number": {strconv.Itoa(list.PageNumber)}, "page_size": {strconv.Itoa(list.PageSize)}}
	if list.NameSearch != "" {
		req.query.Set("name_search", list.NameSearch)
	}
	var page struct {
		Count json.RawMessage `json:"count"`
		Items json.RawMessage `json:"items"`
	}
	if err := c.do(ctx, req, &page); err != nil {
		return UserPage{}, err
	}
	count, err := strconv.Atoi(string(page.Count))
	if err != nil || count < 0 {
		return UserPage{}, c.unexpected(req, fmt.Sprintf("its count is %s, which is not a whole number", cmp.Or(string(page.Count), "missing")))
	}
	users, problem := readItems(page.Items)
	if problem != "" {
		return UserPage{}, c.unexpected(req, problem)
	}
	return UserPage{Count: count, Items: users}, nil
}

// readItems reads the users of a page; null is an empty page. It ignores roles in a list, because only GetUser reads them.
func readItems(data json.RawMessage) (users []User, problem string) {
	items, err := readList[struct{ ID, Email, Name string }](data, mostItems)
	switch {
	case err != nil:
		return nil, "its items cannot be read: " + jsonProblem(err)
	case len(data) == 0:
		return nil, "it has no items"
	}
	users = make([]User, len(items))
	for i, item := range items {
		if !isID(item.ID) || item.Email == "" {
			return nil, "it lists a user without an ID or an e-mail address"
		}
		users[i] = User{ID: item.ID, Email: Visible(item.Email), Name: Visible(item.Name)}
	}
	return users, ""
}

// GetUser reads one member with roles.
//
// GET /users/{id}
func (c *Client) GetUser(ctx context.Context, id string) (User, error) {
	req := newRequest(getUser, id)
	user, err := c.userWithRoles(ctx, req)
	if err == nil && user.ID != id {
		return User{}, c.unexpected(req, "it is about another user")
	}
	return user, err
}

// DeleteUser removes a member from the organization.
//
// DELETE /users/{id}
func (c *Client) DeleteUser(ctx context.Context, id string) error {
	return c.do(ctx, newRequest(deleteUser, id), nil)
}

// ResetUserPassword sends a member an e-mail to set a new password.
//
// POST /users/{id}/reset_password
func (c *Client) ResetUserPassword(ctx context.Context, id string) error {
	return c.do(ctx, newRequest(resetUserPassword, id), nil)
}

// ReplaceUserRoles sets a member's roles to exactly these; an empty set is valid.
//
// PUT /users/{id}/roles
func (c *Client) ReplaceUserRoles(ctx context.Context, id string, roles []string) error {
	return c.do(ctx, newRequest(replaceUserRoles, id).withJSON(listOf(roles)), nil)
}

// listOf returns a list that is never null in JSON.
func listOf(roles []string) []string { return append([]string{}, roles...) }
