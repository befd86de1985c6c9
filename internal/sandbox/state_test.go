package sandbox_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func load(t *testing.T, data string) *fixture {
	t.Helper()
	s, err := sandbox.Load([]byte(data), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return serve(t, s)
}

func (f *fixture) snapshot() string {
	f.t.Helper()
	data, err := f.Snapshot()
	if err != nil {
		f.t.Fatal(err)
	}
	return string(data)
}

func TestSnapshotIsComplete(t *testing.T) {
	clock := newClock()
	f := start(t, sandbox.Options{
		Organization: sandbox.Organization{ID: "11111111-2222-4333-8444-555555555555", Name: "Gripper Works"},
		Owner:        sandbox.User{ID: "auth0|boss", Email: "boss@example.com", Name: "Boss"},
		Token:        "mpat_other",
		Clock:        clock.read,
	})
	gone := f.add("zoe@example.com", "Zoe")
	f.add("kai@example.com", "Kai", "admin", "future_role")
	f.add("bea@example.com", "Bea")
	f.expect(204, "DELETE", user(gone), "")
	f.invite("ada@example.com")
	f.accept("ada@example.com")
	f.invite("lin@example.com")
	f.invite("max@example.com")
	if err := f.Ignore("max@example.com"); err != nil {
		t.Fatal(err)
	}
	f.expect(204, "POST", user("auth0|boss")+"/reset_password", "")

	again := load(t, f.snapshot())
	if got, want := again.snapshot(), f.snapshot(); got != want {
		t.Errorf("loaded and saved again:\n%s\nwant\n%s", got, want)
	}
	for _, path := range []string{"/organization", "/user", "/users", user(gone)} {
		if got, want := again.do("GET", path, ""), f.do("GET", path, ""); got.status != want.status || got.body != want.body {
			t.Errorf("%s: %d %s, want %d %s", path, got.status, got.body, want.status, want.body)
		}
	}
	if _, err := again.Accept("ada@example.com"); err == nil {
		t.Error("an answered invitation was accepted again")
	}
	if _, err := again.Accept("max@example.com"); err == nil {
		t.Error("an ignored invitation was accepted")
	}
	if id := again.add("max@example.com", "Max"); id == gone {
		t.Error("the ID of a former member was reused")
	}
	again.accept("lin@example.com")
}

func TestRemovedOwnerStaysRemoved(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.expect(204, "DELETE", user("auth0|owner"), "")
	for _, data := range []string{f.snapshot(), `{"former_ids": ["auth0|owner"]}`} {
		again := load(t, data)
		if len(again.Members()) != 0 {
			t.Errorf("members %+v", again.Members())
		}
		again.expect(401, "GET", "/user", "")
	}
}

func TestShortSeed(t *testing.T) {
	f := load(t, `{}`)
	f.expect(200, "GET", "/organization", "")

	f = load(t, `{"members": [
		{"email": "ada@example.com", "name": "Ada Servo", "roles": ["admin"]},
		{"id": "auth0|64f000000000000000000001", "email": "kai@example.com", "name": "Kai Gripper"},
		{"email": "bea@example.com", "name": "Bea"}],
		"emails": [{"kind": "invitation", "to": "lin@example.com", "name": "Lin", "roles": ["analyst"], "connection": "google-oauth2"}]}`)
	emails := decode[userPage](t, f.expect(200, "GET", "/users", "").body).emails()
	if want := []string{sandbox.DefaultEmail, "ada@example.com", "kai@example.com", "bea@example.com"}; !slices.Equal(emails, want) {
		t.Errorf("members %v, want %v", emails, want)
	}
	ada, _ := f.Member("ada@example.com")
	if !strings.HasPrefix(ada.ID, "auth0|") || !slices.Equal(ada.Roles, []string{"admin"}) {
		t.Errorf("got %+v", ada)
	}
	if at := f.Emails()[0].At; time.Since(at).Abs() > time.Minute {
		t.Errorf("an e-mail without a time was sent at %v", at)
	}
	if id := f.accept("lin@example.com"); !strings.HasPrefix(id, "google-oauth2|") {
		t.Errorf("joined as %s", id)
	}
}

func TestSeedWithPartOfAnOrganization(t *testing.T) {
	f := load(t, `{"organization": {"name": "Lighthouse Robotics", "created_at": "2025-02-03T08:30:00Z"}}`)
	got := decode[sandbox.Organization](t, f.expect(200, "GET", "/organization", "").body)
	want := sandbox.Organization{
		ID: "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", Name: "Lighthouse Robotics", ShortName: "example-robotics",
		CreatedAt: "2025-02-03T08:30:00Z", UpdatedAt: "2025-02-03T08:30:00Z",
	}
	if got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestSeedWithAnOwner(t *testing.T) {
	f := load(t, `{"owner": "auth0|boss", "token": "mpat_other", "members": [
		{"id": "auth0|boss", "email": "boss@example.com", "name": "Boss", "roles": ["analyst"]}]}`)
	if email, token := f.Credentials(); email != "boss@example.com" || token != "mpat_other" {
		t.Errorf("credentials %s, %s", email, token)
	}
	if n := len(f.Members()); n != 1 {
		t.Errorf("%d members", n)
	}
	f.expect(403, "DELETE", user("auth0|boss"), "")
}

func TestSeedWithTheDefaultOwner(t *testing.T) {
	f := load(t, `{"members": [{"id": "auth0|owner", "email": "rosie@example.com", "name": "Rosie", "roles": ["admin"]}]}`)
	me := decode[sandbox.User](t, f.expect(200, "GET", "/user", "").body)
	if me.Email != "rosie@example.com" || len(f.Members()) != 1 {
		t.Errorf("got %+v of %+v", me, f.Members())
	}
}

func TestBadSeedIsRefused(t *testing.T) {
	for data, complaint := range map[string]string{
		``:               "EOF",
		`[]`:             "array",
		`{} {}`:          "text after",
		`{"people": []}`: "people",
		`{"members": [{"email": "a@example.com", "role": "admin"}]}`:                                  "role",
		`{"members": [{"name": "Ada"}]}`:                                                              "no email",
		`{"members": [{"id": "x", "email": "a@example.com"}, {"id": "x", "email": "b@example.com"}]}`: "two members",
		`{"owner": "auth0|boss"}`:                                                                     "auth0|boss",
		`{"owner": "\u001b[2J"}`:                                                                      `"\x1b[2J"`,
		`{"members": [{"id": "\u001b", "email": "a@example.com"}, {"id": "\u001b", "email": "b@example.com"}]}`: `"\x1b"`,
		`{"token": "mpat_\u001b]0;title\u0007"}`:                                   "invisible",
		`{"token": "mpat_a\n::add-mask::b"}`:                                       "invisible",
		`{"owner": "x", "members": [{"id": "x", "email": "\u202ea@example.com"}]}`: "invisible",
		`{"emails": [{"kind": "letter", "to": "a@example.com"}]}`:                  "letter",
	} {
		if _, err := sandbox.Load([]byte(data), sandbox.Options{}); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%s: %v, want something about %q", data, err, complaint)
		}
	}
}
