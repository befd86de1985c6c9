package acctest

import (
	"fmt"
	"log"
	"os"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// gcPercent is GOGC for the tests and the CLI. There is enough memory, and gcPercent collection took a fifth of a run's processor time.
const gcPercent = 400

// Main is TestMain for tests with the real CLI. The test's program is also the provider: the CLI starts it as an installed one.
func Main(m *testing.M) {
	var err error
	switch {
	case os.Getenv("TF_PLUGIN_MAGIC_COOKIE") != "":
		err = provider.Serve(provider.New("test"), false)
	case os.Getenv("TF_ACC") != "":
		debug.SetGCPercent(gcPercent)
		if err = prepare(); err == nil {
			os.Exit(m.Run())
		}
	default:
		os.Exit(m.Run())
	}
	if err != nil {
		log.Fatal(err)
	}
}

// Installed is a CLI that starts the provider in a process of its own, as a user's CLI does. The provider sees the CLI's environment,
// and the time of day instead of the test's clock.
func (w *World) Installed(config string, arguments ...string) *CLI {
	w.T.Helper()
	c := w.CLI(config, arguments...)
	program, err := os.Executable()
	w.Must(err)
	folder, registry := c.T.TempDir(), Program(c.T).Registry()
	w.Must(os.Symlink(program, filepath.Join(folder, "terraform-provider-modelprime")))
	c.File("cli.tfrc", fmt.Sprintf("provider_installation {\n  dev_overrides {\n    %q = %q\n    %q = %q\n  }\n}\n",
		registry+"/hashicorp/modelprime", folder, registry+"/model-prime/modelprime", folder))
	c.find = func() (env []string, stop func()) {
		return []string{"TF_CLI_CONFIG_FILE=" + filepath.Join(c.Dir, "cli.tfrc")}, func() {}
	}
	return c
}
