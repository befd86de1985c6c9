package provider

import (
	"reflect"

	"github.com/hashicorp/terraform-plugin-framework/resource"
)

// Most instances stay as they are, in a refresh and in a plan, and for those most of the time goes into turning objects
// into models and back. What has not changed is left as it was handed over.

// proposesChange reports whether what Terraform proposes, by the configuration and the state, is not the state.
func proposesChange(req resource.ModifyPlanRequest) bool {
	return !req.Plan.Raw.Equal(req.State.Raw)
}

// unchanged reports whether there was such a model before.
func unchanged[M any](m, prior *M) bool {
	return prior != nil && reflect.DeepEqual(m, prior)
}
