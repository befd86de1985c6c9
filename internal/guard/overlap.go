package guard

import (
	"fmt"
	"slices"
)

// Kind is the resource type by which an instance holds a person, or lets go of them.
type Kind string

// The kinds of instances that are about people. Exclusive memberships let go of everybody whom they do not list; the
// current user is the token's owner.
const (
	Membership           Kind = "modelprime_membership"
	RoleAssignment       Kind = "modelprime_role_assignment"
	ExclusiveMemberships Kind = "modelprime_exclusive_memberships"
	CurrentUser          Kind = "modelprime_current_user"
)

// instance is one resource instance as the run has shown it so far.
type instance struct {
	kind    Kind
	holds   *Person // whom it is about when the run is over
	creates bool    // it holds them only from this run on
	lets    *Person // whom it lets go of
	done    bool    // its creation was carried out
}

// Read records that the state of this run has an instance about the member.
func (l *Ledger) Read(p Person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.read[p.ID] = true
}

// Left records that somebody whom the state of this run has an instance about is no member any more.
func (l *Ledger) Left(p Person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.left = append(l.left, p)
}

// Before returns who had the member's address until they left: somebody else.
func (l *Ledger) Before(p Person) (left Person, ok bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, left := range l.left {
		if left.ID != p.ID && (Person{Email: left.Email, CurrentEmail: left.CurrentEmail}).Is(Person{Email: p.Email}) {
			return left, true
		}
	}
	return Person{}, false
}

// WasRead reports whether the state of this run has an instance about the member. A tainted one is planned as if it were
// new, and only that it was read tells of it.
func (l *Ledger) WasRead(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return p.ID != "" && l.read[p.ID]
}

// Hold records an instance that exists and stays about the person. The token names the instance to Replace.
func (l *Ledger) Hold(kind Kind, p Person) (token string, err error) {
	return l.record(&instance{kind: kind, holds: &p})
}

// LetGo records an instance that exists and is to be destroyed or, if the token is used by Replace, replaced.
func (l *Ledger) LetGo(kind Kind, p Person) (token string, err error) {
	return l.record(&instance{kind: kind, lets: &p})
}

// Create records a new instance for the person.
func (l *Ledger) Create(kind Kind, p Person) error {
	_, err := l.record(&instance{kind: kind, holds: &p, creates: true})
	return err
}

// Meets records that the person for whom an instance is to be created is that member: the address alone does not tell it of an
// instance that knows them by another one, and lets go of them before its state was refreshed.
func (l *Ledger) Meets(p Person) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, in := range l.about(p) {
		if in.creates && !in.done && in.holds != nil && in.holds.ID == "" && in.holds.Is(p) {
			by := *in.holds
			in.holds = &p
			l.index(in, p)
			return l.conflict(in, func(other *instance) bool { return both(&by, other.holds) || both(&by, other.lets) })
		}
	}
	return nil
}

// Replaced returns whom the instance of that token was about, if this run has seen it: then what looks like a creation
// is the second half of its replacement.
func (l *Ledger) Replaced(token string) (Person, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in, ok := l.byToken[token]
	switch {
	case !ok:
		return Person{}, false
	case in.lets != nil:
		return *in.lets, true
	default:
		return *in.holds, true
	}
}

// Replace records that the instance of that token lets go of whom it was about and is created anew for the person.
func (l *Ledger) Replace(token string, p Person) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	in := l.byToken[token]
	if in.lets == nil {
		in.lets = in.holds
	}
	in.holds, in.creates = &p, true
	l.index(in, p)
	return l.conflict(in, nil)
}

// Created records that an instance now holds the person for good: from here on, in this run, nobody may remove them
// on behalf of an instance that lets go of them.
func (l *Ledger) Created(p Person) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.created(p)
}

// Adopting is Created for a member who is about to be taken over. It reports false if they must not be: their removal
// was sent already.
func (l *Ledger) Adopting(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if slices.ContainsFunc(l.removed, p.Is) {
		return false
	}
	l.created(p)
	return true
}

func (l *Ledger) created(p Person) {
	for _, in := range l.about(p) {
		if in.holds != nil && in.holds.Is(p) {
			in.done = true
			// The id of an adopted person may be new to the ledger.
			in.holds = &p
			l.index(in, p)
		}
	}
}

// HeldByCreated reports whether this run has already created an instance for the person.
func (l *Ledger) HeldByCreated(p Person) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.heldByCreated(p)
}

func (l *Ledger) heldByCreated(p Person) bool {
	for _, in := range l.about(p) {
		if in.done && in.holds != nil && in.holds.Is(p) {
			return true
		}
	}
	return false
}

func (l *Ledger) record(in *instance) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	token := newToken()
	l.byToken[token] = in
	for _, p := range []*Person{in.holds, in.lets} {
		if p != nil {
			l.index(in, *p)
		}
	}
	return token, l.conflict(in, nil)
}

func (l *Ledger) index(in *instance, p Person) {
	for _, key := range p.keys() {
		l.byKey[key] = append(l.byKey[key], in)
	}
}

func (l *Ledger) about(p Person) []*instance {
	var found []*instance
	for _, key := range p.keys() {
		found = append(found, l.byKey[key]...)
	}
	return found
}

// conflict holds an instance against all others that were seen about the same people, but for those that it was held against
// before.
func (l *Ledger) conflict(in *instance, before func(*instance) bool) error {
	for _, p := range []*Person{in.holds, in.lets} {
		if p == nil {
			continue
		}
		for _, other := range l.about(*p) {
			if other == in || before != nil && before(other) {
				continue
			}
			if err := clash(in, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// clash holds an instance that is just planned, and so not created yet, against one that was seen before.
func clash(a, b *instance) error {
	switch {
	case both(a.holds, b.holds):
		return overlap(naming(*a.holds, *b.holds), a, b)
	case both(a.holds, b.lets):
		return letGoAndHeld(naming(*b.lets, *a.holds), b, a)
	case both(a.lets, b.holds) && !b.done:
		return letGoAndHeld(naming(*a.lets, *b.holds), a, b)
	}
	return nil
}

func both(a, b *Person) bool { return a != nil && b != nil && a.Is(*b) }

// naming names one person, whom two instances may know under different addresses.
func naming(a, b Person) string {
	if a.ID == "" {
		a, b = b, a
	}
	if b.Email == "" || b.Email == a.Email {
		return a.String()
	}
	return fmt.Sprintf("%s, also known as %s,", a, b.Email)
}

func overlap(p string, a, b *instance) error {
	return &Error{Summary: "Two resources manage one person", Detail: fmt.Sprintf(
		"%s is managed by two instances in this run: a %s and a %s. They would undo each other's changes. "+
			"Keep one of them. E-mail addresses that differ in upper and lower case only are one person.", p, a.kind, b.kind)}
}

func letGoAndHeld(p string, gone, stays *instance) error {
	if gone.kind == stays.kind && stays.creates {
		harmless := "nobody is removed or e-mailed"
		if gone.kind == RoleAssignment {
			harmless = "their roles stay"
		}
		return &Error{Summary: "One person is destroyed and created in one run", Detail: fmt.Sprintf(
			"%s is let go of by one %s and taken on by another in this run. If the address of the resource has changed "+
				"(a renamed resource, a for_each key in another case), say so, and %s:\n\n"+
				"moved {\n  from = %s.<the address that goes away>\n  to   = %s.<the address that is new>\n}\n\n"+
				"If the one that goes away is deposed, left by a replacement that failed, forget it by terraform state rm and import the person.",
			p, gone.kind, harmless, gone.kind, gone.kind)}
	}
	if gone.kind == ExclusiveMemberships {
		return &Error{Summary: "One person is removed and kept in one run", Detail: fmt.Sprintf(
			"%s is not listed in a %s, which would remove them, while a %s for the same person stays. "+
				"List their address too, or take the %s away.", p, gone.kind, stays.kind, stays.kind)}
	}
	effect := "remove them from the organization"
	if gone.kind == RoleAssignment {
		effect = "revoke all their roles"
	}
	return &Error{Summary: "One person is let go of and kept in one run", Detail: fmt.Sprintf(
		"A %s for %s is destroyed in this run while a %s for the same person stays. The destruction would %s. "+
			"To let go of the one without that, use a removed block with lifecycle { destroy = false } (Terraform 1.7), "+
			"or `terraform state rm`.", gone.kind, p, stays.kind, effect)}
}

// Sole admits one instance of a kind that is about the whole organization, or about the token's owner. The token that it
// returns names that one, so that the second half of its replacement is not taken for another.
func (l *Ledger) Sole(kind Kind, token string) (string, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch {
	case l.sole[kind] == "":
		l.sole[kind] = newToken()
	case l.sole[kind] != token:
		return "", second(kind)
	}
	return l.sole[kind], nil
}

func second(kind Kind) error {
	if kind == CurrentUser {
		return &Error{Summary: "Two resources manage one profile", Detail: "There is more than one " + string(kind) +
			" in this run. They are about the same person, the token's owner, and each would put back what the other changes. Keep one."}
	}
	return &Error{Summary: "Two resources decide who else is a member", Detail: "There is more than one " + string(kind) +
		" in this run. Each would remove the people that the other lists. Keep one per organization."}
}
