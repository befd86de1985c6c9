package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// setValue makes a set of texts. Roles that the contract does not know are kept and shown, not dropped.
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
