package roster

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// NotBoundError says why a member with an invited person's address is not accepted as that person.
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

// Joined looks for the member who accepted one of the invitations to an address. nil means that no member has the address yet. A
// member is accepted only if no other member has the address and the member can have accepted an invitation: members can set
// any address for themselves, and must not get another person's roles for it. Otherwise the error is a *NotBoundError. A
// membership also refuses a person who was already a member when its roles were raised.
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

// Answerable returns the invitations that a member can have accepted: the member has at least the invitation's roles, and the
// member's ID does not name the other login connection. An ID that names neither connection matches both.
func Answerable(invitations []modelprime.Invitation, member modelprime.User) []modelprime.Invitation {
	return slices.DeleteFunc(withRolesOf(invitations, member), func(i modelprime.Invitation) bool {
		connection := modelprime.ConnectionOf(member.ID)
		return connection != i.Connection && slices.Contains(modelprime.Connections(), connection)
	})
}

// withRolesOf returns the invitations whose roles the member has, all of them.
func withRolesOf(invitations []modelprime.Invitation, member modelprime.User) []modelprime.Invitation {
	return slices.DeleteFunc(slices.Clone(invitations), func(i modelprime.Invitation) bool {
		return len(i.Roles) == 0 || !HoldsAll(member.Roles, i.Roles)
	})
}

// unanswerable says why a member can have accepted none of the invitations.
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
