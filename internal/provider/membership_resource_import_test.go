package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// A member is imported by address in any case or by ID, by command or block. The plan after it is empty, whatever optional
// arguments are set.
func TestImport(t *testing.T) {
	t.Parallel()
	const full = `
resource "modelprime_membership" "ada" {
  email            = "ada@example.com"
  name             = "A. Marsh"
  roles            = ["developer"]
  login_connection = "google-oauth2"
  adopt_existing   = true
}
`
	const bare = `
resource "modelprime_membership" "ada" {
  email = "Ada@Example.com"
  roles = ["developer"]
}
`
	const id = "auth0|64f0-ada"
	for name, test := range map[string]struct{ by, config, email string }{
		"by the address":                {"ada@example.com", full, "ada@example.com"},
		"by the address in capitals":    {"ADA@example.com", full, "ADA@example.com"},
		"by the id":                     {id, full, "Ada@example.com"},
		"by the address, only required": {"ada@example.com", bare, "ada@example.com"},
		"by the id, only required":      {id, bare, "Ada@example.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			w.Add(sandbox.User{ID: id, Email: "Ada@example.com", Name: "Ada Marsh", Roles: []string{"developer"}})

			command := w.CLI(test.config)
			command.Import(theAda, test.by).OK()
			command.Plan().Quiet().Plans()

			block := w.CLI(test.config + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", theAda, test.by))
			block.Apply().Quiet().Plans("import " + theAda)
			block.Plan().Quiet().Plans()
			for _, c := range []*acctest.CLI{command, block} {
				c.Holds(theAda, acctest.Values{
					"email": test.email, "user_id": id, "status": "active", "name": "Ada Marsh", "current_email": "Ada@example.com",
					"login_connection": "username-password", "roles": []string{"developer"}, "adopt_existing": false,
					"invited_at": nil, "invitations_sent": 0, "organization_id": "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90",
				})
			}
			w.Emailed()
			w.Requested("replaceUserRoles", 0)
		})
	}
}

// Invisible and invalid characters in an import ID are named, before any request for members.
func TestImportNamesBadCharacters(t *testing.T) {
	t.Parallel()
	for resourceAddress, config := range map[string]string{theAda: ada, adasRoles: byEmail} {
		for text, says := range map[string]string{
			"ada@example.com\u200b":       "Character 16 of the address, its last, is a zero width space (U+200B).",
			"\u00a0ada@example.com":       "Character 1 of the address, its first, is a no-break space (U+00A0).",
			"auth0|64f0\x1b[2J":           "Character 11 of the id is an escape character (U+001B).",
			"auth0|64f0\r":                "Character 11 of the id, its last, is a carriage return (U+000D).",
			"google-oauth2|\u202e1172":    "Character 15 of the id is the invisible character U+202E.",
			strings.Repeat("9", 201):      "The id has 201 characters; the limit is 200.",
			"Ada Marsh <ada@example.com>": "Character 4 of the address is a space (U+0020).",
		} {
			t.Run(fmt.Sprintf("%s %+q", resourceAddress, text), func(t *testing.T) {
				t.Parallel()
				w := acctest.NewWorld(t)
				command := w.CLI(config).Import(resourceAddress, text)
				flat := strings.Join(strings.Fields(command.Printed), " ")
				if command.Code == 0 || !strings.Contains(flat, "Error: Invalid import ID") || !strings.Contains(flat, says) {
					t.Error(command)
				}
				block := fmt.Sprintf("import {\n  to = %s\n  id = %s\n}\n", resourceAddress, acctest.InJSON(text))
				w.CLI(config+block).Plan().Fails("Invalid import ID", says)
				w.Requested("listUsers", 0)
				w.Requested("getUser", 0)
			})
		}
	}
}

// The state after an import equals the state after a creation.
func TestImportedStateIsTheRefreshedOne(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Providers(),
		Steps: []resource.TestStep{
			{Config: w.HCL(`
resource "modelprime_membership" "ada" {
  email          = "ada@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`)},
			{
				ResourceName: theAda, ImportState: true, ImportStateId: "ada@example.com", ImportStateVerify: true,
				ImportStateVerifyIdentifierAttribute: "user_id", ImportStateVerifyIgnore: []string{"adopt_existing"},
			},
		},
	})
}

func TestResendAfterAnImport(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	c := w.CLI(`
import {
  to = modelprime_membership.ada
  id = "ada@example.com"
}

resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  roles  = ["developer"]
  resend = "2026-03-02"
}
`)
	c.Apply().Quiet()
	c.Plan().Quiet().Plans()
	w.Emailed()
	w.Requested("replaceUserRoles", 0)
}

// The plan of an import shows differing roles.
func TestImportShowsDrift(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "admin")
	c := w.CLI(ada + `
import {
  to = modelprime_membership.ada
  id = "ada@example.com"
}
`)
	c.Apply().Quiet().Plans("update " + theAda)
	w.HasRoles("ada@example.com", "developer")
	w.Emailed()
}

// An import block with for_each imports all members.
func TestImportOfAllMembers(t *testing.T) {
	t.Parallel()
	acctest.NeedsRemoved(t)
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	w.NewMember("grace@example.com", "Grace Hub", "developer")
	c := w.CLI(`
data "modelprime_users" "all" {}

locals {
  people = { for user in data.modelprime_users.all.users : user.email => user.id if user.email != "robot@example.com" }
}

import {
  for_each = local.people
  to       = modelprime_membership.all[each.key]
  id       = each.value
}

resource "modelprime_membership" "all" {
  for_each = local.people
  email    = each.key
  roles    = ["developer"]
}
`)
	const one, two = `modelprime_membership.all["ada@example.com"]`, `modelprime_membership.all["grace@example.com"]`
	c.Apply().Quiet().Plans("import "+one, "import "+two)
	c.Holds(one, acctest.Values{"email": "ada@example.com", "name": "Ada Marsh"})
	c.Holds(two, acctest.Values{"email": "grace@example.com", "name": "Grace Hub"})
	c.Plan().Quiet().Plans()
	w.Emailed()
}

// An import of an unknown address or ID is an error, also of an invited person.
func TestImportOfUnknownAddress(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	inviting := w.CLI(ada)
	inviting.Apply().Quiet()
	for _, id := range []string{"ada@example.com", "grace@example.com", "auth0|nobody", "no-address-at-all"} {
		c := w.CLI(ada + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", theAda, id))
		c.Plan().Fails("No member to import", id, "pending", "cannot be imported")
		c.Lacks(theAda)
	}
	w.Emailed("ada@example.com")
}

// An address of two members can be imported only by ID.
func TestImportOfTwoMembersWithOneAddress(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	one := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	two := w.NewMember("ADA@example.com", "Somebody Else", "developer")
	c := w.CLI(ada + "import {\n  to = " + theAda + "\n  id = \"ada@example.com\"\n}\n")
	c.Plan().Fails("Could not import the membership", one, two, "user ID")
	c = w.CLI(ada + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", theAda, two))
	c.Apply().Quiet()
	c.Holds(theAda, acctest.Values{"user_id": two})
	c.Plan().Quiet().Plans()
}

// An ID with an @ behind its bar is not taken for an address.
func TestImportTellsIDsFromAddresses(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const id = "saml|ada@corp.example.com"
	w.Add(sandbox.User{ID: id, Email: "ada@example.com", Name: "Ada Marsh", Roles: []string{"developer"}})
	c := w.CLI(ada)
	c.Import(theAda, id).OK()
	c.Holds(theAda, acctest.Values{"user_id": id, "login_connection": "saml"})
	c.Plan().Quiet().Plans()
}
