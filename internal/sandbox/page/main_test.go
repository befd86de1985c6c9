package page_test

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox/page"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// fixture is a guarded sandbox with its page, behind a real HTTP server.
type fixture struct {
	*sandbox.Sandbox
	t      *testing.T
	server *httptest.Server
	client *http.Client
}

func start(t *testing.T) *fixture {
	t.Helper()
	return serve(t, sandbox.New(sandbox.Options{}))
}

func serve(t *testing.T, s *sandbox.Sandbox) *fixture {
	t.Helper()
	look := page.Guard(page.New(s, ""))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, sandbox.BasePath) {
			s.ServeHTTP(w, r)
			return
		}
		look.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &fixture{Sandbox: s, t: t, server: server, client: client}
}

type result struct {
	status int
	header http.Header
	body   string
}

func (f *fixture) request(method, path, body string) *http.Request {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.server.URL+path, strings.NewReader(body))
	f.must(err)
	if body != "" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func (f *fixture) send(r *http.Request) result {
	f.t.Helper()
	res, err := f.client.Do(r)
	f.must(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	f.must(err)
	return result{status: res.StatusCode, header: res.Header, body: string(body)}
}

func (f *fixture) must(err error) {
	f.t.Helper()
	if err != nil {
		f.t.Fatal(err)
	}
}

// get returns a page's text.
func (f *fixture) get(path string) string {
	f.t.Helper()
	res := f.send(f.request("GET", path, ""))
	if res.status != 200 {
		f.t.Fatalf("GET %s: status %d", path, res.status)
	}
	return read(res.body)
}

func read(body string) string {
	_, body, _ = strings.Cut(body, "<body>")
	body = strings.ReplaceAll(body, "<wbr>", "")
	body = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(body, " ")
	return strings.Join(strings.Fields(html.UnescapeString(body)), " ")
}

// submit sends a form and returns the page of the redirect.
func (f *fixture) submit(fields ...string) string {
	f.t.Helper()
	res := f.send(f.request("POST", "/", form(fields...)))
	if res.status != http.StatusSeeOther {
		f.t.Fatalf("%v: status %d: %s", fields, res.status, read(res.body))
	}
	path, fragment, _ := strings.Cut(res.header.Get("Location"), "#")
	body := f.send(f.request("GET", path, "")).body
	if !strings.Contains(body, `id="`+fragment+`" role="status"`) {
		f.t.Errorf("%v: no status at #%s", fields, fragment)
	}
	return read(body)
}

// refused sends a form that must change nothing, and returns the page with the reason.
func (f *fixture) refused(status int, fields ...string) string {
	f.t.Helper()
	before, err := f.Snapshot()
	f.must(err)
	res := f.send(f.request("POST", "/", form(fields...)))
	after, err := f.Snapshot()
	f.must(err)
	if changed := !bytes.Equal(before, after); res.status != status || changed {
		f.t.Errorf("%v: status %d, want %d; changed: %v", fields, res.status, status, changed)
	}
	return res.body
}

func form(fields ...string) string {
	values := url.Values{}
	for i := 0; i < len(fields); i += 2 {
		values.Add(fields[i], fields[i+1])
	}
	return values.Encode()
}

func (f *fixture) invite(email, name string) {
	f.t.Helper()
	r := f.request("POST", sandbox.BasePath+"/users/invite", `{"connection":null,"email":"`+email+`","name":"`+name+`","roles":["analyst"]}`)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", sandbox.DefaultEmail+":"+sandbox.DefaultToken)
	if res := f.send(r); res.status != 204 {
		f.t.Fatalf("invite %s: status %d: %s", email, res.status, res.body)
	}
}

func (f *fixture) add(email, name string, roles ...string) string {
	f.t.Helper()
	id, err := f.AddMember(sandbox.User{Email: email, Name: name, Roles: roles})
	f.must(err)
	return id
}

// says fails the test unless the text contains these texts in this order.
func says(t *testing.T, text string, want ...string) {
	t.Helper()
	rest := text
	for _, w := range want {
		_, after, ok := strings.Cut(rest, w)
		if !ok {
			t.Errorf("%q is missing, or out of order, in:\n%s", w, text)
			return
		}
		rest = after
	}
}

func saysNot(t *testing.T, text, unwanted string) {
	t.Helper()
	if strings.Contains(text, unwanted) {
		t.Errorf("%q is in:\n%s", unwanted, text)
	}
}
