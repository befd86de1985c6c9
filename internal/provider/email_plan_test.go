package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

func TestPlanEmail(t *testing.T) {
	const anotherPerson = true
	for name, row := range map[string]struct {
		config, prior, current types.String
		planned                types.String
		anotherPerson          bool
	}{
		"unchanged":                   {text("ada@example.com"), text("ada@example.com"), text("ada@example.com"), text("ada@example.com"), false},
		"only the case differs":       {text("Ada@Example.COM"), text("ada@example.com"), text("ada@example.com"), text("ada@example.com"), false},
		"unchanged, renamed":          {text("ada@example.com"), text("ada@example.com"), text("marsh@example.com"), text("ada@example.com"), false},
		"in another case, renamed":    {text("ADA@example.com"), text("ada@example.com"), text("marsh@example.com"), text("ada@example.com"), false},
		"the new address":             {text("marsh@example.com"), text("ada@example.com"), text("marsh@example.com"), text("marsh@example.com"), false},
		"the new one in another case": {text("Marsh@example.com"), text("ada@example.com"), text("marsh@example.com"), text("Marsh@example.com"), false},
		"unknown":                     {types.StringUnknown(), text("ada@example.com"), text("ada@example.com"), types.StringUnknown(), false},
		"another person's":            {text("kai@example.com"), text("ada@example.com"), text("ada@example.com"), text("kai@example.com"), anotherPerson},
		"another person's, renamed":   {text("kai@example.com"), text("ada@example.com"), text("marsh@example.com"), text("kai@example.com"), anotherPerson},
		"another person's, invited":   {text("kai@example.com"), text("ada@example.com"), types.StringNull(), text("kai@example.com"), anotherPerson},
		"a longer address":            {text("ada@example.com.au"), text("ada@example.com"), text("ada@example.com"), text("ada@example.com.au"), anotherPerson},
		"a dotless i":                 {text("ka\u0131@example.com"), text("kai@example.com"), text("kai@example.com"), text("ka\u0131@example.com"), anotherPerson},
		"case outside ASCII":          {text("ÉLISE@example.com"), text("élise@example.com"), types.StringNull(), text("ÉLISE@example.com"), anotherPerson},
	} {
		t.Run(name, func(t *testing.T) {
			planned, other := planEmail(row.config, row.prior, row.current)
			if !planned.Equal(row.planned) || other != row.anotherPerson {
				t.Errorf("planned %s, another person's: %v; want %s, %v", planned, other, row.planned, row.anotherPerson)
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
		"unknown":             {types.StringUnknown(), text("marsh@example.com"), nil},
		"a new address":       {text("ada@example.com"), text("marsh@example.com"), []string{"The member ada@example.com is now marsh@example.com"}},
		"the id is mentioned": {text("ada@example.com"), text("marsh@example.com"), []string{"auth0|ada"}},
	} {
		t.Run(name, func(t *testing.T) {
			sameWarnings(t, renamedWarnings(row.email, row.current, id), row.says)
		})
	}
}
