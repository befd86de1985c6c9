package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// folder is one in which Terraform can be tried on the sandbox at once: with
// this tree's provider, a configuration to begin with and the variables to set.
type folder struct {
	path string
	cli  string // to be typed
	host string // the CLI's registry
}

// settle says where the state is: in the workspace, unless it has a place of its own.
func (o *options) settle() (err error) {
	if o.workspace == "" {
		return nil
	}
	if o.workspace, err = filepath.Abs(o.workspace); err != nil {
		return fmt.Errorf("-workspace: %w", err)
	}
	if o.state == "" {
		o.state = filepath.Join(o.workspace, "organization.json")
	}
	return nil
}

// folder is the workspace, if one is wanted. Nothing is in it yet.
func (o options) folder(ctx context.Context) (folder, error) {
	if o.workspace == "" {
		return folder{}, nil
	}
	return newFolder(ctx, o.workspace, o.cli)
}

// layOut fills the workspace, if there is one.
func (f folder) layOut(ctx context.Context, s *sandbox.Sandbox, endpoint string, stderr io.Writer) error {
	if f.path == "" {
		return nil
	}
	_, _ = fmt.Fprintln(stderr, "Building the provider of this tree...")
	if err := f.fill(ctx); err != nil {
		return err
	}
	email, token := s.Credentials()
	return f.point(endpoint, email, token)
}

// newFolder is for the given CLI, or for terraform or else tofu from PATH.
// Without any, Terraform is to be installed yet.
func newFolder(ctx context.Context, path, cli string) (folder, error) {
	found, err := tfcli.Find(ctx, cli)
	switch {
	case err == nil:
		return folder{path: path, cli: typed(found.Path), host: found.Registry()}, nil
	case cli == "" && errors.Is(err, exec.ErrNotFound):
		return folder{path: path, cli: "terraform", host: (&tfcli.CLI{}).Registry()}, nil
	}
	return folder{}, fmt.Errorf("-cli: %w", err)
}

// typed is the shortest that a shell runs this command by.
func typed(path string) string {
	name := filepath.Base(path)
	if found, err := exec.LookPath(name); err == nil && found == path {
		return name
	}
	return quoted(path)
}

func (f folder) in(name string) string { return filepath.Join(f.path, name) }

// fill builds the provider of this tree into the folder. The configuration is
// the person's own once it is there.
func (f folder) fill(ctx context.Context) error {
	root, err := tfcli.Root(ctx)
	if err != nil {
		return err
	}
	mirror := f.in(filepath.Join(".provider", "mirror"))
	if err := tfcli.BuildProvider(ctx, root, mirror, f.host); err != nil {
		return err
	}
	lock, err := tfcli.LockFile(mirror, f.host)
	if err != nil {
		return err
	}
	return errors.Join(
		f.write(".terraform.lock.hcl", lock),
		f.write(filepath.Join(".provider", "cli.tfrc"), tfcli.CLIConfig(mirror)),
		f.begin(filepath.Join(root, "examples", "sandbox", "main.tf")),
	)
}

func (f folder) write(name, content string) error {
	if err := os.WriteFile(f.in(name), []byte(content), 0o600); err != nil {
		return fmt.Errorf("-workspace: %w", err)
	}
	return nil
}

func (f folder) begin(example string) error {
	if _, err := os.Stat(f.in("main.tf")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	config, err := os.ReadFile(example)
	if err != nil {
		return fmt.Errorf("-workspace: %w", err)
	}
	return f.write("main.tf", string(config))
}

// point writes the variables for the sandbox at this endpoint.
func (f folder) point(endpoint, email, token string) error {
	var env strings.Builder
	for _, v := range [][2]string{
		{"TF_CLI_CONFIG_FILE", f.in(filepath.Join(".provider", "cli.tfrc"))},
		{"MODELPRIME_ENDPOINT", endpoint},
		{"MODELPRIME_EMAIL", email},
		{"MODELPRIME_TOKEN", token},
	} {
		fmt.Fprintf(&env, "export %s=%s\n", v[0], quoted(v[1]))
	}
	return f.write("env", env.String())
}

// quoted is one word to a shell, whatever is in it.
func quoted(s string) string {
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// greet says what to type, if there is a tfcli.
func (f folder) greet(w io.Writer) {
	if f.path == "" {
		return
	}
	_, _ = fmt.Fprintf(w, `
A workspace is ready. In another shell:

  cd %s && . ./env
  %[2]s init
  %[2]s apply

Its main.tf is yours to change. The organization outlives a restart; stop the sandbox and remove the folder to begin anew.
`, quoted(f.path), f.cli)
}
