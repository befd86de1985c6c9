package tfcli

import (
	"context"
	"os/exec"
	"time"
)

// Command is a command that gets one interrupt when ctx ends, and time to stop.
func Command(ctx context.Context, path string, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, path, args...)
	cmd.WaitDelay = 20 * time.Second
	shield(cmd)
	return cmd
}
