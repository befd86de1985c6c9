package guard

import (
	"slices"
	"testing"
)

func TestTheRemovalsThatWereSentAreKnown(t *testing.T) {
	l := unlimited()
	allowed(t, l.MayRemove(kim, org)) // allowed, and not sent yet
	l.Removing(ada)
	l.Removing(grace)
	clear(l.Removed())
	if removed := l.Removed(); !slices.Equal(removed, []Person{ada, grace}) {
		t.Errorf("%v are removed", removed)
	}
}

// create_before_destroy, at the apply: the new instance takes the person over before the old one is planned and destroyed.
func TestWhoeverWasTakenOverMayBeDestroyed(t *testing.T) {
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
	allowed(t, take(l, destroys(Membership, ada), destroys(Membership, Person{ID: ada.ID}))) // the ID was learned at the creation
	tells(t, veto(t, take(l, creates(RoleAssignment, ada))), twin)                           // a creation does not hide a twin
}

// What exists already and stays is no creation of this run, and what a replacement destroys is not managed.
func TestOnlyWhatWasCreatedCounts(t *testing.T) {
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

// A member who is taken over is not removed, and one who is being removed is not taken over, whichever comes first.
func TestNobodyIsTakenOverAndRemoved(t *testing.T) {
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

// The address of a member who left is another member's now.
func TestWhoHadAnAddressBefore(t *testing.T) {
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
