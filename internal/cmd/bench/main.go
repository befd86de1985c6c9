// Command bench measures the provider with the real CLI and the sandbox. It prints each figure next to the floor of the same
// run, in the tables of BENCHMARKS.md. It is not a test, so that a noisy machine fails nothing.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// bench is shared by all measurements.
type bench struct {
	dir     string
	out     io.Writer
	runs    int
	only    string // measure only lines whose title contains this
	most    int    // the largest size at which all people change, if larger than in the lines
	latency time.Duration
	sizes   []int

	real, still, stillServed, smallest cli
	next                               cli // with -minimal-refresh; its path may be empty

	times []point // for the picture
}

func main() {
	log.SetFlags(0)
	path := flag.String("cli", "terraform", "the CLI to measure with")
	next := flag.String("next", "", "the path of a CLI with -minimal-refresh (Terraform 1.17), to measure this option")
	picture := flag.String("picture", "", "an SVG file to draw: the time of a plan by number of members")
	runs := flag.Int("runs", 3, "the number of measurements of each figure; the median is printed")
	latency := flag.Duration("latency", 50*time.Millisecond, "the sandbox's delay of each response")
	sizes := flag.String("sizes", "100,1000,5000,10000", "the numbers of members")
	parts := flag.String("parts", "start,wire,shapes,roster,limit,lines,minimal,rules,destroys", "the parts to measure, in this order")
	only := flag.String("only", "", "measure only lines whose title contains this")
	most := flag.Int("all", 0, "the largest size for applies that change all people, if above 1,000; Terraform needs hours")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	b := &bench{out: os.Stdout, runs: *runs, latency: *latency, only: *only, most: *most}
	err := b.run(ctx, *path, *next, *sizes, *parts)
	if err == nil && *picture != "" {
		err = b.draw(*picture)
	}
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func (b *bench) run(ctx context.Context, path, next, sizes, parts string) (err error) {
	b.dir, err = os.MkdirTemp("", "modelprime-bench")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.dir)) }()
	for _, size := range strings.Split(sizes, ",") {
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("sizes: %w", err)
		}
		b.sizes = append(b.sizes, n)
	}
	if err := b.build(ctx, path); err != nil {
		return err
	}
	b.next = b.real
	b.next.Path = next
	b.machine(ctx)
	all := map[string]func(context.Context) error{
		"start": b.start, "lines": b.lines, "wire": b.wire, "limit": b.limit, "shapes": b.shapes,
		"minimal": b.minimal, "destroys": b.destroys, "rules": b.rules, "roster": b.roster,
	}
	for _, part := range strings.Split(parts, ",") {
		measure, ok := all[part]
		if !ok {
			return fmt.Errorf("there is no part %q", part)
		}
		if err := measure(ctx); err != nil {
			return err
		}
	}
	return nil
}

// runsOf returns the number of measurements for a size. Long runs vary little, so one is enough.
func (b *bench) runsOf(n int) int {
	if n > 1000 {
		return 1
	}
	return b.runs
}

// build builds the binaries like a release, stripped.
func (b *bench) build(ctx context.Context, path string) error {
	const module = "github.com/model-prime/terraform-provider-modelprime"
	for _, target := range []struct {
		name, pkg, flags string
		into             *cli
	}{
		{"real", module, "", &b.real},
		{"still", module + "/internal/cmd/bench/still", "", &b.still},
		{"served", module + "/internal/cmd/bench/still", " -X main.served=ours", &b.stillServed},
		{"smallest", module + "/internal/cmd/bench/smallest", "", &b.smallest},
	} {
		binary := filepath.Join(b.dir, target.name)
		cmd := exec.CommandContext(ctx, "go", "build", "-trimpath", "-ldflags", "-s -w"+target.flags, "-o", binary, target.pkg)
		if printed, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("build %s: %w\n%s", target.name, err, printed)
		}
		c, err := newCLI(path, b.dir, binary)
		if err != nil {
			return err
		}
		*target.into = c
	}
	return nil
}

func (b *bench) printf(format string, args ...any) { _, _ = fmt.Fprintf(b.out, format, args...) }
