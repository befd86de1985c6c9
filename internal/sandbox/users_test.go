package sandbox_test

import (
	"net/url"
	"slices"
	"strconv"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func user(id string) string { return "/users/" + url.PathEscape(id) }

// userPage is a page of users by the contract, independent of the sandbox's types.
type userPage struct {
	Count int              `json:"count"`
	Items []map[string]any `json:"items"`
}

func (p userPage) emails() []string {
	var emails []string
	for _, item := range p.Items {
		emails = append(emails, item["email"].(string))
	}
	return emails
}

func TestOrganizationFollowsTheContract(t *testing.T) {
	f := start(t, sandbox.Options{Organization: sandbox.Organization{
		ID: "11111111-2222-4333-8444-555555555555", Name: "Gripper Works", ShortName: "gripper",
		CreatedAt: "2025-01-02T03:04:05Z", UpdatedAt: "2025-06-07T08:09:10Z",
	}})
	want := `{"id":"11111111-2222-4333-8444-555555555555","name":"Gripper Works","short_name":"gripper",` +
		`"created_at":"2025-01-02T03:04:05Z","updated_at":"2025-06-07T08:09:10Z"}`
	if got := f.expect(200, "GET", "/organization", "").body; got != want {
		t.Errorf("got %s", got)
	}
}

func TestUsersFollowTheContract(t *testing.T) {
	f := start(t, sandbox.Options{})
	id := f.add("ada@example.com", "Ada Servo")
	bodies := map[string]string{
		"/user":                  `{"id":"auth0|owner","email":"robot@example.com","name":"Roster Robot","roles":["admin"]}`,
		user(id):                 `{"id":"` + id + `","email":"ada@example.com","name":"Ada Servo","roles":[]}`,
		"/users?page_number=2":   `{"count":2,"items":[]}`,
		"/users?name_search=ada": `{"count":1,"items":[{"id":"` + id + `","email":"ada@example.com","name":"Ada Servo"}]}`,
	}
	for path, want := range bodies {
		if got := f.expect(200, "GET", path, "").body; got != want {
			t.Errorf("%s:\n got %s\nwant %s", path, got, want)
		}
	}
}

func TestPagesOfTheList(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.addMany(249) // 250 with the owner
	for _, tt := range []struct {
		query string
		items int
		first string
	}{
		{"", 100, sandbox.DefaultEmail},
		{"?page_number=2", 100, "unit99@example.com"},
		{"?page_number=3", 50, "unit199@example.com"},
		{"?page_number=4", 0, ""},
		{"?page_number=9223372036854775807", 0, ""},
		{"?page_size=0", 0, ""},
		{"?page_size=7&page_number=2", 7, "unit6@example.com"},
		{"?page_size=101", 100, sandbox.DefaultEmail},
		{"?page_size=1000000&page_number=3", 50, "unit199@example.com"},
		{"?page_size=125&page_number=2", 100, "unit99@example.com"},
		{"?page_size=50&page_number=6", 0, ""},
	} {
		page := decode[userPage](t, f.expect(200, "GET", "/users"+tt.query, "").body)
		if page.Count != 250 || len(page.Items) != tt.items {
			t.Errorf("%q: count %d with %d items, want 250 with %d", tt.query, page.Count, len(page.Items), tt.items)
		}
		if tt.first != "" && page.Items[0]["email"] != tt.first {
			t.Errorf("%q begins with %v, want %s", tt.query, page.Items[0]["email"], tt.first)
		}
	}
}

func TestListParametersOutsideTheContractAreRefused(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, query := range []string{
		"page_number=0", "page_number=-1", "page_number=x", "page_number=", "page_number=1.5", "page_number=99999999999999999999",
		"page_size=-1", "page_size=x", "page_size=",
		"name_search=", "name_search=ad", "name_search=ada1", "name_search=ada-b", "name_search=%C3%A9%C3%A9%C3%A9", "name_search=ada%0A",
	} {
		f.expect(400, "GET", "/users?"+query, "")
	}
}

func TestNameSearch(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.add("one@example.com", "Ada Servo")
	f.add("two@example.com", "Miranda Joint")
	f.add("adamant@example.com", "Kai Gripper")
	for search, want := range map[string][]string{
		"ADA":  {"one@example.com"},
		"anda": {"two@example.com"},
		"a+se": {"one@example.com"},
		"xyz":  nil,
	} {
		page := decode[userPage](t, f.expect(200, "GET", "/users?page_size=1&name_search="+search, "").body)
		if got := page.emails(); page.Count != len(want) || !slices.Equal(got, want) {
			t.Errorf("%s: count %d, %v, want %v", search, page.Count, got, want)
		}
	}
}

func TestListIsInOrderOfJoining(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.add("zoe@example.com", "Zoe")
	bea := f.add("bea@example.com", "Bea")
	f.add("ada@example.com", "Ada")
	if err := f.Remove(bea); err != nil {
		t.Fatal(err)
	}
	f.add("bea@example.com", "Bea")
	want := []string{sandbox.DefaultEmail, "zoe@example.com", "ada@example.com", "bea@example.com"}
	for range 3 {
		if got := decode[userPage](t, f.expect(200, "GET", "/users", "").body).emails(); !slices.Equal(got, want) {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestUnknownUsersAreNotFound(t *testing.T) {
	f := start(t, sandbox.Options{})
	gone := f.add("ada@example.com", "Ada Servo")
	f.expect(204, "DELETE", user(gone), "")
	for _, id := range []string{gone, "auth0|nobody"} {
		f.expect(404, "GET", user(id), "")
		f.expect(404, "DELETE", user(id), "")
		f.expect(404, "PUT", user(id)+"/roles", `["admin"]`)
		f.expect(404, "POST", user(id)+"/reset_password", "")
	}
}

func TestReplaceRoles(t *testing.T) {
	f := start(t, sandbox.Options{})
	id := f.add("ada@example.com", "Ada Servo", "admin")
	for body, want := range map[string][]string{
		`["developer","analyst","developer"]`: {"developer", "analyst"},
		`["admin"]`:                           {"admin"},
		`[]`:                                  {},
	} {
		if res := f.expect(204, "PUT", user(id)+"/roles", body); res.body != "" {
			t.Errorf("%s is answered with a body: %s", body, res.body)
		}
		if got := decode[sandbox.User](t, f.expect(200, "GET", user(id), "").body); !slices.Equal(got.Roles, want) {
			t.Errorf("%s gives %v", body, got.Roles)
		}
	}
	if err := f.SetRoles(id, "analyst"); err != nil {
		t.Fatal(err)
	}
	for _, body := range []string{``, `null`, `{}`, `"admin"`, `["owner"]`, `["Admin"]`, `[""]`, `[null]`, `[1]`, `["admin"] x`, `{"roles":["admin"]}`} {
		f.expect(400, "PUT", user(id)+"/roles", body)
	}
	if got, _ := f.Member("ada@example.com"); !slices.Equal(got.Roles, []string{"analyst"}) {
		t.Errorf("a refused request changed the roles to %v", got.Roles)
	}
}

func TestResetPassword(t *testing.T) {
	clock := newClock()
	f := start(t, sandbox.Options{Clock: clock.read})
	id := f.add("ada@example.com", "Ada Servo")
	google, err := f.AddMember(sandbox.User{ID: "google-oauth2|117", Email: "kai@example.com", Name: "Kai Gripper"})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if res := f.expect(204, "POST", user(id)+"/reset_password", ""); res.body != "" {
			t.Errorf("body %s", res.body)
		}
	}
	f.expect(400, "POST", user(google)+"/reset_password", "")
	emails := f.Emails()
	if len(emails) != 2 {
		t.Fatalf("%d e-mails, want one for each request", len(emails))
	}
	if e := emails[0]; e.Kind != sandbox.KindPasswordReset || e.To != "ada@example.com" || e.Name != "Ada Servo" || !e.At.Equal(clock.now) {
		t.Errorf("got %+v", e)
	}
}

func TestUpdateCurrentUser(t *testing.T) {
	f := start(t, sandbox.Options{})
	res := f.expect(200, "PATCH", "/user", `{"name":"Rosie"}`)
	if want := `{"id":"auth0|owner","email":"robot@example.com","name":"Rosie"}`; res.body != want {
		t.Errorf("got %s", res.body)
	}
	f.expect(200, "PATCH", "/user", `{}`)
	f.expect(200, "PATCH", "/user", `{"email":"rosie@example.com"}`)
	f.expect(401, "GET", "/user", "")
	f.authorization = "rosie@example.com:" + sandbox.DefaultToken
	me := decode[sandbox.User](t, f.expect(200, "GET", "/user", "").body)
	if me.Email != "rosie@example.com" || me.Name != "Rosie" {
		t.Errorf("got %+v", me)
	}
}

func TestBadUpdateOfCurrentUser(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, body := range []string{
		``, `null`, `[]`, `{"Name":"Rosie"}`, `{"roles":["admin"]}`, `{"name":null}`, `{"name":""}`, `{"name":" "}`, `{"name":1}`,
		`{"email":"rosie"}`, `{"email":null}`, `{"name":"Rosie","email":"@example.com"}`, `{"name":"Rosie"`, `{"name":"Rosie"} {}`,
	} {
		f.expect(400, "PATCH", "/user", body)
	}
	if me, _ := f.Member(sandbox.DefaultEmail); me.Name != "Roster Robot" {
		t.Errorf("got %+v", me)
	}
}

func TestGoogleAccountCannotBeUpdated(t *testing.T) {
	f := start(t, sandbox.Options{Owner: sandbox.User{ID: "google-oauth2|117"}})
	f.expect(400, "PATCH", "/user", `{"name":"Rosie"}`)
	if me, _ := f.Member(sandbox.DefaultEmail); me.Name != "Roster Robot" {
		t.Errorf("got %+v", me)
	}
}

func TestIDsAreNotReused(t *testing.T) {
	f := start(t, sandbox.Options{})
	seen := map[string]bool{}
	for i := range 20 {
		id := f.add("unit"+strconv.Itoa(i)+"@example.com", "Unit")
		if seen[id] {
			t.Fatalf("%s was given twice", id)
		}
		seen[id] = true
		if err := f.Remove(id); err != nil {
			t.Fatal(err)
		}
	}
}
