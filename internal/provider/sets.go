package provider

import (
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// setValue makes a set of texts. Roles that are not in the contract are kept and shown.
func setValue(texts []string) types.Set {
	elements := make([]attr.Value, 0, len(texts))
	seen := make(map[string]bool, len(texts))
	for _, text := range texts {
		if !seen[text] {
			seen[text] = true
			elements = append(elements, types.StringValue(text))
		}
	}
	return types.SetValueMust(types.StringType, elements)
}

// textsOf returns the known elements of a set of texts.
func textsOf(set types.Set) []string {
	texts := make([]string, 0, len(set.Elements()))
	for _, element := range set.Elements() {
		if text, ok := element.(types.String); ok && !text.IsUnknown() && !text.IsNull() {
			texts = append(texts, text.ValueString())
		}
	}
	return texts
}

// setKnown reports whether a set and each of its elements are known.
func setKnown(set types.Set) bool {
	return !set.IsUnknown() && len(textsOf(set)) == len(set.Elements())
}

// mapValue makes a map of texts.
func mapValue(texts map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(texts))
	for key, text := range texts {
		elements[key] = types.StringValue(text)
	}
	return types.MapValueMust(types.StringType, elements)
}

// mapOf returns the known elements of a map of texts.
func mapOf(value types.Map) map[string]string {
	texts := make(map[string]string, len(value.Elements()))
	for key, element := range value.Elements() {
		if text, ok := element.(types.String); ok && !text.IsUnknown() && !text.IsNull() {
			texts[key] = text.ValueString()
		}
	}
	return texts
}

// without returns the elements whose keys are not among those of other.
func without[V any](m, other map[string]V) map[string]V {
	rest := maps.Clone(m)
	maps.DeleteFunc(rest, func(key string, _ V) bool { _, ok := other[key]; return ok })
	return rest
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
