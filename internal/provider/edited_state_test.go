package provider_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// A state that was edited can hold another member's ID. Every plan that would remove them, revoke their roles or change them
// names both people, at the cost of the list that all plans share.
func TestEditedStateHoldsAnotherMembersID(t *testing.T) {
	t.Parallel()
	const shown = "da@example.com is zoe@example.com (Zoe Lind) in the organization"
	for name, row := range map[string]struct {
		assignment bool
		config     string
		does       string
	}{
		"a membership is destroyed":     {config: "", does: "removes this member"},
		"a membership is replaced":      {config: kais(ada), does: "removes this member"},
		"a membership changes its role": {config: strings.ReplaceAll(ada, "developer", "analyst"), does: "changes this member's roles"},
		"an assignment is destroyed":    {assignment: true, config: "", does: "revokes this member's roles"},
		"an assignment is replaced":     {assignment: true, config: kais(strings.ToLower(byEmail)), does: "revokes this member's roles"},
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

// Two instances that share one private state cannot be told apart, so that one would hide what is planned for the other.
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
