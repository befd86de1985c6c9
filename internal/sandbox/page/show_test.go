package page_test

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox/page"
)

func TestEmptyOrganization(t *testing.T) {
	f := start(t)
	says(t, f.get("/"), "Example Robotics", "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", "No invitation is waiting.",
		"Roster Robot robot@example.com owns the token admin", "MODELPRIME_ENDPOINT='"+f.server.URL+sandbox.BasePath+"'",
		"MODELPRIME_EMAIL='robot@example.com'", "MODELPRIME_TOKEN='"+sandbox.DefaultToken+"'", "No requests yet.")
	f.must(f.Remove("auth0|owner"))
	text := f.get("/")
	says(t, text, "There are no members.", "every request is refused")
	saysNot(t, text, sandbox.DefaultToken)
}

func TestWorkspaceIsShown(t *testing.T) {
	server := httptest.NewServer(page.New(sandbox.New(sandbox.Options{}), "cd '/try' && . ./env"))
	defer server.Close()
	f := &fixture{t: t, server: server, client: server.Client()}
	text := f.get("/")
	says(t, text, "What to type", "cd '/try' && . ./env")
	saysNot(t, text, sandbox.DefaultToken)
}

func TestMembersAreListedWithRoles(t *testing.T) {
	f := start(t)
	f.add("kai@example.com", "Kai Gripper")
	f.add("ada@example.com", "Ada Servo", "admin", "future_role")
	says(t, f.get("/"), "Ada Servo ada@example.com admin future_role Change", "Kai Gripper kai@example.com no role Change")
}

func TestOutboxSeparatesWaitingInvitations(t *testing.T) {
	f := start(t)
	f.invite("ada@example.com", "Ada Servo")
	f.invite("kai@example.com", "Kai Gripper")
	f.invite("ADA@example.com", "Ada Servo")
	f.invite("lin@example.com", "Lin Axle")
	f.must(f.Ignore("lin@example.com"))
	waiting, others, ok := strings.Cut(f.get("/"), "Other e-mails (2)")
	if !ok {
		t.Fatalf("the other e-mails are missing: %s", waiting)
	}
	says(t, waiting, "Outbox 2 waiting", "Ada Servo ADA@example.com Invited as", "analyst", "Logs in by password", "Accept", "Ignore", "Kai Gripper", "Accept")
	saysNot(t, waiting, "lin@example.com")
	says(t, others, "Lin Axle", "Invitation", "Ignored", "ada@example.com", "Invitation", "Sent again later")

	if _, err := f.Accept("ada@example.com"); err != nil {
		t.Fatal(err)
	}
	says(t, f.get("/"), "Other e-mails (3)", "Accepted", "Accepted")
}

func TestPasswordResetIsInTheOutbox(t *testing.T) {
	f := start(t)
	r := f.request("POST", sandbox.BasePath+"/users/auth0%7Cowner/reset_password", "")
	r.Header.Set("Authorization", sandbox.DefaultEmail+":"+sandbox.DefaultToken)
	f.send(r)
	says(t, f.get("/"), "No invitation is waiting", "Earlier e-mails (1)", "Roster Robot robot@example.com", "Password reset", "Sent")
}

func TestRequestsAreListedNewestFirst(t *testing.T) {
	f := start(t)
	for i := range 60 {
		f.send(f.request("GET", fmt.Sprintf("%s/users/auth0%%7Cunit%d", sandbox.BasePath, i), ""))
	}
	f.invite("ada@example.com", "Ada Servo")
	f.send(f.request("GET", sandbox.BasePath+"/nothing?at=all", ""))
	text := f.get("/")
	says(t, text, "the last 50 of 62", "62 GET /nothing?at=all no such operation 404 Not Found",
		`61 POST /users/invite inviteUser Body {"connection":null`, "204 No Content", "60 GET /users/auth0%7Cunit59 getUser 401 Unauthorized", "13 GET")
	saysNot(t, text, " 12 GET")
}

func TestFaultIsInTheLog(t *testing.T) {
	f := start(t)
	f.Fail(sandbox.Fault{Kind: sandbox.LostBadGateway502, Times: 1})
	r := f.request("DELETE", sandbox.BasePath+"/users/"+f.add("ada@example.com", "Ada Servo"), "")
	r.Header.Set("Authorization", sandbox.DefaultEmail+":"+sandbox.DefaultToken)
	f.send(r)
	says(t, f.get("/"), "DELETE /users/auth0", "502 Bad Gateway fault LostBadGateway502 carried out")
}

func TestLargeBodyIsCut(t *testing.T) {
	f := start(t)
	f.send(f.request("POST", sandbox.BasePath+"/users/invite", "x"+strings.Repeat("é", 5000)+"the end"))
	text := f.get("/")
	says(t, text, "xéé", "éé …")
	saysNot(t, text, "the end")
	saysNot(t, text, "\uFFFD")
}

func TestPageSendsNoRequests(t *testing.T) {
	f := start(t)
	id := f.add("ada@example.com", "Ada Servo")
	f.get("/")
	f.get("/?member=" + id)
	f.submit("do", "name", "id", id, "name", "Ada Joint")
	if requests := f.Requests(); len(requests) != 0 {
		t.Errorf("logged %+v", requests)
	}
}

func TestMembersPage(t *testing.T) {
	f := start(t)
	f.add("ada@example.com", "Ada Servo", "admin")
	link := regexp.MustCompile(`href="(/\?member=[^"]*64f0[^"]*)"`).FindStringSubmatch(f.send(f.request("GET", "/", "")).body)
	if link == nil {
		t.Fatal("no link leads to Ada's page")
	}
	body := f.send(f.request("GET", link[1], "")).body
	says(t, read(body), "Everybody in Example Robotics", "Ada Servo", "ada@example.com", "auth0|64f0", "password", "Set these roles", "Remove Ada Servo")
	saysNot(t, read(body), "owns the token")
	says(t, body, `value="admin" checked`, `value="developer"> developer`, `value="ada@example.com"`, `value="Ada Servo"`)
	says(t, f.get("/?member=auth0|owner"), "This member owns the token.")

	gone := f.send(f.request("GET", "/?member=nobody", ""))
	says(t, read(gone.body), "No member has this ID.", "Roster Robot")
	if gone.status != http.StatusNotFound {
		t.Errorf("status %d", gone.status)
	}
}

func TestAllTextIsEscaped(t *testing.T) {
	f := start(t)
	const evil = `<script>alert("1")</script>`
	id := f.add(`"><script>@example.com`, evil, evil)
	f.must(f.SetName(id, evil))
	f.send(f.request("POST", sandbox.BasePath+"/users/%3Cscript%3E?"+"<script>", evil))
	f.invite("ada@example.com", `<script>alert(1)</script>`)
	for _, path := range []string{"/", "/?member=" + strings.ReplaceAll(id, "|", "%7C"), "/?member=%3Cscript%3E"} {
		body := f.send(f.request("GET", path, "")).body
		saysNot(t, body, "<script")
		says(t, body, "&lt;script&gt;alert(")
	}
	said := f.send(f.request("POST", "/", form("do", "accept", "email", evil)))
	saysNot(t, said.body, "<script")
	says(t, read(said.body), evil)
}

func TestPageBeginsWithDoctype(t *testing.T) {
	f := start(t)
	if body := f.send(f.request("GET", "/", "")).body; !strings.HasPrefix(body, "<!doctype html>") {
		t.Errorf("it begins with %q", body[:min(len(body), 40)])
	}
}

func TestFooterLinksTheControlInterface(t *testing.T) {
	f := start(t)
	_, footer, _ := strings.Cut(f.send(f.request("GET", "/", "")).body, "<footer>")
	says(t, footer, `<a href="`+sandbox.ControlPath+`">`)
}

func TestStyleMatchesThePolicy(t *testing.T) {
	f := start(t)
	res := f.send(f.request("GET", "/", ""))
	_, rest, _ := strings.Cut(res.body, "<style>")
	style, _, _ := strings.Cut(rest, "</style>")
	digest := sha256.Sum256([]byte(style))
	policy := res.header.Get("Content-Security-Policy")
	says(t, policy, "default-src 'none'", "style-src 'sha256-"+base64.StdEncoding.EncodeToString(digest[:])+"'", "form-action 'self'", "frame-ancestors 'none'")
	saysNot(t, policy, "unsafe")
	for name, want := range map[string]string{
		"Content-Type": "text/html; charset=utf-8", "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin",
	} {
		if got := res.header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestPageHasOnePath(t *testing.T) {
	f := start(t)
	if res := f.send(f.request("GET", "/elsewhere", "")); res.status != 404 {
		t.Errorf("elsewhere: status %d", res.status)
	}
	if res := f.send(f.request("DELETE", "/", "")); res.status != 405 || res.header.Get("Allow") != "GET, HEAD, POST" {
		t.Errorf("DELETE: status %d, Allow %q", res.status, res.header.Get("Allow"))
	}
	if res := f.send(f.request("HEAD", "/", "")); res.status != 200 || res.body != "" {
		t.Errorf("HEAD: status %d, body %q", res.status, res.body)
	}
}
