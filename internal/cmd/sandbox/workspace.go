package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox/page"
)

// workspace is a folder in which Terraform works with the sandbox: with this tree's provider, a first configuration and the
// variables to set.
type workspace struct {
	path string // "" for no workspace
	cli  string // the command to type
	host string // the CLI's registry
}

func (w workspace) in(name string) string { return filepath.Join(w.path, name) }

// enter returns the command that enters the workspace.
func (w workspace) enter() string {
	if w.path == "" {
		return ""
	}
	return "cd " + page.Quote(w.path) + " && . ./env"
}

var endpointLine = regexp.MustCompile(`(?m)^export MODELPRIME_ENDPOINT='(http://[^']+)` + sandbox.BasePath + `'$`)

// free returns an error if another sandbox runs in the folder, because both would write the same files.
func (w workspace) free(ctx context.Context) error {
	text, err := os.ReadFile(w.in("env"))
	found := endpointLine.FindSubmatch(text)
	if w.path == "" || err != nil || found == nil {
		return nil
	}
	address := string(found[1])
	limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(limited, http.MethodHead, address+sandbox.ControlPath, nil)
	if err != nil {
		return nil
	}
	reply, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		return nil // it no longer runs
	}
	_ = reply.Body.Close()
	if reply.StatusCode != http.StatusOK {
		return nil
	}
	return fmt.Errorf("a sandbox runs in the folder %s already: %s/. Use that one, stop it, or start this one in another folder: "+
		"make sandbox ARGS='-listen 127.0.0.1:0 -workspace FOLDER'", w.path, address)
}

// find finds the given CLI, else terraform or tofu on PATH. Without a CLI, the user must install one.
func (w *workspace) find(ctx context.Context, cli string) error {
	if w.path == "" {
		return nil
	}
	found, err := tfcli.Find(ctx, cli)
	switch {
	case err == nil:
		w.cli, w.host = typed(found.Path), found.Registry()
	case cli == "" && errors.Is(err, exec.ErrNotFound):
		w.cli, w.host = "terraform", (&tfcli.CLI{}).Registry()
	default:
		return fmt.Errorf("-cli: %w", err)
	}
	return nil
}

// typed returns the shortest form of the command for a shell.
func typed(path string) string {
	name := filepath.Base(path)
	if found, err := exec.LookPath(name); err == nil && found == path {
		return name
	}
	return page.Quote(path)
}

// layOut builds the provider of this tree into the folder. It does not overwrite an existing configuration.
func (w workspace) layOut(ctx context.Context, variables []variable, stderr io.Writer) error {
	if w.path == "" {
		return nil
	}
	_, _ = fmt.Fprintln(stderr, "Building the provider of this tree...")
	root, err := tfcli.Root(ctx)
	if err != nil {
		return err
	}
	mirror := w.in(filepath.Join(".provider", "mirror"))
	if err := os.MkdirAll(mirror, 0o700); err != nil {
		return fmt.Errorf("-workspace: %w", err)
	}
	if err := tfcli.BuildProvider(ctx, root, mirror, w.host); err != nil {
		return err
	}
	lock, err := tfcli.LockFile(mirror, w.host)
	if err != nil {
		return err
	}
	config := w.in(filepath.Join(".provider", "cli.tfrc"))
	return errors.Join(
		w.write(".terraform.lock.hcl", lock),
		w.write(filepath.Join(".provider", "cli.tfrc"), tfcli.CLIConfig(mirror)),
		w.write("env", exports(append([]variable{{"TF_CLI_CONFIG_FILE", config}}, variables...))),
		w.begin(filepath.Join(root, "examples", "sandbox", "main.tf")),
	)
}

func (w workspace) begin(example string) error {
	if _, err := os.Lstat(w.in("main.tf")); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	config, err := os.ReadFile(example)
	if err != nil {
		return fmt.Errorf("-workspace: %w", err)
	}
	return w.write("main.tf", string(config))
}

func (w workspace) write(name, content string) error {
	if err := replace(w.in(name), []byte(content)); err != nil {
		return fmt.Errorf("-workspace: %w", err)
	}
	return nil
}
