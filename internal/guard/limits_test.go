package guard

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func limit(n int64) *int64 { return &n }

func number(n int) Cap { return Cap{amount: n} }

// aCap is one of the two caps: its claims in a plan, its check at the apply, and a claim that counts for the other cap.
type aCap struct {
	claim  func(p Person) Claim
	apply  func(l *Ledger, p Person) error
	limits func(n int64) Limits
	other  func(p Person) Claim
	texts  []string
}

func invites(p Person) Claim {
	p.ID = "" // a member is not invited
	return Claim{Kind: Membership, After: &p, Invites: true}
}

var caps = map[string]aCap{
	"removals": {
		func(p Person) Claim { return destroys(Membership, p) },
		func(l *Ledger, p Person) error { return l.MayRemove(p, org) },
		func(n int64) Limits { return Limits{MaxRemovals: number(int(n))} },
		invites,
		[]string{
			"Too many removals in one run: This run would remove ", "max_removals allows", "If it is intended, raise max_removals. To raise it for one run only, set the environment variable MODELPRIME_MAX_REMOVALS, which counts if the provider's configuration does not set max_removals.",
			"truncated", `on_destroy = "keep"`, "lifecycle { destroy = false }",
		},
	},
	"invitations": {
		invites,
		(*Ledger).MayInvite,
		func(n int64) Limits { return Limits{MaxRemovals: noCap, MaxInvitations: limit(n)} },
		func(p Person) Claim { return destroys(Membership, p) },
		[]string{
			"Too many invitations in one run: This run would send an invitation to ", "max_invitations allows",
			"To raise it for one run only, set the environment variable MODELPRIME_MAX_INVITATIONS, which counts if the provider's configuration does not set max_invitations.",
		},
	},
}

func eachCap(t *testing.T, test func(t *testing.T, c aCap)) {
	t.Helper()
	for name, c := range caps {
		t.Run(name, func(t *testing.T) { test(t, c) })
	}
}

// people returns that many members.
func people(size int) []Person {
	all := make([]Person, size)
	for i := range all {
		all[i] = Person{ID: fmt.Sprint("auth0|", i), Email: fmt.Sprintf("crew%d@example.com", i)}
	}
	return all
}

// A cap counts different people, in the plan and again at the apply. The first error has all details; later ones only the person
// and the current count.
func TestCapCountsDifferentPeople(t *testing.T) {
	crew := people(4)
	eachCap(t, func(t *testing.T, c aCap) {
		for stage, ask := range map[string]func(l *Ledger, p Person) error{
			"plan":  func(l *Ledger, p Person) error { return l.Claim(p.ID, c.claim(p), org) },
			"apply": c.apply,
		} {
			t.Run(stage, func(t *testing.T) {
				l := NewLedger(c.limits(2))
				for range 3 {
					allowed(t, ask(l, crew[0]))
					allowed(t, ask(l, crew[1]))
				}
				refused := veto(t, ask(l, crew[2]))
				tells(t, refused, append(c.texts, "crew2@example.com", ". That is one more than the 2 that ", "Already counted: crew0@example.com", "crew0@example.com", "crew1@example.com")...)
				for range 2 {
					tells(t, veto(t, ask(l, crew[3])), "This run would also ", "crew3@example.com", ". That makes 4 people, and ", " allows 2. Another error")
				}
				allowed(t, ask(l, crew[0]))
				allowed(t, take(l, c.other(ada), c.other(grace), c.other(caller)))
			})
		}
	})
}

func TestCapOfZeroAndNoCap(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(0))
		tells(t, veto(t, take(l, c.claim(ada))), "ada@example.com", ". That is one more than the 0 that ", "Already counted: nobody.")
		for _, p := range people(1000) {
			allowed(t, take(unlimited(), c.claim(p)))
		}
	})
}

// An instance's next plan replaces what its claim counted. What the apply has sent stays counted.
func TestCapFollowsTheClaims(t *testing.T) {
	crew := people(3)
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(1))
		nothing := Claim{Kind: Membership}
		allowed(t, l.Claim("x", c.claim(crew[0]), org))
		veto(t, l.Claim("z", c.claim(crew[1]), org))
		allowed(t, l.Claim("x", nothing, org))
		allowed(t, l.Claim("z", c.claim(crew[1]), org))
		allowed(t, c.apply(l, crew[1]))
		allowed(t, l.Claim("z", nothing, org))
		tells(t, veto(t, l.Claim("x", c.claim(crew[2]), org)), "That makes 2 people")
	})
}

// All kinds share one cap. A member removed by several instances counts once.
func TestAllKindsShareTheCapOnRemovals(t *testing.T) {
	crew := people(4)
	l := NewLedger(Limits{MaxRemovals: number(2)})
	allowed(t, l.Claim("rule", destroys(ExclusiveMemberships, crew[0], crew[3]), org))
	allowed(t, take(l, destroys(Membership, crew[0])))
	allowed(t, l.Claim("rule", Claim{Kind: ExclusiveMemberships}, org)) // the membership still removes the first
	allowed(t, take(l, destroys(AbsentMemberships, crew[1])))
	tells(t, veto(t, take(l, destroys(Membership, crew[2]))), "crew2@example.com (auth0|2). That is one more than the 2")
	tells(t, veto(t, take(l, destroys(ExclusiveMemberships, crew[0], crew[2], crew[3]))), "This run would also remove crew2@example.com (auth0|2) and 1 more. That makes 4 people")
}

// People who have not joined, are kept, or only lose roles do not count as removals.
func TestClaimsThatAreNoRemovals(t *testing.T) {
	l := NewLedger(Limits{MaxRemovals: number(0)})
	allowed(t, take(l, destroys(Membership, kim), keeping(destroys(Membership, ada)), destroys(RoleAssignment, grace), destroys(AbsentMemberships, Person{Email: "x@example.com"})))
}

func TestPercentageIsOfTheMembers(t *testing.T) {
	crew := people(9)
	quarter := Limits{MaxRemovals: DefaultCap}
	l := NewLedger(quarter)
	tells(t, veto(t, take(l, destroys(ExclusiveMemberships, crew...))),
		"crew3@example.com (auth0|3) and 5 more. That is 6 more than the 3 that max_removals allows (25% of the organization's 12 members). Already counted: crew0@example.com")
	if !destroys(Membership, ada).NeedsMembers() || destroys(Membership, kim).NeedsMembers() {
		t.Error("NeedsMembers is wrong")
	}
}

func TestCapInParallel(t *testing.T) {
	eachCap(t, func(t *testing.T, c aCap) {
		l := NewLedger(c.limits(20))
		var passed atomic.Int64
		var all sync.WaitGroup
		for _, p := range people(50) {
			all.Go(func() {
				if c.apply(l, p) == nil {
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

// The caller and the required admins are neither removed nor demoted, by any claim and at the apply.
func TestCallerAndRequiredAdminsAreProtected(t *testing.T) {
	boss := Person{ID: "auth0|boss", Email: "boss@example.com"}
	for name, c := range map[string]struct {
		limits Limits
		person Person
		texts  []string
		others []Person
	}{
		"caller": {
			Limits{LockoutProtection: true, MaxRemovals: noCap},
			caller,
			[]string{"the caller: ", "is the owner of the token", "lockout_protection = false"},
			[]Person{ada, boss, {ID: "auth0|double", Email: caller.Email}},
		},
		"required admin": {
			Limits{RequiredAdmins: []string{"auth0|other", boss.ID}, MaxRemovals: noCap},
			boss,
			[]string{"a required admin: ", "is one of required_admins"},
			[]Person{ada, caller, {ID: "auth0|double", Email: boss.Email}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			removal := func(p Person) map[string]error {
				return map[string]error{
					"membership":        take(NewLedger(c.limits), destroys(Membership, p)),
					"rule":              take(NewLedger(c.limits), destroys(ExclusiveMemberships, ada, p)),
					"other rule":        take(NewLedger(c.limits), destroys(AbsentMemberships, p)),
					"replacement":       take(NewLedger(c.limits), replaces(Membership, p, kim)),
					"at the apply":      NewLedger(c.limits).MayRemove(p, org),
					"renamed, by ID":    NewLedger(c.limits).MayRemove(Person{ID: p.ID, Email: "new@example.com"}, org),
					"kept all the same": nil,
				}
			}
			demotion := func(p Person) map[string]error {
				drops := Claim{Kind: Membership, After: &p, DropsAdmin: true}
				return map[string]error{
					"change": take(NewLedger(c.limits), drops), "assignment": take(NewLedger(c.limits), destroys(RoleAssignment, p)),
					"replacement": take(NewLedger(c.limits), replaces(RoleAssignment, p, kim)), "at the apply": NewLedger(c.limits).MayDemote(p, org),
				}
			}
			for verb, outcomes := range map[string]func(Person) map[string]error{"Refusing to remove ": removal, "Refusing to take the admin role from ": demotion} {
				for way, err := range outcomes(c.person) {
					if way != "kept all the same" {
						t.Run(way, func(t *testing.T) { tells(t, veto(t, err), append(c.texts, verb, c.person.ID)...) })
					}
				}
				for _, other := range c.others {
					for way, err := range outcomes(other) {
						t.Run(way, func(t *testing.T) { allowed(t, err) })
					}
				}
			}
			allowed(t, take(NewLedger(c.limits), keeping(destroys(Membership, c.person)), keeping(destroys(RoleAssignment, c.person))))
			allowed(t, take(NewLedger(c.limits), manages(Membership, c.person)))
			l := NewLedger(c.limits)
			if c := destroys(Membership, ada); l.NeedsCaller(c) != l.limits.LockoutProtection || l.NeedsCaller(keeping(c)) || l.NeedsCaller(manages(Membership, ada)) {
				t.Error("NeedsCaller is wrong")
			}
		})
	}
	demoted := org
	demoted.CallerIsAdmin = false // there is nothing to take
	allowed(t, NewLedger(Limits{LockoutProtection: true}).MayDemote(caller, demoted))
}

// Aliases of the provider and runs of one process have separate ledgers.
func TestLedgersAreSeparate(t *testing.T) {
	a, b := NewLedger(Limits{MaxRemovals: number(1)}), NewLedger(Limits{MaxRemovals: number(1)})
	allowed(t, a.Claim("x", destroys(Membership, ada), org))
	allowed(t, b.Claim("x", destroys(Membership, grace), org))
	allowed(t, b.Claim("y", creates(Membership, ada), org))
	a.Created(ada)
	if b.ManagedByCreated(ada) {
		t.Error("a ledger knows another one's creation")
	}
	for _, l := range []*Ledger{a, b} {
		allowed(t, l.ClaimSingleton(ExclusiveMemberships, NewID()))
	}
}
