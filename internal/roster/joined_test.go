package roster

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// google and password are invitations with these roles.
func google(roles ...string) modelprime.Invitation {
	return modelprime.Invitation{Connection: modelprime.ConnectionGoogle, Roles: roles}
}

func password(roles ...string) modelprime.Invitation {
	return modelprime.Invitation{Connection: modelprime.ConnectionPassword, Roles: roles}
}

// The member who is taken for the person invited at ada@example.com.
func TestJoined(t *testing.T) {
	developer, both := []string{"developer"}, []string{"developer", "analyst"}
	type invitations []modelprime.Invitation
	user := func(id, email string, roles ...string) sandbox.User {
		return sandbox.User{ID: id, Email: email, Name: "Ada Servo", Roles: roles}
	}
	for name, c := range map[string]struct {
		members     []sandbox.User
		invitations invitations
		bound       bool
		refused     string
	}{
		"no member":               {nil, invitations{google(developer...)}, false, ""},
		"with exactly the roles":  {[]sandbox.User{user("google-oauth2|1", "ada@example.com", developer...)}, invitations{google(developer...)}, true, ""},
		"with more roles":         {[]sandbox.User{user("auth0|1", "ADA@example.com", both...)}, invitations{password(developer...)}, true, ""},
		"by an earlier one":       {[]sandbox.User{user("auth0|1", "ada@example.com", developer...)}, invitations{password(developer...), google(both...)}, true, ""},
		"by the last one":         {[]sandbox.User{user("auth0|1", "ada@example.com", developer...)}, invitations{google("admin"), password(developer...)}, true, ""},
		"another kind of id":      {[]sandbox.User{user("samlp|acme|1", "ada@example.com", developer...)}, invitations{google(developer...)}, true, ""},
		"a UUID":                  {[]sandbox.User{user("7d0c4a5e-1c1f-4a8e-9b3c-2f6d8e0a1b2c", "ada@example.com", developer...)}, invitations{password(developer...)}, true, ""},
		"a number":                {[]sandbox.User{user("42", "ada@example.com", developer...)}, invitations{google(developer...)}, true, ""},
		"a longer address":        {[]sandbox.User{user("auth0|1", "ada@example.com.au", both...)}, invitations{google(developer...)}, false, ""},
		"with fewer roles":        {[]sandbox.User{user("google-oauth2|1", "ada@example.com", developer...)}, invitations{google("admin"), google(both...)}, false, "the member google-oauth2|1 (Ada Servo) has the address ada@example.com, but has the roles [developer] instead of at least [developer, analyst]"},
		"without roles":           {[]sandbox.User{user("google-oauth2|1", "ada@example.com")}, invitations{google(developer...)}, false, "has the roles [] instead of at least"},
		"by the other connection": {[]sandbox.User{user("auth0|1", "ada@example.com", both...)}, invitations{google(developer...)}, false, "logs in with username-password instead of google-oauth2"},
		"by Google, for a password": {
			[]sandbox.User{user("google-oauth2|1", "ada@example.com", both...)},
			invitations{password(developer...)},
			false,
			"logs in with google-oauth2 instead of username-password",
		},
		"connection of one, roles of another": {
			[]sandbox.User{user("auth0|1", "ada@example.com", developer...)},
			invitations{password("admin"), google(developer...)},
			false,
			"logs in with username-password instead of google-oauth2",
		},
		"without a record":            {[]sandbox.User{user("auth0|1", "ada@example.com", both...)}, nil, false, "has the address ada@example.com, but the state has no record of an invitation"},
		"by one without roles":        {[]sandbox.User{user("auth0|1", "ada@example.com", both...)}, invitations{password()}, false, "instead of at least []"},
		"two of them, one with roles": {[]sandbox.User{user("auth0|1", "ada@example.com", both...), user("auth0|2", "Ada@example.com")}, invitations{password(developer...)}, false, "2 members have the address ada@example.com: auth0|1"},
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

func TestJoinedReadsRolesInOneRequest(t *testing.T) {
	w := newWorld(t, 150)
	user, err := w.Joined(t.Context(), unit(7), []modelprime.Invitation{password("analyst")})
	if err != nil || user.Email != unit(7) || !slices.Equal(user.Roles, []string{"analyst"}) {
		t.Errorf("%v, %v", user, err)
	}
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 2, "getUser": 1})
}

// A member who leaves or changes their address between the list and the read of their roles has not joined.
func TestJoinedAfterAChange(t *testing.T) {
	for name, change := range map[string]func(w *world) error{
		"left":                func(w *world) error { return w.Sandbox.Remove(w.idOf(unit(0))) },
		"has another address": func(w *world) error { return w.SetEmail(w.idOf(unit(0)), "other@example.com") },
	} {
		w := newWorld(t, 2)
		_, err := w.One(t.Context(), unit(0))
		noError(t, err)
		noError(t, change(w))
		user, err := w.Joined(t.Context(), unit(0), []modelprime.Invitation{password("analyst")})
		if err != nil || user != nil {
			t.Errorf("%s: %v, %v", name, user, err)
		}
	}
	w := newWorld(t, 2)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getUser"})
	user, err := w.Joined(t.Context(), unit(0), []modelprime.Invitation{password("analyst")})
	if as[*modelprime.APIError](t, err).Status != http.StatusForbidden || user != nil {
		t.Errorf("%v, %v", user, err)
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
