package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
)

// cli is the real CLI with one provider binary in place.
type cli struct {
	tfcli.CLI
	provider string
}

// measured is the cost of one run of the CLI.
type measured struct {
	wall     time.Duration
	busy     time.Duration // the processor time of the CLI and its providers
	requests int
	refused  int
	peak     int   // requests in flight
	memory   int64 // the largest resident size of the provider's process, in bytes
}

// newCLI makes a CLI configuration that uses a provider binary.
func newCLI(path, dir, binary string) (cli, error) {
	home := filepath.Join(dir, filepath.Base(binary)+".override")
	if err := os.MkdirAll(home, 0o700); err != nil {
		return cli{}, err
	}
	provider := filepath.Join(home, "terraform-provider-modelprime")
	if err := os.Rename(binary, provider); err != nil {
		return cli{}, err
	}
	config := filepath.Join(home, "cli.tfrc")
	text := fmt.Sprintf("provider_installation {\n  dev_overrides {\n    \"model-prime/modelprime\" = %q\n  }\n  direct {}\n}\n", home)
	found := tfcli.CLI{Path: path, Env: []string{"TF_CLI_CONFIG_FILE=" + config}}
	return cli{found, provider}, os.WriteFile(config, []byte(text), 0o600)
}

// run measures one command. It shows the command's output only on failure.
func (c cli) run(ctx context.Context, dir string, args ...string) (measured, error) {
	c.Dir = dir
	cmd := c.Command(ctx, args...)
	var output bytes.Buffer
	cmd.Stdout, cmd.Stderr = &output, &output
	start := time.Now()
	if err := cmd.Start(); err != nil {
		return measured{}, err
	}
	watch := watchMemory(c.provider)
	err := cmd.Wait()
	m := measured{wall: time.Since(start), memory: watch()}
	if cmd.ProcessState != nil {
		m.busy = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	}
	if err != nil {
		return m, fmt.Errorf("%s %s: %w\n%s", c.Path, strings.Join(args, " "), err, tail(output.String()))
	}
	return m, nil
}

func tail(s string) string {
	if len(s) > 4000 {
		return s[len(s)-4000:]
	}
	return s
}

// watchMemory watches the processes of a binary. The returned function stops it and returns the largest resident size of one
// process. Without /proc the size is 0.
func watchMemory(binary string) (stop func() int64) {
	done := make(chan struct{})
	result := make(chan int64)
	go func() {
		ticker := time.NewTicker(50 * time.Millisecond)
		defer ticker.Stop()
		var largest int64
		for {
			select {
			case <-done:
				result <- largest
				return
			case <-ticker.C:
				largest = max(largest, largestOf(binary))
			}
		}
	}()
	return func() int64 { close(done); return <-result }
}

func largestOf(binary string) int64 {
	var largest int64
	links, _ := filepath.Glob("/proc/[0-9]*/exe")
	for _, link := range links {
		if target, err := os.Readlink(link); err != nil || target != binary {
			continue
		}
		status, err := os.ReadFile(filepath.Join(filepath.Dir(link), "status"))
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(status)) {
			if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
				kib, _ := strconv.ParseInt(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(rest), "kB")), 10, 64)
				largest = max(largest, kib<<10)
			}
		}
	}
	return largest
}

// medianOf measures several times and returns the median.
func medianOf(times int, measure func() (measured, error)) (measured, error) {
	runs := make([]measured, times)
	for i := range runs {
		var err error
		if runs[i], err = measure(); err != nil {
			return measured{}, err
		}
	}
	return median(runs), nil
}

// median returns the run with the median time. Its processor time is the median, and its memory and requests are the largest of
// all runs.
func median(runs []measured) measured {
	sorted := slices.SortedFunc(slices.Values(runs), func(a, b measured) int { return int(a.wall - b.wall) })
	m := sorted[len(sorted)/2]
	m.busy = slices.SortedFunc(slices.Values(runs), func(a, b measured) int { return int(a.busy - b.busy) })[len(runs)/2].busy
	for _, run := range runs {
		m.requests, m.refused = max(m.requests, run.requests), max(m.refused, run.refused)
		m.peak, m.memory = max(m.peak, run.peak), max(m.memory, run.memory)
	}
	return m
}
