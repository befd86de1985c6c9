// Package guard keeps account of one run. It stops a run that would lock its own caller out, remove a required admin,
// remove or e-mail more people than allowed, or have two instances manage one person. A ledger belongs to one configured
// provider. Terraform plans and applies one instance at a time and never says when it has planned the last one, so an
// error names the people seen so far.
package guard

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sync"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Kind is a resource type whose instances are about people.
type Kind string

// The kinds.
const (
	Membership           Kind = "modelprime_membership"
	RoleAssignment       Kind = "modelprime_role_assignment"
	ExclusiveMemberships Kind = "modelprime_exclusive_memberships"
	AbsentMemberships    Kind = "modelprime_absent_memberships"
	CurrentUser          Kind = "modelprime_current_user"
)

// isRule reports whether the instances of a kind are about who must not be a member.
func (k Kind) isRule() bool { return k == ExclusiveMemberships || k == AbsentMemberships }

// OnDestroy is what destroying an instance does to its person: the values of on_destroy.
type OnDestroy string

// The values of on_destroy.
const (
	Remove      OnDestroy = "remove"
	RevokeRoles OnDestroy = "revoke_roles"
	Keep        OnDestroy = "keep"
)

// Person is a member or an invited person as an instance knows them. ID is empty before they joined. Email is the
// configured address, CurrentEmail the one that the API shows.
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

// Is reports whether both are one person: by ID where both have one, else by an address.
func (p Person) Is(other Person) bool {
	if p.ID != "" && other.ID != "" {
		return p.ID == other.ID
	}
	return slices.ContainsFunc(p.addresses(), func(email string) bool { return slices.Contains(other.addresses(), email) })
}

func (p Person) addresses() []string {
	var folded []string
	for _, email := range []string{p.Email, p.CurrentEmail} {
		if key := modelprime.FoldEmail(email); email != "" && !slices.Contains(folded, key) {
			folded = append(folded, key)
		}
	}
	return folded
}

// keys are the strings under which a person is found.
func (p Person) keys() []string {
	keys := p.addresses()
	if p.ID != "" {
		keys = append(keys, "id:"+p.ID)
	}
	return keys
}

// Claim is what one plan of one instance makes of people. What the apply removes, demotes and e-mails follows from it.
type Claim struct {
	Kind Kind
	// Before are the people that the instance manages in the state and not when the run is over: the person of a destroyed
	// or replaced instance. For a rule, the people who must not be members.
	Before []Person
	// OnDestroy is what the apply does to the people of Before who have an ID. Without Before it is what a destruction would do.
	OnDestroy OnDestroy
	// After is the person that the instance manages when the run is over, or nil.
	After *Person
	// IsNew says that the instance manages After only from this run on.
	IsNew bool
	// DropsAdmin says that the apply gives After roles without admin.
	DropsAdmin bool
	// Invites says that the apply e-mails After.
	Invites bool
}

// Person is the person of an instance as its state has them.
func (c Claim) Person() (Person, bool) {
	switch {
	case len(c.Before) > 0:
		return c.Before[0], true
	case c.After != nil && !c.IsNew:
		return *c.After, true
	}
	return Person{}, false
}

// removes are the people whom the apply removes.
func (c Claim) removes() []Person {
	if c.OnDestroy != Remove {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.Before), func(p Person) bool { return p.ID == "" })
}

// demotes are the people to whom the apply gives roles without admin.
func (c Claim) demotes() []Person {
	var people []Person
	if c.OnDestroy == RevokeRoles {
		people = append(people, c.Before...)
	}
	if c.DropsAdmin && c.After != nil {
		people = append(people, *c.After)
	}
	return people
}

// Error is a guard's refusal. Its summary is static; its detail names the people and says what to do.
type Error struct{ Summary, Detail string }

func (e *Error) Error() string { return e.Summary + ": " + e.Detail }

// Ledger records one run. It is safe for concurrent use.
type Ledger struct {
	limits Limits

	mu         sync.Mutex
	claims     map[string]*claim // by the instance's ID
	byPerson   map[string][]*claim
	singletons map[Kind]string
	unnamed    map[string]string // IDs that plans gave to instances whose state has none

	removals, invitations count

	read    map[string]bool // IDs of the members whose instances were read
	left    []Person        // those of them who are members no more
	removed []Person        // members whose removal was sent
}

type claim struct {
	Claim
	applied  bool     // the creation was carried out
	removals []string // the keys under which removals are counted
	invites  string   // the key under which the invitation is counted
}

// NewLedger returns the empty ledger of a run under these limits.
func NewLedger(limits Limits) *Ledger {
	return &Ledger{
		limits: limits, claims: map[string]*claim{}, byPerson: map[string][]*claim{}, singletons: map[Kind]string{},
		unnamed: map[string]string{}, read: map[string]bool{},
		removals:    count{people: map[string]*counted{}, refused: map[string]bool{}},
		invitations: count{people: map[string]*counted{}, refused: map[string]bool{}},
	}
}

// NewID returns an ID for an instance.
func NewID() string { return rand.Text() }

// NameForPlan returns an ID for a planned instance whose state has none.
func (l *Ledger) NameForPlan(kind Kind, p Person) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := NewID()
	l.unnamed[string(kind)+p.String()] = id
	return id
}

// NameForRead returns an ID for a read instance whose state has none: the one from NameForPlan if Terraform has planned the
// instance already.
func (l *Ledger) NameForRead(kind Kind, p Person) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := string(kind) + p.String()
	if id, ok := l.unnamed[key]; ok {
		delete(l.unnamed, key)
		return id
	}
	return NewID()
}

// Claim records what a plan makes of people, in place of what an earlier plan of the same instance did, and judges it.
func (l *Ledger) Claim(id string, c Claim, org Organization) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if planned, ok := l.claims[id]; ok && planned.isAnother(c) {
		return sharedPrivateState(planned.Claim, c)
	}
	l.withdraw(id)
	in := &claim{Claim: c}
	l.claims[id] = in
	l.index(in)
	if err := l.overlap(in); err != nil {
		return err
	}
	return l.judge(in, org)
}

// Claimed returns what this run has planned for an instance. A plan of the same instance without a prior state is then the
// second half of its replacement.
func (l *Ledger) Claimed(id string) (Claim, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in, ok := l.claims[id]
	if !ok {
		return Claim{}, false
	}
	return in.Claim, true
}

// ClaimSingleton admits one instance of a kind that is about the whole organization, or about the token's owner.
func (l *Ledger) ClaimSingleton(kind Kind, id string) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	switch l.singletons[kind] {
	case "", id:
		l.singletons[kind] = id
		return nil
	}
	if kind == CurrentUser {
		return &Error{"Two resources manage one profile", "There is more than one " + string(kind) +
			" in this run. Both are about the token's owner, and each would undo the other's changes. Keep one. " + ifTainted}
	}
	return &Error{"Two resources decide who else is a member", "There is more than one " + string(kind) +
		" in this run. Each would remove the people that the other lists. Keep one per organization. " + ifTainted}
}

const ifTainted = "If there is only one, it is tainted: run terraform untaint."

// isAnother reports whether two claims under one ID are of two instances: an edited state can hold an ID twice. The people of a
// rule may change between its two plans; the person in the state of a membership or an assignment may not.
func (in *claim) isAnother(c Claim) bool {
	a, knowsA := in.Person()
	b, knowsB := c.Person()
	return in.Kind != c.Kind || !c.Kind.isRule() && knowsA && knowsB && !a.Is(b)
}

func sharedPrivateState(a, b Claim) error {
	p, _ := a.Person()
	q, _ := b.Person()
	return &Error{"Two instances share one private state", fmt.Sprintf("the %s for %s and the %s for %s have the same instance ID in their private state, "+
		"so the guards cannot tell them apart. Terraform never writes such a state; it was edited. Remove one of the two from the state "+
		"(terraform state rm) and import it again.", a.Kind, p, b.Kind, q)}
}

// withdraw forgets the claim of an instance.
func (l *Ledger) withdraw(id string) {
	in, ok := l.claims[id]
	if !ok {
		return
	}
	delete(l.claims, id)
	for _, p := range in.people() {
		for _, key := range p.keys() {
			l.byPerson[key] = slices.DeleteFunc(l.byPerson[key], func(other *claim) bool { return other == in })
		}
	}
	for _, key := range in.removals {
		l.removals.release(key)
	}
	l.invitations.release(in.invites)
}

func (in *claim) people() []Person {
	if in.After == nil {
		return in.Before
	}
	return append(slices.Clone(in.Before), *in.After)
}

func (l *Ledger) index(in *claim) {
	for _, p := range in.people() {
		for _, key := range p.keys() {
			if !slices.Contains(l.byPerson[key], in) {
				l.byPerson[key] = append(l.byPerson[key], in)
			}
		}
	}
}

// about returns the claims that are about a person.
func (l *Ledger) about(p Person) []*claim {
	var found []*claim
	for _, key := range p.keys() {
		found = append(found, l.byPerson[key]...)
	}
	return found
}
