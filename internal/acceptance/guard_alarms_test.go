package acceptance

import (
	"fmt"
	"strings"
	"testing"
)

// tight lets one run do what one person's change takes, and not more; sealed lets it remove and e-mail nobody.
var (
	tight  = []string{"max_removals = 1", "max_invitations = 1"}
	sealed = []string{"max_removals = 0", "max_invitations = 0"}
)

const lifecycleCBD = "lifecycle {\n    create_before_destroy = true\n  }\n  roles "

// createdFirst has a configuration's resources created before they are destroyed.
func createdFirst(config string) string { return strings.ReplaceAll(config, "roles ", lifecycleCBD) }

// adopting is Ada's membership, which takes her over whenever it is created.
var adopting = strings.Replace(ada, "name ", "adopt_existing = true\n  name ", 1)

// kai is the same resource for another person.
func kais(config string) string { return strings.ReplaceAll(config, "ada@", "kai@") }

// A replacement is one person's removal and one invitation, however it comes about, and no fight with itself.
func TestNoAlarmInAReplacement(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		config    string
		joined    bool
		arguments []string
		mails     []string
	}{
		"of somebody invited, by an address":      {kais(ada), false, nil, []string{"kai@example.com"}},
		"of a member, by an address":              {kais(ada), true, nil, []string{"kai@example.com"}},
		"of somebody invited, by force":           {ada, false, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"of a member, by force":                   {ada, true, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"of a member to be adopted, by force":     {adopting, true, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"created first, somebody invited, forced": {createdFirst(ada), false, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"created first, somebody invited":         {kais(createdFirst(ada)), false, nil, []string{"kai@example.com"}},
		"created first, a member":                 {kais(createdFirst(ada)), true, nil, []string{"kai@example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := w.cli(ada)
			c.apply().quiet()
			if row.joined {
				w.accept("ada@example.com")
				c.apply("-refresh-only").quiet()
			}
			c.config(row.config, tight...)
			planned := c.plan(row.arguments...).ok().plans("replace " + theAda)
			if row.joined || len(row.arguments) > 0 {
				planned.quiet()
			} else {
				planned.warns("The invitation of ada@example.com cannot be revoked").warnings(1)
			}
			c.applySaved().ok()
			w.members()
			w.mails(append(row.mails, "ada@example.com")...)
			c.holds(theAda, values{"status": "invited", "email": row.mails[0]})
			c.plan().quiet().plans()
		})
	}
}

// Created first, by force, and to be adopted: the new instance takes her over, and so the old one removes nobody.
func TestNobodyIsRemovedWhereTheNewInstanceAdoptsFirst(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.config(createdFirst(adopting), tight...)
	c.apply("-replace="+theAda).ok().plans("replace "+theAda).warns("ada@example.com was not removed", id)
	c.holds(theAda, values{"status": "active", "user_id": id})
	w.roles("ada@example.com", "developer")
	w.asked("deleteUser", 0)
	w.mails("ada@example.com")
	c.config(createdFirst(adopting), sealed...)
	c.plan().quiet().plans()
}

// Without adopt_existing a member cannot be there twice: the apply stops before anything is changed. Terraform keeps the
// old instance as deposed then, and the next plan says how to go on.
func TestNobodyIsRemovedWhereTheNewInstanceMayNotAdopt(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.config(createdFirst(ada), tight...)
	c.apply("-replace="+theAda).fails("Already a member", "ada@example.com", id)
	c.apply().stops(goneAndCreated, "deposed", "terraform state rm", "import")
	c.run("state", "rm", theAda).ok()
	c.config(createdFirst(ada)+"import {\n  to = "+theAda+"\n  id = \""+id+"\"\n}\n", sealed...)
	c.apply().quiet().plans("import " + theAda)
	c.plan().quiet().plans()
	w.roles("ada@example.com", "developer")
	w.mails("ada@example.com")
}

// Everything that leaves people where they are passes where nobody may be removed or e-mailed.
func TestNoAlarmWhereNothingHappensToPeople(t *testing.T) {
	t.Parallel()
	renamed := strings.Replace(ada, `"ada"`, `"lovelace"`, 1)
	for name, run := range map[string]func(c *cli){
		"moved": func(c *cli) {
			c.config(renamed+"moved {\n  from = "+theAda+"\n  to   = modelprime_membership.lovelace\n}\n", sealed...)
			c.apply().quiet()
		},
		"moved into for_each": func(c *cli) {
			c.config(team("ada@example.com")+"moved {\n  from = "+theAda+"\n  to   = modelprime_membership.team[\"ada@example.com\"]\n}\n", sealed...)
			c.apply().quiet()
		},
		"forgotten": func(c *cli) {
			needsRemoved(c.t)
			c.config("removed {\n  from = "+theAda+"\n  lifecycle {\n    destroy = false\n  }\n}\n", sealed...)
			c.apply().ok()
		},
		"forgotten, and imported at another address": func(c *cli) {
			needsRemoved(c.t)
			c.config(renamed+"removed {\n  from = "+theAda+"\n  lifecycle {\n    destroy = false\n  }\n}\n"+
				"import {\n  to = modelprime_membership.lovelace\n  id = \"ada@example.com\"\n}\n", sealed...)
			c.apply().ok()
		},
		"imported into an empty state": func(c *cli) {
			fresh := c.w.cli(ada+"import {\n  to = "+theAda+"\n  id = \"ada@example.com\"\n}\n", sealed...)
			fresh.apply().quiet()
			fresh.plan().quiet().plans()
		},
		"imported by the command": func(c *cli) {
			fresh := c.w.cli(ada, sealed...)
			fresh.importID(theAda, "ada@example.com").ok()
			fresh.plan().quiet().plans()
		},
		"changed roles": func(c *cli) {
			c.config(strings.Replace(ada, `"developer"`, `"developer", "analyst"`, 1), sealed...)
			c.apply().quiet().plans("update " + theAda)
			c.config(ada, sealed...)
			c.apply("-refresh=false").quiet().plans("update " + theAda)
		},
		"a refresh only": func(c *cli) {
			c.config(ada, sealed...)
			c.apply("-refresh-only").quiet()
		},
		"a tainted membership that is untainted": func(c *cli) {
			c.config(ada, sealed...)
			c.run("taint", theAda).ok()
			c.run("untaint", theAda).ok()
			c.apply().quiet().plans()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, _ := joinedAda(t)
			run(c)
			w.roles("ada@example.com", "developer")
			w.mails("ada@example.com")
		})
	}
}

// What a run is not told to look at does not count.
func TestNoAlarmWithTargets(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 4)
	c.config(team("crew0@example.com", "new0@example.com", "new1@example.com"), tight...)
	c.plan("-target="+`modelprime_membership.team["crew1@example.com"]`, "-target="+`modelprime_membership.team["new0@example.com"]`).ok().
		plans(`delete modelprime_membership.team["crew1@example.com"]`, `create modelprime_membership.team["new0@example.com"]`)
	c.applySaved().ok()
	w.members("crew0@example.com", "crew2@example.com", "crew3@example.com")
	w.mails(append(crew(4), "new0@example.com")...)
}

// Nor do those whom an earlier run has removed or invited: each run has its own ledger, in plan and apply alike.
func TestNoAlarmFromRunToRun(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 3)
	for size := 2; size >= 0; size-- {
		config := "output \"nobody\" {\n  value = true\n}\n"
		if size > 0 {
			config = team(crew(size)...)
		}
		c.config(config, tight...)
		c.plan("-refresh=false").quiet()
		c.applySaved().quiet()
		w.members(crew(size)...)
	}
}

// Everything may be destroyed by whoever allows as many removals; people who were invited since are no obstacle.
func TestNoAlarmWhenEverythingIsDestroyed(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"refreshed": nil, "not refreshed": {"-refresh=false"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := joinedCrew(t, 2)
			w.member("grace@example.com", "Grace Pinion", "analyst")
			c.config(team(append(crew(2), "new@example.com")...)+strings.ReplaceAll(byEmail, "Ada@", "grace@"), "max_removals = 3", "max_invitations = 1")
			c.apply().ok()
			c.config(team(append(crew(2), "new@example.com")...)+strings.ReplaceAll(byEmail, "Ada@", "grace@"), "max_removals = 3", "max_invitations = 0")
			c.destroy(arguments...).ok().warns("The invitation of new@example.com cannot be revoked").warnings(2)
			w.members("grace@example.com")
			w.roles("grace@example.com")
		})
	}
}

// terraform destroy plans what is configured before it plans the destruction, and no provider can tell the two apart:
// whoever is configured beyond a cap stops it, too. Without the refresh, only the destruction is planned.
func TestDestroyPlansWhatIsConfiguredFirst(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.config(ada+team("new@example.com"), "max_removals = 1", "max_invitations = 0")
	c.destroy().fails(tooManyInvitations, "new@example.com")
	c.destroy("-refresh=false").quiet().plans("delete " + theAda)
	w.members()
	w.mails("ada@example.com")
}

// Several runs in one process, as terraform test makes them, each with what it may do, and its own cleaning up.
func TestNoAlarmInTerraformTest(t *testing.T) {
	t.Parallel()
	needsRemoved(t)
	for name, start := range map[string]func(w *world, config string, arguments ...string) *cli{"in one process": (*world).cli, "installed": (*world).installed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			c := start(w, `
variable "address" {
  default = "ada@example.com"
}
resource "modelprime_membership" "ada" {
  email = var.address
  name  = "Ada Marsh"
  roles = ["developer"]
}
`, tight...)
			c.file("roster.tftest.hcl", `
run "invites" {
  assert {
    condition     = modelprime_membership.ada.status == "invited"
    error_message = "not invited"
  }
}
run "plans_another" {
  command = plan
  variables {
    address = "grace@example.com"
  }
}
run "replaces" {
  variables {
    address = "kai@example.com"
  }
}
run "replaces_again" {
  variables {
    address = "Ada@example.com"
  }
  assert {
    condition     = modelprime_membership.ada.email == "Ada@example.com"
    error_message = "not replaced"
  }
}
run "stops_a_mistake" {
  command = plan
  variables {
    address = "nobody at all"
  }
  expect_failures = [modelprime_membership.ada]
}
`)
			if r := c.run("test", "-no-color"); strings.Count(r.printed, "... pass") != 4 || strings.Contains(r.printed, "Too many") {
				t.Errorf("want four runs to pass: %s", r.printed)
			}
			w.mails("ada@example.com", "kai@example.com", "Ada@example.com")
		})
	}
}

// Two organizations in one configuration, and one person in both: neither sees what the other does.
func TestNoAlarmBetweenAliases(t *testing.T) {
	t.Parallel()
	here, there := newWorld(t), newWorld(t)
	both := here.hcl("", tight...) +
		strings.Replace(there.hcl("", tight...), "{\n", "{\n  alias = \"there\"\n", 1) + ada +
		strings.NewReplacer(`"ada"`, `"there"`, "name ", "provider = modelprime.there\n  name ").Replace(ada)
	c := here.installed("")
	c.file("main.tf", both)
	c.apply().quiet().plans("create "+theAda, "create modelprime_membership.there")
	for _, w := range []*world{here, there} {
		w.mails("ada@example.com")
		w.accept("ada@example.com")
	}
	c.apply().quiet().plans()
	c.plan().quiet().plans()
	c.file("main.tf", kais(both))
	c.plan().quiet().plans("replace "+theAda, "replace modelprime_membership.there")
	c.file("main.tf", both)
	c.destroy().quiet().plans("delete "+theAda, "delete modelprime_membership.there")
	here.members()
	there.members()
}

// taken is a membership that is known to be Ada's at the apply only, and takes her over.
const taken = `
resource "terraform_data" "address" {
  input = "ada@example.com"
}
resource "modelprime_membership" "taken" {
  email          = terraform_data.address.output
  name           = "Ada Marsh"
  roles          = ["developer"]
  adopt_existing = true
}
`

// One instance lets go of her, and another, whose address was not known in the plan, takes her over: she stays.
func TestWhoeverWasTakenOverStays(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.config(kais(strings.Replace(createdFirst(ada), "name ", "depends_on = [modelprime_membership.taken]\n  name ", 1))+taken, tight...)
	c.plan().ok().plans("replace "+theAda, "create terraform_data.address", "create modelprime_membership.taken")
	c.applySaved().ok().warns("ada@example.com was not removed", id)
	c.holds("modelprime_membership.taken", values{"user_id": id, "status": "active"})
	c.holds(theAda, values{"email": "kai@example.com"})
	w.roles("ada@example.com", "developer")
	w.asked("deleteUser", 0)
	c.plan().quiet().plans()
}

// The same at one moment: whatever comes first, the state is true in the end.
func TestTakenOverOrRemovedAndNeverBoth(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			w, c, _ := joinedAda(t)
			c.config(taken)
			r := c.apply()
			_, member := w.Member("ada@example.com")
			held, managed := c.state()["modelprime_membership.taken"]
			if managed && member != (held.values["status"] == "active") {
				t.Errorf("the state says %v, and it is %v that she is a member: %s", held.values["status"], member, r)
			}
			c.lacks(theAda)
			if managed {
				c.plan().ok().plans()
			}
		})
	}
}

// A tainted membership is planned like a new one: the plan stops with the way out, and removes nobody.
func TestTaintedMembershipOfAMember(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.run("taint", theAda).ok()
	c.apply().fails("Already a member", "terraform untaint", id)
	w.roles("ada@example.com", "developer")
	c.run("untaint", theAda).ok()
	c.plan().quiet().plans()

	c.config(createdFirst(adopting), tight...)
	c.run("taint", theAda).ok()
	c.apply().fails("managed already", "terraform untaint", id)
	c.apply("-refresh=false").ok().warns("ada@example.com was not removed")
	c.holds(theAda, values{"status": "active", "user_id": id})
	w.roles("ada@example.com", "developer")
	w.mails("ada@example.com")
}
