package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// prepare makes the mirror, the CLI's configuration and a copy of the example below dir.
func (d *demo) prepare(ctx context.Context, dir, endpoint string) error {
	root, err := tfcli.Root(ctx)
	if err != nil {
		return err
	}
	d.mirror = filepath.Join(dir, "mirror")
	d.cli.Dir = filepath.Join(dir, "gitops")
	if err := tfcli.CopyExample(root, "gitops", d.cli.Dir); err != nil {
		return err
	}
	if d.roster, err = readRoster(filepath.Join(d.cli.Dir, "roster.yaml")); err != nil {
		return err
	}
	config := filepath.Join(dir, "cli.tfrc")
	if err := os.WriteFile(config, []byte(tfcli.CLIConfig(d.mirror)), 0o600); err != nil {
		return fmt.Errorf("write the CLI's configuration: %w", err)
	}
	d.cli.Env = append(d.cli.Env,
		"TF_CLI_CONFIG_FILE="+config,
		"MODELPRIME_ENDPOINT="+endpoint,
		"MODELPRIME_EMAIL="+sandbox.DefaultEmail,
		"MODELPRIME_TOKEN="+sandbox.DefaultToken,
	)
	return tfcli.BuildProvider(ctx, root, d.mirror, d.cli.Registry())
}

// install makes the CLI install the provider from the mirror. It writes the lock file before: an init that creates one from a
// mirror warns that it knows only this platform's checksum.
func (d *demo) install(ctx context.Context) (string, error) {
	for _, args := range [][]string{{"get", "-no-color"}, {"providers", "lock", "-no-color", "-fs-mirror=" + d.mirror}} {
		if _, err := d.cli.mustRun(ctx, args...); err != nil {
			return "", err
		}
	}
	printed, err := d.cli.mustRun(ctx, "init", "-no-color", "-input=false", "-lockfile=readonly")
	if err != nil {
		return "", err
	}
	return "built from this tree, through a filesystem mirror", expectQuiet(printed)
}
