//go:build !unix

package tfcli

import "os/exec"

// shield does nothing where processes cannot be interrupted: the child ends with ctx.
func shield(*exec.Cmd) {}
