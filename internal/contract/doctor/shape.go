package doctor

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

// judgeShape compares a decoded value with its schema. Its findings name fields and types. The only values are role names and
// ID prefixes.
func (d *doctor) judgeShape(f *findings, schema *openapi3.SchemaRef, value any) {
	judge{d, f}.value("", schema, value)
}

// connections returns the ID prefixes that the contract knows.
func (d *doctor) connections() []string {
	known, _ := d.document.Components.Schemas["UserId"].Value.Extensions["x-connections"].(map[string]any)
	return sortedKeys(known)
}

type judge struct {
	doctor   *doctor
	findings *findings
}

func (j judge) value(path string, schema *openapi3.SchemaRef, value any) {
	if !typeFits(schema.Value.Type, value) {
		j.wrongType(path, schema, value)
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

func (j judge) wrongType(path string, schema *openapi3.SchemaRef, value any) {
	switch {
	case value == nil && slices.Contains([]string{"short_name", "created_at", "updated_at"}, path):
		j.doctor.recognise(j.findings, "more", "nulls")
	case typeOf(value) == openapi3.TypeString && path == "count":
		j.doctor.recognise(j.findings, "list", "count-string")
	default:
		j.findings.differ("%s is %s, the contract says %s", place(path), typeOf(value), strings.Join(schema.Value.Type.Slice(), " or "))
	}
}

func (j judge) object(path string, schema *openapi3.Schema, fields map[string]any) {
	for _, name := range schema.Required {
		if _, there := fields[name]; there {
			continue
		}
		if join(path, name) == "count" {
			j.doctor.recognise(j.findings, "list", "count-missing")
			continue
		}
		j.findings.differ("%s is missing", place(join(path, name)))
	}
	for _, name := range sortedKeys(fields) {
		if described, known := schema.Properties[name]; known {
			j.value(join(path, name), described, fields[name])
			continue
		}
		j.findings.remark("%s is not in the contract", place(join(path, name)))
		j.doctor.recognise(j.findings, "more", "fields")
	}
	_, isUser := schema.Properties["email"]
	if name, _ := fields["name"].(string); isUser && name == "" && fields["name"] != nil {
		j.doctor.recognise(j.findings, "more", "names")
	}
}

func (j judge) text(path string, schema *openapi3.SchemaRef, text string) {
	if err := contract.CheckFormat(schema.Value.Format, text); err != nil {
		j.findings.differ("%s is %v", place(path), err)
		return
	}
	switch {
	case schema.Value.Format == "date-time" && (strings.Contains(text, ".") || !strings.HasSuffix(text, "Z")):
		j.doctor.recognise(j.findings, "more", "times")
	case strings.HasSuffix(schema.Ref, "/UserId"):
		j.userID(path, text)
	case strings.HasSuffix(schema.Ref, "/RoleName") && !slices.Contains(j.doctor.roles(), any(text)):
		j.findings.remark("%s holds the role %q, which is not in the contract", place(path), text)
		j.doctor.recognise(j.findings, "more", "roles")
	}
}

// roles returns the roles that can be assigned.
func (d *doctor) roles() []any { return d.document.Components.Schemas["PermissionRole"].Value.Enum }

func (j judge) userID(path, id string) {
	form := j.doctor.formOfID(id)
	switch form {
	case "":
		j.findings.differ("%s has none of the forms in the contract", place(path))
		return
	case "other-prefix":
		prefix, _, _ := strings.Cut(id, "|")
		j.findings.remark("%s starts with %q", place(path), prefix)
	}
	j.doctor.recognise(j.findings, "ids", form)
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
