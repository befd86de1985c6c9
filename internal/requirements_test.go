package internal_test

import (
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// Users have to trust each module in the binary, so there are few. Modules only for tests do not count.
func TestBinaryLinksFewModules(t *testing.T) {
	const most = 32
	cmd := exec.CommandContext(t.Context(), "go", "list", "-deps", "-f", "{{with .Module}}{{.Path}}{{end}}", "..")
	cmd.Stderr = os.Stderr
	printed, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	linked := strings.Fields(string(printed))
	slices.Sort(linked)
	linked = slices.Compact(linked)
	if len(linked) < 2 || len(linked) > most {
		t.Errorf("the binary links %d modules, and may link %d: %q", len(linked), most, linked)
	}
}

func TestGoModReplacesNoModule(t *testing.T) {
	file, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(file), "\nreplace ") {
		t.Error("go.mod replaces a module")
	}
}
