package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
)

// A state may be edited to hold another member's ID. Each plan that would remove that member or change their roles names both
// members, at the cost of the one list that all plans share.
func TestEditedStateHoldsAnotherMembersID(t *testing.T) {
	t.Parallel()
	const shown = "da@example.com is zoe@example.com (Zoe Lind) in the organization"
	for name, row := range map[string]struct {
		assignment bool
		config     string
		does       string
	}{
		"a membership is destroyed":     {config: "", does: "removes this member"},
		"a membership is replaced":      {config: forKai(ada), does: "removes this member"},
		"a membership changes its role": {config: strings.ReplaceAll(ada, "developer", "analyst"), does: "changes this member's roles"},
		"an assignment is destroyed":    {assignment: true, config: "", does: "revokes this member's roles"},
		"an assignment is replaced":     {assignment: true, config: forKai(strings.ToLower(byEmail)), does: "revokes this member's roles"},
		"an assignment changes its roles": {
			assignment: true, config: strings.ReplaceAll(byEmail, "developer", "admin"), does: "changes this member's roles",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := joinedAda
			if row.assignment {
				start = assignedAda
			}
			w, c, adaID := start(t)
			zoe := w.NewMember("zoe@example.com", "Zoe Lind", "developer")
			w.NewMember("kai@example.com", "Kai Berg", "developer")
			c.EditState(regexp.QuoteMeta(adaID), zoe)
			c.Config(strings.Replace(row.config, "name ", "adopt_existing = true\n  name ", 1))
			w.ResetLog()
			c.Plan("-refresh=false").OK().Warns(shown, "Ada Marsh", zoe, row.does)
			w.Requested("listUsers", 1)
			c.Plan().OK().Warns(shown, zoe, row.does)
			w.Requested("deleteUser", 0)
			w.Requested("replaceUserRoles", 0)
		})
	}
}

// Two instances with the same private state cannot be distinguished, so the run is an error.
func TestEditedStateCopiesAPrivateState(t *testing.T) {
	t.Parallel()
	w, c := joinedCrew(t, 2)
	state, err := os.ReadFile(filepath.Join(c.Dir, "terraform.tfstate"))
	w.Must(err)
	private := regexp.MustCompile(`"private": "[^"]*"`)
	c.EditState(private.String(), private.FindString(string(state)))
	w.ResetLog()
	for _, config := range []string{"", team(crew(2)[:1]...), strings.ReplaceAll(team(crew(2)...), "developer", "analyst")} {
		c.Config(config, "max_removals = 1")
		if r := c.Apply(); r.Code == 0 || !strings.Contains(r.String(), "Two instances share one private state") {
			t.Error(r)
		}
	}
	w.HasMembers(crew(2)...)
}

// Terraform prints texts from the state. An edited state must not control the terminal or forge a line of a log.
func TestEditedStateDoesNotControlTheTerminal(t *testing.T) {
	t.Parallel()
	const hostile = `\n::error::\u001b]0;title\u0007\u009b31m\r\u202e`
	for kind, start := range map[string]func(*testing.T) (*acctest.World, *acctest.CLI, string){"membership": joinedAda, "role_assignment": assignedAda} {
		for name, edit := range map[string][2]string{
			"the texts":           {`"(Ada Marsh|ada@example.com|developer|remove|revoke_roles)"`, `"${1}` + hostile + `"`},
			"the ID":              {`"user_id": "`, `"user_id": "auth0|` + hostile},
			"the organization":    {`"organization_id": "`, `"organization_id": "` + hostile},
			"an attribute's name": {`"name": "`, `"` + hostile + `": "", "name": "`},
			"an attribute's type": {`"roles": \[\s*"developer"\s*\]`, `"roles": {"` + hostile + `": 1}`},
		} {
			t.Run(kind+": "+name, func(t *testing.T) {
				t.Parallel()
				_, c, _ := start(t)
				c.EditState(edit[0], edit[1])
				for config, arguments := range map[string][]string{ada: {"plan"}, "": {"plan", "-refresh=false"}} {
					c.Config(config)
					printed := c.Run(append(arguments, "-no-color", "-input=false")...).Printed
					if at := strings.IndexFunc(printed, func(r rune) bool { return r != '\n' && (unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)) }); at >= 0 {
						t.Errorf("%q", printed[max(0, at-60):min(len(printed), at+60)])
					}
					if strings.Contains(printed, "\n::error::") {
						t.Errorf("a line is forged:\n%s", printed)
					}
				}
			})
		}
	}
}

// Terraform 1.12 and later store identities beside the attributes, and an edit reaches both. No error prints a stored identity.
func TestEditedIdentityDoesNotControlTheTerminal(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.member("auth0|ada", "ada@example.com", "Ada Marsh", "analyst")
	for kind, attribute := range map[string]string{"modelprime_membership": "email", "modelprime_role_assignment": "user_id"} {
		identity := s.Object(s.identityType(kind), values{attribute: text("ada@example.com\n::error::")})
		state := s.dynamic(s.resource(kind), values{
			"email": text("ada@example.com"), "user_id": text("auth0|ada"), "organization_id": text(s.Organization().ID),
		})
		resp, err := s.ReadResource(t.Context(), &tfprotov6.ReadResourceRequest{
			TypeName: kind, CurrentState: state, CurrentIdentity: &tfprotov6.ResourceIdentityData{IdentityData: identity},
		})
		s.fine(err, nil)
		if strings.Contains(said(resp.Diagnostics), "\n::error::") {
			t.Errorf("a line is forged: %s", said(resp.Diagnostics))
		}
	}
}
