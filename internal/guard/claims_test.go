package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

var (
	ada          = Person{ID: "auth0|ada", Email: "ada@example.com", CurrentEmail: "ada@example.com"}
	adaByAddress = Person{Email: "Ada@Example.com"}
	grace        = Person{ID: "google-oauth2|grace", Email: "grace@example.com", CurrentEmail: "grace@example.com"}
	kim          = Person{Email: "kim@example.com"} // has not joined
	caller       = Person{ID: "auth0|owner", Email: "robot@example.com"}
	org          = Organization{Caller: caller, CallerIsAdmin: true, Members: 12}
)

// veto returns a guard's error, and stops the test if there is none.
func veto(t *testing.T, err error) *Error {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("the error is %v, want a guard's", err)
	}
	return refused
}

func allowed(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Errorf("refused: %v", err)
	}
}

func tells(t *testing.T, refused *Error, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(refused.Error(), text) {
			t.Errorf("%q does not say %q", refused, text)
		}
	}
}

// unlimited is a ledger that checks only overlaps.
func unlimited() *Ledger { return NewLedger(Limits{MaxRemovals: noCap}) }

var noCap = Cap{amount: 100, percentage: true}

// The claims of one instance's plans.

func manages(kind Kind, p Person) Claim { return Claim{Kind: kind, After: &p, OnDestroy: harm(kind)} }

func creates(kind Kind, p Person) Claim { return Claim{Kind: kind, After: &p, IsNew: true} }

func destroys(kind Kind, p ...Person) Claim {
	return Claim{Kind: kind, Before: p, OnDestroy: harm(kind)}
}

func replaces(kind Kind, from, to Person) Claim {
	return Claim{Kind: kind, Before: []Person{from}, OnDestroy: harm(kind), After: &to, IsNew: true}
}

func keeping(c Claim) Claim {
	c.OnDestroy = Keep
	return c
}

func harm(kind Kind) OnDestroy {
	if kind == RoleAssignment {
		return RevokeRoles
	}
	return Remove
}

// take makes each claim for a new instance and returns the last error.
func take(l *Ledger, claims ...Claim) error {
	for i, c := range claims[:len(claims)-1] {
		if err := l.Claim(NewID(), c, org); err != nil {
			return fmt.Errorf("claim %d, before the last: %w", i, err)
		}
	}
	return l.Claim(NewID(), claims[len(claims)-1], org)
}

const (
	twin    = "Two resources manage one person"
	moved   = "One person is destroyed and created in one run"
	kept    = "One person is destroyed and kept in one run"
	removed = "One person is removed and kept in one run"
)

func TestPersonIs(t *testing.T) {
	changed := Person{ID: ada.ID, Email: "ada@example.com", CurrentEmail: "countess@example.com"}
	for _, c := range []struct {
		a, b Person
		same bool
	}{
		{ada, ada, true},
		{ada, Person{ID: ada.ID}, true},
		{ada, Person{ID: ada.ID, Email: "elsewhere@example.com"}, true},
		{ada, Person{ID: "auth0|other", Email: ada.Email}, false}, // two members can have one address
		{ada, Person{Email: "ADA@Example.com"}, true},
		{changed, Person{Email: "Ada@example.com"}, true},
		{changed, Person{Email: "Countess@example.com"}, true},
		{changed, Person{CurrentEmail: "countess@example.com"}, true},
		{ada, grace, false},
		{ada, kim, false},
		{kim, kim, true},
		{kim, Person{Email: "k\u0131m@example.com"}, false}, // a dotless i
		{Person{}, Person{}, false},
		{Person{ID: "x"}, Person{}, false},
	} {
		if c.a.Is(c.b) != c.same || c.b.Is(c.a) != c.same {
			t.Errorf("%+v and %+v: want %t", c.a, c.b, c.same)
		}
	}
}

func TestPersonString(t *testing.T) {
	for want, p := range map[string]Person{
		"ada@example.com (auth0|ada)": ada, "kim@example.com": kim, "auth0|7": {ID: "auth0|7"},
	} {
		if p.String() != want {
			t.Errorf("%+v is called %q, want %q", p, p, want)
		}
	}
}

// overlaps are pairs of instances for one person, and the guard's error in either order.
var overlaps = map[string]struct {
	a, b    Claim
	summary string
	tells   []string
}{
	"two memberships": {
		manages(Membership, ada), manages(Membership, Person{ID: ada.ID, Email: "countess@example.com"}), twin,
		[]string{"ada@example.com", "countess@example.com", "(auth0|ada), also known as ", "is managed by two instances of modelprime_membership"},
	},
	"two new memberships whose addresses differ in case": {
		creates(Membership, kim), creates(Membership, Person{Email: "KIM@example.com"}), twin, []string{"ignoring case", "terraform untaint"},
	},
	"a new membership beside one": {manages(Membership, ada), creates(Membership, adaByAddress), twin, nil},
	"a new membership for a member's new address": {
		manages(Membership, Person{ID: ada.ID, Email: ada.Email, CurrentEmail: "countess@example.com"}), creates(Membership, Person{Email: "countess@example.com"}), twin,
		[]string{"ada@example.com (auth0|ada), also known as countess@example.com, is managed by"},
	},
	"a membership and a role assignment": {
		manages(Membership, ada), manages(RoleAssignment, ada), twin, []string{"modelprime_role_assignment", "modelprime_membership"},
	},
	"a new role assignment beside a membership":     {manages(Membership, ada), creates(RoleAssignment, Person{ID: ada.ID}), twin, nil},
	"two new role assignments":                      {creates(RoleAssignment, ada), creates(RoleAssignment, ada), twin, nil},
	"a replacement for a person who is managed":     {replaces(Membership, grace, adaByAddress), manages(Membership, ada), twin, nil},
	"two replacements for one person":               {replaces(Membership, grace, ada), replaces(Membership, kim, ada), twin, nil},
	"an instance that keeps its member counts, too": {keeping(manages(Membership, ada)), manages(Membership, ada), twin, nil},
	"a renamed resource": {
		destroys(Membership, ada), creates(Membership, adaByAddress), moved,
		[]string{
			"moved {\n  from = modelprime_membership.<old address>\n  to   = modelprime_membership.<new address>\n}",
			"nobody is removed or e-mailed", "With count", "for_each", "deposed object",
		},
	},
	"a renamed resource whose person has not joined": {destroys(Membership, kim), creates(Membership, Person{Email: "Kim@example.com"}), moved, nil},
	"a renamed resource that keeps its person":       {keeping(destroys(Membership, kim)), creates(Membership, kim), moved, nil},
	"a renamed role assignment": {
		destroys(RoleAssignment, ada), creates(RoleAssignment, ada), moved,
		[]string{"from = modelprime_role_assignment.<", "to   = modelprime_role_assignment.<", "their roles stay"},
	},
	"a swap of two addresses":                     {replaces(Membership, ada, grace), replaces(Membership, grace, ada), moved, nil},
	"a replacement for a person who is destroyed": {replaces(Membership, grace, ada), destroys(Membership, ada), moved, nil},
	"a destroyed twin": {
		destroys(Membership, ada), manages(Membership, ada), kept,
		[]string{
			"A modelprime_membership for ada@example.com (auth0|ada) is destroyed in this run, but a modelprime_membership for the same person stays",
			"remove them from the organization", `on_destroy = "keep"`, "lifecycle { destroy = false }", "terraform state rm",
		},
	},
	"a destroyed role assignment beside a membership": {
		destroys(RoleAssignment, ada), manages(Membership, ada), kept,
		[]string{"A modelprime_role_assignment for ada@example.com (auth0|ada) is destroyed in this run, but a modelprime_membership for", "revoke all their roles"},
	},
	"a role assignment that becomes a membership": {
		destroys(RoleAssignment, ada), creates(Membership, adaByAddress), kept, []string{"A modelprime_role_assignment for", "revoke all their roles"},
	},
	"a membership that becomes a role assignment": {
		destroys(Membership, ada), creates(RoleAssignment, ada), kept, []string{"A modelprime_membership for", "remove them from the organization"},
	},
	"a membership of an unlisted person": {
		destroys(ExclusiveMemberships, grace, Person{ID: ada.ID, Email: "countess@example.com"}), manages(Membership, ada), removed,
		[]string{
			"A modelprime_exclusive_memberships does not list countess@example.com (auth0|ada), also known as ada@example.com, and would remove them, but a modelprime_membership for",
			"or remove the modelprime_membership.",
		},
	},
	"a membership that keeps an unlisted person":  {destroys(ExclusiveMemberships, ada), keeping(manages(Membership, ada)), removed, nil},
	"a new role assignment of an unlisted person": {destroys(ExclusiveMemberships, ada), creates(RoleAssignment, ada), removed, nil},
	"a new membership of an absent address":       {destroys(AbsentMemberships, kim), creates(Membership, Person{Email: "KIM@example.com"}), removed, []string{"A modelprime_absent_memberships lists KIM@example.com"}},
}

// Terraform 1.17 can plan an instance twice. The errors are those of a run with only the second plans, and an instance does not
// conflict with itself.
func TestSecondPlanOfAnInstanceReplacesTheFirst(t *testing.T) {
	people := rapid.SampledFrom([]Person{ada, adaByAddress, grace, kim, caller})
	claim := func(t *rapid.T, kind Kind, p Person) Claim {
		other := people.Draw(t, "another person")
		claims := []Claim{manages(kind, p), creates(kind, p), destroys(kind, p), replaces(kind, p, other), keeping(destroys(kind, p))}
		switch kind {
		case Membership:
			claims = append(claims, invites(p))
		case ExclusiveMemberships:
			claims = []Claim{destroys(kind, p, other), destroys(kind)}
		}
		return rapid.SampledFrom(claims).Draw(t, "claim")
	}
	rapid.Check(t, func(t *rapid.T) {
		limits := Limits{LockoutProtection: true, MaxRemovals: number(rapid.IntRange(1, 3).Draw(t, "removals")), MaxInvitations: limit(1)}
		once, twice := NewLedger(limits), NewLedger(limits)
		for i := range rapid.IntRange(1, 6).Draw(t, "instances") {
			id := fmt.Sprint(i)
			kind, p := rapid.SampledFrom([]Kind{Membership, RoleAssignment, ExclusiveMemberships}).Draw(t, "kind"), people.Draw(t, "person")
			if twice.Claim(id, claim(t, kind, p), org) != nil {
				return // the first error is final
			}
			c := claim(t, kind, p)
			one, other := once.Claim(id, c, org), twice.Claim(id, c, org)
			if (one == nil) != (other == nil) {
				t.Fatalf("planned once: %v, planned twice: %v", one, other)
			}
			if one != nil {
				return
			}
		}
	})
}

// An edited state can hold one ID twice. The second instance is refused, because it would replace the first one's claim.
func TestTwoInstancesUnderOneID(t *testing.T) {
	for name, c := range map[string]struct {
		first, second Claim
		shared        bool
	}{
		"of two members":            {destroys(Membership, ada), destroys(Membership, grace), true},
		"of two kinds":              {manages(Membership, ada), manages(RoleAssignment, ada), true},
		"of two rules":              {destroys(ExclusiveMemberships, ada), destroys(AbsentMemberships, ada), true},
		"of one who has joined":     {manages(Membership, adaByAddress), destroys(Membership, ada), false},
		"of one rule, read since":   {destroys(ExclusiveMemberships, ada), destroys(ExclusiveMemberships, grace), false},
		"of a creation":             {creates(Membership, ada), creates(Membership, grace), false},
		"of a replacement's halves": {manages(Membership, ada), replaces(Membership, ada, kim), false},
	} {
		t.Run(name, func(t *testing.T) {
			l := unlimited()
			allowed(t, l.Claim("x", c.first, org))
			if err := l.Claim("x", c.second, org); (err != nil) != c.shared {
				t.Error(err)
			}
		})
	}
}

// A plan without a prior state, of an instance planned before in this run, is the second half of its replacement.
func TestClaimedOfAReplacement(t *testing.T) {
	l := unlimited()
	if _, ok := l.Claimed("x"); ok {
		t.Error("an instance that was not planned is known")
	}
	for name, c := range map[string]struct {
		first Claim
		want  Person
		known bool
	}{
		"by force":           {keeping(manages(Membership, ada)), ada, true},
		"by an address":      {keeping(destroys(Membership, ada)), ada, true},
		"repeated":           {keeping(replaces(Membership, ada, kim)), ada, true},
		"a creation is none": {keeping(creates(Membership, kim)), Person{}, false},
	} {
		allowed(t, l.Claim("x", c.first, org))
		first, ok := l.Claimed("x")
		if p, known := first.Person(); !ok || known != c.known || p != c.want || first.OnDestroy != Keep {
			t.Errorf("%s: %v, %v, %v", name, p, known, first)
		}
	}
	// The member of an instance that was read since is gone: the next plan is a creation.
	l.Left("x", ada)
	if _, ok := l.Claimed("x"); ok {
		t.Error("an instance whose member is gone is known")
	}
	allowed(t, take(l, creates(Membership, kim)))
}

// An instance without an ID in its state gets one at its first plan and keeps it at the read after that. Two such instances of one
// person get different IDs.
func TestInstanceWithoutIDIsNamedOnce(t *testing.T) {
	l := unlimited()
	planned := l.NameForPlan(Membership, ada)
	if read := l.NameForRead(Membership, ada); read != planned {
		t.Errorf("planned as %s and read as %s", planned, read)
	}
	ids := []string{planned, l.NameForRead(Membership, ada), l.NameForPlan(Membership, ada), l.NameForRead(RoleAssignment, ada), l.NameForPlan(Membership, ada), NewID()}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != 6 || ids[0] == "" {
		t.Errorf("the IDs are %v", ids)
	}
}

func TestOneInstanceOfASingleton(t *testing.T) {
	for kind, summary := range map[Kind]string{ExclusiveMemberships: "Two resources decide who else is a member", CurrentUser: "Two resources manage one profile"} {
		l := unlimited()
		for range 2 {
			allowed(t, l.ClaimSingleton(kind, "x"))
		}
		tells(t, veto(t, l.ClaimSingleton(kind, "y")), summary+": There is more than one "+string(kind), "terraform untaint")
		allowed(t, l.ClaimSingleton(Membership, "y")) // another kind has its own claim
	}
}
