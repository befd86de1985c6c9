package acceptance

import (
	"context"
	"fmt"
	"log"
	"os"
	"path/filepath"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// TestMain makes this program the provider as well: the CLI starts it as an installed provider, and then it is one.
func TestMain(m *testing.M) {
	if os.Getenv("TF_PLUGIN_MAGIC_COOKIE") == "" {
		os.Exit(m.Run())
	}
	err := providerserver.Serve(context.Background(), provider.New("test"), providerserver.ServeOpts{
		Address: registry() + "/model-prime/modelprime", ProtocolVersion: 6,
	})
	if err != nil {
		log.Fatal(err)
	}
}

// installed is a cli that starts the provider itself, in a process of its own for each configuration of it, as a user's
// does. It sees the CLI's environment, and the time of day instead of the test's clock.
func (w *world) installed(config string, arguments ...string) *cli {
	w.t.Helper()
	c := w.cli(config, arguments...)
	program, err := os.Executable()
	w.must(err)
	folder := w.t.TempDir()
	w.must(os.Symlink(program, filepath.Join(folder, "terraform-provider-modelprime")))
	c.file("cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n}\n",
		registry()+"/hashicorp/modelprime", folder, registry()+"/model-prime/modelprime", folder))
	c.find = func() (env []string, stop func()) {
		return []string{"TF_CLI_CONFIG_FILE=" + filepath.Join(c.dir, "cli.tfrc")}, func() {}
	}
	return c
}
