package acctest

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
)

// CLI is the real CLI in its own folder. Each command uses a newly started provider with the clock of the test's world, and returns
// a report.
type CLI struct {
	T     *testing.T
	World *World
	Dir   string
	Env   []string

	// find returns the environment by which the CLI finds the provider until stop is called.
	find func() (env []string, stop func())
	// Listen, if set, wraps a provider that is served in this process.
	Listen func(tfprotov6.ProviderServer) tfprotov6.ProviderServer
}

// CLI returns a CLI with this configuration, and these additional arguments of the provider.
func (w *World) CLI(config string, arguments ...string) *CLI {
	w.T.Helper()
	t, ok := w.T.(*testing.T)
	if !ok {
		w.T.Fatal("only a test has a folder for the CLI")
	}
	Program(t)
	c := &CLI{T: t, World: w, Dir: t.TempDir()}
	c.find = c.serve
	c.Config(config, arguments...)
	return c
}

// Config replaces the configuration.
func (c *CLI) Config(config string, arguments ...string) {
	c.T.Helper()
	c.File("main.tf", c.World.HCL(config, arguments...))
}

// File writes a file into the CLI's folder.
func (c *CLI) File(name, text string) {
	c.T.Helper()
	c.World.Must(os.WriteFile(filepath.Join(c.Dir, name), []byte(text), 0o600))
}

// SavedPlan is the file of a saved plan.
const SavedPlan = "saved.tfplan"

// Plan plans and saves the plan.
func (c *CLI) Plan(arguments ...string) *Report {
	c.T.Helper()
	return c.Run(append([]string{"plan", "-json", "-input=false", "-out=" + SavedPlan}, arguments...)...)
}

// Apply plans and applies.
func (c *CLI) Apply(arguments ...string) *Report {
	c.T.Helper()
	return c.Run(append([]string{"apply", "-json", "-input=false", "-auto-approve"}, arguments...)...)
}

// ApplySaved applies the last saved plan.
func (c *CLI) ApplySaved(arguments ...string) *Report {
	c.T.Helper()
	return c.Run(append(append([]string{"apply", "-json", "-input=false"}, arguments...), SavedPlan)...)
}

// Destroy destroys everything.
func (c *CLI) Destroy(arguments ...string) *Report {
	c.T.Helper()
	return c.Apply(append([]string{"-destroy"}, arguments...)...)
}

// Import runs the import command.
func (c *CLI) Import(address, id string) *Report {
	c.T.Helper()
	return c.Run("import", "-no-color", "-input=false", address, id)
}

// Run runs one command and reports its end.
func (c *CLI) Run(arguments ...string) *Report {
	c.T.Helper()
	cmd, stop := c.Command(Program(c.T).Path, arguments...)
	defer stop()
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.T.Fatalf("%v: %v", arguments, err)
	}
	return NewReport(c.T, arguments, cmd.ProcessState.ExitCode(), printed.String())
}

// Command is a command in the CLI's folder and environment. The provider runs until stop is called.
func (c *CLI) Command(program string, arguments ...string) (cmd *exec.Cmd, stop func()) {
	found, stop := c.find()
	cmd = tfcli.Command(c.T.Context(), program, arguments...)
	cmd.Dir = c.Dir
	cmd.Env = slices.Concat(tfcli.CleanEnvironment(os.Environ()), found, c.Env)
	return cmd, stop
}

// serve starts the provider in this process for the CLI to attach to.
func (c *CLI) serve() (env []string, stop func()) {
	made, err := c.World.Server()
	c.World.Must(err)
	ctx, cancel := context.WithCancel(context.Background())
	attach, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve("modelprime", func() tfprotov6.ProviderServer { return c.wrapped(made) },
			tf6server.WithDebug(ctx, attach, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(c.T))
	}()
	select {
	case err := <-failed:
		c.T.Fatalf("serve the provider: %v", err)
	case at := <-attach:
		env = []string{"TF_REATTACH_PROVIDERS=" + reattachment(Program(c.T).Registry(), at)}
	}
	return env, func() { cancel(); <-closed }
}

func (c *CLI) wrapped(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	if c.Listen == nil {
		return server
	}
	return c.Listen(server)
}

// reattachment tells the CLI where the provider listens, for its own address and for the address that a configuration without
// required_providers implies.
func reattachment(registry string, at *plugin.ReattachConfig) string {
	attached := map[string]any{
		"Protocol": at.Protocol, "ProtocolVersion": at.ProtocolVersion, "Pid": at.Pid, "Test": true,
		"Addr": map[string]string{"Network": at.Addr.Network(), "String": at.Addr.String()},
	}
	encoded, err := json.Marshal(map[string]any{
		registry + "/hashicorp/modelprime":   attached,
		registry + "/model-prime/modelprime": attached,
	})
	if err != nil {
		panic(fmt.Sprintf("no JSON of %v: %v", attached, err))
	}
	return string(encoded)
}
