package provider_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// For each configuration over each prior state, plan and apply keep Terraform's rules, and the next plan is empty.
func TestRoleAssignmentKeepsTerraformsRules(t *testing.T) {
	t.Parallel()
	const ada, marsh, kai = "ada@example.com", "marsh@example.com", "kai@example.com"
	later := func(value any) drive.Later { return drive.Later{Value: value} }
	keys := []drive.Values{
		{"email": ada},
		{"email": "ADA@example.com"},
		{"email": marsh},
		{"email": kai},
		{"email": later(ada)},
		{"user_id": "auth0|ada"},
		{"user_id": "auth0|kai"},
		{"user_id": later("auth0|ada")},
		{"user_id": "auth0|ada", "email": ada},
		{"user_id": later("auth0|ada"), "email": ada},
	}
	for before, renamed := range map[string]bool{"nothing": false, "an assignment": false, "a renamed member's assignment": true} {
		for n, key := range keys {
			for m, roles := range []any{[]string{"developer"}, []string{}, later([]string{"admin", "analyst"})} {
				t.Run(fmt.Sprintf("%s, %d, %d", before, n, m), func(t *testing.T) {
					t.Parallel()
					w := acctest.NewWorld(t)
					w.Add(sandbox.User{ID: "auth0|ada", Email: ada, Name: "Ada Marsh", Roles: []string{"analyst"}})
					w.Add(sandbox.User{ID: "auth0|kai", Email: kai, Name: "Kai Gripper", Roles: []string{"analyst"}})
					tf := w.Terraform(nil)
					if before != "nothing" {
						_, run := tf.Run(t.Context(), drive.Config{adasRoles: {"email": ada, "roles": []string{"developer"}}}, drive.Options{})
						w.Must(run.Err())
					}
					if renamed {
						w.Must(w.SetEmail("auth0|ada", marsh))
					}
					config := drive.Config{adasRoles: {"roles": roles}}
					for name, value := range key {
						config[adasRoles][name] = value
					}
					_, run := tf.Run(t.Context(), config, drive.Options{})
					switch err := run.Err(); {
					case err != nil && strings.Contains(err.Error(), "Provider produced"):
						t.Fatal(err)
					case err != nil:
						return // no member has that key
					}
					for name, value := range config[adasRoles] {
						if late, ok := value.(drive.Later); ok {
							config[adasRoles][name] = late.Value
						}
					}
					if p := tf.Plan(t.Context(), config, drive.Options{}); p.Err() != nil || !p.Empty() {
						t.Errorf("planned once more: %v, %v", p.Changes(), p.Err())
					}
				})
			}
		}
	}
}
