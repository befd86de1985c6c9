package provider

import (
	"context"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

var (
	_ basetypes.SetTypable                    = addressSetType{}
	_ basetypes.SetValuableWithSemanticEquals = addressSet{}
)

// addressSetType is the type of a rule's emails. The framework's own set compares all pairs of elements, which takes minutes
// for 10,000 addresses. This one does not, because Terraform gives a provider no set with duplicates.
type addressSetType struct{ basetypes.SetType }

var addresses = addressSetType{types.SetType{ElemType: types.StringType}}

func (t addressSetType) Equal(other attr.Type) bool {
	o, ok := other.(addressSetType)
	return ok && t.SetType.Equal(o.SetType)
}

func (t addressSetType) String() string { return "addressSetType" }

func (t addressSetType) ValueType(context.Context) attr.Value { return addressSet{} }

func (t addressSetType) ValueFromSet(_ context.Context, set basetypes.SetValue) (basetypes.SetValuable, diag.Diagnostics) {
	return addressSet{set}, nil
}

func (t addressSetType) ValueFromTerraform(ctx context.Context, in tftypes.Value) (attr.Value, error) {
	value, err := t.SetType.ValueFromTerraform(ctx, in)
	set, _ := value.(basetypes.SetValue)
	return addressSet{set}, err
}

// Validate replaces the framework's search for duplicates.
func (t addressSetType) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics {
	return nil
}

// addressSet is a value of addressSetType.
type addressSet struct{ basetypes.SetValue }

func (s addressSet) Type(context.Context) attr.Type { return addresses }

func (s addressSet) Equal(other attr.Value) bool {
	o, ok := other.(addressSet)
	if !ok || s.IsNull() != o.IsNull() || s.IsUnknown() != o.IsUnknown() {
		return false
	}
	return slices.Equal(s.sorted(), o.sorted())
}

// SetSemanticEquals saves the framework from looking for an equal prior element for each element.
func (s addressSet) SetSemanticEquals(_ context.Context, prior basetypes.SetValuable) (bool, diag.Diagnostics) {
	return s.Equal(prior), nil
}

// sorted returns the elements as texts, of which unknown and null ones are unlike any address.
func (s addressSet) sorted() []string {
	var texts []string
	for _, element := range s.Elements() {
		texts = append(texts, element.String())
	}
	slices.Sort(texts)
	return texts
}
