package guard

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
)

func TestInstancesForOnePersonAreAnError(t *testing.T) {
	for name, c := range overlaps {
		for order, claims := range map[string][]Claim{"": {c.a, c.b}, ", the other way round": {c.b, c.a}} {
			t.Run(name+order, func(t *testing.T) {
				refused := veto(t, take(unlimited(), claims...))
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
	for name, claims := range map[string][]Claim{
		"different people":                       {manages(Membership, ada), manages(Membership, grace), creates(Membership, kim), destroys(Membership, Person{ID: "auth0|old"})},
		"two members with one address":           {manages(Membership, ada), manages(Membership, double), destroys(RoleAssignment, Person{ID: "auth0|third", Email: ada.Email})},
		"all are destroyed":                      {destroys(Membership, ada), destroys(RoleAssignment, ada), destroys(Membership, ada), destroys(ExclusiveMemberships, ada), destroys(AbsentMemberships, ada)},
		"a replacement for another address":      {replaces(Membership, ada, kim), manages(Membership, grace)},
		"a replacement for the same person":      {replaces(Membership, ada, adaByAddress), manages(Membership, grace)},
		"two replacements":                       {replaces(Membership, ada, kim), replaces(RoleAssignment, grace, Person{Email: "lin@example.com"})},
		"a destruction beside a replacement":     {replaces(Membership, ada, kim), destroys(RoleAssignment, ada)},
		"unknown addresses":                      {creates(Membership, unknown), creates(Membership, unknown), manages(Membership, ada), destroys(Membership, unknown)},
		"a member's former address":              {manages(Membership, Person{ID: ada.ID, Email: "countess@example.com", CurrentEmail: "countess@example.com"}), creates(Membership, adaByAddress)},
		"a dotless i":                            {manages(Membership, kim), creates(Membership, Person{Email: "k\u0131m@example.com"})},
		"a tainted instance, planned like new":   {creates(Membership, ada), manages(Membership, grace)},
		"a role assignment beside a membership":  {manages(Membership, ada), manages(RoleAssignment, grace)},
		"a destroyed twin that keeps the member": {keeping(destroys(Membership, ada)), manages(Membership, ada)},
		"an assignment that keeps the roles":     {keeping(destroys(RoleAssignment, ada)), manages(Membership, ada)},
		"a kept member who is assigned roles":    {keeping(destroys(Membership, ada)), creates(RoleAssignment, ada)},
	} {
		for order, reversed := range map[string]bool{"": false, ", the other way round": true} {
			t.Run(name+order, func(t *testing.T) {
				claims := slices.Clone(claims)
				if reversed {
					slices.Reverse(claims)
				}
				allowed(t, take(unlimited(), claims...))
			})
		}
	}
}

func TestTwinsInParallel(t *testing.T) {
	l := unlimited()
	var passed atomic.Int64
	var all sync.WaitGroup
	for i := range 50 {
		all.Go(func() {
			p := ada
			if i%2 == 0 {
				p = Person{Email: strings.ToUpper(ada.Email)}
			}
			if l.Claim(NewID(), creates(Membership, p), org) == nil {
				passed.Add(1)
			}
		})
	}
	all.Wait()
	if passed.Load() != 1 {
		t.Errorf("%d passed", passed.Load())
	}
}
