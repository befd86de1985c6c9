package modelprime

import (
	"context"
	"encoding/pem"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
)

const helperEndpoint = "MODELPRIME_TEST_ENDPOINT"

// TestHelperProcess runs in a process of its own, started by the tests below: Go reads proxies and certificates once in a process.
func TestHelperProcess(t *testing.T) {
	endpoint := os.Getenv(helperEndpoint)
	if endpoint == "" {
		return
	}
	c, err := New(Config{Endpoint: endpoint, Credentials: testCredentials, MaxRetries: 0})
	if err != nil {
		t.Fatal(err)
	}
	user, err := c.GetCurrentUser(context.Background())
	fmt.Printf("got %q, %v\n", user.Name, err)
	c.config.Transport.(*http.Transport).CloseIdleConnections()
}

// ask gets the current user in another process.
func ask(t *testing.T, endpoint string, environment ...string) string {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestHelperProcess$")
	cmd.Env = append([]string{helperEndpoint + "=" + endpoint, "NO_PROXY=", "SSL_CERT_DIR=" + t.TempDir()}, environment...)
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return string(out)
}

// certificates returns a file with a server's certificate.
func certificates(t *testing.T, srv *httptest.Server) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "roots.pem")
	block := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: srv.Certificate().Raw})
	if err := os.WriteFile(name, block, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// proxy tunnels all connections to one server and records the requests.
type proxy struct {
	to string

	mu    sync.Mutex
	asked []string
}

func (p *proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	p.asked = append(p.asked, fmt.Sprint(r.Method, " ", r.RequestURI, " ", r.Header))
	p.mu.Unlock()
	there, err := net.Dial("tcp", p.to)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer there.Close()
	here, buffered, err := http.NewResponseController(w).Hijack()
	if err != nil {
		return
	}
	defer here.Close()
	_, _ = io.WriteString(here, "HTTP/1.1 200 Connection established\r\n\r\n")
	go func() { _, _ = io.Copy(there, buffered) }()
	_, _ = io.Copy(here, there)
}

func (p *proxy) requests() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// Proxies and certificates come from the environment, as for each Go program. The proxy does not see the token.
func TestProxyAndCertificatesOfTheEnvironment(t *testing.T) {
	if runtime.GOOS == "darwin" || runtime.GOOS == "windows" {
		t.Skip("the system itself has the trusted certificates")
	}
	api := serveTLS(t, 0, answer(200, robot))
	p := &proxy{to: api.Listener.Addr().String()}
	front := httptest.NewServer(p)
	defer front.Close()
	through, roots := "HTTPS_PROXY="+front.URL, "SSL_CERT_FILE="+certificates(t, api.Server)
	const elsewhere = "https://example.com/api/oum/v1" // a name on the server's certificate

	if out := ask(t, elsewhere, through, roots); !strings.Contains(out, `got "Roster Robot", <nil>`) {
		t.Error(out)
	}
	if asked := p.requests(); len(asked) != 1 || !strings.HasPrefix(asked[0], "CONNECT example.com:443") || strings.Contains(asked[0], "mpat_") || strings.Contains(asked[0], "Authorization") {
		t.Errorf("the proxy was asked %s", asked)
	}
	for name, out := range map[string]string{
		"without the certificate": ask(t, elsewhere, through),
		"without it, no proxy":    ask(t, api.URL),
	} {
		if !strings.Contains(out, "x509") || strings.Contains(out, "Ada") {
			t.Errorf("%s: %s", name, out)
		}
	}
	if out := ask(t, api.URL, roots); !strings.Contains(out, `got "Roster Robot", <nil>`) {
		t.Error(out)
	}
}
