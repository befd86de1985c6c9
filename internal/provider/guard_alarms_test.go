package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// tight allows one removal and one invitation in a run; sealed allows none.
var (
	tight  = []string{"max_removals = 1", "max_invitations = 1"}
	sealed = []string{"max_removals = 0", "max_invitations = 0"}
)

const lifecycleCBD = "lifecycle {\n    create_before_destroy = true\n  }\n  roles "

// createdFirst adds create_before_destroy to the configuration's resources.
func createdFirst(config string) string { return strings.ReplaceAll(config, "roles ", lifecycleCBD) }

// adopting is Ada's membership with adopt_existing.
var adopting = strings.Replace(ada, "name ", "adopt_existing = true\n  name ", 1)

// forKai is the same configuration with Kai's address.
func forKai(config string) string { return strings.ReplaceAll(config, "ada@", "kai@") }

// A replacement counts as one removal and one invitation, and is no conflict with itself.
func TestNoAlarmInAReplacement(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		config    string
		joined    bool
		arguments []string
		mails     []string
	}{
		"invited, another address":       {forKai(ada), false, nil, []string{"kai@example.com"}},
		"member, another address":        {forKai(ada), true, nil, []string{"kai@example.com"}},
		"invited, forced":                {ada, false, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"member to be adopted, forced":   {adopting, true, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"created first, invited, forced": {createdFirst(ada), false, []string{"-replace=" + theAda}, []string{"ada@example.com"}},
		"created first, invited":         {forKai(createdFirst(ada)), false, nil, []string{"kai@example.com"}},
		"created first, member":          {forKai(createdFirst(ada)), true, nil, []string{"kai@example.com"}},
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

// With create_before_destroy and adopt_existing the new instance adopts the member first, so the old one does not remove her.
func TestNewInstanceAdoptsBeforeDestroy(t *testing.T) {
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

// Without adopt_existing a member cannot be removed and invited again in one run. With create_before_destroy the apply would fail
// and leave a deposed object. The plan does not know the order, so it is an error in both orders.
func TestMemberIsNotReplacedWithoutAdoption(t *testing.T) {
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

// An invitation needs a name; the configuration of a member may leave it out.
func TestMemberWithoutNameIsNotReplaced(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(strings.Replace(adopting, `name  = "Ada Marsh"`, "", 1))
	c.Plan().Quiet().Plans()
	c.Apply("-replace="+theAda).Fails("Missing name", "removes the member ada@example.com ("+id+") and invites them again", "an invitation needs a name")
	w.HasRoles("ada@example.com", "developer")
	w.Emailed("ada@example.com")
}

// A run that neither removes nor invites a person passes with both limits at 0.
func TestNoAlarmWithoutRemovalOrInvitation(t *testing.T) {
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

// Resources outside -target do not count.
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

// Each run counts its own removals and invitations, in plan and apply alike.
func TestNoAlarmFromEarlierRuns(t *testing.T) {
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

// terraform destroy passes if max_removals allows it. People invited since do not hinder it.
func TestNoAlarmWhenAllIsDestroyed(t *testing.T) {
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

// terraform destroy plans the configuration before the destruction, and a provider cannot tell the two apart:
// configured people beyond a limit stop it, too. Without the refresh only the destruction is planned.
func TestDestroyPlansTheConfigurationFirst(t *testing.T) {
	t.Parallel()
	w, c, _ := joinedAda(t)
	c.Config(ada+team("new@example.com"), "max_removals = 1", "max_invitations = 0")
	c.Destroy().Fails(tooManyInvitations, "new@example.com")
	c.Destroy("-refresh=false").Quiet().Plans("delete " + theAda)
	w.HasMembers()
	w.Emailed("ada@example.com")
}

// terraform test makes several runs in one process, each with its own limits and clean-up.
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

// Two aliases for two organizations, with the same person in both, do not affect each other.
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
	c.File("main.tf", forKai(both))
	c.Plan().OK().Warnings(2).Plans("replace "+theAda, "replace modelprime_membership.there")
	c.File("main.tf", both)
	c.Destroy().Quiet().Plans("delete "+theAda, "delete modelprime_membership.there")
	here.HasMembers()
	there.HasMembers()
}

// adoptingLater is a membership that adopts Ada. Its address is known only at the apply.
const adoptingLater = `
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

// One instance gives up the member, another one adopts her at the apply: she stays.
func TestTakenOverMemberStays(t *testing.T) {
	t.Parallel()
	w, c, id := joinedAda(t)
	c.Config(forKai(strings.Replace(createdFirst(ada), "name ", "depends_on = [modelprime_membership.taken]\n  name ", 1))+adoptingLater, tight...)
	c.Plan().OK().Plans("replace "+theAda, "create terraform_data.address", "create modelprime_membership.taken")
	c.ApplySaved().OK().Warns("ada@example.com was not removed", id)
	c.Holds("modelprime_membership.taken", acctest.Values{"user_id": id, "status": "active"})
	c.Holds(theAda, acctest.Values{"email": "kai@example.com"})
	w.HasRoles("ada@example.com", "developer")
	w.Requested("deleteUser", 0)
	c.Plan().Quiet().Plans()
}

// Destroyed and adopted in parallel: the state is true in either order.
func TestTakenOverAndRemovedInParallel(t *testing.T) {
	t.Parallel()
	for i := range 4 {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			t.Parallel()
			w, c, _ := joinedAda(t)
			c.Config(adoptingLater)
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

// A tainted membership is planned like a new one. The plan is an error with the remedy, and the member stays.
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

	// The same before the state records that she has joined.
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
