package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/oasdiff/yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

const exampleDir = "../../../examples/gitops"

// checkRoster holds a roster against the schema that the example brings along.
func checkRoster(t *testing.T, text string) error {
	t.Helper()
	schema, err := jsonschema.NewCompiler().Compile(filepath.Join(exampleDir, "roster.schema.json"))
	if err != nil {
		t.Fatalf("compile the schema: %v", err)
	}
	data, err := yaml.YAMLToJSON([]byte(text))
	if err != nil {
		t.Fatalf("convert the roster: %v", err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatalf("read the converted roster: %v", err)
	}
	return schema.Validate(value)
}

func exampleRoster(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(exampleDir, "roster.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestExampleRosterFitsItsSchema(t *testing.T) {
	t.Parallel()
	if err := checkRoster(t, exampleRoster(t)); err != nil {
		t.Error(err)
	}
}

// The schema is itself a valid one, which Compile does not check.
func TestRosterSchemaIsASchema(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile(filepath.Join(exampleDir, "roster.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	value, err := jsonschema.UnmarshalJSON(strings.NewReader(string(data)))
	if err != nil {
		t.Fatal(err)
	}
	meta, err := jsonschema.NewCompiler().Compile("https://json-schema.org/draft/2020-12/schema")
	if err != nil {
		t.Fatal(err)
	}
	if err := meta.Validate(value); err != nil {
		t.Error(err)
	}
}

func TestBrokenRostersAreRefused(t *testing.T) {
	t.Parallel()
	const team = "teams:\n  fleet:\n    roles: [developer]\n    people:\n"
	const ada = "name: Ada Moreau, email: ada.moreau@example.com"
	tests := map[string]struct {
		roster string
		names  string // what the refusal points at
	}{
		"no teams":             {"people: []\n", "teams"},
		"an empty list":        {"teams: {}\n", "/teams"},
		"a team of nobody":     {team + "      []\n", "/teams/fleet/people"},
		"a team without roles": {"teams:\n  fleet:\n    people: [{ " + ada + " }]\n", "roles"},
		"a team's name":        {"teams:\n  Fleet One:\n    roles: [analyst]\n    people: [{ " + ada + " }]\n", "Fleet One"},
		"an unknown role":      {team + "      - { " + ada + ", roles: [developper] }\n", "/people/0/roles/0"},
		"no role":              {team + "      - { " + ada + ", roles: [] }\n", "/people/0/roles"},
		"a role twice":         {team + "      - { " + ada + ", roles: [admin, admin] }\n", "/people/0/roles"},
		"a role as a text":     {team + "      - { " + ada + ", roles: admin }\n", "/people/0/roles"},
		"an unknown login":     {team + "      - { " + ada + ", login_connection: github }\n", "/people/0/login_connection"},
		"a misspelt key":       {team + "      - { " + ada + ", role: [admin] }\n", "'role' not allowed"},
		"no e-mail":            {team + "      - { name: Ada Moreau }\n", "email"},
		"no name":              {team + "      - { email: ada.moreau@example.com }\n", "name"},
		"a blank name":         {team + "      - { name: ' ', email: ada.moreau@example.com }\n", "/people/0/name"},
		"no address":           {team + "      - { name: Ada Moreau, email: ada.moreau }\n", "/people/0/email"},
		"two addresses":        {team + "      - { name: Ada, email: 'ada@example.com, eve@example.com' }\n", "/people/0/email"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := checkRoster(t, test.roster)
			if err == nil {
				t.Fatal("the schema takes it")
			}
			if !strings.Contains(err.Error(), test.names) {
				t.Errorf("the refusal does not point at %q: %v", test.names, err)
			}
		})
	}
}

// What the demo promises about the roster: some forty people, each once, with both logins and every role.
func TestExampleRosterIsWorthADemo(t *testing.T) {
	t.Parallel()
	people, err := readRoster(filepath.Join(exampleDir, "roster.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if entries := strings.Count(exampleRoster(t), "email:"); entries != len(people) || entries < 35 {
		t.Errorf("%d entries for %d people", entries, len(people))
	}
	seen := map[string]int{}
	for email, p := range people {
		if p.Name == "" || len(p.Roles) == 0 {
			t.Errorf("%s has no name or no role", email)
		}
		seen[p.LoginConnection]++
		for _, role := range p.Roles {
			seen[role]++
		}
	}
	for _, word := range []string{"google-oauth2", "username-password", "admin", "developer", "analyst"} {
		if seen[word] == 0 {
			t.Errorf("nobody has %s", word)
		}
	}
}

func TestReadRosterTakesTheTeamsWordWhereThePersonHasNone(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "roster.yaml")
	text := `teams:
  fleet:
    roles: [developer, analyst]
    login_connection: username-password
    people:
      - { name: Ada Moreau, email: Ada.Moreau@example.com }
      - { name: Bo Lind, email: bo.lind@example.com, roles: [admin], login_connection: google-oauth2 }
  safety:
    roles: [analyst]
    people: [{ name: Cy Falk, email: cy.falk@example.com }]
`
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	got, err := readRoster(path)
	if err != nil {
		t.Fatal(err)
	}
	want := roster{
		"ada.moreau@example.com": {"Ada Moreau", "Ada.Moreau@example.com", []string{"analyst", "developer"}, "username-password"},
		"bo.lind@example.com":    {"Bo Lind", "bo.lind@example.com", []string{"admin"}, "google-oauth2"},
		"cy.falk@example.com":    {"Cy Falk", "cy.falk@example.com", []string{"analyst"}, "google-oauth2"},
	}
	if err := expect("roster", want, got); err != nil {
		t.Error(err)
	}
}
