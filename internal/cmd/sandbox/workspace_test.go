package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

func TestTheVariablesReachAShellAsTheyAre(t *testing.T) {
	f := folder{path: filepath.Join(t.TempDir(), "it's a folder")}
	if err := os.MkdirAll(f.path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := f.point("http://127.0.0.1:1/api/oum/v1", "rob'in $HOME@example.com", "mpat_`x`"); err != nil {
		t.Fatal(err)
	}
	script := `cd ` + quoted(f.path) + ` && . ./env && printf '%s|' "$TF_CLI_CONFIG_FILE" "$MODELPRIME_ENDPOINT" "$MODELPRIME_EMAIL" "$MODELPRIME_TOKEN"`
	got, err := exec.CommandContext(t.Context(), "sh", "-c", script).Output()
	want := f.in(".provider/cli.tfrc") + "|http://127.0.0.1:1/api/oum/v1|rob'in $HOME@example.com|mpat_`x`|"
	if err != nil || string(got) != want {
		t.Errorf("got %s, %v, want %s", got, err, want)
	}
}

func TestAPersonsConfigurationIsKept(t *testing.T) {
	f := folder{path: t.TempDir()}
	example := write(t, "# an example")
	for _, want := range []string{"# an example", "# mine"} {
		if err := f.begin(example); err != nil {
			t.Fatal(err)
		}
		if got, err := os.ReadFile(f.in("main.tf")); err != nil || string(got) != want {
			t.Errorf("got %s, %v, want %s", got, err, want)
		}
		if err := f.write("main.tf", "# mine"); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheCommandsToTypeNameTheCLI(t *testing.T) {
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
		f, err := newFolder(t.Context(), "/try", tt.cli)
		var said bytes.Buffer
		f.greet(&said)
		if err != nil || f.host != "registry.opentofu.org" || !strings.Contains(said.String(), tt.want) || !strings.Contains(said.String(), "cd '/try' && . ./env") {
			t.Errorf("%+v, %v, said %s", f, err, &said)
		}
	}
	t.Setenv("PATH", "/nowhere")
	if f, err := newFolder(t.Context(), "/try", ""); err != nil || f.cli != "terraform" || f.host != "registry.terraform.io" {
		t.Errorf("without any: %+v, %v", f, err)
	}
}
