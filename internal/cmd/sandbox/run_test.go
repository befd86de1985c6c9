package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestMain(m *testing.M) {
	goleak.VerifyTestMain(m)
}

// output is a writer that can be read at any time.
type output struct {
	mu     sync.Mutex
	text   bytes.Buffer
	change chan struct{}
}

func newOutput() *output { return &output{change: make(chan struct{}, 100)} }

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer func() { o.change <- struct{}{} }()
	return o.text.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// command is a sandbox that runs, known by what it printed.
type command struct {
	t              *testing.T
	client         *http.Client
	endpoint       string
	email, token   string
	stdout, stderr *output
	stop           func() error
}

func startCommand(t *testing.T, args ...string) *command {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	c := &command{t: t, client: &http.Client{Transport: &http.Transport{}}, stdout: newOutput(), stderr: newOutput()}
	ended := make(chan error, 1)
	go func() { ended <- run(ctx, append([]string{"-listen", "127.0.0.1:0"}, args...), c.stdout, c.stderr) }()
	c.stop = sync.OnceValue(func() error {
		cancel()
		c.client.CloseIdleConnections()
		return <-ended
	})
	t.Cleanup(func() { _ = c.stop() })
	select {
	case <-c.stdout.change:
	case err := <-ended:
		t.Fatalf("it ended: %v", err)
	}
	c.endpoint, c.email, c.token = c.exported("ENDPOINT"), c.exported("EMAIL"), c.exported("TOKEN")
	return c
}

func (c *command) exported(name string) string {
	c.t.Helper()
	found := regexp.MustCompile(`(?m)^export MODELPRIME_` + name + `=(\S+)$`).FindStringSubmatch(c.stdout.String())
	if found == nil {
		c.t.Fatalf("MODELPRIME_%s is not printed:\n%s", name, c.stdout)
	}
	return found[1]
}

func (c *command) do(method, url, body string) (int, string) {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, url, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", c.email+":"+c.token)
	r.Header.Set("Content-Type", "application/json")
	res, err := c.client.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		c.t.Fatal(err)
	}
	return res.StatusCode, string(text)
}

func (c *command) invite(email string) {
	c.t.Helper()
	body := `{"connection":null,"email":"` + email + `","name":"Ada Servo","roles":["analyst"]}`
	if status, text := c.do("POST", c.endpoint+"/users/invite", body); status != 204 {
		c.t.Fatalf("status %d: %s", status, text)
	}
}

func (c *command) control(method, path string) string {
	c.t.Helper()
	status, text := c.do(method, strings.TrimSuffix(c.endpoint, sandbox.BasePath)+sandbox.ControlPath+path, "")
	if status != 200 {
		c.t.Fatalf("%s: status %d: %s", path, status, text)
	}
	return text
}

func TestWhatIsPrintedWorks(t *testing.T) {
	c := startCommand(t)
	if status, text := c.do("GET", c.endpoint+"/organization", ""); status != 200 {
		t.Errorf("status %d: %s", status, text)
	}
	c.invite("ada@example.com")
	c.control("POST", "accept-all")
	if members := c.control("GET", "members"); !strings.Contains(members, "ada@example.com") {
		t.Errorf("members %s", members)
	}
	if err := c.stop(); err != nil {
		t.Errorf("stopped with %v", err)
	}
	if _, err := net.Dial("tcp", strings.Split(c.endpoint, "/")[2]); err == nil {
		t.Error("it still listens")
	}
}

func TestEachRequestIsALineWithoutAnybodysAddress(t *testing.T) {
	c := startCommand(t)
	c.do("GET", c.endpoint+"/users/auth0%7Cada%40example.com", "")
	c.do("GET", c.endpoint+"/nothing", "")
	lines := strings.Split(strings.TrimSpace(c.stderr.String()), "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], " GET /users/{id} 404") || !strings.HasSuffix(lines[1], " GET (no such path) 404") {
		t.Errorf("logged %q", lines)
	}
}

func TestThePageTheControlAndTheAPIAnswerBesideEachOther(t *testing.T) {
	c := startCommand(t)
	address := strings.TrimSuffix(c.endpoint, sandbox.BasePath)
	if !strings.Contains(c.stdout.String(), address+"/\n") {
		t.Errorf("the page's address is not printed:\n%s", c.stdout)
	}
	if status, text := c.do("GET", address+"/", ""); status != 200 || !strings.Contains(text, "<h1>") {
		t.Errorf("the page: status %d: %s", status, text)
	}
	if status, text := c.do("GET", address+"/users", ""); status != 404 || !strings.Contains(text, "message") {
		t.Errorf("a client with a wrong endpoint: status %d: %s", status, text)
	}
	// A path is not cleaned before the API sees it.
	if status, _ := c.do("GET", c.endpoint+"/users/../organization", ""); status != 404 {
		t.Errorf("a path with dots: status %d", status)
	}
	if requests := c.control("GET", "requests"); strings.Contains(requests, `"path":"/"`) || !strings.Contains(requests, "/users/../organization") {
		t.Errorf("requests %s", requests)
	}
}

func TestAChangeOnThePageIsKeptInTheState(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	c := startCommand(t, "-state", state)
	address := strings.TrimSuffix(c.endpoint, sandbox.BasePath)
	res, err := c.client.PostForm(address+"/", url.Values{"do": {"add"}, "email": {"ada@example.com"}, "name": {"Ada Servo"}})
	if err != nil || res.StatusCode != http.StatusOK {
		t.Fatalf("%+v, %v", res, err)
	}
	_ = res.Body.Close()
	wantInFile(t, state, "ada@example.com")
}

func TestOtherWebsitesChangeNothing(t *testing.T) {
	c := startCommand(t)
	c.invite("ada@example.com")
	for _, path := range []string{"/", sandbox.ControlPath + "accept-all"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, strings.TrimSuffix(c.endpoint, sandbox.BasePath)+path, strings.NewReader("do=accept-all"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		res, err := c.client.Do(r)
		if err != nil || res.StatusCode != http.StatusForbidden {
			t.Fatalf("%s: %+v, %v", path, res, err)
		}
		_ = res.Body.Close()
	}
	if members := c.control("GET", "members"); strings.Contains(members, "ada@example.com") {
		t.Errorf("members %s", members)
	}
}

func TestASeedFileBringsPeople(t *testing.T) {
	seed := write(t, `{"members": [{"email": "kai@example.com", "name": "Kai Gripper", "roles": ["admin"]}]}`)
	c := startCommand(t, "-seed", seed)
	if members := c.control("GET", "members"); !strings.Contains(members, "kai@example.com") {
		t.Errorf("members %s", members)
	}
}

func TestTheStateOutlivesTheCommand(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	seed := write(t, `{"members": [{"email": "kai@example.com", "name": "Kai Gripper", "roles": ["admin"]}]}`)
	c := startCommand(t, "-state", state, "-seed", seed)
	wantInFile(t, state, "kai@example.com")
	c.invite("ada@example.com")
	wantInFile(t, state, "ada@example.com")
	c.control("POST", "email?email=kai%40example.com&new=kai%40example.org")
	wantInFile(t, state, "kai@example.org")
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}

	c = startCommand(t, "-state", state)
	c.control("POST", "accept?email=ada%40example.com")
	members := c.control("GET", "members")
	if !strings.Contains(members, "ada@example.com") || !strings.Contains(members, "kai@example.org") || strings.Contains(members, "kai@example.com") {
		t.Errorf("members %s", members)
	}
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, filepath.Dir(state), "state.json")
}

func wantInFile(t *testing.T, path, want string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || !json.Valid(data) || !strings.Contains(string(data), want) {
		t.Errorf("%s is not in %s (%v)", want, data, err)
	}
}

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "file.json")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestLatencyIsAnOption(t *testing.T) {
	c := startCommand(t, "-latency", "40ms")
	began := time.Now()
	c.do("GET", c.endpoint+"/user", "")
	if took := time.Since(began); took < 40*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
}

func TestArgumentsThatMakeNoSenseAreRefused(t *testing.T) {
	broken := write(t, `{"people": []}`)
	for _, tt := range []struct{ args, complaint string }{
		{"-listen 0.0.0.0:0", "loopback"},
		{"-listen :0", "loopback"},
		{"-listen [::]:0", "loopback"},
		{"-listen 192.0.2.1:0", "loopback"},
		{"-listen example.com:0", "loopback"},
		{"-listen localhost.example.com:0", "loopback"},
		{"-listen 127.0.0.1", "port"},
		{"-latency soon", "latency"},
		{"-nonsense", "nonsense"},
		{"people.json", "people.json"},
		{"-seed /nowhere/seed.json", "/nowhere/seed.json"},
		{"-seed " + broken, "people"},
		{"-listen 127.0.0.1:0 -cli /no/such/terraform -workspace " + t.TempDir(), "/no/such/terraform"},
		{"-listen 127.0.0.1:0 -state " + broken, "people"},
		{"-listen 127.0.0.1:0 -state /nowhere/state.json", "/nowhere"},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		cancel() // should it start, it stops
		err := run(ctx, strings.Fields(tt.args), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), tt.complaint) {
			t.Errorf("%s: %v, want something about %s", tt.args, err, tt.complaint)
		}
	}
	wantInFile(t, broken, "people")
}

func TestHelpNamesTheOptions(t *testing.T) {
	var stderr bytes.Buffer
	if err := run(t.Context(), []string{"-h"}, io.Discard, &stderr); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	for _, name := range []string{"-listen", "-seed", "-state", "-latency", "-workspace", "-cli"} {
		if !strings.Contains(stderr.String(), name) {
			t.Errorf("%s is missing in %s", name, &stderr)
		}
	}
}

func TestWhatIsInFlightIsFinished(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	listener, err := listen(ctx, "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	arrived, release := make(chan struct{}), make(chan struct{})
	slow := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		close(arrived)
		<-release
		w.WriteHeader(http.StatusTeapot)
	})
	go func() { ended <- serve(ctx, listener, slow) }()
	go func() {
		<-arrived
		cancel()
		close(release)
	}()
	c := &command{t: t, client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	if status, _ := c.do("GET", "http://"+listener.Addr().String(), ""); status != http.StatusTeapot {
		t.Errorf("status %d", status)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}
