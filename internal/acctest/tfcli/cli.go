// Package tfcli runs the real Terraform or OpenTofu: it finds one, cleans its environment, and prepares what it needs to use the
// provider of this tree as if it were published.
package tfcli

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
)

// CLI is terraform or tofu, working in one folder.
type CLI struct {
	Path  string
	Name  string // "Terraform" or "OpenTofu"
	Minor int    // of its version 1.x

	Dir  string
	Env  []string  // in addition to CleanEnvironment
	Echo io.Writer // also gets the output; nil is none
}

// Find returns the given CLI, or else terraform or tofu from PATH. The error is exec.ErrNotFound if there is none.
func Find(ctx context.Context, path string) (*CLI, error) {
	candidates := []string{path}
	if path == "" {
		candidates = []string{"terraform", "tofu"}
	}
	for _, candidate := range candidates {
		found, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		c := &CLI{Path: found}
		printed, _, err := c.Run(ctx, "version")
		if err == nil {
			_, err = fmt.Sscanf(printed, "%s v1.%d.", &c.Name, &c.Minor)
		}
		if err != nil {
			return nil, fmt.Errorf("ask %s for its version: %w: %.40q", found, err, printed)
		}
		return c, nil
	}
	return nil, fmt.Errorf("run %s: %w", strings.Join(candidates, " or "), exec.ErrNotFound)
}

// Registry is the CLI's default registry host.
func (c *CLI) Registry() string {
	if c.Name == "OpenTofu" {
		return "registry.opentofu.org"
	}
	return "registry.terraform.io"
}

// Command is a command of the CLI. When ctx ends it gets one interrupt and time to stop.
func (c *CLI) Command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := Command(ctx, c.Path, args...)
	cmd.Dir, cmd.Env = c.Dir, append(CleanEnvironment(os.Environ()), c.Env...)
	return cmd
}

// Run returns a command's output and exit code. It is an error if the command could not be completed.
func (c *CLI) Run(ctx context.Context, args ...string) (string, int, error) {
	cmd := c.Command(ctx, args...)
	var printed bytes.Buffer
	cmd.Stdout = &printed
	if c.Echo != nil {
		cmd.Stdout = io.MultiWriter(&printed, c.Echo)
		_, _ = fmt.Fprintf(c.Echo, "\n$ %s %s\n", c.Path, strings.Join(args, " "))
	}
	cmd.Stderr = cmd.Stdout
	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return printed.String(), exit.ExitCode(), nil
	}
	if err != nil {
		return printed.String(), -1, fmt.Errorf("run %s %s: %w", c.Path, args[0], err)
	}
	return printed.String(), 0, nil
}

// CleanEnvironment removes variables that change the behaviour of the CLI or the provider. The ones for logs stay.
func CleanEnvironment(environ []string) []string {
	env := []string{"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE=" + os.DevNull}
	for _, entry := range environ {
		foreign := strings.HasPrefix(entry, "TF_") && !strings.HasPrefix(entry, "TF_LOG")
		if !foreign && !strings.HasPrefix(entry, "MODELPRIME_") && !strings.HasPrefix(entry, "CHECKPOINT_") {
			env = append(env, entry)
		}
	}
	return env
}
