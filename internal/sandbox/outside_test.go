package sandbox_test

import (
	"slices"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestChangesElsewhereShowInTheAPI(t *testing.T) {
	f := start(t, sandbox.Options{})
	id := f.add("ada@example.com", "Ada Servo", "analyst")
	for _, err := range []error{
		f.SetRoles(id, "admin", "future_role"), f.SetEmail(id, "ada@example.org"), f.SetName(id, "Ada Joint"),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	got := decode[sandbox.User](t, f.expect(200, "GET", user(id), "").body)
	if got.Email != "ada@example.org" || got.Name != "Ada Joint" || !slices.Equal(got.Roles, []string{"admin", "future_role"}) {
		t.Errorf("got %+v", got)
	}
	if err := f.Remove(id); err != nil {
		t.Fatal(err)
	}
	f.expect(404, "GET", user(id), "")
}

func TestChangesElsewhereNeedAMember(t *testing.T) {
	f := start(t, sandbox.Options{})
	id := f.add("ada@example.com", "Ada Servo")
	for what, err := range map[string]error{
		"remove": f.Remove("auth0|nobody"), "roles": f.SetRoles("auth0|nobody"),
		"email": f.SetEmail("auth0|nobody", "x@example.com"), "name": f.SetName("auth0|nobody", "X"),
	} {
		if err == nil {
			t.Errorf("%s: an unknown member was changed", what)
		}
	}
	if _, err := f.AddMember(sandbox.User{ID: id, Email: "kai@example.com"}); err == nil {
		t.Error("two members have one id")
	}
	if _, err := f.AddMember(sandbox.User{Name: "Nobody"}); err == nil {
		t.Error("a member has no address")
	}
	if ada, ok := f.Member("ADA@EXAMPLE.COM"); !ok || ada.ID != id {
		t.Errorf("Member gives %+v, %v", ada, ok)
	}
	if _, ok := f.Member("kai@example.com"); ok {
		t.Error("Member finds an unknown member")
	}
}

func TestMembersAreSortedCopies(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.add("Zoe@example.com", "Zoe", "admin")
	f.add("ada@example.com", "Ada", "admin")
	f.add("Ada@example.com", "Another Ada", "admin")
	members := f.Members()
	var emails []string
	for _, m := range members {
		emails = append(emails, m.Email)
		m.Roles[0] = "scribbled"
	}
	if want := []string{"ada@example.com", "Ada@example.com", sandbox.DefaultEmail, "Zoe@example.com"}; !slices.Equal(emails, want) {
		t.Errorf("got %v, want %v", emails, want)
	}
	if m, _ := f.Member("zoe@example.com"); m.Roles[0] != "admin" {
		t.Error("Member returns no copy")
	}
	f.invite("kai@example.com")
	f.Emails()[0].Roles[0] = "scribbled"
	if f.Emails()[0].Roles[0] != "analyst" {
		t.Error("Emails returns no copy")
	}
}

func TestCredentialsFollowTheOwner(t *testing.T) {
	f := start(t, sandbox.Options{Owner: sandbox.User{Email: "rosie@example.com"}, Token: "mpat_other"})
	if err := f.SetEmail("auth0|owner", "rosie@example.org"); err != nil {
		t.Fatal(err)
	}
	f.expect(401, "GET", "/user", "")
	email, token := f.Credentials()
	f.authorization = email + ":" + token
	f.expect(200, "GET", "/user", "")
	if owner, ok := f.Owner(); !ok || owner.ID != "auth0|owner" || owner.Email != "rosie@example.org" {
		t.Errorf("the owner is %+v, %v", owner, ok)
	}
	if err := f.Remove("auth0|owner"); err != nil {
		t.Fatal(err)
	}
	if email, _ := f.Credentials(); email != "" {
		t.Errorf("the removed owner has the address %s", email)
	}
	if owner, ok := f.Owner(); ok {
		t.Errorf("the removed owner has the token: %+v", owner)
	}
}

func TestHookRunsBetweenTwoPages(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.addMany(4)
	first, _ := f.Member("unit0@example.com")
	var calls []string
	f.OnRequest(func(op string, n int) {
		calls = append(calls, op)
		if op == "listUsers" && n == 2 {
			_ = f.Remove(first.ID)
		}
	})
	one := decode[userPage](t, f.expect(200, "GET", "/users?page_size=2", "").body)
	f.expect(200, "GET", "/organization", "")
	two := decode[userPage](t, f.expect(200, "GET", "/users?page_size=2&page_number=2", "").body)
	if one.Count != 5 || two.Count != 4 || two.Items[0]["email"] != "unit2@example.com" {
		t.Errorf("pages %v and %v", one, two)
	}
	if want := []string{"listUsers", "getOrganization", "listUsers"}; !slices.Equal(calls, want) {
		t.Errorf("the hook saw %v", calls)
	}
}
