package acceptance

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/querycheck"
	"github.com/hashicorp/terraform-plugin-testing/querycheck/queryfilter"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
	"github.com/hashicorp/terraform-plugin-testing/tfversion"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const terraform, openTofu = "Terraform", "OpenTofu"

// theCLI is Terraform or OpenTofu, and its minor version.
func theCLI(t *testing.T) (name string, minor int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), cmp.Or(os.Getenv("TF_ACC_TERRAFORM_PATH"), "terraform"), "version")
	cmd.Env = plainEnvironment()
	printed, err := cmd.Output()
	if err == nil {
		_, err = fmt.Sscanf(string(printed), "%s v1.%d.", &name, &minor)
	}
	if err != nil {
		t.Fatalf("%v: %.40q", err, printed)
	}
	return name, minor
}

// needsTerraform skips the test with an older Terraform, and with an OpenTofu, whose versions are its own.
func needsTerraform(t *testing.T, minor int) {
	t.Helper()
	if name, have := theCLI(t); name != terraform || have < minor {
		t.Skipf("needs Terraform 1.%d, this is %s 1.%d", minor, name, have)
	}
}

// needsRemoved skips the test where there are no removed blocks, no import blocks with for_each, and no terraform test.
func needsRemoved(t *testing.T) {
	t.Helper()
	if name, have := theCLI(t); have < 7 {
		t.Skipf("needs Terraform 1.7 or OpenTofu 1.7, this is %s 1.%d", name, have)
	}
}

var (
	hasIdentities = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_12_0)}
	hasQueries    = []tfversion.TerraformVersionCheck{tfversion.SkipBelow(tfversion.Version1_14_0)}
)

const rolesOfAda = `
resource "modelprime_role_assignment" "ada" {
  user_id = "auth0|ada"
  roles   = ["analyst", "developer"]
}
`

// withAda is an organization of Ada, whose id is known.
func withAda(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	_, err := w.AddMember(sandbox.User{ID: "auth0|ada", Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"analyst", "developer"}})
	w.must(err)
	return w
}

// Memberships and assignments carry an identity in the state, and can be imported by it with nothing to change.
func TestNewerCLIImportsByIdentity(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 12)
	for address, test := range map[string]struct{ config, attribute, value string }{
		"modelprime_membership.ada":      {adopted, "email", "ADA@example.com"},
		"modelprime_role_assignment.ada": {rolesOfAda, "user_id", "auth0|ada"},
	} {
		t.Run(address, func(t *testing.T) {
			t.Parallel()
			w := withAda(t)
			resource.UnitTest(t, resource.TestCase{
				TerraformVersionChecks:   hasIdentities,
				ProtoV6ProviderFactories: w.providers(),
				Steps: []resource.TestStep{
					{
						Config: w.hcl(test.config),
						ConfigStateChecks: []statecheck.StateCheck{
							statecheck.ExpectIdentity(address, map[string]knownvalue.Check{test.attribute: knownvalue.StringExact(test.value)}),
							statecheck.ExpectIdentityValueMatchesState(address, tfjsonpath.New(test.attribute)),
						},
					},
					{Config: w.hcl(test.config), ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithResourceIdentity},
				},
			})
			w.asked("inviteUser", 0)
			w.mails()
		})
	}
}

// The identity follows an address that the configuration follows, with nothing asked of anybody.
func TestIdentityFollowsANewAddress(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 12)
	w := withAda(t)
	c := w.cli(ada + "import {\n  to = modelprime_membership.ada\n  identity = {\n    email = \"ada@example.com\"\n  }\n}\n")
	c.apply().ok()
	w.must(w.SetEmail("auth0|ada", "new@example.com"))
	c.config(`
resource "modelprime_membership" "ada" {
  email = "new@example.com"
  roles = ["developer"]
}
`)
	c.apply().quiet().plans("update " + theAda)
	c.plan().quiet().plans()
	c.run("state", "rm", theAda).ok()
	w.mails()
}

// A person who is gone leaves the state, identity and all.
func TestGonePersonLeavesTheStateWithTheirIdentity(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 12)
	w := withAda(t)
	c := w.cli(rolesOfAda)
	c.apply().ok()
	w.must(w.Remove("auth0|ada"))
	c.apply("-refresh-only").ok().warns("is no longer a member")
	c.lacks("modelprime_role_assignment.ada")
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

// A query finds members with their identity, by name, up to the limit.
func TestQuery(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 14)
	w := withAda(t)
	ada := map[string]knownvalue.Check{"user_id": knownvalue.StringExact("auth0|ada")}
	resource.UnitTest(t, resource.TestCase{
		TerraformVersionChecks:   hasQueries,
		ProtoV6ProviderFactories: w.providers(),
		Steps: []resource.TestStep{{
			Query:  true,
			Config: w.hcl(queriesOfMembers),
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

// The configuration that a query generates imports queriesOfMembers and has nothing to change.
func TestQueryGeneratesConfiguration(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 14)
	for name, imported := range map[string][]string{
		"modelprime_membership":      {"import modelprime_membership.all_0", "import modelprime_membership.all_1", "import modelprime_membership.all_2"},
		"modelprime_role_assignment": {"import modelprime_role_assignment.all_0", "import modelprime_role_assignment.all_1", "import modelprime_role_assignment.all_2"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := withAda(t)
			_, err := w.AddMember(sandbox.User{ID: "google-oauth2|117", Email: "Ben@example.com", Name: "Ben Okafor", Roles: []string{"admin"}})
			w.must(err)
			c := w.cli("")
			c.file("all.tfquery.hcl", "list \""+name+"\" \"all\" {\n  provider = modelprime\n}\n")
			c.run("query", "-no-color", "-generate-config-out=generated.tf").ok()
			c.plan().quiet().plans(imported...)
			c.applySaved().quiet()
			c.plan().quiet().plans()
			w.asked("inviteUser", 0)
			w.asked("replaceUserRoles", 0)
		})
	}
}

// A search that cannot be is refused before anything is asked.
func TestQueryOfAMistake(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 14)
	w := withAda(t)
	c := w.cli("")
	c.file("all.tfquery.hcl", "list \"modelprime_membership\" \"all\" {\n  provider = modelprime\n  config {\n    name_search = \"x1\"\n  }\n}\n")
	c.run("query", "-json").fails("three or more letters")
	w.asked("listUsers", 0)
}

// The action sends one e-mail when it is invoked, and when what triggers it happens.
func TestResetPasswordAction(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 14)
	w := withAda(t)
	const action = `
action "modelprime_reset_password" "ada" {
  config {
    email = "ADA@example.com"
  }
}
`
	c := w.cli(action)
	c.apply().quiet()
	w.mails()
	c.apply("-invoke=action.modelprime_reset_password.ada").quiet()
	w.mails("ada@example.com")
	c.config(action + `
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
	c.apply().quiet()
	w.mails("ada@example.com", "ada@example.com")
	c.apply().quiet().plans()
	w.asked("resetUserPassword", 2)

	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "resetUserPassword"})
	c.apply("-invoke=action.modelprime_reset_password.ada").ok().warns("Nobody knows", "ADA@example.com")
	w.asked("resetUserPassword", 3)
}

// Whoever has no password here is refused by the plan.
func TestResetPasswordActionOfAGoogleAccount(t *testing.T) {
	t.Parallel()
	needsTerraform(t, 14)
	w := newWorld(t)
	c := w.cli(`
action "modelprime_reset_password" "ada" {
  config {
    user_id = "google-oauth2|117"
  }
}
`)
	c.plan("-invoke=action.modelprime_reset_password.ada").fails("No password to reset", "google-oauth2|117")
	w.asked("resetUserPassword", 0)
}
