package provider

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Each message quoted in the guide exists in the source.
func TestTheGuideQuotesRealMessages(t *testing.T) {
	guide, err := os.ReadFile("../../templates/guides/invitations-and-faults.md.tmpl")
	if err != nil {
		t.Fatal(err)
	}
	texts := append(textsIn(t, "."), textsIn(t, "../guard")...)
	quoted := regexp.MustCompile("`(?:Warning|Error): ([^`]+)`").FindAllStringSubmatch(string(guide), -1)
	if len(quoted) < 20 {
		t.Errorf("only %d messages are quoted", len(quoted))
	}
	for _, quote := range quoted {
		if !isOne(quote[1], texts) {
			t.Errorf("no message is %q", quote[1])
		}
	}
}

// isOne reports whether a text matches one of the formats.
func isOne(text string, formats []string) bool {
	for _, format := range formats {
		parts := strings.Split(format, "%s")
		for i := range parts {
			parts[i] = regexp.QuoteMeta(parts[i])
		}
		pattern := "^" + strings.Join(parts, `\S+`) + "$"
		if len(format) > len("%s was") && regexp.MustCompile(pattern).MatchString(strings.TrimSuffix(text, "…")) {
			return true
		}
	}
	return false
}

// textsIn are all string literals in a folder's source without tests.
func textsIn(t *testing.T, folder string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			if literal, ok := node.(*ast.BasicLit); ok && literal.Kind == token.STRING {
				text, _ := strconv.Unquote(literal.Value)
				texts = append(texts, text)
			}
			return true
		})
	}
	return texts
}
