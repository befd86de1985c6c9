package internal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// checkout is a copy of the files that build a release, with programs that only record their calls.
func checkout(t *testing.T, planted ...string) (dir string, run func(env []string, name string, args ...string) (ran, printed string, err error)) {
	t.Helper()
	dir = t.TempDir()
	for _, file := range []string{"GNUmakefile", "internal/tools/twice", "internal/tools/apt", "internal/tools/postgres", "internal/tools/chromium"} {
		data, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, file), string(data))
	}
	log := filepath.Join(dir, "ran")
	for _, name := range planted {
		write(t, filepath.Join(dir, name), "#!/bin/sh\necho \"${0##*/} $*\" >>'"+log+"'\n")
	}
	return dir, func(env []string, name string, args ...string) (string, string, error) {
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = dir
		cmd.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, "CI=") }), env...)
		printed, err := cmd.CombinedOutput()
		ran, _ := os.ReadFile(log)
		return string(ran), string(printed), err
	}
}

func write(t *testing.T, path, text string) {
	t.Helper()
	err := os.MkdirAll(filepath.Dir(path), 0o700)
	if err == nil {
		err = os.WriteFile(path, []byte(text), 0o700)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// A program committed to a folder for tools does not run in a release, beside the signing key.
func TestReleaseRunsNoToolOfTheCheckout(t *testing.T) {
	t.Parallel()
	const version = "v2.16.0"
	dir, run := checkout(t, "bin/go", ".cache/bin/goreleaser", ".cache/bin/goreleaser-"+version, ".cache/bin/goreleaser-github.com/goreleaser/goreleaser/v2@"+version,
		".cache/bin/go", "goreleaser", "go", "dist/goreleaser")
	for _, target := range []string{"release-check", "release-dry-run", "release"} {
		_, printed, err := run([]string{"PATH=" + filepath.Join(dir, "bin") + ":" + os.Getenv("PATH")}, "make", target)
		if err != nil {
			t.Errorf("%s: %v\n%s", target, err, printed)
		}
	}
	ran, _, _ := run(nil, "true")
	const goreleaser = "go run github.com/goreleaser/goreleaser/v2@" + version
	want := goreleaser + " check\n" + goreleaser + " check\n" + goreleaser + " release --snapshot --clean --skip=sign,sbom,publish\n" + goreleaser + " release --clean\n"
	if ran != want {
		t.Errorf("ran\n%swant\n%s", ran, want)
	}
}

// Ignored files are not reviewed, and hold tools and builds.
func TestNoIgnoredFileIsCommitted(t *testing.T) {
	t.Parallel()
	cmd := exec.CommandContext(t.Context(), "git", "ls-files", "--cached", "--ignored", "--exclude-standard")
	cmd.Dir = ".."
	printed, err := cmd.Output()
	if err != nil {
		t.Skip("no Git checkout: ", err)
	}
	if len(printed) > 0 {
		t.Errorf("committed, although ignored:\n%s", printed)
	}
}

// The workflow's step that checks a tag.
func TestOnlyTagsOfMainAreReleased(t *testing.T) {
	t.Parallel()
	workflow, err := os.ReadFile("../.github/workflows/release.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, step, _ := strings.Cut(string(workflow), "- name: The tag is of main\n        run: ")
	script, _, _ := strings.Cut(step, "\n")
	dir := t.TempDir()
	git := func(args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), "git", append([]string{"-c", "user.name=Ada Marsh", "-c", "user.email=ada.marsh@example.com"}, args...)...)
		cmd.Dir = dir
		if printed, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %s: %v\n%s", args, err, printed)
		}
	}
	git("init", "--quiet", "--initial-branch=main")
	git("commit", "--quiet", "--allow-empty", "-m", "First")
	git("tag", "v0.1.0")
	git("commit", "--quiet", "--allow-empty", "-m", "Second")
	git("update-ref", "refs/remotes/origin/main", "HEAD")
	git("checkout", "--quiet", "-b", "branch")
	git("commit", "--quiet", "--allow-empty", "-m", "Unreviewed")
	git("tag", "v0.2.0")
	for tag, want := range map[string]bool{"v0.1.0": true, "main": true, "v0.2.0": false} {
		git("checkout", "--quiet", tag)
		cmd := exec.CommandContext(t.Context(), "bash", "-e", "-c", script)
		cmd.Dir = dir
		if printed, err := cmd.CombinedOutput(); (err == nil) != want {
			t.Errorf("%s: %v\n%s", tag, err, printed)
		}
	}
}

// A make target installs system packages only in CI; elsewhere it prints the command.
func TestNoTargetInstallsSystemPackages(t *testing.T) {
	t.Parallel()
	for script, wanted := range map[string]string{"postgres": "jq postgresql", "chromium": "chromium fonts-dejavu-core"} {
		dir, run := checkout(t, "bin/apt-get", "bin/sudo", "bin/env")
		bare := []string{"PATH=" + filepath.Join(dir, "bin") + ":" + filepath.Join(dir, "tools")}
		if err := os.Mkdir(filepath.Join(dir, "tools"), 0o700); err != nil {
			t.Fatal(err)
		}
		for _, tool := range []string{"bash", "dirname", "sort", "tail", "realpath"} {
			path, err := exec.LookPath(tool)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.Symlink(path, filepath.Join(dir, "tools", tool)); err != nil {
				t.Fatal(err)
			}
		}
		bash := filepath.Join(dir, "tools", "bash")
		ran, printed, err := run(bare, bash, "internal/tools/"+script)
		if err == nil || ran != "" || !strings.Contains(printed, "apt-get install -y --no-install-recommends "+wanted) {
			t.Errorf("%s: ran %q, printed %q, %v", script, ran, printed, err)
		}
		if ran, _, _ = run(append(bare, "CI=true"), bash, "internal/tools/"+script); !strings.Contains(ran, wanted) {
			t.Errorf("%s in CI ran only %q", script, ran)
		}
	}
}
