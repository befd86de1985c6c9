package modelprime

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	testToken = "mpat_0123456789abcdefghijABCDEFGHIJ01"
	robot     = `{"id":"auth0|robot","email":"Robot@example.com","name":"Roster Robot","roles":["admin"]}`
	ada       = `{"id":"auth0|64f0","email":"ada@example.com","name":"Ada Servo","roles":["developer"]}`
)

var testCredentials = Credentials{Email: "robot@example.com", Token: testToken}

// testServer answers the nth request with its nth answer, and later ones with its last.
type testServer struct {
	*httptest.Server
	clock   *testClock
	answers []http.HandlerFunc

	mu  sync.Mutex
	got []received
}

type received struct {
	method, uri, body string
	header            http.Header
}

func serve(t *testing.T, answers ...http.HandlerFunc) *testServer {
	t.Helper()
	s := &testServer{clock: newTestClock(), answers: answers}
	s.Server = httptest.NewServer(s)
	t.Cleanup(func() { s.Close() })
	return s
}

func (s *testServer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	s.got = append(s.got, received{r.Method, r.RequestURI, string(body), r.Header})
	answer := s.answers[min(len(s.got), len(s.answers))-1]
	s.mu.Unlock()
	answer(w, r)
}

func (s *testServer) requests() []received {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]received(nil), s.got...)
}

// client uses a new connection for each request: net/http itself repeats a GET on a used one.
func (s *testServer) client(t *testing.T, edits ...func(*Config)) *Client {
	t.Helper()
	transport := newTransport(16)
	transport.DisableKeepAlives = true
	t.Cleanup(transport.CloseIdleConnections)
	config := Config{
		Endpoint: s.URL + "/api/oum/v1", Credentials: testCredentials, UserAgent: "terraform-provider-modelprime/0.1.0",
		MaxRetries: 2, Clock: s.clock, Transport: transport, Jitter: func() float64 { return 0.5 },
	}
	for _, edit := range edits {
		edit(&config)
	}
	c, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func answer(status int, body string, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// dropped closes the connection without a reply.
func dropped(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cutShort sends less of a body than its header says.
func cutShort(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = io.WriteString(w, ada[:20])
}

// operation is a call with plain arguments, for tests that ignore its result.
type operation struct {
	route route
	call  func(ctx context.Context, c *Client) error
}

func operations() []operation {
	id, name := "auth0|64f0", "Ada Servo"
	return []operation{
		{getOrganization, func(ctx context.Context, c *Client) error { _, err := c.GetOrganization(ctx); return err }},
		{getCurrentUser, func(ctx context.Context, c *Client) error { _, err := c.GetCurrentUser(ctx); return err }},
		{updateCurrentUser, func(ctx context.Context, c *Client) error {
			return c.UpdateCurrentUser(ctx, CurrentUserUpdate{Name: &name})
		}},
		{listUsers, func(ctx context.Context, c *Client) error {
			_, err := c.ListUsers(ctx, ListUsersRequest{PageNumber: 1, PageSize: 100})
			return err
		}},
		{getUser, func(ctx context.Context, c *Client) error { _, err := c.GetUser(ctx, id); return err }},
		{deleteUser, func(ctx context.Context, c *Client) error { return c.DeleteUser(ctx, id) }},
		{resetUserPassword, func(ctx context.Context, c *Client) error { return c.ResetUserPassword(ctx, id) }},
		{replaceUserRoles, func(ctx context.Context, c *Client) error {
			return c.ReplaceUserRoles(ctx, id, []string{RoleAnalyst})
		}},
		{inviteUser, func(ctx context.Context, c *Client) error { return c.InviteUser(ctx, invitation()) }},
	}
}

func invitation() Invitation {
	return Invitation{Connection: ConnectionGoogle, Email: "grace@example.com", Name: "Grace Gear", Roles: []string{RoleAnalyst}}
}

// roundTripper is a transport without a network.
type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func through(transport http.RoundTripper) func(*Config) {
	return func(config *Config) { config.Transport = transport }
}

func plainResponse(status int, body string, header http.Header) *http.Response {
	return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body))}
}

// serveTLS is serve over TLS, up to a version (0 is any), with a certificate that is not trusted by default.
func serveTLS(t *testing.T, version uint16, answers ...http.HandlerFunc) *testServer {
	t.Helper()
	s := serve(t, answers...)
	s.Close()
	s.Server = httptest.NewUnstartedServer(s)
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.TLS = &tls.Config{MinVersion: tls.VersionTLS10, MaxVersion: version}
	s.StartTLS()
	return s
}
