package guard

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

// A step is what a run shows of one instance; it gives the veto, if there is one.
type step func(l *Ledger) error

func hold(kind Kind, p Person) step {
	return func(l *Ledger) error { _, err := l.Hold(kind, p); return err }
}

func letGo(kind Kind, p Person) step {
	return func(l *Ledger) error { _, err := l.LetGo(kind, p); return err }
}

func create(kind Kind, p Person) step {
	return func(l *Ledger) error { return l.Create(kind, p) }
}

// replace is both halves of a replacement for another address.
func replace(kind Kind, from, to Person) step {
	return func(l *Ledger) error {
		token, err := l.LetGo(kind, from)
		if err != nil {
			return err
		}
		return l.Replace(token, to)
	}
}

// replaceByForce is both halves of a replacement that Terraform alone knows of: -replace, replace_triggered_by.
func replaceByForce(kind Kind, p Person) step {
	return func(l *Ledger) error {
		token, err := l.Hold(kind, p)
		if err != nil {
			return err
		}
		return l.Replace(token, p)
	}
}

func take(l *Ledger, steps ...step) error {
	for _, s := range steps[:len(steps)-1] {
		if err := s(l); err != nil {
			return fmt.Errorf("a step before the last: %w", err)
		}
	}
	return steps[len(steps)-1](l)
}

const (
	twin    = "Two resources manage one person"
	renamed = "One person is destroyed and created in one run"
	kept    = "One person is let go of and kept in one run"
	listed  = "One person is removed and kept in one run"
)

var adaByAddress = Person{Email: "Ada@Example.com"}

// overlaps are pairs of instances about one person, and what the guard says of them in whichever order they come.
var overlaps = map[string]struct {
	a, b    step
	summary string
	tells   []string
}{
	"two memberships": {
		hold(Membership, ada), hold(Membership, Person{ID: ada.ID, Email: "countess@example.com"}), twin,
		[]string{"ada@example.com", "countess@example.com", "(auth0|ada), also known as ", "is managed by two instances", "a modelprime_membership and a modelprime_membership"},
	},
	"two new memberships whose addresses differ in case": {create(Membership, kim), create(Membership, Person{Email: "KIM@example.com"}), twin, []string{"upper and lower case"}},
	"a new membership beside one":                        {hold(Membership, ada), create(Membership, adaByAddress), twin, nil},
	"a new membership for somebody's new address": {
		hold(Membership, Person{ID: ada.ID, Email: ada.Email, CurrentEmail: "countess@example.com"}), create(Membership, Person{Email: "countess@example.com"}), twin,
		[]string{"ada@example.com (auth0|ada), also known as countess@example.com, is managed by"},
	},
	"a membership and a role assignment": {
		hold(Membership, ada), hold(RoleAssignment, ada), twin, []string{"modelprime_role_assignment", "modelprime_membership"},
	},
	"a new role assignment beside a membership": {hold(Membership, ada), create(RoleAssignment, Person{ID: ada.ID}), twin, nil},
	"two new role assignments":                  {create(RoleAssignment, ada), create(RoleAssignment, ada), twin, nil},
	"a replacement for somebody who is held":    {replace(Membership, grace, adaByAddress), hold(Membership, ada), twin, nil},
	"two replacements for one person":           {replace(Membership, grace, ada), replace(Membership, kim, ada), twin, nil},
	"a renamed resource": {
		letGo(Membership, ada), create(Membership, adaByAddress), renamed,
		[]string{"moved {\n  from = modelprime_membership.<", "\n  to   = modelprime_membership.<", "nobody is removed or e-mailed"},
	},
	"a renamed resource whose person has not joined": {letGo(Membership, kim), create(Membership, Person{Email: "Kim@example.com"}), renamed, nil},
	"a renamed role assignment": {
		letGo(RoleAssignment, ada), create(RoleAssignment, ada), renamed,
		[]string{"from = modelprime_role_assignment.<", "to   = modelprime_role_assignment.<", "their roles stay"},
	},
	"a swap of two addresses":               {replace(Membership, ada, grace), replace(Membership, grace, ada), renamed, nil},
	"a replacement for somebody who is let": {replace(Membership, grace, ada), letGo(Membership, ada), renamed, nil},
	"a destroyed twin": {
		letGo(Membership, ada), hold(Membership, ada), kept,
		[]string{
			"A modelprime_membership for ada@example.com (auth0|ada) is destroyed in this run while a modelprime_membership for the same person stays",
			"remove them from the organization", "lifecycle { destroy = false }", "terraform state rm",
		},
	},
	"a destroyed role assignment beside a membership": {
		letGo(RoleAssignment, ada), hold(Membership, ada), kept,
		[]string{"A modelprime_role_assignment for ada@example.com (auth0|ada) is destroyed in this run while a modelprime_membership for", "revoke all their roles"},
	},
	"a role assignment that becomes a membership": {
		letGo(RoleAssignment, ada), create(Membership, adaByAddress), kept, []string{"A modelprime_role_assignment for", "revoke all their roles"},
	},
	"a membership that becomes a role assignment": {
		letGo(Membership, ada), create(RoleAssignment, ada), kept, []string{"A modelprime_membership for", "remove them from the organization"},
	},
	"a membership of somebody unlisted": {
		letGo(ExclusiveMemberships, ada), hold(Membership, ada), listed,
		[]string{"ada@example.com (auth0|ada) is not listed in a modelprime_exclusive_memberships, which would remove them, while a modelprime_membership for", "take the modelprime_membership away"},
	},
	"a new role assignment of somebody unlisted": {letGo(ExclusiveMemberships, ada), create(RoleAssignment, ada), listed, nil},
}

func TestInstancesAboutOnePersonAreAnError(t *testing.T) {
	for name, c := range overlaps {
		for order, steps := range map[string][]step{"": {c.a, c.b}, ", the other way round": {c.b, c.a}} {
			t.Run(name+order, func(t *testing.T) {
				refused := veto(t, take(NewLedger(Limits{}), steps...))
				if refused.Summary != c.summary {
					t.Errorf("refused for %q, want %q", refused.Summary, c.summary)
				}
				tells(t, refused, c.tells...)
			})
		}
	}
}

func TestNoFalseAlarm(t *testing.T) {
	double := Person{ID: "auth0|double", Email: ada.Email}
	unknown := Person{} // nothing is known before the apply
	for name, steps := range map[string][]step{
		"different people":                      {hold(Membership, ada), hold(Membership, grace), create(Membership, kim), letGo(Membership, Person{ID: "auth0|old"})},
		"two members with one address":          {hold(Membership, ada), hold(Membership, double), letGo(RoleAssignment, Person{ID: "auth0|third", Email: ada.Email})},
		"all are destroyed":                     {letGo(Membership, ada), letGo(RoleAssignment, ada), letGo(Membership, ada), letGo(ExclusiveMemberships, ada)},
		"a replacement for another address":     {replace(Membership, ada, kim), hold(Membership, grace)},
		"a replacement for the same person":     {replace(Membership, ada, adaByAddress), hold(Membership, grace)},
		"a replacement by force":                {replaceByForce(Membership, ada), replaceByForce(RoleAssignment, grace)},
		"two replacements":                      {replace(Membership, ada, kim), replace(RoleAssignment, grace, Person{Email: "lin@example.com"})},
		"a destruction beside a replacement":    {replace(Membership, ada, kim), letGo(RoleAssignment, ada)},
		"addresses that are not known yet":      {create(Membership, unknown), create(Membership, unknown), hold(Membership, ada), letGo(Membership, unknown)},
		"an address that somebody left behind":  {hold(Membership, Person{ID: ada.ID, Email: "countess@example.com", CurrentEmail: "countess@example.com"}), create(Membership, adaByAddress)},
		"a dotless i":                           {hold(Membership, kim), create(Membership, Person{Email: "k\u0131m@example.com"})},
		"an unlisted person who is let go of":   {letGo(ExclusiveMemberships, ada), letGo(Membership, ada), letGo(ExclusiveMemberships, ada)},
		"a tainted instance, planned like new":  {create(Membership, ada), hold(Membership, grace)},
		"a role assignment beside a membership": {hold(Membership, ada), hold(RoleAssignment, grace)},
	} {
		t.Run(name, func(t *testing.T) {
			allowed(t, take(NewLedger(Limits{}), steps...))
		})
	}
}

func TestTheSecondHalfOfAReplacementIsKnownByItsToken(t *testing.T) {
	l := NewLedger(Limits{})
	if _, ok := l.Replaced(""); ok {
		t.Error("no token names somebody")
	}
	held, err := l.Hold(Membership, ada)
	allowed(t, err)
	let, err := l.LetGo(Membership, grace)
	allowed(t, err)
	for token, want := range map[string]Person{held: ada, let: grace} {
		if p, ok := l.Replaced(token); !ok || p != want {
			t.Errorf("%v, %t", p, ok)
		}
	}
	// Whoever is replaced is still told after the second half.
	allowed(t, l.Replace(held, kim))
	allowed(t, l.Replace(held, kim))
	if p, ok := l.Replaced(held); !ok || p != ada {
		t.Errorf("%v, %t", p, ok)
	}
	// From now on the instance is about Kim, and lets go of Ada.
	if refused := veto(t, l.Create(RoleAssignment, kim)); refused.Summary != twin {
		t.Errorf("%v", refused)
	}
	if refused := veto(t, l.Create(Membership, ada)); refused.Summary != renamed {
		t.Errorf("%v", refused)
	}
}

// create_before_destroy, at the apply: the new one takes the person over before the old one is planned and destroyed.
func TestWhoeverWasTakenOverMayBeLetGoOf(t *testing.T) {
	l := NewLedger(Limits{})
	allowed(t, l.Create(Membership, adaByAddress))
	if l.HeldByCreated(ada) {
		t.Error("held before it was created")
	}
	l.Created(ada)
	for _, p := range []Person{ada, adaByAddress, {ID: ada.ID}} {
		if !l.HeldByCreated(p) {
			t.Errorf("%s is not held", p)
		}
	}
	for _, p := range []Person{grace, kim, {}, {ID: "auth0|double", Email: ada.Email}} {
		if l.HeldByCreated(p) {
			t.Errorf("%s is held", p)
		}
	}
	_, err := l.LetGo(Membership, ada)
	allowed(t, err)
	// The id was learned at the creation.
	_, err = l.LetGo(Membership, Person{ID: ada.ID})
	allowed(t, err)
}

// What exists already and stays is no creation of this run, and what a replacement lets go of is not held.
func TestOnlyWhatWasCreatedHolds(t *testing.T) {
	l := NewLedger(Limits{})
	_, err := l.Hold(Membership, grace)
	allowed(t, err)
	allowed(t, replace(Membership, ada, kim)(l))
	l.Created(kim)
	for p, held := range map[Person]bool{grace: false, ada: false, kim: true} {
		if l.HeldByCreated(p) != held {
			t.Errorf("%s: held is not %t", p, held)
		}
	}
	l.Created(ada) // is let go of: nothing holds her
	if l.HeldByCreated(ada) {
		t.Error("somebody who is let go of is held")
	}
}

// Whoever is taken over is not removed, and whoever is being removed is not taken over, whichever comes first.
func TestNobodyIsTakenOverAndRemoved(t *testing.T) {
	l := NewLedger(Limits{})
	for _, p := range []Person{adaByAddress, {Email: grace.Email}} {
		allowed(t, l.Create(Membership, p))
	}
	if !l.Adopting(ada) || l.Removing(ada) || l.Removing(Person{ID: ada.ID}) {
		t.Error("somebody who was taken over may be removed")
	}
	if !l.Removing(grace) || l.Adopting(grace) || l.HeldByCreated(grace) {
		t.Error("somebody who is being removed may be taken over")
	}
	if removed := l.Removed(); len(removed) != 1 || removed[0] != grace {
		t.Errorf("%v are removed", removed)
	}
}

// A creation that is over does not hide that the person is kept by another instance, too.
func TestACreationDoesNotHideATwin(t *testing.T) {
	l := NewLedger(Limits{})
	allowed(t, l.Create(Membership, ada))
	l.Created(ada)
	if refused := veto(t, l.Create(RoleAssignment, ada)); refused.Summary != twin {
		t.Errorf("%v", refused)
	}
}

func TestOfFiftyTwinsOnePasses(t *testing.T) {
	l := NewLedger(Limits{})
	var passed atomic.Int64
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			p := ada
			if i%2 == 0 {
				p = Person{Email: strings.ToUpper(ada.Email)}
			}
			if l.Create(Membership, p) == nil {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 1 {
		t.Errorf("%d passed", passed.Load())
	}
}

func TestOnlyOneRuleAboutWhoElseIsAMember(t *testing.T) {
	l := NewLedger(Limits{})
	token, err := l.Sole(ExclusiveMemberships, "of an earlier run")
	allowed(t, err)
	again, err := l.Sole(ExclusiveMemberships, token)
	allowed(t, err)
	if again != token || token == "" || token == "of an earlier run" {
		t.Errorf("tokens %q and %q", token, again)
	}
	for _, other := range []string{"", "of an earlier run"} {
		refused := veto(t, func() error { _, err := l.Sole(ExclusiveMemberships, other); return err }())
		tells(t, refused, "Two resources decide who else is a member: There is more than one modelprime_exclusive_memberships")
	}
}

// Whoever has the address of somebody who left is another member, but for the one who left.
func TestWhoHadAnAddressBefore(t *testing.T) {
	l := NewLedger(Limits{})
	l.Left(Person{ID: "auth0|ben", Email: "ben@example.com", CurrentEmail: "okafor@example.com"})
	for _, email := range []string{"BEN@example.com", "okafor@example.com"} {
		if left, ok := l.Before(Person{ID: "auth0|mal", Email: email}); !ok || left.ID != "auth0|ben" {
			t.Errorf("%s was %v's: %t", email, left, ok)
		}
	}
	for _, p := range []Person{{ID: "auth0|ben", Email: "ben@example.com"}, {ID: "auth0|mal", Email: "mal@example.com"}} {
		if left, ok := l.Before(p); ok {
			t.Errorf("%s was %v's", p, left)
		}
	}
}

// Another kind has its own.
func TestOneProfileBesideOneRule(t *testing.T) {
	l := NewLedger(Limits{})
	_, err := l.Sole(ExclusiveMemberships, "")
	allowed(t, err)
	_, err = l.Sole(CurrentUser, "")
	allowed(t, err)
	refused := veto(t, func() error { _, err := l.Sole(CurrentUser, ""); return err }())
	tells(t, refused, "Two resources manage one profile: There is more than one modelprime_current_user")
}

// Whoever is to be created for an address that turns out to be a member's is held against what lets go of that member under
// another address, whichever of the two is planned first.
func TestWhoIsMetIsTheMember(t *testing.T) {
	old := Person{ID: ada.ID, Email: "ada@example.com"}
	renamed := Person{Email: "ada@example.org"}
	met := Person{ID: ada.ID, Email: "ada@example.org"}

	l := NewLedger(Limits{})
	_, err := l.LetGo(Membership, old)
	allowed(t, err)
	allowed(t, l.Create(Membership, renamed))
	tells(t, veto(t, l.Meets(met)), "One person is destroyed and created in one run")

	l = NewLedger(Limits{})
	allowed(t, l.Create(Membership, renamed))
	allowed(t, l.Meets(met))
	_, err = l.LetGo(Membership, old)
	tells(t, veto(t, err), "One person is destroyed and created in one run")

	// What an address has told already is told once.
	l = NewLedger(Limits{})
	allowed(t, l.Create(Membership, renamed))
	tells(t, veto(t, l.Create(RoleAssignment, met)), "Two resources manage one person")
	allowed(t, l.Meets(met))

	l = NewLedger(Limits{})
	allowed(t, l.Meets(met)) // of nobody who is created
	_, err = l.Hold(Membership, old)
	allowed(t, err)
	allowed(t, l.Meets(met))
}
