package acceptance

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const invitedAdmin = `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["admin", "developer"]
}
`

// A member who gives themselves a pending person's address gets nothing: not by a refresh, an apply, another
// invitation, an import that they would have to be named for, or a removal.
func TestTakingAPendingAddressGainsNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(invitedAdmin)
	c.apply().quiet()
	mallory := w.member("mallory@example.com", "Mallory Grip", "analyst", "developer")
	w.must(w.SetEmail(mallory, "ADA@example.com"))
	w.ResetLog()

	c.plan().fails("Somebody has the address of an invited person", "ada@example.com", mallory, "Mallory Grip", "import {")
	c.apply().fails("Somebody has the address of an invited person", mallory)
	c.config(strings.ReplaceAll(invitedAdmin, "roles =", "resend = \"again\"\n  roles ="))
	c.apply("-refresh=false").fails("Could not update the membership", "ada@example.com", mallory)

	c.holds(theAda, values{"status": "invited", "user_id": nil, "invitations_sent": 1})
	w.roles("ada@example.com", "analyst", "developer")
	w.asked("replaceUserRoles", 0)
	w.asked("inviteUser", 0)
	w.asked("deleteUser", 0)
	w.mails("ada@example.com")
}

// What counts is what was sent, not what is configured by now.
func TestLoweredRolesDoNotOpenTheDoor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(invitedAdmin)
	c.apply().quiet()
	c.config(strings.ReplaceAll(invitedAdmin, `["admin", "developer"]`, `["analyst"]`))
	c.apply().ok()
	mallory := w.member("ada@example.com", "Mallory Grip", "analyst")
	c.plan().fails("Somebody has the address of an invited person", mallory, "analyst", "admin")
}

// The real person beside the one who took their address: nobody can tell, so both are named.
func TestTakenAddressBesideTheRealPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(invitedAdmin)
	c.apply().quiet()
	mallory := w.member("ada@example.com", "Mallory Grip", "admin", "developer")
	invited := w.accept("ada@example.com")
	c.plan().fails("Somebody has the address of an invited person", mallory, invited, "import {")
	w.must(w.SetEmail(mallory, "mallory@example.com"))
	c.apply().quiet().plans()
	c.holds(theAda, values{"status": "active", "user_id": invited})
}

// Somebody who was demoted before Terraform ever read them is asked for, and the advice works.
func TestDemotedJoinerIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(invitedAdmin)
	c.apply().quiet()
	id := w.accept("ada@example.com")
	w.must(w.SetRoles(id, "developer"))
	c.plan().fails("Somebody has the address of an invited person", "ada@example.com", id, "terraform state rm", "import {")
	w.roles("ada@example.com", "developer")

	c.run("state", "rm", theAda).ok()
	c.config(invitedAdmin + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", theAda, id))
	c.apply().quiet().plans("update " + theAda)
	w.roles("ada@example.com", "admin", "developer")
	w.mails("ada@example.com")
}

// More roles than the invitation's are the person's, and drift.
func TestPromotedJoinerIsBound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	c := w.cli(ada)
	c.apply().quiet()
	id := w.accept("ada@example.com")
	w.must(w.SetRoles(id, "developer", "admin"))
	c.apply().quiet().plans("update " + theAda)
	c.holds(theAda, values{"status": "active", "user_id": id})
	w.roles("ada@example.com", "developer")
}

const pendingAndJoined = ada + `
resource "modelprime_membership" "grace" {
  email = "grace@example.com"
  name  = "Grace Hub"
  roles = ["analyst"]
}
`

// theTwo is an organization with a member and a pending person, both managed.
func theTwo(t *testing.T) (*world, *cli) {
	t.Helper()
	w := newWorld(t)
	c := w.cli(pendingAndJoined)
	c.apply().quiet()
	w.accept("ada@example.com")
	c.apply().quiet()
	w.ResetLog()
	return w, c
}

// With another organization's token nothing is believed and nothing is changed, in the API or in the state.
func TestAnotherOrganizationsTokenChangesNothing(t *testing.T) {
	t.Parallel()
	const both = "another organization"
	for name, test := range map[string]struct {
		config string
		run    func(*cli) *report
		errors int
	}{
		"plan":                     {pendingAndJoined, func(c *cli) *report { return c.plan() }, 2},
		"apply":                    {pendingAndJoined, func(c *cli) *report { return c.apply() }, 2},
		"destroy":                  {pendingAndJoined, func(c *cli) *report { return c.destroy() }, 2},
		"destroy without refresh":  {pendingAndJoined, func(c *cli) *report { return c.destroy("-refresh=false") }, 2},
		"a change without refresh": {strings.ReplaceAll(pendingAndJoined, "developer", "admin"), func(c *cli) *report { return c.apply("-refresh=false") }, 1},
		"an invitation without refresh": {
			strings.ReplaceAll(pendingAndJoined, `"Grace Hub"`, "\"Grace Hub\"\n  resend = \"x\""),
			func(c *cli) *report { return c.apply("-refresh=false") }, 1,
		},
	} {
		t.Run(name+" with "+both, func(t *testing.T) {
			t.Parallel()
			w, c := theTwo(t)
			before := c.state()
			c.config(test.config)
			w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization})
			failed := test.run(c)
			if got := failed.all("error"); failed.code == 0 || len(got) != test.errors {
				t.Errorf("want %d errors: %s", test.errors, failed)
			}
			for _, d := range failed.all("error") {
				if !holdsAll(d, []string{"0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6", "Another Organization", "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90"}) {
					t.Errorf("unclear: %s", d)
				}
			}
			w.wroteNothing()
			if got := c.state(); !reflect.DeepEqual(got, before) {
				t.Errorf("the state was %v and is %v", before, got)
			}
			w.ClearFaults()
			c.config(pendingAndJoined)
			c.plan().quiet().plans()
		})
	}
}

// organization_id stops even a first run: a creation, an import, a data source.
func TestOrganizationIsPinned(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"creation":       ada,
		"import":         ada + "import {\n  to = " + theAda + "\n  id = \"robot@example.com\"\n}\n",
		"import by id":   ada + "import {\n  to = " + theAda + "\n  id = \"auth0|owner\"\n}\n",
		"organization":   "data \"modelprime_organization\" \"this\" {}\n",
		"current user":   "data \"modelprime_current_user\" \"me\" {}\n",
		"user":           "data \"modelprime_user\" \"me\" {\n  id = \"auth0|owner\"\n}\n",
		"users":          "data \"modelprime_users\" \"all\" {}\n",
		"users searched": "data \"modelprime_users\" \"all\" {\n  name_search = \"Roster\"\n}\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			const other = "0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6"
			c := w.cli(config, `organization_id = "`+other+`"`)
			c.apply().fails(other, "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", "Example Robotics", "organization_id")
			w.wroteNothing()
			w.asked("listUsers", 0)
			w.asked("getUser", 0)
			w.asked("getCurrentUser", 0)
			c.lacks(theAda)
		})
	}
}

// A plan is for the organization that it was made with.
func TestSavedPlanIsNotAppliedElsewhere(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"a creation": pendingAndJoined + "resource \"modelprime_membership\" \"kai\" {\n  email = \"kai@example.com\"\n  name = \"Kai\"\n  roles = [\"analyst\"]\n}\n",
		"a change":   strings.ReplaceAll(pendingAndJoined, "developer", "admin"),
		"a removal":  "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := theTwo(t)
			c.config(config)
			c.plan().ok()
			before := c.state()
			w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization})
			refused := c.applySaved()
			if refused.code == 0 || !strings.Contains(refused.String(), "0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6") {
				t.Errorf("not refused, or not clear: %s", refused)
			}
			w.wroteNothing()
			if got := c.state(); !reflect.DeepEqual(got, before) {
				t.Errorf("the state was %v and is %v", before, got)
			}
			w.mails("ada@example.com", "grace@example.com")
		})
	}
}

// A wrong endpoint is one clear error for each instance, and the state stays.
func TestWrongEndpointChangesNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.NotFound404, sandbox.NotFoundHTML404} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w, c := theTwo(t)
			before := c.state()
			w.Fail(sandbox.Fault{Kind: kind})
			for _, failed := range []*report{c.apply(), c.destroy("-refresh=false")} {
				if failed.code == 0 || len(failed.diags) != 2 || !strings.Contains(failed.String(), "endpoint (MODELPRIME_ENDPOINT)") {
					t.Errorf("not refused, or not clear: %s", failed)
				}
			}
			w.wroteNothing()
			if got := c.state(); !reflect.DeepEqual(got, before) {
				t.Errorf("the state was %v and is %v", before, got)
			}
		})
	}
}

// wroteNothing fails the test if the log holds anything but a GET.
func (w *world) wroteNothing() {
	w.t.Helper()
	for _, r := range w.Requests() {
		if r.Method != http.MethodGet {
			w.t.Errorf("%s %s was requested", r.Method, r.Path)
		}
	}
}
