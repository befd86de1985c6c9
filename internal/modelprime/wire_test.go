package modelprime

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/http/httptest"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"
)

const page = `{"count":7,"items":[{"id":"auth0|64f0","email":"ada@example.com","name":"Ada Servo"}]}`

// Each operation's request as bytes, and the value of its reply.
func TestOperationsOnTheWire(t *testing.T) {
	ctx := context.Background()
	name, email := `Ada "Bolt" <Servo>`, "ada@example.org"
	for _, test := range []struct {
		name              string
		call              func(c *Client) (any, error)
		reply             string
		method, uri, body string
		want              any
	}{
		{
			"getOrganization", func(c *Client) (any, error) { return c.GetOrganization(ctx) },
			`{"id":"7d0c","name":"Example Robotics","short_name":"exro","created_at":"2025-01-02T03:04:05Z","updated_at":"2025-02-03T04:05:06.7Z","new":{"field":1}}`,
			"GET", "/api/oum/v1/organization", "",
			Organization{"7d0c", "Example Robotics", "exro", "2025-01-02T03:04:05Z", "2025-02-03T04:05:06.7Z", true},
		},
		{
			"getOrganization, most fields empty", func(c *Client) (any, error) { return c.GetOrganization(ctx) },
			`{"id":"42","name":"","short_name":null,"created_at":null}`, "GET", "/api/oum/v1/organization", "",
			Organization{ID: "42", named: true},
		},
		{
			"getCurrentUser", func(c *Client) (any, error) { return c.GetCurrentUser(ctx) },
			robot, "GET", "/api/oum/v1/user", "",
			User{ID: "auth0|robot", Email: "Robot@example.com", Name: "Roster Robot", Roles: []string{"admin"}},
		},
		{
			"updateCurrentUser, name", func(c *Client) (any, error) { return nil, c.UpdateCurrentUser(ctx, CurrentUserUpdate{Name: &name}) },
			"thanks",
			"PATCH", "/api/oum/v1/user", `{"name":"Ada \"Bolt\" \u003cServo\u003e"}`, nil,
		},
		{
			"updateCurrentUser, e-mail", func(c *Client) (any, error) { return nil, c.UpdateCurrentUser(ctx, CurrentUserUpdate{Email: &email}) },
			ada, "PATCH", "/api/oum/v1/user", `{"email":"ada@example.org"}`, nil,
		},
		{
			"listUsers", func(c *Client) (any, error) { return c.ListUsers(ctx, ListUsersRequest{PageNumber: 2, PageSize: 100}) },
			page, "GET", "/api/oum/v1/users?page_number=2&page_size=100", "",
			UserPage{Count: 7, Items: []User{{ID: "auth0|64f0", Email: "ada@example.com", Name: "Ada Servo"}}},
		},
		{
			"listUsers, by name", func(c *Client) (any, error) {
				return c.ListUsers(ctx, ListUsersRequest{PageNumber: 1, PageSize: 5, NameSearch: "Ada+S &x"})
			},
			`{"count":0,"items":[]}`, "GET", "/api/oum/v1/users?name_search=Ada%2BS%20%26x&page_number=1&page_size=5", "",
			UserPage{Items: []User{}},
		},
		{
			"listUsers, roles in it are ignored", func(c *Client) (any, error) { return c.ListUsers(ctx, ListUsersRequest{PageNumber: 1, PageSize: 1}) },
			`{"count":1,"items":[` + ada + `]}`, "GET", "/api/oum/v1/users?page_number=1&page_size=1", "",
			UserPage{Count: 1, Items: []User{{ID: "auth0|64f0", Email: "ada@example.com", Name: "Ada Servo"}}},
		},
		{
			"getUser, no roles", func(c *Client) (any, error) { return c.GetUser(ctx, "auth0|64f0") },
			strings.Replace(ada, `"developer"`, "", 1), "GET", "/api/oum/v1/users/auth0%7C64f0", "",
			User{ID: "auth0|64f0", Email: "ada@example.com", Name: "Ada Servo", Roles: []string{}},
		},
		{
			"getUser, a role outside the contract", func(c *Client) (any, error) { return c.GetUser(ctx, "auth0|64f0") },
			strings.Replace(ada, "developer", "auditor", 1), "GET", "/api/oum/v1/users/auth0%7C64f0", "",
			User{ID: "auth0|64f0", Email: "ada@example.com", Name: "Ada Servo", Roles: []string{"auditor"}},
		},
		{
			"deleteUser", func(c *Client) (any, error) { return nil, c.DeleteUser(ctx, "google-oauth2|1172") },
			"", "DELETE", "/api/oum/v1/users/google-oauth2%7C1172", "", nil,
		},
		{
			"deleteUser, awkward id", func(c *Client) (any, error) { return nil, c.DeleteUser(ctx, "a/../ü %2F?#{id}") },
			"", "DELETE", "/api/oum/v1/users/a%2F..%2F%C3%BC%20%252F%3F%23%7Bid%7D", "", nil,
		},
		{
			"resetUserPassword", func(c *Client) (any, error) { return nil, c.ResetUserPassword(ctx, "auth0|64f0") },
			"{}", "POST", "/api/oum/v1/users/auth0%7C64f0/reset_password", "", nil,
		},
		{
			"replaceUserRoles", func(c *Client) (any, error) {
				return nil, c.ReplaceUserRoles(ctx, "auth0|64f0", []string{"admin", "analyst"})
			},
			"", "PUT", "/api/oum/v1/users/auth0%7C64f0/roles", `["admin","analyst"]`, nil,
		},
		{
			"replaceUserRoles, none", func(c *Client) (any, error) { return nil, c.ReplaceUserRoles(ctx, "auth0|64f0", nil) },
			"ignored", "PUT", "/api/oum/v1/users/auth0%7C64f0/roles", `[]`, nil,
		},
		{
			"inviteUser, Google", func(c *Client) (any, error) { return nil, c.InviteUser(ctx, invitation()) },
			"", "POST", "/api/oum/v1/users/invite",
			`{"connection":"google-oauth2","email":"grace@example.com","name":"Grace Gear","roles":["analyst"]}`, nil,
		},
		{
			"inviteUser, password", func(c *Client) (any, error) {
				return nil, c.InviteUser(ctx, Invitation{Connection: ConnectionPassword, Email: "grace@example.com", Name: "Grace Gear"})
			},
			"", "POST", "/api/oum/v1/users/invite",
			`{"connection":null,"email":"grace@example.com","name":"Grace Gear","roles":[]}`, nil,
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := serve(t, answer(200, test.reply))
			got, err := test.call(srv.client(t))
			if err != nil || !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %#v, %v, want %#v", got, err, test.want)
			}
			sent := srv.requests()
			if len(sent) != 1 || sent[0].method != test.method || sent[0].uri != test.uri || sent[0].body != test.body {
				t.Fatalf("sent %+v", sent)
			}
			contentType := ""
			if test.body != "" {
				contentType = "application/json"
			}
			for header, want := range map[string]string{
				"Authorization": "robot@example.com:" + testToken, "Accept": "application/json",
				"User-Agent": "terraform-provider-modelprime/0.1.0", "Content-Type": contentType,
			} {
				if got := strings.Join(sent[0].header.Values(header), "; "); got != want {
					t.Errorf("header %s: %q, want %q", header, got, want)
				}
			}
		})
	}
}

func TestDotSegmentsAreNotIDs(t *testing.T) {
	for _, id := range []string{"", ".", ".."} {
		srv := serve(t, answer(200, ada))
		c, ctx := srv.client(t), context.Background()
		_, err := c.GetUser(ctx, id)
		for _, err := range []error{err, c.DeleteUser(ctx, id), c.ResetUserPassword(ctx, id), c.ReplaceUserRoles(ctx, id, nil)} {
			if err == nil || err.Error() != strconv.Quote(id)+" is not a user ID" {
				t.Errorf("%q: %v", id, err)
			}
		}
		if n := len(srv.requests()); n != 0 {
			t.Errorf("%q: %d requests", id, n)
		}
	}
}

// A reply that breaks the contract is an error that says what is wrong, without a retry.
func TestRepliesOfAnotherShape(t *testing.T) {
	const html = "<html><title>Sign in</title></html>"
	list := func(ctx context.Context, c *Client) error { _, err := c.ListUsers(ctx, ListUsersRequest{}); return err }
	get := func(ctx context.Context, c *Client) error { _, err := c.GetUser(ctx, "auth0|64f0"); return err }
	me := func(ctx context.Context, c *Client) error { _, err := c.GetCurrentUser(ctx); return err }
	org := func(ctx context.Context, c *Client) error { _, err := c.GetOrganization(ctx); return err }
	remove := func(ctx context.Context, c *Client) error { return c.DeleteUser(ctx, "auth0|64f0") }
	for _, test := range []struct {
		name, body, contentType, problem string
		call                             func(context.Context, *Client) error
	}{
		{"HTML", html, "text/html; charset=utf-8", "web page", org},
		{"HTML without a body to read", html, "TEXT/HTML", "web page", remove},
		{"HTML in disguise", html, "application/json", "page", org},
		{"HTML in disguise, without a body to read", " \n" + html, "text/plain", "page", remove},
		{"XHTML, without a body to read", html, "application/xhtml+xml", "page", remove},
		{"HTML of a kind that cannot be read", html, "text/html; charset=a; charset=b", "page", remove},
		{"nothing", "", "application/json", "JSON", org},
		{"null", "null", "application/json", "no ID", org},
		{"a list", "[]", "application/json", "JSON", org},
		{"trailing garbage", `{"id":"1","name":"n"} x`, "application/json", "JSON", org},
		{"two replies", `{"id":"1","name":"n"}{"id":"2","name":"n"}`, "application/json", "JSON", org},
		{"half", `{"id":"1","na`, "application/json", "JSON", org},
		{"organization without id", `{"name":"n"}`, "application/json", "no ID", org},
		{"organization without name", `{"id":"1"}`, "application/json", "no name", org},
		{"an organization's id is a number", `{"id":1,"name":"n"}`, "application/json", "id is of type number", org},
		{"a member's id is a number", `{"count":1,"items":[{"id":1,"email":"ada@example.com","name":"n"}]}`, "application/json", "id is of type number", list},
		{"user without id", `{"email":"ada@example.com"}`, "application/json", "no ID", me},
		{"user without e-mail", `{"id":"auth0|64f0"}`, "application/json", "no ID or no e-mail", get},
		{"another user", strings.Replace(ada, "64f0", "9", 1), "application/json", "another user", get},
		{"another user than the caller", ada, "application/json", "it is about ada@example.com, and the token's owner is robot@example.com", me},
		{"a member without roles' list", strings.Replace(ada, "roles", "role", 1), "application/json", "roles", get},
		{"a member whose roles are null", strings.Replace(ada, `["developer"]`, "null", 1), "application/json", "roles", get},
		{"the caller without roles' list", strings.Replace(robot, "roles", "role", 1), "application/json", "roles", me},
		{"the caller with null roles", strings.Replace(robot, `["admin"]`, "null", 1), "application/json", "roles", me},
		{"roles are a string", `{"id":"auth0|64f0","email":"x@example.com","roles":"admin"}`, "application/json", "is of type string", get},
		{"list without count", `{"items":[]}`, "application/json", "its count is missing, which is not a whole number", list},
		{"list whose count is a string", `{"count":"0","items":[]}`, "application/json", `its count is "0", which is not a whole number`, list},
		{"list with a count below 0", `{"count":-1,"items":[]}`, "application/json", "its count is -1", list},
		{"list without items", `{"count":0}`, "application/json", "no items", list},
		{"list of objects", `{"count":1,"items":{"id":"1"}}`, "application/json", "object", list},
		{"list with a null", `{"count":1,"items":[null]}`, "application/json", "without an ID", list},
		{"list of too many", `{"count":1,"items":[` + strings.Repeat("{},", 10_000) + ada + `]}`, "application/json", "more than 10000 items", list},
		{"list without an id", `{"count":1,"items":[{"email":"x@example.com"}]}`, "application/json", "without an ID", list},
		{"list without an e-mail", `{"count":1,"items":[{"id":"1"}]}`, "application/json", "without an ID or an e-mail", list},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := serve(t, answer(200, test.body, "Content-Type", test.contentType))
			err := test.call(context.Background(), srv.client(t))
			if failed := failure(t, err); failed.Kind != KindReply || !strings.Contains(failed.Message, test.problem) || failed.Template == "" {
				t.Errorf("got %v", err)
			}
			if n := len(srv.requests()); n != 1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

// The default transport uses HTTP/1.1: over HTTP/2 net/http would repeat a POST.
func TestDefaultTransport(t *testing.T) {
	var proto string
	srv := httptest.NewUnstartedServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { proto = r.Proto }))
	srv.EnableHTTP2 = true
	srv.StartTLS()
	defer srv.Close()
	transport := newTransport(3)
	defer transport.CloseIdleConnections()
	transport.TLSClientConfig.RootCAs = srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs
	c, err := New(Config{Endpoint: srv.URL, Credentials: testCredentials, Transport: transport, Clock: newTestClock()})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.DeleteUser(context.Background(), "auth0|1"); err != nil || proto != "HTTP/1.1" {
		t.Errorf("%v over %s", err, proto)
	}
	if transport.TLSClientConfig.MinVersion != tls.VersionTLS12 || transport.MaxIdleConnsPerHost != 3 ||
		transport.IdleConnTimeout != 30*time.Second ||
		transport.MaxResponseHeaderBytes != longestHeader || transport.Proxy == nil {
		t.Errorf("transport %+v", transport)
	}
}

func TestNewRefusesBadConfig(t *testing.T) {
	for name, config := range map[string]Config{
		"no credentials":       {},
		"a token of two lines": {Credentials: Credentials{"robot@example.com", "mpat_a\r\nX: y"}},
		"a bad endpoint":       {Credentials: testCredentials, Endpoint: "http://example.com"},
		"a timeout below 0":    {Credentials: testCredentials, RequestTimeout: -1},
		"no slots":             {Credentials: testCredentials, MaxConcurrentRequests: -1},
	} {
		if c, err := New(config); err == nil || c != nil {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
	c, err := New(Config{Credentials: testCredentials})
	if err != nil || c.endpoint.String() != DefaultEndpoint || c.config.RequestTimeout.Seconds() != 30 || cap(c.limiter.slots) != 16 {
		t.Errorf("defaults: %v", err)
	}
}
