package roster

import (
	"context"
	"fmt"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

const (
	pageSize = 100
	// maxMembers limits an endless list: far above any organization, low enough for memory and time.
	maxMembers = 100_000
	// maxText limits the IDs, addresses and names of all members, in bytes, so that an endless list with long names cannot
	// fill the memory.
	maxText = 16 << 20
	// maxReadings limits how often a list is read again because it changed during the read.
	maxReadings = 6
)

// snapshot is one complete list of the organization's members.
type snapshot struct {
	users   []modelprime.User
	byID    map[string]modelprime.User
	byEmail map[string][]modelprime.User
}

// IncompleteError says that the list of members may be incomplete. Such a list is never used, because missing members would
// count as gone.
type IncompleteError struct{ Reason string }

func (e *IncompleteError) Error() string {
	return "the list of members is not complete: " + e.Reason
}

func newSnapshot(users []modelprime.User) *snapshot {
	s := &snapshot{
		users:   users,
		byID:    make(map[string]modelprime.User, len(users)),
		byEmail: make(map[string][]modelprime.User, len(users)),
	}
	for _, u := range users {
		key := modelprime.FoldEmail(u.Email)
		s.byID[u.ID] = u
		s.byEmail[key] = append(s.byEmail[key], u)
	}
	return s
}

// sameMembers reports whether two snapshots hold the same members with the same names and addresses.
func (s *snapshot) sameMembers(other *snapshot) bool {
	if len(s.byID) != len(other.byID) {
		return false
	}
	for id, u := range s.byID {
		o, ok := other.byID[id]
		if !ok || o.Email != u.Email || o.Name != u.Name {
			return false
		}
	}
	return true
}

// A reader lists members.
type reader struct {
	client *modelprime.Client
	search string // the name search; "" for all members
	caller string // the ID of a member that the list must contain, or ""
}

// readOnce reads all pages. If the pages contradict each other, it reads them again.
func (r reader) readOnce(ctx context.Context) (*snapshot, error) {
	var problem error
	for range maxReadings {
		p, err := r.readPages(ctx)
		if err != nil {
			return nil, err
		}
		if problem = p.check(r.caller); problem == nil {
			return newSnapshot(p.distinct), nil
		}
	}
	return nil, problem
}

// readUntilStable reads again until two snapshots in a row are the same. If a member joins and another leaves between two
// pages, the count stays the same, and only a second read shows the change.
func (r reader) readUntilStable(ctx context.Context, last *snapshot) (*snapshot, error) {
	for range maxReadings {
		next, err := r.readOnce(ctx)
		if err != nil {
			return nil, err
		}
		if next.sameMembers(last) {
			return next, nil
		}
		last = next
	}
	return nil, &IncompleteError{Reason: fmt.Sprintf("members joined or left during each of %d reads", maxReadings+1)}
}

// pages collects the pages of one read.
type pages struct {
	distinct []modelprime.User
	seen     map[string]bool
	count    int
	text     int // bytes
	problem  string
}

func (r reader) readPages(ctx context.Context) (*pages, error) {
	p := &pages{seen: map[string]bool{}}
	for number := 1; ; number++ {
		page, err := r.client.ListUsers(ctx, modelprime.ListUsersRequest{PageNumber: number, PageSize: pageSize, NameSearch: r.search})
		if err != nil {
			return nil, fmt.Errorf("list users, page %d: %w", number, err)
		}
		if more := p.add(number, page); !more {
			return p, nil
		}
	}
}

// add adds a page and reports whether another one must be read.
func (p *pages) add(number int, page modelprime.UserPage) bool {
	if number > 1 && page.Count != p.count {
		p.problem = fmt.Sprintf("the number of members went from %d to %d while the pages were read", p.count, page.Count)
		return false
	}
	p.count = page.Count
	before := len(p.distinct)
	for _, u := range page.Items {
		if !p.seen[u.ID] {
			p.seen[u.ID] = true
			p.distinct = append(p.distinct, u)
			p.text += len(u.ID) + len(u.Email) + len(u.Name)
		}
	}
	switch {
	case p.count > maxMembers:
		p.problem = fmt.Sprintf("the API counts %d members, more than the limit of %d", p.count, maxMembers)
		return false
	case p.text > maxText:
		p.problem = fmt.Sprintf("the list of %d members is longer than the limit of %d MiB", len(p.distinct), maxText>>20)
		return false
	}
	return number*pageSize < p.count && len(p.distinct) > before && len(p.distinct) <= p.count
}

// check compares a list with the API's count, and checks that it contains the caller.
func (p *pages) check(caller string) error {
	switch {
	case p.problem != "":
		return &IncompleteError{Reason: p.problem}
	case len(p.distinct) != p.count:
		return &IncompleteError{Reason: fmt.Sprintf("the API counts %d members and its pages hold %d", p.count, len(p.distinct))}
	case caller != "" && !p.seen[caller]:
		return &IncompleteError{Reason: "the token's owner, who is a member, is not in it"}
	}
	return nil
}
