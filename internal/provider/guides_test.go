package provider_test

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// guides is the folder of the rendered guides.
const guides = "../../docs/guides"

// newerGuides are the sections that a CLI may be too old for.
var newerGuides = map[string]func(*testing.T){
	"A YAML file through the function": acctest.NeedsFunctions,
	"By a query":                       func(t *testing.T) { acctest.NeedsTerraform(t, 14) },
	"Import it":                        acctest.NeedsFunctions,
}

// Each section's Terraform blocks are formatted and valid.
func TestGuidesAreValid(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(guides + "/*.md")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no guides", err)
	}
	for _, file := range files {
		for heading, blocks := range sections(t, file) {
			if len(blocks["terraform"]) == 0 {
				continue
			}
			t.Run(filepath.Base(file)+"/"+heading, func(t *testing.T) {
				t.Parallel()
				if needs, ok := newerGuides[heading]; ok {
					needs(t)
				}
				c := guided(acctest.NewWorld(t), filepath.Base(file), heading)
				for _, block := range blocks["csv"] {
					c.File("people.csv", block)
				}
				c.File("roster.yaml", "teams:\n  perception:\n    roles: [developer]\n    people: [{ name: Ada Moreau, email: ada.moreau@example.com }]\n")
				c.Run("fmt", "-check", "-diff", "-no-color").OK()
				c.Run("validate", "-no-color").OK()
			})
		}
	}
}

// sections reads a guide's code blocks, by heading and language.
func sections(t *testing.T, file string) map[string]map[string][]string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]map[string][]string{}
	var heading, language string
	for line := range strings.Lines(string(text)) {
		switch fence, isFence := strings.CutPrefix(strings.TrimSpace(line), "```"); {
		case isFence && language != "":
			language = ""
		case isFence:
			language = cmp.Or(fence, "text")
			found[heading][language] = append(found[heading][language], "")
		case language != "":
			blocks := found[heading][language]
			blocks[len(blocks)-1] += line
		case strings.HasPrefix(line, "#"):
			heading = strings.TrimSpace(strings.TrimLeft(line, "#"))
			if found[heading] != nil {
				t.Fatalf("%s has two sections %q", file, heading)
			}
			found[heading] = map[string][]string{}
		}
	}
	return found
}

// guided is an installed provider with the configuration of these sections.
func guided(w *acctest.World, guide string, headings ...string) *acctest.CLI {
	w.T.Helper()
	c := w.Installed("")
	c.Env = []string{"MODELPRIME_ENDPOINT=" + w.URL + sandbox.BasePath, "MODELPRIME_EMAIL=" + sandbox.DefaultEmail, "MODELPRIME_TOKEN=" + sandbox.DefaultToken}
	follow(c, guide, headings...)
	return c
}

// follow replaces the configuration by the blocks of these sections.
func follow(c *acctest.CLI, guide string, headings ...string) {
	c.T.Helper()
	old, err := filepath.Glob(filepath.Join(c.Dir, "*.tf*.hcl"))
	c.World.Must(err)
	older, err := filepath.Glob(filepath.Join(c.Dir, "*.tf"))
	c.World.Must(err)
	for _, file := range slices.Concat(old, older) {
		c.World.Must(os.Remove(file))
	}
	c.File("main.tf", "# The CLI refuses an empty folder.\n")
	read := sections(c.T, filepath.Join(guides, guide))
	for i, heading := range headings {
		if len(read[heading]["terraform"]) == 0 {
			c.T.Fatalf("%s has no section %q with Terraform blocks", guide, heading)
		}
		for j, block := range read[heading]["terraform"] {
			name := fmt.Sprintf("section%d_block%d.tf", i, j)
			if strings.HasPrefix(block, "list ") {
				name = strings.TrimSuffix(name, ".tf") + ".tfquery.hcl"
			}
			c.File(name, block)
		}
	}
}

// rewrite replaces texts in the configuration, given in pairs. Each must occur.
func rewrite(c *acctest.CLI, pairs ...string) {
	c.T.Helper()
	files, err := filepath.Glob(filepath.Join(c.Dir, "*.tf"))
	c.World.Must(err)
	all := ""
	for _, file := range files {
		text, err := os.ReadFile(file)
		c.World.Must(err)
		all += string(text)
		c.World.Must(os.WriteFile(file, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o600))
	}
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(all, pairs[i]) {
			c.T.Fatalf("the configuration has no %q:\n%s", pairs[i], all)
		}
	}
}

// outputOf is an output's current value.
func outputOf(c *acctest.CLI, name string) string {
	c.T.Helper()
	return strings.TrimSpace(c.Run("output", "-raw", name).OK().Printed)
}

// shell runs a section's shell blocks in the configuration's folder, and fails the test unless they exit with code.
func shell(c *acctest.CLI, code int, guide, heading string) {
	c.T.Helper()
	for _, tool := range []string{"sh", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			c.T.Skip("needs ", tool)
		}
	}
	script := strings.Join(sections(c.T, filepath.Join(guides, guide))[heading]["shell"], "")
	program, err := filepath.Abs(acctest.Program(c.T).Path)
	c.World.Must(err)
	bin := c.T.TempDir()
	c.World.Must(os.Symlink(program, filepath.Join(bin, "terraform")))
	cmd, stop := c.Command("sh", "-euc", script)
	defer stop()
	cmd.Env = append(cmd.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "TF_CLI_ARGS_apply=-auto-approve", "TF_CLI_ARGS=-no-color")
	printed, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		c.T.Errorf("ended with %d, want %d:\n%s\n%s", got, code, script, printed)
	}
}

// Each required_providers block in the documentation has a version.
func TestRequiredProvidersHaveAVersion(t *testing.T) {
	t.Parallel()
	found := 0
	for _, pattern := range []string{"../../README.md", "../../templates/*", "../../templates/*/*", "../../examples/*/*.tf", "../../examples/*/*/*.tf"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, _ := os.ReadFile(file) // a folder has none
			for _, rest := range strings.Split(string(text), `"model-prime/modelprime"`+"\n")[1:] {
				found++
				if !strings.HasPrefix(strings.TrimSpace(rest), `version = "~> 0.1"`) {
					t.Errorf("%s requires the provider without a version", file)
				}
			}
		}
	}
	if found < 8 {
		t.Errorf("only %d places require the provider", found)
	}
}
