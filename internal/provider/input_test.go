package provider_test

import (
	"fmt"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// What is wrong with a membership is said before anything is sent, with the attribute and what is allowed.
func TestBadMemberships(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments string
		says      []string
	}{
		"no address at all":        {`email = "ada", name = "Ada", roles = ["analyst"]`, []string{"Invalid email", "ada", "such as ada@example.com"}},
		"an address with a name":   {`email = "Ada <ada@example.com>", name = "Ada", roles = ["analyst"]`, []string{"Invalid email", "one plain e-mail address"}},
		"an address with a blank":  {`email = " ada@example.com", name = "Ada", roles = ["analyst"]`, []string{"Invalid email", "one plain e-mail address"}},
		"two addresses":            {`email = "ada@example.com, grace@example.com", name = "Ada", roles = ["analyst"]`, []string{"Invalid email"}},
		"an empty address":         {`email = "", name = "Ada", roles = ["analyst"]`, []string{"Invalid email"}},
		"an unknown role":          {`email = "ada@example.com", name = "Ada", roles = ["owner"]`, []string{"roles", "owner", `Allowed is "admin", "developer" or "analyst"`}},
		"a role in capitals":       {`email = "ada@example.com", name = "Ada", roles = ["Admin"]`, []string{"roles", "Admin", `Allowed is "admin", "developer" or "analyst"`}},
		"no role":                  {`email = "ada@example.com", name = "Ada", roles = []`, []string{"Invalid roles", "At least one element is required"}},
		"an unknown connection":    {`email = "ada@example.com", name = "Ada", roles = ["analyst"], login_connection = "saml"`, []string{"login_connection", "saml", `Allowed is "google-oauth2" or "username-password"`}},
		"an empty name":            {`email = "ada@example.com", name = "  ", roles = ["analyst"]`, []string{"Invalid name", "The name is empty"}},
		"a name with a line break": {`email = "ada@example.com", name = "Ada\nMarsh", roles = ["analyst"]`, []string{"Invalid name", "Character 4 of the name is a line feed (U+000A)"}},
		"a missing address":        {`name = "Ada", roles = ["analyst"]`, []string{"email", "required"}},
		"missing roles":            {`email = "ada@example.com", name = "Ada"`, []string{"roles", "required"}},
		"an attribute to read":     {`email = "ada@example.com", name = "Ada", roles = ["analyst"], status = "active"`, []string{"Read-Only Attribute"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			c := w.CLI(fmt.Sprintf(`
resource "modelprime_membership" "ada" {
  %s
}
`, oneByLine(test.arguments)))
			c.Plan().Fails(test.says...)
			c.Apply().Fails(test.says...)
			w.RequestedNothing()
		})
	}
}

// oneByLine puts the arguments of a one-line table on lines of their own.
func oneByLine(arguments string) string {
	var lines []byte
	quoted := false
	for i := range len(arguments) {
		switch b := arguments[i]; {
		case b == '"':
			quoted = !quoted
			lines = append(lines, b)
		case b == ',' && !quoted:
			lines = append(lines, '\n')
		default:
			lines = append(lines, b)
		}
	}
	return string(lines)
}

// One bad membership in a roster keeps all the others from being sent.
func TestOneBadMembershipStopsTheRoster(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(`
resource "modelprime_membership" "all" {
  for_each = { "ada@example.com" = "developer", "grace@example.com" = "captain" }
  email    = each.key
  name     = "Somebody"
  roles    = [each.value]
}
`)
	c.Apply().Fails("roles", "captain")
	wroteNothing(w)
	c.Lacks(`modelprime_membership.all["ada@example.com"]`)
}

// A name is missed in the plan, and only where somebody has to be invited.
func TestMissingName(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const nameless = `
resource "modelprime_membership" "ada" {
  email          = "ada@example.com"
  roles          = ["developer"]
  adopt_existing = true
}
`
	c := w.CLI(nameless)
	c.Plan().Fails("Missing name", "ada@example.com", "Set name")
	w.Requested("inviteUser", 0)
	w.NewMember("ada@example.com", "Ada Marsh", "developer")
	c.Apply().OK()
	c.Holds(theAda, acctest.Values{"name": "Ada Marsh"})
}

// A resend that asks for another e-mail needs no name in the configuration: the one that is known will do.
func TestKnownNameOfAPendingPerson(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	c := w.CLI(ada)
	c.Apply().Quiet()
	c.Config(`
resource "modelprime_membership" "ada" {
  email  = "ada@example.com"
  roles  = ["developer"]
  resend = "again"
}
`)
	c.Apply().Warns("Another invitation is sent to ada@example.com").Warnings(2).Plans("update " + theAda)
	if second := w.Emails()[1]; second.Name != "Ada Marsh" {
		t.Errorf("the second invitation is to %q", second.Name)
	}
}
