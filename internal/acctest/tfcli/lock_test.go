package tfcli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestLockFile(t *testing.T) {
	t.Parallel()
	mirror := t.TempDir()
	if _, err := LockFile(mirror, "registry.terraform.io"); err == nil {
		t.Error("a missing provider was locked")
	}
	binary := binaryIn(mirror, "registry.terraform.io")
	write(t, binary, 0o755)
	first, err := LockFile(mirror, "registry.terraform.io")
	if err != nil || !strings.Contains(first, `provider "registry.terraform.io/model-prime/modelprime"`) || !strings.Contains(first, `"h1:`) {
		t.Errorf("got %s, %v", first, err)
	}
	if err := os.WriteFile(filepath.Clean(binary), []byte("y"), 0o600); err != nil {
		t.Fatal(err)
	}
	if second, err := LockFile(mirror, "registry.terraform.io"); err != nil || second == first {
		t.Errorf("another provider has the same lock file: %s, %v", second, err)
	}
}
