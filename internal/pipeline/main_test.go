package pipeline

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
)

// parts are the real programs that all tests share.
type parts struct {
	root     string // of this module
	cli      *tfcli.CLI
	config   string // path of its configuration, which takes the provider from the mirror
	mirror   string
	postgres *postgres
}

// shared is nil without the environment variables.
var shared *parts

// TestMain also serves as the gh of the workflows, through a link of that name.
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
	p := &parts{mirror: filepath.Join(dir, "mirror"), config: filepath.Join(dir, "cli.tfrc")}
	found, err := tfcli.Find(ctx, cli)
	if err != nil {
		return nil, err
	}
	p.cli = found
	if p.root, err = tfcli.Root(ctx); err != nil {
		return nil, err
	}
	err = errors.Join(
		tfcli.BuildProvider(ctx, p.root, p.mirror, p.cli.Registry()),
		os.WriteFile(p.config, []byte(tfcli.CLIConfig(p.mirror)), 0o600),
	)
	if err != nil {
		return nil, err
	}
	p.postgres, err = startPostgres(ctx, binaries)
	return p, err
}

// realParts skips a test if the real programs are missing.
func realParts(t *testing.T) *parts {
	t.Helper()
	if shared == nil {
		t.Skip("make test-pipeline runs this with a real CLI and a real PostgreSQL")
	}
	return shared
}

// needsTests skips a test if the CLI has no mocks for tests and no removed blocks.
func (p *parts) needsTests(t *testing.T) {
	t.Helper()
	if oldest := map[string]int{"Terraform": 7, "OpenTofu": 8}[p.cli.Name]; p.cli.Minor < oldest {
		t.Skipf("needs Terraform 1.7 or OpenTofu 1.8, this is %s 1.%d", p.cli.Name, p.cli.Minor)
	}
}
