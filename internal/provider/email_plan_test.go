package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestPlanEmail(t *testing.T) {
	const somebodyElse = true
	for name, row := range map[string]struct {
		config, prior, current types.String
		planned                types.String
		somebodyElse           bool
	}{
		"as it was":                 {text("ada@example.com"), text("ada@example.com"), text("ada@example.com"), text("ada@example.com"), false},
		"only the case differs":     {text("Ada@Example.COM"), text("ada@example.com"), text("ada@example.com"), text("ada@example.com"), false},
		"as it was, renamed":        {text("ada@example.com"), text("ada@example.com"), text("marsh@example.com"), text("ada@example.com"), false},
		"in another case, renamed":  {text("ADA@example.com"), text("ada@example.com"), text("marsh@example.com"), text("ada@example.com"), false},
		"follows the person":        {text("marsh@example.com"), text("ada@example.com"), text("marsh@example.com"), text("marsh@example.com"), false},
		"follows in another case":   {text("Marsh@example.com"), text("ada@example.com"), text("marsh@example.com"), text("Marsh@example.com"), false},
		"not known yet":             {types.StringUnknown(), text("ada@example.com"), text("ada@example.com"), types.StringUnknown(), false},
		"somebody else's":           {text("kai@example.com"), text("ada@example.com"), text("ada@example.com"), text("kai@example.com"), somebodyElse},
		"somebody else's, renamed":  {text("kai@example.com"), text("ada@example.com"), text("marsh@example.com"), text("kai@example.com"), somebodyElse},
		"another's, none joined":    {text("kai@example.com"), text("ada@example.com"), types.StringNull(), text("kai@example.com"), somebodyElse},
		"a longer address":          {text("ada@example.com.au"), text("ada@example.com"), text("ada@example.com"), text("ada@example.com.au"), somebodyElse},
		"a dotless i is no i":       {text("ka\u0131@example.com"), text("kai@example.com"), text("kai@example.com"), text("ka\u0131@example.com"), somebodyElse},
		"no case but that of ASCII": {text("ÉLISE@example.com"), text("élise@example.com"), types.StringNull(), text("ÉLISE@example.com"), somebodyElse},
	} {
		t.Run(name, func(t *testing.T) {
			planned, other := planEmail(row.config, row.prior, row.current)
			if !planned.Equal(row.planned) || other != row.somebodyElse {
				t.Errorf("planned %s, somebody else's: %v; want %s, %v", planned, other, row.planned, row.somebodyElse)
			}
		})
	}
}

func TestRenamedWarnings(t *testing.T) {
	id := text("auth0|ada")
	for name, row := range map[string]struct {
		email, current types.String
		says           []string
	}{
		"same address":        {text("ada@example.com"), text("ada@example.com"), nil},
		"only the case":       {text("Ada@example.com"), text("ada@EXAMPLE.com"), nil},
		"not joined yet":      {text("ada@example.com"), types.StringNull(), nil},
		"not known yet":       {types.StringUnknown(), text("marsh@example.com"), nil},
		"the person's new":    {text("ada@example.com"), text("marsh@example.com"), []string{"The member ada@example.com is now marsh@example.com"}},
		"the id is mentioned": {text("ada@example.com"), text("marsh@example.com"), []string{"auth0|ada"}},
	} {
		t.Run(name, func(t *testing.T) {
			sameWarnings(t, renamedWarnings(row.email, row.current, id), row.says)
		})
	}
}
