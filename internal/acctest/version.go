package acctest

import (
	"context"
	"os"
	"strconv"
	"sync"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/tfcli"
)

var find = sync.OnceValues(func() (*tfcli.CLI, error) {
	return tfcli.Find(context.Background(), os.Getenv("TF_ACC_TERRAFORM_PATH"))
})

// Program is the tested CLI. Without TF_ACC the test is skipped.
func Program(t *testing.T) *tfcli.CLI {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("needs the real CLI: set TF_ACC=1")
	}
	// go test caches a result by the variables read during a test; TestMain has read this one before.
	_ = os.Getenv("TF_ACC_TERRAFORM_PATH")
	cli, err := find()
	if err != nil {
		t.Fatal(err)
	}
	return cli
}

// NeedsTerraform skips the test with an older Terraform, and with OpenTofu.
func NeedsTerraform(t *testing.T, minor int) {
	t.Helper()
	if cli := Program(t); cli.Name != "Terraform" || cli.Minor < minor {
		t.Skipf("needs Terraform 1.%d, this is %s 1.%d", minor, cli.Name, cli.Minor)
	}
}

// NeedsOpenTofu skips the test with an older OpenTofu, and with Terraform.
func NeedsOpenTofu(t *testing.T, minor int) {
	t.Helper()
	if cli := Program(t); cli.Name != "OpenTofu" || cli.Minor < minor {
		t.Skipf("needs OpenTofu 1.%d, this is %s 1.%d", minor, cli.Name, cli.Minor)
	}
}

// NeedsRemoved skips the test if the CLI has no removed blocks, no import blocks with for_each, and no terraform test.
func NeedsRemoved(t *testing.T) {
	t.Helper()
	if cli := Program(t); cli.Minor < 7 {
		t.Skipf("needs Terraform 1.7 or OpenTofu 1.7, this is %s 1.%d", cli.Name, cli.Minor)
	}
}

// NeedsFunctions skips the test if the CLI has no provider functions.
func NeedsFunctions(t *testing.T) {
	t.Helper()
	if cli := Program(t); cli.Name == "Terraform" && cli.Minor < 8 || cli.Minor < 7 {
		t.Skipf("needs Terraform 1.8 or OpenTofu 1.7, this is %s 1.%d", cli.Name, cli.Minor)
	}
}

// prepare makes terraform-plugin-testing use the same CLI, without a user's configuration.
func prepare() error {
	cli, err := find()
	if err != nil {
		return err
	}
	for name, value := range map[string]string{
		"GOGC": strconv.Itoa(gcPercent), "TF_ACC_TERRAFORM_PATH": cli.Path, "TF_ACC_PROVIDER_HOST": cli.Registry(), "TF_CLI_CONFIG_FILE": os.DevNull, "CHECKPOINT_DISABLE": "1",
	} {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}
