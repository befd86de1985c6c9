package contract

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// kind is what a schema describes, which decides what in it counts.
type kind int

const (
	inRequest kind = iota
	inReply        // what narrows a value does not count: replies are read more widely than they are written
	inError        // fields that only one side has do not count either
)

// shape is a schema without the many ways to write the same: references, allOf, a null in a union or among the
// types, an enum of one written as a constant.
type shape struct {
	types    []string
	nullable bool
	traits   map[string]string // "maximum": "100"; what is not set is not there
	items    *shape
	fields   map[string]*shape
	required map[string]bool
}

const deepest = 8 // our own is half as deep

func shapeOf(ref *openapi3.SchemaRef) *shape { return shapeWithin(nil, ref) }

// shapeWithin knows the schemas around this one, for a schema may contain itself. It is told once.
func shapeWithin(around []*openapi3.Schema, ref *openapi3.SchemaRef) *shape {
	s := &shape{traits: map[string]string{}, fields: map[string]*shape{}, required: map[string]bool{}}
	if ref == nil || ref.Value == nil || len(around) == deepest || slices.Contains(around, ref.Value) {
		return s
	}
	s.read(append(slices.Clone(around), ref.Value), ref.Value)
	slices.Sort(s.types)
	s.types = slices.Compact(s.types)
	return s
}

func (s *shape) read(around []*openapi3.Schema, schema *openapi3.Schema) {
	s.readTypes(schema)
	s.readTraits(schema)
	if schema.Items != nil {
		s.items = shapeWithin(around, schema.Items)
	}
	for name, field := range schema.Properties {
		s.fields[name] = shapeWithin(around, field)
	}
	for _, name := range schema.Required {
		s.required[name] = true
	}
	for _, part := range schema.AllOf {
		s.merge(shapeWithin(around, part), true)
	}
	choices := slices.Concat(schema.AnyOf, schema.OneOf)
	choices = slices.DeleteFunc(choices, func(c *openapi3.SchemaRef) bool { return isNull(c, s) })
	for _, choice := range choices {
		s.merge(shapeWithin(around, choice), len(choices) == 1)
	}
}

// isNull notes a choice that is only the null.
func isNull(choice *openapi3.SchemaRef, s *shape) bool {
	if choice == nil || choice.Value == nil || !choice.Value.Type.Is(openapi3.TypeNull) {
		return false
	}
	s.nullable = true
	return true
}

func (s *shape) readTypes(schema *openapi3.Schema) {
	s.nullable = s.nullable || schema.Nullable || schema.Type.IncludesNull()
	for _, name := range schema.Type.Slice() {
		if name != openapi3.TypeNull {
			s.types = append(s.types, name)
		}
	}
	switch {
	case len(s.types) > 0:
	case len(schema.Properties) > 0:
		s.types = []string{openapi3.TypeObject}
	case schema.Items != nil:
		s.types = []string{openapi3.TypeArray}
	case isText(schema.Const) || len(schema.Enum) > 0 && isText(schema.Enum[0]):
		s.types = []string{openapi3.TypeString}
	}
}

func isText(v any) bool { _, is := v.(string); return is }

func (s *shape) readTraits(schema *openapi3.Schema) {
	s.set("format", schema.Format)
	s.set("pattern", schema.Pattern)
	s.set("minimum", bound(schema.Min, schema.ExclusiveMin))
	s.set("maximum", bound(schema.Max, schema.ExclusiveMax))
	s.set("multipleOf", number(schema.MultipleOf))
	s.set("minLength", atLeast(schema.MinLength))
	s.set("maxLength", atMost(schema.MaxLength))
	s.set("minItems", atLeast(schema.MinItems))
	s.set("maxItems", atMost(schema.MaxItems))
	s.set("values", values(schema))
	if schema.UniqueItems {
		s.set("uniqueItems", "true")
	}
	if schema.Default != nil {
		s.set("default", asJSON(schema.Default))
	}
}

func (s *shape) set(trait, value string) {
	if value != "" {
		s.traits[trait] = value
	}
}

// merge adds what another schema says about the same value. What is only one choice of several requires nothing.
func (s *shape) merge(other *shape, certain bool) {
	s.types = append(s.types, other.types...)
	s.nullable = s.nullable || other.nullable
	maps.Copy(s.fields, other.fields)
	if other.items != nil {
		s.items = other.items
	}
	if certain {
		maps.Copy(s.traits, other.traits)
		maps.Copy(s.required, other.required)
	}
}

func bound(limit *float64, exclusive openapi3.ExclusiveBound) string {
	switch {
	case exclusive.Value != nil:
		return number(exclusive.Value) + " (exclusive)"
	case limit != nil && exclusive.IsTrue():
		return number(limit) + " (exclusive)"
	}
	return number(limit)
}

func number(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}

func atLeast(n uint64) string {
	if n == 0 {
		return ""
	}
	return strconv.FormatUint(n, 10)
}

func atMost(n *uint64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatUint(*n, 10)
}

// values lists what is allowed, without the null, which is told apart.
func values(schema *openapi3.Schema) string {
	all := slices.Clone(schema.Enum)
	if schema.Const != nil {
		all = append(all, schema.Const)
	}
	var texts []string
	for _, value := range all {
		if value != nil {
			texts = append(texts, asJSON(value))
		}
	}
	slices.Sort(texts)
	return strings.Join(texts, ", ")
}

func asJSON(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		return fmt.Sprint(v)
	}
	return string(text)
}

func (c *comparison) compareShapes(place, path string, theirs, ours *shape, kind kind) {
	here := placeOf(place, path)
	if kind != inError || !theirs.isOneOf(ours) {
		c.differ(here, theirs.typeName(), ours.typeName())
	}
	c.differYesNo(here, "nullable", theirs.nullable, ours.nullable)
	for _, trait := range sortedUnion(theirs.traits, ours.traits) {
		their, our := theirs.traits[trait], ours.traits[trait]
		if their != our && (kind == inRequest || trait == "format") {
			c.add(here, "theirs has %s, ours %s", traitText(trait, their), traitValue(our))
		}
	}
	if theirs.items != nil && ours.items != nil {
		c.compareShapes(place, path+"[]", theirs.items, ours.items, kind)
	}
	for _, name := range sortedUnion(theirs.fields, ours.fields) {
		c.compareField(place, strings.TrimPrefix(path+"."+name, "."), name, theirs, ours, kind)
	}
}

func (c *comparison) compareField(place, path, name string, theirs, ours *shape, kind kind) {
	here := placeOf(place, path)
	their, our := theirs.fields[name], ours.fields[name]
	switch {
	case their != nil && our != nil:
		if kind != inError {
			c.differYesNo(here, "required", theirs.required[name], ours.required[name])
		}
		c.compareShapes(place, path, their, our, kind)
	case kind == inError:
	case their != nil:
		c.add(here, "only theirs, %s", requiredWord(theirs.required[name]))
	default:
		c.add(here, "only ours, %s", requiredWord(ours.required[name]))
	}
}

func placeOf(place, path string) string {
	switch path {
	case "":
		return place
	case "[]":
		return place + ": each item"
	}
	return fmt.Sprintf("%s: field %q", place, path)
}

// isOneOf says whether every type of this shape is one that the wider one takes, too.
func (s *shape) isOneOf(wider *shape) bool {
	return len(s.types) > 0 && !slices.ContainsFunc(s.types, func(t string) bool { return !slices.Contains(wider.types, t) })
}

func (s *shape) typeName() string {
	if len(s.types) == 0 {
		return "of any type"
	}
	return strings.Join(s.types, " or ")
}

func traitText(trait, value string) string {
	if value == "" {
		return "no " + trait
	}
	return trait + " " + value
}

func traitValue(value string) string {
	if value == "" {
		return "none"
	}
	return value
}
