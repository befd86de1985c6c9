package provider_test

import (
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const (
	robotsMembership = "modelprime_membership.robot"
	robotsRoles      = "modelprime_role_assignment.robot"
	theRobot         = sandbox.DefaultEmail

	removesCaller = "Refusing to remove the caller"
	demotesCaller = "Refusing to take the admin role from the caller"
	unprotected   = "lockout_protection = false"
)

// ownMembership is the membership of the caller, the token's owner.
const ownMembership = `
resource "modelprime_membership" "robot" {
  email = "Robot@example.com"
  roles = ["admin"]
}
`

// ownRoles is the caller's role assignment.
const ownRoles = `
resource "modelprime_role_assignment" "robot" {
  email = "Robot@example.com"
  roles = ["admin", "analyst"]
}
`

// importRobot is a block that imports the caller.
func importRobot(address string) string {
	return "import {\n  to = " + address + "\n  id = \"Robot@example.com\"\n}\n"
}

// managedCaller makes an organization whose configuration manages the caller and has no other member.
func managedCaller(t *testing.T, config, address string) (*acctest.World, *acctest.CLI) {
	t.Helper()
	w := acctest.NewWorld(t)
	c := w.CLI(config + importRobot(address))
	c.Apply().Quiet()
	w.ResetLog()
	return w, c
}

// Each plan that would remove the caller is an error that names them and the remedy.
func TestCallerIsNotRemoved(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(c *acctest.CLI) *acctest.Report{
		"taken out of the configuration": func(c *acctest.CLI) *acctest.Report {
			c.Config("")
			return c.Plan()
		},
		"destroyed": func(c *acctest.CLI) *acctest.Report {
			c.Config(ownMembership)
			return c.Destroy()
		},
		"destroyed without a refresh": func(c *acctest.CLI) *acctest.Report {
			c.Config(ownMembership)
			return c.Destroy("-refresh=false")
		},
		"replaced by force": func(c *acctest.CLI) *acctest.Report {
			c.Config(ownMembership)
			return c.Plan("-replace=" + robotsMembership)
		},
		"replaced by another person's address": func(c *acctest.CLI) *acctest.Report {
			c.Config(strings.Replace(ownMembership, "Robot@", "kai@", 1))
			return c.Plan()
		},
		"the last key of a map": func(c *acctest.CLI) *acctest.Report {
			c.Config("variable \"on\" {\n  default = []\n}\n" + strings.Replace(ownMembership, "email", "for_each = toset(var.on)\n  email", 1))
			return c.Plan()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := managedCaller(t, ownMembership, robotsMembership)
			run(c).Fails(removesCaller, "Robot@example.com", "owner of the token", unprotected)
			w.HasRoles(theRobot, "admin")
		})
	}
}

// Each plan that would take the caller's admin role is an error, with either resource.
func TestCallerStaysAdmin(t *testing.T) {
	t.Parallel()
	analyst := func(config string) string {
		return strings.NewReplacer(`["admin"]`, `["analyst"]`, `["admin", "analyst"]`, `["analyst"]`).Replace(config)
	}
	for name, row := range map[string]struct {
		config, address string
		run             func(c *acctest.CLI) *acctest.Report
	}{
		"by a membership": {ownMembership, robotsMembership, func(c *acctest.CLI) *acctest.Report {
			c.Config(analyst(ownMembership))
			return c.Plan()
		}},
		"by an assignment": {ownRoles, robotsRoles, func(c *acctest.CLI) *acctest.Report {
			c.Config(analyst(ownRoles))
			return c.Plan()
		}},
		"by an assignment of no roles": {ownRoles, robotsRoles, func(c *acctest.CLI) *acctest.Report {
			c.Config(strings.Replace(ownRoles, `["admin", "analyst"]`, "[]", 1))
			return c.Plan()
		}},
		"by an assignment that is destroyed": {ownRoles, robotsRoles, func(c *acctest.CLI) *acctest.Report {
			c.Config("")
			return c.Plan()
		}},
		"by an assignment that is replaced by force": {ownRoles, robotsRoles, func(c *acctest.CLI) *acctest.Report {
			c.Config(ownRoles)
			return c.Plan("-replace=" + robotsRoles)
		}},
		"by an assignment that becomes another person's": {ownRoles, robotsRoles, func(c *acctest.CLI) *acctest.Report {
			c.World.NewMember("kai@example.com", "Kai Gripper", "analyst")
			c.Config(strings.Replace(ownRoles, "Robot@", "kai@", 1))
			return c.Plan()
		}},
		"by everything destroyed": {ownRoles, robotsRoles, func(c *acctest.CLI) *acctest.Report {
			c.Config(ownRoles)
			return c.Destroy()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := managedCaller(t, row.config, row.address)
			roles := c.State()[row.address].Values["roles"]
			row.run(c).Fails(demotesCaller, "obot@example.com", "owner of the token", `"admin"`, unprotected)
			if m, _ := w.Member(theRobot); acctest.InJSON(m.Roles) != acctest.InJSON(roles) {
				t.Errorf("the roles are %v, were %v", m.Roles, roles)
			}
		})
	}
}

// A new membership or assignment that would take the caller's admin role is an error, too.
func TestCallerStaysAdminWhenTakenOver(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"adopted":           strings.Replace(ownMembership, `roles = ["admin"]`, "roles = [\"analyst\"]\n  adopt_existing = true", 1),
		"imported":          strings.Replace(ownMembership, "admin", "analyst", 1) + importRobot(robotsMembership),
		"assigned":          strings.Replace(ownRoles, `"admin", `, "", 1),
		"assigned by id":    "resource \"modelprime_role_assignment\" \"robot\" {\n  user_id = \"auth0|owner\"\n  roles = []\n}\n",
		"assigned no roles": strings.Replace(ownRoles, `["admin", "analyst"]`, "[]", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(config)
			c.Plan().Fails(demotesCaller, ownerID(w), unprotected)
			c.Apply().Fails(demotesCaller)
			w.HasRoles(theRobot, "admin")
			w.Requested("replaceUserRoles", 0)
		})
	}
}

// ownerID returns the ID of the token's owner.
func ownerID(w *acctest.World) string {
	m, _ := w.Member(theRobot)
	return m.ID
}

// The caller's own membership may be managed while the admin role stays.
func TestCallerMayManageThemselves(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(strings.Replace(ownMembership, `["admin"]`, "[\"admin\", \"developer\"]\n  adopt_existing = true", 1))
	c.Apply().OK()
	w.HasRoles(theRobot, "admin", "developer")
	c.Config(ownMembership)
	c.Apply().Quiet().Plans("update " + robotsMembership)
	w.HasRoles(theRobot, "admin")
	w.Emailed()
	acctest.NeedsRemoved(t)
	c.Config("removed {\n  from = " + robotsMembership + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	c.Apply().OK()
	w.Emailed()
}

// Roles that are known only at the apply are checked there.
func TestCallerStaysAdminWithUnknownRoles(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ config, address string }{
		"by a membership":  {ownMembership, robotsMembership},
		"by an assignment": {strings.Replace(ownRoles, `"admin", "analyst"`, `"admin"`, 1), robotsRoles},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := managedCaller(t, row.config, row.address)
			c.Config("resource \"terraform_data\" \"role\" {\n  input = \"analyst\"\n}\n" +
				strings.Replace(row.config, `"admin"`, "terraform_data.role.output", 1))
			c.Plan().OK()
			c.ApplySaved().Fails(demotesCaller, "Robot@example.com")
			w.HasRoles(theRobot, "admin")
		})
	}
}

// The check does not rely on the state: without a refresh it may not have the caller's admin role.
func TestCallerStaysAdminWithoutARefresh(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ config, address string }{
		"by a membership":  {ownMembership, robotsMembership},
		"by an assignment": {strings.Replace(ownRoles, `"admin", "analyst"`, `"admin"`, 1), robotsRoles},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			w.Must(w.SetRoles(ownerID(w), "developer"))
			c := w.CLI(strings.Replace(row.config, "admin", "developer", 1) + importRobot(row.address))
			c.Apply().Quiet()
			w.Must(w.SetRoles(ownerID(w), "admin", "developer"))
			c.Config(strings.Replace(row.config, "admin", "analyst", 1))
			c.Plan("-refresh=false").Fails(demotesCaller, "Robot@example.com")
			c.Apply("-refresh=false").Fails(demotesCaller)
			w.HasRoles(theRobot, "admin", "developer")
		})
	}
}

// A tainted membership is planned like a new one. Without a refresh the apply refuses to remove the caller.
func TestCallersTaintedMembershipIsNotRemoved(t *testing.T) {
	t.Parallel()
	w, c := managedCaller(t, ownMembership, robotsMembership)
	c.Config(ownMembership)
	c.Run("taint", robotsMembership).OK()
	c.Apply().Fails("Already a member", "terraform untaint", ownerID(w))
	c.Config(strings.Replace(ownMembership, `["admin"]`, "[\"admin\"]\n  adopt_existing = true", 1))
	c.Plan().Fails("managed already", "terraform untaint", ownerID(w))
	c.Plan("-refresh=false").OK().Plans("replace " + robotsMembership)
	c.ApplySaved().Fails(removesCaller, "Robot@example.com")
	w.HasRoles(theRobot, "admin")
	w.Emailed()
	c.Run("untaint", robotsMembership).OK()
	c.Plan().Quiet().Plans()
}

// The destruction of a tainted assignment would revoke the caller's admin role.
func TestCallersTaintedAssignmentIsNotRevoked(t *testing.T) {
	t.Parallel()
	w, c := managedCaller(t, ownRoles, robotsRoles)
	c.Config(ownRoles)
	c.Run("taint", robotsRoles).OK()
	c.Plan().Quiet().Plans("replace " + robotsRoles)
	c.ApplySaved().Fails(demotesCaller, "Robot@example.com")
	w.HasRoles(theRobot, "admin", "analyst")
	c.Run("untaint", robotsRoles).OK()
	c.Plan().Quiet().Plans()
}

// The caller is recognised by ID, also after their address changed.
func TestCallerIsKnownByID(t *testing.T) {
	t.Parallel()
	w, c := managedCaller(t, ownMembership, robotsMembership)
	id := ownerID(w)
	w.Must(w.SetEmail(id, "automaton@example.com"))
	c.File("main.tf", strings.ReplaceAll(w.HCL(""), theRobot, "automaton@example.com"))
	c.Plan().Fails(removesCaller, "Robot@example.com", id)
	if m, ok := w.Member("automaton@example.com"); !ok || acctest.InJSON(m.Roles) != `["admin"]` {
		t.Errorf("the owner is %v", m)
	}
}

// With lockout_protection = false the caller may be demoted and removed.
func TestLockoutProtectionMayBeSwitchedOff(t *testing.T) {
	t.Parallel()
	w, c := managedCaller(t, ownRoles, robotsRoles)
	c.Config(strings.Replace(ownRoles, `"admin", `, "", 1), unprotected)
	c.Apply().Quiet().Plans("update " + robotsRoles)
	w.HasRoles(theRobot, "analyst")

	w, c = managedCaller(t, ownMembership, robotsMembership)
	c.Config(ownMembership, unprotected)
	c.Destroy().Quiet()
	if m, ok := w.Member(theRobot); ok {
		t.Errorf("%v is still a member", m)
	}
}

// lockout_protection does not protect other members.
func TestOthersMayBeRemovedAndDemoted(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "admin")
	c := w.CLI(byID(id, `"analyst"`))
	c.Apply().Quiet()
	w.HasRoles("ada@example.com", "analyst")
	c.Destroy().OK().Warns("ada@example.com stays a member without roles")
	d := w.CLI(adopted)
	d.Apply().OK()
	d.Destroy().Quiet()
	w.HasMembers()
}
