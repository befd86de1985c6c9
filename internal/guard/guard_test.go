package guard

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

var (
	ada    = Person{ID: "auth0|ada", Email: "ada@example.com", CurrentEmail: "ada@example.com"}
	grace  = Person{ID: "google-oauth2|grace", Email: "grace@example.com", CurrentEmail: "grace@example.com"}
	kim    = Person{Email: "kim@example.com"} // has not joined
	caller = Person{ID: "auth0|owner", Email: "robot@example.com"}
)

func limit(n int64) *int64 { return &n }

// veto wants a guard's error and returns it.
func veto(t *testing.T, err error) *Error {
	t.Helper()
	var refused *Error
	if !errors.As(err, &refused) {
		t.Fatalf("the error is %v, and no veto", err)
	}
	if refused.Error() != refused.Summary+": "+refused.Detail {
		t.Errorf("the error is %q", refused)
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
			t.Errorf("%q does not tell %q", refused, text)
		}
	}
}

func TestWhoIsOnePerson(t *testing.T) {
	renamed := Person{ID: ada.ID, Email: "ada@example.com", CurrentEmail: "countess@example.com"}
	for _, c := range []struct {
		a, b Person
		same bool
	}{
		{ada, ada, true},
		{ada, Person{ID: ada.ID}, true},
		{ada, Person{ID: ada.ID, Email: "elsewhere@example.com"}, true},
		{ada, Person{ID: "auth0|other", Email: ada.Email}, false}, // two members can have one address
		{ada, Person{Email: "ADA@Example.com"}, true},
		{renamed, Person{Email: "Ada@example.com"}, true},
		{renamed, Person{Email: "Countess@example.com"}, true},
		{renamed, Person{CurrentEmail: "countess@example.com"}, true},
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

func TestAPersonIsNamedByWhatIsKnown(t *testing.T) {
	for want, p := range map[string]Person{
		"ada@example.com (auth0|ada)": ada, "kim@example.com": kim, "auth0|7": {ID: "auth0|7"},
	} {
		if p.String() != want {
			t.Errorf("%+v is called %q, want %q", p, p, want)
		}
	}
}

// aCap is one of the two caps, told apart from the other.
type aCap struct {
	count  func(l *Ledger, p Person) error
	limits func(n *int64) Limits
	other  func(l *Ledger, p Person) error
	texts  []string
}

var caps = map[string]aCap{
	"removals": {
		(*Ledger).Remove, func(n *int64) Limits { return Limits{MaxRemovals: n} }, (*Ledger).Invite,
		[]string{"Too many removals in one run: This run would remove ", "max_removals allows", "where the provider's configuration does not set it, MODELPRIME_MAX_REMOVALS", "truncated"},
	},
	"invitations": {
		(*Ledger).Invite, func(n *int64) Limits { return Limits{MaxInvitations: n} }, (*Ledger).Remove,
		[]string{"Too many invitations in one run: This run would send an invitation to ", "max_invitations allows", "where the provider's configuration does not set it, MODELPRIME_MAX_INVITATIONS"},
	},
}

func eachCap(t *testing.T, test func(t *testing.T, c aCap)) {
	t.Helper()
	for name, c := range caps {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

func TestACapCountsDifferentPeople(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(limit(2)))
		for range 3 {
			allowed(t, c.count(l, grace))
			allowed(t, c.count(l, ada))
			allowed(t, c.count(l, Person{ID: ada.ID}))
			allowed(t, c.count(l, Person{Email: "ADA@example.com"}))
		}
		for range 2 {
			refused := veto(t, c.count(l, kim))
			tells(t, refused, append(c.texts, "kim@example.com, which is one more than the 2 that ",
				"(so far ada@example.com (auth0|ada), grace@example.com (google-oauth2|grace))")...)
		}
		allowed(t, c.count(l, ada))
		for i := range 5 {
			allowed(t, c.other(l, Person{ID: fmt.Sprint(i)}))
		}
	})
}

// The first refusal says it all; hundreds more only whom they are about, and how many there are by then.
func TestACapIsExplainedOnce(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(limit(1)))
		allowed(t, c.count(l, ada))
		for range 2 {
			tells(t, veto(t, c.count(l, grace)), "which is one more than the 1 that ")
		}
		for range 2 {
			refused := veto(t, c.count(l, kim))
			tells(t, refused, "This run also would ", " kim@example.com: with them 3 people, where ", " allows 1. Another error")
			if strings.Contains(refused.Detail, "so far") {
				t.Errorf("%q is long", refused.Detail)
			}
		}
	})
}

func TestACapOfNobodyAndNoCap(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(limit(0)))
		tells(t, veto(t, c.count(l, ada)), "ada@example.com (auth0|ada), which is one more than the 0 that ", "(nobody so far)")
		l = NewLedger(c.limits(nil))
		for i := range 1000 {
			allowed(t, c.count(l, Person{ID: fmt.Sprint(i)}))
		}
	})
}

// Somebody who was invited joins during the run: they are still one, and whoever else has their address is another.
func TestACapKnowsWhoeverJoinsByTheirID(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(limit(1)))
		allowed(t, c.count(l, kim))
		allowed(t, c.count(l, Person{ID: "auth0|kim", Email: "Kim@example.com", CurrentEmail: "crane@example.com"}))
		allowed(t, c.count(l, Person{ID: "auth0|kim"}))
		allowed(t, c.count(l, Person{Email: "crane@example.com"}))
		allowed(t, c.count(l, kim))
		tells(t, veto(t, c.count(l, Person{ID: "auth0|double", Email: kim.Email})), "so far Kim@example.com (auth0|kim)")
	})
}

func TestPeopleWhoShareAnAddressAreCountedEach(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(limit(2)))
		double := Person{ID: "auth0|double", Email: ada.Email}
		for range 2 {
			allowed(t, c.count(l, ada))
			allowed(t, c.count(l, double))
		}
		veto(t, c.count(l, Person{ID: "auth0|triple", Email: ada.Email}))
		allowed(t, c.count(l, Person{Email: ada.Email}))
	})
}

func TestOfFiftyAtOnceExactlyTheCapPasses(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(limit(20)))
		var passed atomic.Int64
		var all sync.WaitGroup
		for i := range 50 {
			all.Go(func() {
				if c.count(l, Person{ID: fmt.Sprint(i)}) == nil {
					passed.Add(1)
				}
			})
		}
		all.Wait()
		if passed.Load() != 20 {
			t.Errorf("%d passed, want 20", passed.Load())
		}
	})
}

func TestTheCallerIsNotRemoved(t *testing.T) {
	l := NewLedger(Limits{LockoutProtection: true})
	for _, p := range []Person{
		caller,
		{ID: caller.ID},
		{ID: caller.ID, Email: "old@example.com"},
		{Email: "Robot@Example.com"},
		{CurrentEmail: caller.Email},
	} {
		tells(t, veto(t, l.KeepCaller(caller, p)), "Refusing to remove the caller: "+p.String()+" is the owner of the token", "lockout_protection = false")
	}
	for _, p := range []Person{ada, kim, {ID: "auth0|double", Email: caller.Email}, {}} {
		allowed(t, l.KeepCaller(caller, p))
	}
	if !l.LockoutProtection() {
		t.Error("the protection is off")
	}
}

func TestTheCallerStaysAnAdmin(t *testing.T) {
	l := NewLedger(Limits{LockoutProtection: true})
	admin, both, none := []string{"admin"}, []string{"developer", "admin"}, []string{}
	for _, after := range [][]string{none, {"developer"}, {"Admin"}} {
		for _, p := range []Person{caller, {Email: "ROBOT@example.com"}} {
			refused := veto(t, l.KeepAdmin(caller, p, both, after))
			tells(t, refused, "Refusing to take the admin role from the caller: "+p.String()+" is the owner", `the role "admin"`, "lockout_protection = false")
		}
	}
	allowed(t, l.KeepAdmin(caller, caller, both, admin))
	allowed(t, l.KeepAdmin(caller, caller, admin, both))
	allowed(t, l.KeepAdmin(caller, caller, []string{"developer"}, none)) // there is nothing to take
	allowed(t, l.KeepAdmin(caller, ada, admin, none))
}

func TestLockoutProtectionCanBeTurnedOff(t *testing.T) {
	l := NewLedger(Limits{})
	allowed(t, l.KeepCaller(caller, caller))
	allowed(t, l.KeepAdmin(caller, caller, []string{"admin"}, nil))
	if l.LockoutProtection() {
		t.Error("the protection is on")
	}
}

// Aliases of one provider, and runs of one process, have ledgers of their own.
func TestTwoLedgersDoNotSeeEachOther(t *testing.T) {
	a, b := NewLedger(Limits{MaxRemovals: limit(1)}), NewLedger(Limits{MaxRemovals: limit(1)})
	allowed(t, a.Remove(ada))
	allowed(t, b.Remove(grace))
	token, err := a.Hold(Membership, ada)
	allowed(t, err)
	allowed(t, b.Create(Membership, ada))
	if _, ok := b.Replaced(token); ok {
		t.Error("a token of another ledger is known")
	}
	a.Created(ada)
	if b.HeldByCreated(ada) {
		t.Error("another ledger's creation is known")
	}
	_, err = a.Sole(ExclusiveMemberships, "")
	allowed(t, err)
	_, err = b.Sole(ExclusiveMemberships, "")
	allowed(t, err)
}

func TestWhoseRemovalWasSentIsKnown(t *testing.T) {
	l := NewLedger(Limits{})
	if removed := l.Removed(); len(removed) != 0 {
		t.Errorf("%v are removed", removed)
	}
	allowed(t, l.Remove(kim)) // counted, and not sent yet
	l.Removing(ada)
	l.Removing(grace)
	clear(l.Removed())
	if removed := l.Removed(); !slices.Equal(removed, []Person{ada, grace}) {
		t.Errorf("%v are removed", removed)
	}
}

func TestTokensDiffer(t *testing.T) {
	l := NewLedger(Limits{})
	var tokens []string
	for i := range 100 {
		token, err := l.Hold(Membership, Person{ID: fmt.Sprint(i)})
		allowed(t, err)
		tokens = append(tokens, token)
	}
	slices.Sort(tokens)
	if len(slices.Compact(tokens)) != 100 || tokens[0] == "" {
		t.Error("two instances have one token")
	}
}
