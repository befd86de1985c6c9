// Package roster knows the members of the organization: the list, read once and shared by all callers, look-ups by e-mail and
// ID, and whether a member is gone. It knows nothing of Terraform.
package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"golang.org/x/sync/errgroup"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// ErrGone is returned for a member whom the API does not know any more and the complete list lacks.
var ErrGone = errors.New("no longer a member of the organization")

// ErrStillListed is returned for a member whom the API does not know and the complete list holds.
var ErrStillListed = errors.New("the API's list of members still holds this id")

// ErrNobody is returned when no member has an address.
var ErrNobody = errors.New("no member has that e-mail address")

// SeveralError says that several members have one address.
type SeveralError struct {
	Email   string
	Members []modelprime.User
}

func (e *SeveralError) Error() string {
	return fmt.Sprintf("%d members have the address %s: %s", len(e.Members), e.Email, names(e.Members))
}

func names(members []modelprime.User) string {
	ids := make([]string, len(members))
	for i, m := range members {
		ids[i] = fmt.Sprintf("%s (%s)", m.ID, m.Name)
	}
	return strings.Join(ids, ", ")
}

// Roster reads and changes the organization of one configured client. It is safe for concurrent use.
type Roster struct {
	client *modelprime.Client

	caller     shared[modelprime.User]
	first      shared[*snapshot]
	list       shared[*snapshot]
	stableList shared[*snapshot]
}

// New returns the roster of the client's organization.
func New(client *modelprime.Client) *Roster { return &Roster{client: client} }

// Caller returns the token's owner, asked for once.
func (r *Roster) Caller(ctx context.Context) (modelprime.User, error) {
	caller, err := r.caller.get(ctx, r.client.GetCurrentUser)
	if err != nil {
		return caller, fmt.Errorf("get current user: %w", err)
	}
	return caller, nil
}

// UpdateCaller changes the token owner's own profile: PATCH /user.
func (r *Roster) UpdateCaller(ctx context.Context, update modelprime.CurrentUserUpdate) error {
	defer r.caller.drop()
	defer r.dropList()
	return r.client.UpdateCurrentUser(ctx, update)
}

// ResetPassword asks for a password reset e-mail: POST /users/{id}/reset_password.
func (r *Roster) ResetPassword(ctx context.Context, id string) error {
	return r.client.ResetUserPassword(ctx, id)
}

// WithEmail returns the members who have that address, ASCII case aside, off the shared list.
func (r *Roster) WithEmail(ctx context.Context, email string) ([]modelprime.User, error) {
	l, err := r.listed(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(l.byEmail[modelprime.FoldEmail(email)]), nil
}

// OtherIDs returns the ids of the members who have another address, off the shared list.
func (r *Roster) OtherIDs(ctx context.Context, email string) ([]string, error) {
	l, err := r.listed(ctx)
	if err != nil {
		return nil, err
	}
	var ids []string
	for id, u := range l.byID {
		if !modelprime.SameEmail(u.Email, email) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids, nil
}

// WithID returns the member of that ID off the shared list, without their roles.
func (r *Roster) WithID(ctx context.Context, id string) (user modelprime.User, ok bool, err error) {
	l, err := r.listed(ctx)
	if err != nil {
		return user, false, err
	}
	user, ok = l.byID[id]
	return user, ok, nil
}

// AtFirst returns the members that the organization had when this process first asked, by ID, the caller included and without
// their roles. What the process itself removes does not change it. The map is shared: it is not to be changed.
func (r *Roster) AtFirst(ctx context.Context) (map[string]modelprime.User, error) {
	l, err := r.first.get(ctx, r.listed)
	if err != nil {
		return nil, err
	}
	return l.byID, nil
}

// One returns the only member with that address, without their roles. ErrNobody and *SeveralError say why there is none.
func (r *Roster) One(ctx context.Context, email string) (modelprime.User, error) {
	found, err := r.WithEmail(ctx, email)
	switch {
	case err != nil:
		return modelprime.User{}, err
	case len(found) == 0:
		return modelprime.User{}, ErrNobody
	case len(found) > 1:
		return modelprime.User{}, &SeveralError{Email: email, Members: found}
	}
	return found[0], nil
}

// Members returns all members, without their roles, of a list that two readings agreed on, in the API's order.
func (r *Roster) Members(ctx context.Context) ([]modelprime.User, error) {
	l, err := r.stableList.get(ctx, func(ctx context.Context) (*snapshot, error) {
		l, err := r.listed(ctx)
		if err != nil {
			return nil, err
		}
		everybody, err := r.everybody(ctx)
		if err != nil {
			return nil, err
		}
		return everybody.readUntilStable(ctx, l)
	})
	if err != nil {
		return nil, err
	}
	return slices.Clone(l.users), nil
}

// MembersAndCaller returns all members, and which of them is the caller.
func (r *Roster) MembersAndCaller(ctx context.Context) ([]modelprime.User, modelprime.User, error) {
	members, err := r.Members(ctx)
	if err != nil {
		return nil, modelprime.User{}, err
	}
	caller, err := r.Caller(ctx)
	return members, caller, err
}

// Search returns the members whose name matches, as the API searches, of a list that two readings agreed on.
func (r *Roster) Search(ctx context.Context, name string) ([]modelprime.User, error) {
	found := reader{client: r.client, search: name}
	l, err := found.readOnce(ctx)
	if err != nil {
		return nil, err
	}
	if l, err = found.readUntilStable(ctx, l); err != nil {
		return nil, err
	}
	return l.users, nil
}

// atOnce bounds how many members' roles are asked for at a time; how many requests are in flight is the client's to say.
const atOnce = 64

// WithRoles returns the users with their roles, in their order, without those who left in the meantime.
func (r *Roster) WithRoles(ctx context.Context, users []modelprime.User) ([]modelprime.User, error) {
	found := make([]modelprime.User, len(users))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(atOnce)
	for i, user := range users {
		group.Go(func() error {
			member, err := r.Member(ctx, user.ID)
			if errors.Is(err, ErrGone) {
				return nil
			}
			found[i] = member
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	return slices.DeleteFunc(found, func(u modelprime.User) bool { return u.ID == "" }), nil
}

// Member returns the member of that id with their roles: GET /users/{id}. ErrGone means that the API itself says so and the
// complete list agrees.
func (r *Roster) Member(ctx context.Context, id string) (modelprime.User, error) {
	u, err := r.client.GetUser(ctx, id)
	if modelprime.IsNotFound(err) {
		return u, r.confirmGone(ctx, id, err)
	}
	if err != nil {
		return u, fmt.Errorf("get user: %w", err)
	}
	return u, nil
}

// Invite invites a person: POST /users/invite. It changes no member, so the list stays.
func (r *Roster) Invite(ctx context.Context, invitation modelprime.Invitation) error {
	return r.client.InviteUser(ctx, invitation)
}

// SetRoles replaces a member's roles: PUT /users/{id}/roles. ErrGone says that they are no longer a member. The list holds no
// roles, so it stays.
func (r *Roster) SetRoles(ctx context.Context, id string, roles []string) error {
	err := r.client.ReplaceUserRoles(ctx, id, roles)
	if !modelprime.IsNotFound(err) {
		return err
	}
	return r.confirmGone(ctx, id, err)
}

// Remove removes a member: DELETE /users/{id}. A member who is gone already is no error.
func (r *Roster) Remove(ctx context.Context, id string) error {
	err := r.client.DeleteUser(ctx, id)
	r.dropList()
	if modelprime.IsNotFound(err) {
		err = r.confirmGone(ctx, id, err)
	}
	return unlessGone(err)
}

// dropList forgets what was read of the members, after this process changed them.
func (r *Roster) dropList() {
	r.list.drop()
	r.stableList.drop()
}

// listed returns the shared list.
func (r *Roster) listed(ctx context.Context) (*snapshot, error) {
	everybody, err := r.everybody(ctx)
	if err != nil {
		return nil, err
	}
	return r.list.get(ctx, everybody.readOnce)
}

// everybody lists all members. A list that lacks the caller, who is a member, is not believed.
func (r *Roster) everybody(ctx context.Context) (reader, error) {
	caller, err := r.Caller(ctx)
	return reader{client: r.client, caller: caller.ID}, err
}

// RevokeRoles takes all roles from a member: PUT /users/{id}/roles. A member who is gone already is no error.
func (r *Roster) RevokeRoles(ctx context.Context, id string) error {
	return unlessGone(r.SetRoles(ctx, id, nil))
}

// unlessGone ignores that the member of a removal or revocation is gone already.
func unlessGone(err error) error {
	if errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

// confirmGone checks a 404 about a member against the complete list, because a gateway without that route answers the same. A
// list that still contains the member may be older than the 404, so it is read again, once.
func (r *Roster) confirmGone(ctx context.Context, id string, notFound error) error {
	for attempt := 1; ; attempt++ {
		l, err := r.listed(ctx)
		if err != nil {
			return fmt.Errorf("confirm that the member is gone: %w", err)
		}
		if _, listed := l.byID[id]; !listed {
			return fmt.Errorf("%w: %w", ErrGone, notFound)
		}
		if attempt == 2 {
			return fmt.Errorf("%w: %w", ErrStillListed, notFound)
		}
		r.list.dropIf(func(kept *snapshot) bool { return kept == l })
	}
}
