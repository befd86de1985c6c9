package main

import (
	"bufio"
	"context"
	"encoding/json"
	"os"
	"runtime"
	"strconv"
	"strings"
	"time"
)

// machine prints the machine and the versions of the measurement. Without /proc it prints less.
func (b *bench) machine(ctx context.Context) {
	memory, _ := strconv.Atoi(strings.TrimSuffix(procField("/proc/meminfo", "MemTotal", "0"), " kB"))
	b.printf("Measured on %s, with %d processors (%s), %d GiB of memory, %s/%s, %s and %s. Times are medians of %d runs, above 1,000 members of one.\n\n",
		time.Now().Format(time.DateOnly), runtime.NumCPU(), procField("/proc/cpuinfo", "model name", "unknown"), (memory+1<<19)>>20,
		runtime.GOOS, runtime.GOARCH, versionOf(ctx, b.real), runtime.Version(), b.runs)
}

// procField returns a field's first value in a file of lines such as "name : value".
func procField(file, name, fallback string) string {
	f, err := os.Open(file)
	if err != nil {
		return fallback
	}
	defer func() { _ = f.Close() }()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return fallback
}

func versionOf(ctx context.Context, c cli) string {
	printed, err := c.Command(ctx, "version", "-json").Output()
	var version struct {
		Terraform string `json:"terraform_version"`
	}
	if err != nil || json.Unmarshal(printed, &version) != nil {
		return c.Path
	}
	return "CLI " + version.Terraform
}
