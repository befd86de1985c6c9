//go:build !unix

package tfcli

import "os/exec"

// shield has nothing to do where no process can be interrupted by another: the child is ended with ctx.
func shield(*exec.Cmd) {}
