package roster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// idOf returns the ID of the member with this address.
func (w *world) idOf(email string) string {
	w.t.Helper()
	member, ok := w.Sandbox.Member(email)
	if !ok {
		w.t.Fatalf("%s is no member", email)
	}
	return member.ID
}

// inParallel calls f n times in parallel and returns the errors.
func inParallel(n int, f func(i int) error) error {
	failures := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { failures[i] = f(i) })
	}
	all.Wait()
	return errors.Join(failures...)
}

func invitation() modelprime.Invitation {
	return modelprime.Invitation{
		Connection: modelprime.ConnectionGoogle, Email: "grace@example.com", Name: "Grace Gear", Roles: []string{"analyst"},
	}
}

// The caller is requested once, and again after a change, together with the list.
func TestCallerIsRequestedOnce(t *testing.T) {
	w := newWorld(t, 2)
	noError(t, inParallel(50, func(int) error {
		caller, err := w.Caller(t.Context())
		if caller.Email != sandbox.DefaultEmail {
			return fmt.Errorf("the caller is %v: %w", caller, err)
		}
		return err
	}))
	_, err := w.One(t.Context(), sandbox.DefaultEmail)
	noError(t, err)
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 1})

	name := "Roster Robot II"
	noError(t, w.UpdateCaller(t.Context(), modelprime.CurrentUserUpdate{Name: &name}))
	listed, err := w.One(t.Context(), sandbox.DefaultEmail)
	noError(t, err)
	members, caller, err := w.MembersAndCaller(t.Context())
	if err != nil || caller.Name != name || listed.Name != name || len(members) != 2 {
		t.Errorf("%v, %v, %v: %v", caller, listed, members, err)
	}
	w.asked(map[string]int{"updateCurrentUser": 1, "getCurrentUser": 1, "listUsers": 2})

	w = newWorld(t, 1)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getCurrentUser"})
	if _, _, err := w.MembersAndCaller(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "get current user: ") {
		t.Errorf("the error is %v", err)
	}
}

func TestResetPasswordIsOneRequest(t *testing.T) {
	w := newWorld(t, 2)
	noError(t, w.ResetPassword(t.Context(), w.idOf(unit(0))))
	w.asked(map[string]int{"resetUserPassword": 1})
}

func TestParallelLookUpsReadTheListOnce(t *testing.T) {
	w := newWorld(t, 250)
	noError(t, inParallel(50, func(i int) error {
		found, err := w.One(t.Context(), strings.ToUpper(unit(i)))
		if found.Email != unit(i) || found.Roles != nil {
			return fmt.Errorf("found %v: %w", found, err)
		}
		return err
	}))
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 3})
	noError(t, inParallel(50, func(int) error {
		users, err := w.Roster.Members(t.Context())
		if len(users) != 250 {
			return fmt.Errorf("%d members: %w", len(users), err)
		}
		return err
	}))
	w.asked(map[string]int{"listUsers": 3})
}

func TestMembersByAddressAndID(t *testing.T) {
	w := newWorld(t, 1)
	first := w.add("ada@example.com", "Ada Servo")
	second := w.add("ADA@example.com", "Ada Double")
	zoe := w.add("zoe\u0308@Example.com", "Zoë Crane") // decomposed, as an API may send it
	_, err := w.One(t.Context(), "Ada@Example.com")
	several := as[*SeveralError](t, err)
	if want := fmt.Sprintf("2 members have the address Ada@Example.com: %s (Ada Servo), %s (Ada Double)", first, second); several.Error() != want {
		t.Errorf("%q, want %q", several, want)
	}
	if len(several.Members) != 2 || several.Members[0].ID != first {
		t.Errorf("%v", several.Members)
	}
	for _, email := range []string{"zoë@example.COM", "zoe\u0308@example.com"} {
		if found, err := w.One(t.Context(), email); err != nil || found.ID != zoe {
			t.Errorf("%+q: %v, %v", email, found, err)
		}
		others, err := w.OtherIDs(t.Context(), email)
		if all, _ := w.Roster.Members(t.Context()); err != nil || len(others) != len(all)-1 || slices.Contains(others, zoe) || !slices.IsSorted(others) {
			t.Errorf("others than %+q are %v of %v: %v", email, others, all, err)
		}
	}
	if _, err := w.One(t.Context(), "k\u0131m@example.com"); !errors.Is(err, ErrNobody) {
		t.Errorf("the error is %v", err)
	}
	if found, ok, err := w.WithID(t.Context(), first); err != nil || !ok || found.Name != "Ada Servo" {
		t.Errorf("%v, %t, %v", found, ok, err)
	}
	if found, ok, err := w.WithID(t.Context(), "auth0|gone"); err != nil || ok {
		t.Errorf("%v, %t, %v", found, ok, err)
	}
}

// A member with roles is one request, without the list.
func TestMemberIsReadByID(t *testing.T) {
	w := newWorld(t, 51)
	noError(t, w.Sandbox.SetRoles(w.idOf(unit(3)), "developer", "chief"))
	noError(t, inParallel(50, func(i int) error {
		want := []string{"analyst"}
		if i == 3 {
			want = []string{"developer", "chief"}
		}
		member, err := w.Roster.Member(t.Context(), w.idOf(unit(i)))
		if member.Email != unit(i) || !slices.Equal(member.Roles, want) {
			return fmt.Errorf("%v: %w", member, err)
		}
		return err
	}))
	w.asked(map[string]int{"getUser": 50})
}

// Each form of ID works.
func TestIDsOfEveryForm(t *testing.T) {
	for _, id := range []string{"auth0|64f0", "google-oauth2|1172", "samlp|acme|ada", "7d0c4a5e-1c1f-4a8e-9b3c-2f6d8e0a1b2c", "42"} {
		w := newWorld(t, 1)
		_, err := w.AddMember(sandbox.User{ID: id, Email: "ada@example.com", Name: "Ada Servo", Roles: []string{"analyst"}})
		noError(t, err)
		found, err := w.One(t.Context(), "ada@example.com")
		if err != nil || found.ID != id {
			t.Errorf("%s: %v, %v", id, found, err)
		}
		noError(t, w.Roster.SetRoles(t.Context(), id, []string{"developer"}))
		if member, err := w.Roster.Member(t.Context(), id); err != nil || !slices.Equal(member.Roles, []string{"developer"}) {
			t.Errorf("%s: %v, %v", id, member, err)
		}
		noError(t, w.Roster.Remove(t.Context(), id))
		if _, err := w.Roster.Member(t.Context(), id); !errors.Is(err, ErrGone) {
			t.Errorf("%s: %v", id, err)
		}
	}
}

// changes are the requests about one member by ID.
var changes = map[string]struct {
	operation string
	call      func(ctx context.Context, w *world, id string) error
	goneIsOK  bool
}{
	"read": {"getUser", func(ctx context.Context, w *world, id string) error { _, err := w.Roster.Member(ctx, id); return err }, false},
	"set roles": {"replaceUserRoles", func(ctx context.Context, w *world, id string) error {
		return w.Roster.SetRoles(ctx, id, []string{"developer"})
	}, false},
	"revoke": {"replaceUserRoles", func(ctx context.Context, w *world, id string) error { return w.RevokeRoles(ctx, id) }, true},
	"remove": {"deleteUser", func(ctx context.Context, w *world, id string) error { return w.Roster.Remove(ctx, id) }, true},
}

// A member is gone only if there is a 404 that is not a web page, and a complete list with the caller and without the ID.
func TestTwoWitnessesForAGoneMember(t *testing.T) {
	for name, change := range changes {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 150)
			id := w.idOf(unit(3))
			_, err := w.One(t.Context(), unit(3)) // the list is older than the removal
			noError(t, err)
			w.leave(unit(3))
			err = change.call(t.Context(), w, id)
			if change.goneIsOK {
				noError(t, err)
			} else if !errors.Is(err, ErrGone) || !modelprime.IsNotFound(err) {
				t.Errorf("the error is %v", err)
			}
			w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 2 * 2, change.operation: 1})

			// One of the two is missing.
			for what, test := range map[string]struct {
				fault  sandbox.Fault
				status int
				says   string
			}{
				"the API's 404, and the list holds the member": {
					sandbox.Fault{Kind: sandbox.NotFound404, Operation: change.operation}, 404, "the API's list of members still contains this ID: ",
				},
				"a web page":     {sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: change.operation}, 404, ""},
				"another status": {sandbox.Fault{Kind: sandbox.Forbidden403, Operation: change.operation}, 403, ""},
				"a failure":      {sandbox.Fault{Kind: sandbox.Internal500, Operation: change.operation}, 500, ""},
				"no list":        {sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers", Skip: 1}, 403, "confirm that the member is gone: "},
				"no identity":    {sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getCurrentUser"}, 403, "confirm that the member is gone: "},
			} {
				w := newWorld(t, 150)
				id := w.idOf(unit(3))
				if test.fault.Operation != change.operation {
					w.leave(unit(3))
				}
				w.Fail(test.fault)
				err := change.call(t.Context(), w, id)
				if errors.Is(err, ErrGone) || as[*modelprime.APIError](t, err).Status != test.status || !strings.Contains(err.Error(), test.says) {
					t.Errorf("%s: %v", what, err)
				}
				if still := errors.Is(err, ErrStillListed); still != strings.Contains(test.says, "still") {
					t.Errorf("%s: %v", what, err)
				}
			}
		})
	}
}

// A list without the caller is incomplete, so no conclusion is drawn from it.
func TestListWithoutTheCallerIsAnError(t *testing.T) {
	l := newLiar(t, func(int, int) (int, []modelprime.User) { return 2, people(7, 2) })
	for name, call := range map[string]func() error{
		"members": func() error { _, err := l.Members(t.Context()); return err },
		"look-up": func() error { _, err := l.One(t.Context(), unit(7)); return err },
		"gone":    func() error { _, err := l.Member(t.Context(), "auth0|9"); return err },
		"removal": func() error { return l.Remove(t.Context(), "auth0|9") },
		"joined":  func() error { _, err := l.Joined(t.Context(), unit(7), nil); return err },
	} {
		if incomplete := as[*IncompleteError](t, call()); !strings.Contains(incomplete.Reason, "the token's owner") {
			t.Errorf("%s: %v", name, incomplete)
		}
	}
}

func TestManyGoneMembersShareOneList(t *testing.T) {
	w := newWorld(t, 150)
	ids := make([]string, 20)
	for i := range ids {
		ids[i] = w.idOf(unit(i))
		w.leave(unit(i))
	}
	noError(t, inParallel(len(ids), func(i int) error {
		if _, err := w.Roster.Member(t.Context(), ids[i]); !errors.Is(err, ErrGone) {
			return fmt.Errorf("not gone: %w", err)
		}
		return nil
	}))
	w.asked(map[string]int{"getCurrentUser": 1, "getUser": 20, "listUsers": 2})
}

// Roles cost one request a member. Members who left are omitted; a failure fails the call.
func TestRolesOfMany(t *testing.T) {
	w := newWorld(t, 150)
	users, err := w.Roster.Members(t.Context())
	noError(t, err)
	w.leave(unit(3))
	w.ResetLog()
	found, err := w.WithRoles(t.Context(), users)
	noError(t, err)
	w.whole(found)
	for i, user := range found[1:4] {
		if user.Email != []string{unit(0), unit(1), unit(2)}[i] || !slices.Equal(user.Roles, []string{"analyst"}) {
			t.Errorf("member %d is %v", i, user)
		}
	}
	if n := w.Count("getUser"); n != 150 {
		t.Errorf("%d members were read", n)
	}
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getUser", Skip: 70})
	found, err = w.WithRoles(t.Context(), users)
	if as[*modelprime.APIError](t, err).Status != http.StatusForbidden || found != nil {
		t.Errorf("%d found: %v", len(found), err)
	}
}

func TestListIsNotOlderThanARemoval(t *testing.T) {
	w := newWorld(t, 150)
	noError(t, inParallel(20, func(i int) error {
		if _, err := w.Roster.Members(t.Context()); err != nil {
			return err
		}
		if err := w.Roster.Remove(t.Context(), w.idOf(unit(i))); err != nil {
			return err
		}
		if _, err := w.One(t.Context(), unit(i)); !errors.Is(err, ErrNobody) {
			return fmt.Errorf("%s is still listed: %w", unit(i), err)
		}
		users, err := w.Roster.Members(t.Context())
		if slices.Contains(emails(users), unit(i)) {
			return fmt.Errorf("%s is still handed out: %w", unit(i), err)
		}
		return err
	}))
	// A lost reply may mean that the member was removed.
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser"})
	if err := w.Roster.Remove(t.Context(), w.idOf(unit(30))); err == nil {
		t.Error("no error")
	}
	if _, err := w.One(t.Context(), unit(30)); !errors.Is(err, ErrNobody) {
		t.Errorf("the error is %v", err)
	}
}

// The first list stays available after removals in the run.
func TestFirstListStays(t *testing.T) {
	w := newWorld(t, 120)
	for i := range 3 {
		if first, err := w.AtFirst(t.Context()); err != nil || len(first) != 120 {
			t.Errorf("%d: %v", len(first), err)
		}
		noError(t, w.Roster.Remove(t.Context(), w.idOf(unit(i))))
	}
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 2, "deleteUser": 3})
	for name, call := range map[string]func(*world) error{
		"first":  func(w *world) error { _, err := w.AtFirst(t.Context()); return err },
		"by id":  func(w *world) error { _, _, err := w.WithID(t.Context(), "auth0|1"); return err },
		"others": func(w *world) error { _, err := w.OtherIDs(t.Context(), unit(0)); return err },
	} {
		w := newWorld(t, 2)
		w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers"})
		if as[*modelprime.APIError](t, call(w)).Status != http.StatusForbidden {
			t.Errorf("%s without a list", name)
		}
	}
}

// Invitations and changed roles do not invalidate the list.
func TestChangesThatKeepTheList(t *testing.T) {
	w := newWorld(t, 2)
	id := w.idOf(unit(0))
	for range 2 {
		_, err := w.One(t.Context(), unit(0))
		noError(t, err)
		noError(t, w.Invite(t.Context(), invitation()))
		noError(t, w.Roster.SetRoles(t.Context(), id, []string{"developer"}))
	}
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 1, "inviteUser": 2, "replaceUserRoles": 2})
}

// A look-up after a removal does not use a page requested before it.
func TestRemovalDuringARead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuietWorld(t)
		w.add("ada@example.com", "Ada Servo")
		removedID := w.add("grace@example.com", "Grace Gear")
		gate, answered, found := make(chan struct{}), make(chan error), make(chan error)
		w.OnReply(func(request sandbox.Request) {
			if request.Operation == "listUsers" {
				<-gate
			}
		})
		go func() {
			_, err := w.One(t.Context(), "ada@example.com")
			answered <- err
		}()
		synctest.Wait()
		noError(t, w.Roster.Remove(t.Context(), removedID))
		go func() {
			_, err := w.One(t.Context(), "grace@example.com")
			found <- err
		}()
		synctest.Wait()
		close(gate)
		noError(t, <-answered)
		if err := <-found; !errors.Is(err, ErrNobody) {
			t.Errorf("the error is %v", err)
		}
	})
}
