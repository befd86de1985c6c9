package sandbox_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func invitation(connection, email, name, roles string) string {
	return `{"connection":` + connection + `,"email":"` + email + `","name":"` + name + `","roles":` + roles + `}`
}

func (f *fixture) invite(email string) {
	f.t.Helper()
	f.expect(204, "POST", "/users/invite", invitation(`"google-oauth2"`, email, "Crew Member", `["analyst"]`))
}

func (f *fixture) accept(email string) string {
	f.t.Helper()
	id, err := f.Accept(email)
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func TestInvitationIsOneEMailAndNoMember(t *testing.T) {
	clock := newClock()
	f := start(t, sandbox.Options{Clock: clock.read})
	res := f.expect(204, "POST", "/users/invite", invitation("null", "ada@example.com", "Ada Servo", `["analyst","admin","analyst"]`))
	if res.body != "" {
		t.Errorf("body %q", res.body)
	}
	if len(f.Members()) != 1 {
		t.Error("the invited person is a member before they accepted")
	}
	emails := f.Emails()
	if len(emails) != 1 {
		t.Fatalf("%d e-mails", len(emails))
	}
	e := emails[0]
	if e.Kind != sandbox.KindInvitation || e.To != "ada@example.com" || e.Name != "Ada Servo" || e.Answered || !e.At.Equal(clock.now) ||
		e.Connection != sandbox.ConnectionPassword || !slices.Equal(e.Roles, []string{"analyst", "admin"}) {
		t.Errorf("got %+v", e)
	}
}

func TestEachInvitationSendsAnotherEMail(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.invite("ada@example.com")
	f.invite("ada@example.com")
	f.invite("ADA@example.com")
	if n := len(f.Emails()); n != 3 {
		t.Errorf("%d e-mails, want 3", n)
	}
}

func TestMemberIsNotInvited(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.add("ada@example.com", "Ada Servo")
	f.expect(409, "POST", "/users/invite", validInvitation)
	f.expect(409, "POST", "/users/invite", strings.Replace(validInvitation, "ada@", "ADA@", 1))
	if len(f.Emails()) != 0 {
		t.Error("a member was e-mailed")
	}
	// The Kelvin sign is not a k.
	f.add("kai@example.com", "Kai Gripper")
	f.invite("\u212Aai@example.com")
}

func TestIncompleteOrWrongInvitationsAreRefused(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, body := range []string{
		``, `null`, `[]`, `{}`, validInvitation + `{}`,
		`{"email":"ada@example.com","name":"Ada","roles":["analyst"]}`,
		`{"connection":null,"name":"Ada","roles":["analyst"]}`,
		`{"connection":null,"email":"ada@example.com","roles":["analyst"]}`,
		`{"connection":null,"email":"ada@example.com","name":"Ada"}`,
		`{"connection":null,"email":"ada@example.com","name":"Ada","roles":["analyst"],"note":"hello"}`,
		`{"Connection":null,"email":"ada@example.com","name":"Ada","roles":["analyst"]}`,
		invitation(`"username-password"`, "ada@example.com", "Ada", `["analyst"]`),
		invitation(`""`, "ada@example.com", "Ada", `["analyst"]`),
		invitation(`7`, "ada@example.com", "Ada", `["analyst"]`),
		invitation(`null`, "ada@example.com", "Ada", `[]`),
		invitation(`null`, "ada@example.com", "Ada", `null`),
		invitation(`null`, "ada@example.com", "Ada", `["owner"]`),
		invitation(`null`, "ada@example.com", "Ada", `"analyst"`),
		invitation(`null`, "ada@example.com", "", `["analyst"]`),
		invitation(`null`, "", "Ada", `["analyst"]`),
		invitation(`null`, "ada", "Ada", `["analyst"]`),
		invitation(`null`, "ada@", "Ada", `["analyst"]`),
		invitation(`null`, "ada@example", "Ada", `["analyst"]`),
		invitation(`null`, "a da@example.com", "Ada", `["analyst"]`),
		invitation(`null`, "ada@example.com@example.com", "Ada", `["analyst"]`),
		invitation(`null`, "ada@example.com,kai@example.com", "Ada", `["analyst"]`),
	} {
		f.expect(400, "POST", "/users/invite", body)
	}
	if len(f.Emails()) != 0 {
		t.Error("a refused invitation was sent")
	}
}

func TestAcceptAnswersAllInvitations(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.expect(204, "POST", "/users/invite", invitation(`"google-oauth2"`, "ada@example.com", "Ada", `["admin"]`))
	f.invite("kai@example.com")
	f.expect(204, "POST", "/users/invite", invitation(`null`, "Ada@example.com", "Ada Servo", `["analyst","developer"]`))
	id := f.accept("ADA@example.com")
	got := decode[sandbox.User](t, f.expect(200, "GET", user(id), "").body)
	if got.Email != "Ada@example.com" || got.Name != "Ada Servo" || !slices.Equal(got.Roles, []string{"analyst", "developer"}) {
		t.Errorf("joined as %+v", got)
	}
	for _, e := range f.Emails() {
		if want := e.To != "kai@example.com"; e.Answered != want {
			t.Errorf("the invitation to %s is answered: %v", e.To, e.Answered)
		}
	}
	if _, err := f.Accept("ada@example.com"); err == nil {
		t.Error("an answered invitation was accepted again")
	}
	if _, err := f.Accept("nobody@example.com"); err == nil {
		t.Error("an uninvited person accepted")
	}
}

func TestIDHasTheLoginConnection(t *testing.T) {
	f := start(t, sandbox.Options{})
	patterns := map[string]*regexp.Regexp{
		`"google-oauth2"`: regexp.MustCompile(`^google-oauth2\|[0-9]+$`),
		`null`:            regexp.MustCompile(`^auth0\|[0-9a-f]+$`),
	}
	for connection, pattern := range patterns {
		f.expect(204, "POST", "/users/invite", invitation(connection, "ada@example.com", "Ada", `["admin"]`))
		id := f.accept("ada@example.com")
		if !pattern.MatchString(id) {
			t.Errorf("connection %s gives the id %s", connection, id)
		}
		f.expect(204, "DELETE", user(id), "")
	}
}

func TestIDsAreRepeatable(t *testing.T) {
	ids := func() (ids []string) {
		f := start(t, sandbox.Options{})
		for range 3 {
			f.invite("ada@example.com")
			ids = append(ids, f.accept("ada@example.com"))
			f.expect(204, "DELETE", user(ids[len(ids)-1]), "")
		}
		return ids
	}
	first, second := ids(), ids()
	if !slices.Equal(first, second) {
		t.Errorf("%v, then %v", first, second)
	}
	if slices.Sort(first); len(slices.Compact(first)) != 3 {
		t.Errorf("an ID was reused: %v", first)
	}
}

func TestIgnoredInvitationIsNotAccepted(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.invite("ada@example.com")
	f.invite("ada@example.com")
	if err := f.Ignore("ADA@example.com"); err != nil {
		t.Fatal(err)
	}
	if err := f.Ignore("ada@example.com"); err == nil {
		t.Error("an ignored invitation was ignored again")
	}
	if _, err := f.Accept("ada@example.com"); err == nil || len(f.Members()) != 1 {
		t.Errorf("an ignored invitation was accepted: %v", err)
	}
	for _, e := range f.Emails() {
		if !e.Ignored || e.Answered || e.Waits() {
			t.Errorf("got %+v", e)
		}
	}
	f.invite("ada@example.com")
	f.accept("ada@example.com")
	if emails := f.Emails(); emails[0].Answered || !emails[2].Answered {
		t.Errorf("answered %+v", emails)
	}
}
