package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// plan is what the CLI's JSON says of a saved plan, as far as the demo looks at it.
type plan struct {
	// empty is what the CLI itself says: nothing to do, not even an output to change.
	empty bool
	// changes says by address what would happen; what stays as it is has no entry.
	changes map[string]string
	// planned holds the attributes that each resource will have, by address.
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

// describe says what happens to a resource: "create", "delete", "update: roles [admin] -> [analyst]". Nothing that
// happens to it is "".
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

// attributes says which attributes change and how.
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
