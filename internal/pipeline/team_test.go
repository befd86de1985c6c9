package pipeline

import (
	"bytes"
	"errors"
	"fmt"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const backend = `terraform {
  backend "pg" {}
}
`

// team is a copy of the example in its own repository, with an organization.
type team struct {
	*parts

	world    *sandbox.Sandbox
	dir      string
	remote   string // a bare repository
	desk     string // a clone of it
	database string // the URL of the state's database
	env      []string
	report   string // REPORT
	token    string // MODELPRIME_TOKEN
}

// newTeam makes the team's repository with this roster on main, and an empty organization.
func newTeam(t *testing.T, roster string) *team {
	t.Helper()
	p := realParts(t)
	world := sandbox.New(sandbox.Options{})
	server := httptest.NewServer(world)
	t.Cleanup(server.Close)
	database, err := p.postgres.database(t.Context(), strings.ToLower(t.Name()))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	tm := &team{
		parts: p, world: world, dir: dir, database: database, token: sandbox.DefaultToken,
		remote: filepath.Join(dir, "remote.git"), desk: filepath.Join(dir, "desk"),
	}
	tm.env = []string{
		"HOME=" + dir, "HUB=" + dir, "PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH"),
		"TF_CLI_CONFIG_FILE=" + p.config, "TF_IN_AUTOMATION=1", "CHECKPOINT_DISABLE=1",
		"MODELPRIME_ENDPOINT=" + server.URL + sandbox.BasePath,
		"GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_SYSTEM=" + os.DevNull,
		"GIT_AUTHOR_NAME=Ines Marchetti", "GIT_AUTHOR_EMAIL=ines.marchetti@example.com",
		"GIT_COMMITTER_NAME=Ines Marchetti", "GIT_COMMITTER_EMAIL=ines.marchetti@example.com",
	}
	tm.installTools(t)
	tm.setUpRepository(t, roster)
	return tm
}

// installTools puts the CLI and gh on the scripts' PATH.
func (tm *team) installTools(t *testing.T) {
	t.Helper()
	self, err := os.Executable()
	bin := filepath.Join(tm.dir, "bin")
	err = errors.Join(err, os.Mkdir(bin, 0o700),
		os.Symlink(self, filepath.Join(bin, "gh")), os.Symlink(tm.cli.Path, filepath.Join(bin, "terraform")))
	if err != nil {
		t.Fatal(err)
	}
}

// setUpRepository follows the example's README.
func (tm *team) setUpRepository(t *testing.T, roster string) {
	t.Helper()
	tm.git(t, tm.dir, "init", "--quiet", "--bare", "--initial-branch=main", tm.remote)
	tm.git(t, tm.dir, "clone", "--quiet", tm.remote, tm.desk)
	tm.git(t, tm.desk, "checkout", "--quiet", "-b", "main")
	if err := tfcli.CopyExample(tm.root, "gitops", tm.desk); err != nil {
		t.Fatal(err)
	}
	tm.write(t, "backend.tf", backend)
	tm.write(t, "roster.yaml", roster)
	tm.run(t, "terraform", "get", "-no-color")
	tm.run(t, "terraform", "providers", "lock", "-no-color", "-fs-mirror="+tm.mirror)
	tm.git(t, tm.desk, "add", ".")
	tm.git(t, tm.desk, "commit", "--quiet", "-m", "Copy the example")
	tm.git(t, tm.desk, "push", "--quiet", "origin", "main")
}

// settle invites all people on main, accepts, and records the IDs in the state.
func (tm *team) settle(t *testing.T) {
	t.Helper()
	plan := filepath.Join(tm.dir, "settle")
	tm.planAndApply(t, plan)
	tm.acceptAll(t)
	tm.run(t, "ci/refresh.sh", plan)
	tm.world.ResetLog()
}

func (tm *team) planAndApply(t *testing.T, folder string) {
	t.Helper()
	tm.run(t, "ci/plan.sh", folder)
	tm.run(t, "ci/apply.sh", folder, outputOf(t, folder, "checksum"))
}

func (tm *team) acceptAll(t *testing.T) {
	t.Helper()
	for _, email := range tm.world.Emails() {
		if email.Kind == "invitation" && !email.Answered {
			if _, err := tm.world.Accept(email.To); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// members are the members' roles by address.
func (tm *team) members() map[string]string {
	found := map[string]string{}
	for _, member := range tm.world.Members() {
		slices.Sort(member.Roles)
		found[member.Email] = strings.Join(member.Roles, " ")
	}
	return found
}

// write writes a file in the clone, edit changes one.
func (tm *team) write(t *testing.T, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(tm.desk, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func (tm *team) edit(t *testing.T, name, from, to string) {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(tm.desk, name))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(data), from) {
		t.Fatalf("%s has no %q to edit", name, from)
	}
	tm.write(t, name, strings.ReplaceAll(string(data), from, to))
}

// script runs a command in the clone as a job does, and returns its exit code and output.
func (tm *team) script(t *testing.T, env []string, name string, args ...string) (int, string) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "env", append([]string{name}, args...)...)
	cmd.Dir = tm.desk
	cmd.Env = append(slices.Clone(tm.env), "PG_CONN_STR="+tm.database, "MODELPRIME_EMAIL="+sandbox.DefaultEmail, "MODELPRIME_TOKEN="+tm.token, "REPORT="+tm.report)
	cmd.Env = append(cmd.Env, env...)
	printed, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), string(printed)
}

// run is script for a command that must succeed.
func (tm *team) run(t *testing.T, name string, args ...string) string {
	t.Helper()
	code, printed := tm.script(t, nil, name, args...)
	if code != 0 {
		t.Fatalf("%s %q ended with %d:\n%s", name, args, code, printed)
	}
	return printed
}

func (tm *team) git(t *testing.T, dir string, args ...string) string {
	t.Helper()
	printed, err := tm.tryGit(dir, args...)
	if err != nil {
		t.Fatal(err)
	}
	return printed
}

func (tm *team) tryGit(dir string, args ...string) (string, error) {
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env = dir, tm.env
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("git %s: %w\n%s", args[0], err, errs.String())
	}
	return strings.TrimSpace(out.String()), nil
}
