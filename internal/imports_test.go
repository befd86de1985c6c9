// Package internal_test checks properties of all packages below it.
package internal_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/model-prime/terraform-provider-modelprime"

// room is what a folder's files without tests may import: these packages of this module, and others with one of these prefixes.
// The standard library is always allowed.
type room struct{ ours, others []string }

// rooms are the folders with a rule. Imports run one way: main → provider → roster, guard → modelprime. The sandbox and the contract
// import none of them. Other folders are for commands and tests: they may import anything, and no room imports them.
var rooms = map[string]room{
	".":                   {ours: []string{"internal/provider"}},
	"internal/modelprime": {others: []string{"golang.org/x/text/unicode/norm"}},
	"internal/roster": {
		ours:   []string{"internal/modelprime"},
		others: []string{"golang.org/x/sync/errgroup", "go.yaml.in/yaml/v4"},
	},
	"internal/guard": {ours: []string{"internal/modelprime"}},
	"internal/provider": {
		ours:   []string{"internal/roster", "internal/guard", "internal/modelprime"},
		others: []string{"github.com/hashicorp/terraform-plugin-", "golang.org/x/sync/errgroup"},
	},
	"internal/sandbox":         {},
	"internal/sandbox/page":    {ours: []string{"internal/sandbox"}},
	"internal/contract":        {others: []string{"github.com/getkin/kin-openapi/", "go.yaml.in/yaml/v4"}},
	"internal/contract/doctor": {ours: []string{"internal/contract"}, others: []string{"github.com/getkin/kin-openapi/"}},
}

func TestImportsRunOneWay(t *testing.T) {
	found := importsByFolder(t)
	for folder, rule := range rooms {
		if len(found[folder]) == 0 {
			t.Errorf("%s imports nothing: does the package still exist?", folder)
		}
		for imported, file := range found[folder] {
			if !rule.allows(imported) {
				t.Errorf("%s imports %s", file, imported)
			}
		}
	}
}

func (r room) allows(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	ours, isOurs := strings.CutPrefix(imported, module+"/")
	switch {
	case !strings.Contains(first, "."):
		return true // the standard library
	case isOurs:
		return slices.Contains(r.ours, ours)
	}
	return slices.ContainsFunc(r.others, func(prefix string) bool { return strings.HasPrefix(imported, prefix) })
}

// importsByFolder returns the imports of all files without tests, for any system, each with one file that has it.
func importsByFolder(t *testing.T) map[string]map[string]string {
	t.Helper()
	found := map[string]map[string]string{}
	for _, file := range goFiles(t) {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := parser.ParseFile(token.NewFileSet(), filepath.Join("..", file), nil, parser.ImportsOnly)
		if err != nil {
			t.Fatal(err)
		}
		folder := path.Dir(file)
		if found[folder] == nil {
			found[folder] = map[string]string{}
		}
		for _, spec := range source.Imports {
			imported, _ := strconv.Unquote(spec.Path.Value)
			found[folder][imported] = file
		}
	}
	return found
}

// goFiles are the module's files, by path. A folder with a go.mod is another module.
func goFiles(t *testing.T) []string {
	t.Helper()
	files := map[string]bool{}
	root := ".."
	err := filepath.WalkDir(root, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		inside, err := filepath.Rel(root, name)
		if err != nil {
			return err
		}
		if entry.IsDir() && inside != "." {
			nested, _ := filepath.Glob(filepath.Join(name, "go.mod"))
			if len(nested) > 0 || strings.HasPrefix(entry.Name(), ".") || strings.HasPrefix(entry.Name(), "_") || entry.Name() == "testdata" {
				return filepath.SkipDir
			}
		}
		if strings.HasSuffix(name, ".go") {
			files[filepath.ToSlash(inside)] = true
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return slices.Sorted(maps.Keys(files))
}

// Tests use the server that ships: only these files use the framework's own constructor.
func TestOneServer(t *testing.T) {
	const constructor = "terraform-plugin-framework/providerserver\""
	own := []string{"internal/provider/server.go", "internal/cmd/bench/smallest/main.go", "internal/cmd/bench/still/main.go", "internal/cmd/schema/read_test.go", "internal/imports_test.go"}
	for _, file := range goFiles(t) {
		source, err := os.ReadFile(filepath.Join("..", file))
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), constructor) && !slices.Contains(own, file) {
			t.Errorf("%s imports the framework's constructor of servers; provider.NewServer makes the one that ships", file)
		}
	}
}

func TestRoomAllows(t *testing.T) {
	r := rooms["internal/roster"]
	for imported, allowed := range map[string]bool{
		"net/http":                                              true,
		"golang.org/x/sync/errgroup":                            true,
		module + "/internal/modelprime":                         true,
		module + "/internal/sandbox":                            false,
		module + "/internal/cmd/demo":                           false,
		"github.com/hashicorp/terraform-plugin-framework/types": false,
	} {
		if r.allows(imported) != allowed {
			t.Errorf("%s: allowed is not %t", imported, allowed)
		}
	}
}
