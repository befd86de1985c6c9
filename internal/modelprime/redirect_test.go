package modelprime

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// trusting makes a client trust a server's certificate.
func trusting(t *testing.T, srv *httptest.Server) func(*Config) {
	t.Helper()
	transport := newTransport(1)
	transport.TLSClientConfig.RootCAs = x509.NewCertPool()
	transport.TLSClientConfig.RootCAs.AddCert(srv.Certificate())
	t.Cleanup(transport.CloseIdleConnections)
	return through(transport)
}

// No redirect is followed: not to plain http, where the token would be readable, nor to another host or port.
func TestRedirectsAreNotFollowed(t *testing.T) {
	var elsewhere atomic.Int32
	count := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere.Add(1) })
	plain, secure := httptest.NewServer(count), httptest.NewTLSServer(count)
	defer plain.Close()
	defer secure.Close()
	for _, status := range []int{300, 301, 302, 303, 307, 308} {
		for name, location := range map[string]string{
			"plain http":             plain.URL + "/api/oum/v1/user",
			"plain http, no scheme":  strings.Replace(plain.URL, "http:", "", 1) + "/api/oum/v1/user",
			"another port":           secure.URL + "/api/oum/v1/user",
			"another host":           strings.Replace(secure.URL, "127.0.0.1", "localhost", 1) + "/",
			"credentials of its own": strings.Replace(secure.URL, "https://", "https://ada:secret@", 1) + "/",
			"the same place":         "/api/oum/v1/user",
			"nowhere":                "http://[",
			"nothing":                "",
		} {
			srv := serveTLS(t, 0, answer(status, "", "Location", location))
			c := srv.client(t, trusting(t, srv.Server))
			for i, op := range operations() {
				err := op.call(context.Background(), c)
				doubt := status == http.StatusSeeOther && op.route.method == http.MethodPost
				if failure(t, err).Status != status || len(srv.requests()) != i+1 || IsUnconfirmed(err) != doubt {
					t.Fatalf("%s, %d to %s: %v after %d requests", op.route.operation, status, name, err, len(srv.requests()))
				}
				if told := "a redirect to " + secure.URL + ", which is not followed"; name == "another port" && failure(t, err).Message != told {
					t.Errorf("%v does not say %q", err, told)
				}
				if strings.Contains(err.Error(), "secret") {
					t.Errorf("%s: %v", name, err)
				}
			}
		}
	}
	if n := elsewhere.Load(); n > 0 {
		t.Errorf("%d requests went elsewhere", n)
	}
}

// Below TLS 1.2 no request is sent.
func TestOldTLSIsRefused(t *testing.T) {
	for version, want := range map[uint16]bool{tls.VersionTLS11: false, tls.VersionTLS12: true, tls.VersionTLS13: true} {
		srv := serveTLS(t, version, answer(200, robot))
		_, err := srv.client(t, trusting(t, srv.Server)).GetCurrentUser(context.Background())
		if (err == nil) != want || (len(srv.requests()) > 0) != want {
			t.Errorf("%s: %v after %d requests", tls.VersionName(version), err, len(srv.requests()))
		}
		if !want && !strings.Contains(err.Error(), "protocol version") {
			t.Error(err)
		}
	}
}
