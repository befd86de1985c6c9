package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// NotBoundError says why a member with an invited person's address was not bound as that person.
type NotBoundError struct {
	Email   string
	Members []modelprime.User
	Reason  string // for the only member; "" if several have the address
}

func (e *NotBoundError) Error() string {
	if e.Reason == "" {
		return (&SeveralError{Email: e.Email, Members: e.Members}).Error()
	}
	return fmt.Sprintf("the member %s has the address %s, but %s", names(e.Members), e.Email, e.Reason)
}

// Joined looks for the person who was invited at an address, by one of the invitations. nil means that no member has it yet. A
// member is bound only if they are the only one with that address and can have accepted an invitation: members can give
// themselves any address, and must not get another person's roles for it. Otherwise the error is a *NotBoundError. A membership
// also refuses a person that it noted as a member before.
func (r *Roster) Joined(ctx context.Context, email string, invitations []modelprime.Invitation) (*modelprime.User, error) {
	found, err := r.WithEmail(ctx, email)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if len(found) > 1 {
		return nil, &NotBoundError{Email: email, Members: found}
	}
	member, err := r.Member(ctx, found[0].ID)
	switch {
	case errors.Is(err, ErrGone):
		return nil, nil
	case err != nil:
		return nil, err
	case !modelprime.SameEmail(member.Email, email):
		return nil, nil
	case len(Answerable(invitations, member)) == 0:
		return nil, &NotBoundError{Email: email, Members: []modelprime.User{member}, Reason: unanswerable(invitations, member)}
	}
	return &member, nil
}

// Answerable returns the invitations that a member can have answered: they hold at least its roles, and their id does not say the
// other of the two connections. An id that says neither is taken for either.
func Answerable(invitations []modelprime.Invitation, member modelprime.User) []modelprime.Invitation {
	return slices.DeleteFunc(withRolesOf(invitations, member), func(i modelprime.Invitation) bool {
		connection := modelprime.ConnectionOf(member.ID)
		return connection != i.Connection && slices.Contains(modelprime.Connections(), connection)
	})
}

// withRolesOf returns the invitations all of whose roles a member holds.
func withRolesOf(invitations []modelprime.Invitation, member modelprime.User) []modelprime.Invitation {
	return slices.DeleteFunc(slices.Clone(invitations), func(i modelprime.Invitation) bool {
		return len(i.Roles) == 0 || !HoldsAll(member.Roles, i.Roles)
	})
}

// unanswerable says why a member can have answered none of the invitations.
func unanswerable(invitations []modelprime.Invitation, member modelprime.User) string {
	if len(invitations) == 0 {
		return "the state has no record of an invitation to it"
	}
	if matching := withRolesOf(invitations, member); len(matching) > 0 {
		return fmt.Sprintf("logs in with %s instead of %s", modelprime.ConnectionOf(member.ID), matching[len(matching)-1].Connection)
	}
	return fmt.Sprintf("has the roles [%s] instead of at least [%s]",
		strings.Join(member.Roles, ", "), strings.Join(invitations[len(invitations)-1].Roles, ", "))
}

// HoldsAll reports whether held contains each of the roles in wanted.
func HoldsAll(held, wanted []string) bool {
	return !slices.ContainsFunc(wanted, func(role string) bool { return !slices.Contains(held, role) })
}

// SameRoles reports whether a and b are the same set.
func SameRoles(a, b []string) bool {
	return HoldsAll(a, b) && HoldsAll(b, a)
}
