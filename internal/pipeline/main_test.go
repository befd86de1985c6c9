package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/workspace"
)

// parts are the real ones, which all tests share.
type parts struct {
	root     string // of this module
	cli      string // path of terraform or tofu
	version  string // what it says of itself, such as "Terraform v1.11.4"
	config   string // path of its configuration, which takes the provider from the mirror
	mirror   string
	postgres *postgres
}

// shared is nil where the parts are not asked for.
var shared *parts

// TestMain is also the gh that the workflows call, by a link of that name.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == "gh" {
		os.Exit(gh(os.Args[1:]))
	}
	os.Exit(run(m))
}

func run(m *testing.M) (code int) {
	cli, binaries := os.Getenv("PIPELINE_CLI"), os.Getenv("PIPELINE_POSTGRES")
	if cli == "" || binaries == "" {
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "pipeline-")
	if err == nil {
		defer os.RemoveAll(dir)
		shared, err = prepare(context.Background(), dir, cli, binaries)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() {
		if err := shared.postgres.stop(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}()
	return m.Run()
}

func prepare(ctx context.Context, dir, cli, binaries string) (*parts, error) {
	p := &parts{cli: cli, mirror: filepath.Join(dir, "mirror"), config: filepath.Join(dir, "cli.tfrc")}
	version, err := exec.CommandContext(ctx, cli, "version").Output()
	if err != nil {
		return nil, fmt.Errorf("run %s: %w", cli, err)
	}
	p.version, _, _ = strings.Cut(string(version), "\n")
	host := "registry.terraform.io"
	if strings.Contains(string(version), "OpenTofu") {
		host = "registry.opentofu.org"
	}
	if p.root, err = workspace.Root(ctx); err != nil {
		return nil, err
	}
	err = errors.Join(
		workspace.BuildProvider(ctx, p.root, p.mirror, host),
		os.WriteFile(p.config, []byte(workspace.CLIConfig(p.mirror)), 0o600),
	)
	if err != nil {
		return nil, err
	}
	p.postgres, err = startPostgres(ctx, binaries)
	return p, err
}

// realParts skips a test that needs them where they are not there.
func realParts(t *testing.T) *parts {
	t.Helper()
	if shared == nil {
		t.Skip("make test-pipeline runs this with a real CLI and a real PostgreSQL")
	}
	return shared
}

// needsTests skips a test where there are no tests of configurations with mocks, and no removed blocks.
func (p *parts) needsTests(t *testing.T) {
	t.Helper()
	var name string
	var minor int
	if _, err := fmt.Sscanf(p.version, "%s v1.%d.", &name, &minor); err != nil {
		t.Fatalf("%v: %q", err, p.version)
	}
	if oldest := map[string]int{"Terraform": 7, "OpenTofu": 8}[name]; minor < oldest {
		t.Skipf("needs Terraform 1.7 or OpenTofu 1.8, this is %s", p.version)
	}
}
