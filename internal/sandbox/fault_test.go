package sandbox_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// plainFaults are the kinds with a complete reply, and the reply.
var plainFaults = map[sandbox.FaultKind]struct {
	status      int
	contentType string
	retryAfter  string
	carried     bool
}{
	sandbox.BadRequest400:            {400, "application/json", "", false},
	sandbox.Unauthorized401:          {401, "application/json", "", false},
	sandbox.Forbidden403:             {403, "application/json", "", false},
	sandbox.NotFound404:              {404, "application/json", "", false},
	sandbox.NotFoundHTML404:          {404, "text/html; charset=utf-8", "", false},
	sandbox.Conflict409:              {409, "application/json", "", false},
	sandbox.TooMany429:               {429, "application/json", "", false},
	sandbox.TooManyRetryAfter429:     {429, "application/json", "1", false},
	sandbox.Internal500:              {500, "application/json", "", false},
	sandbox.BadGatewayHTML502:        {502, "text/html; charset=utf-8", "", false},
	sandbox.LostBadGateway502:        {502, "text/html; charset=utf-8", "", true},
	sandbox.Unavailable503:           {503, "text/plain; charset=utf-8", "", false},
	sandbox.UnavailableRetryAfter503: {503, "text/plain; charset=utf-8", "1", false},
	sandbox.GatewayTimeout504:        {504, "text/plain; charset=utf-8", "", false},
	sandbox.Redirect:                 {302, "", "", false},
}

// brokenFaults are the kinds without one. Each has its own test below.
var brokenFaults = []sandbox.FaultKind{
	sandbox.ResetBefore, sandbox.LostReply, sandbox.CutShort, sandbox.Trickle, sandbox.HugeReply, sandbox.WrongOrganization,
}

func TestEveryFaultKindHasATest(t *testing.T) {
	tested := map[sandbox.FaultKind]bool{}
	for kind := range plainFaults {
		tested[kind] = true
	}
	for _, kind := range brokenFaults {
		tested[kind] = true
	}
	for _, kind := range sandbox.FaultKinds() {
		if !tested[kind] {
			t.Errorf("%s has no test", kind)
		}
	}
}

func TestFaultsWithAWholeReply(t *testing.T) {
	for kind, want := range plainFaults {
		t.Run(string(kind), func(t *testing.T) {
			f := start(t, sandbox.Options{})
			f.Fail(sandbox.Fault{Kind: kind, Operation: "inviteUser", Times: 1})
			res := f.do("POST", "/users/invite", validInvitation)
			if res.status != want.status || res.header.Get("Content-Type") != want.contentType {
				t.Errorf("status %d, content type %q", res.status, res.header.Get("Content-Type"))
			}
			if got := res.header.Get("Retry-After"); got != want.retryAfter {
				t.Errorf("Retry-After %q, want %q", got, want.retryAfter)
			}
			if got := res.header.Get("X-Sandbox-Fault"); got != string(kind) {
				t.Errorf("X-Sandbox-Fault %q", got)
			}
			if want.contentType == "application/json" {
				wantMessage(t, res)
			}
			f.wantFaultLogged(kind, want.status, want.carried)
		})
	}
}

// wantFaultLogged checks that one invitation is logged, and e-mailed only if it was carried out.
func (f *fixture) wantFaultLogged(kind sandbox.FaultKind, status int, carried bool) {
	f.t.Helper()
	entry := f.Requests()[0]
	if entry.Fault != string(kind) || entry.Status != status || entry.Carried != carried || entry.Operation != "inviteUser" {
		f.t.Errorf("logged as %+v", entry)
	}
	if sent := len(f.Emails()) == 1; sent != carried {
		f.t.Errorf("e-mail sent: %v, carried out: %v", sent, carried)
	}
}

func TestRedirectToAnotherHost(t *testing.T) {
	for _, to := range []string{"", "http://127.0.0.3:9/elsewhere"} {
		f := start(t, sandbox.Options{RedirectTo: to})
		f.Fail(sandbox.Fault{Kind: sandbox.Redirect})
		want := to
		if to == "" {
			want = "http://127.0.0.2:1/"
		}
		if got := f.expect(302, "GET", "/user", "").header.Get("Location"); got != want {
			t.Errorf("Location %q, want %q", got, want)
		}
	}
}

func TestRetryAfterIsSentAsGiven(t *testing.T) {
	f := start(t, sandbox.Options{})
	for _, value := range []string{"3600", "1e10", "Wed, 21 Oct 2026 07:28:00 GMT", "soon"} {
		f.Fail(sandbox.Fault{Kind: sandbox.TooManyRetryAfter429, Times: 1, RetryAfter: value})
		if got := f.expect(429, "GET", "/user", "").header.Get("Retry-After"); got != value {
			t.Errorf("Retry-After %q, want %q", got, value)
		}
	}
}

// fail sends an invitation and returns the error of reading its reply.
func (f *fixture) fail(ctx context.Context) (*http.Response, error) {
	f.t.Helper()
	res, err := f.client.Do(f.request("POST", "/users/invite", validInvitation).WithContext(ctx))
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	_, err = io.ReadAll(res.Body)
	return res, err
}

func TestResetBefore(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.ResetBefore})
	if _, err := f.fail(t.Context()); !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("got %v, want a reset connection", err)
	}
	f.wantFaultLogged(sandbox.ResetBefore, 0, false)
	if body := f.Requests()[0].Body; body != "" {
		t.Errorf("the body was read: %s", body)
	}
}

func TestLostReply(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.LostReply})
	if _, err := f.fail(t.Context()); !errors.Is(err, io.EOF) {
		t.Errorf("got %v, want an end without a byte", err)
	}
	f.wantFaultLogged(sandbox.LostReply, 0, true)
}

func TestLostReplyOfRefusedRequest(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.add("ada@example.com", "Ada Servo")
	f.Fail(sandbox.Fault{Kind: sandbox.LostReply})
	if _, err := f.fail(t.Context()); err == nil {
		t.Error("the reply was not lost")
	}
	f.wantFaultLogged(sandbox.LostReply, 0, false)
}

func TestCutShortWithoutABody(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.CutShort})
	if res, err := f.fail(t.Context()); err == nil {
		t.Errorf("a whole reply of status %d", res.StatusCode)
	}
	f.wantFaultLogged(sandbox.CutShort, 204, true)
}

func TestCutShortSendsHalfTheBody(t *testing.T) {
	f := start(t, sandbox.Options{})
	whole := f.expect(200, "GET", "/organization", "").body
	f.Fail(sandbox.Fault{Kind: sandbox.CutShort})
	res, err := f.client.Do(f.request("GET", "/organization", ""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if !errors.Is(err, io.ErrUnexpectedEOF) || string(body) != whole[:len(whole)/2] {
		t.Errorf("read %q and then %v", body, err)
	}
	if res.StatusCode != http.StatusOK || res.ContentLength != int64(len(whole)) || res.Header.Get("X-Sandbox-Fault") != "CutShort" {
		t.Errorf("status %d, length %d, header %v", res.StatusCode, res.ContentLength, res.Header)
	}
}

func TestTrickle(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.Trickle})
	ctx, giveUp := context.WithCancel(t.Context())
	defer giveUp()
	res, err := f.client.Do(f.request("POST", "/users/invite", validInvitation).WithContext(ctx))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	f.wantFaultLogged(sandbox.Trickle, 200, true)
	if res.StatusCode != http.StatusOK || res.Header.Get("X-Sandbox-Fault") != "Trickle" {
		t.Errorf("status %d, header %v", res.StatusCode, res.Header)
	}
	if _, err := io.ReadFull(res.Body, make([]byte, 3)); err != nil {
		t.Errorf("no three bytes came: %v", err)
	}
	giveUp()
	if _, err := io.ReadAll(res.Body); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestHugeReply(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.HugeReply})
	res, err := f.client.Do(f.request("POST", "/users/invite", validInvitation))
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.CopyN(io.Discard, res.Body, 40<<20); err != nil {
		t.Errorf("it ended after %d bytes: %v", n, err)
	}
	_ = res.Body.Close() // closes the connection; the server's end is awaited when it closes
	if res.StatusCode != http.StatusOK || res.Header.Get("X-Sandbox-Fault") != "HugeReply" {
		t.Errorf("status %d, header %v", res.StatusCode, res.Header)
	}
	f.wantFaultLogged(sandbox.HugeReply, 200, true)
}

func TestTrickleAndHugeReplyKeepARefusalsStatus(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.authorization = "nobody"
	for _, kind := range []sandbox.FaultKind{sandbox.Trickle, sandbox.HugeReply} {
		f.Fail(sandbox.Fault{Kind: kind, Times: 1})
		res, err := f.client.Do(f.request("GET", "/user", ""))
		if err != nil {
			t.Fatal(err)
		}
		_ = res.Body.Close()
		if last := f.Requests()[f.Count("getCurrentUser")-1]; res.StatusCode != http.StatusUnauthorized || last.Status != 401 || last.Carried {
			t.Errorf("%s: status %d, logged as %+v", kind, res.StatusCode, last)
		}
	}
}

func TestWrongOrganization(t *testing.T) {
	f := start(t, sandbox.Options{})
	right := decode[sandbox.Organization](t, f.expect(200, "GET", "/organization", "").body)
	f.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization})
	f.expect(200, "GET", "/user", "")
	res := f.expect(200, "GET", "/organization", "")
	wrong := decode[sandbox.Organization](t, res.body)
	if wrong.ID == right.ID || wrong.ID == "" || wrong.Name == "" || wrong.CreatedAt == "" {
		t.Errorf("got %+v", wrong)
	}
	if res.header.Get("X-Sandbox-Fault") != "WrongOrganization" {
		t.Errorf("header %v", res.header)
	}
	f.authorization = "nobody"
	f.expect(401, "GET", "/organization", "")
	f.ClearFaults()
	f.authorization = sandbox.DefaultEmail + ":" + sandbox.DefaultToken
	if got := decode[sandbox.Organization](t, f.expect(200, "GET", "/organization", "").body); got != right {
		t.Errorf("after the fault: %+v", got)
	}
}

func TestFaultsOverTLS(t *testing.T) {
	for _, http2 := range []bool{false, true} {
		f := overTLS(t, http2)
		f.Fail(sandbox.Fault{Kind: sandbox.ResetBefore, Times: 1})
		f.Fail(sandbox.Fault{Kind: sandbox.LostReply, Times: 1})
		for range 2 {
			if _, err := f.fail(t.Context()); err == nil {
				t.Errorf("HTTP/2 %v: the reply got through", http2)
			}
		}
		f.expect(200, "GET", "/user", "")
		if n := len(f.Emails()); n != 1 {
			t.Errorf("HTTP/2 %v: %d e-mails, want that of the lost reply", http2, n)
		}
	}
}

func overTLS(t *testing.T, http2 bool) *fixture {
	t.Helper()
	s := sandbox.New(sandbox.Options{})
	server := httptest.NewUnstartedServer(s)
	server.EnableHTTP2 = http2
	server.StartTLS()
	t.Cleanup(server.Close)
	authorization := sandbox.DefaultEmail + ":" + sandbox.DefaultToken
	return &fixture{Sandbox: s, t: t, server: server, client: server.Client(), authorization: authorization}
}

// statuses gets a path n times and returns the statuses.
func (f *fixture) statuses(path string, n int) []int {
	f.t.Helper()
	var statuses []int
	for range n {
		statuses = append(statuses, f.do("GET", path, "").status)
	}
	return statuses
}

func wantStatuses(t *testing.T, got []int, want ...int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("got %v, want %v", got, want)
		}
	}
}

func TestRuleSkipsAndStops(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.Internal500, Operation: "getUser", Skip: 1, Times: 2})
	wantStatuses(t, f.statuses("/user", 2), 200, 200)
	wantStatuses(t, f.statuses(user("auth0|owner"), 5), 200, 500, 500, 200, 200)
}

func TestRuleWithoutTimesLastsUntilCleared(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.Internal500})
	wantStatuses(t, f.statuses("/user", 3), 500, 500, 500)
	f.ClearFaults()
	wantStatuses(t, f.statuses("/user", 1), 200)
}

func TestRulesApplyInOrder(t *testing.T) {
	f := start(t, sandbox.Options{})
	f.Fail(sandbox.Fault{Kind: sandbox.TooMany429, Times: 1})
	f.Fail(sandbox.Fault{Kind: sandbox.Unavailable503, Times: 1})
	f.Fail(sandbox.Fault{Kind: sandbox.Internal500, Skip: 1, Times: 1})
	wantStatuses(t, f.statuses("/user", 5), 429, 503, 200, 500, 200)
}

func TestMatchMayReadTheBody(t *testing.T) {
	f := start(t, sandbox.Options{})
	for range 2 { // each of two rules must leave the body to the next
		f.Fail(sandbox.Fault{Kind: sandbox.Internal500, Match: func(r *http.Request) bool {
			body, _ := io.ReadAll(r.Body)
			return strings.Contains(string(body), "kai@example.com")
		}})
	}
	f.invite("ada@example.com")
	f.expect(500, "POST", "/users/invite", strings.Replace(validInvitation, "ada@", "kai@", 1))
	if emails := f.Emails(); len(emails) != 1 || emails[0].To != "ada@example.com" {
		t.Errorf("got %+v", emails)
	}
}

func TestChanceIsRepeatable(t *testing.T) {
	draw := func(seed uint64) (failed string, n int) {
		f := start(t, sandbox.Options{Seed: seed})
		f.Fail(sandbox.Fault{Kind: sandbox.Internal500, Probability: 0.2})
		for _, status := range f.statuses("/user", 200) {
			if status == 500 {
				n++
				failed += "x"
			} else {
				failed += "."
			}
		}
		return failed, n
	}
	first, n := draw(7)
	if again, _ := draw(7); again != first {
		t.Errorf("one seed, two runs:\n%s\n%s", first, again)
	}
	if other, _ := draw(8); other == first {
		t.Error("another seed, the same run")
	}
	if n < 20 || n > 60 {
		t.Errorf("%d of 200 failed, want about 40", n)
	}
}

func TestRuleThatCannotApplyPanics(t *testing.T) {
	s := sandbox.New(sandbox.Options{})
	for _, fault := range []sandbox.Fault{{}, {Kind: "Typo"}, {Kind: sandbox.Internal500, Operation: "inviteUsers"}} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%+v was accepted", fault)
				}
			}()
			s.Fail(fault)
		}()
	}
}
