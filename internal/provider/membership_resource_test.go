package provider_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

const ada = `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["developer"]
}
`

// state checks one attribute of Ada's membership.
func state(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue("modelprime_membership.ada", tfjsonpath.New(attribute), value)
}

var emptyPlan = resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}

// A membership is invited, becomes active when the person joins, and is removed, with one e-mail.
func TestMembershipLife(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Providers(),
		Steps: []resource.TestStep{
			{
				Config: w.HCL(ada),
				ConfigStateChecks: []statecheck.StateCheck{
					state("status", knownvalue.StringExact("invited")),
					state("user_id", knownvalue.Null()),
					state("current_email", knownvalue.Null()),
					state("login_connection", knownvalue.StringExact("google-oauth2")),
					state("invited_at", knownvalue.StringExact("2026-03-01T09:00:00Z")),
					state("invitations_sent", knownvalue.Int64Exact(1)),
					state("organization_id", knownvalue.NotNull()),
					state("adopt_existing", knownvalue.Bool(false)),
				},
			},
			{Config: w.HCL(ada), ConfigPlanChecks: emptyPlan},
			{
				PreConfig:        func() { w.Accept("ada@example.com") },
				Config:           w.HCL(ada),
				ConfigPlanChecks: emptyPlan,
			},
			{
				RefreshState: true,
			},
			{
				Config: w.HCL(ada),
				ConfigStateChecks: []statecheck.StateCheck{
					state("status", knownvalue.StringExact("active")),
					state("user_id", knownvalue.StringRegexp(regexp.MustCompile(`^google-oauth2\|`))),
					state("current_email", knownvalue.StringExact("ada@example.com")),
				},
			},
		},
	})
	w.HasMembers()
	w.Emailed("ada@example.com")
}
