package provider_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const theAudit = "data.modelprime_membership_audit.all"

const audit = `
data "modelprime_membership_audit" "all" {
  expected = {
    "robot@example.com" = ["admin"]
    "Ada@example.com"   = ["developer", "analyst"]
    "ben@example.com"   = ["analyst"]
    "cy@example.com"    = ["analyst"]
    "dee@example.com"   = []
  }
  memberships = { cy = { email = "CY@example.com", user_id = null, status = "overdue" } }
}
`

// audited makes an organization with a deviation of each kind.
func audited(t *testing.T) *acctest.World {
	t.Helper()
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "analyst", "developer")
	w.NewMember("BEN@example.com", "Ben Okafor", "admin", "analyst")
	w.NewMember("Eve@example.com", "Eve Stray", "auditor")
	return w
}

// The audit lists unmanaged members, missing people and differing roles, with each side's own spelling of the address.
func TestAudit(t *testing.T) {
	t.Parallel()
	w := audited(t)
	c := w.CLI(audit)
	c.Apply().Quiet().Plans()
	c.Holds(theAudit, acctest.Values{
		"unmanaged":  []string{"Eve@example.com"},
		"missing":    []string{"dee@example.com"},
		"role_drift": map[string]any{"ben@example.com": map[string]any{"expected": []string{"analyst"}, "actual": []string{"admin", "analyst"}}},
	})

	w.Accept(invite(w, "dee@example.com"))
	w.Must(w.SetRoles(memberID(w, "BEN@example.com"), "analyst"))
	w.Must(w.Remove(memberID(w, "eve@example.com")))
	c.Apply().Quiet()
	c.Holds(theAudit, acctest.Values{
		"unmanaged": []string{}, "missing": []string{},
		"role_drift": map[string]any{"dee@example.com": map[string]any{"expected": []string{}, "actual": []string{"analyst"}}},
	})
}

// invite sends an invitation from another configuration and returns the address.
func invite(w *acctest.World, email string) string {
	w.T.Helper()
	elsewhere := w.CLI("resource \"modelprime_membership\" \"elsewhere\" {\n  email = \"" + email + "\"\n  name = \"Dee Elsewhere\"\n  roles = [\"analyst\"]\n}\n")
	elsewhere.Apply().Quiet()
	return email
}

func memberID(w *acctest.World, email string) string {
	w.T.Helper()
	m, ok := w.Member(email)
	if !ok {
		w.T.Fatalf("%s is not a member", email)
	}
	return m.ID
}

// Of two members with an expected address one is audited and the other is unmanaged. A warning names both.
func TestAuditOfTwoMembersWithOneAddress(t *testing.T) {
	t.Parallel()
	w := audited(t)
	other := w.NewMember("ADA@example.com", "Another Ada", "admin")
	c := w.CLI(audit)
	c.Apply().Plans().Warns("Several members have the address Ada@example.com", memberID(w, "ada@example.com"), other).Warnings(1)
	c.Holds(theAudit, acctest.Values{"unmanaged": []string{"ADA@example.com", "Eve@example.com"}, "role_drift": map[string]any{
		"Ada@example.com": map[string]any{"expected": []string{"analyst", "developer"}, "actual": []string{"admin"}},
		"ben@example.com": map[string]any{"expected": []string{"analyst"}, "actual": []string{"admin", "analyst"}},
	}})
}

// A member who changes their address during the audit is audited under the address from the list.
func TestAuditOfRenamedMember(t *testing.T) {
	t.Parallel()
	w := audited(t)
	id := memberID(w, "BEN@example.com")
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getUser", Match: func(*http.Request) bool {
		w.Must(w.SetEmail(id, "okafor@example.com"))
		return false
	}})
	c := w.CLI(audit)
	c.Apply().Quiet()
	c.Holds(theAudit, acctest.Values{
		"unmanaged": []string{"Eve@example.com"}, "missing": []string{"dee@example.com"},
		"role_drift": map[string]any{"ben@example.com": map[string]any{"expected": []string{"analyst"}, "actual": []string{"admin", "analyst"}}},
	})
}

// Without memberships, a person who has not joined is missing. Roles outside the contract are shown.
func TestAuditWithoutMemberships(t *testing.T) {
	t.Parallel()
	w := audited(t)
	c := w.CLI(`
data "modelprime_membership_audit" "all" {
  expected = {
    "eve@example.com" = ["analyst"]
    "cy@example.com"  = ["analyst"]
  }
}
`)
	c.Apply().Quiet()
	c.Holds(theAudit, acctest.Values{
		"unmanaged":  []string{"BEN@example.com", "ada@example.com", "robot@example.com"},
		"missing":    []string{"cy@example.com"},
		"role_drift": map[string]any{"eve@example.com": map[string]any{"expected": []string{"analyst"}, "actual": []string{"auditor"}}},
	})
}

// With memberships, the audit finds a member by ID, whatever their address is now: not unmanaged, not missing, and not the one
// who has taken the address. A person who has not joined is not missing, a member who has left is.
func TestAuditOfMemberships(t *testing.T) {
	t.Parallel()
	const people = `
resource "modelprime_membership" "this" {
  for_each = { ada = "developer", ben = "analyst", cy = "analyst", dee = "analyst" }

  email          = "${each.key}@example.com"
  name           = "One Of Four"
  roles          = [each.value]
  adopt_existing = true
}

data "modelprime_membership_audit" "all" {
  expected    = { for name, role in { ada = "developer", ben = "analyst", cy = "analyst", dee = "analyst" } : "${upper(name)}@example.com" => [role] }
  memberships = modelprime_membership.this
}
`
	w := acctest.NewWorld(t)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	w.NewMember("ben@example.com", "Ben Okafor", "analyst")
	w.NewMember("dee@example.com", "Dee Strand", "analyst")
	c := w.CLI(people)
	c.Apply().OK()
	c.Apply("-refresh-only").OK()
	c.Holds(theAudit, acctest.Values{"unmanaged": []string{"robot@example.com"}, "missing": []string{}, "role_drift": map[string]any{}})

	w.Must(w.SetEmail(memberID(w, "ada@example.com"), "countess@example.com"))
	w.NewMember("ada@example.com", "Another Ada", "admin")
	w.Must(w.SetEmail(memberID(w, "ben@example.com"), "dee2@example.com"))
	w.Must(w.SetRoles(memberID(w, "dee2@example.com"), "admin"))
	w.Must(w.Remove(memberID(w, "dee@example.com")))
	c.Apply("-refresh-only").OK()
	c.Holds(theAudit, acctest.Values{
		"unmanaged": []string{"ada@example.com", "robot@example.com"}, "missing": []string{"DEE@example.com"},
		"role_drift": map[string]any{"BEN@example.com": map[string]any{"actual": []string{"admin"}, "expected": []string{"analyst"}}},
	})
}

// A check block reports drift and does not stop the run. At top level the data source leaves the plan empty, inside the block not.
func TestAuditInACheckBlock(t *testing.T) {
	t.Parallel()
	const check = `
check "roster" {
  %s
  assert {
    condition     = length(data.modelprime_membership_audit.all.unmanaged) == 0
    error_message = "Not in the roster: ${join(", ", data.modelprime_membership_audit.all.unmanaged)}."
  }
}
`
	w := audited(t)
	c := w.CLI(audit + fmt.Sprintf(check, ""))
	c.Apply().OK().Warns("Not in the roster: Eve@example.com.").Warnings(1)
	w.Must(w.Remove(memberID(w, "eve@example.com")))
	c.Apply().Quiet()
	if r := c.Plan("-detailed-exitcode").Plans(); r.Code != 0 {
		t.Errorf("at top level: %s", r)
	}
	c.Config(fmt.Sprintf(check, audit))
	c.Apply().Quiet()
	if r := c.Plan("-detailed-exitcode"); r.Code != 2 {
		t.Errorf("inside of the block: %s", r)
	}
}

// The audit reads the list twice, and sends one request for the roles of each expected member.
func TestAuditRequests(t *testing.T) {
	t.Parallel()
	w := audited(t)
	w.Crowd(150)
	w.CLI(audit).Plan().Quiet()
	w.Requested("listUsers", 4)
	w.Requested("getUser", 3)
	if got, most := len(w.Requests()), 2*2+2+3; got > most {
		t.Errorf("%d requests, at most %d are allowed", got, most)
	}
}

// A member who leaves while their roles are read is missing.
func TestAuditOfLeavingMember(t *testing.T) {
	t.Parallel()
	w := audited(t)
	id := memberID(w, "ada@example.com")
	w.OnRequest(func(operation string, _ int) {
		if _, here := w.Member("ada@example.com"); here && operation == "getUser" {
			w.Must(w.Remove(id))
		}
	})
	c := w.CLI(audit)
	c.Apply().Quiet()
	c.Holds(theAudit, acctest.Values{"missing": []string{"Ada@example.com", "dee@example.com"}})
}

// An incomplete list, or roles that cannot be read, are an error instead of an incomplete result.
func TestAuditFails(t *testing.T) {
	t.Parallel()
	w := audited(t)
	w.Fail(sandbox.Fault{Kind: sandbox.NotFoundHTML404, Operation: "getUser"})
	c := w.CLI(audit)
	c.Plan().Fails("Could not audit the members", "GET /users/", "404")
	w.ClearFaults()
	w.OnRequest(func(operation string, n int) {
		if operation == "listUsers" {
			w.Must(w.SetName(memberID(w, "eve@example.com"), strings.Repeat("x", n)))
		}
	})
	c.Plan().Fails("Could not audit the members", "not complete")
}

// Invalid arguments are errors before the members are read.
func TestAuditRefusesBadArguments(t *testing.T) {
	t.Parallel()
	for expected, want := range map[string]string{
		`"ada" = ["analyst"]`:                                          "not an e-mail address",
		`"ada@example.com" = ["owner"]`:                                "developer",
		`"ada@example.com" = ["admin"], "ADA@example.com" = ["admin"]`: "both are one person",
		"}\n  memberships = { ada = null":                              `"ada": The object is null`,
		"}\n  memberships = { ada = { email = \"ada@example.com\", user_id = null, status = \"\" }": `"ada": status: "": The value is empty`,
	} {
		w := acctest.NewWorld(t)
		w.CLI("data \"modelprime_membership_audit\" \"all\" {\n  expected = { " + expected + " }\n}\n").Plan().Fails(want)
		w.Requested("listUsers", 0)
	}
}
