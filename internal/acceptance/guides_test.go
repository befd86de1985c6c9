package acceptance

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// guides is the folder of the guides, as they are read.
const guides = "../../docs/guides"

// newerGuides are the sections that an older CLI than this Terraform 1.x does not know.
var newerGuides = map[string]int{
	"Let somebody go": 7,
	"By a query":      14,
	"Import it":       7,
}

// Each Terraform block of each guide is formatted and valid, together with the others of its section.
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
				if minor, ok := newerGuides[heading]; ok {
					needsTerraform(t, minor)
				}
				c := newWorld(t).guided(filepath.Base(file), heading)
				c.file("roster.yaml", "ada.moreau@example.com: {name: Ada Moreau, roles: [developer]}\n")
				c.run("fmt", "-check", "-diff", "-no-color").ok()
				c.run("validate", "-no-color").ok()
			})
		}
	}
}

// sections reads a guide: below each heading, by language, the blocks of code.
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

// guided is an installed provider, with a configuration that follows a guide.
func (w *world) guided(guide string, headings ...string) *cli {
	w.t.Helper()
	c := w.installed("")
	c.env = []string{"MODELPRIME_ENDPOINT=" + w.url + sandbox.BasePath, "MODELPRIME_EMAIL=" + sandbox.DefaultEmail, "MODELPRIME_TOKEN=" + sandbox.DefaultToken}
	c.follow(guide, headings...)
	return c
}

// follow puts the blocks of these sections in the place of the configuration.
func (c *cli) follow(guide string, headings ...string) {
	c.t.Helper()
	old, err := filepath.Glob(filepath.Join(c.dir, "*.tf*.hcl"))
	c.w.must(err)
	older, err := filepath.Glob(filepath.Join(c.dir, "*.tf"))
	c.w.must(err)
	for _, file := range slices.Concat(old, older) {
		c.w.must(os.Remove(file))
	}
	c.file("main.tf", "# A folder without a file is a mistake to the CLI.\n")
	read := sections(c.t, filepath.Join(guides, guide))
	for i, heading := range headings {
		if len(read[heading]["terraform"]) == 0 {
			c.t.Fatalf("%s has no section %q with Terraform blocks", guide, heading)
		}
		for j, block := range read[heading]["terraform"] {
			name := fmt.Sprintf("section%d_block%d.tf", i, j)
			if strings.HasPrefix(block, "list ") {
				name = strings.TrimSuffix(name, ".tf") + ".tfquery.hcl"
			}
			c.file(name, block)
		}
	}
}

// rewrite replaces texts in the configuration, in pairs; each must be there.
func (c *cli) rewrite(pairs ...string) {
	c.t.Helper()
	files, err := filepath.Glob(filepath.Join(c.dir, "*.tf"))
	c.w.must(err)
	all := ""
	for _, file := range files {
		text, err := os.ReadFile(file)
		c.w.must(err)
		all += string(text)
		c.w.must(os.WriteFile(file, []byte(strings.NewReplacer(pairs...).Replace(string(text))), 0o600))
	}
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(all, pairs[i]) {
			c.t.Fatalf("the configuration has no %q:\n%s", pairs[i], all)
		}
	}
}

// output is what the output is now.
func (c *cli) output(name string) string {
	c.t.Helper()
	return strings.TrimSpace(c.run("output", "-raw", name).ok().printed)
}

// shell runs a guide's shell block, in the folder of the configuration, and fails the test unless it ends with code.
func (c *cli) shell(code int, guide, heading string) {
	c.t.Helper()
	for _, tool := range []string{"sh", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			c.t.Skip("needs ", tool)
		}
	}
	script := strings.Join(sections(c.t, filepath.Join(guides, guide))[heading]["shell"], "")
	program, err := exec.LookPath(cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"))
	c.w.must(err)
	program, err = filepath.Abs(program)
	c.w.must(err)
	bin := c.t.TempDir()
	c.w.must(os.Symlink(program, filepath.Join(bin, "terraform")))
	found, stop := c.find()
	defer stop()
	cmd := exec.CommandContext(c.t.Context(), "sh", "-euc", script)
	cmd.Dir = c.dir
	cmd.Env = append(append(plainEnvironment(), found...), c.env...)
	cmd.Env = append(cmd.Env, "PATH="+bin+string(os.PathListSeparator)+os.Getenv("PATH"), "TF_CLI_ARGS_apply=-auto-approve", "TF_CLI_ARGS=-no-color")
	printed, _ := cmd.CombinedOutput()
	if got := cmd.ProcessState.ExitCode(); got != code {
		c.t.Errorf("ended with %d, want %d:\n%s\n%s", got, code, script, printed)
	}
}
