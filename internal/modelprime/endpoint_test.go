package modelprime

import (
	"context"
	"strings"
	"testing"
)

func TestParseEndpoint(t *testing.T) {
	for _, test := range []struct{ in, want, problem string }{
		{DefaultEndpoint, DefaultEndpoint, ""},
		{"https://api.example.com/v1///", "https://api.example.com/v1", ""},
		{"https://api.example.com/", "https://api.example.com", ""},
		{"HTTPS://api.example.com:8443/a%2Fb/", "https://api.example.com:8443/a%2Fb", ""},
		{"http://127.0.0.1:8080/v1", "http://127.0.0.1:8080/v1", ""},
		{"http://127.9.9.9", "http://127.9.9.9", ""},
		{"http://[::1]:8080", "http://[::1]:8080", ""},
		{"http://[::ffff:127.0.0.1]", "http://[::ffff:127.0.0.1]", ""},
		{"http://LocalHost:8080", "http://localhost:8080", ""},
		{"https://API.Example.com/V1", "https://api.example.com/V1", ""},
		{"http://localho%C5%BFt", "", "https URL"},
		{"http://api.example.com", "", "https URL"},
		{"http://128.0.0.1", "", "https URL"},
		{"http://localhost.example.com", "", "https URL"},
		{"http://127.0.0.1.example.com", "", "https URL"},
		{"http://0.0.0.0", "", "https URL"},
		{"ftp://127.0.0.1", "", "https URL"},
		{"//api.example.com/v1", "", "https URL"},
		{"https:api.example.com", "", "not a URL"},
		{"api.example.com/v1", "", "have a host"},
		{"", "", "have a host"},
		{"https://", "", "have a host"},
		{"https://:443/v1", "", "have a host"},
		{"https://api.example.com:0/", "", "port"},
		{"https://api.example.com:65536/", "", "port"},
		{"https://api.example.com:http/", "", "not a URL"},
		{"https://robot:s3cret@api.example.com/", "", "user name"},
		{"https://robot:s3cret@api.example.com:x/", "", "not a URL"},
		{"https://@api.example.com/", "", "user name"},
		{"https://api.example.com/v1?", "", "query"},
		{"https://api.example.com/v1?key=s3cret", "", "query"},
		{"https://api.example.com/v1#", "", "fragment"},
		{"https://api.example.com/v1#top", "", "fragment"},
		{"https://api.example.com/v 1", "", "not a URL"},
		{"https://api.example.com/v1\n", "", "not a URL"},
		{"https://äpi.example.com/", "", "not a URL"},
	} {
		got, err := ParseEndpoint(test.in)
		switch {
		case test.problem == "" && (err != nil || got.String() != test.want):
			t.Errorf("%q: %v, %v", test.in, got, err)
		case test.problem != "" && (err == nil || !strings.Contains(err.Error(), test.problem) || strings.Contains(err.Error(), "s3cret")):
			t.Errorf("%q: %v, %v", test.in, got, err)
		}
	}
}

// The path of an endpoint is kept as written.
func TestEndpointWithAnEscapedPath(t *testing.T) {
	srv := serve(t, answer(204, ""))
	c := srv.client(t, func(config *Config) { config.Endpoint = srv.URL + "/a%2Fb/" })
	if err := c.DeleteUser(context.Background(), "auth0|1"); err != nil || srv.requests()[0].uri != "/a%2Fb/users/auth0%7C1" {
		t.Errorf("%v, sent %+v", err, srv.requests())
	}
}

func FuzzParseEndpoint(f *testing.F) {
	for _, seed := range []string{DefaultEndpoint, "http://[::1]:80/", "http://localhost", "https://u:p@h/", "https://h/%2F?x#y", "http://h"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, s string) {
		u, err := ParseEndpoint(s)
		if err != nil {
			return
		}
		if u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Scheme == "http" && !isLoopback(u.Hostname()) || strings.HasSuffix(u.String(), "/") {
			t.Fatalf("%q: %s", s, u)
		}
		if again, err := ParseEndpoint(u.String()); err != nil || again.String() != u.String() {
			t.Errorf("%q: %s, then %v, %v", s, u, again, err)
		}
	})
}
