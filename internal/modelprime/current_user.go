package modelprime

import (
	"context"
	"fmt"
)

// CurrentUserUpdate is a change of the token owner's profile. A nil field stays unchanged.
type CurrentUserUpdate struct {
	Email *string `json:"email,omitempty"`
	Name  *string `json:"name,omitempty"`
}

// GetCurrentUser reads the token's owner with roles. A response about another user, for example from a cache shared by users, is
// an error.
//
// GET /user
func (c *Client) GetCurrentUser(ctx context.Context) (User, error) {
	req := newRequest(getCurrentUser)
	before := c.credentials.Load().Email
	user, err := c.userWithRoles(ctx, req)
	if now := c.credentials.Load().Email; err == nil && !SameEmail(user.Email, before) && !SameEmail(user.Email, now) {
		return User{}, c.unexpected(req, fmt.Sprintf("it is about %s, and the token's owner is %s", user.Email, now))
	}
	return user, err
}

// UpdateCurrentUser changes the token owner's profile. The e-mail address is part of the credentials: during its change no other
// request is in flight, and later requests authenticate with the new address.
//
// PATCH /user
func (c *Client) UpdateCurrentUser(ctx context.Context, update CurrentUserUpdate) error {
	req := newRequest(updateCurrentUser).withJSON(update)
	if update.Email == nil {
		return c.do(ctx, req, nil)
	}
	c.credentialsMu.Lock()
	defer c.credentialsMu.Unlock()
	err := c.do(ctx, req.withExclusiveCredentials(), nil)
	if err != nil && !IsUnconfirmed(err) {
		return err
	}
	before := c.credentials.Load()
	c.setEmail(*update.Email)
	if err == nil {
		return nil
	}
	// The change is unconfirmed. If the API accepts the new address, it was made.
	if user, asked := c.user(ctx, newRequest(getCurrentUser).withExclusiveCredentials()); asked == nil && SameEmail(user.Email, *update.Email) {
		return nil
	}
	c.credentials.Store(before)
	return err
}

// user sends a request whose response is one user.
func (c *Client) user(ctx context.Context, req request) (User, error) {
	var user User
	if err := c.do(ctx, req, &user); err != nil {
		return User{}, err
	}
	if !isID(user.ID) || user.Email == "" {
		return User{}, c.unexpected(req, "it has no ID or no e-mail address of a user")
	}
	return user, nil
}

// userWithRoles is user for a response that must contain roles. An empty array is valid; a missing field is an error.
func (c *Client) userWithRoles(ctx context.Context, req request) (User, error) {
	user, err := c.user(ctx, req)
	if err == nil && user.Roles == nil {
		return User{}, c.unexpected(req, "it has no list of the user's roles")
	}
	return user, err
}
