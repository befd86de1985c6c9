package acctest

import (
	"fmt"
	"os"
	"os/exec"
	"testing"
)

// NeedsCLI skips the test unless TF_ACC says that those with the real CLI are wanted.
func NeedsCLI(t *testing.T) {
	t.Helper()
	if os.Getenv("TF_ACC") == "" {
		t.Skip("needs the real CLI: set TF_ACC=1")
	}
}

// Version is Terraform or OpenTofu, and its minor version.
func Version(t *testing.T) (name string, minor int) {
	t.Helper()
	NeedsCLI(t)
	cmd := exec.CommandContext(t.Context(), Program(), "version")
	cmd.Env = CleanEnvironment()
	printed, err := cmd.Output()
	if err == nil {
		_, err = fmt.Sscanf(string(printed), "%s v1.%d.", &name, &minor)
	}
	if err != nil {
		t.Fatalf("%v: %.40q", err, printed)
	}
	return name, minor
}

// NeedsTerraform skips the test with an older Terraform, and with an OpenTofu, whose versions are its own.
func NeedsTerraform(t *testing.T, minor int) {
	t.Helper()
	if name, have := Version(t); name != "Terraform" || have < minor {
		t.Skipf("needs Terraform 1.%d, this is %s 1.%d", minor, name, have)
	}
}

// NeedsRemoved skips the test where there are no removed blocks, no import blocks with for_each, and no terraform test.
func NeedsRemoved(t *testing.T) {
	t.Helper()
	if name, have := Version(t); have < 7 {
		t.Skipf("needs Terraform 1.7 or OpenTofu 1.7, this is %s 1.%d", name, have)
	}
}

// NeedsFunctions skips the test where there are no functions of providers.
func NeedsFunctions(t *testing.T) {
	t.Helper()
	if name, have := Version(t); name == "Terraform" && have < 8 || have < 7 {
		t.Skipf("needs Terraform 1.8 or OpenTofu 1.7, this is %s 1.%d", name, have)
	}
}
