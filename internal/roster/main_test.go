package roster

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is an organization behind an HTTP server, and its roster.
type world struct {
	*sandbox.Sandbox
	*Roster
	t   *testing.T
	url string
}

// newWorld has that many members, including the caller.
func newWorld(t *testing.T, members int) *world {
	t.Helper()
	s := sandbox.New(sandbox.Options{})
	server := httptest.NewServer(s)
	transport := &http.Transport{}
	t.Cleanup(server.Close)
	t.Cleanup(transport.CloseIdleConnections)
	w := &world{Sandbox: s, t: t, url: server.URL + sandbox.BasePath}
	w.Roster = New(newClient(t, w.url, transport))
	for i := range members - 1 {
		w.add(unit(i), fmt.Sprintf("Unit %d", i), sandbox.RoleAnalyst)
	}
	return w
}

func unit(i int) string { return fmt.Sprintf("unit%d@example.com", i) }

func newClient(t *testing.T, endpoint string, transport http.RoundTripper) *modelprime.Client {
	t.Helper()
	client, err := modelprime.New(modelprime.Config{
		Endpoint:              endpoint,
		Credentials:           modelprime.Credentials{Email: sandbox.DefaultEmail, Token: sandbox.DefaultToken},
		MaxConcurrentRequests: 64,
		Clock:                 stillClock{},
		Transport:             transport,
	})
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// stillClock never waits.
type stillClock struct{}

func (stillClock) Now() time.Time { return time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC) }

func (stillClock) Sleep(ctx context.Context, _ time.Duration) error { return ctx.Err() }

// inProcess is a transport that calls a handler without a network, for use with synctest.
type inProcess struct{ http.Handler }

func (p inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	served := r.Clone(r.Context())
	if served.Body == nil {
		served.Body = http.NoBody
	}
	replied := make(chan *http.Response, 1)
	go func() {
		recorder := httptest.NewRecorder()
		p.ServeHTTP(recorder, served)
		replied <- recorder.Result()
	}()
	select {
	case reply := <-replied:
		return reply, nil
	case <-r.Context().Done():
		return nil, r.Context().Err()
	}
}

// newQuietWorld is a world without a network.
func newQuietWorld(t *testing.T) *world {
	t.Helper()
	s := sandbox.New(sandbox.Options{})
	url := "http://localhost" + sandbox.BasePath
	return &world{Sandbox: s, t: t, url: url, Roster: New(newClient(t, url, inProcess{s}))}
}

func (w *world) add(email, name string, roles ...string) string {
	w.t.Helper()
	id, err := w.AddMember(sandbox.User{Email: email, Name: name, Roles: roles})
	if err != nil {
		w.t.Fatal(err)
	}
	return id
}

// leave removes the member with this address.
func (w *world) leave(email string) {
	w.t.Helper()
	member, ok := w.Sandbox.Member(email)
	if !ok {
		w.t.Fatalf("%s is no member", email)
	}
	if err := w.Sandbox.Remove(member.ID); err != nil {
		w.t.Fatal(err)
	}
}

// before calls f before the nth request for a page of the list.
func (w *world) before(f func(n int)) {
	w.OnRequest(func(operation string, n int) {
		if operation == "listUsers" {
			f(n)
		}
	})
}

// asked checks the number of calls of each operation since the last check.
func (w *world) asked(want map[string]int) {
	w.t.Helper()
	got := map[string]int{}
	for _, request := range w.Requests() {
		got[request.Operation]++
	}
	w.ResetLog()
	if fmt.Sprint(got) != fmt.Sprint(want) {
		w.t.Errorf("asked %v, want %v", got, want)
	}
}

func emails(users []modelprime.User) []string {
	found := make([]string, len(users))
	for i, u := range users {
		found[i] = u.Email
	}
	slices.Sort(found)
	return found
}

// whole checks that the users are all current members.
func (w *world) whole(users []modelprime.User) {
	w.t.Helper()
	want := []string{}
	for _, m := range w.Sandbox.Members() {
		want = append(want, m.Email)
	}
	slices.Sort(want)
	if got := emails(users); !slices.Equal(got, want) {
		w.t.Errorf("%d members listed, and there are %d:\n%v\n%v", len(got), len(want), got, want)
	}
}

func noError(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// as returns an error of this type, and stops the test if there is none.
func as[E error](t *testing.T, err error) E {
	t.Helper()
	var wanted E
	if !errors.As(err, &wanted) {
		t.Fatalf("the error is %T (%v), want %T", err, err, wanted)
	}
	return wanted
}
