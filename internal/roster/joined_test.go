package roster

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestWhoJoined(t *testing.T) {
	developer, both := []string{"developer"}, []string{"developer", "analyst"}
	for name, c := range map[string]struct {
		members     []sandbox.User
		invitations [][]string
		bound       bool
		refused     string
	}{
		"nobody": {invitations: [][]string{developer}},
		"with exactly the roles": {
			members: []sandbox.User{{Email: "ada@example.com", Roles: developer}}, invitations: [][]string{developer}, bound: true,
		},
		"with more roles": {
			members: []sandbox.User{{Email: "ADA@example.com", Roles: both}}, invitations: [][]string{developer}, bound: true,
		},
		"with the roles of an earlier invitation": {
			members: []sandbox.User{{Email: "ada@example.com", Roles: developer}}, invitations: [][]string{developer, both}, bound: true,
		},
		"with the roles of the last invitation": {
			members: []sandbox.User{{Email: "ada@example.com", Roles: developer}}, invitations: [][]string{{"admin"}, developer}, bound: true,
		},
		"with fewer roles": {
			members: []sandbox.User{{Email: "ada@example.com", Name: "Ada Servo", Roles: developer}}, invitations: [][]string{{"admin"}, both},
			refused: "the member auth0|64f000000000000000000001 (Ada Servo) has the address ada@example.com but holds the roles [developer], " +
				"fewer than the invitation gave: [developer, analyst]",
		},
		"without roles": {
			members: []sandbox.User{{Email: "ada@example.com"}}, invitations: [][]string{developer}, refused: "holds the roles [], fewer",
		},
		"without an invitation": {
			members: []sandbox.User{{Email: "ada@example.com", Roles: both}}, refused: "fewer than the invitation gave: []",
		},
		"for an invitation that gave nothing": {
			members: []sandbox.User{{Email: "ada@example.com", Roles: both}}, invitations: [][]string{{}}, refused: "fewer than the invitation gave: []",
		},
		"two of them, one with the roles": {
			members:     []sandbox.User{{Email: "ada@example.com", Roles: both}, {Email: "Ada@example.com"}},
			invitations: [][]string{developer}, refused: "2 members have the address ada@example.com: auth0|",
		},
		"a Kelvin sign": {
			members: []sandbox.User{{Email: "ada@example.com\u212a", Roles: both}}, invitations: [][]string{developer},
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 1)
			for _, member := range c.members {
				_, err := w.AddMember(member)
				noError(t, err)
			}
			user, err := w.Joined(t.Context(), "ada@example.com", c.invitations)
			if (user != nil) != c.bound {
				t.Errorf("%v joined", user)
			}
			if c.refused == "" {
				noError(t, err)
				return
			}
			refused := as[*NotBoundError](t, err)
			if !strings.Contains(refused.Error(), c.refused) || refused.Email != "ada@example.com" || len(refused.Members) != len(c.members) {
				t.Errorf("%+v: %q does not tell %q", refused, refused, c.refused)
			}
		})
	}
}

func TestWhoJoinedHasTheirRolesAndOneRequest(t *testing.T) {
	w := newWorld(t, 150)
	user, err := w.Joined(t.Context(), unit(7), [][]string{{"analyst"}})
	if err != nil || user.Email != unit(7) || !slices.Equal(user.Roles, []string{"analyst"}) {
		t.Errorf("%v, %v", user, err)
	}
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 2, "getUser": 1})
}

func TestAKelvinSignIsSomebodyElse(t *testing.T) {
	w := newWorld(t, 1)
	w.add("\u212aim@example.com", "Kim Sign", "developer")
	user, err := w.Joined(t.Context(), "kim@example.com", [][]string{{"developer"}})
	if err != nil || user != nil {
		t.Errorf("%v, %v", user, err)
	}
}

// Between the list and the question for their roles people leave, and change their address.
func TestWhoeverLeftOrIsCalledOtherwiseSinceTheListDidNotJoin(t *testing.T) {
	for name, change := range map[string]func(w *world) error{
		"left":                func(w *world) error { return w.Sandbox.Remove(w.idOf(unit(0))) },
		"has another address": func(w *world) error { return w.SetEmail(w.idOf(unit(0)), "other@example.com") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 2)
			_, err := w.One(t.Context(), unit(0))
			noError(t, err)
			noError(t, change(w))
			user, err := w.Joined(t.Context(), unit(0), [][]string{{"analyst"}})
			if err != nil || user != nil {
				t.Errorf("%v, %v", user, err)
			}
		})
	}
}

func TestWhoJoinedIsAnErrorWhereNobodyCanTell(t *testing.T) {
	for _, operation := range []string{"listUsers", "getUser"} {
		w := newWorld(t, 2)
		w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: operation})
		user, err := w.Joined(t.Context(), unit(0), [][]string{{"analyst"}})
		if as[*modelprime.APIError](t, err).Status != http.StatusForbidden || user != nil {
			t.Errorf("%v, %v", user, err)
		}
		if _, err := w.One(t.Context(), unit(0)); (err != nil) != (operation == "listUsers") {
			t.Errorf("the error is %v", err)
		}
	}
}

func TestSetsOfRoles(t *testing.T) {
	for _, c := range []struct {
		a, b      []string
		all, same bool
	}{
		{nil, nil, true, true},
		{[]string{"admin"}, nil, true, false},
		{nil, []string{"admin"}, false, false},
		{[]string{"admin", "analyst"}, []string{"analyst", "admin", "admin"}, true, true},
		{[]string{"admin", "analyst"}, []string{"analyst"}, true, false},
		{[]string{"admin"}, []string{"analyst"}, false, false},
	} {
		if HoldsAll(c.a, c.b) != c.all || SameRoles(c.a, c.b) != c.same || SameRoles(c.b, c.a) != c.same {
			t.Errorf("%v and %v", c.a, c.b)
		}
	}
}
