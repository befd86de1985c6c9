// Package guard keeps the ledger of one run: whom it adds, removes and changes. It stops a run that would lock its own
// caller out, remove or e-mail more people than allowed, or that has two instances fight over one person. A ledger
// hangs on one configured provider and sees what Terraform plans and applies one instance at a time; it cannot know
// when a plan ends, so an error names everybody seen so far.
package guard

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sort"
	"strings"
	"sync"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Limits are what the provider's configuration allows one run.
type Limits struct {
	// LockoutProtection keeps the caller a member and an admin.
	LockoutProtection bool
	// MaxRemovals and MaxInvitations cap how many different people are removed and e-mailed; nil is no limit.
	MaxRemovals, MaxInvitations *int64
}

// Person is somebody as an instance knows them. ID is empty before they joined. Email is the configured address,
// CurrentEmail the one that the API shows, where it differs.
type Person struct{ ID, Email, CurrentEmail string }

// String names the person for a message.
func (p Person) String() string {
	switch {
	case p.Email == "":
		return p.ID
	case p.ID == "":
		return p.Email
	}
	return fmt.Sprintf("%s (%s)", p.Email, p.ID)
}

// Is reports whether both are one person: by id where both have one, else by an address.
func (p Person) Is(other Person) bool {
	if p.ID != "" && other.ID != "" {
		return p.ID == other.ID
	}
	for _, mine := range p.addresses() {
		for _, theirs := range other.addresses() {
			if mine == theirs {
				return true
			}
		}
	}
	return false
}

func (p Person) addresses() []string {
	var folded []string
	for _, email := range []string{p.Email, p.CurrentEmail} {
		if email != "" {
			folded = append(folded, modelprime.FoldEmail(email))
		}
	}
	return folded
}

// Error is a guard's veto. Its summary is static, its detail names the people and what to do.
type Error struct{ Summary, Detail string }

func (e *Error) Error() string { return e.Summary + ": " + e.Detail }

// Ledger records one run. It is safe for concurrent use.
type Ledger struct {
	limits Limits

	mu       sync.Mutex
	sole     map[Kind]string
	byKey    map[string][]*instance
	byToken  map[string]*instance
	read     map[string]bool // ids of members whom the state has an instance about
	left     []Person        // whom the state has an instance about, and who are members no more
	removals people
	removed  []Person
	emailed  people
}

// NewLedger returns the empty ledger of a run under these limits.
func NewLedger(limits Limits) *Ledger {
	return &Ledger{limits: limits, byKey: map[string][]*instance{}, byToken: map[string]*instance{}, read: map[string]bool{}, sole: map[Kind]string{}}
}

// people is a list of different persons.
type people struct {
	list    []Person
	byKey   map[string]int
	refused map[string]bool // who is not in it, for there are enough
}

// find reports whether the person is in the list. Whoever was known by an address only is known by their id from then on:
// else two people who have one address, at one time or one after the other, would count as one.
func (ps *people) find(p Person) bool {
	for _, key := range p.keys() {
		i, ok := ps.byKey[key]
		if !ok || !ps.list[i].Is(p) {
			continue
		}
		if ps.list[i].ID == "" {
			ps.list[i] = p
			ps.index(i)
		}
		return true
	}
	return false
}

func (ps *people) add(p Person) {
	if ps.byKey == nil {
		ps.byKey = map[string]int{}
	}
	ps.list = append(ps.list, p)
	ps.index(len(ps.list) - 1)
}

func (ps *people) index(i int) {
	for _, key := range ps.list[i].keys() {
		ps.byKey[key] = i
	}
}

func (ps *people) names() string {
	names := make([]string, len(ps.list))
	for i, p := range ps.list {
		names[i] = p.String()
	}
	sort.Strings(names)
	return strings.Join(names, ", ")
}

// keys are the strings under which a person is found.
func (p Person) keys() []string {
	keys := p.addresses()
	if p.ID != "" {
		keys = append(keys, "id:"+p.ID)
	}
	return keys
}

// Remove counts somebody who is to be removed, or is refused because the run removes too many people.
func (l *Ledger) Remove(p Person) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return admit(&l.removals, p, l.limits.MaxRemovals, "Too many removals in one run",
		"would remove", "max_removals", "MODELPRIME_MAX_REMOVALS", "Check the roster: a truncated file looks like this. ")
}

// Removing records that the request to remove somebody is about to be sent. It reports false if it must not be: an
// instance that this run has created holds the person.
func (l *Ledger) Removing(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.heldByCreated(p) {
		return false
	}
	l.removed = append(l.removed, p)
	return true
}

// Removed returns those whose removal this run has sent.
func (l *Ledger) Removed() []Person {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.removed)
}

// Invite counts somebody who is to be e-mailed an invitation, or is refused because the run invites too many people.
func (l *Ledger) Invite(p Person) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return admit(&l.emailed, p, l.limits.MaxInvitations, "Too many invitations in one run",
		"would send an invitation to", "max_invitations", "MODELPRIME_MAX_INVITATIONS", "")
}

func admit(ps *people, p Person, limit *int64, summary, verb, argument, variable, hint string) error {
	if ps.find(p) {
		return nil
	}
	if limit == nil || int64(len(ps.list)) < *limit {
		ps.add(p)
		return nil
	}
	if ps.refused == nil {
		ps.refused = map[string]bool{}
	}
	ps.refused[p.String()] = true
	if all := len(ps.list) + len(ps.refused); len(ps.refused) > 1 {
		// The first refusal has said it all, and a truncated roster brings hundreds.
		return &Error{Summary: summary, Detail: fmt.Sprintf("This run also %s %s: with them %d people, where %s allows %d. Another error of this run says what to do.", verb, p, all, argument, *limit)}
	}
	seen := "nobody so far"
	if len(ps.list) > 0 {
		seen = "so far " + ps.names()
	}
	return &Error{Summary: summary, Detail: fmt.Sprintf(
		"This run %s %s, which is one more than the %d that %s allows (%s). %sIf it is meant, raise %s; where the provider's configuration does not set it, %s does for one run.",
		verb, p, *limit, argument, seen, hint, argument, variable)}
}

// KeepCaller refuses a removal of the caller, unless lockout protection is off.
func (l *Ledger) KeepCaller(caller, p Person) error {
	if !l.limits.LockoutProtection || !caller.Is(p) {
		return nil
	}
	return &Error{Summary: "Refusing to remove the caller", Detail: fmt.Sprintf(
		"%s is the owner of the token that this run uses. Removing them would lock this configuration out of the organization. "+
			"Use another admin's token, or set lockout_protection = false in the provider's configuration if it is meant.", p)}
}

// KeepAdmin refuses to take the admin role from the caller, unless lockout protection is off.
func (l *Ledger) KeepAdmin(caller, p Person, before, after []string) error {
	if !l.limits.LockoutProtection || !caller.Is(p) || !slices.Contains(before, modelprime.RoleAdmin) || slices.Contains(after, modelprime.RoleAdmin) {
		return nil
	}
	return &Error{Summary: "Refusing to take the admin role from the caller", Detail: fmt.Sprintf(
		"%s is the owner of the token that this run uses. Without the role %q the next run could not manage the organization. "+
			"Keep the role, use another admin's token, or set lockout_protection = false in the provider's configuration if it is meant.",
		p, modelprime.RoleAdmin)}
}

// LockoutProtection reports whether the caller has to be known for the guards.
func (l *Ledger) LockoutProtection() bool { return l.limits.LockoutProtection }

func newToken() string { return rand.Text() }
