package modelprime

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// An error has the message of the reply, for each format. A 404 is the API's unless it is a web page.
func TestErrorMessages(t *testing.T) {
	for _, test := range []struct {
		name, body string
		html       bool
		message    string
	}{
		{"message", `{"message":"email is taken"}`, false, "email is taken"},
		{"error", `{"error":"email is taken"}`, false, "email is taken"},
		{"detail, before title", `{"type":"about:blank","title":"Conflict","status":409,"detail":"email is taken","instance":"/users"}`, false, "email is taken"},
		{"title", `{"title":"Conflict"}`, false, "Conflict"},
		{"a code beside it", `{"code":7,"errorMessage":"email is taken"}`, false, "email is taken"},
		{"a code of OAuth's beside it", `{"error":"invalid_request","error_description":"email is taken"}`, false, "email is taken"},
		{"several", `{"errors":[{"message":"email is taken","code":7},{"code":8},"name is empty",null]}`, false, "email is taken; name is empty"},
		{"the first of several", `{"title":"Conflict","detail":"d","error":"e","message":"email is taken"}`, false, "email is taken"},
		{"an object in it", `{"error":{"code":7,"message":"email is taken"}}`, false, "email is taken"},
		{"an empty message", `{"message":"","detail":"email is taken"}`, false, "email is taken"},
		{"a string", `"email is taken"`, false, "email is taken"},
		{"none of the names", `{"message":404,"path":"/users"}`, false, `{"message":404,"path":"/users"}`},
		{"an empty object", `{}`, false, ""},
		{"null", `null`, false, ""},
		{"half an object", `{"message":"em`, false, `{"message":"em`},
		{"text", "upstream\r\n  connect\terror\x00\x1b[31m", false, "upstream connect error [31m"},
		{"text that is no UTF-8", "caf\xe9", false, "caf\uFFFD"},
		{"text that turns around", "abc\u202edef\u200e", false, "abc def"},
		{"nothing", "", false, ""},
		{"a page's title", "<!doctype html><html><head><title>\n502 Bad&nbsp;Gateway &amp; more</title><body><p>nginx", true, "502 Bad Gateway & more"},
		{"a page without a title", "  <html><h1>Not here</h1>\n<p>nginx</p>", true, ""},
		{"a long text", strings.Repeat("ö", 2000), false, strings.Repeat("ö", 1022) + "…"},
		{"as long as may be", strings.Repeat("x", 2048), false, strings.Repeat("x", 2048)},
		{"a token", `{"message":"bad header robot@example.com:` + testToken + `"}`, false, "bad header robot@example.com:(token)"},
		{"a token's secret", "no " + testToken[5:] + "!", false, "no (token)!"},
		{"another token", `no "mpat_x"`, false, `no "(token)"`},
		{"half a token at the end", "bad header robot@example.com:" + testToken[:9], false, "bad header robot@example.com:(token)"},
		{"half a token's secret at the end", "bad " + testToken[5:13], false, "bad (token)"},
		{"less of it", "bad " + testToken[5:12], false, "bad " + testToken[5:12]},
		{"the body's cut in a token", strings.Repeat(" ", longestErrorReply-8) + testToken, false, "(token)"},
		{"what all tokens begin with", "a token begins with mpat_", false, "a token begins with mpat_"},
		{"a token at the cut", strings.Repeat("x", 2044) + testToken, false, strings.Repeat("x", 2044) + "(…"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := serve(t, answer(404, test.body)).client(t).DeleteUser(context.Background(), "auth0|1")
			failed := failure(t, err)
			if failed.Message != test.message || failed.HTML != test.html || IsNotFound(err) == test.html {
				t.Errorf("got %+v", failed)
			}
		})
	}
	if got := withoutToken("no abcdefgh, abcdefg", tokenPrefix+"abcdefgh"); got != "no (token), abcdefg" {
		t.Errorf("the shortest secret that is masked: %q", got)
	}
	err := serve(t, answer(404, "", "Content-Type", "text/html")).client(t).DeleteUser(context.Background(), "auth0|1")
	if IsNotFound(err) || !failure(t, err).HTML {
		t.Errorf("an empty page is taken for the API's reply: %v", err)
	}
}

// failure returns the client's error, and stops the test if there is none.
func failure(t *testing.T, err error) *APIError {
	t.Helper()
	var failed *APIError
	if !errors.As(err, &failed) {
		t.Fatalf("got %v", err)
	}
	return failed
}

func FuzzErrorBodies(f *testing.F) {
	for _, seed := range []string{
		`{"message":"no"}`, `{"errors":[{"message":"no"}]}`, "<title>502</title>", "<p>x", "text", "", "\xff\x00", `{"message":"` + testToken + `"}`,
	} {
		f.Add([]byte(seed))
	}
	c, err := New(Config{Credentials: testCredentials})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		got := c.clean(messageOf(body))
		control := strings.IndexFunc(got, unicode.IsControl) >= 0
		if len(got) > longestMessage || !utf8.ValidString(got) || control || strings.Contains(got, testToken[5:]) {
			t.Errorf("%q became %q", body, got)
		}
	})
}

func TestErrorTexts(t *testing.T) {
	for want, err := range map[string]error{
		"PUT /users/auth0%7C64f0/roles: 403: admins only":                           &APIError{Method: "PUT", Path: "/users/auth0%7C64f0/roles", Kind: KindStatus, Status: 403, Message: "admins only", Attempts: 1},
		"GET /user: 401: Unauthorized":                                              &APIError{Method: "GET", Path: "/user", Kind: KindStatus, Status: 401},
		"GET /user: 599: no message":                                                &APIError{Method: "GET", Path: "/user", Kind: KindStatus, Status: 599},
		"GET /user: 429: busy (the API asks to wait 90 minutes) (after 9 attempts)": &APIError{Method: "GET", Path: "/user", Kind: KindStatus, Status: 429, Message: "busy", RetryAfter: 5400e9, Attempts: 9},
		"GET /user: EOF (after 2 attempts)":                                         &APIError{Method: "GET", Path: "/user", Kind: KindNetwork, Message: "EOF", Attempts: 2},
		"GET /user: unexpected response: it is a web page":                          &APIError{Method: "GET", Path: "/user", Kind: KindReply, Message: "it is a web page"},
	} {
		if err.Error() != want {
			t.Errorf("got %q, want %q", err, want)
		}
	}
}

func TestErrorWithLocationIsNoRedirect(t *testing.T) {
	srv := serve(t, answer(409, `{"message":"no"}`, "Location", "https://example.org/"))
	if err := srv.client(t).DeleteUser(context.Background(), "auth0|1"); err.Error() != "DELETE /users/auth0%7C1: 409: no" {
		t.Error(err)
	}
}

func TestLongReply(t *testing.T) {
	for pad, want := range map[int]bool{longestReply - len(robot): true, longestReply - len(robot) + 1: false} {
		srv := serve(t, answer(200, robot+strings.Repeat(" ", pad)))
		_, err := srv.client(t).GetCurrentUser(context.Background())
		if (err == nil) != want || err != nil && !strings.Contains(err.Error(), "larger than 1024 KiB") {
			t.Errorf("%d: %v", pad, err)
		}
	}
}

// An error has the reply's status even if its body is incomplete.
func TestErrorReplyCutShort(t *testing.T) {
	srv := serve(t, answer(403, `{"message":"no"`, "Content-Length", "100"))
	_, err := srv.client(t).GetCurrentUser(context.Background())
	if failed := failure(t, err); failed.Status != 403 || failed.Message != `{"message":"no"` {
		t.Errorf("got %v", err)
	}
}

// A server that repeats the request's headers cannot put the token into an error.
func TestErrorsHoldNoToken(t *testing.T) {
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
