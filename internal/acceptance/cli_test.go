package acceptance

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// cli is the real CLI in a folder of its own. Each of its commands meets a provider that was just started, with the
// clock of the test's world; what a command says to its user comes back as a report.
type cli struct {
	t   *testing.T
	w   *world
	dir string
	env []string

	// find makes the environment by which the CLI finds the provider, until stop is called.
	find func() (env []string, stop func())
	// listen, if set, stands between the CLI and a provider that is served in this process.
	listen func(tfprotov6.ProviderServer) tfprotov6.ProviderServer
}

// cli returns a CLI whose configuration is this one, after the provider's with these arguments more.
func (w *world) cli(config string, arguments ...string) *cli {
	w.t.Helper()
	c := &cli{t: w.t, w: w, dir: w.t.TempDir()}
	c.find = c.serve
	c.config(config, arguments...)
	return c
}

// config puts another configuration in the place of the one before.
func (c *cli) config(config string, arguments ...string) {
	c.t.Helper()
	c.file("main.tf", c.w.hcl(config, arguments...))
}

// file writes a file beside the configuration, or the whole configuration.
func (c *cli) file(name, text string) {
	c.t.Helper()
	c.w.must(os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o600))
}

const savedPlan = "saved.tfplan"

// plan plans and saves the plan.
func (c *cli) plan(arguments ...string) *report {
	c.t.Helper()
	return c.run(append([]string{"plan", "-json", "-input=false", "-out=" + savedPlan}, arguments...)...)
}

// apply plans and applies.
func (c *cli) apply(arguments ...string) *report {
	c.t.Helper()
	return c.run(append([]string{"apply", "-json", "-input=false", "-auto-approve"}, arguments...)...)
}

// applySaved applies the plan that was saved last.
func (c *cli) applySaved(arguments ...string) *report {
	c.t.Helper()
	return c.run(append(append([]string{"apply", "-json", "-input=false"}, arguments...), savedPlan)...)
}

// destroy destroys everything.
func (c *cli) destroy(arguments ...string) *report {
	c.t.Helper()
	return c.apply(append([]string{"-destroy"}, arguments...)...)
}

// importID imports by the import command.
func (c *cli) importID(address, id string) *report {
	c.t.Helper()
	return c.run("import", "-no-color", "-input=false", address, id)
}

// run runs one command to its end, whatever that is.
func (c *cli) run(arguments ...string) *report {
	c.t.Helper()
	found, stop := c.find()
	defer stop()
	cmd := exec.CommandContext(c.t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), arguments...)
	cmd.Dir = c.dir
	cmd.Env = append(append(plainEnvironment(), found...), c.env...)
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Fatalf("%v: %v", arguments, err)
	}
	return newReport(c.t, arguments, cmd.ProcessState.ExitCode(), printed.String())
}

// plainEnvironment leaves out what would make the CLI or the provider behave in another way than the test says.
func plainEnvironment() []string {
	env := []string{"CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1", "TF_CLI_CONFIG_FILE=" + os.DevNull}
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		if !strings.HasPrefix(name, "TF_") && !strings.HasPrefix(name, "MODELPRIME_") && name != "CHECKPOINT_DISABLE" {
			env = append(env, entry)
		}
	}
	return env
}

// registry is where the CLI believes providers to come from.
func registry() string { return cmp.Or(os.Getenv("TF_ACC_PROVIDER_HOST"), "registry.terraform.io") }

// serve starts the provider in this process and has the CLI attach to it.
func (c *cli) serve() (env []string, stop func()) {
	ctx, cancel := context.WithCancel(context.Background())
	attach, closed := make(chan *plugin.ReattachConfig), make(chan struct{})
	made := provider.New("test", provider.WithClock(c.w.clock))()
	failed := make(chan error, 1)
	go func() {
		failed <- tf6server.Serve("modelprime", func() tfprotov6.ProviderServer { return c.heard(providerserver.NewProtocol6(made)()) },
			tf6server.WithDebug(ctx, attach, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(c.t))
	}()
	select {
	case err := <-failed:
		c.t.Fatalf("serve the provider: %v", err)
	case at := <-attach:
		env = []string{"TF_REATTACH_PROVIDERS=" + reattachment(at)}
	}
	return env, func() { cancel(); <-closed }
}

func (c *cli) heard(server tfprotov6.ProviderServer) tfprotov6.ProviderServer {
	if c.listen == nil {
		return server
	}
	return c.listen(server)
}

// reattachment tells the CLI where the provider listens, under its own address and under the one that a configuration
// without required_providers implies.
func reattachment(at *plugin.ReattachConfig) string {
	attached := map[string]any{
		"Protocol": at.Protocol, "ProtocolVersion": at.ProtocolVersion, "Pid": at.Pid, "Test": true,
		"Addr": map[string]string{"Network": at.Addr.Network(), "String": at.Addr.String()},
	}
	encoded, err := json.Marshal(map[string]any{
		registry() + "/hashicorp/modelprime":   attached,
		registry() + "/model-prime/modelprime": attached,
	})
	if err != nil {
		panic(fmt.Sprintf("no JSON of %v: %v", attached, err))
	}
	return string(encoded)
}

// instance is what the state holds of one instance.
type instance struct {
	values  map[string]any
	tainted bool
}

// storedState is the state as Terraform stores it.
type storedState struct {
	Resources []struct {
		Mode, Type, Name string
		Instances        []struct {
			IndexKey   any `json:"index_key"`
			Status     string
			Attributes map[string]any
			Private    []byte
		}
	}
}

func (c *cli) storedState() (stored storedState) {
	c.t.Helper()
	data, err := os.ReadFile(filepath.Join(c.dir, "terraform.tfstate"))
	if errors.Is(err, os.ErrNotExist) {
		return stored
	}
	c.w.must(err)
	c.w.must(json.Unmarshal(data, &stored))
	return stored
}

// state reads the state: its instances by address.
func (c *cli) state() map[string]instance {
	c.t.Helper()
	found := map[string]instance{}
	for _, r := range c.storedState().Resources {
		address := r.Type + "." + r.Name
		if r.Mode == "data" {
			address = "data." + address
		}
		for _, i := range r.Instances {
			found[address+index(i.IndexKey)] = instance{i.Attributes, i.Status == "tainted"}
		}
	}
	return found
}

func index(key any) string {
	switch key := key.(type) {
	case nil:
		return ""
	case string:
		return fmt.Sprintf("[%q]", key)
	default:
		return fmt.Sprintf("[%v]", key)
	}
}

type values map[string]any

// holds fails the test unless the state has the instance, untainted, with these values among its own.
func (c *cli) holds(address string, want values) {
	c.t.Helper()
	got, ok := c.state()[address]
	if !ok {
		c.t.Fatalf("%s is not in the state", address)
	}
	if got.tainted {
		c.t.Errorf("%s is tainted", address)
	}
	for name, value := range want {
		if inJSON(got.values[name]) != inJSON(value) {
			c.t.Errorf("%s.%s is %s, want %s", address, name, inJSON(got.values[name]), inJSON(value))
		}
	}
}

// invitationsOf is what the private state keeps of an instance's invitations.
func (c *cli) invitationsOf(address string) string {
	c.t.Helper()
	var private map[string][]byte
	for _, r := range c.storedState().Resources {
		for _, i := range r.Instances {
			if r.Type+"."+r.Name+index(i.IndexKey) == address {
				c.w.must(json.Unmarshal(i.Private, &private))
			}
		}
	}
	return string(private["invitations"])
}

// lacks fails the test if the state has the instance.
func (c *cli) lacks(address string) {
	c.t.Helper()
	if _, ok := c.state()[address]; ok {
		c.t.Errorf("%s is in the state", address)
	}
}

// plannedValues are the known values that the saved plan gives an instance.
func (c *cli) plannedValues(address string) values {
	c.t.Helper()
	var plan struct {
		Changes []struct {
			Address string
			Change  struct{ After values }
		} `json:"resource_changes"`
	}
	shown := c.run("show", "-json", savedPlan)
	c.w.must(json.Unmarshal([]byte(shown.printed), &plan))
	for _, change := range plan.Changes {
		if change.Address == address {
			return change.Change.After
		}
	}
	c.t.Fatalf("the plan has no change of %s", address)
	return nil
}

func inJSON(value any) string {
	encoded, err := json.Marshal(value)
	if err != nil {
		return err.Error()
	}
	return string(encoded)
}
