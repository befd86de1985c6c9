package guard

import (
	"slices"
	"testing"
)

func TestRemovedListsSentRemovals(t *testing.T) {
	l := unlimited()
	allowed(t, l.MayRemove(kim, org)) // allowed, and not sent yet
	l.Removing(ada)
	l.Removing(grace)
	clear(l.Removed())
	if removed := l.Removed(); !slices.Equal(removed, []Person{ada, grace}) {
		t.Errorf("%v are removed", removed)
	}
}

// With create_before_destroy the new instance adopts the member before the old one is planned and destroyed.
func TestAdoptedMemberMayBeDestroyed(t *testing.T) {
	l := unlimited()
	allowed(t, take(l, creates(Membership, adaByAddress)))
	if l.ManagedByCreated(ada) {
		t.Error("managed before it was created")
	}
	l.Created(ada)
	for _, p := range []Person{ada, adaByAddress, {ID: ada.ID}} {
		if !l.ManagedByCreated(p) {
			t.Errorf("%s is not managed", p)
		}
	}
	for _, p := range []Person{grace, kim, {}, {ID: "auth0|double", Email: ada.Email}} {
		if l.ManagedByCreated(p) {
			t.Errorf("%s is managed", p)
		}
	}
	allowed(t, take(l, destroys(Membership, ada), destroys(Membership, Person{ID: ada.ID}))) // the ID became known at the creation
	tells(t, veto(t, take(l, creates(RoleAssignment, ada))), twin)                           // a creation does not hide a second instance
}

// An existing member is not created by this run, and a member destroyed by a replacement is not managed.
func TestOnlyCreatedMembersCount(t *testing.T) {
	l := unlimited()
	allowed(t, take(l, manages(Membership, grace), replaces(Membership, ada, kim)))
	l.Created(kim)
	l.Created(ada)
	for p, managed := range map[Person]bool{grace: false, ada: false, kim: true} {
		if l.ManagedByCreated(p) != managed {
			t.Errorf("%s: managed is not %t", p, managed)
		}
	}
}

// An adopted member is not removed, and a member being removed is not adopted, in either order.
func TestMemberIsNotAdoptedAndRemoved(t *testing.T) {
	l := unlimited()
	allowed(t, take(l, creates(Membership, adaByAddress), creates(Membership, Person{Email: grace.Email})))
	if !l.Adopting(ada) || l.Removing(ada) || l.Removing(Person{ID: ada.ID}) {
		t.Error("a member who was taken over may be removed")
	}
	if !l.Removing(grace) || l.Adopting(grace) || l.ManagedByCreated(grace) {
		t.Error("a member who is being removed may be taken over")
	}
	if removed := l.Removed(); !slices.Equal(removed, []Person{grace}) {
		t.Errorf("%v are removed", removed)
	}
}

// PreviousHolder finds the member who had an address and left.
func TestPreviousHolder(t *testing.T) {
	l := unlimited()
	l.Left("x", Person{ID: "auth0|ben", Email: "ben@example.com", CurrentEmail: "okafor@example.com"})
	for _, email := range []string{"BEN@example.com", "okafor@example.com"} {
		if left, ok := l.PreviousHolder(Person{ID: "auth0|mal", Email: email}); !ok || left.ID != "auth0|ben" {
			t.Errorf("%s was %v's: %t", email, left, ok)
		}
	}
	for _, p := range []Person{{ID: "auth0|ben", Email: "ben@example.com"}, {ID: "auth0|mal", Email: "mal@example.com"}} {
		if left, ok := l.PreviousHolder(p); ok {
			t.Errorf("%s was %v's", p, left)
		}
	}
}
