package main

import (
	"context"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// refused runs a sandbox that must not start, and returns why.
func refused(t *testing.T, args ...string) string {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // should it start, it stops
	err := run(ctx, args, io.Discard, io.Discard)
	if err == nil {
		t.Fatalf("%v: it started", args)
	}
	return err.Error()
}

func holdsOnly(t *testing.T, folder string, want ...string) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, entry := range entries {
		got = append(got, entry.Name())
	}
	if !slices.Equal(got, want) {
		t.Errorf("%s holds %v, want %v", folder, got, want)
	}
}

func wantWords(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("%q lacks %q", text, word)
		}
	}
}

func TestASeedBesideAStateIsRefused(t *testing.T) {
	seed := write(t, `{"members": [{"email": "kai@example.com", "name": "Kai Gripper", "roles": []}]}`)
	state := write(t, `{}`)
	wantWords(t, refused(t, "-listen", "127.0.0.1:0", "-state", state, "-seed", seed), "-seed", state, "remove that file to start afresh")

	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "organization.json"), []byte(`{}`), 0o600); err != nil {
		t.Fatal(err)
	}
	wantWords(t, refused(t, "-listen", "127.0.0.1:0", "-workspace", folder, "-seed", seed), "remove the folder "+folder)
	holdsOnly(t, folder, "organization.json")
}

func TestABusyPortIsToldAndLeavesNothingBehind(t *testing.T) {
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = busy.Close() }()
	folder := t.TempDir()
	reason := refused(t, "-listen", busy.Addr().String(), "-workspace", filepath.Join(folder, "try"), "-state", filepath.Join(folder, "state.json"))
	wantWords(t, reason, busy.Addr().String(), "make sandbox ARGS='-listen 127.0.0.1:0'")
	holdsOnly(t, folder)
}

func TestAMissingCLILeavesNothingBehind(t *testing.T) {
	folder := t.TempDir()
	wantWords(t, refused(t, "-listen", "127.0.0.1:0", "-cli", "/no/such/terraform", "-workspace", folder), "/no/such/terraform")
	holdsOnly(t, folder)
}

func TestASecondSandboxLeavesTheFirstOnesFilesAlone(t *testing.T) {
	folder := t.TempDir()
	state := filepath.Join(folder, "state.json")
	c := startCommand(t, "-state", state)
	reason := refused(t, "-listen", "127.0.0.1:0", "-state", state)
	wantWords(t, reason, "another sandbox uses this folder, "+folder, "process "+strconv.Itoa(os.Getpid()), "ARGS='")
	c.invite("lin@example.com")
	wantInFile(t, state, "lin@example.com")
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, folder, "state.json")
	again := startCommand(t, "-state", state)
	again.control("POST", "accept?email=lin%40example.com")
}

func TestTwoSandboxesDoNotShareAWorkspace(t *testing.T) {
	folder := t.TempDir()
	first, err := claim(options{workspace: folder, state: filepath.Join(t.TempDir(), "one.json")})
	if err != nil {
		t.Fatal(err)
	}
	elsewhere := t.TempDir()
	second := options{workspace: folder, state: filepath.Join(elsewhere, "two.json")}
	if _, err := claim(second); err == nil || !strings.Contains(err.Error(), "another sandbox") {
		t.Errorf("got %v", err)
	}
	holdsOnly(t, elsewhere)
	if err := first.release(); err != nil {
		t.Fatal(err)
	}
	taken, err := claim(second)
	if err != nil {
		t.Fatal(err)
	}
	if err := taken.release(); err != nil {
		t.Error(err)
	}
}

func TestAFileIsNoWorkspace(t *testing.T) {
	if _, err := claim(options{workspace: write(t, "{}")}); err == nil || !strings.Contains(err.Error(), "-workspace") {
		t.Errorf("got %v", err)
	}
}

// A crash leaves the file, and the system lets go of the lock.
func TestALockFileOfACrashIsNotInTheWay(t *testing.T) {
	state := filepath.Join(t.TempDir(), "state.json")
	if err := os.WriteFile(filepath.Join(filepath.Dir(state), ".state.json.lock"), []byte("1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	c := startCommand(t, "-state", state)
	wantWords(t, refused(t, "-listen", "127.0.0.1:0", "-state", state), "process "+strconv.Itoa(os.Getpid())+")")
	if err := c.stop(); err != nil {
		t.Fatal(err)
	}
	holdsOnly(t, filepath.Dir(state), "state.json")
}

func TestTheSeedOfTheHelpIsOne(t *testing.T) {
	_, rest, _ := strings.Cut(seedHelp, "\n\n")
	example, _, _ := strings.Cut(rest, "\n\n")
	s, err := sandbox.Load([]byte(example), sandbox.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Accept("lin@example.com"); err != nil || len(s.Members()) != 4 {
		t.Errorf("%v, members %+v", err, s.Members())
	}
}

func TestTheHelpDescribesTheSeedAndTheControlInterface(t *testing.T) {
	stderr := newOutput()
	if err := run(t.Context(), []string{"-h"}, io.Discard, stderr); err == nil {
		t.Fatal("it started")
	}
	wantWords(t, stderr.String(), seedHelp, sandbox.ControlHelp("http://127.0.0.1:8085"))
}
