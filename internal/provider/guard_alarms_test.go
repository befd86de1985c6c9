package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
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
		"of a member to be adopted, by force":     {adopting, true, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"created first, somebody invited, forced": {createdFirst(ada), false, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"created first, somebody invited":         {kais(createdFirst(ada)), false, nil, []string{"kai@example.com"}},
		"created first, a member":                 {kais(createdFirst(ada)), true, nil, []string{"kai@example.com"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(ada)
			c.Apply().Quiet()
			if row.joined {
				w.Accept("ada@example.com")
				c.Apply("-refresh-only").Quiet()
			}
			c.Config(row.config, tight...)
			planned := c.Plan(row.arguments...).OK().Plans("replace " + theAda)
			switch {
			case len(row.arguments) > 0:
				planned.Quiet()
			case row.joined:
				planned.Warns("ada@example.com is replaced by kai@example.com", "they change their address in Model-Prime first").Warnings(1)
			default:
				planned.Warns("The invitation to ada@example.com cannot be revoked").Warnings(1)
			}
			c.ApplySaved().OK()
			w.HasMembers()
			w.Emailed(append(row.mails, "ada@example.com")...)
			c.Holds(theAda, acctest.Values{"status": "invited", "email": row.mails[0]})
			c.Plan().Quiet().Plans()
		})
	}
}

// Created first, by force, and to be adopted: the new instance takes her over, and so the old one removes nobody.
func TestNobodyIsRemovedWhereTheNewInstanceAdoptsFirst(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(createdFirst(adopting), tight...)
	c.Apply("-replace="+theAda).OK().Plans("replace "+theAda).Warns("ada@example.com was not removed", id)
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
	w.HasRoles("ada@example.com", "developer")
	w.Requested("deleteUser", 0)
	w.Emailed("ada@example.com")
	c.Config(createdFirst(adopting), sealed...)
	c.Plan().Quiet().Plans()
}

// Without adopt_existing a member cannot be there twice. Created first, the apply would fail and leave the old instance as
// deposed; no plan knows what comes first, so it is an error for all of them.
func TestAMemberIsNotReplacedByThemselvesWithoutAdoption(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{"created first": createdFirst(ada), "destroyed first": ada} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, id := joinedAda(t)
			c.Config(config, tight...)
			c.Apply("-replace="+theAda).Fails("The same member would be removed and invited again", "ada@example.com", id, "adopt_existing = true", "create_before_destroy")
			c.Plan().Quiet().Plans()
			w.HasRoles("ada@example.com", "developer")
			w.Emailed("ada@example.com")
		})
	}
}

// An invitation needs a name, which a member's configuration may leave out.
func TestAMemberWithoutAConfiguredNameIsNotReplaced(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(strings.Replace(adopting, `name  = "Ada Marsh"`, "", 1))
	c.Plan().Quiet().Plans()
	c.Apply("-replace="+theAda).Fails("Missing name", "removes the member ada@example.com ("+id+") and invites them again", "an invitation needs a name")
	w.HasRoles("ada@example.com", "developer")
	w.Emailed("ada@example.com")
}

// Everything that leaves people where they are passes where nobody may be removed or e-mailed.
func TestNoAlarmWhereNothingHappensToPeople(t *testing.T) {
	t.Parallel()
	renamed := strings.Replace(ada, `"ada"`, `"lovelace"`, 1)
	for name, run := range map[string]func(c *acctest.CLI){
		"moved": func(c *acctest.CLI) {
			c.Config(renamed+"moved {\n  from = "+theAda+"\n  to   = modelprime_membership.lovelace\n}\n", sealed...)
			c.Apply().Quiet()
		},
		"moved into for_each": func(c *acctest.CLI) {
			c.Config(team("ada@example.com")+"moved {\n  from = "+theAda+"\n  to   = modelprime_membership.team[\"ada@example.com\"]\n}\n", sealed...)
			c.Apply().Quiet()
		},
		"forgotten": func(c *acctest.CLI) {
			acctest.NeedsRemoved(c.T)
			c.Config("removed {\n  from = "+theAda+"\n  lifecycle {\n    destroy = false\n  }\n}\n", sealed...)
			c.Apply().OK()
		},
		"forgotten, and imported at another address": func(c *acctest.CLI) {
			acctest.NeedsRemoved(c.T)
			c.Config(renamed+"removed {\n  from = "+theAda+"\n  lifecycle {\n    destroy = false\n  }\n}\n"+
				"import {\n  to = modelprime_membership.lovelace\n  id = \"ada@example.com\"\n}\n", sealed...)
			c.Apply().OK()
		},
		"imported into an empty state": func(c *acctest.CLI) {
			fresh := c.World.CLI(ada+"import {\n  to = "+theAda+"\n  id = \"ada@example.com\"\n}\n", sealed...)
			fresh.Apply().Quiet()
			fresh.Plan().Quiet().Plans()
		},
		"imported by the command": func(c *acctest.CLI) {
			fresh := c.World.CLI(ada, sealed...)
			fresh.Import(theAda, "ada@example.com").OK()
			fresh.Plan().Quiet().Plans()
		},
		"changed roles": func(c *acctest.CLI) {
			c.Config(strings.Replace(ada, `"developer"`, `"developer", "analyst"`, 1), sealed...)
			c.Apply().Quiet().Plans("update " + theAda)
			c.Config(ada, sealed...)
			c.Apply("-refresh=false").Quiet().Plans("update " + theAda)
		},
		"a refresh only": func(c *acctest.CLI) {
			c.Config(ada, sealed...)
			c.Apply("-refresh-only").Quiet()
		},
		"a tainted membership that is untainted": func(c *acctest.CLI) {
			c.Config(ada, sealed...)
			c.Run("taint", theAda).OK()
			c.Run("untaint", theAda).OK()
			c.Apply().Quiet().Plans()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c, _ := joinedAda(t)
			run(c)
			w.HasRoles("ada@example.com", "developer")
			w.Emailed("ada@example.com")
		})
	}
}

// What a run is not told to look at does not count.
func TestNoAlarmWithTargets(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 4)
	c.Config(team("crew0@example.com", "new0@example.com", "new1@example.com"), tight...)
	c.Plan("-target="+`modelprime_membership.team["crew1@example.com"]`, "-target="+`modelprime_membership.team["new0@example.com"]`).OK().
		Plans(`delete modelprime_membership.team["crew1@example.com"]`, `create modelprime_membership.team["new0@example.com"]`)
	c.ApplySaved().OK()
	w.HasMembers("crew0@example.com", "crew2@example.com", "crew3@example.com")
	w.Emailed(append(crew(4), "new0@example.com")...)
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
		c.Config(config, tight...)
		c.Plan("-refresh=false").Quiet()
		c.ApplySaved().Quiet()
		w.HasMembers(crew(size)...)
	}
}

// Everything may be destroyed by whoever allows as many removals; people who were invited since are no obstacle.
func TestNoAlarmWhenEverythingIsDestroyed(t *testing.T) {
	t.Parallel()
	for name, arguments := range map[string][]string{"refreshed": nil, "not refreshed": {"-refresh=false"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := joinedCrew(t, 2)
			w.NewMember("grace@example.com", "Grace Pinion", "analyst")
			c.Config(team(append(crew(2), "new@example.com")...)+strings.ReplaceAll(byEmail, "Ada@", "grace@"), "max_removals = 3", "max_invitations = 1")
			c.Apply().OK()
			c.Config(team(append(crew(2), "new@example.com")...)+strings.ReplaceAll(byEmail, "Ada@", "grace@"), "max_removals = 3", "max_invitations = 0")
			c.Destroy(arguments...).OK().Warns("The invitation to new@example.com cannot be revoked").Warns("grace@example.com stays a member without roles").Warnings(3)
			w.HasMembers("grace@example.com")
			w.HasRoles("grace@example.com")
		})
	}
}

// terraform destroy plans what is configured before it plans the destruction, and no provider can tell the two apart:
// whoever is configured beyond a cap stops it, too. Without the refresh, only the destruction is planned.
func TestDestroyPlansWhatIsConfiguredFirst(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.Config(ada+team("new@example.com"), "max_removals = 1", "max_invitations = 0")
	c.Destroy().Fails(tooManyInvitations, "new@example.com")
	c.Destroy("-refresh=false").Quiet().Plans("delete " + theAda)
	w.HasMembers()
	w.Emailed("ada@example.com")
}

// Several runs in one process, as terraform test makes them, each with what it may do, and its own cleaning up.
func TestNoAlarmInTerraformTest(t *testing.T) {
	t.Parallel()
	acctest.NeedsRemoved(t)
	for name, start := range map[string]func(w *acctest.World, config string, arguments ...string) *acctest.CLI{"in one process": (*acctest.World).CLI, "installed": (*acctest.World).Installed} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
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
			c.File("roster.tftest.hcl", `
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
			if r := c.Run("test", "-no-color"); strings.Count(r.Printed, "... pass") != 4 || strings.Contains(r.Printed, "Too many") {
				t.Errorf("want four runs to pass: %s", r.Printed)
			}
			w.Emailed("ada@example.com", "kai@example.com", "Ada@example.com")
		})
	}
}

// Two organizations in one configuration, and one person in both: neither sees what the other does.
func TestNoAlarmBetweenAliases(t *testing.T) {
	t.Parallel()
	here, there := acctest.NewWorld(t), acctest.NewWorld(t)
	both := here.HCL("", tight...) +
		strings.Replace(there.HCL("", tight...), "{\n", "{\n  alias = \"there\"\n", 1) + ada +
		strings.NewReplacer(`"ada"`, `"there"`, "name ", "provider = modelprime.there\n  name ").Replace(ada)
	c := here.Installed("")
	c.File("main.tf", both)
	c.Apply().Quiet().Plans("create "+theAda, "create modelprime_membership.there")
	for _, w := range []*acctest.World{here, there} {
		w.Emailed("ada@example.com")
		w.Accept("ada@example.com")
	}
	c.Apply().Quiet().Plans()
	c.Plan().Quiet().Plans()
	c.File("main.tf", kais(both))
	c.Plan().OK().Warnings(2).Plans("replace "+theAda, "replace modelprime_membership.there")
	c.File("main.tf", both)
	c.Destroy().Quiet().Plans("delete "+theAda, "delete modelprime_membership.there")
	here.HasMembers()
	there.HasMembers()
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
	c.Config(kais(strings.Replace(createdFirst(ada), "name ", "depends_on = [modelprime_membership.taken]\n  name ", 1))+taken, tight...)
	c.Plan().OK().Plans("replace "+theAda, "create terraform_data.address", "create modelprime_membership.taken")
	c.ApplySaved().OK().Warns("ada@example.com was not removed", id)
	c.Holds("modelprime_membership.taken", acctest.Values{"user_id": id, "status": "active"})
	c.Holds(theAda, acctest.Values{"email": "kai@example.com"})
	w.HasRoles("ada@example.com", "developer")
	w.Requested("deleteUser", 0)
	c.Plan().Quiet().Plans()
}

// The same at one moment: whatever comes first, the state is true in the end.
func TestTakenOverOrRemovedAndNeverBoth(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			w, c, _ := joinedAda(t)
			c.Config(taken)
			r := c.Apply()
			_, member := w.Member("ada@example.com")
			held, managed := c.State()["modelprime_membership.taken"]
			if managed && member != (held.Values["status"] == "active") {
				t.Errorf("the state says %v, and it is %v that she is a member: %s", held.Values["status"], member, r)
			}
			c.Lacks(theAda)
			if managed {
				c.Plan().OK().Plans()
			}
		})
	}
}

// A tainted membership is planned like a new one: the plan stops with the way out, and removes nobody.
func TestTaintedMembershipOfAMember(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Run("taint", theAda).OK()
	c.Apply().Fails("Already a member", "terraform untaint", id)
	w.HasRoles("ada@example.com", "developer")
	c.Run("untaint", theAda).OK()
	c.Plan().Quiet().Plans()

	c.Config(createdFirst(adopting), tight...)
	c.Run("taint", theAda).OK()
	c.Apply().Fails("managed already", "terraform untaint", id)
	c.Apply("-refresh=false").OK().Warns("ada@example.com was not removed")
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
	w.HasRoles("ada@example.com", "developer")
	w.Emailed("ada@example.com")

	// The same before the state knows that she has joined.
	w = acctest.NewWorld(t)
	c = w.CLI(createdFirst(adopting))
	c.Apply().Quiet()
	id = w.Accept("ada@example.com")
	c.Run("taint", theAda).OK()
	c.Apply("-refresh=false").OK().Warns("ada@example.com was not removed", id)
	c.Plan().Quiet().Plans()
	w.HasRoles("ada@example.com", "developer")
	w.Emailed("ada@example.com")
}
