package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// plan is a saved plan, from the CLI's JSON.
type plan struct {
	// empty is the CLI's own result: no changes, also of outputs.
	empty bool
	// changes describes the changes by address, without no-ops.
	changes map[string]string
	// planned holds the planned attributes of each resource, by address.
	planned map[string]map[string]any
	outputs map[string]any
}

type planJSON struct {
	ResourceChanges []struct {
		Address string     `json:"address"`
		Change  changeJSON `json:"change"`
	} `json:"resource_changes"`
	PlannedValues struct {
		Outputs map[string]struct {
			Value any `json:"value"`
		} `json:"outputs"`
		RootModule struct {
			Resources []struct {
				Address string         `json:"address"`
				Values  map[string]any `json:"values"`
			} `json:"resources"`
		} `json:"root_module"`
	} `json:"planned_values"`
}

type changeJSON struct {
	Actions      []string       `json:"actions"`
	Before       map[string]any `json:"before"`
	After        map[string]any `json:"after"`
	AfterUnknown map[string]any `json:"after_unknown"`
}

func parsePlan(data []byte) (plan, error) {
	var raw planJSON
	if err := json.Unmarshal(data, &raw); err != nil {
		return plan{}, fmt.Errorf("read the plan's JSON: %w", err)
	}

	p := plan{changes: map[string]string{}, planned: map[string]map[string]any{}, outputs: map[string]any{}}
	for _, r := range raw.ResourceChanges {
		if said := r.Change.describe(); said != "" {
			p.changes[r.Address] = said
		}
	}
	for _, r := range raw.PlannedValues.RootModule.Resources {
		p.planned[r.Address] = r.Values
	}
	for name, output := range raw.PlannedValues.Outputs {
		p.outputs[name] = output.Value
	}
	return p, nil
}

// describe describes a change: "create", "delete", "update: roles [admin] -> [analyst]", or "" for no change.
func (c changeJSON) describe() string {
	actions := strings.Join(c.Actions, ", ")
	switch actions {
	case "no-op", "read":
		return ""
	case "update":
		return actions + ": " + c.attributes()
	default:
		return actions
	}
}

// attributes describes the changed attributes.
func (c changeJSON) attributes() string {
	names := map[string]any{}
	maps.Copy(names, c.After)
	maps.Copy(names, c.AfterUnknown)
	var said []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		switch {
		case c.AfterUnknown[name] == true:
			said = append(said, fmt.Sprintf("%s %v -> (known after apply)", name, c.Before[name]))
		case !reflect.DeepEqual(c.Before[name], c.After[name]):
			said = append(said, fmt.Sprintf("%s %v -> %v", name, c.Before[name], c.After[name]))
		}
	}
	return strings.Join(said, "; ")
}
