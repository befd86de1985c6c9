package sandbox_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const validInvitation = `{"connection":"google-oauth2","email":"ada@example.com","name":"Ada Servo","roles":["analyst"]}`

func TestUnknownPathsAreNotFound(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, path := range []string{
		"", "/", "/nothing", "/organization/", "/user/me", "/users/", "/users//roles", "/users/a/b", "/users/a%2Fb/c",
		"/users/a/roles/", "/Users", "/users/invite/",
	} {
		f.expect(404, "GET", path, "")
	}
	for _, entry := range f.Requests() {
		if entry.Template != "" || entry.Operation != "" || entry.Carried {
			t.Errorf("%s is logged as %+v", entry.Path, entry)
		}
	}
}

func TestPathsOutsideTheBasePathAreNotFound(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, path := range []string{"/", "/organization", "/api/oum/v2/organization", "/api/oum/v1organization"} {
		r := f.request("GET", "", "")
		r.URL.Path = path
		res := f.send(r)
		if res.status != 404 {
			t.Errorf("%s: status %d", path, res.status)
		}
		wantMessage(t, res)
	}
}

func TestKnownPathsRefuseOtherMethods(t *testing.T) {
	f := start(t, sandbox.Options{})
	allowed := map[string]string{
		"/organization":                   "GET",
		"/user":                           "GET, PATCH",
		"/users":                          "GET",
		"/users/invite":                   "POST",
		"/users/auth0%7Cx":                "GET, DELETE",
		"/users/auth0%7Cx/reset_password": "POST",
		"/users/auth0%7Cx/roles":          "PUT",
	}
	for path, allow := range allowed {
		for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			if strings.Contains(allow, method) {
				continue
			}
			res := f.expect(405, method, path, "")
			if got := res.header.Get("Allow"); got != allow {
				t.Errorf("%s: Allow is %q, want %q", path, got, allow)
			}
		}
	}
}

func TestAuthorizationMustBeExact(t *testing.T) {
	const right = sandbox.DefaultEmail + ":" + sandbox.DefaultToken
	f := start(t, sandbox.Options{})
	for _, wrong := range []string{
		"", "Bearer " + sandbox.DefaultToken, "Bearer " + right, sandbox.DefaultToken, sandbox.DefaultEmail + ":mpat_other",
		"Robot@example.com:" + sandbox.DefaultToken, "other@example.com:" + sandbox.DefaultToken, right + "x",
		sandbox.DefaultEmail + ": " + sandbox.DefaultToken,
	} {
		f.authorization = wrong
		f.expect(401, "GET", "/organization", "")
		f.expect(401, "POST", "/users/invite", validInvitation)
	}
	if len(f.Emails()) > 0 {
		t.Error("an invitation without a token was sent")
	}
	f.authorization = right
	f.expect(200, "GET", "/organization", "")
}

func TestAuthorizationMustNotBeSentTwice(t *testing.T) {
	f := start(t, sandbox.Options{})
	r := f.request("GET", "/user", "")
	r.Header.Add("Authorization", f.authorization)
	if res := f.send(r); res.status != 401 {
		t.Errorf("status %d", res.status)
	}
}

func TestTokenHasItsOwnersRoles(t *testing.T) {
	for _, roles := range [][]string{{}, {sandbox.RoleAnalyst}, {sandbox.RoleDeveloper, sandbox.RoleAnalyst}} {
		f := start(t, sandbox.Options{Owner: sandbox.User{Roles: roles}})
		id := f.add("ada@example.com", "Ada Servo")
		f.expect(200, "GET", "/organization", "")
		f.expect(200, "GET", "/user", "")
		f.expect(200, "GET", "/users", "")
		f.expect(200, "GET", user(id), "")
		f.expect(200, "PATCH", "/user", `{"name":"Rosie"}`)
		f.expect(403, "DELETE", user(id), "")
		f.expect(403, "PUT", user(id)+"/roles", `["admin"]`)
		f.expect(403, "POST", user(id)+"/reset_password", "")
		f.expect(403, "POST", "/users/invite", validInvitation)
		if ada, _ := f.Member("ada@example.com"); len(ada.Roles) > 0 || len(f.Emails()) > 0 {
			t.Errorf("roles %v: a forbidden change was made", roles)
		}
	}
}

func TestLostAdminRoleTakesEffectAtOnce(t *testing.T) {
	f := start(t, sandbox.Options{})
	id := f.add("ada@example.com", "Ada Servo")
	f.expect(204, "PUT", user(id)+"/roles", `["analyst"]`)
	f.expect(204, "PUT", user("auth0|owner")+"/roles", `["developer"]`)
	f.expect(403, "PUT", user(id)+"/roles", `["admin"]`)
}

func TestRemovedOwnerIsUnauthorized(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.expect(204, "DELETE", user("auth0|owner"), "")
	f.expect(401, "GET", "/organization", "")
	f.expect(401, "GET", "/user", "")
}

func TestUnknownQueryParametersAreRefused(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, path := range []string{
		"/users?page=1", "/users?page_number=1&page_number=2", "/organization?x=1", "/users?page_number=%zz",
	} {
		f.expect(400, "GET", path, "")
	}
}

func TestUnexpectedBodiesAreRefused(t *testing.T) {
	f := start(t, sandbox.Options{})
	id := f.add("ada@example.com", "Ada Servo")
	for _, contentType := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", ";"} {
		r := f.request("PUT", user(id)+"/roles", `["admin"]`)
		r.Header.Set("Content-Type", contentType)
		if res := f.send(r); res.status != 400 {
			t.Errorf("content type %q: status %d", contentType, res.status)
		}
	}
	r := f.request("PUT", user(id)+"/roles", `["analyst"]`)
	r.Header.Set("Content-Type", "application/json; charset=utf-8")
	if res := f.send(r); res.status != 204 {
		t.Errorf("with a charset: status %d", res.status)
	}
	f.expect(400, "DELETE", user(id), `{}`)
	f.expect(400, "POST", user(id)+"/reset_password", `{}`)
	f.expect(400, "POST", "/users/invite", strings.Replace(validInvitation, "ada@", "kai@", 1)+strings.Repeat(" ", 1<<20))
	if _, ok := f.Member("ada@example.com"); !ok || len(f.Emails()) > 0 {
		t.Error("a refused request was carried out")
	}
}

func TestIDIsOneEncodedSegment(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, id := range []string{"auth0|64f0", "odd/one|%41", "auth0|a b?c#d", "invite", ".."} {
		if _, err := f.AddMember(sandbox.User{ID: id, Email: "odd@example.com", Name: "Odd"}); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"auth0|64f0", "odd/one|%41", "auth0|a b?c#d"} {
		res := f.expect(200, "GET", user(id), "")
		if got := decode[sandbox.User](t, res.body); got.ID != id {
			t.Errorf("asked for %q, got %q", id, got.ID)
		}
	}
	f.expect(404, "GET", "/users/auth0%257C64f0", "")
	f.expect(405, "GET", "/users/invite", "")
}

func TestLogOfRequests(t *testing.T) {
	f := start(t, sandbox.Options{})
	told := make(chan sandbox.Request, 4)
	f.OnReply(func(r sandbox.Request) { told <- r })
	f.expect(204, "POST", "/users/invite", validInvitation)
	f.expect(404, "GET", user("auth0|nobody"), "")
	f.expect(200, "GET", "/users?page_size=5", "")
	f.expect(405, "PUT", "/user", "")
	want := []sandbox.Request{
		{Method: "POST", Path: sandbox.BasePath + "/users/invite", Template: "/users/invite", Operation: "inviteUser", Status: 204, Body: validInvitation, Carried: true},
		{Method: "GET", Path: sandbox.BasePath + "/users/auth0%7Cnobody", Template: "/users/{id}", Operation: "getUser", Status: 404},
		{Method: "GET", Path: sandbox.BasePath + "/users", Query: "page_size=5", Template: "/users", Operation: "listUsers", Status: 200, Carried: true},
		{Method: "PUT", Path: sandbox.BasePath + "/user", Template: "/user", Status: 405},
	}
	got := f.Requests()
	if len(got) != len(want) {
		t.Fatalf("%d entries, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("entry %d:\n got %+v\nwant %+v", i, got[i], want[i])
		}
		if r := <-told; r != want[i] {
			t.Errorf("OnReply was told of %+v", r)
		}
	}
	if f.Count("inviteUser") != 1 || f.Count("getUser") != 1 || f.Count("deleteUser") != 0 {
		t.Error("Count does not count the log")
	}
	f.ResetLog()
	if len(f.Requests()) != 0 || f.Count("inviteUser") != 0 || len(f.Emails()) != 1 {
		t.Error("ResetLog must clear only the requests")
	}
}
