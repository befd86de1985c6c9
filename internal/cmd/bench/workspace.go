package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// workspace is a folder that the CLI works in.
type workspace struct{ dir string }

func newWorkspace(parent string) (workspace, error) {
	dir, err := os.MkdirTemp(parent, "workspace")
	return workspace{dir}, err
}

func (w workspace) write(name, content string) error {
	return os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o600)
}

// kind is what a measured configuration holds n of.
type kind struct {
	config func(n int, role string) string
	state  func(n int, members []sandbox.User) []any
}

const required = `terraform {
  required_providers {
    modelprime = { source = "model-prime/modelprime" }
  }
}
`

var memberships = kind{
	config: func(n int, role string) string {
		return fmt.Sprintf(required+`
resource "modelprime_membership" "m" {
  count = %d
  email = format("p%%05d@example.com", count.index)
  name  = format("Person %%05d", count.index)
  roles = [%q]
}
`, n, role)
	},
	state: func(n int, members []sandbox.User) []any {
		return resourceState("modelprime_membership", `provider["registry.terraform.io/model-prime/modelprime"]`, n, func(i int) map[string]any {
			return membership(i, members)
		})
	},
}

// floor is what as many of Terraform's own smallest resource cost.
var floor = kind{
	config: func(n int, role string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"m\" {\n  count = %d\n  input = format(\"p%%05d %%s\", count.index, %q)\n}\n", n, role)
	},
	state: func(n int, _ []sandbox.User) []any {
		return resourceState("terraform_data", `provider["terraform.io/builtin/terraform"]`, n, func(i int) map[string]any {
			value := map[string]any{"value": fmt.Sprintf("p%05d developer", i), "type": "string"}
			return map[string]any{"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i), "input": value, "output": value, "triggers_replace": nil}
		})
	},
}

// membership is the state of one person: active if they are among the members, else invited.
func membership(i int, members []sandbox.User) map[string]any {
	m := map[string]any{
		"email": email(i), "roles": []string{"developer"}, "name": name(i), "login_connection": "google-oauth2", "adopt_existing": false,
		"resend": nil, "status": "invited", "user_id": nil, "current_email": nil, "invited_at": "2026-03-01T09:00:00Z", "invitations_sent": 1,
		"organization_id": organizationID,
	}
	if i < len(members) {
		m["status"], m["user_id"], m["current_email"] = "active", members[i].ID, members[i].Email
	}
	return m
}

func email(i int) string { return fmt.Sprintf("p%05d@example.com", i) }
func name(i int) string  { return fmt.Sprintf("Person %05d", i) }

func resourceState(kind, provider string, n int, attributes func(i int) map[string]any) []any {
	instances := make([]any, n)
	for i := range instances {
		instances[i] = map[string]any{"index_key": i, "schema_version": 0, "attributes": attributes(i), "sensitive_attributes": []any{}}
	}
	return []any{map[string]any{"mode": "managed", "type": kind, "name": "m", "provider": provider, "instances": instances}}
}

// fill writes the configuration of n, and the state in which they exist already, if they do.
func (w workspace) fill(k kind, n int, role string, exist bool, members []sandbox.User) error {
	if err := w.write("main.tf", k.config(n, role)); err != nil {
		return err
	}
	resources := []any{}
	if exist {
		resources = k.state(n, members)
	}
	return w.writeState(resources)
}

func (w workspace) writeState(resources []any) error {
	state, err := json.Marshal(map[string]any{
		"version": 4, "terraform_version": "1.5.0", "serial": 1, "lineage": "5f0e5f0e-0000-4000-8000-000000000000", "outputs": map[string]any{}, "resources": resources,
	})
	if err != nil {
		return err
	}
	return w.write("terraform.tfstate", string(state))
}
