package sandbox_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// controlled is a fixture with its control interface.
type controlled struct {
	*fixture
	control *httptest.Server
}

func startControlled(t *testing.T) controlled {
	t.Helper()
	f := start(t, sandbox.Options{})
	control := httptest.NewServer(sandbox.Control(f.Sandbox))
	t.Cleanup(control.Close)
	return controlled{f, control}
}

func (c controlled) call(status int, method, path string) string {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.control.URL+sandbox.ControlPath+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	res, err := c.control.Client().Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != status {
		c.t.Fatalf("%s %s: status %d, want %d: %s (%v)", method, path, res.StatusCode, status, body, err)
	}
	return string(body)
}

type joined struct{ ID, Email string }

func TestControlShowsTheState(t *testing.T) {
	c := startControlled(t)
	if got := c.call(200, "GET", "requests"); got != "[]" {
		t.Errorf("requests %s", got)
	}
	if got := c.call(200, "GET", "emails"); got != "[]" {
		t.Errorf("emails %s", got)
	}
	c.invite("ada@example.com")
	if got := decode[[]sandbox.Email](t, c.call(200, "GET", "emails")); len(got) != 1 || got[0].To != "ada@example.com" {
		t.Errorf("emails %+v", got)
	}
	if got := decode[[]sandbox.Request](t, c.call(200, "GET", "requests")); len(got) != 1 || got[0] != c.Requests()[0] {
		t.Errorf("requests %+v", got)
	}
	if got := decode[[]sandbox.User](t, c.call(200, "GET", "members")); len(got) != 1 || got[0].Email != sandbox.DefaultEmail {
		t.Errorf("members %+v", got)
	}
}

func TestControlAcceptsInvitations(t *testing.T) {
	c := startControlled(t)
	c.invite("ada@example.com")
	c.invite("kai@example.com")
	c.invite("ada@example.com")
	c.invite("lin@example.com")
	one := decode[joined](t, c.call(200, "POST", "accept?email=kai%40example.com"))
	if kai, ok := c.Member("kai@example.com"); !ok || kai.ID != one.ID {
		t.Errorf("accepted as %+v, member %+v", one, kai)
	}
	c.call(400, "POST", "accept?email=kai%40example.com")
	var emails []string
	for _, j := range decode[[]joined](t, c.call(200, "POST", "accept-all")) {
		emails = append(emails, j.Email)
	}
	if want := []string{"ada@example.com", "lin@example.com"}; !slices.Equal(emails, want) {
		t.Errorf("accepted %v, want %v", emails, want)
	}
	if got := c.call(200, "POST", "accept-all"); got != "[]" {
		t.Errorf("accepted again: %s", got)
	}
}

func TestControlIgnoresInvitations(t *testing.T) {
	c := startControlled(t)
	c.invite("ada@example.com")
	c.invite("kai@example.com")
	c.call(200, "POST", "ignore?email=ada%40example.com")
	c.call(400, "POST", "ignore?email=ada%40example.com")
	all := decode[[]joined](t, c.call(200, "POST", "accept-all"))
	if len(all) != 1 || all[0].Email != "kai@example.com" {
		t.Errorf("accepted %+v", all)
	}
}

func TestControlChangesMembers(t *testing.T) {
	c := startControlled(t)
	added := decode[joined](t, c.call(200, "POST", "add?email=ada%40example.com&name=Ada+Servo&roles=analyst,developer"))
	want := sandbox.User{ID: added.ID, Email: "ada@example.com", Name: "Ada Servo", Roles: []string{"analyst", "developer"}}
	c.wantMember(want)
	c.call(200, "POST", "roles?email=ADA%40example.com&roles=admin")
	want.Roles = []string{"admin"}
	c.wantMember(want)
	got := decode[joined](t, c.call(200, "POST", "email?email=ada%40example.com&new=ada%40example.org"))
	if got.Email != "ada@example.org" {
		t.Errorf("the answer has the old address %s", got.Email)
	}
	want.Email = "ada@example.org"
	c.wantMember(want)
	c.call(200, "POST", "roles?email=ada%40example.org&roles=")
	want.Roles = []string{}
	c.wantMember(want)
	c.call(200, "POST", "remove?email=ada%40example.org")
	if _, ok := c.Member("ada@example.org"); ok {
		t.Error("still a member")
	}
}

func (c controlled) wantMember(want sandbox.User) {
	c.t.Helper()
	got, _ := c.Member(want.Email)
	if got.ID != want.ID || got.Email != want.Email || got.Name != want.Name || !slices.Equal(got.Roles, want.Roles) {
		c.t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestControlListsItsRoutes(t *testing.T) {
	c := startControlled(t)
	help := c.call(200, "GET", "")
	listed := regexp.MustCompile(`(?m)^(GET|POST) +/_sandbox/([a-z-]+)`).FindAllStringSubmatch(help, -1)
	if len(listed) != 10 {
		t.Errorf("%d are listed:\n%s", len(listed), help)
	}
	for _, route := range listed {
		if route[1] == "GET" {
			c.call(200, "GET", route[2])
			continue
		}
		c.call(405, "GET", route[2])
	}
	added := regexp.MustCompile(`'` + c.control.URL + `/_sandbox/(add\?[^']+)'`).FindStringSubmatch(help)
	if added == nil {
		t.Fatalf("no example adds somebody:\n%s", help)
	}
	c.call(200, "POST", added[1])
	if kai, ok := c.Member("kai@example.com"); !ok || kai.Name != "Kai Gripper" || !slices.Equal(kai.Roles, []string{"admin", "analyst"}) {
		t.Errorf("the example added %+v", kai)
	}
}

func TestControlRefusesBadRequests(t *testing.T) {
	c := startControlled(t)
	c.invite("ada@example.com")
	for _, path := range []string{"remove?email=nobody%40example.com", "roles?email=nobody%40example.com&roles=admin", "email?email=nobody%40example.com&new=x%40example.com"} {
		c.call(404, "POST", path)
	}
	robot := "email=robot%40example.com"
	for path, complaint := range map[string]string{
		"email?" + robot + "&new=nonsense":                       "new must be an e-mail address",
		"roles?" + robot + "&roles=boss":                         `unknown role \"boss\"; the roles are admin, developer and analyst`,
		"roles?" + robot + "&role=analyst":                       `unknown parameter \"role\"; it is roles?email=A&roles=R,R`,
		"roles?" + robot:                                         "roles must be given once",
		"roles?" + robot + "&roles=admin&roles=analyst":          "roles must be given once",
		"add?name=Nobody&roles=":                                 "email must be given once",
		"add?email=bad&name=Kai&roles=":                          "email must be an e-mail address",
		"add?email=kai%40example.com&name=%20&roles=":            "name must not be empty",
		"add?email=kai%40example.com&name=Kai&roles=admin,owner": `unknown role \"owner\"`,
		"accept?email=ada":                                       "email must be an e-mail address",
		"accept-all?email=ada%40example.com":                     `unknown parameter \"email\"`,
		"ignore":                                                 "email must be given once",
		"remove?email=%zz":                                       "the query cannot be read",
	} {
		if got := c.call(400, "POST", path); !strings.Contains(strings.ReplaceAll(got, `\u0026`, "&"), complaint) {
			t.Errorf("%s: %s, want something about %s", path, got, complaint)
		}
	}
	c.call(405, "GET", "accept-all")
	c.call(405, "POST", "members")
	c.call(404, "GET", "nothing")
	if members := c.Members(); len(members) != 1 || !slices.Equal(members[0].Roles, []string{"admin"}) || !c.Emails()[0].Waits() {
		t.Errorf("something was changed: %+v, %+v", members, c.Emails())
	}
}
