package modelprime

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// What an error says, whoever wrote the reply.
func TestErrorMessages(t *testing.T) {
	long := strings.Repeat("ö", 2000)
	for _, test := range []struct {
		name, body string
		api        bool
		message    string
	}{
		{"message", `{"message":"email is taken"}`, true, "email is taken"},
		{"error", `{"error":"email is taken"}`, true, "email is taken"},
		{"detail", `{"detail":"email is taken"}`, true, "email is taken"},
		{"title", `{"title":"Conflict"}`, true, "Conflict"},
		{"the first of several", `{"title":"Conflict","detail":"d","error":"e","message":"email is taken"}`, true, "email is taken"},
		{"error that is an object", `{"error":{"code":7,"message":"email is taken"}}`, true, "email is taken"},
		{"message that is an object", `{"message":{"message":"x"},"detail":"email is taken"}`, true, "email is taken"},
		{"empty message", `{"message":""}`, true, ""},
		{"null message", `{"message":null}`, false, ""},
		{"message that is a number", `{"message":404}`, false, ""},
		{"error without a message", `{"error":{"code":7}}`, false, ""},
		{"null", `null`, false, ""},
		{"another object", `{"path":"/users"}`, false, ""},
		{"a list", `["no"]`, false, `["no"]`},
		{"a string", `"no"`, false, `"no"`},
		{"half an object", `{"message":"em`, false, `{"message":"em`},
		{"text", "upstream\r\n  connect\terror\x00\x1b[31m", false, "upstream connect error [31m"},
		{"text that is no UTF-8", "caf\xe9", false, "caf\uFFFD"},
		{"text that turns around", "abc\u202edef", false, "abc def"},
		{"nothing", "", false, ""},
		{"blanks", " \n ", false, ""},
		{"a page's title", "<!doctype html><html><head><title>\n502 Bad&nbsp;Gateway &amp; more</title><body><p>nginx", false, "502 Bad Gateway & more"},
		{"a page without a title", "  <html><style>p{}</style><script>x<y</script><!-- a>b --><h1>Not here</h1>\n<p>nginx</p>", false, "Not here nginx"},
		{"a page with an empty title", "<title> </title><p>Not here", false, "Not here"},
		{"a long text", long, false, strings.Repeat("ö", 1022) + "…"},
		{"as long as may be", strings.Repeat("x", 2048), false, strings.Repeat("x", 2048)},
		{"a token in it", `{"message":"bad header robot@example.com:` + testToken + `"}`, true, "bad header robot@example.com:(token)"},
		{"half a token at the end", "bad header robot@example.com:" + testToken[:20], false, "bad header robot@example.com:(token)"},
		{"a token but for its last letter", "bad header " + testToken[:len(testToken)-1], false, "bad header (token)"},
		{"the body's cut in a token", strings.Repeat(" ", longestErrorReply-8) + testToken, false, "(token)"},
		{"what all tokens begin with", "a token begins with mpat_", false, "a token begins with mpat_"},
		{"a token at the cut", strings.Repeat("x", 2044) + testToken, false, strings.Repeat("x", 2044) + "(…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			srv := serve(t, answer(404, test.body))
			err := srv.client(t).DeleteUser(context.Background(), "auth0|1")
			var reply *Error
			if !errors.As(err, &reply) || reply.Message != test.message || reply.APIAnswer != test.api || IsNotFound(err) != test.api {
				t.Errorf("got %+v", reply)
			}
			if len(reply.Message) > longestMessage {
				t.Errorf("%d bytes", len(reply.Message))
			}
		})
	}
}

func FuzzErrorBodies(f *testing.F) {
	for _, seed := range []string{
		`{"message":"no"}`, `{"error":{"message":"no"}}`, "<title>502</title>", "<p>x", "text", "", "\xff\x00", `{"message":"` + testToken + `"}`,
	} {
		f.Add([]byte(seed))
	}
	c, err := New(Config{Credentials: testCredentials})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		raw, _ := messageOf(body)
		got := c.clean(raw)
		control := strings.IndexFunc(got, unicode.IsControl) >= 0
		if len(got) > longestMessage || !utf8.ValidString(got) || control || strings.Contains(got, testToken) {
			t.Errorf("%q became %q", body, got)
		}
	})
}

func TestErrorTexts(t *testing.T) {
	reply := Error{Method: "PUT", Path: "/users/auth0%7C64f0/roles", Status: 403, Message: "admins only", Attempts: 1}
	for want, err := range map[string]error{
		"PUT /users/auth0%7C64f0/roles: 403: admins only":                           &reply,
		"GET /user: 401: Unauthorized":                                              &Error{Method: "GET", Path: "/user", Status: 401},
		"GET /user: 599: no message":                                                &Error{Method: "GET", Path: "/user", Status: 599},
		"GET /user: 429: busy (the API asks to wait 1h30m0s) (after 9 attempts)":    &Error{Method: "GET", Path: "/user", Status: 429, Message: "busy", RetryAfter: 5400e9, Attempts: 9},
		"GET /user: EOF (after 2 attempts)":                                         &TransportError{Method: "GET", Path: "/user", Attempts: 2, Err: io.EOF},
		"GET /user: this is not a reply of the Model-Prime API: it is an HTML page": &ShapeError{Method: "GET", Path: "/user", Problem: "it is an HTML page"},
		`".." is not a user id`:                                                     &InvalidIDError{".."},
	} {
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}

func TestOnlyTheAPIsOwn404IsNotFound(t *testing.T) {
	for err, want := range map[error]bool{
		&Error{Status: 404, APIAnswer: true}:                               true,
		errors.Join(errors.New("x"), &Error{Status: 404, APIAnswer: true}): true,
		&Error{Status: 404}:                  false,
		&Error{Status: 410, APIAnswer: true}: false,
		&ShapeError{}:                        false,
		nil:                                  false,
	} {
		if IsNotFound(err) != want {
			t.Errorf("%v: %v", err, !want)
		}
	}
}

// No redirect is followed: neither elsewhere nor to the same host.
func TestRedirectsAreNotFollowed(t *testing.T) {
	other := serve(t, answer(200, ada))
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		for name, location := range map[string]string{
			"another port": other.URL + "/user", "another host": "http://localhost:" + other.Listener.Addr().String()[len("127.0.0.1:"):] + "/x?y",
			"the same host": "/api/oum/v1/user", "another scheme": "https://example.org/", "nowhere": "http://[", "nothing": "",
		} {
			for _, op := range operations() {
				srv := serve(t, answer(status, `{"message":"moved"}`, "Location", location))
				err := op.call(context.Background(), srv.client(t))
				var reply *Error
				if !errors.As(err, &reply) || reply.Status != status || len(srv.requests()) != 1 {
					t.Fatalf("%d to %s: %v after %d requests", status, name, err, len(srv.requests()))
				}
				if name == "another scheme" && reply.Message != "a redirect to https://example.org, which is not followed" {
					t.Errorf("message %q", reply.Message)
				}
			}
		}
	}
	if n := len(other.requests()); n != 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

func TestOnlyRedirectsAreToldAsRedirects(t *testing.T) {
	srv := serve(t, answer(409, `{"message":"no"}`, "Location", "https://example.org/"))
	if err := srv.client(t).DeleteUser(context.Background(), "auth0|1"); err.Error() != "DELETE /users/auth0%7C1: 409: no" {
		t.Error(err)
	}
}

// A reply without an end is read as far as allowed, and no further, whatever its status.
func TestHugeReplies(t *testing.T) {
	chunk := bytes.Repeat([]byte("[0,"), 1<<14)
	for _, status := range []int{200, 404} {
		written := 0
		done := make(chan struct{})
		srv := serve(t, func(w http.ResponseWriter, _ *http.Request) {
			defer close(done)
			w.WriteHeader(status)
			for written < 1<<30 {
				n, err := w.Write(chunk)
				written += n
				if err != nil {
					return
				}
			}
		})
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		_, err := srv.client(t).GetOrganization(context.Background())
		<-done
		runtime.ReadMemStats(&after)
		if written > 32<<20 || after.TotalAlloc-before.TotalAlloc > 32<<20 {
			t.Errorf("%d: %d bytes sent, %d allocated", status, written, after.TotalAlloc-before.TotalAlloc)
		}
		var shape *ShapeError
		if errors.As(err, &shape) != (status == 200) || len(err.Error()) > longestMessage+100 || len(srv.requests()) != 1 {
			t.Errorf("%d: %.200v", status, err)
		}
	}
}

func TestALongReplyWithinTheLimit(t *testing.T) {
	for pad, want := range map[int]bool{longestReply - len(robot): true, longestReply - len(robot) + 1: false} {
		srv := serve(t, answer(200, robot+strings.Repeat(" ", pad)))
		_, err := srv.client(t).GetCurrentUser(context.Background())
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "larger than 1024 KiB") {
			t.Errorf("%d: %v", pad, err)
		}
	}
}

// An error's text is the reply's status even where the rest of it does not come.
func TestErrorReplyCutShort(t *testing.T) {
	srv := serve(t, answer(403, `{"message":"no"`, "Content-Length", "100"))
	_, err := srv.client(t).GetCurrentUser(context.Background())
	var reply *Error
	if !errors.As(err, &reply) || reply.Status != 403 || reply.APIAnswer {
		t.Errorf("got %v", err)
	}
}

// A server that repeats the request's headers cannot make them part of an error.
func TestTheTokenIsInNoError(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 4096))
			_, _ = io.WriteString(conn, "HTTP/9 "+testToken+"\r\n\r\n")
			conn.Close()
		}
	}()
	c := serve(t, dropped).client(t, func(config *Config) { config.Endpoint = "http://" + listener.Addr().String() })
	_, err = c.GetCurrentUser(context.Background())
	if err == nil || strings.Contains(err.Error(), testToken) || !strings.Contains(err.Error(), "(token)") {
		t.Errorf("got %v", err)
	}
	for wrapped := err; wrapped != nil; wrapped = errors.Unwrap(wrapped) {
		if strings.Contains(wrapped.Error(), testToken) {
			t.Errorf("in the chain: %v", wrapped)
		}
	}
}
