//go:build unix

package acceptance

import (
	"bytes"
	"cmp"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// interrupted runs a command in a process group of its own and interrupts all of it, as a terminal's Ctrl-C does, once it
// has begun what the test waits for. What is held back is released only when the command has ended.
func (c *cli) interrupted(begun <-chan struct{}, release chan<- struct{}, arguments ...string) *report {
	c.t.Helper()
	defer close(release)
	found, stop := c.find()
	defer stop()
	cmd := exec.CommandContext(c.t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), arguments...)
	cmd.Dir = c.dir
	cmd.Env = append(append(plainEnvironment(), found...), c.env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	c.w.must(cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	c.meanwhile("the apply is under way", begun, ended)
	c.w.must(syscall.Kill(-cmd.Process.Pid, syscall.SIGINT))
	c.meanwhile("the command ends", ended, nil)
	return newReport(c.t, arguments, cmd.ProcessState.ExitCode(), printed.String())
}

func (c *cli) meanwhile(what string, happens, ended <-chan struct{}) {
	c.t.Helper()
	select {
	case <-happens:
	case <-ended:
		c.t.Fatalf("the command ended before %s", what)
	case <-time.After(2 * time.Minute):
		c.t.Fatalf("waited in vain until %s", what)
	}
}
