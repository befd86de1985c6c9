package provider

import (
	"strings"
	"testing"
)

// An import's text is an id or an address, and never an id by an address alone.
func FuzzIsUserID(f *testing.F) {
	for _, seed := range []string{"auth0|64f0", "ada@example.com", "a|b@example.com", "waad|ada@example.com", "a@b|c", "", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		before, _, _ := strings.Cut(id, "@")
		if isUserID(id) != strings.Contains(before, "|") {
			t.Errorf("%q is an id: %t", id, isUserID(id))
		}
	})
}
