package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// workspace is the CLI's working folder.
type workspace struct{ dir string }

func newWorkspace(parent string) (workspace, error) {
	dir, err := os.MkdirTemp(parent, "workspace")
	return workspace{dir}, err
}

func (w workspace) write(name, content string) error {
	if err := os.MkdirAll(filepath.Dir(filepath.Join(w.dir, name)), 0o700); err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(w.dir, name), []byte(content), 0o600)
}

// group is the number of instances of a resource. Terraform's own time grows with its square: ten thousand terraform_data in
// one resource take ten times as long as in ten resources.
const group = 100

// kind is the resource of a measured configuration.
type kind struct {
	header, name, provider string
	arguments              func(first, kept int) string // of the instances from first on; from kept on they have another role
	state                  func(i, members int) map[string]any
	private                func(i int) map[string]any // the private state
}

const required = `terraform {
  required_providers {
    modelprime = { source = "model-prime/modelprime" }
  }
}
`

var memberships = kind{
	header:   required,
	name:     "modelprime_membership",
	provider: `provider["registry.terraform.io/model-prime/modelprime"]`,
	arguments: func(first, kept int) string {
		return fmt.Sprintf(`  email = format("p%%05d@example.com", %[1]d + count.index)
  name  = format("Person %%05d", %[1]d + count.index)
  roles = [%[1]d + count.index < %[2]d ? "developer" : "analyst"]
`, first, kept)
	},
	state:   membership,
	private: func(i int) map[string]any { return map[string]any{"instance": fmt.Sprintf("%026d", i)} },
}

// invitedBeside is the kind for invited people in an organization with other members.
var invitedBeside = kind{
	header: required, name: memberships.name, provider: memberships.provider,
	state: func(i, members int) map[string]any { return membership(members+i, members) },
	private: func(i int) map[string]any {
		return map[string]any{"instance": fmt.Sprintf("%026d", i), "invitations": map[string]any{
			"sent": []any{map[string]any{"connection": "google-oauth2", "email": email(i), "name": name(i), "roles": []string{"developer"}}}, "unconfirmed": false,
		}}
	},
}

// floor is the kind for the floor: Terraform's own smallest resource.
var floor = kind{
	name:     "terraform_data",
	provider: `provider["terraform.io/builtin/terraform"]`,
	arguments: func(first, kept int) string {
		return fmt.Sprintf("  input = format(\"p%%05d %%s\", %[1]d + count.index, %[1]d + count.index < %[2]d ? \"developer\" : \"analyst\")\n", first, kept)
	},
	state: func(i, _ int) map[string]any { return terraformData(i, fmt.Sprintf("p%05d developer", i), "string") },
}

// terraformData returns the state of one terraform_data, with a value of a type as Terraform encodes it.
func terraformData(i int, value, typ any) map[string]any {
	typed := map[string]any{"value": value, "type": typ}
	return map[string]any{"id": fmt.Sprintf("00000000-0000-4000-8000-%012d", i), "input": typed, "output": typed, "triggers_replace": nil}
}

// membership returns the state of one person: active for a member, else invited.
func membership(i, members int) map[string]any {
	m := map[string]any{
		"email": email(i), "roles": []string{"developer"}, "name": name(i), "login_connection": "google-oauth2", "adopt_existing": false,
		"resend": nil, "status": "invited", "user_id": nil, "current_email": nil, "invited_at": "2026-03-01T09:00:00Z", "invitations_sent": 1,
		"organization_id": organizationID, "on_destroy": "remove",
	}
	if i < members {
		m["status"], m["user_id"], m["current_email"] = "active", userID(i), email(i)
	}
	return m
}

func email(i int) string  { return fmt.Sprintf("p%05d@example.com", i) }
func name(i int) string   { return fmt.Sprintf("Person %05d", i) }
func userID(i int) string { return fmt.Sprintf("google-oauth2|%021d", i+1) }

// config returns the configuration of the configured people.
func (k kind) config(p people) string {
	var config strings.Builder
	config.WriteString(k.header)
	for first := 0; first < p.configured; first += group {
		fmt.Fprintf(&config, "\nresource %q \"m%d\" {\n  count = %d\n%s}\n", k.name, first/group, min(group, p.configured-first), k.arguments(first, p.kept))
	}
	return config.String()
}

// resources returns the state's resources.
func (k kind) resources(p people) []any {
	resources := []any{}
	for first := 0; first < p.known; first += group {
		instances := make([]any, min(group, p.known-first))
		for i := range instances {
			instance := map[string]any{"index_key": i, "schema_version": 0, "attributes": k.state(first+i, p.members), "sensitive_attributes": []any{}}
			if k.private != nil {
				instance["private"] = privateState(k.private(first + i))
			}
			instances[i] = instance
		}
		resources = append(resources, map[string]any{
			"mode": "managed", "type": k.name, "name": fmt.Sprintf("m%d", first/group), "provider": k.provider, "instances": instances,
		})
	}
	return resources
}

// privateState encodes a private state: JSON of JSON by key.
func privateState(values map[string]any) []byte {
	encoded := map[string][]byte{}
	for key, value := range values {
		encoded[key], _ = json.Marshal(value)
	}
	all, _ := json.Marshal(encoded)
	return all
}

// fill writes a configuration and a state.
func (w workspace) fill(k kind, p people) error {
	if err := w.write("main.tf", k.config(p)); err != nil {
		return err
	}
	return w.writeState(k.resources(p))
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
