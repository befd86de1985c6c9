package modelprime

import (
	"context"
	"errors"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// outcomeOf tells what is known of the e-mail.
func outcomeOf(err error) string {
	switch {
	case err == nil:
		return "sent"
	case IsUnconfirmed(err):
		return "unconfirmed"
	}
	return "refused"
}

// The outcome of an invitation after each reply, and the number of requests with two retries allowed.
func TestInvitationOutcomes(t *testing.T) {
	ok := answer(201, "")
	for _, test := range []struct {
		name     string
		answers  []http.HandlerFunc
		outcome  string
		requests int
	}{
		{"200", []http.HandlerFunc{answer(200, "")}, "sent", 1},
		{"204", []http.HandlerFunc{answer(204, "")}, "sent", 1},
		{"200 that is cut short", []http.HandlerFunc{cutShort}, "sent", 1},
		{"200 that is no JSON", []http.HandlerFunc{answer(200, "thanks")}, "sent", 1},
		{"200 that is HTML", []http.HandlerFunc{answer(200, "<html>", "Content-Type", "text/html")}, "unconfirmed", 1},
		{"302", []http.HandlerFunc{answer(302, "", "Location", "https://example.org/")}, "refused", 1},
		{"302 to nowhere", []http.HandlerFunc{answer(302, "", "Location", "http://[bad")}, "refused", 1},
		{"303", []http.HandlerFunc{answer(303, "", "Location", "/api/oum/v1/users"), ok}, "unconfirmed", 1},
		{"307", []http.HandlerFunc{answer(307, "", "Location", "/api/oum/v1/users"), ok}, "refused", 1},
		{"408", []http.HandlerFunc{answer(408, ""), ok}, "unconfirmed", 1},
		{"429, then 408", []http.HandlerFunc{answer(429, ""), answer(408, ""), ok}, "unconfirmed", 2},
		{"400", []http.HandlerFunc{answer(400, `{"message":"no"}`)}, "refused", 1},
		{"403", []http.HandlerFunc{answer(403, "")}, "refused", 1},
		{"409", []http.HandlerFunc{answer(409, "")}, "refused", 1},
		{"429, then 201", []http.HandlerFunc{answer(429, ""), ok}, "sent", 2},
		{"429 and 429 and 429", []http.HandlerFunc{answer(429, "")}, "refused", 3},
		{"429 for an hour", []http.HandlerFunc{answer(429, "", "Retry-After", "3600")}, "refused", 1},
		{"503 with Retry-After, then 201", []http.HandlerFunc{answer(503, "", "Retry-After", "1"), ok}, "sent", 2},
		{"503 with Retry-After for good", []http.HandlerFunc{answer(503, "", "Retry-After", "0")}, "refused", 3},
		{"503 with Retry-After for an hour", []http.HandlerFunc{answer(503, "", "Retry-After", "3600")}, "refused", 1},
		{"503", []http.HandlerFunc{answer(503, "")}, "unconfirmed", 1},
		{"503 with junk", []http.HandlerFunc{answer(503, "", "Retry-After", "soon")}, "unconfirmed", 1},
		{"500", []http.HandlerFunc{answer(500, "", "Retry-After", "1")}, "unconfirmed", 1},
		{"501", []http.HandlerFunc{answer(501, "")}, "unconfirmed", 1},
		{"502", []http.HandlerFunc{answer(502, "<html>")}, "unconfirmed", 1},
		{"504", []http.HandlerFunc{answer(504, "")}, "unconfirmed", 1},
		{"carried out, reply lost", []http.HandlerFunc{dropped, ok}, "unconfirmed", 1},
		{"429, then reply lost", []http.HandlerFunc{answer(429, ""), dropped, ok}, "unconfirmed", 2},
		{"429, then 500", []http.HandlerFunc{answer(429, ""), answer(500, ""), ok}, "unconfirmed", 2},
		{"429, then 400", []http.HandlerFunc{answer(429, ""), answer(400, ""), ok}, "refused", 2},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := serve(t, test.answers...)
			err := srv.client(t).InviteUser(context.Background(), invitation())
			if outcomeOf(err) != test.outcome || len(srv.requests()) != test.requests {
				t.Errorf("%v after %d requests", err, len(srv.requests()))
			}
		})
	}
}

// A connection closed during a request looks like a stale one. net/http or the client may repeat a GET, but not an invitation.
func TestInvitationOnAStaleConnection(t *testing.T) {
	for range 20 {
		srv := serve(t, answer(204, ""), dropped, answer(204, ""))
		transport := newTransport(1)
		c := srv.client(t, through(transport))
		if err := c.DeleteUser(context.Background(), "auth0|1"); err != nil {
			t.Fatal(err)
		}
		if err := c.InviteUser(context.Background(), invitation()); !IsUnconfirmed(err) || len(srv.requests()) != 2 {
			t.Fatalf("%v after %d requests", err, len(srv.requests()))
		}
		transport.CloseIdleConnections()
	}
}

// dialed runs call with a client whose connections are made by dial, in fake time.
func dialed(t *testing.T, dial func(context.Context) (net.Conn, error), call func(*Client)) {
	synctest.Test(t, func(t *testing.T) {
		transport := newTransport(1)
		transport.DialContext = func(ctx context.Context, _, _ string) (net.Conn, error) { return dial(ctx) }
		defer transport.CloseIdleConnections()
		c, err := New(Config{
			Endpoint: "http://localhost", Credentials: testCredentials, Transport: transport, Clock: newTestClock(),
		})
		if err != nil {
			t.Fatal(err)
		}
		call(c)
		_ = SystemClock().Sleep(context.Background(), time.Minute) // lets the other side notice
	})
}

// silent accepts requests and does not answer.
func silent(context.Context) (net.Conn, error) {
	client, server := net.Pipe()
	go func() {
		defer server.Close()
		buffer := make([]byte, 1024)
		for {
			if _, err := server.Read(buffer); err != nil {
				return
			}
		}
	}()
	return client, nil
}

func unreachable(ctx context.Context) (net.Conn, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

func TestInvitationInFlight(t *testing.T) {
	for _, test := range []struct {
		name    string
		dial    func(context.Context) (net.Conn, error)
		cancel  time.Duration
		outcome string
		after   time.Duration
	}{
		{"cancelled before it was written", unreachable, time.Second, "refused", time.Second},
		{"cancelled after it was written", silent, time.Second, "unconfirmed", time.Second},
		{"no reply in time", silent, time.Hour, "unconfirmed", 30 * time.Second},
		{"no connection in time", unreachable, time.Hour, "refused", 30 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			dialed(t, test.dial, func(c *Client) {
				ctx, cancel := context.WithTimeout(context.Background(), test.cancel)
				defer cancel()
				start := time.Now()
				err := c.InviteUser(ctx, invitation())
				if outcomeOf(err) != test.outcome || errors.Is(err, context.DeadlineExceeded) != (test.cancel == time.Second) {
					t.Error(err)
				}
				if took := time.Since(start); took != test.after {
					t.Errorf("took %s", took)
				}
			})
		})
	}
}

// The timeout applies to each attempt, and to a slow body.
func TestEachAttemptHasItsOwnTimeout(t *testing.T) {
	dialed(t, silent, func(c *Client) {
		c.config.MaxRetries = 2
		start := time.Now()
		_, err := c.GetCurrentUser(context.Background())
		if took := time.Since(start); took != 90*time.Second {
			t.Errorf("took %s", took)
		}
		if got := err.Error(); got != "GET /user: timed out: no complete response within 30s (after 3 attempts)" {
			t.Error(got)
		}
	})
	slow := func(context.Context) (net.Conn, error) {
		client, server := net.Pipe()
		go trickle(server)
		return client, nil
	}
	dialed(t, slow, func(c *Client) {
		start := time.Now()
		_, err := c.GetCurrentUser(context.Background())
		if took := time.Since(start); took != 30*time.Second || failure(t, err).Kind != KindTimeout {
			t.Errorf("%v after %s", err, took)
		}
		start = time.Now()
		if err := c.InviteUser(context.Background(), invitation()); err != nil || time.Since(start) != 30*time.Second {
			t.Errorf("%v after %s", err, time.Since(start))
		}
	})
}

// trickle answers with one byte of the body a second.
func trickle(conn net.Conn) {
	defer conn.Close()
	_, err := conn.Read(make([]byte, 4096))
	for text := "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n"; err == nil; text = " " {
		_, err = conn.Write([]byte(text))
		_ = SystemClock().Sleep(context.Background(), time.Second)
	}
}
