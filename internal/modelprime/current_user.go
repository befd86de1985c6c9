package modelprime

import "context"

// CurrentUserUpdate is what the token's owner changes of themselves. What is nil stays.
type CurrentUserUpdate struct {
	Email *string `json:"email,omitempty"`
	Name  *string `json:"name,omitempty"`
}

// GetCurrentUser reads the token's owner, roles included.
//
// GET /user
func (c *Client) GetCurrentUser(ctx context.Context) (User, error) {
	return c.user(ctx, newRequest(getCurrentUser))
}

// UpdateCurrentUser changes the token's owner. The reply holds no roles. After a changed e-mail address
// the caller has to SetEmail.
//
// PATCH /user
func (c *Client) UpdateCurrentUser(ctx context.Context, update CurrentUserUpdate) (User, error) {
	return c.user(ctx, newRequest(updateCurrentUser).withJSON(update))
}

// user sends a request whose reply is one user.
func (c *Client) user(ctx context.Context, req request) (User, error) {
	var user User
	if err := c.do(ctx, req, &user); err != nil {
		return User{}, err
	}
	if user.ID == "" || user.Email == "" {
		return User{}, req.problem("it holds no id or no e-mail address of a user")
	}
	return user, nil
}
