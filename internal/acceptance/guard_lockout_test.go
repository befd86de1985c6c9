package acceptance

import (
	"strings"
	"testing"

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

// ownMembership is the membership of the token's owner.
const ownMembership = `
resource "modelprime_membership" "robot" {
  email = "Robot@example.com"
  roles = ["admin"]
}
`

// ownRoles is the same person's role assignment.
const ownRoles = `
resource "modelprime_role_assignment" "robot" {
  email = "Robot@example.com"
  roles = ["admin", "analyst"]
}
`

// importRobot is a block that imports the token's owner under the address as it is configured.
func importRobot(address string) string {
	return "import {\n  to = " + address + "\n  id = \"Robot@example.com\"\n}\n"
}

// managesItself is an organization whose token's owner is managed by the configuration, with nobody beside them.
func managesItself(t *testing.T, config, address string) (*world, *cli) {
	t.Helper()
	w := newWorld(t)
	c := w.cli(config + importRobot(address))
	c.apply().quiet()
	w.ResetLog()
	return w, c
}

// Whichever way somebody's own membership would go, the plan is an error that says who they are and what to do.
func TestCallerIsNotRemoved(t *testing.T) {
	t.Parallel()
	for name, run := range map[string]func(c *cli) *report{
		"taken out of the configuration": func(c *cli) *report {
			c.config("")
			return c.plan()
		},
		"destroyed": func(c *cli) *report {
			c.config(ownMembership)
			return c.destroy()
		},
		"destroyed without a refresh": func(c *cli) *report {
			c.config(ownMembership)
			return c.destroy("-refresh=false")
		},
		"replaced by force": func(c *cli) *report {
			c.config(ownMembership)
			return c.plan("-replace=" + robotsMembership)
		},
		"replaced by another person's address": func(c *cli) *report {
			c.config(strings.Replace(ownMembership, "Robot@", "kai@", 1))
			return c.plan()
		},
		"the last key of a map": func(c *cli) *report {
			c.config("variable \"on\" {\n  default = []\n}\n" + strings.Replace(ownMembership, "email", "for_each = toset(var.on)\n  email", 1))
			return c.plan()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := managesItself(t, ownMembership, robotsMembership)
			run(c).fails(removesCaller, "Robot@example.com", "owner of the token", unprotected)
			w.roles(theRobot, "admin")
		})
	}
}

// Nor is their own admin role taken, by either resource, in whatever way.
func TestCallerStaysAdmin(t *testing.T) {
	t.Parallel()
	analyst := func(config string) string {
		return strings.NewReplacer(`["admin"]`, `["analyst"]`, `["admin", "analyst"]`, `["analyst"]`).Replace(config)
	}
	for name, row := range map[string]struct {
		config, address string
		run             func(c *cli) *report
	}{
		"by a membership": {ownMembership, robotsMembership, func(c *cli) *report {
			c.config(analyst(ownMembership))
			return c.plan()
		}},
		"by an assignment": {ownRoles, robotsRoles, func(c *cli) *report {
			c.config(analyst(ownRoles))
			return c.plan()
		}},
		"by an assignment of no roles": {ownRoles, robotsRoles, func(c *cli) *report {
			c.config(strings.Replace(ownRoles, `["admin", "analyst"]`, "[]", 1))
			return c.plan()
		}},
		"by an assignment that is destroyed": {ownRoles, robotsRoles, func(c *cli) *report {
			c.config("")
			return c.plan()
		}},
		"by an assignment that is replaced by force": {ownRoles, robotsRoles, func(c *cli) *report {
			c.config(ownRoles)
			return c.plan("-replace=" + robotsRoles)
		}},
		"by an assignment that becomes another person's": {ownRoles, robotsRoles, func(c *cli) *report {
			c.w.member("kai@example.com", "Kai Gripper", "analyst")
			c.config(strings.Replace(ownRoles, "Robot@", "kai@", 1))
			return c.plan()
		}},
		"by everything destroyed": {ownRoles, robotsRoles, func(c *cli) *report {
			c.config(ownRoles)
			return c.destroy()
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := managesItself(t, row.config, row.address)
			roles := c.state()[row.address].values["roles"]
			row.run(c).fails(demotesCaller, "obot@example.com", "owner of the token", `"admin"`, unprotected)
			if m, _ := w.Member(theRobot); inJSON(m.Roles) != inJSON(roles) {
				t.Errorf("the roles are %v, were %v", m.Roles, roles)
			}
		})
	}
}

// A membership or an assignment that begins by taking the role is stopped like one that ends so.
func TestCallerStaysAdminWhenTakenOver(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"adopted":         strings.Replace(ownMembership, `roles = ["admin"]`, "roles = [\"analyst\"]\n  adopt_existing = true", 1),
		"imported":        strings.Replace(ownMembership, "admin", "analyst", 1) + importRobot(robotsMembership),
		"assigned":        strings.Replace(ownRoles, `"admin", `, "", 1),
		"assigned by id":  "resource \"modelprime_role_assignment\" \"robot\" {\n  user_id = \"auth0|owner\"\n  roles = []\n}\n",
		"assigned nobody": strings.Replace(ownRoles, `["admin", "analyst"]`, "[]", 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.cli(config)
			c.plan().fails(demotesCaller, theOwner(w), unprotected)
			c.apply().fails(demotesCaller)
			w.roles(theRobot, "admin")
			w.asked("replaceUserRoles", 0)
		})
	}
}

// theOwner is the id of the token's owner.
func theOwner(w *world) string {
	m, _ := w.Member(theRobot)
	return m.ID
}

// Managing oneself is no mistake as long as the role stays.
func TestCallerMayManageThemselves(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(strings.Replace(ownMembership, `["admin"]`, "[\"admin\", \"developer\"]\n  adopt_existing = true", 1))
	c.apply().ok()
	w.roles(theRobot, "admin", "developer")
	c.config(ownMembership)
	c.apply().quiet().plans("update " + robotsMembership)
	w.roles(theRobot, "admin")
	w.mails()
	needsRemoved(t)
	c.config("removed {\n  from = " + robotsMembership + "\n  lifecycle {\n    destroy = false\n  }\n}\n")
	c.apply().ok()
	w.mails()
}

// Roles that are known only at the apply are held against the guard there.
func TestCallerStaysAdminWhereRolesAreNotKnownYet(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ config, address string }{
		"by a membership":  {ownMembership, robotsMembership},
		"by an assignment": {strings.Replace(ownRoles, `"admin", "analyst"`, `"admin"`, 1), robotsRoles},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := managesItself(t, row.config, row.address)
			c.config("resource \"terraform_data\" \"role\" {\n  input = \"analyst\"\n}\n" +
				strings.Replace(row.config, `"admin"`, "terraform_data.role.output", 1))
			c.plan().ok()
			c.applySaved().fails(demotesCaller, "Robot@example.com")
			w.roles(theRobot, "admin")
		})
	}
}

// A state that does not know of the admin role, because nobody refreshed it, does not help to lose it.
func TestCallerStaysAdminWithoutARefresh(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct{ config, address string }{
		"by a membership":  {ownMembership, robotsMembership},
		"by an assignment": {strings.Replace(ownRoles, `"admin", "analyst"`, `"admin"`, 1), robotsRoles},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.must(w.SetRoles(theOwner(w), "developer"))
			c := w.cli(strings.Replace(row.config, "admin", "developer", 1) + importRobot(row.address))
			c.apply().quiet()
			w.must(w.SetRoles(theOwner(w), "admin", "developer"))
			c.config(strings.Replace(row.config, "admin", "analyst", 1))
			c.plan("-refresh=false").fails(demotesCaller, "Robot@example.com")
			c.apply("-refresh=false").fails(demotesCaller)
			w.roles(theRobot, "admin", "developer")
		})
	}
}

// A tainted membership looks like a new one in the plan; whoever it would remove is noticed at the apply.
func TestCallersTaintedMembershipIsNotRemoved(t *testing.T) {
	t.Parallel()
	w, c := managesItself(t, ownMembership, robotsMembership)
	c.config(ownMembership)
	c.run("taint", robotsMembership).ok()
	c.apply().fails("Already a member", "terraform untaint", theOwner(w))
	c.config(strings.Replace(ownMembership, `["admin"]`, "[\"admin\"]\n  adopt_existing = true", 1))
	c.plan().fails("managed already", "terraform untaint", theOwner(w))
	c.plan("-refresh=false").ok().plans("replace " + robotsMembership)
	c.applySaved().fails(removesCaller, "Robot@example.com")
	w.roles(theRobot, "admin")
	w.mails()
	c.run("untaint", robotsMembership).ok()
	c.plan().quiet().plans()
}

// The same with an assignment, whose destruction would take the role first and give it back after.
func TestCallersTaintedAssignmentIsNotRevoked(t *testing.T) {
	t.Parallel()
	w, c := managesItself(t, ownRoles, robotsRoles)
	c.config(ownRoles)
	c.run("taint", robotsRoles).ok()
	c.plan().quiet().plans("replace " + robotsRoles)
	c.applySaved().fails(demotesCaller, "Robot@example.com")
	w.roles(theRobot, "admin", "analyst")
	c.run("untaint", robotsRoles).ok()
	c.plan().quiet().plans()
}

// They stay themselves under another address of their own.
func TestCallerIsKnownByID(t *testing.T) {
	t.Parallel()
	w, c := managesItself(t, ownMembership, robotsMembership)
	id := theOwner(w)
	w.must(w.SetEmail(id, "automaton@example.com"))
	c.file("main.tf", strings.ReplaceAll(w.hcl(""), theRobot, "automaton@example.com"))
	c.plan().fails(removesCaller, "Robot@example.com", id)
	if m, ok := w.Member("automaton@example.com"); !ok || inJSON(m.Roles) != `["admin"]` {
		t.Errorf("the owner is %v", m)
	}
}

// Whoever means it says so.
func TestLockoutProtectionMayBeSwitchedOff(t *testing.T) {
	t.Parallel()
	w, c := managesItself(t, ownRoles, robotsRoles)
	c.config(strings.Replace(ownRoles, `"admin", `, "", 1), unprotected)
	c.apply().quiet().plans("update " + robotsRoles)
	w.roles(theRobot, "analyst")
	w.asked("getCurrentUser", 0)

	w, c = managesItself(t, ownMembership, robotsMembership)
	c.config(ownMembership, unprotected)
	c.destroy().quiet()
	if m, ok := w.Member(theRobot); ok {
		t.Errorf("%v is still a member", m)
	}
}

// Nobody else is protected by it.
func TestOthersMayBeRemovedAndDemoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	id := w.member("ada@example.com", "Ada Marsh", "admin")
	c := w.cli(byID(id, `"analyst"`))
	c.apply().quiet()
	w.roles("ada@example.com", "analyst")
	c.destroy().quiet()
	d := w.cli(adopted)
	d.apply().ok()
	d.destroy().quiet()
	w.members()
}
