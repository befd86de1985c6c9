//go:build unix

package tfcli

import (
	"os"
	"os/exec"
	"syscall"
)

// shield keeps a terminal's Ctrl-C from the child, which gets its one interrupt from here: at a second one the CLI
// would give up at once and leave the provider's process behind.
func shield(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
}
