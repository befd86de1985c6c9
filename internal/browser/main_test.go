package browser

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// scratch is a folder of this run, with the sandbox's command in it.
var scratch string

func TestMain(m *testing.M) {
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if scratch, err = os.MkdirTemp("", "modelprime-browser-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(scratch)
	build := exec.Command("go", "build", "-C", filepath.Join("..", ".."), "-o", filepath.Join(scratch, "sandbox"), "./internal/cmd/sandbox")
	if printed, err := build.CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build the sandbox: %v\n%s", err, printed)
		return 1
	}
	return m.Run()
}

// organization is a sandbox that runs, as a person starts it.
type organization struct {
	t       *testing.T
	address string
	env     map[string]string // what it said to export
}

const readyToServe, readyToApply = "Everybody accepts:", "Its main.tf is yours"

// found starts it with the example's people and waits until it has said this.
func found(t *testing.T, ready string, args ...string) *organization {
	t.Helper()
	command := exec.Command(filepath.Join(scratch, "sandbox"), append([]string{"-listen", "127.0.0.1:0", "-seed", "examples/sandbox/organization.json"}, args...)...)
	command.Dir = filepath.Join("..", "..")
	var stderr bytes.Buffer
	command.Stderr = &stderr
	stdout, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Signal(os.Interrupt)
		_ = command.Wait()
	})
	o := &organization{t: t, env: map[string]string{}}
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		o.hear(lines.Text())
		if strings.HasPrefix(lines.Text(), ready) {
			go func() { _, _ = io.Copy(io.Discard, stdout) }()
			return o
		}
	}
	t.Fatalf("it ended: %s", &stderr)
	return nil
}

func (o *organization) hear(line string) {
	if variable, ok := strings.CutPrefix(line, "export "); ok {
		name, value, _ := strings.Cut(variable, "=")
		o.env[name] = value
	}
	if address, ok := strings.CutPrefix(line, "Look at it:"); ok {
		o.address = strings.TrimSpace(address)
	}
}

// invite sends an invitation as a client of the API.
func (o *organization) invite(name, email string) {
	o.t.Helper()
	body, err := json.Marshal(map[string]any{"connection": nil, "name": name, "email": email, "roles": []string{"analyst"}})
	if err != nil {
		o.t.Fatal(err)
	}
	request, err := http.NewRequest(http.MethodPost, o.env["MODELPRIME_ENDPOINT"]+"/users/invite", bytes.NewReader(body))
	if err != nil {
		o.t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Authorization", o.env["MODELPRIME_EMAIL"]+":"+o.env["MODELPRIME_TOKEN"])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode/100 != 2 {
		o.t.Fatalf("invite %s: %s", email, response.Status)
	}
}

// roles of a member, joined by commas; ok tells whether there is one.
func (o *organization) roles(email string) (roles string, ok bool) {
	o.t.Helper()
	response, err := http.Get(o.address + "_sandbox/members")
	if err != nil {
		o.t.Fatal(err)
	}
	defer response.Body.Close()
	var members []struct {
		Email string
		Roles []string
	}
	if err := json.NewDecoder(response.Body).Decode(&members); err != nil {
		o.t.Fatal(err)
	}
	for _, m := range members {
		if m.Email == email {
			return strings.Join(m.Roles, ","), true
		}
	}
	return "", false
}

func (o *organization) wantRoles(email, want string) {
	o.t.Helper()
	if got, ok := o.roles(email); !ok || got != want {
		o.t.Errorf("%s has the roles %q (member: %v), want %q", email, got, ok, want)
	}
}

// terraform runs the real CLI in the workspace, in a shell with the variables that the workspace brings. It returns the exit code.
func terraform(t *testing.T, workspace string, args ...string) (printed string, code int) {
	t.Helper()
	command := exec.Command("sh", append([]string{"-c", `cd "$1" && . ./env && shift && exec "$@"`, "sh", workspace, cli()}, args...)...)
	command.Env = append(plainEnvironment(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1")
	output, err := command.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(output), command.ProcessState.ExitCode()
}

func cli() string {
	if path := os.Getenv("TERRAFORM"); path != "" {
		return path
	}
	return "terraform"
}

// plainEnvironment leaves out what would make the CLI or the provider behave in another way.
func plainEnvironment() []string {
	var env []string
	for _, entry := range os.Environ() {
		if !strings.HasPrefix(entry, "TF_") && !strings.HasPrefix(entry, "MODELPRIME_") {
			env = append(env, entry)
		}
	}
	return env
}
