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
	"os/exec"
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

func newOutput() *output { return &output{change: make(chan struct{}, 1000)} }

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

// command is a running sandbox, with what it printed.
type command struct {
	t              *testing.T
	client         *http.Client
	address        string
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
	for !strings.Contains(c.stdout.String(), "More commands:") {
		select {
		case <-c.stdout.change:
		case err := <-ended:
			t.Fatalf("it ended: %v", err)
		}
	}
	// The printed commands are for a shell.
	shell := exec.CommandContext(t.Context(), "sh", "-c", exportsIn(c.stdout.String())+`printf '%s\n' "$MODELPRIME_ENDPOINT" "$MODELPRIME_EMAIL" "$MODELPRIME_TOKEN"`)
	printed, err := shell.Output()
	values := strings.Split(string(printed), "\n")
	if err != nil || len(values) != 4 {
		t.Fatalf("the shell got %q: %v", values, err)
	}
	c.address, c.email, c.token = strings.TrimSuffix(values[0], sandbox.BasePath), values[1], values[2]
	return c
}

func exportsIn(text string) string {
	return strings.Join(regexp.MustCompile(`(?m)^export MODELPRIME_\w+=.*\n`).FindAllString(text, -1), "")
}

func (c *command) request(method, path, body string) *http.Request {
	c.t.Helper()
	r, err := http.NewRequestWithContext(c.t.Context(), method, c.address+path, strings.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", c.email+":"+c.token)
	r.Header.Set("Content-Type", "application/json")
	return r
}

func (c *command) send(r *http.Request) (int, string) {
	c.t.Helper()
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

func (c *command) do(method, path, body string) (int, string) {
	c.t.Helper()
	return c.send(c.request(method, path, body))
}

func (c *command) invite(email string) {
	c.t.Helper()
	body := `{"connection":null,"email":"` + email + `","name":"Ada Servo","roles":["analyst"]}`
	if status, text := c.do("POST", sandbox.BasePath+"/users/invite", body); status != 204 {
		c.t.Fatalf("status %d: %s", status, text)
	}
}

func (c *command) control(method, path string) string {
	c.t.Helper()
	status, text := c.do(method, sandbox.ControlPath+path, "")
	if status != 200 {
		c.t.Fatalf("%s: status %d: %s", path, status, text)
	}
	return text
}

// refused runs a sandbox that must not start, and returns its error.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // a sandbox that starts is stopped at once
	err := run(ctx, args, io.Discard, io.Discard)
	if err == nil {
		t.Fatalf("%v: it started", args)
	}
	return err.Error()
}

// advised returns the arguments that a refusal advises.
func advised(t *testing.T, reason string, replace ...string) []string {
	t.Helper()
	found := regexp.MustCompile(`make sandbox ARGS='([^']*)'`).FindStringSubmatch(reason)
	if found == nil {
		t.Fatalf("%q advises nothing", reason)
	}
	return strings.Fields(strings.NewReplacer(replace...).Replace(found[1]))
}

func says(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q lacks %q", text, word)
		}
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

func wantInFile(t *testing.T, path, want string) {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil || !json.Valid(data) || !strings.Contains(string(data), want) {
		t.Errorf("%s is not in %s (%v)", want, data, err)
	}
}

func TestPrintedExportsWork(t *testing.T) {
	seed := write(t, `{"owner": "auth0|o", "token": "mpat_a'b $HOME", "members": [{"id": "auth0|o", "email": "o'neil@example.com", "name": "O", "roles": ["admin"]}]}`)
	for name, args := range map[string][]string{"without a seed": nil, "what a shell would read otherwise": {"-seed", seed}} {
		t.Run(name, func(t *testing.T) {
			c := startCommand(t, args...)
			c.invite("ada@example.com")
			c.control("POST", "accept-all")
			says(t, c.control("GET", "members"), "ada@example.com")
			if err := c.stop(); err != nil {
				t.Errorf("stopped with %v", err)
			}
			if _, err := net.Dial("tcp", strings.TrimPrefix(c.address, "http://")); err == nil {
				t.Error("it still listens")
			}
		})
	}
}

func TestRequestLogHoldsNoAddress(t *testing.T) {
	c := startCommand(t)
	c.do("GET", sandbox.BasePath+"/users/auth0%7Cada%40example.com", "")
	c.do("GET", sandbox.BasePath+"/nothing", "")
	lines := strings.Split(strings.TrimSpace(c.stderr.String()), "\n")
	if len(lines) != 2 || !strings.HasSuffix(lines[0], " GET /users/{id} 404") || !strings.HasSuffix(lines[1], " GET (no such path) 404") {
		t.Errorf("logged %q", lines)
	}
}

func TestPageControlAndAPIShareAnAddress(t *testing.T) {
	c := startCommand(t)
	says(t, c.stdout.String(), c.address+"/\n")
	if status, text := c.do("GET", "/", ""); status != 200 || !strings.Contains(text, "<h1>") {
		t.Errorf("the page: status %d: %s", status, text)
	}
	if status, text := c.do("GET", "/users", ""); status != 404 || !strings.Contains(text, "message") {
		t.Errorf("a client with a wrong endpoint: status %d: %s", status, text)
	}
	// The API gets the path as sent.
	if status, _ := c.do("GET", sandbox.BasePath+"/users/../organization", ""); status != 404 {
		t.Errorf("a path with dots: status %d", status)
	}
	if requests := c.control("GET", "requests"); strings.Contains(requests, `"path":"/"`) || !strings.Contains(requests, "/users/../organization") {
		t.Errorf("requests %s", requests)
	}
}

func TestOtherHostsAndWebsitesAreRefused(t *testing.T) {
	c := startCommand(t)
	c.invite("ada@example.com")
	for _, path := range []string{"/", sandbox.ControlPath + "members", sandbox.BasePath + "/user"} {
		r := c.request("GET", path, "")
		r.Host = "attacker.example"
		if status, text := c.send(r); status != http.StatusForbidden || strings.Contains(text, "example.com") {
			t.Errorf("%s by another host's name: status %d: %s", path, status, text)
		}
	}
	for _, path := range []string{"/", sandbox.ControlPath + "accept-all"} {
		r := c.request("POST", path, "do=accept-all")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "cross-site")
		if status, text := c.send(r); status != http.StatusForbidden {
			t.Errorf("%s from another website: status %d: %s", path, status, text)
		}
	}
	if members := c.control("GET", "members"); strings.Contains(members, "ada@example.com") {
		t.Errorf("members %s", members)
	}
}

func TestStateFile(t *testing.T) {
	folder := t.TempDir()
	elsewhere := write(t, "not ours")
	state := filepath.Join(folder, "state.json")
	seed := write(t, `{"members": [{"email": "kai@example.com", "name": "Kai Gripper", "roles": ["admin"]}]}`)
	c := startCommand(t, "-state", state, "-seed", seed)
	wantInFile(t, state, "kai@example.com")
	c.invite("ada@example.com")
	wantInFile(t, state, "ada@example.com")
	c.control("POST", "email?email=kai%40example.com&new=kai%40example.org")
	wantInFile(t, state, "kai@example.org")
	if res, err := c.client.PostForm(c.address+"/", url.Values{"do": {"add"}, "email": {"zoe@example.com"}, "name": {"Zoe Wheel"}}); err != nil {
		t.Fatal(err)
	} else {
		_ = res.Body.Close()
	}
	wantInFile(t, state, "zoe@example.com")
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}
	says(t, refused(t, "-listen", "127.0.0.1:0", "-state", state, "-seed", seed), "-seed", state, "remove that file to start again")

	c = startCommand(t, "-state", state)
	c.control("POST", "accept?email=ada%40example.com")
	says(t, c.control("GET", "members"), "ada@example.com", "kai@example.org", "zoe@example.com")
	// A link in the state's place is replaced; its target stays unchanged.
	if err := errors.Join(os.Remove(state), os.Symlink(elsewhere, state)); err != nil {
		t.Fatal(err)
	}
	c.invite("bo@example.com")
	wantInFile(t, state, "bo@example.com")
	if data, _ := os.ReadFile(elsewhere); string(data) != "not ours" {
		t.Errorf("written through a link: %s", data)
	}
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}
	if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
		t.Errorf("left behind: %v, %v", entries, err)
	}
}

func TestFlags(t *testing.T) {
	c := startCommand(t, "-latency", "40ms", "-rate", "1", "-variation", "throttling=503-seconds,errors=title")
	began := time.Now()
	c.do("GET", sandbox.BasePath+"/user", "")
	if took := time.Since(began); took < 40*time.Millisecond {
		t.Errorf("answered after %v", took)
	}
	if status, text := c.do("GET", sandbox.BasePath+"/user", ""); status != 503 || !strings.Contains(text, `{"title":`) {
		t.Errorf("status %d: %s", status, text)
	}
}

func TestAdviceOfABusyPort(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	folder := t.TempDir()
	reason := refused(t, "-listen", busy.Addr().String(), "-workspace", filepath.Join(folder, "try"), "-state", filepath.Join(folder, "state.json"))
	says(t, reason, busy.Addr().String())
	if entries, _ := os.ReadDir(folder); len(entries) > 0 {
		t.Errorf("left behind: %v", entries)
	}
	startCommand(t, advised(t, reason)...)
}

func TestBadArgumentsAreRefused(t *testing.T) {
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
		{"-variation ids=guid", "the variations are auth0"},
		{"-listen 127.0.0.1:0 -cli /no/such/terraform -workspace " + t.TempDir(), "/no/such/terraform"},
		{"-listen 127.0.0.1:0 -state " + broken, "people"},
		{"-listen 127.0.0.1:0 -state /nowhere/state.json", "/nowhere"},
	} {
		says(t, refused(t, strings.Fields(tt.args)...), tt.complaint)
	}
	wantInFile(t, broken, "people")
}

func TestHelp(t *testing.T) {
	stderr := newOutput()
	if err := run(t.Context(), []string{"-h"}, io.Discard, stderr); !errors.Is(err, flag.ErrHelp) {
		t.Errorf("got %v", err)
	}
	says(t, stderr.String(), "-listen", "-seed", "-state", "-latency", "-rate", "-workspace", "-cli", "-variation",
		variationHelp(), seedHelp, sandbox.ControlHelp("http://127.0.0.1:8085"))
	_, rest, _ := strings.Cut(seedHelp, "\n\n")
	example, _, _ := strings.Cut(rest, "\n\n")
	s, err := sandbox.Load([]byte(example), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept("lin@example.com"); err != nil || len(s.Members()) != 4 {
		t.Errorf("%v, members %+v", err, s.Members())
	}
}

func TestRequestsInFlightAreFinished(t *testing.T) {
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
	c := &command{t: t, address: "http://" + listener.Addr().String(), client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}}
	if status, _ := c.do("GET", "", ""); status != http.StatusTeapot {
		t.Errorf("status %d", status)
	}
	if err := <-ended; err != nil {
		t.Errorf("ended with %v", err)
	}
}
