package provider_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// documented is the folder of the documentation's example files.
const documented = "../../examples"

// The people of the examples, where an example needs them as members.
var (
	moreau    = sandbox.User{ID: "google-oauth2|117254301968472519033", Email: "ada.moreau@example.com", Name: "Ada Moreau", Roles: []string{"analyst", "developer"}}
	grimm     = sandbox.User{ID: "auth0|64f0c1d2e3a4b5c6d7e8f901", Email: "walter.grimm@example.net", Name: "Walter Grimm"}
	mackenna  = sandbox.User{ID: "auth0|64f0c1d2e3a4b5c6d7e8f903", Email: "fiona.mackenna@example.net", Name: "Fiona Mackenna"}
	abernathy = sandbox.User{ID: "auth0|64f0c1d2e3a4b5c6d7e8f902", Email: "ruth.abernathy@example.com", Name: "Ruth Abernathy", Roles: []string{"admin", "analyst"}}
)

// example says how a documentation file is tested, and with which members.
type example struct {
	members []sandbox.User
	try     func(c *acctest.CLI)
	minor   int // of the required Terraform; 0 is any, and any OpenTofu
	beside  []string
}

var exampleFiles = map[string]example{
	"provider/provider.tf": {try: settles},

	"resources/modelprime_membership/resource.tf":             {try: settles},
	"resources/modelprime_membership/resource_for_each.tf":    {try: settles},
	"resources/modelprime_membership/resource_partner.tf":     {try: settles},
	"resources/modelprime_membership/resource_adopt.tf":       {try: adopts, members: []sandbox.User{abernathy}},
	"resources/modelprime_membership/resource_keep.tf":        {try: keeps("noor.haddad@example.com")},
	"resources/modelprime_membership/import.sh":               {try: imports, members: []sandbox.User{moreau}},
	"resources/modelprime_membership/import-by-string-id.tf":  {try: imports, members: []sandbox.User{moreau, abernathy}},
	"resources/modelprime_membership/import-by-identity.tf":   {try: imports, members: []sandbox.User{moreau, abernathy}, minor: 12},
	"resources/modelprime_role_assignment/resource.tf":        {try: settles, members: []sandbox.User{abernathy, grimm}},
	"resources/modelprime_role_assignment/resource_keep.tf":   {try: keeps(), members: []sandbox.User{abernathy, grimm, moreau}},
	"resources/modelprime_role_assignment/import.sh":          {try: imports, members: []sandbox.User{abernathy, grimm}},
	"resources/modelprime_exclusive_memberships/resource.tf":  {try: settles, members: []sandbox.User{abernathy}},
	"resources/modelprime_absent_memberships/resource.tf":     {try: settles, members: []sandbox.User{abernathy, grimm}},
	"resources/modelprime_current_user/resource.tf":           {try: settles},
	"resources/modelprime_password_reset/resource.tf":         {try: settles, members: []sandbox.User{grimm}},
	"data-sources/modelprime_organization/data-source.tf":     {try: settles},
	"data-sources/modelprime_current_user/data-source.tf":     {try: settles},
	"data-sources/modelprime_user/data-source.tf":             {try: settles, members: []sandbox.User{moreau}},
	"data-sources/modelprime_users/data-source.tf":            {try: settles, members: []sandbox.User{moreau}},
	"data-sources/modelprime_membership_audit/data-source.tf": {try: reportsDrift, members: []sandbox.User{abernathy}},

	"resources/modelprime_role_assignment/import-by-string-id.tf": {try: imports, members: []sandbox.User{abernathy, grimm}},
	"resources/modelprime_role_assignment/import-by-identity.tf":  {try: imports, members: []sandbox.User{abernathy, grimm}, minor: 12},

	"functions/roster/function.tf":     {try: settles, beside: []string{"roster.yaml"}},
	"functions/roster/function-csv.tf": {try: settles, beside: []string{"people.csv"}},

	"actions/modelprime_reset_password/action.tf":                         {try: resets, members: []sandbox.User{grimm}, minor: 14},
	"actions/modelprime_reset_password/action_trigger.tf":                 {try: resetsByItself, members: []sandbox.User{mackenna}, minor: 14},
	"list-resources/modelprime_membership/list-resource.tfquery.hcl":      {try: finds, members: []sandbox.User{grimm}, minor: 14},
	"list-resources/modelprime_role_assignment/list-resource.tfquery.hcl": {try: finds, members: []sandbox.User{grimm}, minor: 14},
}

// Each example file of the documentation works.
func TestExamples(t *testing.T) {
	t.Parallel()
	for _, folder := range []string{"provider", "resources", "data-sources", "functions", "actions", "list-resources"} {
		err := fs.WalkDir(os.DirFS(documented), folder, func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || strings.HasSuffix(path, ".yaml") || strings.HasSuffix(path, ".csv") {
				return err
			}
			t.Run(path, func(t *testing.T) {
				t.Parallel()
				exampleFiles[path].run(t, path)
			})
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

func (e example) run(t *testing.T, path string) {
	t.Helper()
	if e.try == nil {
		t.Fatal("this example has no test")
	}
	if e.minor > 0 {
		acctest.NeedsTerraform(t, e.minor)
	}
	if strings.HasPrefix(path, "functions/") {
		acctest.NeedsFunctions(t)
	}
	w := acctest.NewWorldWith(t, sandbox.Options{Organization: sandbox.Organization{
		ID: "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", Name: "Example Robotics", ShortName: "robotics",
		CreatedAt: "2026-01-01T00:00:00Z", UpdatedAt: "2026-01-01T00:00:00Z",
	}})
	for _, member := range e.members {
		w.Add(member)
	}
	c := w.Installed("")
	c.Env = []string{"MODELPRIME_ENDPOINT=" + w.URL + sandbox.BasePath, "MODELPRIME_EMAIL=" + sandbox.DefaultEmail, "MODELPRIME_TOKEN=" + sandbox.DefaultToken}
	c.File("main.tf", "provider \"modelprime\" {\n}\n")
	if folder := filepath.Dir(path); strings.HasPrefix(folder, "resources/") {
		c.File("resource.tf", exampleText(t, folder+"/resource.tf"))
	}
	if folder := filepath.Dir(path); folder == "provider" {
		c.File("main.tf", "")
	}
	c.File(filepath.Base(path), exampleText(t, path))
	for _, name := range e.beside {
		c.File(name, exampleText(t, filepath.Dir(path)+"/"+name))
	}
	if strings.HasPrefix(path, "functions/") { // a function needs its provider's source
		c.File("main.tf", "terraform {\n  required_providers {\n    modelprime = {\n      source = \"model-prime/modelprime\"\n    }\n  }\n}\n")
	}
	e.try(c)
}

func exampleText(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(documented, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// settles applies an example. The next plan is empty.
func settles(c *acctest.CLI) {
	c.T.Helper()
	c.Apply().OK()
	c.Plan().OK().Plans()
}

// adopts takes over a member without an e-mail.
func adopts(c *acctest.CLI) {
	c.T.Helper()
	settles(c)
	c.World.Emailed("ada.moreau@example.com") // invited by the example beside it
}

// keeps applies an example, and destroys it after these people have joined: all members and their roles stay.
func keeps(invited ...string) func(c *acctest.CLI) {
	return func(c *acctest.CLI) {
		c.T.Helper()
		settles(c)
		for _, email := range invited {
			c.World.Accept(email)
		}
		c.Apply().OK()
		before := c.World.Members()
		c.File("resource_keep.tf", "")
		c.Apply().OK()
		if after := c.World.Members(); !reflect.DeepEqual(before, after) {
			c.T.Errorf("the members were %v and are %v", before, after)
		}
	}
}

// imports runs an example's commands, or applies its blocks.
func imports(c *acctest.CLI) {
	c.T.Helper()
	before := len(c.State())
	script, err := os.ReadFile(filepath.Join(c.Dir, "import.sh"))
	if err != nil {
		planned := c.Plan().OK().Planned
		if !strings.Contains(strings.Join(planned, " "), "import ") {
			c.T.Errorf("nothing is imported: %v", planned)
		}
		c.ApplySaved().OK()
		return
	}
	for line := range strings.Lines(string(script)) {
		words := strings.Fields(line)
		if words[0] != "terraform" {
			continue
		}
		address := words[2]
		c.Import(address, strings.Trim(words[3], "'")).OK()
		c.Holds(address, nil)
		c.Run("state", "rm", address).OK()
	}
	if len(c.State()) != before {
		c.T.Error("more was imported than was asked for")
	}
}

// reportsDrift finds an unmanaged member, no missing invited people, and differing roles.
func reportsDrift(c *acctest.CLI) {
	c.T.Helper()
	const stranger = "Not in the roster: ruth.abernathy@example.com."
	c.Apply().OK()
	c.Plan().OK().Plans().Warns(stranger).Warnings(1)
	c.World.Must(c.World.SetRoles(c.World.Accept("walter.grimm@example.net"), "admin", "analyst"))
	c.Plan("-refresh-only").OK().Warns(stranger).Warns("Roles differ: walter.grimm@example.net.").Warnings(2)
}

// resets invokes the action as the example does.
func resets(c *acctest.CLI) {
	c.T.Helper()
	c.Apply().OK()
	c.World.Emailed()
	c.Apply("-invoke=action.modelprime_reset_password.walter").OK()
	c.World.Emailed("walter.grimm@example.net")
}

// resetsByItself sends an e-mail at the creation of the resource, and another for a changed date.
func resetsByItself(c *acctest.CLI) {
	c.T.Helper()
	settles(c)
	c.World.Emailed("fiona.mackenna@example.net")
	rewrite(c, "2026-03-01", "2026-04-01")
	settles(c)
	c.World.Emailed("fiona.mackenna@example.net", "fiona.mackenna@example.net")
}

// finds runs the query.
func finds(c *acctest.CLI) {
	c.T.Helper()
	if found := c.Run("query", "-no-color").OK(); !strings.Contains(found.Printed, "Walter Grimm <walter.grimm@example.net>") {
		c.T.Error(found.Printed)
	}
}
