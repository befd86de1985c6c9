package doctor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

// judgeShape holds a decoded value against its schema. What it notes names fields and types, never what is in them,
// save the names of roles and the kinds of ids.
func (d *doctor) judgeShape(f *findings, schema *openapi3.SchemaRef, value any) {
	j := judge{
		findings:    f,
		roles:       d.document.Components.Schemas["PermissionRole"].Value.Enum,
		connections: d.connections(),
	}
	j.value("", schema, value)
}

// connections are the kinds of ids that the contract knows, by their prefix.
func (d *doctor) connections() []string {
	known, _ := d.document.Components.Schemas["UserId"].Value.Extensions["x-connections"].(map[string]any)
	return sortedKeys(known)
}

type judge struct {
	findings    *findings
	roles       []any
	connections []string
}

func (j judge) value(path string, schema *openapi3.SchemaRef, value any) {
	switch {
	case len(schema.Value.OneOf) > 0:
		if schema.Value.VisitJSON(value) != nil {
			j.findings.differ("%s is %s, the contract says otherwise", place(path), typeOf(value))
		}
		return
	case !typeFits(schema.Value.Type, value):
		j.findings.differ("%s is %s, the contract says %s", place(path), typeOf(value), strings.Join(schema.Value.Type.Slice(), " or "))
		return
	}
	switch v := value.(type) {
	case map[string]any:
		j.object(path, schema.Value, v)
	case []any:
		for _, item := range v {
			j.value(path+"[]", schema.Value.Items, item)
		}
	case string:
		j.text(path, schema, v)
	case float64:
		if schema.Value.Min != nil && v < *schema.Value.Min {
			j.findings.differ("%s is less than %v", place(path), *schema.Value.Min)
		}
	}
}

func (j judge) object(path string, schema *openapi3.Schema, fields map[string]any) {
	for _, name := range schema.Required {
		if _, there := fields[name]; !there {
			j.findings.differ("%s is missing", place(join(path, name)))
		}
	}
	for _, name := range sortedKeys(fields) {
		if described, known := schema.Properties[name]; known {
			j.value(join(path, name), described, fields[name])
		} else {
			j.findings.remark("%s is not in the contract", place(join(path, name)))
		}
	}
}

func (j judge) text(path string, schema *openapi3.SchemaRef, text string) {
	if err := contract.CheckFormat(schema.Value.Format, text); err != nil {
		j.findings.differ("%s is %v", place(path), err)
	}
	switch {
	case strings.HasSuffix(schema.Ref, "/UserId"):
		j.userID(path, text)
	case strings.HasSuffix(schema.Ref, "/RoleName") && !slices.Contains(j.roles, any(text)):
		j.findings.differ("%s holds the role %q, which the contract does not know", place(path), text)
	}
}

func (j judge) userID(path, id string) {
	known := strings.Join(j.connections, " and ")
	prefix, _, found := strings.Cut(id, "|")
	switch {
	case !found:
		j.findings.differ("%s has no \"|\"; the contract knows ids of %s", place(path), known)
	case !slices.Contains(j.connections, prefix):
		j.findings.differ("%s begins with %q; the contract knows ids of %s", place(path), prefix, known)
	}
}

func place(path string) string {
	if path == "" {
		return "the body"
	}
	return fmt.Sprintf("field %q", path)
}

func join(path, name string) string { return strings.TrimPrefix(path+"."+name, ".") }

func typeFits(types *openapi3.Types, value any) bool {
	name := typeOf(value)
	return types.Permits(name) || name == openapi3.TypeInteger && types.Permits(openapi3.TypeNumber)
}

func typeOf(value any) string {
	switch v := value.(type) {
	case nil:
		return openapi3.TypeNull
	case bool:
		return openapi3.TypeBoolean
	case string:
		return openapi3.TypeString
	case []any:
		return openapi3.TypeArray
	case map[string]any:
		return openapi3.TypeObject
	case float64:
		if v == math.Trunc(v) {
			return openapi3.TypeInteger
		}
	}
	return openapi3.TypeNumber
}
