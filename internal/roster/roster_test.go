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

// idOf is the id of the member with that address.
func (w *world) idOf(email string) string {
	w.t.Helper()
	member, ok := w.Sandbox.Member(email)
	if !ok {
		w.t.Fatalf("%s is no member", email)
	}
	return member.ID
}

// atOnceAll calls f so many times at once and returns the first error.
func atOnceAll(n int, f func(i int) error) error {
	failures := make([]error, n)
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { failures[i] = f(i) })
	}
	all.Wait()
	return errors.Join(failures...)
}

// everyWay is each operation of a roster, with arguments that are good.
func (w *world) everyWay(id string) map[string]func(ctx context.Context) error {
	return map[string]func(ctx context.Context) error{
		"Organization":  func(ctx context.Context) error { _, err := w.Roster.Organization(ctx); return err },
		"Belongs":       func(ctx context.Context) error { return w.Belongs(ctx, "") },
		"Caller":        func(ctx context.Context) error { _, err := w.Caller(ctx); return err },
		"WithEmail":     func(ctx context.Context) error { _, err := w.WithEmail(ctx, unit(0)); return err },
		"One":           func(ctx context.Context) error { _, err := w.One(ctx, unit(0)); return err },
		"Members":       func(ctx context.Context) error { _, err := w.Roster.Members(ctx); return err },
		"Search":        func(ctx context.Context) error { _, err := w.Search(ctx, "unit"); return err },
		"Member":        func(ctx context.Context) error { _, err := w.Roster.Member(ctx, id); return err },
		"Joined":        func(ctx context.Context) error { _, err := w.Joined(ctx, unit(0), nil); return err },
		"SetRoles":      func(ctx context.Context) error { return w.Roster.SetRoles(ctx, id, []string{"analyst"}) },
		"Remove":        func(ctx context.Context) error { return w.Roster.Remove(ctx, id) },
		"ResetPassword": func(ctx context.Context) error { return w.ResetPassword(ctx, id) },
		"UpdateCaller": func(ctx context.Context) error {
			_, err := w.UpdateCaller(ctx, modelprime.CurrentUserUpdate{})
			return err
		},
		"WithRoles": func(ctx context.Context) error {
			_, err := w.WithRoles(ctx, []modelprime.User{{ID: id}})
			return err
		},
		"Invite": func(ctx context.Context) error {
			return w.Invite(ctx, invitation())
		},
	}
}

func invitation() modelprime.Invitation {
	return modelprime.Invitation{
		Connection: modelprime.ConnectionGoogle, Email: "grace@example.com", Name: "Grace Gear", Roles: []string{"analyst"},
	}
}

func TestNothingIsReadOrWrittenInAnotherOrganization(t *testing.T) {
	w := newWorld(t, 2)
	w.Roster = New(w.client, "00000000-0000-4000-8000-000000000000")
	for name, call := range w.everyWay(w.idOf(unit(0))) {
		wrong := as[*WrongOrganizationError](t, call(t.Context()))
		if want := "(Example Robotics), not to 00000000-0000-4000-8000-000000000000"; !strings.HasSuffix(wrong.Error(), want) {
			t.Errorf("%s: %q does not tell %q", name, wrong, want)
		}
	}
	w.asked(map[string]int{"getOrganization": 1})
}

func TestNothingIsReadOrWrittenWhileTheOrganizationCannotBeTold(t *testing.T) {
	w := newWorld(t, 2)
	w.Fail(sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: "getOrganization"})
	for name, call := range w.everyWay(w.idOf(unit(0))) {
		err := call(t.Context())
		if as[*modelprime.APIError](t, err).Status != http.StatusNotFound || !strings.HasPrefix(err.Error(), "get organization: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
	w.asked(map[string]int{"getOrganization": 1})
}

func TestTheOrganizationIsAskedForOnceForAll(t *testing.T) {
	w := newWorld(t, 2)
	organization, err := w.Roster.Organization(t.Context())
	noError(t, err)
	w.Roster = New(w.client, organization.ID)
	w.ResetLog()
	id := w.idOf(unit(0))
	noError(t, atOnceAll(50, func(i int) error {
		if i%2 == 0 {
			return w.Belongs(t.Context(), organization.ID)
		}
		return w.Roster.SetRoles(t.Context(), id, []string{"developer"})
	}))
	w.asked(map[string]int{"getOrganization": 1, "replaceUserRoles": 25})
}

func TestAnotherOrganizationThanTheStates(t *testing.T) {
	w := newWorld(t, 1)
	noError(t, w.Belongs(t.Context(), ""))
	wrong := as[*WrongOrganizationError](t, w.Belongs(t.Context(), "elsewhere"))
	if wrong.Want != "elsewhere" || wrong.GotName != "Example Robotics" || wrong.Got == "" {
		t.Errorf("%+v", wrong)
	}
	w.asked(map[string]int{"getOrganization": 1})
}

func TestTheCallerIsAskedForOnce(t *testing.T) {
	w := newWorld(t, 1)
	noError(t, atOnceAll(50, func(int) error {
		caller, err := w.Caller(t.Context())
		if caller.Email != sandbox.DefaultEmail {
			return fmt.Errorf("the caller is %v: %w", caller, err)
		}
		return err
	}))
	w.asked(map[string]int{"getOrganization": 1, "getCurrentUser": 1})
}

// The owner of the token who changes their own name is read anew, as the caller and in the list.
func TestACallerWhoChangesIsReadAnew(t *testing.T) {
	w := newWorld(t, 2)
	_, err := w.Caller(t.Context())
	noError(t, err)
	_, err = w.One(t.Context(), sandbox.DefaultEmail)
	noError(t, err)
	w.ResetLog()
	name := "Roster Robot II"
	changed, err := w.UpdateCaller(t.Context(), modelprime.CurrentUserUpdate{Name: &name})
	noError(t, err)
	caller, err := w.Caller(t.Context())
	noError(t, err)
	listed, err := w.One(t.Context(), sandbox.DefaultEmail)
	noError(t, err)
	if changed.Name != name || caller.Name != name || listed.Name != name {
		t.Errorf("%v, %v, %v", changed, caller, listed)
	}
	w.asked(map[string]int{"updateCurrentUser": 1, "getCurrentUser": 1, "listUsers": 1})
}

func TestAPasswordResetIsOneEmail(t *testing.T) {
	w := newWorld(t, 2)
	noError(t, w.ResetPassword(t.Context(), w.idOf(unit(0))))
	w.asked(map[string]int{"getOrganization": 1, "resetUserPassword": 1})
	err := w.ResetPassword(t.Context(), "auth0|gone")
	if as[*modelprime.APIError](t, err).Status != http.StatusNotFound {
		t.Errorf("the error is %v", err)
	}
}

func TestACallerWhoCannotBeReadIsAnError(t *testing.T) {
	w := newWorld(t, 1)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getCurrentUser"})
	if _, err := w.Caller(t.Context()); err == nil || !strings.HasPrefix(err.Error(), "get current user: ") {
		t.Errorf("the error is %v", err)
	}
}

func TestFiftyLookUpsReadTheListOnce(t *testing.T) {
	w := newWorld(t, 250)
	noError(t, atOnceAll(50, func(i int) error {
		found, err := w.One(t.Context(), strings.ToUpper(unit(i)))
		if found.Email != unit(i) || found.Roles != nil {
			return fmt.Errorf("found %v: %w", found, err)
		}
		return err
	}))
	w.asked(map[string]int{"getOrganization": 1, "listUsers": 3})
}

func TestFiftyHandedOutListsAreReadTwice(t *testing.T) {
	w := newWorld(t, 250)
	noError(t, atOnceAll(50, func(int) error {
		users, err := w.Roster.Members(t.Context())
		if len(users) != 250 {
			return fmt.Errorf("%d members: %w", len(users), err)
		}
		return err
	}))
	w.asked(map[string]int{"getOrganization": 1, "listUsers": 6})
}

func TestACancelledLookUpDoesNotFailTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuietWorld(t)
		gate := make(chan struct{})
		w.before(func(int) { <-gate })
		ctx, cancel := context.WithCancel(t.Context())
		failed := make(chan error)
		go func() {
			_, err := w.One(ctx, sandbox.DefaultEmail)
			failed <- err
		}()
		synctest.Wait()
		found := make(chan error)
		go func() {
			_, err := w.One(t.Context(), sandbox.DefaultEmail)
			found <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("the cancelled look-up: %v", err)
		}
		close(gate)
		noError(t, <-found)
		w.asked(map[string]int{"getOrganization": 1, "listUsers": 1})
	})
}

// Without anybody who waits no further page is asked for.
func TestAListThatNobodyWaitsForIsGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuietWorld(t)
		for i := range 250 {
			w.add(unit(i), "Unit")
		}
		ctx, cancel := context.WithCancel(t.Context())
		gate := make(chan struct{})
		w.before(func(n int) {
			if n == 2 {
				<-gate
			}
		})
		failed := make(chan error)
		go func() {
			_, err := w.Roster.Members(ctx)
			failed <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-failed; !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		synctest.Wait()
		close(gate)
		synctest.Wait()
		w.asked(map[string]int{"getOrganization": 1, "listUsers": 2})
	})
}

func TestWhoHasAnAddress(t *testing.T) {
	w := newWorld(t, 1)
	first := w.add("ada@example.com", "Ada Servo")
	second := w.add("ADA@example.com", "Ada Double")
	w.add("Kim@example.com", "Kim Crane")
	_, err := w.One(t.Context(), "Ada@Example.com")
	several := as[*SeveralError](t, err)
	if want := fmt.Sprintf("2 members have the address Ada@Example.com: %s (Ada Servo), %s (Ada Double)", first, second); several.Error() != want {
		t.Errorf("%q, want %q", several, want)
	}
	if len(several.Members) != 2 || several.Members[0].ID != first {
		t.Errorf("%v", several.Members)
	}
	if kim, err := w.One(t.Context(), "kim@example.COM"); err != nil || kim.Name != "Kim Crane" {
		t.Errorf("%v, %v", kim, err)
	}
	others, err := w.OtherIDs(t.Context(), "ADA@Example.com")
	if all, _ := w.Roster.Members(t.Context()); err != nil || len(others) != len(all)-2 || slices.Contains(others, first) || slices.Contains(others, second) {
		t.Errorf("others are %v of %v: %v", others, all, err)
	}
	// The Kelvin sign is no k: whoever has it in their address is somebody else.
	if _, err := w.One(t.Context(), "\u212aim@example.com"); !errors.Is(err, ErrNobody) {
		t.Errorf("the error is %v", err)
	}
}

func TestAMemberIsReadByIDWithTheirRoles(t *testing.T) {
	w := newWorld(t, 1)
	id := w.add("ada@example.com", "Ada Servo", "developer", "chief")
	for range 3 {
		ada, err := w.Roster.Member(t.Context(), id)
		if err != nil || ada.Email != "ada@example.com" || !slices.Equal(ada.Roles, []string{"developer", "chief"}) {
			t.Errorf("%v, %v", ada, err)
		}
	}
	w.asked(map[string]int{"getOrganization": 1, "getUser": 3})
}

// In an organization of M, N active members are N requests.
func TestARefreshOfActiveMembersIsOneRequestEach(t *testing.T) {
	w := newWorld(t, 250)
	noError(t, atOnceAll(50, func(i int) error {
		_, err := w.Roster.Member(t.Context(), w.idOf(unit(i)))
		return err
	}))
	w.asked(map[string]int{"getOrganization": 1, "getUser": 50})
}

func TestAMemberWhoCannotBeReadIsAnErrorAndNotGone(t *testing.T) {
	for _, kind := range []sandbox.FaultKind{sandbox.Forbidden403, sandbox.NotFoundHTML404, sandbox.Internal500} {
		w := newWorld(t, 2)
		w.Fail(sandbox.Fault{Kind: kind, Operation: "getUser"})
		_, err := w.Roster.Member(t.Context(), w.idOf(unit(0)))
		if errors.Is(err, ErrGone) || !strings.HasPrefix(err.Error(), "get user: GET /users/") {
			t.Errorf("%s: %v", kind, err)
		}
	}
}

func TestGoneIsWhoeverTheAPIAndTheListLack(t *testing.T) {
	w := newWorld(t, 150)
	id := w.idOf(unit(3))
	w.leave(unit(3))
	for range 2 {
		if _, err := w.Roster.Member(t.Context(), id); !errors.Is(err, ErrGone) {
			t.Errorf("the error is %v", err)
		}
	}
	w.asked(map[string]int{"getOrganization": 1, "getUser": 2, "listUsers": 2})
}

// A list that lacks the token's owner, who is a member, lacks others too: nobody is a stranger by it.
func TestAListWithoutTheCallerIsNotHandedOn(t *testing.T) {
	l := newLiar(t, func(int, int) (int, []modelprime.User) { return 2, people(7, 2) })
	_, _, err := l.MembersAndCaller(t.Context())
	if incomplete := as[*IncompleteError](t, err); !strings.Contains(incomplete.Reason, "the owner of the token") {
		t.Errorf("the error is %v", err)
	}
	w := newWorld(t, 2)
	members, caller, err := w.MembersAndCaller(t.Context())
	if err != nil || len(members) != 2 || caller.Email != sandbox.DefaultEmail {
		t.Errorf("%v, %v, %v", members, caller, err)
	}
}

func TestAListThatWasReadBeforeTheyLeftIsReadAnew(t *testing.T) {
	w := newWorld(t, 150)
	_, err := w.One(t.Context(), unit(3))
	noError(t, err)
	ids := make([]string, 20)
	for i := range ids {
		ids[i] = w.idOf(unit(i))
		w.leave(unit(i))
	}
	w.ResetLog()
	noError(t, atOnceAll(len(ids), func(i int) error {
		if _, err := w.Roster.Member(t.Context(), ids[i]); !errors.Is(err, ErrGone) {
			return fmt.Errorf("not gone: %w", err)
		}
		return nil
	}))
	w.asked(map[string]int{"getUser": 20, "listUsers": 2})
}

func TestA404ThatTheListContradictsIsAnError(t *testing.T) {
	w := newWorld(t, 2)
	w.Fail(sandbox.Fault{Kind: sandbox.NotFound404, Operation: "getUser"})
	_, err := w.Roster.Member(t.Context(), w.idOf(unit(0)))
	if errors.Is(err, ErrGone) || !modelprime.IsNotFound(err) || !strings.HasPrefix(err.Error(), "the API's list of members holds the person, and yet: ") {
		t.Errorf("the error is %v", err)
	}
	w.asked(map[string]int{"getOrganization": 1, "getUser": 1, "listUsers": 2})
}

func TestA404IsNotBelievedWithoutAWholeList(t *testing.T) {
	w := newWorld(t, 150)
	id := w.idOf(unit(0))
	w.leave(unit(0))
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers", Skip: 1})
	if _, err := w.Roster.Member(t.Context(), id); errors.Is(err, ErrGone) || as[*modelprime.APIError](t, err).Status != http.StatusForbidden {
		t.Errorf("the error is %v", err)
	}
}

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
}

func TestRolesOfManyAreAllOrAnError(t *testing.T) {
	w := newWorld(t, 150)
	users, err := w.Roster.Members(t.Context())
	noError(t, err)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getUser", Skip: 70})
	found, err := w.WithRoles(t.Context(), users)
	if as[*modelprime.APIError](t, err).Status != http.StatusForbidden || found != nil {
		t.Errorf("%d found: %v", len(found), err)
	}
}

func TestTheListIsNeverOlderThanARemoval(t *testing.T) {
	w := newWorld(t, 150)
	noError(t, atOnceAll(20, func(i int) error {
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
	users, err := w.Roster.Members(t.Context())
	noError(t, err)
	w.whole(users)
}

// A reply that was lost may stand for a removal that was carried out.
func TestAFailedRemovalDropsTheListToo(t *testing.T) {
	w := newWorld(t, 2)
	id := w.idOf(unit(0))
	_, err := w.One(t.Context(), unit(0))
	noError(t, err)
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "deleteUser"})
	if err := w.Roster.Remove(t.Context(), id); err == nil {
		t.Error("no error")
	}
	if _, err := w.One(t.Context(), unit(0)); !errors.Is(err, ErrNobody) {
		t.Errorf("the error is %v", err)
	}
}

func TestSomebodyWhoIsGoneAlreadyIsRemoved(t *testing.T) {
	w := newWorld(t, 1)
	noError(t, w.Roster.Remove(t.Context(), "auth0|gone"))
	w.Fail(sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: "deleteUser"})
	if err := w.Roster.Remove(t.Context(), "auth0|gone"); err == nil {
		t.Error("a proxy's page was taken for a removal")
	}
}

func TestAnInvitationLeavesTheList(t *testing.T) {
	w := newWorld(t, 2)
	_, err := w.One(t.Context(), unit(0))
	noError(t, err)
	w.ResetLog()
	noError(t, w.Invite(t.Context(), invitation()))
	_, err = w.One(t.Context(), unit(0))
	noError(t, err)
	w.asked(map[string]int{"inviteUser": 1})
}

func TestAChangeOfRolesLeavesTheList(t *testing.T) {
	w := newWorld(t, 2)
	id := w.idOf(unit(0))
	_, err := w.One(t.Context(), unit(0))
	noError(t, err)
	w.ResetLog()
	noError(t, w.Roster.SetRoles(t.Context(), id, []string{"developer"}))
	user, err := w.Roster.Member(t.Context(), id)
	if err != nil || !slices.Equal(user.Roles, []string{"developer"}) {
		t.Errorf("%v, %v", user, err)
	}
	_, err = w.One(t.Context(), unit(0))
	noError(t, err)
	w.asked(map[string]int{"replaceUserRoles": 1, "getUser": 1})
}

// late has the replies to requests for pages wait for the gate, once the API has answered them.
func (w *world) late() (gate chan struct{}) {
	gate = make(chan struct{})
	w.OnReply(func(request sandbox.Request) {
		if request.Operation == "listUsers" {
			<-gate
		}
	})
	return gate
}

// Whoever asks after a removal does not join a page that was answered before it.
func TestARemovalWhileAPageIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newQuietWorld(t)
		w.add("ada@example.com", "Ada Servo")
		goes := w.add("grace@example.com", "Grace Gear")
		gate, answered, found := w.late(), make(chan error), make(chan error)
		go func() {
			_, err := w.One(t.Context(), "ada@example.com")
			answered <- err
		}()
		synctest.Wait()
		noError(t, w.Roster.Remove(t.Context(), goes))
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

func TestAFailedChangeOfRolesIsTheCallers(t *testing.T) {
	w := newWorld(t, 2)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "replaceUserRoles"})
	err := w.Roster.SetRoles(t.Context(), w.idOf(unit(0)), []string{"developer"})
	if as[*modelprime.APIError](t, err).Status != http.StatusForbidden {
		t.Errorf("the error is %v", err)
	}
}
