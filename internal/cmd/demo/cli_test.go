package main

import (
	"context"
	"slices"
	"testing"
)

func TestCleanEnvironmentLeavesOutWhatMisleads(t *testing.T) {
	t.Parallel()
	got := cleanEnvironment([]string{
		"HOME=/home/ada", "TF_VAR_roster_file=other.yaml", "TF_CLI_ARGS_plan=-target=x", "TF_CLI_CONFIG_FILE=/gone",
		"MODELPRIME_TOKEN=mpat_real", "MODELPRIME_ORGANIZATION_ID=real", "TF_LOG=debug",
	})
	slices.Sort(got)
	want := []string{
		"CHECKPOINT_DISABLE=1", "HOME=/home/ada", "TF_CLI_CONFIG_FILE=/dev/null", "TF_IN_AUTOMATION=1", "TF_LOG=debug",
	}
	if err := expect("environment", want, got); err != nil {
		t.Error(err)
	}
}

func TestFindCLISaysWhatIsMissing(t *testing.T) {
	t.Parallel()
	if _, err := findCLI(t.Context(), "/no/such/terraform"); err == nil {
		t.Error("found a CLI that is not there")
	}
}

func TestRunTellsAnExitCodeFromAFailureToRun(t *testing.T) {
	t.Parallel()
	shell := &cli{path: "sh"}
	printed, code, err := shell.run(t.Context(), "-c", "echo two; exit 2")
	if err != nil || code != 2 || printed != "two\n" {
		t.Errorf("got %q, %d, %v", printed, code, err)
	}
	if _, err := shell.mustRun(t.Context(), "-c", "exit 2"); err == nil {
		t.Error("an exit code of 2 is no success")
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := shell.run(ctx, "-c", "exit 2"); err == nil {
		t.Error("a run that was interrupted is an error")
	}
}
