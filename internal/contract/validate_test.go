package contract_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

const (
	basePath    = "/api/oum/v1"
	goodToken   = "robot@example.com:mpat_0123456789abcdefABCDEF0123456789"
	goodUser    = `{"id": "auth0|64f0", "email": "ada@example.com", "name": "Ada Rivet", "roles": ["admin"]}`
	goodInvite  = `{"connection": null, "email": "ada@example.com", "name": "Ada Rivet", "roles": ["admin"]}`
	goodOrg     = `{"id": "497f6eca-6276-4993-bfeb-53cbbbba6f08", "name": "Example Robotics", "short_name": "er", "created_at": "2026-01-02T03:04:05Z", "updated_at": "2026-01-02T03:04:05.5+02:00"}`
	jsonType    = "application/json"
	anotherUser = `{"id": "google-oauth2|1172", "email": "bo@example.com", "name": "Bo Servo"}`
)

// reports collects the handler's reports from any goroutine.
type reports struct {
	mu   sync.Mutex
	errs []error
}

func (r *reports) add(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.errs = append(r.errs, err)
}

func (r *reports) text() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.errs) == 0 {
		return ""
	}
	return errors.Join(r.errs...).Error()
}

func answer(status int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		if contentType != "" {
			w.Header().Set("Content-Type", contentType)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

func request(method, target, body string) *http.Request {
	r := httptest.NewRequest(method, basePath+target, strings.NewReader(body))
	r.Header.Set("Authorization", goodToken)
	if body != "" {
		r.Header.Set("Content-Type", jsonType)
	}
	return r
}

func TestRequestsAreChecked(t *testing.T) {
	cases := []struct {
		name, method, target, body string
		change                     func(*http.Request)
		want                       string // "" is no report
	}{
		{name: "null connection", method: "POST", target: "/users/invite", body: goodInvite},
		{name: "google connection", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, "null", `"google-oauth2"`, 1)},
		{name: "another connection", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, "null", `"username-password"`, 1), want: "connection"},
		{name: "no connection", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, `"connection": null, `, "", 1), want: "connection"},
		{name: "no e-mail", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, `"email": "ada@example.com", `, "", 1), want: "email"},
		{name: "no name", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, `"name": "Ada Rivet", `, "", 1), want: "name"},
		{name: "no roles", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, `, "roles": ["admin"]`, "", 1), want: "roles"},
		{name: "null name", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, `"Ada Rivet"`, "null", 1), want: "name"},
		{name: "unknown role", method: "POST", target: "/users/invite", body: strings.Replace(goodInvite, `"admin"`, `"owner"`, 1), want: "roles"},
		{name: "no body", method: "POST", target: "/users/invite", want: "required"},
		{name: "not JSON", method: "POST", target: "/users/invite", body: "{", want: "decode"},
		{name: "form", method: "POST", target: "/users/invite", body: goodInvite, want: "Content-Type", change: header("Content-Type", "application/x-www-form-urlencoded")},
		{name: "roles", method: "PUT", target: "/users/auth0%7C64f0/roles", body: `["admin", "analyst"]`},
		{name: "no role at all", method: "PUT", target: "/users/auth0%7C64f0/roles", body: `[]`},
		{name: "roles in an object", method: "PUT", target: "/users/auth0%7C64f0/roles", body: `{"roles": ["admin"]}`, want: "array"},
		{name: "role in other case", method: "PUT", target: "/users/auth0%7C64f0/roles", body: `["Admin"]`, want: "allowed values"},
		{name: "name alone", method: "PATCH", target: "/user", body: `{"name": "Ada Rivet"}`},
		{name: "null e-mail", method: "PATCH", target: "/user", body: `{"email": null}`, want: "email"},
		{name: "password reset", method: "POST", target: "/users/auth0%7C64f0/reset_password"},
		{name: "password reset with a body", method: "POST", target: "/users/auth0%7C64f0/reset_password", body: `{}`, want: "body not allowed"},
		{name: "list", method: "GET", target: "/users"},
		{name: "page", method: "GET", target: "/users?page_number=2&page_size=0&name_search=Ada%20Ri"},
		{name: "page_size as a word", method: "GET", target: "/users?page_size=many", want: "page_size"},
		{name: "page_size 101", method: "GET", target: "/users?page_size=101", want: "page_size"},
		{name: "page_number 0", method: "GET", target: "/users?page_number=0", want: "page_number"},
		{name: "short name_search", method: "GET", target: "/users?name_search=ab", want: "name_search"},
		{name: "name_search with a digit", method: "GET", target: "/users?name_search=ada1", want: "name_search"},
		{name: "empty name_search", method: "GET", target: "/users?name_search=", want: "name_search"},
		{name: "unknown parameter", method: "GET", target: "/users?page=1", want: `"page" is not described`},
		{name: "parameter twice", method: "GET", target: "/users?page_size=1&page_size=2", want: "2 times"},
		{name: "broken query", method: "GET", target: "/users?page_size=%zz", want: "query"},
		{name: "unknown path", method: "GET", target: "/members", want: "no matching operation"},
		{name: "unknown verb", method: "POST", target: "/users", want: "method not allowed"},
		{name: "no token", method: "GET", target: "/user", want: "Authorization", change: header("Authorization", "")},
		{name: "Bearer", method: "GET", target: "/user", want: "Authorization", change: header("Authorization", "Bearer "+goodToken)},
		{name: "token without e-mail", method: "GET", target: "/user", want: "Authorization", change: header("Authorization", "mpat_0123")},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got reports
			served := false
			handler := contract.Validate(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				served = err == nil && string(body) == c.body
				w.WriteHeader(http.StatusTeapot)
			}), basePath, got.add)
			r := request(c.method, c.target, c.body)
			if c.change != nil {
				c.change(r)
			}
			handler.ServeHTTP(httptest.NewRecorder(), r)
			check(t, got.text(), c.want, ": request: ")
			if !served {
				t.Error("the request arrived changed")
			}
		})
	}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Del(name)
		if value != "" {
			r.Header.Set(name, value)
		}
	}
}

func check(t *testing.T, got, want, where string) {
	t.Helper()
	switch {
	case want == "" && got != "":
		t.Errorf("reported %s", got)
	case want != "" && (!strings.Contains(got, want) || !strings.Contains(got, where)):
		t.Errorf("reported %q, want %q at %q", got, want, where)
	}
}

func TestRepliesAreChecked(t *testing.T) {
	page := `{"count": 1, "items": [` + anotherUser + `]}`
	cases := []struct {
		name, method, target string
		status               int
		contentType, body    string
		want                 string // "" is no report
	}{
		{"user", "GET", "/user", 200, "application/json; charset=utf-8", goodUser, ""},
		{"unknown role", "GET", "/user", 200, jsonType, strings.Replace(goodUser, `"admin"`, `"pilot"`, 1), ""},
		{"more fields", "GET", "/user", 200, jsonType, strings.Replace(goodUser, `{`, `{"picture": null, `, 1), ""},
		{"no roles", "GET", "/user", 200, jsonType, anotherUser, "roles"},
		{"roles null", "GET", "/user", 200, jsonType, strings.Replace(goodUser, `["admin"]`, `null`, 1), "roles"},
		{"role as number", "GET", "/user", 200, jsonType, strings.Replace(goodUser, `"admin"`, `7`, 1), "roles"},
		{"other success", "GET", "/user", 203, jsonType, goodUser, "status 203"},
		{"redirect", "GET", "/user", 308, "", "", "status 308"},
		{"HTML", "GET", "/user", 200, "text/html", goodUser, "text/html"},
		{"no content type", "GET", "/user", 200, "", "", "Content-Type"},
		{"half", "GET", "/user", 200, jsonType, goodUser[:40], "not one JSON value"},
		{"two values", "GET", "/user", 200, jsonType, goodUser + goodUser, "not one JSON value"},
		{"organization", "GET", "/organization", 200, jsonType, goodOrg, ""},
		{"id no uuid", "GET", "/organization", 200, jsonType, strings.Replace(goodOrg, "497f6eca", "org", 1), "uuid"},
		{"time as words", "GET", "/organization", 200, jsonType, strings.Replace(goodOrg, "T03:04:05Z", "", 1), "created_at"},
		{"page", "GET", "/users", 200, jsonType, page, ""},
		{"roles in the list", "GET", "/users", 200, jsonType, strings.Replace(page, anotherUser, goodUser, 1), ""},
		{"count as string", "GET", "/users", 200, jsonType, strings.Replace(page, `1,`, `"1",`, 1), "count"},
		{"no items", "GET", "/users", 200, jsonType, `{"count": 0}`, "items"},
		{"item without id", "GET", "/users", 200, jsonType, strings.Replace(page, `"id"`, `"user_id"`, 1), "items"},
		{"patched", "PATCH", "/user", 200, jsonType, anotherUser, ""},
		{"204", "DELETE", "/users/auth0%7C64f0", 204, "", "", ""},
		{"202", "DELETE", "/users/auth0%7C64f0", 202, "", "", ""},
		{"body where none is", "DELETE", "/users/auth0%7C64f0", 200, jsonType, "{}", "body of 2 bytes"},
		{"JSON error", "GET", "/user", 403, jsonType, `{"message": "Admins only", "code": 7}`, ""},
		{"error as an object", "GET", "/user", 403, jsonType, `{"error": {"message": "Admins only"}}`, ""},
		{"error as a number", "GET", "/user", 403, jsonType, `{"error": 7}`, "error"},
		{"error as a list", "GET", "/user", 403, jsonType, `[]`, "object"},
		{"text error", "GET", "/user", 500, "text/plain; charset=utf-8", "oh no", ""},
		{"HTML error", "GET", "/user", 502, "text/html", "<h1>Bad gateway</h1>", ""},
		{"empty error", "GET", "/user", 404, "", "", ""},
		{"image error", "GET", "/user", 404, "image/png", "png", "image/png"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var got reports
			body := ""
			if c.method == "PATCH" {
				body = "{}"
			}
			w := httptest.NewRecorder()
			contract.Validate(answer(c.status, c.contentType, c.body), basePath, got.add).ServeHTTP(w, request(c.method, c.target, body))
			check(t, got.text(), c.want, ": reply: ")
			if w.Code != c.status || w.Body.String() != c.body || w.Header().Get("Content-Type") != c.contentType {
				t.Errorf("the client got %d %q", w.Code, w.Body)
			}
		})
	}
}

func TestFaultyRepliesAreNotReported(t *testing.T) {
	var got reports
	handler := contract.Validate(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set(contract.FaultHeader, "redirect")
		answer(http.StatusFound, "text/html", "elsewhere")(w, nil)
	}), basePath, got.add)
	w := httptest.NewRecorder()
	handler.ServeHTTP(w, request("GET", "/user", ""))
	check(t, got.text(), "", "")
	if w.Code != http.StatusFound || w.Body.String() != "elsewhere" {
		t.Errorf("the client got %d %q", w.Code, w.Body)
	}
}
