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

// Version is what the mirror offers. It is not published anywhere.
const Version = "0.1.0"

// Root is the folder of this module, in which the command was started.
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

// BuildProvider puts the provider of the module in root where a mirror's unpacked layout has it. The host is the registry
// that the CLI takes for a source address without one.
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

// CLIConfig is a CLI's configuration that takes this provider from the mirror and no other.
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

// CopyExample copies what a team would copy of the example of that name into the folder, without what a try of one's own
// may have left beside it.
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

// copyFile keeps whether a file can be run.
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
