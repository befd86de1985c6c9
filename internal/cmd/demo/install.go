package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// demoVersion is what the mirror offers. It is not published anywhere.
const demoVersion = "0.0.1"

// exampleFiles are what a platform team copies, without what a try of their own may have left beside it.
var exampleFiles = []string{"*.tf", "roster.yaml"}

// prepare lays everything out below dir: the mirror, the CLI's configuration and a copy of the example.
func (d *demo) prepare(ctx context.Context, dir, endpoint string) error {
	root, err := moduleRoot(ctx)
	if err != nil {
		return err
	}
	example := filepath.Join(root, "examples", "gitops")
	if d.roster, err = readRoster(filepath.Join(example, "roster.yaml")); err != nil {
		return err
	}

	d.mirror = filepath.Join(dir, "mirror")
	d.cli.dir = filepath.Join(dir, "gitops")
	if err := copyExample(example, d.cli.dir); err != nil {
		return fmt.Errorf("copy the example: %w", err)
	}
	config := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(config, []byte(cliConfig(d.mirror)), 0o600); err != nil {
		return fmt.Errorf("write the CLI's configuration: %w", err)
	}
	d.cli.env = append(d.cli.env,
		"TF_CLI_CONFIG_FILE="+config,
		"MODELPRIME_ENDPOINT="+endpoint,
		"MODELPRIME_EMAIL="+sandbox.DefaultEmail,
		"MODELPRIME_TOKEN="+sandbox.DefaultToken,
	)
	return buildProvider(ctx, root, filepath.Join(d.mirror, d.cli.host()))
}

// install has the CLI take the provider from the mirror. The lock file comes first: an init that has to make one out of
// a mirror warns that it knows only this platform's checksum.
func (d *demo) install(ctx context.Context) (string, error) {
	if _, err := d.cli.mustRun(ctx, "providers", "lock", "-no-color", "-fs-mirror="+d.mirror); err != nil {
		return "", err
	}
	printed, err := d.cli.mustRun(ctx, "init", "-no-color", "-input=false", "-lockfile=readonly")
	if err != nil {
		return "", err
	}
	return "built from this tree, through a filesystem mirror", expectQuiet(printed)
}

func moduleRoot(ctx context.Context) (string, error) {
	printed, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	mod := strings.TrimSpace(string(printed))
	if filepath.Base(mod) != "go.mod" {
		return "", fmt.Errorf("the demo runs inside its repository, but %q is no module", mod)
	}
	return filepath.Dir(mod), nil
}

// buildProvider puts the provider where a mirror's unpacked layout has it.
func buildProvider(ctx context.Context, root, mirrorOfHost string) error {
	name := "terraform-provider-modelprime_v" + demoVersion
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	platform := runtime.GOOS + "_" + runtime.GOARCH
	binary := filepath.Join(mirrorOfHost, "model-prime", "modelprime", demoVersion, platform, name)

	build := interruptible(ctx, "go", "build", "-o", binary, ".")
	build.Dir = root
	if printed, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the provider: %w\n%s", err, printed)
	}
	return nil
}

// cliConfig takes this provider from the mirror and no other.
func cliConfig(mirror string) string {
	const ours = `["registry.terraform.io/model-prime/*", "registry.opentofu.org/model-prime/*"]`
	return fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %q
    include = %s
  }
  direct {
    exclude = %s
  }
}
`, mirror, ours, ours)
}

func copyExample(from, to string) error {
	if err := os.MkdirAll(to, 0o700); err != nil {
		return err
	}
	for _, pattern := range exampleFiles {
		paths, err := filepath.Glob(filepath.Join(from, pattern))
		if err != nil {
			return err
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				return err
			}
			if err := os.WriteFile(filepath.Join(to, filepath.Base(path)), data, 0o600); err != nil {
				return err
			}
		}
	}
	return nil
}
