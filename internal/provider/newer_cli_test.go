package provider_test

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

var hasQueries = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)}

const rolesOfAda = `
resource "modelprime_role_assignment" "ada" {
  user_id = "auth0|ada"
  roles   = ["analyst", "developer"]
}
`

// withAda makes an organization with Ada and her known ID.
func withAda(t *testing.T) *acctest.World {
	t.Helper()
	w := acctest.NewWorld(t)
	w.Add(sandbox.User{ID: "auth0|ada", Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"analyst", "developer"}})
	return w
}

// The identity follows a changed address in the configuration.
func TestIdentityFollowsANewAddress(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 12)
	w := withAda(t)
	c := w.CLI(ada + "import {\n  to = modelprime_membership.ada\n  identity = {\n    email = \"ada@example.com\"\n  }\n}\n")
	c.Apply().OK()
	w.Must(w.SetEmail("auth0|ada", "new@example.com"))
	c.Config(`
resource "modelprime_membership" "ada" {
  email = "new@example.com"
  roles = ["developer"]
}
`)
	c.Apply().Quiet().Plans("update " + theAda)
	c.Plan().Quiet().Plans()
	c.Run("state", "rm", theAda).OK()
	w.Emailed()
}

// A member who is gone leaves the state together with their identity.
func TestGoneMemberLeavesTheStateWithIdentity(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 12)
	w := withAda(t)
	c := w.CLI(rolesOfAda)
	c.Apply().OK()
	w.Must(w.Remove("auth0|ada"))
	c.Apply("-refresh-only").OK().Warns("is no longer a member")
	c.Lacks("modelprime_role_assignment.ada")
}

const queriesOfMembers = `
list "modelprime_membership" "all" {
  provider = modelprime
}
list "modelprime_role_assignment" "marsh" {
  provider         = modelprime
  include_resource = true
  config {
    name_search = "marsh"
  }
}
list "modelprime_membership" "one" {
  provider = modelprime
  limit    = 1
}
`

// A query lists members with their identity, by name and up to the limit.
func TestQuery(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 14)
	w := withAda(t)
	ada := map[string]knownvalue.Check{"user_id": knownvalue.StringExact("auth0|ada")}
	resource.Test(t, resource.TestCase{
		TerraformVersionChecks:   hasQueries,
		ProtoV6ProviderFactories: w.Providers(),
		Steps: []resource.TestStep{{
			Query:  true,
			Config: w.HCL(queriesOfMembers),
			QueryResultChecks: []querycheck.QueryResultCheck{
				querycheck.ExpectLength("modelprime_membership.all", 2),
				querycheck.ExpectLength("modelprime_membership.one", 1),
				querycheck.ExpectLength("modelprime_role_assignment.marsh", 1),
				querycheck.ExpectIdentity("modelprime_membership.all", map[string]knownvalue.Check{"email": knownvalue.StringExact("ada@example.com")}),
				querycheck.ExpectIdentity("modelprime_role_assignment.marsh", ada),
				querycheck.ExpectResourceDisplayName("modelprime_role_assignment.marsh", queryfilter.ByResourceIdentity(ada),
					knownvalue.StringExact("Ada Marsh <ada@example.com>")),
				querycheck.ExpectResourceKnownValues("modelprime_role_assignment.marsh", queryfilter.ByResourceIdentity(ada), []querycheck.KnownValueCheck{
					{Path: tfjsonpath.New("roles"), KnownValue: knownvalue.SetExact([]knownvalue.Check{
						knownvalue.StringExact("analyst"), knownvalue.StringExact("developer"),
					})},
				}),
			},
		}},
	})
}

// The configuration that a query generates imports the members without a change.
func TestQueryGeneratesConfiguration(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 14)
	for name, imported := range map[string][]string{
		"modelprime_membership":      {"import modelprime_membership.all_0", "import modelprime_membership.all_1", "import modelprime_membership.all_2"},
		"modelprime_role_assignment": {"import modelprime_role_assignment.all_0", "import modelprime_role_assignment.all_1", "import modelprime_role_assignment.all_2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withAda(t)
			w.Add(sandbox.User{ID: "google-oauth2|117", Email: "Ben@example.com", Name: "Ben Okafor", Roles: []string{"admin"}})
			c := w.CLI("")
			c.File("all.tfquery.hcl", "list \""+name+"\" \"all\" {\n  provider = modelprime\n}\n")
			c.Run("query", "-no-color", "-generate-config-out=generated.tf").OK()
			c.Plan().Quiet().Plans(imported...)
			c.ApplySaved().Quiet()
			c.Plan().Quiet().Plans()
			w.Requested("inviteUser", 0)
			w.Requested("replaceUserRoles", 0)
		})
	}
}

// The action sends one e-mail for each invocation and for each trigger.
func TestResetPasswordActionByTheCLI(t *testing.T) {
	t.Parallel()
	acctest.NeedsTerraform(t, 14)
	w := withAda(t)
	const action = `
action "modelprime_reset_password" "ada" {
  config {
    email = "ADA@example.com"
  }
}
`
	c := w.CLI(action)
	c.Apply().Quiet()
	w.Emailed()
	c.Apply("-invoke=action.modelprime_reset_password.ada").Quiet()
	w.Emailed("ada@example.com")
	c.Config(action + `
resource "terraform_data" "login" {
  input = "new"
  lifecycle {
    action_trigger {
      events  = [after_create]
      actions = [action.modelprime_reset_password.ada]
    }
  }
}
`)
	c.Apply().Quiet()
	w.Emailed("ada@example.com", "ada@example.com")
	c.Apply().Quiet().Plans()
	w.Requested("resetUserPassword", 2)

	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "resetUserPassword"})
	c.Apply("-invoke=action.modelprime_reset_password.ada").OK().Warns("unconfirmed", "ADA@example.com")
	w.Requested("resetUserPassword", 3)
}

// OpenTofu changes a replacement to forget and create after the provider planned it. The cap counts a removal that does not
// happen, and its error says so. The member stays.
func TestReplacementWithoutDestroyInOpenTofu(t *testing.T) {
	t.Parallel()
	acctest.NeedsOpenTofu(t, 12)
	w, c, _ := joinedAda(t)
	forgotten := strings.ReplaceAll(forKai(ada), "roles ", "lifecycle {\n    destroy = false\n  }\n  roles ")
	c.Config(forgotten, "max_removals = 0")
	c.Plan().Fails("Too many removals in one run", "lifecycle { destroy = false }", `on_destroy = "keep"`)
	c.Config(forgotten, "max_removals = 1")
	c.Apply().OK()
	w.Requested("deleteUser", 0)
	w.HasMembers("ada@example.com")
	w.Emailed("ada@example.com", "kai@example.com")
	c.Plan().Quiet().Plans()
}
