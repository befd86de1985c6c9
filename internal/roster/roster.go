// Package roster reads and changes the members of the organization: the list, read once and shared by all callers, look-ups by
// e-mail and ID, and whether a member is gone. It does not depend on Terraform.
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

// Caller returns the token's owner, read once.
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

// ResetPassword requests a password reset e-mail: POST /users/{id}/reset_password.
func (r *Roster) ResetPassword(ctx context.Context, id string) error {
	return r.client.ResetUserPassword(ctx, id)
}

// WithEmail returns the members with that address from the shared list, ignoring ASCII case.
func (r *Roster) WithEmail(ctx context.Context, email string) ([]modelprime.User, error) {
	l, err := r.listed(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(l.byEmail[modelprime.FoldEmail(email)]), nil
}

// OtherIDs returns the IDs of the members with another address, from the shared list.
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

// WithID returns the member with that ID from the shared list, without roles.
func (r *Roster) WithID(ctx context.Context, id string) (user modelprime.User, ok bool, err error) {
	l, err := r.listed(ctx)
	if err != nil {
		return user, false, err
	}
	user, ok = l.byID[id]
	return user, ok, nil
}

// AtFirst returns the members of the organization at this process's first read, by ID, including the caller and without roles.
// Removals by the process do not change it. The map is shared: do not change it.
func (r *Roster) AtFirst(ctx context.Context) (map[string]modelprime.User, error) {
	l, err := r.first.get(ctx, r.listed)
	if err != nil {
		return nil, err
	}
	return l.byID, nil
}

// One returns the only member with that address, without roles. Otherwise the error is ErrNobody or a *SeveralError.
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

// Members returns all members, without roles and in the API's order. The list is read until two reads agree.
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

// MembersAndCaller returns all members and the caller.
func (r *Roster) MembersAndCaller(ctx context.Context) ([]modelprime.User, modelprime.User, error) {
	members, err := r.Members(ctx)
	if err != nil {
		return nil, modelprime.User{}, err
	}
	caller, err := r.Caller(ctx)
	return members, caller, err
}

// Search returns the members whose name matches the API's search. The list is read until two reads agree.
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

// atOnce limits the goroutines that read roles. The client limits the requests in flight.
const atOnce = 64

// WithRoles returns the users with their roles, in the same order, without those who have left.
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

// Member returns the member with that ID and their roles: GET /users/{id}. The error is ErrGone only if the API answers 404 and
// the complete list lacks the member.
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

// Invite invites a person: POST /users/invite. It changes no member, so the list stays valid.
func (r *Roster) Invite(ctx context.Context, invitation modelprime.Invitation) error {
	return r.client.InviteUser(ctx, invitation)
}

// SetRoles replaces a member's roles: PUT /users/{id}/roles. The error is ErrGone if the user is no longer a member. The list
// has no roles, so it stays valid.
func (r *Roster) SetRoles(ctx context.Context, id string, roles []string) error {
	err := r.client.ReplaceUserRoles(ctx, id, roles)
	if !modelprime.IsNotFound(err) {
		return err
	}
	return r.confirmGone(ctx, id, err)
}

// Remove removes a member: DELETE /users/{id}. If the member is gone already, there is no error.
func (r *Roster) Remove(ctx context.Context, id string) error {
	err := r.client.DeleteUser(ctx, id)
	r.dropList()
	if modelprime.IsNotFound(err) {
		err = r.confirmGone(ctx, id, err)
	}
	return unlessGone(err)
}

// dropList drops the lists of members after this process has changed the members.
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

// everybody returns a reader of all members. A list without the caller is incomplete, because the caller is a member.
func (r *Roster) everybody(ctx context.Context) (reader, error) {
	caller, err := r.Caller(ctx)
	return reader{client: r.client, caller: caller.ID}, err
}

// RevokeRoles revokes all roles of a member: PUT /users/{id}/roles. If the member is gone already, there is no error.
func (r *Roster) RevokeRoles(ctx context.Context, id string) error {
	return unlessGone(r.SetRoles(ctx, id, nil))
}
