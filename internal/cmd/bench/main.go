// Command bench measures the provider with the real CLI against the sandbox, each figure beside the floor of the same run,
// and prints the tables of BENCHMARKS.md. It decides nothing: a noisy machine fails no test.
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

// bench holds what all measurements share.
type bench struct {
	dir     string
	out     io.Writer
	runs    int
	only    string // of the lines, those whose title holds it
	most    int    // the largest size at which everybody changes, where that is more than the lines say
	latency time.Duration
	sizes   []int

	real, still, stillServed, smallest cli
	next                               cli // with -minimal-refresh; its path may be empty

	times []point // for the picture
}

func main() {
	log.SetFlags(0)
	path := flag.String("cli", "terraform", "the CLI to measure with")
	next := flag.String("next", "", "a CLI that has -minimal-refresh (Terraform 1.17), to measure that with; the path of its binary")
	picture := flag.String("picture", "", "a file to draw the time of a plan by members in, as SVG")
	runs := flag.Int("runs", 3, "how often each figure is measured; the median counts")
	latency := flag.Duration("latency", 50*time.Millisecond, "how long the sandbox takes to answer")
	sizes := flag.String("sizes", "100,1000,5000,10000", "how many members")
	parts := flag.String("parts", "start,wire,shapes,roster,limit,lines,minimal,rules,destroys", "what to measure, in that order")
	only := flag.String("only", "", "of the lines, those whose title holds this")
	most := flag.Int("all", 0, "up to which size applies that change everybody are measured, where that is more than 1,000: it takes Terraform hours")
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

// runsOf is how often something of that size is measured. What takes a minute each time varies little.
func (b *bench) runsOf(n int) int {
	if n > 1000 {
		return 1
	}
	return b.runs
}

// build makes the binaries as a release does, stripped.
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
