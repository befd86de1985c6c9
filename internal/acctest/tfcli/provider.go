package tfcli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
)

// Version is the provider's version in the mirror. It is not published.
const Version = "0.1.0"

// Root is the folder of the current module.
func Root(ctx context.Context) (string, error) {
	printed, err := exec.CommandContext(ctx, "go", "env", "GOMOD").Output()
	if err != nil {
		return "", fmt.Errorf("find the module: %w", err)
	}
	mod := strings.TrimSpace(string(printed))
	if filepath.Base(mod) != "go.mod" {
		return "", fmt.Errorf("this runs inside its repository, but %q is no module", mod)
	}
	return filepath.Dir(mod), nil
}

// BuildProvider builds the provider of the module in root into the mirror's unpacked layout, for this default registry host.
func BuildProvider(ctx context.Context, root, mirror, host string) error {
	build := Command(ctx, "go", "build", "-o", binaryIn(mirror, host), ".")
	build.Dir = root
	if printed, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("build the provider: %w\n%s", err, printed)
	}
	return nil
}

func binaryIn(mirror, host string) string {
	name := "terraform-provider-modelprime_v" + Version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	return filepath.Join(mirror, host, "model-prime", "modelprime", Version, runtime.GOOS+"_"+runtime.GOARCH, name)
}

// CLIConfig is a CLI configuration that takes this provider only from the mirror.
func CLIConfig(mirror string) string {
	const ours = `["registry.terraform.io/model-prime/*", "registry.opentofu.org/model-prime/*"]`
	return fmt.Sprintf(`provider_installation {
  filesystem_mirror {
    path    = %q
    include = %s
  }
  direct {
    exclude = %s
  }
}
`, mirror, ours, ours)
}

// CopyExample copies an example into a folder, without the files of an earlier run in it.
func CopyExample(root, name, to string) error {
	from := os.DirFS(filepath.Join(root, "examples", name))
	err := fs.WalkDir(from, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && entry.Name() == ".terraform":
			return fs.SkipDir
		case entry.IsDir():
			return os.MkdirAll(filepath.Join(to, path), 0o700)
		case leftover(entry.Name()):
			return nil
		}
		return copyFile(from, path, filepath.Join(to, path))
	})
	if err != nil {
		return fmt.Errorf("copy the example %s: %w", name, err)
	}
	return nil
}

func leftover(name string) bool {
	return strings.HasPrefix(name, ".terraform") || strings.Contains(name, ".tfstate") || strings.HasSuffix(name, ".tfplan")
}

// copyFile keeps a file's executable bit.
func copyFile(from fs.FS, path, to string) error {
	info, err := fs.Stat(from, path)
	if err != nil {
		return err
	}
	data, err := fs.ReadFile(from, path)
	if err != nil {
		return err
	}
	return errors.Join(os.WriteFile(to, data, 0o600), os.Chmod(to, info.Mode().Perm()&0o700))
}
