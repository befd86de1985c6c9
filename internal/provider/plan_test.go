package provider

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// text is a known string, for tables.
func text(s string) types.String { return types.StringValue(s) }

// set is a known set of roles, for tables.
func set(roles ...string) types.Set {
	elements := make([]attr.Value, len(roles))
	for i, role := range roles {
		elements[i] = types.StringValue(role)
	}
	return types.SetValueMust(types.StringType, elements)
}

func unknownSet() types.Set { return types.SetUnknown(types.StringType) }

// attributes are a model's values by attribute name.
func attributes(model any) map[string]attr.Value {
	v := reflect.ValueOf(model)
	found := map[string]attr.Value{}
	for i := range v.NumField() {
		found[v.Type().Field(i).Tag.Get("tfsdk")] = v.Field(i).Interface().(attr.Value)
	}
	return found
}

// differing names the attributes that differ between two models, sorted.
func differing(a, b any) []string {
	var names []string
	others := attributes(b)
	for name, value := range attributes(a) {
		if !value.Equal(others[name]) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// sameModel fails the test for each attribute that differs.
func sameModel(t *testing.T, got, want any) {
	t.Helper()
	g, w := attributes(got), attributes(want)
	for _, name := range differing(got, want) {
		t.Errorf("%s is planned as %s, want %s", name, g[name], w[name])
	}
}

// sameWarnings fails the test unless each warning, in order, contains its text.
func sameWarnings(t *testing.T, got []warning, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("got %d warnings, want %d: %v", len(got), len(want), got)
	}
	for i, w := range got {
		if !strings.Contains(w.summary+"\n"+w.detail, want[i]) {
			t.Errorf("a warning does not say %q: %v", want[i], w)
		}
	}
}
