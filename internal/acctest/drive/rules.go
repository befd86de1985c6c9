package drive

import (
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// proposed merges a configuration with the prior values, as Terraform does before the provider's plan: an optional and computed
// attribute that is not configured keeps its value.
func proposed(schema *tfprotov6.Schema, prior, config tftypes.Value) tftypes.Value {
	before, configured := attributesOf(prior), attributesOf(config)
	merged := map[string]tftypes.Value{}
	for _, a := range schema.Block.Attributes {
		value := configured[a.Name]
		if a.Computed && (!a.Optional || value.IsNull()) {
			value = tftypes.NewValue(a.Type, nil)
			if kept, ok := before[a.Name]; ok {
				value = kept
			}
		}
		merged[a.Name] = value
	}
	return tftypes.NewValue(config.Type(), merged)
}

// planValid lists planned values that are neither configured, nor prior, nor computed.
func planValid(schema *tfprotov6.Schema, prior, config, planned tftypes.Value) []string {
	before, configured, after := attributesOf(prior), attributesOf(config), attributesOf(planned)
	var wrong []string
	for _, a := range schema.Block.Attributes {
		value := configured[a.Name]
		kept, existed := before[a.Name]
		switch {
		case after[a.Name].Equal(value):
		case existed && after[a.Name].Equal(kept) && !kept.IsNull() && !value.IsNull():
		case value.IsNull() && a.Computed:
		default:
			wrong = append(wrong, fmt.Sprintf("%s: planned %s, configured %s", a.Name, after[a.Name], value))
		}
	}
	return wrong
}

// disagreements lists where an object differs from its plan. An unknown value may become any value.
func disagreements(planned, actual tftypes.Value) []string {
	if planned.IsNull() != actual.IsNull() {
		return []string{fmt.Sprintf("planned %s, got %s", planned, actual)}
	}
	after := attributesOf(actual)
	var wrong []string
	for name, value := range attributesOf(planned) {
		if !compatible(value, after[name]) {
			wrong = append(wrong, fmt.Sprintf("%s: planned %s, got %s", name, value, after[name]))
		}
	}
	slices.Sort(wrong)
	return wrong
}

func compatible(planned, actual tftypes.Value) bool {
	switch {
	case planned.IsFullyKnown():
		return planned.Equal(actual)
	case !planned.IsKnown():
		return true
	case !actual.IsKnown() || actual.IsNull():
		return false
	case planned.Type().Is(tftypes.Map{}):
		return compatibleMaps(planned, actual)
	}
	return len(elementsOf(actual)) <= len(elementsOf(planned)) // unknown elements may turn out equal to others
}

func compatibleMaps(planned, actual tftypes.Value) bool {
	after := attributesOf(actual)
	for key, value := range attributesOf(planned) {
		if got, ok := after[key]; !ok || !compatible(value, got) {
			return false
		}
	}
	return len(after) == len(attributesOf(planned))
}

// replaces reports whether an attribute that requires a replacement changes.
func replaces(required []*tftypes.AttributePath, prior, planned tftypes.Value) bool {
	if prior.IsNull() {
		return false
	}
	before, after := attributesOf(prior), attributesOf(planned)
	return slices.ContainsFunc(required, func(path *tftypes.AttributePath) bool {
		name, ok := path.Steps()[0].(tftypes.AttributeName)
		return ok && !before[string(name)].Equal(after[string(name)])
	})
}
