package roster

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v4"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// schemaOf compiles the schema beside the example.
func schemaOf(t testing.TB) *jsonschema.Schema {
	t.Helper()
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat() // as editors do
	schema, err := compiler.Compile(filepath.Join("..", "..", "examples", "gitops", "roster.schema.json"))
	if err != nil {
		t.Fatal(err)
	}
	return schema
}

// asEditorsRead is a text's value as a YAML language server validates it. It is false if the text is not validated.
func asEditorsRead(text string) (any, bool) {
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		return nil, false
	}
	var document yaml.Node
	if err := loader.Load(&document); errors.Is(err, io.EOF) {
		return nil, true
	} else if err != nil {
		return nil, false
	}
	if loader.Load(&yaml.Node{}) == nil {
		return nil, false
	}
	return valueOfNode(document.Content[0])
}

func valueOfNode(n *yaml.Node) (any, bool) {
	switch {
	case n.Style&yaml.TaggedStyle != 0 || n.Kind == yaml.AliasNode:
		return nil, false
	case n.Kind == yaml.MappingNode:
		object := map[string]any{}
		for key, value := range pairs(n) {
			read, ok := valueOfNode(value)
			if _, repeated := object[key.Value]; repeated || !ok || key.Kind != yaml.ScalarNode {
				return nil, false
			}
			object[key.Value] = read
		}
		return object, true
	case n.Kind == yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			read, ok := valueOfNode(item)
			if !ok {
				return nil, false
			}
			list = append(list, read)
		}
		return list, true
	}
	switch n.Tag {
	case "!!null":
		return nil, true
	case "!!bool":
		return strings.EqualFold(n.Value, "true"), true
	case "!!int", "!!float":
		return json.Number("1"), true
	}
	return n.Value, true
}

// The schema and the parser agree. Texts that an editor rejects as YAML are not validated.
func TestSchemaAgreesWithTheParser(t *testing.T) {
	schema := schemaOf(t)
	for name, test := range goodTexts {
		text := joinSurrogates(test.text) // as a JSON reader does
		if value, ok := asEditorsRead(text); !ok || schema.Validate(value) != nil {
			t.Errorf("%s is refused: %v", name, schema.Validate(value))
		}
	}
	for _, name := range []string{"gitops/roster.yaml", "functions/roster/roster.yaml"} {
		data, err := os.ReadFile(filepath.Join("..", "..", "examples", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ParseText(string(data)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if value, ok := asEditorsRead(string(data)); !ok || schema.Validate(value) != nil {
			t.Errorf("%s is refused: %v", name, schema.Validate(value))
		}
	}
	for name, test := range badTexts {
		value, ok := asEditorsRead(test.text)
		if unseen := !ok || schema.Validate(value) == nil; unseen != test.unseen {
			t.Errorf("%s is unseen: %t", name, unseen)
		}
	}
}

// The schema has the same roles and connections as the provider.
func TestSchemaHasRolesAndConnections(t *testing.T) {
	data, err := os.ReadFile("../../examples/gitops/roster.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	var schema struct {
		Defs struct {
			Roles           struct{ Items struct{ Enum []string } }
			LoginConnection struct{ Enum []*string } `json:"login_connection"`
		} `json:"$defs"`
	}
	if err := json.Unmarshal(data, &schema); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(schema.Defs.Roles.Items.Enum, modelprime.Roles()) {
		t.Errorf("roles: %v", schema.Defs.Roles.Items.Enum)
	}
	var connections []string
	for _, connection := range schema.Defs.LoginConnection.Enum {
		if connection != nil && *connection != "" {
			connections = append(connections, *connection)
		}
	}
	if !slices.Equal(connections, modelprime.Connections()) {
		t.Errorf("connections: %v", connections)
	}
}

// The schema is valid, which its compilation does not check.
func TestSchemaIsValid(t *testing.T) {
	file, err := os.Open("../../examples/gitops/roster.schema.json")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	value, err := jsonschema.UnmarshalJSON(file)
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
