//go:build unix

package provider_test

import (
	"bytes"
	"syscall"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// interrupted runs a command in a process group of its own and interrupts all of it, as a terminal's Ctrl-C does, once it
// has begun what the test waits for. What is held back is released only when the command has ended.
func interrupted(c *acctest.CLI, begun <-chan struct{}, release chan<- struct{}, arguments ...string) *acctest.Report {
	c.T.Helper()
	defer close(release)
	cmd, stop := c.Command(acctest.Program(c.T).Path, arguments...)
	defer stop()
	var printed bytes.Buffer
	cmd.Stdout, cmd.Stderr = &printed, &printed
	c.World.Must(cmd.Start())
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	meanwhile(c, "the apply is under way", begun, ended)
	c.World.Must(syscall.Kill(-cmd.Process.Pid, syscall.SIGINT))
	meanwhile(c, "the command ends", ended, nil)
	return acctest.NewReport(c.T, arguments, cmd.ProcessState.ExitCode(), printed.String())
}

func meanwhile(c *acctest.CLI, what string, happens, ended <-chan struct{}) {
	c.T.Helper()
	select {
	case <-happens:
	case <-ended:
		c.T.Fatalf("the command ended before %s", what)
	case <-time.After(2 * time.Minute):
		c.T.Fatalf("waited in vain until %s", what)
	}
}
