package roster

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// NotBoundError says why a member who has an invited person's address was not taken for that person.
type NotBoundError struct {
	Email   string
	Members []modelprime.User
	Invited []string
	// Before says that the member was one already when the invited person was not.
	Before bool
}

func (e *NotBoundError) Error() string {
	if len(e.Members) > 1 {
		return (&SeveralError{Email: e.Email, Members: e.Members}).Error()
	}
	if e.Before {
		return fmt.Sprintf("the member %s has the address %s but was a member already when it was noted who cannot be the invited person: under another address, or having joined just then", names(e.Members), e.Email)
	}
	return fmt.Sprintf("the member %s has the address %s but holds the roles [%s], fewer than the invitation gave: [%s]",
		names(e.Members), e.Email, strings.Join(e.Members[0].Roles, ", "), strings.Join(e.Invited, ", "))
}

// Joined looks for the person who was invited at an address with one of several role sets. Nobody yet is nil. A member
// is bound only if they are the only one with that address and hold at least the roles of one invitation: members can
// give themselves any address, and must not be granted for it what was meant for somebody else.
func (r *Roster) Joined(ctx context.Context, email string, invitations [][]string) (*modelprime.User, error) {
	found, err := r.WithEmail(ctx, email)
	if err != nil || len(found) == 0 {
		return nil, err
	}
	if len(found) > 1 {
		return nil, &NotBoundError{Email: email, Members: found}
	}
	member, err := r.Member(ctx, found[0].ID)
	if errors.Is(err, ErrGone) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !modelprime.SameEmail(member.Email, email) {
		return nil, nil
	}
	for _, roles := range invitations {
		if len(roles) > 0 && HoldsAll(member.Roles, roles) {
			return &member, nil
		}
	}
	refused := &NotBoundError{Email: email, Members: []modelprime.User{member}}
	if len(invitations) > 0 {
		refused.Invited = invitations[len(invitations)-1]
	}
	return nil, refused
}

// HoldsAll reports whether held contains each of the roles in wanted.
func HoldsAll(held, wanted []string) bool {
	has := make(map[string]bool, len(held))
	for _, role := range held {
		has[role] = true
	}
	for _, role := range wanted {
		if !has[role] {
			return false
		}
	}
	return true
}

// SameRoles reports whether a and b are the same set.
func SameRoles(a, b []string) bool {
	return HoldsAll(a, b) && HoldsAll(b, a)
}
