package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestDataSources(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("Ada@example.com", "Ada Marsh", "developer", "analyst")
	text := knownvalue.StringExact
	roles := func(names ...string) knownvalue.Check {
		checks := make([]knownvalue.Check, len(names))
		for i, name := range names {
			checks[i] = text(name)
		}
		return knownvalue.SetExact(checks)
	}
	person := func(id, email, name string, roles knownvalue.Check) knownvalue.Check {
		return knownvalue.ObjectExact(map[string]knownvalue.Check{"id": text(id), "email": text(email), "name": text(name), "roles": roles})
	}
	var checks []statecheck.StateCheck
	for address, attributes := range map[string]map[string]knownvalue.Check{
		"organization.this": {
			"id": text("5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90"), "name": text("Example Robotics"), "short_name": text("example-robotics"),
			"created_at": text("2024-03-01T09:00:00Z"), "updated_at": text("2024-03-01T09:00:00Z"),
		},
		"current_user.me": {"id": text("auth0|owner"), "email": text("robot@example.com"), "name": text("Roster Robot"), "roles": roles("admin")},
		"user.by_id":      {"id": text(id), "email": text("Ada@example.com"), "name": text("Ada Marsh"), "roles": roles("developer", "analyst")},
		"user.by_email":   {"id": text(id), "name": text("Ada Marsh"), "roles": roles("developer", "analyst")},
		"users.all": {"users": knownvalue.ListExact([]knownvalue.Check{
			person("auth0|owner", "robot@example.com", "Roster Robot", knownvalue.Null()), person(id, "Ada@example.com", "Ada Marsh", knownvalue.Null()),
		})},
		"users.with_roles": {"users": knownvalue.ListExact([]knownvalue.Check{
			person("auth0|owner", "robot@example.com", "Roster Robot", roles("admin")),
			person(id, "Ada@example.com", "Ada Marsh", roles("developer", "analyst")),
		})},
		"users.found":  {"users": knownvalue.ListExact([]knownvalue.Check{person(id, "Ada@example.com", "Ada Marsh", knownvalue.Null())})},
		"users.nobody": {"users": knownvalue.ListExact(nil)},
	} {
		for name, check := range attributes {
			checks = append(checks, statecheck.ExpectKnownValue("data.modelprime_"+address, tfjsonpath.New(name), check))
		}
	}
	resource.Test(t, resource.TestCase{
		ProtoV6ProviderFactories: w.Providers(),
		Steps: []resource.TestStep{{
			Config: w.HCL(fmt.Sprintf(`
data "modelprime_organization" "this" {}

data "modelprime_current_user" "me" {}

data "modelprime_user" "by_id" {
  id = %q
}

data "modelprime_user" "by_email" {
  email = "ADA@example.com"
}

data "modelprime_users" "all" {}

data "modelprime_users" "with_roles" {
  with_roles = true
}

data "modelprime_users" "found" {
  name_search = "DA ma"
}

data "modelprime_users" "nobody" {
  name_search = "Nobody"
}
`, id)),
			ConfigStateChecks: checks,
		}},
	})
	wroteNothing(w)
}

// An unknown address or ID, and an address of two members, are errors.
func TestUserNotFound(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	one := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	two := w.NewMember("ADA@example.com", "Somebody Else", "developer")
	for arguments, says := range map[string][]string{
		`email = "grace@example.com"`: {"Could not find the member", "grace@example.com", "no member has that e-mail address", "An invited person", "modelprime_users"},
		`email = "Ada@example.com"`:   {"Could not find the member", "Ada@example.com", one, two, "user ID"},
		`id = "auth0|nobody"`:         {"Could not find the member", "auth0|nobody", "no longer a member", "modelprime_users"},
	} {
		w.CLI("data \"modelprime_user\" \"ada\" {\n  " + arguments + "\n}\n").Plan().Fails(says...)
	}
}

// Exactly one of id and email is required; checked before any request.
func TestBadDataSourceArguments(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	for config, says := range map[string][]string{
		"data \"modelprime_user\" \"x\" {}\n":                                                      {"id", "email"},
		"data \"modelprime_user\" \"x\" {\n  id = \"auth0|1\"\n  email = \"ada@example.com\"\n}\n": {"id", "email"},
	} {
		w.CLI(config).Plan().Fails(says...)
	}
	w.RequestedNothing()
}

const allUsers = "data \"modelprime_users\" \"all\" {}\n"

// listedUsers are the addresses in the state of modelprime_users.all.
func listedUsers(c *acctest.CLI) map[string]bool {
	c.T.Helper()
	found := map[string]bool{}
	users, _ := c.State()["data.modelprime_users.all"].Values["users"].([]any)
	for _, user := range users {
		email := user.(map[string]any)["email"].(string)
		if found[email] {
			c.T.Errorf("%s is listed twice", email)
		}
		found[email] = true
	}
	return found
}

// modelprime_users reads all pages of an organization of any size.
func TestUsersOfAllPages(t *testing.T) {
	t.Parallel()
	for _, size := range []int{99, 100, 199, 250} {
		w := acctest.NewWorld(t)
		w.Crowd(size - 1)
		c := w.CLI(allUsers)
		c.Apply().Quiet()
		if got := len(listedUsers(c)); got != size {
			t.Errorf("%d of %d members", got, size)
		}
	}
}

// A list that changes at each read is an error, with a search too.
func TestUsersOfUnstableList(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"all":      allUsers,
		"searched": "data \"modelprime_users\" \"all\" {\n  name_search = \"One Of\"\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			w.Crowd(150)
			w.OnRequest(func(operation string, n int) {
				if operation == "listUsers" {
					w.Must(w.Remove(w.Members()[0].ID))
					w.NewMember(fmt.Sprintf("newcomer%d@example.com", n), "One Of Many", "analyst")
				}
			})
			c := w.CLI(config)
			c.Plan().Fails("Could not list the members", "not complete", "run again")
			if got := w.Count("listUsers"); got > 100 {
				t.Errorf("the list was asked for %d times", got)
			}
		})
	}
}

// Roles are null without with_roles, and read from each member with it, even if the list contains roles.
func TestUsersOfListWithRoles(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorldWith(t, sandbox.Options{Variations: sandbox.Variations{"more": "list-roles"}})
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	c := w.CLI(allUsers + "data \"modelprime_users\" \"roles\" {\n  with_roles = true\n}\n")
	c.Apply().Quiet()
	c.Holds("data.modelprime_users.all", acctest.Values{"users": []any{
		acctest.Values{"email": "robot@example.com", "id": "auth0|owner", "name": "Roster Robot", "roles": nil},
		acctest.Values{"email": "ada@example.com", "id": w.Members()[0].ID, "name": "Ada Marsh", "roles": nil},
	}})
	c.Holds("data.modelprime_users.roles", acctest.Values{"users": []any{
		acctest.Values{"email": "robot@example.com", "id": "auth0|owner", "name": "Roster Robot", "roles": []string{"admin"}},
		acctest.Values{"email": "ada@example.com", "id": w.Members()[0].ID, "name": "Ada Marsh", "roles": []string{"developer"}},
	}})
	w.Requested("getUser", 2)
}

// terraform test can override the results of modelprime_users and the audit: their types are objects.
func TestDataSourcesCanBeMocked(t *testing.T) {
	t.Parallel()
	acctest.NeedsRemoved(t)
	w := acctest.NewWorld(t)
	c := w.CLI(allUsers + audit + "output \"emails\" {\n  value = data.modelprime_users.all.users[*].email\n}\n")
	c.File("users.tftest.hcl", `
override_data {
  target = data.modelprime_users.all
  values = {
    users = [{ id = "auth0|ada", email = "ada@example.com", name = "Ada Marsh", roles = ["analyst"] }]
  }
}
override_data {
  target = data.modelprime_membership_audit.all
  values = {
    unmanaged  = ["eve@example.com"]
    missing    = []
    role_drift = { "ada@example.com" = { expected = ["analyst"], actual = ["admin"] } }
  }
}
run "mocked" {
  assert {
    condition     = output.emails[0] == "ada@example.com"
    error_message = "the list was not mocked"
  }
  assert {
    condition     = contains(data.modelprime_membership_audit.all.role_drift["ada@example.com"].actual, "admin")
    error_message = "the audit was not mocked"
  }
}
`)
	if r := c.Run("test", "-no-color"); !strings.Contains(r.Printed, "1 passed") {
		t.Error(r)
	}
	w.Requested("listUsers", 0)
}
