package modelprime

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

// changed is the reply to a change of the address, and the caller from then on.
const changed = `{"id":"auth0|robot","email":"Robot.New@example.com","name":"Roster Robot"}`

// After a change of the address, the client authenticates with the new address if the change is confirmed.
func TestChangeOfTheAddress(t *testing.T) {
	address := "robot.new@example.com"
	refused := answer(401, `{"message":"no such user"}`)
	for name, test := range map[string]struct {
		answers []http.HandlerFunc
		methods string
		follows bool
	}{
		"carried out":                             {[]http.HandlerFunc{answer(200, changed)}, "PATCH", true},
		"refused":                                 {[]http.HandlerFunc{answer(400, "")}, "PATCH", false},
		"refused for the credentials":             {[]http.HandlerFunc{refused}, "PATCH", false},
		"carried out, and the reply is lost":      {[]http.HandlerFunc{dropped, refused, answer(200, changed)}, "PATCH PATCH GET", true},
		"carried out, and the reply says nothing": {[]http.HandlerFunc{answer(202, "{}")}, "PATCH", true},
		"carried out, and the reply is a page":    {[]http.HandlerFunc{answer(200, "<html>"), answer(200, changed)}, "PATCH GET", true},
		"lost, and the new address is refused":    {[]http.HandlerFunc{dropped, dropped, dropped, refused}, "PATCH PATCH PATCH GET", false},
		"lost, and it is another member's":        {[]http.HandlerFunc{answer(200, "<html>"), answer(200, ada)}, "PATCH GET", false},
	} {
		t.Run(name, func(t *testing.T) {
			srv := serve(t, test.answers...)
			c := srv.client(t)
			err := c.UpdateCurrentUser(context.Background(), CurrentUserUpdate{Email: &address})
			if (err == nil) != test.follows {
				t.Errorf("ended with %v", err)
			}
			var methods []string
			for _, r := range srv.requests() {
				methods = append(methods, r.method)
			}
			if got := strings.Join(methods, " "); got != test.methods {
				t.Errorf("requests were %s, want %s", got, test.methods)
			}
			want := testCredentials.Email
			if test.follows {
				want = address
			}
			_ = c.DeleteUser(context.Background(), "auth0|1")
			requests := srv.requests()
			if got := requests[len(requests)-1].header.Get("Authorization"); got != want+":"+testToken {
				t.Errorf("authorized as %q, want %s", got, want)
			}
		})
	}
}

// A change of the name alone keeps the credentials.
func TestChangeOfTheName(t *testing.T) {
	srv := serve(t, answer(200, changed))
	c := srv.client(t)
	name := "Roster Robot"
	for range 2 {
		if err := c.UpdateCurrentUser(context.Background(), CurrentUserUpdate{Name: &name}); err != nil {
			t.Fatal(err)
		}
	}
	for _, r := range srv.requests() {
		if got := r.header.Get("Authorization"); got != testCredentials.authorization() || r.body != `{"name":"Roster Robot"}` {
			t.Errorf("authorized as %q to send %s", got, r.body)
		}
	}
}

// No other request is in flight during a change of the address: it would be refused under the old one.
func TestNoRequestDuringAChangeOfTheAddress(t *testing.T) {
	var c *Client
	var others sync.WaitGroup
	var mu sync.Mutex
	var under []string
	c, err := New(Config{Credentials: testCredentials, Clock: newTestClock(), Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		mu.Lock()
		under = append(under, r.Method+" "+strings.SplitN(r.Header.Get("Authorization"), ":", 2)[0])
		mu.Unlock()
		if r.Method == http.MethodPatch {
			others.Go(func() { _ = c.DeleteUser(context.Background(), "auth0|1") })
			for range 1000 {
				runtime.Gosched()
			}
		}
		return plainResponse(200, changed, http.Header{}), nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	address := "robot.new@example.com"
	if err := c.UpdateCurrentUser(context.Background(), CurrentUserUpdate{Email: &address}); err != nil {
		t.Fatal(err)
	}
	others.Wait()
	if want := []string{"PATCH robot@example.com", "DELETE robot.new@example.com"}; !slices.Equal(under, want) {
		t.Errorf("requests were %v, want %v", under, want)
	}
}

// A GetCurrentUser during a change of the address accepts both addresses.
func TestCurrentUserDuringAChangeOfTheAddress(t *testing.T) {
	var c *Client
	address := "robot.new@example.com"
	for _, before := range []bool{true, false} {
		srv := serve(t, func(w http.ResponseWriter, r *http.Request) {
			c.setEmail(address)
			if before {
				answer(200, robot)(w, r)
			} else {
				answer(200, strings.Replace(robot, "Robot@", "robot.new@", 1))(w, r)
			}
		})
		c = srv.client(t)
		if user, err := c.GetCurrentUser(context.Background()); err != nil || user.ID != "auth0|robot" {
			t.Errorf("%+v, %v", user, err)
		}
	}
}
