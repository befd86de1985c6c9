package tfcli

import (
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestCopyExample(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	example := filepath.Join(root, "examples", "gitops")
	write(t, filepath.Join(example, "main.tf"), 0o644)
	write(t, filepath.Join(example, "adopt", "main.tf"), 0o644)
	write(t, filepath.Join(example, "ci", "plan.sh"), 0o755)
	write(t, filepath.Join(example, ".github", "workflows", "plan.yml"), 0o644)
	for _, left := range []string{".terraform/modules/modules.json", ".terraform.lock.hcl", "terraform.tfstate", "terraform.tfstate.backup", "roster.tfplan"} {
		write(t, filepath.Join(example, left), 0o644)
	}

	to := filepath.Join(t.TempDir(), "copy")
	if err := CopyExample(root, "gitops", to); err != nil {
		t.Fatal(err)
	}
	want := []string{".github/workflows/plan.yml", "adopt/main.tf", "ci/plan.sh", "main.tf"}
	if got := files(t, to); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if info, err := os.Stat(filepath.Join(to, "ci", "plan.sh")); err != nil || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("the script cannot be run: %v, %v", info, err)
	}
}

func TestCopyMissingExample(t *testing.T) {
	t.Parallel()
	if err := CopyExample(t.TempDir(), "gitops", t.TempDir()); err == nil {
		t.Error("a missing example was copied")
	}
}

func write(t *testing.T, path string, mode fs.FileMode) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("x"), mode); err != nil {
		t.Fatal(err)
	}
}

func files(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	err := fs.WalkDir(os.DirFS(dir), ".", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() {
			found = append(found, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}
