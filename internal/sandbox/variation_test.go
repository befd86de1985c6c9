package sandbox_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const nobody = "auth0%7Cnobody"

// shown is a reply that shows a variation.
type shown struct {
	ask         func(*fixture) result
	status      int
	contentType string
	body        string // a regular expression for the whole body
}

func get(path string) func(*fixture) result {
	return func(f *fixture) result { return f.do("GET", path, "") }
}

// put sets the owner's roles again.
func put(f *fixture) result {
	owner, _ := f.Owner()
	return f.do("PUT", user(owner.ID)+"/roles", `["admin"]`)
}

func inviteMember(f *fixture) result {
	return f.do("POST", "/users/invite", strings.ReplaceAll(validInvitation, "ada@example.com", sandbox.DefaultEmail))
}

func inviteTwice(f *fixture) result {
	f.do("POST", "/users/invite", validInvitation)
	return f.do("POST", "/users/invite", validInvitation)
}

func askTwice(f *fixture) result {
	f.SetRateLimit(1)
	f.do("GET", "/user", "")
	return f.do("GET", "/user", "")
}

func acceptAndGet(f *fixture) result {
	f.do("POST", "/users/invite", validInvitation)
	return f.do("GET", user(f.accept("ada@example.com")), "")
}

func TestEachVariationShows(t *testing.T) {
	const (
		asJSON = "application/json"
		asText = "text/plain; charset=utf-8"
	)
	refused := func(body string) shown { return shown{get("/users/" + nobody), 404, asJSON, body} }
	changed := func(status int, contentType, body string) shown { return shown{put, status, contentType, body} }
	throttled := func(status int) shown { return shown{askTwice, status, asJSON, `{"message":"too many requests"}`} }
	idIs := func(pattern string) shown { return shown{acceptAndGet, 200, asJSON, `{"id":"` + pattern + `",.*}`} }
	invited := func(ask func(*fixture) result, status int) shown {
		return shown{ask, status, asJSON, `{"message":".*"}`}
	}
	for name, want := range map[string]shown{
		"ids=auth0":                 idIs(`google-oauth2\|117\d+`),
		"ids=other-prefix":          idIs(`google-apps\|.*`),
		"ids=uuid":                  idIs(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`),
		"ids=number":                idIs(`\d+`),
		"errors=message":            refused(`{"message":"[^"]+"}`),
		"errors=error":              refused(`{"error":"[^"]+"}`),
		"errors=error-object":       refused(`{"error":{"message":"[^"]+"}}`),
		"errors=detail":             refused(`{"detail":"[^"]+"}`),
		"errors=title":              refused(`{"title":"[^"]+"}`),
		"errors=errors":             refused(`{"errors":\[{"message":"[^"]+"}\]}`),
		"errors=code":               refused(`{"code":"E404","errorMessage":"[^"]+"}`),
		"errors=problem":            {get("/users/" + nobody), 404, "application/problem+json", `{"detail":"[^"]+","status":404,"title":"Not Found","type":"about:blank"}`},
		"errors=text":               {get("/users/" + nobody), 404, asText, `[a-z ]+`},
		"errors=empty":              {get("/users/" + nobody), 404, "", ``},
		"success=204":               changed(204, "", ``),
		"success=200":               changed(200, "", ``),
		"success=201":               changed(201, "", ``),
		"success=202":               changed(202, "", ``),
		"success-body=none":         changed(204, "", ``),
		"success-body=text":         changed(200, asText, `OK`),
		"success-body=object":       changed(200, asJSON, `{"id":"auth0\|owner",.*}`),
		"gone=404":                  {get("/users/" + nobody), 404, asJSON, `.*`},
		"gone=403":                  {get("/users/" + nobody), 403, asJSON, `.*`},
		"gone=410":                  {get("/users/" + nobody), 410, asJSON, `.*`},
		"invite-member=409":         invited(inviteMember, 409),
		"invite-member=400":         invited(inviteMember, 400),
		"invite-member=422":         invited(inviteMember, 422),
		"invite-member=2xx":         {inviteMember, 204, "", ``},
		"invite-again=409":          invited(inviteTwice, 409),
		"invite-again=400":          invited(inviteTwice, 400),
		"invite-again=422":          invited(inviteTwice, 422),
		"invite-again=2xx":          {inviteTwice, 204, "", ``},
		"more=nothing":              {get("/user"), 200, asJSON, `{"id":"auth0\|owner","email":"robot@example.com","name":"Roster Robot","roles":\["admin"\]}`},
		"more=fields":               {get("/users"), 200, asJSON, `{"count":1,"items":\[{.*"x_links":{.*}\],"x_links":{.*}}`},
		"more=nulls":                {get("/organization"), 200, asJSON, `{"created_at":null,.*"short_name":null,"updated_at":null}`},
		"more=times":                {get("/organization"), 200, asJSON, `{"created_at":"2024-03-01T10:00:00.123456\+01:00",.*}`},
		"more=roles":                {acceptAndGet, 200, asJSON, `{.*"roles":\["analyst","operator"\]}`},
		"more=names":                {get("/users"), 200, asJSON, `{.*"name":"".*}`},
		"more=list-roles":           {get("/users"), 200, asJSON, `{.*"roles":\["admin"\]}\]}`},
		"list=exact":                {get("/users?page_number=2"), 200, asJSON, `{"count":1,"items":\[\]}`},
		"list=null-page":            {get("/users?page_number=2"), 200, asJSON, `{"count":1,"items":null}`},
		"list=count-string":         {get("/users"), 200, asJSON, `{"count":"1",.*}`},
		"list=count-missing":        {get("/users?page_number=2"), 200, asJSON, `{"items":\[\]}`},
		"throttling=429-seconds":    throttled(429),
		"throttling=429-date":       throttled(429),
		"throttling=429":            throttled(429),
		"throttling=503-seconds":    throttled(503),
		"throttling=503-date":       throttled(503),
		"throttling=503":            throttled(503),
		"success-body=empty-object": changed(200, asJSON, `{}`),
	} {
		t.Run(name, func(t *testing.T) {
			variations, err := sandbox.ParseVariations(name)
			if err != nil {
				t.Fatal(err)
			}
			f := start(t, sandbox.Options{Variations: variations, Clock: newClock().read})
			got := want.ask(f)
			if got.status != want.status || got.header.Get("Content-Type") != want.contentType || !regexp.MustCompile(`^`+want.body+`$`).MatchString(got.body) {
				t.Errorf("got %d %q %s, want %+v", got.status, got.header.Get("Content-Type"), got.body, want)
			}
		})
	}
}

func TestRetryAfterOfThrottling(t *testing.T) {
	now := newClock().read()
	for variation, want := range map[string]string{
		"429-seconds": "1", "503-seconds": "1", "429": "", "503": "",
		"429-date": now.Add(2 * time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT"),
		"503-date": now.Add(2 * time.Second).Format("Mon, 02 Jan 2006 15:04:05 GMT"),
	} {
		f := start(t, sandbox.Options{Variations: sandbox.Variations{"throttling": variation}, Clock: newClock().read})
		if got := askTwice(f).header.Get("Retry-After"); got != want {
			t.Errorf("%s: Retry-After is %q, want %q", variation, got, want)
		}
	}
}

// A faulty reply has the API's format, or the proxy's own.
func TestFaultsHaveTheFormOfTheVariation(t *testing.T) {
	f := start(t, sandbox.Options{Variations: sandbox.Variations{"errors": "code", "more": "fields", "gone": "410"}})
	for kind, want := range map[sandbox.FaultKind]string{
		sandbox.Internal500: `"errorMessage"`, sandbox.NotFound404: `"E404"`, sandbox.NotFoundHTML404: `<html>`, sandbox.WrongOrganization: `"x_links"`,
	} {
		f.Fail(sandbox.Fault{Kind: kind, Times: 1})
		if got := f.do("GET", "/organization", ""); !strings.Contains(got.body, want) {
			t.Errorf("%s: %s", kind, got.body)
		}
	}
}

func TestUnknownVariationsAreRefused(t *testing.T) {
	for text, complaint := range map[string]string{
		"ids":               `unknown variation "" of the point ids; the variations are auth0, other-prefix, uuid, number`,
		"ids=guid":          `unknown variation "guid" of the point ids`,
		"id=uuid":           `unknown point "id"; the points are ids, errors,`,
		"ids=uuid,ids=uuid": `the point "ids" is given twice`,
	} {
		if _, err := sandbox.ParseVariations(text); err == nil || !strings.Contains(err.Error(), complaint) {
			t.Errorf("%s: %v", text, err)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("an unknown variation was accepted")
		}
	}()
	sandbox.New(sandbox.Options{Variations: sandbox.Variations{"ids": "guid"}})
}

// A member who is invited again stays the same member.
func TestInvitedMemberStaysOneMember(t *testing.T) {
	f := start(t, sandbox.Options{Variations: sandbox.Variations{"invite-member": "2xx", "ids": "uuid"}})
	f.do("POST", "/users/invite", validInvitation)
	id := f.accept("ada@example.com")
	f.do("POST", "/users/invite", validInvitation)
	if again := f.accept("ada@example.com"); again != id || len(f.Members()) != 2 || len(f.Emails()) != 2 {
		t.Errorf("%s joined again as %s; members %+v", id, again, f.Members())
	}
}
