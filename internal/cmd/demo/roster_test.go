package main

import "testing"

// The demo's roster has about forty people, with both login connections and each role.
func TestExampleRoster(t *testing.T) {
	t.Parallel()
	people, err := readRoster("../../../examples/gitops/roster.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if len(people) < 35 {
		t.Errorf("%d people", len(people))
	}
	seen := map[string]int{}
	for _, p := range people {
		seen[p.LoginConnection]++
		for _, role := range p.Roles {
			seen[role]++
		}
	}
	for _, word := range []string{"google-oauth2", "username-password", "admin", "developer", "analyst"} {
		if seen[word] == 0 {
			t.Errorf("no person has %s", word)
		}
	}
}
