package roster

import (
	"context"
	"errors"
	"fmt"
)

// When a member counts as gone: a 404 alone does not empty a state.

// ErrGone is returned for a member who is gone: the API answers 404, and the complete list lacks the member.
var ErrGone = errors.New("no longer a member of the organization")

// ErrStillListed is returned for a member that the complete list contains although the API answers 404.
var ErrStillListed = errors.New("the API's list of members still contains this ID")

// unlessGone drops ErrGone, which is no failure of a removal or revocation.
func unlessGone(err error) error {
	if errors.Is(err, ErrGone) {
		return nil
	}
	return err
}

// confirmGone compares a 404 for a member with the complete list, because a gateway without that route also answers 404. If the
// list still contains the member, it may be older than the 404, so it is read again, once.
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
