package provider

import (
	"strings"
	"testing"
)

// An import's text is an id or an address, and never an id by an address alone.
func FuzzIsUserID(f *testing.F) {
	for _, seed := range []string{"auth0|64f0", "6f9619ff-8b86-4d01-b42d-000000000002", "100002", "ada@example.com", "a|b@example.com", "waad|ada@example.com", "a@b|c", "", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		before, _, hasAt := strings.Cut(id, "@")
		if isUserID(id) != (!hasAt || strings.Contains(before, "|")) {
			t.Errorf("%q is an id: %t", id, isUserID(id))
		}
	})
}
