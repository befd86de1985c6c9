package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestUsersConfigurationIsKept(t *testing.T) {
	w := workspace{path: t.TempDir()}
	example := write(t, "# an example")
	for _, want := range []string{"# an example", "# mine"} {
		if err := w.begin(example); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(w.in("main.tf")); err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
		if err := w.write("main.tf", "# mine"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestCommandsToTypeNameTheCLI(t *testing.T) {
	dir := t.TempDir()
	tofu := filepath.Join(dir, "tofu")
	if err := os.WriteFile(tofu, []byte("#!/bin/sh\necho OpenTofu v1.10.6\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ path, cli, want string }{
		{dir, "", "\n  tofu init\n  tofu apply\n"},
		{"/nowhere", tofu, "\n  '" + tofu + "' init\n"},
	} {
		t.Setenv("PATH", tt.path)
		w := workspace{path: "/try"}
		err := w.find(t.Context(), tt.cli)
		var said bytes.Buffer
		greet(&said, w, "http://127.0.0.1:1", nil)
		if err != nil || w.host != "registry.opentofu.org" || !strings.Contains(said.String(), tt.want) || !strings.Contains(said.String(), "cd '/try' && . ./env") {
			t.Errorf("%+v, %v, said %s", w, err, &said)
		}
	}
	t.Setenv("PATH", "/nowhere")
	w := workspace{path: "/try"}
	if err := w.find(t.Context(), ""); err != nil || w.cli != "terraform" || w.host != "registry.terraform.io" {
		t.Errorf("without any: %+v, %v", w, err)
	}
}

func TestSecondSandboxInAFolderIsRefused(t *testing.T) {
	first := startCommand(t)
	w := workspace{path: t.TempDir()}
	if err := w.write("env", exports(variables(first.address, "robot@example.com", "mpat_x"))); err != nil {
		t.Fatal(err)
	}
	reason := refused(t, "-listen", "127.0.0.1:0", "-workspace", w.path)
	says(t, reason, first.address, w.path)
	if entries, _ := os.ReadDir(w.path); len(entries) != 1 {
		t.Errorf("written to: %v", entries)
	}
	other := t.TempDir()
	args := advised(t, reason, "FOLDER", other)
	if err := (workspace{path: args[len(args)-1]}).free(t.Context()); err != nil || args[len(args)-1] != other {
		t.Errorf("%v: %v", args, err)
	}
	if err := first.stop(); err != nil {
		t.Fatal(err)
	}
	if err := w.free(t.Context()); err != nil {
		t.Errorf("after it stopped: %v", err)
	}
}
