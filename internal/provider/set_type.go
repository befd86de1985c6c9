package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// largeSetType is a set of strings that can have thousands of elements. The framework compares each element with each other one
// to find duplicates, which Terraform's sets never have: 1,000 addresses take it seconds in each plan.
type largeSetType struct{ basetypes.SetType }

func setOfAddresses() largeSetType {
	return largeSetType{types.SetType{ElemType: types.StringType}}
}

// Equal holds for a set of the framework's own, too: the values are those.
func (t largeSetType) Equal(other attr.Type) bool {
	if o, ok := other.(largeSetType); ok {
		other = o.SetType
	}
	return t.SetType.Equal(other)
}

// Validate finds nothing.
func (t largeSetType) Validate(context.Context, tftypes.Value, path.Path) diag.Diagnostics {
	return nil
}
