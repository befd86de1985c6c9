//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox/page"
)

// make sandbox as a user runs it: its printed commands invite people, they accept, and a guard stops a removal. Ctrl-C ends it
// without an error.
func TestMakeSandbox(t *testing.T) {
	if os.Getenv("TF_ACC") == "" {
		t.Skip("TF_ACC is not set")
	}
	folder := filepath.Join(t.TempDir(), "it's a folder")
	stdout, stderr := newOutput(), newOutput()
	command := exec.Command("make", "--no-print-directory", "sandbox", "ARGS=-listen 127.0.0.1:0 -workspace "+page.Quote(folder))
	command.Dir, command.Stdout, command.Stderr = filepath.Join("..", "..", ".."), stdout, stderr
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if cli := os.Getenv("TF_ACC_TERRAFORM_PATH"); cli != "" {
		command.Args = append(command.Args, "TERRAFORM="+cli)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- command.Wait() }()
	t.Cleanup(func() { _ = syscall.Kill(-command.Process.Pid, syscall.SIGKILL) })
	for deadline := time.After(8 * time.Minute); !strings.Contains(stdout.String(), "More commands:"); {
		select {
		case <-stdout.change:
		case err := <-ended:
			t.Fatalf("it ended: %v\n%s", err, stderr)
		case <-deadline:
			t.Fatalf("it does not start:\n%s", stderr)
		}
	}
	_, rest, _ := strings.Cut(stdout.String(), "In another shell:\n")
	typed, _, _ := strings.Cut(rest, "You can change main.tf")
	lines := strings.Split(strings.TrimSpace(typed), "\n")
	if len(lines) != 3 {
		t.Fatalf("it says to type %q", lines)
	}
	shell := func(more ...string) string {
		t.Helper()
		script := strings.Join(append([]string{"set -e", strings.TrimSpace(lines[0])}, more...), "\n")
		printed, err := exec.Command("bash", "-c", script).CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", script, err, printed)
		}
		return string(printed)
	}
	cli := strings.TrimSuffix(strings.TrimSpace(lines[1]), " init")
	said := shell(lines[1]+" -no-color -input=false", lines[2]+" -no-color -input=false -auto-approve")
	if strings.Count(said, `= "invited"`) < 3 {
		t.Errorf("no person is invited:\n%s", said)
	}
	shell(`curl -sf -X POST "${MODELPRIME_ENDPOINT%%/api/*}/_sandbox/accept-all"`)
	if said := shell(cli + " apply -no-color -input=false -auto-approve"); strings.Count(said, `= "active"`) < 3 {
		t.Errorf("no person is active:\n%s", said)
	}
	guarded := shell(`sed -i '/noor.actuator\|bram.flywheel/d' main.tf`, `if `+cli+` plan -no-color -input=false; then exit 1; fi`)
	if !strings.Contains(guarded, "max_removals") {
		t.Errorf("the guard does not name its argument:\n%s", guarded)
	}
	if err := syscall.Kill(-command.Process.Pid, syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	err := <-ended
	// A race in GNU make: it has waited for its child already when the signal makes it wait again.
	told, raced := strings.CutSuffix(stderr.String(), "make: *** wait: No child processes.  Stop.\n")
	told = strings.NewReplacer("make: *** wait: No child processes.  Stop.\n", "", "make: *** Waiting for unfinished jobs....\n", "").Replace(told)
	var exit *exec.ExitError
	if err != nil && !raced && (!errors.As(err, &exit) || exit.ExitCode() != -1) { // the signal ends make itself
		t.Errorf("it ended with %v", err)
	}
	if strings.Contains(told, "***") || strings.Contains(told, "Error") {
		t.Errorf("Ctrl-C ends with\n%s", stderr)
	}
}
