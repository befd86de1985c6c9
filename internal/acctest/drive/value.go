package drive

import (
	"cmp"
	"encoding/json"
	"fmt"
	"math/big"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Values are an object's attributes by name. A missing one is null.
type Values map[string]any

// Later is a configured value that is unknown in the plan and known at the apply, such as another resource's output.
type Later struct{ Value any }

// Unknown is an unknown value in a plan.
type Unknown struct{}

// encode makes a Terraform value of this type. Later values are unknown unless known is true.
func encode(typ tftypes.Type, value any, known bool) (tftypes.Value, error) {
	if later, ok := value.(Later); ok {
		if !known {
			return tftypes.NewValue(typ, tftypes.UnknownValue), nil
		}
		value = later.Value
	}
	if value == nil {
		return tftypes.NewValue(typ, nil), nil
	}
	switch typ := typ.(type) {
	case tftypes.Object:
		return encodeObject(typ, value, known)
	case tftypes.Set:
		return encodeElements(typ, typ.ElementType, value, known)
	case tftypes.List:
		return encodeElements(typ, typ.ElementType, value, known)
	case tftypes.Map:
		return encodeMap(typ, value, known)
	}
	if err := tftypes.ValidateValue(typ, value); err != nil {
		return tftypes.Value{}, err
	}
	return tftypes.NewValue(typ, value), nil
}

func encodeObject(typ tftypes.Object, value any, known bool) (tftypes.Value, error) {
	values, ok := value.(Values)
	if !ok {
		return tftypes.Value{}, fmt.Errorf("%T is not an object", value)
	}
	for name := range values {
		if _, ok := typ.AttributeTypes[name]; !ok {
			return tftypes.Value{}, fmt.Errorf("there is no attribute %q", name)
		}
	}
	attributes := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		encoded, err := encode(attribute, values[name], known)
		if err != nil {
			return tftypes.Value{}, fmt.Errorf("%s: %w", name, err)
		}
		attributes[name] = encoded
	}
	return tftypes.NewValue(typ, attributes), nil
}

func encodeElements(typ, element tftypes.Type, value any, known bool) (tftypes.Value, error) {
	elements := []tftypes.Value{}
	for _, item := range listOf(value) {
		encoded, err := encode(element, item, known)
		if err != nil {
			return tftypes.Value{}, err
		}
		elements = append(elements, encoded)
	}
	return canonical(tftypes.NewValue(typ, elements)), nil
}

func listOf(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	var list []any
	for _, text := range value.([]string) {
		list = append(list, text)
	}
	return list
}

func encodeMap(typ tftypes.Map, value any, known bool) (tftypes.Value, error) {
	elements := map[string]tftypes.Value{}
	for key, item := range value.(map[string]string) {
		encoded, err := encode(typ.ElementType, item, known)
		if err != nil {
			return tftypes.Value{}, err
		}
		elements[key] = encoded
	}
	return tftypes.NewValue(typ, elements), nil
}

// canonical sorts and deduplicates the elements of sets, so that equal sets are equal values.
func canonical(v tftypes.Value) tftypes.Value {
	sorted, err := tftypes.Transform(v, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !v.Type().Is(tftypes.Set{}) || !v.IsKnown() || v.IsNull() {
			return v, nil
		}
		elements := elementsOf(v)
		slices.SortFunc(elements, func(a, b tftypes.Value) int { return cmp.Compare(a.String(), b.String()) })
		elements = slices.CompactFunc(elements, tftypes.Value.Equal)
		return tftypes.NewValue(v.Type(), elements), nil
	})
	if err != nil {
		panic(fmt.Sprintf("sort the sets of %s: %v", v, err))
	}
	return sorted
}

func elementsOf(v tftypes.Value) []tftypes.Value {
	var elements []tftypes.Value
	must(v.As(&elements))
	return slices.Clone(elements)
}

func attributesOf(v tftypes.Value) map[string]tftypes.Value {
	attributes := map[string]tftypes.Value{}
	if !v.IsNull() {
		must(v.As(&attributes))
	}
	return attributes
}

// decode returns plain values: string, bool, int64, float64, []any, Values, nil or Unknown.
func decode(v tftypes.Value) any {
	switch {
	case !v.IsKnown():
		return Unknown{}
	case v.IsNull():
		return nil
	case v.Type().Is(tftypes.String):
		var s string
		must(v.As(&s))
		return s
	case v.Type().Is(tftypes.Bool):
		var b bool
		must(v.As(&b))
		return b
	case v.Type().Is(tftypes.Number):
		return decodeNumber(v)
	case v.Type().Is(tftypes.Set{}), v.Type().Is(tftypes.List{}):
		list := []any{}
		for _, element := range elementsOf(v) {
			list = append(list, decode(element))
		}
		return list
	}
	values := Values{}
	for name, attribute := range attributesOf(v) {
		values[name] = decode(attribute)
	}
	return values
}

func decodeNumber(v tftypes.Value) any {
	var n big.Float
	must(v.As(&n))
	if i, exact := n.Int64(); exact == big.Exact {
		return i
	}
	f, _ := n.Float64()
	return f
}

// inJSON is an object as in Terraform's state file.
func inJSON(v tftypes.Value) []byte {
	encoded, err := json.Marshal(decode(v))
	must(err)
	return encoded
}

func must(err error) {
	if err != nil {
		panic(err)
	}
}
