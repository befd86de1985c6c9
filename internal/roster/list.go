package roster

import (
	"context"
	"fmt"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

const (
	pageSize = 100
	// maxMembers bounds a list that never ends: far above any organization, low enough for memory and time.
	maxMembers = 100_000
	// maxText bounds what all of them say of themselves, in bytes: no organization fills it, and a list that never ends
	// must not fill the memory by long names either.
	maxText = 16 << 20
	// maxPasses bounds how often a list that changes under the reader is begun again.
	maxPasses = 6
)

// listing is one complete reading of the organization's members.
type listing struct {
	users   []modelprime.User
	byID    map[string]modelprime.User
	byEmail map[string][]modelprime.User
}

// IncompleteError says that the members could not be listed without doubt. Such a list is never used: whoever is
// missing from it would be taken for gone.
type IncompleteError struct{ Reason string }

func (e *IncompleteError) Error() string {
	return "the list of members is not complete: " + e.Reason
}

func newListing(users []modelprime.User) *listing {
	l := &listing{
		users:   users,
		byID:    make(map[string]modelprime.User, len(users)),
		byEmail: make(map[string][]modelprime.User, len(users)),
	}
	for _, u := range users {
		key := modelprime.FoldEmail(u.Email)
		l.byID[u.ID] = u
		l.byEmail[key] = append(l.byEmail[key], u)
	}
	return l
}

// holdRoles reports whether the items of a page say which roles their people have.
func holdRoles(items []modelprime.User) bool {
	for _, u := range items {
		if u.Roles == nil {
			return false
		}
	}
	return len(items) > 0
}

// sameMembers reports whether two readings found the same people under the same names and addresses.
func (l *listing) sameMembers(other *listing) bool {
	if len(l.byID) != len(other.byID) {
		return false
	}
	for id, u := range l.byID {
		o, ok := other.byID[id]
		if !ok || o.Email != u.Email || o.Name != u.Name {
			return false
		}
	}
	return true
}

// scan reads all pages once, and again from the start while the pages contradict each other. first, where there is
// one, stands for the first page of the first try.
func scan(ctx context.Context, client *modelprime.Client, search string, first *modelprime.UserPage) (*listing, error) {
	var problem error
	for range maxPasses {
		read, err := pass(ctx, client, search, first)
		if err != nil {
			return nil, err
		}
		if problem = read.check(search); problem == nil {
			return newListing(read.distinct), nil
		}
		first = nil
	}
	return nil, problem
}

// reading is what one pass over the pages brought.
type reading struct {
	distinct []modelprime.User
	seen     map[string]bool
	count    int
	text     int // bytes
	problem  string
}

func pass(ctx context.Context, client *modelprime.Client, search string, first *modelprime.UserPage) (*reading, error) {
	r := &reading{seen: map[string]bool{}}
	for number := 1; ; number++ {
		page, err := readPage(ctx, client, search, number, first)
		if err != nil {
			return nil, err
		}
		if more := r.add(number, page); !more {
			return r, nil
		}
	}
}

func readPage(ctx context.Context, client *modelprime.Client, search string, number int, first *modelprime.UserPage) (modelprime.UserPage, error) {
	if number == 1 && first != nil {
		return *first, nil
	}
	page, err := client.ListUsers(ctx, modelprime.ListUsersRequest{PageNumber: number, PageSize: pageSize, NameSearch: search})
	if err != nil {
		return page, fmt.Errorf("list users, page %d: %w", number, err)
	}
	return page, nil
}

// add takes a page in and reports whether another is to be read.
func (r *reading) add(number int, page modelprime.UserPage) bool {
	if number > 1 && page.Count != r.count {
		r.problem = fmt.Sprintf("the number of members went from %d to %d while the pages were read", r.count, page.Count)
		return false
	}
	r.count = page.Count
	before := len(r.distinct)
	for _, u := range page.Items {
		if !r.seen[u.ID] {
			r.seen[u.ID] = true
			r.distinct = append(r.distinct, u)
			r.text += textOf(u)
		}
	}
	switch {
	case r.count > maxMembers:
		r.problem = fmt.Sprintf("the API counts %d members, more than the %d that are read at most", r.count, maxMembers)
		return false
	case r.text > maxText:
		r.problem = fmt.Sprintf("what the API says of %d members is longer than the %d MiB that are read at most", len(r.distinct), maxText>>20)
		return false
	}
	return number*pageSize < r.count && len(r.distinct) > before && len(r.distinct) <= r.count
}

// textOf is how many bytes the API's words about somebody are.
func textOf(u modelprime.User) int {
	n := len(u.ID) + len(u.Email) + len(u.Name)
	for _, role := range u.Roles {
		n += len(role)
	}
	return n
}

// check holds what was read against the API's own count, and against the one who asks: they are a member themselves.
func (r *reading) check(search string) error {
	switch {
	case r.problem != "":
		return &IncompleteError{Reason: r.problem}
	case r.count == 0 && search == "":
		return &IncompleteError{Reason: "the API lists nobody, not even the owner of the token"}
	case len(r.distinct) != r.count:
		return &IncompleteError{Reason: fmt.Sprintf("the API counts %d members and its pages hold %d", r.count, len(r.distinct))}
	}
	return nil
}

// agreed goes on from a complete reading until two that follow each other are the same: a removal that a join balances
// between two pages leaves the count as it is, and only a second look shows it.
func agreed(ctx context.Context, client *modelprime.Client, search string, last *listing) (*listing, error) {
	for range maxPasses {
		next, err := scan(ctx, client, search, nil)
		if err != nil {
			return nil, err
		}
		if next.sameMembers(last) {
			return next, nil
		}
		last = next
	}
	return nil, &IncompleteError{Reason: fmt.Sprintf("members came and went during each of %d readings", maxPasses+1)}
}
