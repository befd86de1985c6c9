package modelprime

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strconv"
	"strings"
)

// The roles that the API knows. What it sends beyond them is kept as it is.
const (
	RoleAdmin     = "admin"
	RoleDeveloper = "developer"
	RoleAnalyst   = "analyst"
)

// Roles are all roles that can be given.
func Roles() []string { return []string{RoleAdmin, RoleDeveloper, RoleAnalyst} }

// User is a member of the organization.
type User struct {
	ID    string   `json:"id"`
	Email string   `json:"email"`
	Name  string   `json:"name"`
	Roles []string `json:"roles"` // nil where the reply held none, as in a list and after a change of the profile
}

// UnmarshalJSON reads a user. The id stays as it was sent, since requests are made with it.
func (u *User) UnmarshalJSON(data []byte) error {
	type user User // which has no method to call again
	if err := json.Unmarshal(data, (*user)(u)); err != nil {
		return err
	}
	u.Email, u.Name = Visible(u.Email), Visible(u.Name)
	for i, role := range u.Roles {
		u.Roles[i] = Visible(role)
	}
	return nil
}

// whole reports whether there is an id and an address. An id is sent back as it is, and has nothing that a person could not
// see; else it is not the API's.
func (u User) whole() bool { return u.ID != "" && Visible(u.ID) == u.ID && u.Email != "" }

// ConnectionOf reads off an id how its user logs in. It is "" for an id without a prefix.
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
	NameSearch           string // "" for everybody
}

// UserPage is one page of the list.
type UserPage struct {
	Count int // of all users that match, on whichever page
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
		Count *int  `json:"count"`
		Items items `json:"items"`
	}
	if err := c.do(ctx, req, &page); err != nil {
		return UserPage{}, err
	}
	if page.Count == nil || *page.Count < 0 || page.Items == nil {
		return UserPage{}, c.unexpected(req, "it holds no count or no items")
	}
	for _, user := range page.Items {
		if !user.whole() {
			return UserPage{}, c.unexpected(req, "it lists a user without an id or an e-mail address that can be read")
		}
	}
	return UserPage{Count: *page.Count, Items: page.Items}, nil
}

// items are those of one page. They are counted while they are read: what is decoded takes a hundred times the place of an
// empty item in a reply.
type items []User

const mostItems = 10_000 // a hundred times of what is asked for

var errTooManyItems = errors.New("the page holds too many items")

// UnmarshalJSON reads a list of users.
func (is *items) UnmarshalJSON(data []byte) error {
	decoder := json.NewDecoder(bytes.NewReader(data))
	if start, err := decoder.Token(); err != nil || start != json.Delim('[') {
		return json.Unmarshal(data, (*[]User)(is)) // null, or no list
	}
	*is = items{}
	for decoder.More() {
		if len(*is) == mostItems {
			return errTooManyItems
		}
		var user User
		if err := decoder.Decode(&user); err != nil {
			return err
		}
		*is = append(*is, user)
	}
	return nil
}

// GetUser reads one member, roles included.
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

// ResetUserPassword has the API send a member an e-mail to set a new password with.
//
// POST /users/{id}/reset_password
func (c *Client) ResetUserPassword(ctx context.Context, id string) error {
	return c.do(ctx, newRequest(resetUserPassword, id), nil)
}

// ReplaceUserRoles gives a member exactly these roles, none included.
//
// PUT /users/{id}/roles
func (c *Client) ReplaceUserRoles(ctx context.Context, id string, roles []string) error {
	return c.do(ctx, newRequest(replaceUserRoles, id).withJSON(listOf(roles)), nil)
}

// listOf is never null in JSON.
func listOf(roles []string) []string { return append([]string{}, roles...) }
