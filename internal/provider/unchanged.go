package provider

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Most instances do not change in a refresh or a plan, and most of their time goes into conversions between objects and models.
// So an unchanged instance is not converted back.

// proposesChange reports whether Terraform's proposed new state differs from the state.
func proposesChange(req resource.ModifyPlanRequest) bool {
	return !req.Plan.Raw.Equal(req.State.Raw)
}

// unchanged reports whether the model equals the prior one.
func unchanged[M any](m, prior *M) bool {
	return prior != nil && reflect.DeepEqual(m, prior)
}
