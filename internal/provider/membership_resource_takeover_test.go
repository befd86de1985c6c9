package provider_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const invitedAdmin = `
resource "modelprime_membership" "ada" {
  email = "ada@example.com"
  name  = "Ada Marsh"
  roles = ["admin", "developer"]
}
`

// A member who takes an invited person's address gains nothing: not by a refresh, an apply or another invitation.
func TestTakingAPendingAddressGainsNothing(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(invitedAdmin)
	c.Apply().Quiet()
	mallory := w.NewMember("mallory@example.com", "Mallory Grip", "analyst", "developer")
	w.Must(w.SetEmail(mallory, "ADA@example.com"))
	w.ResetLog()

	c.Plan().Fails("A member has the address of an invited person", "ada@example.com", mallory, "Mallory Grip", "import {")
	c.Apply().Fails("A member has the address of an invited person", mallory)
	c.Config(strings.ReplaceAll(invitedAdmin, "roles =", "resend = \"again\"\n  roles ="))
	c.Apply("-refresh=false").Fails("Could not update the membership", "ada@example.com", mallory)

	c.Holds(theAda, acctest.Values{"status": "invited", "user_id": nil, "invitations_sent": 1})
	w.HasRoles("ada@example.com", "analyst", "developer")
	w.Requested("replaceUserRoles", 0)
	w.Requested("inviteUser", 0)
	w.Requested("deleteUser", 0)
	w.Emailed("ada@example.com")
}

// A member is bound to an invitation by address, roles and login connection. Another name, and an ID that does not tell the login
// connection, are warnings.
func TestMemberTakenForInvitedPerson(t *testing.T) {
	t.Parallel()
	passworded := strings.ReplaceAll(ada, "roles", "login_connection = \"username-password\"\n  roles")
	for name, test := range map[string]struct {
		config, id, name string
		warns            []string
		fails            []string
	}{
		"by Google":                      {ada, "google-oauth2|1", "Ada Marsh", nil, nil},
		"by a password":                  {passworded, "auth0|1", "Ada Marsh", nil, nil},
		"by a password instead":          {ada, "auth0|1", "Ada Marsh", nil, []string{"auth0|1", "logs in with username-password", "google-oauth2", "import {"}},
		"by Google instead":              {passworded, "google-oauth2|1", "Ada Marsh", nil, []string{"google-oauth2|1", "logs in with google-oauth2", "username-password", "import {"}},
		"another name":                   {ada, "google-oauth2|1", "Eve Stator", []string{"ada@example.com joined under another name", "Ada Marsh", "Eve Stator", "google-oauth2|1"}, nil},
		"an id that says nothing":        {ada, "42", "Ada Marsh", []string{"The login connection of ada@example.com is unknown", "42", "google-oauth2"}, nil},
		"an id that says something else": {passworded, "samlp|acme|1", "Ada Marsh", []string{"The login connection of ada@example.com is unknown", "samlp|acme|1"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(test.config)
			c.Apply().Quiet()
			w.Add(sandbox.User{ID: test.id, Email: "ada@example.com", Name: test.name, Roles: []string{"developer"}})
			switch planned := c.Plan(); {
			case test.fails != nil:
				planned.Fails(append(test.fails, "A member has the address of an invited person")...)
				c.Holds(theAda, acctest.Values{"status": "invited", "user_id": nil})
			case test.warns != nil:
				planned.OK().Plans().Warns(test.warns...).Warnings(1)
				c.Apply().OK()
				c.Plan().Quiet().Plans()
				c.Holds(theAda, acctest.Values{"status": "active", "user_id": test.id})
			default:
				planned.Quiet().Plans()
			}
			w.Emailed("ada@example.com")
		})
	}
}

// A pending state whose private record was edited away binds no member.
func TestPendingStateWithoutRecordBindsNoMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.EditState(`"private": "[^"]*"`, `"private": ""`)
	c.Plan().Quiet().Plans()
	id := w.Accept("ada@example.com")
	c.Plan().Fails("A member has the address of an invited person", "ada@example.com", id, "no record of an invitation", "import {")
	c.Holds(theAda, acctest.Values{"status": "invited", "user_id": nil})
	w.HasMembers("ada@example.com")
}

// The roles of the sent invitation count, not those configured later.
func TestLoweredRolesBindNoMember(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(invitedAdmin)
	c.Apply().Quiet()
	c.Config(strings.ReplaceAll(invitedAdmin, `["admin", "developer"]`, `["analyst"]`))
	c.Apply().OK()
	mallory := w.NewMember("ada@example.com", "Mallory Grip", "analyst")
	c.Plan().Fails("A member has the address of an invited person", mallory, "analyst", "admin")
}

// The invited person and a member who took their address cannot be told apart: an error names both.
func TestTakenAddressBesideInvitedPerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(invitedAdmin)
	c.Apply().Quiet()
	mallory := w.NewMember("ada@example.com", "Mallory Grip", "admin", "developer")
	invited := w.Accept("ada@example.com")
	c.Plan().Fails("A member has the address of an invited person", mallory, invited, "import {")
	w.Must(w.SetEmail(mallory, "mallory@example.com"))
	c.Apply().Quiet().Plans()
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": invited})
}

// An invited person who was demoted before the first read is an error with a remedy that works.
func TestDemotedJoinerIsAnError(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(invitedAdmin)
	c.Apply().Quiet()
	id := w.Accept("ada@example.com")
	w.Must(w.SetRoles(id, "developer"))
	c.Plan().Fails("A member has the address of an invited person", "ada@example.com", id, "terraform state rm", "import {")
	w.HasRoles("ada@example.com", "developer")

	c.Run("state", "rm", theAda).OK()
	c.Config(invitedAdmin + fmt.Sprintf("import {\n  to = %s\n  id = %q\n}\n", theAda, id))
	c.Apply().Quiet().Plans("update " + theAda)
	w.HasRoles("ada@example.com", "admin", "developer")
	w.Emailed("ada@example.com")
}

// An invited person with more roles than the invitation is bound; the additional roles are drift.
func TestPromotedJoinerIsBound(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	id := w.Accept("ada@example.com")
	w.Must(w.SetRoles(id, "developer", "admin"))
	c.Apply().Quiet().Plans("update " + theAda)
	c.Holds(theAda, acctest.Values{"status": "active", "user_id": id})
	w.HasRoles("ada@example.com", "developer")
}

const pendingAndJoined = ada + `
resource "modelprime_membership" "grace" {
  email = "grace@example.com"
  name  = "Grace Hub"
  roles = ["analyst"]
}
`

// activeAndPending makes an organization with a member and an invited person, both managed.
func activeAndPending(t *testing.T) (*acctest.World, *acctest.CLI) {
	t.Helper()
	w := acctest.NewWorld(t)
	c := w.CLI(pendingAndJoined)
	c.Apply().Quiet()
	w.Accept("ada@example.com")
	c.Apply().Quiet()
	w.ResetLog()
	return w, c
}

// With another organization's token neither the API nor the state is changed.
func TestAnotherOrganizationsTokenChangesNothing(t *testing.T) {
	t.Parallel()
	const both = "another organization"
	for name, test := range map[string]struct {
		config string
		run    func(*acctest.CLI) *acctest.Report
	}{
		"plan":                     {pendingAndJoined, func(c *acctest.CLI) *acctest.Report { return c.Plan() }},
		"apply":                    {pendingAndJoined, func(c *acctest.CLI) *acctest.Report { return c.Apply() }},
		"destroy":                  {pendingAndJoined, func(c *acctest.CLI) *acctest.Report { return c.Destroy() }},
		"destroy without refresh":  {pendingAndJoined, func(c *acctest.CLI) *acctest.Report { return c.Destroy("-refresh=false") }},
		"a change without refresh": {strings.ReplaceAll(pendingAndJoined, "developer", "admin"), func(c *acctest.CLI) *acctest.Report { return c.Apply("-refresh=false") }},
		"an invitation without refresh": {
			strings.ReplaceAll(pendingAndJoined, `"Grace Hub"`, "\"Grace Hub\"\n  resend = \"x\""),
			func(c *acctest.CLI) *acctest.Report { return c.Apply("-refresh=false") },
		},
	} {
		t.Run(name+" with "+both, func(t *testing.T) {
			t.Parallel()
			w, c := activeAndPending(t)
			before := c.State()
			c.Config(test.config)
			w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization})
			failed := test.run(c)
			failed.Fails("0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6", "Another Organization", "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90")
			wroteNothing(w)
			if got := c.State(); !reflect.DeepEqual(got, before) {
				t.Errorf("the state was %v and is %v", before, got)
			}
			w.ClearFaults()
			c.Config(pendingAndJoined)
			c.Plan().Quiet().Plans()
		})
	}
}

// organization_id stops also a creation, an import and a data source.
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
			w := acctest.NewWorld(t)
			const other = "0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6"
			c := w.CLI(config, `organization_id = "`+other+`"`)
			c.Apply().Fails(other, "5f0c5a4e-3c1d-4b8e-9a53-6c2f1d7e8b90", "Example Robotics", "organization_id")
			wroteNothing(w)
			w.Requested("listUsers", 0)
			w.Requested("getUser", 0)
			w.Requested("getCurrentUser", 0)
			c.Lacks(theAda)
		})
	}
}

// A saved plan applies only to the organization it was made with.
func TestSavedPlanIsNotAppliedElsewhere(t *testing.T) {
	t.Parallel()
	for name, config := range map[string]string{
		"a creation": pendingAndJoined + "resource \"modelprime_membership\" \"kai\" {\n  email = \"kai@example.com\"\n  name = \"Kai\"\n  roles = [\"analyst\"]\n}\n",
		"a change":   strings.ReplaceAll(pendingAndJoined, "developer", "admin"),
		"a removal":  "",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, c := activeAndPending(t)
			c.Config(config)
			c.Plan().OK()
			before := c.State()
			w.Fail(sandbox.Fault{Kind: sandbox.WrongOrganization})
			refused := c.ApplySaved()
			if refused.Code == 0 || !strings.Contains(refused.String(), "0b5a1c77-94de-4f60-8f0e-d1a2c3b4e5f6") {
				t.Errorf("not refused, or not clear: %s", refused)
			}
			wroteNothing(w)
			if got := c.State(); !reflect.DeepEqual(got, before) {
				t.Errorf("the state was %v and is %v", before, got)
			}
			w.Emailed("ada@example.com", "grace@example.com")
		})
	}
}

// A wrong endpoint is one error, and the state stays.
func TestWrongEndpointChangesNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []sandbox.FaultKind{sandbox.NotFound404, sandbox.NotFoundHTML404} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			w, c := activeAndPending(t)
			before := c.State()
			w.Fail(sandbox.Fault{Kind: kind})
			for _, failed := range []*acctest.Report{c.Apply(), c.Destroy("-refresh=false")} {
				if failed.Code == 0 || len(failed.Diags) != 1 || !strings.Contains(failed.String(), "endpoint (MODELPRIME_ENDPOINT)") {
					t.Errorf("not refused, or not clear: %s", failed)
				}
			}
			wroteNothing(w)
			if got := c.State(); !reflect.DeepEqual(got, before) {
				t.Errorf("the state was %v and is %v", before, got)
			}
		})
	}
}

// wroteNothing fails the test if the log holds anything but a GET.
func wroteNothing(w *acctest.World) {
	w.T.Helper()
	for _, r := range w.Requests() {
		if r.Method != http.MethodGet {
			w.T.Errorf("%s %s was requested", r.Method, r.Path)
		}
	}
}
