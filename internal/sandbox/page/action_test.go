package page_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestPersonAccepts(t *testing.T) {
	f := start(t)
	f.invite("ada@example.com", "Ada Servo")
	says(t, f.submit("do", "accept", "email", "ada@example.com"), "ada@example.com accepted, and is a member now.", "No invitation is waiting", "Ada Servo ada@example.com analyst")
	if ada, ok := f.Member("ada@example.com"); !ok || ada.Name != "Ada Servo" {
		t.Errorf("member %+v, %v", ada, ok)
	}
	says(t, read(f.refused(422, "do", "accept", "email", "ada@example.com")), "Not done. There is no pending invitation to ada@example.com")
}

func TestPersonIgnoresTheInvitation(t *testing.T) {
	f := start(t)
	f.invite("ada@example.com", "Ada Servo")
	says(t, f.submit("do", "ignore", "email", "ada@example.com"), "ada@example.com ignored the invitation", "No invitation is waiting", "Earlier e-mails (1)", "Ignored")
	if len(f.Members()) != 1 || !f.Emails()[0].Ignored {
		t.Errorf("members %+v, e-mails %+v", f.Members(), f.Emails())
	}
	f.refused(422, "do", "ignore", "email", "ada@example.com")
}

func TestAllPeopleAccept(t *testing.T) {
	f := start(t)
	f.invite("lin@example.com", "Lin Axle")
	saysNot(t, f.get("/"), "Everybody accepts")
	f.must(f.Ignore("lin@example.com"))
	for _, email := range []string{"ada@example.com", "kai@example.com", "ada@example.com"} {
		f.invite(email, "Crew Member")
	}
	says(t, f.get("/"), "Everybody accepts")
	says(t, f.submit("do", "accept-all"), "2 people accepted.")
	if n := len(f.Members()); n != 3 {
		t.Errorf("%d members", n)
	}
	says(t, read(f.refused(422, "do", "accept-all")), "Not done. There is no pending invitation")
}

func TestStrangerIsAdded(t *testing.T) {
	f := start(t)
	says(t, f.submit("do", "add", "email", " ada@example.com ", "name", " Ada Servo ", "roles", "admin", "roles", "analyst"), "Ada Servo is a member now, without an invitation.")
	f.wantMember("ada@example.com", "Ada Servo", "admin", "analyst")
	if len(f.Emails()) != 0 {
		t.Error("a stranger was e-mailed")
	}
}

func TestRefusedFormKeepsItsValues(t *testing.T) {
	f := start(t)
	id := f.add("ada@example.com", "Ada Servo", "analyst")
	body := f.refused(422, "do", "add", "email", "nonsense", "name", "Kai Gripper", "roles", "developer")
	says(t, body, `role="alert"`, "The e-mail must be an address", "<details open>", `value="Kai Gripper"`, `value="nonsense"`, `value="developer" checked`)
	says(t, read(f.refused(422, "do", "add", "email", "kai@example.com", "name", " ")), "The name must not be empty.")

	body = f.refused(422, "do", "email", "id", id, "email", "nonsense")
	says(t, body, `role="alert"`, "The e-mail must be an address", `value="nonsense"`, `value="Ada Servo"`)
	says(t, read(f.refused(422, "do", "name", "id", id, "name", "")), "The name must not be empty.", "Set these roles")
}

func TestMemberIsChanged(t *testing.T) {
	f := start(t)
	id := f.add("ada@example.com", "Ada Servo", "analyst")
	says(t, f.submit("do", "roles", "id", id, "roles", "developer", "roles", "admin"), "Ada Servo has these roles now: developer, admin.")
	says(t, f.submit("do", "email", "id", id, "email", "ada@example.org"), "Ada Servo has the address ada@example.org now.")
	says(t, f.submit("do", "name", "id", id, "name", "Ada Joint"), "Ada Servo is called Ada Joint now.")
	f.wantMember("ada@example.org", "Ada Joint", "developer", "admin")
	says(t, f.submit("do", "roles", "id", id), "Ada Joint has no role now.")
	f.wantMember("ada@example.org", "Ada Joint")
	says(t, f.submit("do", "remove", "id", id), "Ada Joint is no longer a member.")
	if _, ok := f.Member("ada@example.org"); ok {
		t.Error("still a member")
	}
	kai := f.add("kai@example.com", "Kai Gripper", "future_role")
	says(t, f.submit("do", "roles", "id", kai, "roles", "future_role", "roles", "admin"), "Kai Gripper has these roles now")
	says(t, read(f.refused(422, "do", "roles", "id", kai, "roles", "boss")), `Unknown role "boss"; the roles are admin, developer and analyst.`)
	says(t, read(f.refused(422, "do", "add", "email", "bo@example.com", "name", "Bo", "roles", "boss")), `Unknown role "boss"`)
	for _, do := range []string{"roles", "email", "name", "remove"} {
		says(t, read(f.refused(422, "do", do, "id", id, "email", "x@example.com", "name", "X")), "No member has this ID; were they removed?")
	}
}

func (f *fixture) wantMember(email, name string, roles ...string) {
	f.t.Helper()
	m, ok := f.Member(email)
	if !ok || m.Name != name || !slices.Equal(m.Roles, roles) {
		f.t.Errorf("got %+v, want %s, %s, %v", m, email, name, roles)
	}
}

func TestLogIsCleared(t *testing.T) {
	f := start(t)
	f.invite("ada@example.com", "Ada Servo")
	says(t, f.submit("do", "clear-log"), "The log is empty.", "No requests yet.")
	if len(f.Requests()) != 0 || len(f.Emails()) != 1 {
		t.Errorf("requests %+v, e-mails %+v", f.Requests(), f.Emails())
	}
}

func TestReloadRepeatsNoForm(t *testing.T) {
	f := start(t)
	res := f.send(f.request("POST", "/", form("do", "add", "email", "ada@example.com", "name", "Ada Servo")))
	path, _, _ := strings.Cut(res.header.Get("Location"), "#")
	says(t, f.get(path), "Ada Servo is a member now")
	saysNot(t, f.get(path), "is a member now")
	if n := len(f.Members()); n != 2 {
		t.Errorf("%d members", n)
	}
}

func TestLinksAddNoTextToThePage(t *testing.T) {
	f := start(t)
	for _, path := range []string{"/?notice=Hello", "/?notice=1", "/?notice="} {
		body := f.send(f.request("GET", path, "")).body
		saysNot(t, body, "Hello")
		saysNot(t, body, `role="status"`)
	}
}

func TestOnlyTheLastNoticesAreKept(t *testing.T) {
	f := start(t)
	id := f.add("ada@example.com", "Ada")
	var first string
	for i := range 21 {
		res := f.send(f.request("POST", "/", form("do", "name", "id", id, "name", fmt.Sprint("Ada ", i))))
		if i == 0 {
			first, _, _ = strings.Cut(res.header.Get("Location"), "#")
		}
	}
	saysNot(t, f.get(first), "is called")
}

func TestForgedFormsAreRefused(t *testing.T) {
	f := start(t)
	f.refused(400)
	f.refused(400, "do", "everything")
	f.refused(400, "do", "add", "email", "ada@example.com", "name", strings.Repeat("x", 1<<20))
	if res := f.send(f.request("POST", "/?do=clear-log", "")); res.status != 400 {
		t.Errorf("a form in the address: status %d", res.status)
	}
}

func TestOtherWebsitesAreKeptOut(t *testing.T) {
	f := start(t)
	f.invite("ada@example.com", "Ada Servo")
	for _, tt := range []struct {
		what, host, name, value string
		status                  int
	}{
		{"a program", "", "", "", 303},
		{"our own form", "", "Sec-Fetch-Site", "same-origin", 303},
		{"our own form in an old browser", "", "Origin", f.server.URL, 303},
		{"another site", "", "Sec-Fetch-Site", "cross-site", 403},
		{"another port of this machine", "", "Sec-Fetch-Site", "same-site", 403},
		{"another site in an old browser", "", "Origin", "https://attacker.example", 403},
		{"a page without an origin", "", "Origin", "null", 403},
		{"a name that was pointed here", "attacker.example", "Sec-Fetch-Site", "same-origin", 403},
		{"a name that was pointed here, with a port", "attacker.example:8085", "", "", 403},
		{"a name that looks like here", "localhost.attacker.example", "", "", 403},
		{"an address that is not here", "192.0.2.1", "", "", 403},
		{"this machine by name", "localhost:8085", "", "", 303},
		{"this machine by its short name", "LOCALHOST", "", "", 303},
		{"this machine by IPv6", "[::1]:8085", "", "", 303},
		{"this machine by IPv6 without a port", "[::1]", "", "", 303},
	} {
		f.invite("kai@example.com", "Kai Gripper")
		r := f.request("POST", "/", form("do", "ignore", "email", "kai@example.com"))
		if tt.host != "" {
			r.Host = tt.host
		}
		if tt.name != "" {
			r.Header.Set(tt.name, tt.value)
		}
		res := f.send(r)
		emails := f.Emails()
		if done := emails[len(emails)-1].Ignored; res.status != tt.status || done != (tt.status == 303) {
			t.Errorf("%s: status %d, want %d; done: %v", tt.what, res.status, tt.status, done)
		}
	}
}
