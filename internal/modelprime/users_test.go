package modelprime

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"
)

func TestConnectionOf(t *testing.T) {
	for id, want := range map[string]string{
		"auth0|64f0": ConnectionPassword, "google-oauth2|1172": ConnectionGoogle, "samlp|x|y": "samlp", "64f0": "", "": "", "|x": "",
	} {
		if got := ConnectionOf(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	}
}

// Each ID is one segment of the path and arrives unchanged.
func FuzzIDs(f *testing.F) {
	for _, seed := range []string{"auth0|64f0", "google-oauth2|1172", "", ".", "..", "a/../b", "%2e%2e", "{id}", "a b+c?d#e", "ü\xff\x00"} {
		f.Add(seed)
	}
	var seen *url.URL
	c, err := New(Config{
		Endpoint: "http://localhost/api/oum/v1", Credentials: testCredentials,
		Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			var err error
			seen, err = url.ParseRequestURI(r.URL.RequestURI()) // as a server reads it
			return plainResponse(204, "", nil), err
		}),
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, id string) {
		seen = nil
		err := c.ReplaceUserRoles(context.Background(), id, nil)
		if id == "" || id == "." || id == ".." {
			if err == nil || seen != nil {
				t.Errorf("%q was sent: %v", id, err)
			}
			return
		}
		if err != nil {
			t.Fatalf("%q: %v", id, err)
		}
		segments := strings.Split(seen.EscapedPath(), "/")
		if len(segments) != 7 || segments[6] != "roles" || segments[4] != "users" {
			t.Fatalf("%q: %q", id, seen.EscapedPath())
		}
		if got, err := url.PathUnescape(segments[5]); got != id || err != nil || segments[5] == "." || segments[5] == ".." {
			t.Errorf("%q became %q, %v", id, got, err)
		}
	})
}
