package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const ours = "../../contract/openapi.yaml"

func TestTheSameSpecificationPrintsNothing(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if code := run([]string{ours}, &stdout, &stderr); code != same || stdout.Len()+stderr.Len() > 0 {
		t.Errorf("exit %d, printed %q %q", code, stdout.String(), stderr.String())
	}
}

func TestDifferencesArePrintedByOperation(t *testing.T) {
	text, err := os.ReadFile(ours)
	if err != nil {
		t.Fatal(err)
	}
	changed := strings.NewReplacer("      nullable: true\n", "", ", default: 100", "", "maximum: 100", "maximum: 50").Replace(string(text))
	file := filepath.Join(t.TempDir(), "theirs.yaml")
	if err := os.WriteFile(file, []byte(changed), 0o600); err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	code := run([]string{file}, &stdout, &stderr)
	want := `listUsers: query parameter "page_size": theirs has no default, ours 100
listUsers: query parameter "page_size": theirs has maximum 50, ours 100

inviteUser: request body: field "connection": theirs is not nullable, ours is
`
	if code != different || stdout.String() != want || stderr.Len() > 0 {
		t.Errorf("exit %d, printed\n%s%s", code, stdout.String(), stderr.String())
	}
}

func TestWhatCannotBeReadIsSaid(t *testing.T) {
	page := filepath.Join(t.TempDir(), "page.html")
	if err := os.WriteFile(page, []byte("<html>"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, args := range map[string][]string{
		"usage: make contract SPEC=file":    {},
		"usage: make":                       {""},
		"no such file":                      {"nowhere.json"},
		"page.html: read the specification": {page},
	} {
		var stdout, stderr bytes.Buffer
		if code := run(args, &stdout, &stderr); code != unreadable || stdout.Len() > 0 || !strings.Contains(stderr.String(), name) {
			t.Errorf("%s: exit %d, printed %q %q", name, code, stdout.String(), stderr.String())
		}
	}
}
