package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/workspace"
)

// planFile is where plans are saved, below the folder the CLI works in.
const planFile = "roster.tfplan"

// cli is terraform or tofu, working in one folder.
type cli struct {
	path    string
	version string // its own words, "Terraform v1.11.4"
	dir     string
	env     []string
	echo    io.Writer // where its output goes as well; nil is nowhere
}

// findCLI takes the given CLI, or terraform or else tofu from PATH.
func findCLI(ctx context.Context, path string) (*cli, error) {
	candidates := []string{path}
	if path == "" {
		candidates = []string{"terraform", "tofu"}
	}
	for _, candidate := range candidates {
		found, err := exec.LookPath(candidate)
		if err != nil {
			continue
		}
		c := &cli{path: found, env: cleanEnvironment(os.Environ())}
		printed, _, err := c.run(ctx, "version")
		c.version, _, _ = strings.Cut(printed, "\n")
		return c, err
	}
	return nil, fmt.Errorf("neither of %q could be run; `make demo` installs Terraform when there is none", candidates)
}

// host is the registry from which this CLI takes a provider address without one.
func (c *cli) host() string {
	return workspace.Host(c.version)
}

// cleanEnvironment leaves out what would make the CLI or the provider behave in another way than described.
func cleanEnvironment(environ []string) []string {
	env := []string{"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE=" + os.DevNull}
	for _, entry := range environ {
		foreign := strings.HasPrefix(entry, "TF_") && !strings.HasPrefix(entry, "TF_LOG")
		if !foreign && !strings.HasPrefix(entry, "MODELPRIME_") && !strings.HasPrefix(entry, "CHECKPOINT_") {
			env = append(env, entry)
		}
	}
	return env
}

// run returns what the CLI printed and its exit code. An exit code that is none of a success is an error only to mustRun.
func (c *cli) run(ctx context.Context, args ...string) (string, int, error) {
	cmd := workspace.Command(ctx, c.path, args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	var printed bytes.Buffer
	cmd.Stdout = &printed
	if c.echo != nil {
		cmd.Stdout = io.MultiWriter(&printed, c.echo)
		_, _ = fmt.Fprintf(c.echo, "\n$ %s %s\n", c.path, strings.Join(args, " "))
	}
	cmd.Stderr = cmd.Stdout

	err := cmd.Run()
	var exit *exec.ExitError
	if errors.As(err, &exit) && ctx.Err() == nil {
		return printed.String(), exit.ExitCode(), nil
	}
	if err != nil {
		return printed.String(), -1, fmt.Errorf("run %s %s: %w", c.path, args[0], err)
	}
	return printed.String(), 0, nil
}

// mustRun is run for what has to succeed.
func (c *cli) mustRun(ctx context.Context, args ...string) (string, error) {
	printed, code, err := c.run(ctx, args...)
	if err == nil && code != 0 {
		err = fmt.Errorf("%s ended with %d:\n%s", args[0], code, printed)
	}
	return printed, err
}

// plan saves a plan in planFile and returns it with what the CLI printed.
func (c *cli) plan(ctx context.Context, flags ...string) (plan, string, error) {
	args := append([]string{"plan", "-no-color", "-input=false", "-detailed-exitcode", "-out=" + planFile}, flags...)
	printed, code, err := c.run(ctx, args...)
	if err != nil {
		return plan{}, printed, err
	}
	if code != 0 && code != 2 {
		return plan{}, printed, fmt.Errorf("plan ended with %d:\n%s", code, printed)
	}
	data, err := c.json(ctx, "show", "-json", planFile)
	if err != nil {
		return plan{}, printed, err
	}
	p, err := parsePlan(data)
	p.empty = code == 0
	return p, printed, err
}

// applyPlan applies planFile.
func (c *cli) applyPlan(ctx context.Context) (string, error) {
	return c.mustRun(ctx, "apply", "-no-color", "-input=false", planFile)
}

// outputs are the state's outputs.
func (c *cli) outputs(ctx context.Context) (map[string]any, error) {
	data, err := c.json(ctx, "output", "-json")
	if err != nil {
		return nil, err
	}
	var raw map[string]struct {
		Value any `json:"value"`
	}
	if err := json.Unmarshal(data, &raw); err != nil {
		return nil, fmt.Errorf("read the outputs' JSON: %w", err)
	}
	values := map[string]any{}
	for name, output := range raw {
		values[name] = output.Value
	}
	return values, nil
}

// json runs a command whose output is for the demo to read, not for a person.
func (c *cli) json(ctx context.Context, args ...string) ([]byte, error) {
	quiet := *c
	quiet.echo = nil
	printed, err := quiet.mustRun(ctx, args...)
	return []byte(printed), err
}
