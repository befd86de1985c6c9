package drive

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Config is a configuration: the values of each instance by address ("modelprime_membership.team[\"ada\"]").
type Config map[string]Values

// Object is an instance in the state.
type Object struct {
	Tainted bool
	Private []byte

	value    tftypes.Value
	identity *tfprotov6.ResourceIdentityData
}

// Get returns an attribute: string, bool, int64, []any, Values or nil.
func (o *Object) Get(attribute string) any { return o.Values()[attribute] }

// Text returns a string attribute, or "" for null.
func (o *Object) Text(attribute string) string {
	text, _ := o.Get(attribute).(string)
	return text
}

// Texts returns the elements of a set of strings.
func (o *Object) Texts(attribute string) []string {
	var texts []string
	list, _ := o.Get(attribute).([]any)
	for _, item := range list {
		texts = append(texts, item.(string))
	}
	return texts
}

func (o *Object) exists() bool { return o != nil && !o.value.IsNull() }

// Values are all attributes.
func (o *Object) Values() Values { return decode(o.value).(Values) }

// key identifies an object in the state: the current one of an address, or a deposed one.
type key struct{ address, deposed string }

func typeOf(address string) string {
	name, _, _ := strings.Cut(address, ".")
	return name
}

// state is all objects. A stored object is replaced, not changed.
type state map[key]*Object

// keys are in a fixed order, so that one worker's order is always the same.
func (s state) keys() []key {
	return slices.SortedFunc(maps.Keys(s), compareKeys)
}

func compareKeys(a, b key) int {
	return cmp.Or(strings.Compare(a.address, b.address), strings.Compare(a.deposed, b.deposed))
}

// same reports whether both states have equal objects.
func (s state) same(other state) bool {
	return maps.EqualFunc(s, other, func(a, b *Object) bool { return a.value.Equal(b.value) })
}

// moved renames addresses. It does not move to an occupied address; Terraform warns of that.
func (s state) moved(to map[string]string) state {
	after := maps.Clone(s)
	for _, from := range slices.Sorted(maps.Keys(to)) {
		object, exists := after[key{address: from}]
		if _, occupied := after[key{address: to[from]}]; exists && !occupied {
			delete(after, key{address: from})
			after[key{address: to[from]}] = object
		}
	}
	return after
}
