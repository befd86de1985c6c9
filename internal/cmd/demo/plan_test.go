package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

const planOfDrift = `{
  "format_version": "1.2",
  "planned_values": {
    "outputs": {"not_in_roster": {"sensitive": false, "value": ["eve@example.org"]}, "invited": {"sensitive": false}},
    "root_module": {"resources": [
      {"address": "modelprime_membership.this[\"ada@example.com\"]", "values": {"current_email": "ada.lind@example.com"}}
    ]}
  },
  "resource_changes": [
    {"address": "a", "change": {"actions": ["no-op"], "before": {"x": 1}, "after": {"x": 1}}},
    {"address": "b", "change": {"actions": ["read"], "before": null, "after": {}}},
    {"address": "c", "change": {"actions": ["create"], "before": null, "after": {"x": 1}}},
    {"address": "d", "change": {"actions": ["delete", "create"], "before": {"x": 1}, "after": {"x": 2}}},
    {"address": "e", "change": {"actions": ["update"],
      "before": {"roles": ["admin", "analyst"], "name": "Eve", "status": "active"},
      "after": {"roles": ["analyst"], "name": "Eve"}, "after_unknown": {"status": true, "roles": [false]}}}
  ]
}`

func TestParsePlan(t *testing.T) {
	t.Parallel()
	p, err := parsePlan([]byte(planOfDrift))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{
		"c": "create",
		"d": "delete, create",
		"e": "update: roles [admin analyst] -> [analyst]; status active -> (known after apply)",
	}
	if err := expectMap("changes", want, p.changes); err != nil {
		t.Error(err)
	}
	if err := expect("output", []string{"eve@example.org"}, lowerSorted(p.outputs["not_in_roster"])); err != nil {
		t.Error(err)
	}
	if err := expect("current_email", any("ada.lind@example.com"), p.planned[address("ada@example.com")]["current_email"]); err != nil {
		t.Error(err)
	}
}

func TestParsePlanFails(t *testing.T) {
	t.Parallel()
	if _, err := parsePlan([]byte("Error: no such file")); err == nil {
		t.Error("accepted as a plan")
	}
}

// lowerSorted is a list of addresses from JSON, lower-case and sorted.
func lowerSorted(value any) []string {
	emails := []string{}
	list, _ := value.([]any)
	for _, item := range list {
		emails = append(emails, strings.ToLower(fmt.Sprint(item)))
	}
	slices.Sort(emails)
	return emails
}
