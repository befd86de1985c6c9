package tfcli

import (
	"context"
	"errors"
	"os/exec"
	"slices"
	"testing"
)

func TestCleanEnvironment(t *testing.T) {
	t.Parallel()
	got := CleanEnvironment([]string{
		"HOME=/home/ada", "TF_VAR_roster_file=other.yaml", "TF_CLI_ARGS_plan=-target=x", "TF_CLI_CONFIG_FILE=/gone",
		"MODELPRIME_TOKEN=mpat_real", "MODELPRIME_ORGANIZATION_ID=real", "TF_LOG=debug",
	})
	slices.Sort(got)
	want := []string{
		"CHECKPOINT_DISABLE=1", "HOME=/home/ada", "TF_CLI_CONFIG_FILE=/dev/null", "TF_IN_AUTOMATION=1", "TF_LOG=debug",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestFindMissingCLI(t *testing.T) {
	t.Parallel()
	if _, err := Find(t.Context(), "/no/such/terraform"); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("a missing CLI gives %v", err)
	}
}

func TestRunReturnsExitCodes(t *testing.T) {
	t.Parallel()
	shell := &CLI{Path: "sh"}
	printed, code, err := shell.Run(t.Context(), "-c", "echo two; exit 2")
	if err != nil || code != 2 || printed != "two\n" {
		t.Errorf("got %q, %d, %v", printed, code, err)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := shell.Run(ctx, "-c", "exit 2"); err == nil {
		t.Error("an interrupted run gives no error")
	}
}

func TestRegistry(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"Terraform": "registry.terraform.io", "OpenTofu": "registry.opentofu.org"} {
		if got := (&CLI{Name: name}).Registry(); got != want {
			t.Errorf("%s: got %s, want %s", name, got, want)
		}
	}
}
