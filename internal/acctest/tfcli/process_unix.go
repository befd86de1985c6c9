//go:build unix

package tfcli

import (
	"os"
	"os/exec"
	"syscall"
)

// shield keeps a terminal's Ctrl-C from the child, which gets one interrupt from here. At a second one the CLI would stop at once
// and leave the provider's process running.
func shield(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
}
