// Package guard checks the changes of one run. It stops a run that would lock out the caller, remove a required admin,
// remove or e-mail more people than allowed, or manage one person by two instances. A ledger belongs to one configured
// provider. The provider sees one instance at a time and does not know which is the last one, so an error names the people
// seen so far.
package guard

import (
	"crypto/rand"
	"fmt"
	"slices"
	"sync"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Kind is a resource type that manages people.
type Kind string

// The kinds.
const (
	Membership           Kind = "modelprime_membership"
	RoleAssignment       Kind = "modelprime_role_assignment"
	ExclusiveMemberships Kind = "modelprime_exclusive_memberships"
	AbsentMemberships    Kind = "modelprime_absent_memberships"
	CurrentUser          Kind = "modelprime_current_user"
)

// isRule reports whether the kind is exclusive or absent memberships, which remove members.
func (k Kind) isRule() bool { return k == ExclusiveMemberships || k == AbsentMemberships }

// OnDestroy is the effect of destroying an instance on its person: the values of on_destroy.
type OnDestroy string

// The values of on_destroy.
const (
	Remove      OnDestroy = "remove"
	RevokeRoles OnDestroy = "revoke_roles"
	Keep        OnDestroy = "keep"
)

// Person is a member or an invited person in an instance. ID is empty before the person joins. Email is the configured
// address, CurrentEmail the address in the API.
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

// Is reports whether both are the same person: by ID if both have one, else by address.
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

// keys returns the index keys of a person.
func (p Person) keys() []string {
	keys := p.addresses()
	if p.ID != "" {
		keys = append(keys, "id:"+p.ID)
	}
	return keys
}

// Claim is the effect of one plan of one instance on people. It determines the people that the apply removes, demotes and e-mails.
type Claim struct {
	Kind Kind
	// Before are the people that the instance manages before the run and not after it: the person of a destroyed or
	// replaced instance. For a rule, the members to remove.
	Before []Person
	// OnDestroy is the apply's effect on the people in Before who have an ID. Without Before it is the effect of a later destroy.
	OnDestroy OnDestroy
	// After is the person that the instance manages after the run, or nil.
	After *Person
	// IsNew says that the instance does not manage After before this run.
	IsNew bool
	// DropsAdmin says that the apply gives After roles without admin.
	DropsAdmin bool
	// Invites says that the apply e-mails After.
	Invites bool
}

// Person returns the person in the instance's prior state.
func (c Claim) Person() (Person, bool) {
	switch {
	case len(c.Before) > 0:
		return c.Before[0], true
	case c.After != nil && !c.IsNew:
		return *c.After, true
	}
	return Person{}, false
}

// removes returns the people that the apply removes.
func (c Claim) removes() []Person {
	if c.OnDestroy != Remove {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(c.Before), func(p Person) bool { return p.ID == "" })
}

// demotes returns the people that get roles without admin.
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
	left    []Person        // those of them who are no longer members
	removed []Person        // members whose removal was sent
}

type claim struct {
	Claim
	applied  bool     // the instance was created
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

// NewID returns a new ID for an instance.
func NewID() string { return rand.Text() }

// NameForPlan returns a new ID for a planned instance whose state has no ID.
func (l *Ledger) NameForPlan(kind Kind, p Person) string {
	l.mu.Lock()
	defer l.mu.Unlock()
	id := NewID()
	l.unnamed[string(kind)+p.String()] = id
	return id
}

// NameForRead returns an ID for a read instance whose state has no ID: the one from NameForPlan if Terraform has already planned
// the instance.
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

// Claim records the claim of a planned instance and checks it. It replaces the claim of an earlier plan of the same instance.
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

// Claimed returns the claim of an instance in this run. If there is one, a plan of the same instance without a prior state is the
// second half of a replacement.
func (l *Ledger) Claimed(id string) (Claim, bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	in, ok := l.claims[id]
	if !ok {
		return Claim{}, false
	}
	return in.Claim, true
}

// ClaimSingleton allows only one instance of a kind that manages the whole organization or the token's owner.
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

// isAnother reports whether a claim with the same ID belongs to another instance: an edited state can hold an ID twice. Between two
// plans of one instance, the people of a rule may change, but not the person in the state of a membership or an assignment.
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

// withdraw removes the claim of an instance.
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

// about returns the claims for a person.
func (l *Ledger) about(p Person) []*claim {
	var found []*claim
	for _, key := range p.keys() {
		found = append(found, l.byPerson[key]...)
	}
	return found
}
