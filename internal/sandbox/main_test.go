package sandbox_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// fixture is a sandbox behind a real HTTP server, with a client.
type fixture struct {
	*sandbox.Sandbox
	t             *testing.T
	server        *httptest.Server
	client        *http.Client
	authorization string
}

func start(t *testing.T, opts sandbox.Options) *fixture {
	t.Helper()
	return serve(t, sandbox.New(opts))
}

func serve(t *testing.T, s *sandbox.Sandbox) *fixture {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	client := server.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	email, token := s.Credentials()
	return &fixture{Sandbox: s, t: t, server: server, client: client, authorization: email + ":" + token}
}

type result struct {
	status int
	header http.Header
	body   string
}

func (f *fixture) request(method, path, body string) *http.Request {
	f.t.Helper()
	r, err := http.NewRequestWithContext(f.t.Context(), method, f.server.URL+sandbox.BasePath+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	r.Header.Set("Authorization", f.authorization)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

func (f *fixture) send(r *http.Request) result {
	f.t.Helper()
	res, err := f.client.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		f.t.Fatal(err)
	}
	return result{status: res.StatusCode, header: res.Header, body: string(body)}
}

func (f *fixture) do(method, path, body string) result {
	f.t.Helper()
	return f.send(f.request(method, path, body))
}

// expect sends a request and checks its status, and that an error is JSON with a message.
func (f *fixture) expect(status int, method, path, body string) result {
	f.t.Helper()
	res := f.do(method, path, body)
	if res.status != status {
		f.t.Fatalf("%s %s: status %d, want %d: %s", method, path, res.status, status, res.body)
	}
	if status >= 400 {
		wantMessage(f.t, res)
	}
	return res
}

func wantMessage(t *testing.T, res result) {
	t.Helper()
	var problem struct{ Message string }
	if err := json.Unmarshal([]byte(res.body), &problem); err != nil || problem.Message == "" {
		t.Errorf("status %d: the body is not JSON with a message: %q", res.status, res.body)
	}
	if got := res.header.Get("Content-Type"); got != "application/json" {
		t.Errorf("status %d: content type %q", res.status, got)
	}
}

func (f *fixture) add(email, name string, roles ...string) string {
	f.t.Helper()
	id, err := f.AddMember(sandbox.User{Email: email, Name: name, Roles: roles})
	if err != nil {
		f.t.Fatal(err)
	}
	return id
}

func (f *fixture) addMany(n int) {
	f.t.Helper()
	for i := range n {
		f.add("unit"+strconv.Itoa(i)+"@example.com", "Unit "+strconv.Itoa(i))
	}
}

func decode[T any](t *testing.T, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("%v: %s", err, body)
	}
	return v
}

// aClock stands still until it is moved.
type aClock struct {
	mu  sync.Mutex
	now time.Time
}

func newClock() *aClock {
	return &aClock{now: time.Date(2026, 3, 4, 5, 6, 7, 0, time.UTC)}
}

func (c *aClock) read() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *aClock) forward(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
