package modelprime

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"math"
	"net"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// How often each operation is sent under a lasting fault, with two retries allowed.
func TestRetriedFaults(t *testing.T) {
	const all, safe, never = "all", "operations without an e-mail", "none"
	email := []string{"inviteUser", "resetUserPassword"}
	later := []string{"Retry-After", "2"}
	for _, test := range []struct {
		name   string
		answer http.HandlerFunc
		again  string
	}{
		{"400", answer(400, `{"message":"no"}`), never},
		{"401", answer(401, `{"message":"no"}`), never},
		{"403", answer(403, `{"message":"no"}`), never},
		{"404", answer(404, `{"message":"no"}`), never},
		{"404 of a proxy", answer(404, `<html>`, "Retry-After", "2"), never},
		{"408", answer(408, ""), never},
		{"409", answer(409, `{"message":"no"}`), never},
		{"422", answer(422, `{"message":"no"}`), never},
		{"429", answer(429, `{"message":"slow down"}`), all},
		{"429 with Retry-After", answer(429, "", later...), all},
		{"429 with an hour's Retry-After", answer(429, "", "Retry-After", "3600"), never},
		{"500", answer(500, "", later...), safe},
		{"501", answer(501, ""), never},
		{"502", answer(502, "<html>", later...), safe},
		{"503", answer(503, ""), safe},
		{"503 with Retry-After", answer(503, "", later...), all},
		{"503 with a Retry-After of 0", answer(503, "", "Retry-After", "0"), all},
		{"503 with a junk Retry-After", answer(503, "", "Retry-After", "soon"), safe},
		{"503 with an hour's Retry-After", answer(503, "", "Retry-After", "3600"), never},
		{"504", answer(504, "", later...), safe},
		{"302", answer(302, "", "Location", "/elsewhere", "Retry-After", "1"), never},
		{"307", answer(307, "", "Location", "/elsewhere"), never},
		{"308 to nowhere", answer(308, "", "Location", "http://[bad"), never},
		{"a lost reply", dropped, safe},
		{"HTML", answer(200, "<html>", "Content-Type", "text/html"), never},
	} {
		for _, op := range operations() {
			t.Run(test.name+"/"+op.route.operation, func(t *testing.T) {
				srv := serve(t, test.answer)
				if err := op.call(context.Background(), srv.client(t)); err == nil {
					t.Error("no error")
				}
				want := 1
				if test.again == all || test.again == safe && !slices.Contains(email, op.route.operation) {
					want = 3
				}
				if got := srv.requests(); len(got) != want {
					t.Errorf("%d requests, want %d", len(got), want)
				} else if got[0].body != got[want-1].body || got[0].uri != got[want-1].uri {
					t.Errorf("a retry sent %+v after %+v", got[want-1], got[0])
				}
				if slept := srv.clock.slept(); len(slept) != want-1 {
					t.Errorf("slept %v", slept)
				}
			})
		}
	}
}

func TestBodyCutShort(t *testing.T) {
	for _, op := range operations() {
		srv := serve(t, cutShort)
		err := op.call(context.Background(), srv.client(t))
		switch op.route {
		case updateCurrentUser, deleteUser, replaceUserRoles, resetUserPassword, inviteUser: // their body is not needed
			if err != nil || len(srv.requests()) != 1 {
				t.Errorf("%s: %v after %d requests", op.route.operation, err, len(srv.requests()))
			}
		default:
			if lost := failure(t, err); lost.Kind != KindNetwork || lost.Attempts != 3 || len(srv.requests()) != 3 {
				t.Errorf("%s: %v after %d requests", op.route.operation, err, len(srv.requests()))
			}
		}
	}
}

func TestMessagesOfLostReplies(t *testing.T) {
	want := map[string]http.HandlerFunc{
		"GET /user: the connection ended before the response was complete: EOF (after 3 attempts)":            dropped,
		"GET /user: the connection ended before the response was complete: unexpected EOF (after 3 attempts)": cutShort,
	}
	for want, answer := range want {
		if _, err := serve(t, answer).client(t).GetCurrentUser(context.Background()); err == nil || err.Error() != want {
			t.Errorf("got %v", err)
		}
	}
}

// refusedDial makes each connection fail before a request is sent.
func refusedDial(t *testing.T) func(*Config) { return dials(t, syscall.ECONNREFUSED) }

// dials makes each connection fail with this error.
func dials(t *testing.T, failure error) func(*Config) {
	transport := newTransport(1)
	transport.DialContext = func(context.Context, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Net: "tcp", Err: failure}
	}
	t.Cleanup(transport.CloseIdleConnections)
	return through(transport)
}

// If nothing listens at an endpoint that has not answered before, a run ends within two seconds. Other failures, and a restart of an
// endpoint that has answered, get all retries.
func TestUnreachableEndpointIsGivenUpSoon(t *testing.T) {
	for name, test := range map[string]struct {
		err      error
		answered bool
		attempts int
	}{
		"connection refused":                      {syscall.ECONNREFUSED, false, 3},
		"connection refused on Windows":           {syscall.Errno(10061), false, 3},
		"no such host":                            {&net.DNSError{IsNotFound: true}, false, 3},
		"an untrusted certificate":                {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, false, 3},
		"a name server that fails":                {&net.DNSError{IsTemporary: true}, false, 9},
		"no route":                                {syscall.EHOSTUNREACH, false, 9},
		"connection refused by what has answered": {syscall.ECONNREFUSED, true, 9},
	} {
		srv := serve(t, dropped)
		c := srv.client(t, dials(t, test.err), func(config *Config) { config.MaxRetries, config.Jitter = 8, func() float64 { return 1 } })
		c.answered.Store(test.answered)
		err := c.InviteUser(context.Background(), invitation())
		if failed := failure(t, err); failed.Attempts != test.attempts || failed.Kind != KindUnreachable || failed.Unconfirmed {
			t.Errorf("%s: %v", name, err)
		}
		if waited := srv.clock.Now().Sub(newTestClock().now); waited > 2*time.Second != (test.attempts > 3) {
			t.Errorf("%s: waited %s", name, waited)
		}
	}
	c := serve(t, answer(500, "")).client(t, func(config *Config) { config.MaxRetries = 0 })
	if _, err := c.GetCurrentUser(context.Background()); err == nil || !c.answered.Load() {
		t.Errorf("an error reply does not count as an answer: %v", err)
	}
}

func TestEndpointWithoutTLS(t *testing.T) {
	srv := serve(t)
	_, err := srv.client(t, func(config *Config) {
		config.Endpoint, config.MaxRetries = strings.Replace(srv.URL, "http:", "https:", 1), 8
	}).GetCurrentUser(context.Background())
	if failed := failure(t, err); failed.Attempts != 3 || failed.Kind != KindUnreachable || !strings.Contains(err.Error(), "the endpoint does not speak TLS") {
		t.Error(err)
	}
}

func TestUnsentRequestsAreRetried(t *testing.T) {
	for _, op := range operations() {
		srv := serve(t, dropped)
		tries := 0
		count := func(config *Config) { config.Observe = func(context.Context, Attempt) { tries++ } }
		err := op.call(context.Background(), srv.client(t, refusedDial(t), count))
		if lost := failure(t, err); lost.Kind != KindUnreachable || lost.Unconfirmed || lost.Attempts != 3 || tries != 3 {
			t.Errorf("%s: %v after %d tries", op.route.operation, err, tries)
		}
		if want := op.route.method + " "; !strings.HasPrefix(err.Error(), want) || !strings.HasSuffix(err.Error(), "connection refused (after 3 attempts)") {
			t.Errorf("error %q", err)
		}
	}
}

// An untrusted certificate stops a request before it is written.
func TestFailedHandshakeSendsNothing(t *testing.T) {
	srv := serveTLS(t, 0, dropped)
	err := srv.client(t).InviteUser(context.Background(), invitation())
	if lost := failure(t, err); lost.Kind != KindUnreachable || lost.Unconfirmed || lost.Attempts != 3 || len(srv.requests()) != 0 {
		t.Errorf("%v after %d requests", err, len(srv.requests()))
	}
}

// A refusal applies only to its own attempt.
func TestRefusalKeepsEarlierAttemptUnconfirmed(t *testing.T) {
	for _, test := range []struct {
		first http.HandlerFunc
		want  bool
	}{
		{dropped, true},
		{answer(500, ""), true},
		{answer(429, ""), false},
	} {
		err := serve(t, test.first, answer(403, `{"message":"no"}`)).client(t).ReplaceUserRoles(context.Background(), "auth0|1", nil)
		if got := IsUnconfirmed(err); got != test.want {
			t.Errorf("%v is unconfirmed: %t", err, got)
		}
	}
}

// A failed read is never unconfirmed.
func TestFailedReadIsNotUnconfirmed(t *testing.T) {
	for _, failure := range []http.HandlerFunc{dropped, answer(500, ""), answer(200, "<html>", "Content-Type", "text/html")} {
		c := serve(t, failure).client(t)
		_, read := c.GetUser(context.Background(), "auth0|1")
		if IsUnconfirmed(read) {
			t.Errorf("%v is unconfirmed", read)
		}
		if written := c.DeleteUser(context.Background(), "auth0|1"); !IsUnconfirmed(written) {
			t.Errorf("%v is not unconfirmed", written)
		}
	}
}

func TestNoRetries(t *testing.T) {
	for _, retries := range []int{0, -1} {
		srv := serve(t, answer(500, ""))
		err := srv.client(t, func(config *Config) { config.MaxRetries = retries }).DeleteUser(context.Background(), "auth0|1")
		if len(srv.requests()) != 1 || err.Error() != "DELETE /users/auth0%7C1: 500: Internal Server Error" {
			t.Errorf("%d: %v after %d requests", retries, err, len(srv.requests()))
		}
	}
}

// Back-off has full jitter, below a ceiling that doubles from half a second to thirty seconds.
func TestBackOff(t *testing.T) {
	for jitter, want := range map[float64][]time.Duration{
		0:   {0, 0, 0, 0, 0, 0, 0, 0},
		0.5: {250e6, 500e6, 1e9, 2e9, 4e9, 8e9, 15e9, 15e9},
	} {
		srv := serve(t, answer(500, ""))
		c := srv.client(t, func(config *Config) { config.MaxRetries, config.Jitter = 8, func() float64 { return jitter } })
		err := c.DeleteUser(context.Background(), "auth0|1")
		if failure(t, err).Attempts != 9 || !strings.HasSuffix(err.Error(), "(after 9 attempts)") {
			t.Errorf("error %v", err)
		}
		if got := srv.clock.slept(); !slices.Equal(got, want) {
			t.Errorf("slept %v, want %v", got, want)
		}
	}
	c := serve(t, dropped).client(t)
	if wait := c.backOff(&APIError{}, 1000); wait != 15*time.Second {
		t.Errorf("the thousandth wait is %s", wait)
	}
}

func TestRetryAfter(t *testing.T) {
	now := time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	for _, test := range []struct {
		header string
		wait   time.Duration
		ok     bool
	}{
		{"0", 0, true},
		{"7", 7 * time.Second, true},
		{" 7 ", 7 * time.Second, true},
		{"1.5", 1500 * time.Millisecond, true},
		{".5", 500 * time.Millisecond, true},
		{"-3", 0, true},
		{"-1e400", 0, true},
		{"3600", time.Hour, true},
		{"1e10", math.MaxInt64, true},
		{"9223372036", 9223372036 * time.Second, true},
		{"9223372036.854775807", math.MaxInt64, true},
		{"9223372037", math.MaxInt64, true},
		{"99999999999999999999999999", math.MaxInt64, true},
		{"1e999", math.MaxInt64, true},
		{"Mon, 02 Mar 2026 09:00:20 GMT", 20 * time.Second, true},
		{"Monday, 02-Mar-26 09:00:20 GMT", 20 * time.Second, true},
		{"Mon, 02 Mar 2026 08:00:00 GMT", 0, true},
		{"Fri, 31 Dec 9999 23:59:59 GMT", math.MaxInt64, true},
		{"", 0, false},
		{"soon", 0, false},
		{"7s", 0, false},
		{"e", 0, false},
		{"NaN", 0, false},
		{"Inf", 0, false},
		{"0x1p4", 0, false},
		{"1_0", 0, false},
		{"Mon, 32 Mar 2026 09:00:20 GMT", 0, false},
	} {
		if wait, ok := parseRetryAfter(test.header, now); wait != test.wait || ok != test.ok {
			t.Errorf("%q: %s, %v, want %s, %v", test.header, wait, ok, test.wait, test.ok)
		}
	}
}

func FuzzRetryAfter(f *testing.F) {
	for _, seed := range []string{"120", "1e10", "-1", "1.5", "Mon, 02 Mar 2026 09:00:20 GMT", "junk", "NaN"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, header string) {
		if wait, ok := parseRetryAfter(header, time.Now()); wait < 0 || !ok && wait != 0 {
			t.Errorf("%q: %s, %v", header, wait, ok)
		}
	})
}

// A Retry-After is waited for, up to a minute. A longer one is an error that says how long.
func TestRetryAfterIsHonoured(t *testing.T) {
	for _, test := range []struct {
		header string
		sleeps []time.Duration
		errors string
	}{
		{"7", []time.Duration{7250 * time.Millisecond}, ""},
		{"Mon, 02 Mar 2026 09:00:20 GMT", []time.Duration{20250 * time.Millisecond}, ""},
		{"60", []time.Duration{time.Minute}, ""},
		{"-5", []time.Duration{250 * time.Millisecond}, ""},
		{"junk", []time.Duration{250 * time.Millisecond}, ""},
		{"60.1", nil, "PUT /users/auth0%7C64f0/roles: 429: busy (the API asks to wait 61 seconds)"},
		{"3600", nil, "PUT /users/auth0%7C64f0/roles: 429: busy (the API asks to wait 60 minutes)"},
		{"1e10", nil, "PUT /users/auth0%7C64f0/roles: 429: busy (the API asks to wait more than 100 days)"},
	} {
		srv := serve(t, answer(429, "busy", "Retry-After", test.header), answer(204, ""))
		err := srv.client(t).ReplaceUserRoles(context.Background(), "auth0|64f0", nil)
		if got := fmt.Sprint(err); got != test.errors && (err != nil || test.errors != "") {
			t.Errorf("%s: %v", test.header, err)
		}
		if got := srv.clock.slept(); !slices.Equal(got, test.sleeps) {
			t.Errorf("%s: slept %v, want %v", test.header, got, test.sleeps)
		}
	}
}

func TestCancelledInABackOff(t *testing.T) {
	for name, first := range map[string]http.HandlerFunc{
		"after 503":          answer(503, "busy", "Retry-After", "30"),
		"after a lost reply": dropped,
	} {
		srv := serve(t, first)
		ctx, cancel := context.WithCancel(context.Background())
		srv.clock.onSleep = func(time.Duration) { cancel() }
		err := srv.client(t).DeleteUser(ctx, "auth0|1")
		lost := failure(t, err)
		if !errors.Is(err, context.Canceled) || lost.Kind != KindCancelled || len(srv.requests()) != 1 || lost.Attempts != 1 {
			t.Errorf("%s: %v after %d requests", name, err, len(srv.requests()))
		}
		if lost.Unconfirmed != (name == "after a lost reply") || !strings.Contains(err.Error(), "context canceled while waiting to retry after ") {
			t.Errorf("%s: %+v", name, lost)
		}
	}
}

func TestEndedContextSendsNothing(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	tries := 0
	count := func(config *Config) { config.Observe = func(context.Context, Attempt) { tries++ } }
	for _, op := range operations() {
		srv := serve(t, answer(200, ada))
		err := op.call(ctx, srv.client(t, count))
		if !errors.Is(err, context.Canceled) || tries != 0 || len(srv.requests()) != 0 || len(srv.clock.slept()) != 0 {
			t.Errorf("%s: %v after %d tries", op.route.operation, err, tries)
		}
	}
}

// Observe sees each attempt, with the template of its path.
func TestObserve(t *testing.T) {
	var seen []Attempt
	observe := func(config *Config) {
		config.Observe = func(_ context.Context, a Attempt) { seen = append(seen, a) }
	}
	srv := serve(t, answer(503, ""), dropped, answer(200, "{}"))
	_, err := srv.client(t, observe).GetUser(context.Background(), "auth0|64f0")
	if failure(t, err).Kind != KindReply {
		t.Fatal(err)
	}
	want := []Attempt{
		{Method: "GET", Template: "/users/{id}", Status: 503, Number: 1, Kind: "status"},
		{Method: "GET", Template: "/users/{id}", Number: 2, Kind: "network"},
		{Method: "GET", Template: "/users/{id}", Status: 200, Number: 3},
	}
	if !slices.Equal(seen, want) {
		t.Errorf("seen %+v", seen)
	}
	slow := roundTripper(func(r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	})
	hurry := func(config *Config) { config.RequestTimeout, config.MaxRetries = time.Nanosecond, 0 }
	_ = srv.client(t, observe, through(slow), hurry).DeleteUser(context.Background(), "auth0|1")
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	stopped := roundTripper(func(*http.Request) (*http.Response, error) { cancel(); return nil, ctx.Err() })
	_ = srv.client(t, observe, through(stopped)).DeleteUser(ctx, "auth0|1")
	if seen[3].Kind != "timeout" || seen[4].Kind != "cancelled" {
		t.Errorf("seen %+v", seen[3:])
	}
	if _, err := serve(t, answer(200, "[]")).client(t, observe).GetCurrentUser(context.Background()); err == nil || seen[5].Kind != "reply" {
		t.Errorf("%v, seen %+v", err, seen[5:])
	}
}
