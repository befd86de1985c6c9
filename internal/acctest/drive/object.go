package drive

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Config is a configuration: what each instance is configured with, by address ("modelprime_membership.team[\"ada\"]").
type Config map[string]Values

// Object is what the state holds of one instance.
type Object struct {
	Tainted bool
	Private []byte

	value    tftypes.Value
	identity *tfprotov6.ResourceIdentityData
}

// Get is one attribute: string, bool, int64, []any, Values or nil.
func (o *Object) Get(attribute string) any { return o.Values()[attribute] }

// Text is one string attribute, "" where it is null.
func (o *Object) Text(attribute string) string {
	text, _ := o.Get(attribute).(string)
	return text
}

// Texts are the elements of one set of strings.
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

// key names an object in the state: the current one of an address, or a deposed one.
type key struct{ address, deposed string }

func typeOf(address string) string {
	name, _, _ := strings.Cut(address, ".")
	return name
}

// state is all objects. A stored object is not changed any more, only replaced.
type state map[key]*Object

// keys are in a fixed order, so that what is run by one worker is always the same.
func (s state) keys() []key {
	return slices.SortedFunc(maps.Keys(s), compareKeys)
}

func compareKeys(a, b key) int {
	return cmp.Or(strings.Compare(a.address, b.address), strings.Compare(a.deposed, b.deposed))
}

// same reports whether nothing differs in what both hold.
func (s state) same(other state) bool {
	return maps.EqualFunc(s, other, func(a, b *Object) bool { return a.value.Equal(b.value) })
}

// moved renames addresses. An occupied one is not moved to, which Terraform warns of.
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
