// Command demo runs the example roster with the real Terraform or OpenTofu: invitations, joins, a guard, drift, the audit,
// repairs, exclusive memberships, destroy. The organization is a sandbox in memory. If a step has another result than
// expected, the demo ends with both.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
)

func main() {
	cli := flag.String("cli", "", "path of terraform or tofu (default: the first of them on PATH)")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *cli, os.Getenv("VERBOSE") != "", os.Stdout)
	interrupted := ctx.Err() != nil
	stop()

	switch {
	case err == nil:
	case interrupted:
		fmt.Fprintln(os.Stderr, "\nInterrupted; everything is cleaned up.")
		os.Exit(130)
	default:
		fmt.Fprintf(os.Stderr, "\nThe demo failed.\n%v\n", err)
		os.Exit(1)
	}
}

// run works in a temporary folder and removes it.
func run(ctx context.Context, cliPath string, verbose bool, out io.Writer) (err error) {
	dir, err := os.MkdirTemp("", "modelprime-demo-")
	if err != nil {
		return fmt.Errorf("make a folder for the demo: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()

	world, err := startWorld(ctx)
	if err != nil {
		return err
	}
	defer world.stop()

	found, err := tfcli.Find(ctx, cliPath)
	if err != nil {
		return fmt.Errorf("%w; `make demo` installs Terraform when there is none", err)
	}
	if verbose {
		found.Echo = out
	}
	d := &demo{world: world.Sandbox, cli: &cli{found}}
	_, _ = fmt.Fprintf(out, "%s 1.%d, this tree's provider, and a Model-Prime in memory at %s\n\n", found.Name, found.Minor, world.endpoint)
	if err := d.prepare(ctx, dir, world.endpoint); err != nil {
		return err
	}
	return tell(ctx, out, d.story(), verbose)
}
