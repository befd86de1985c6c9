package modelprime

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// Two addresses are one if they differ in the case of ASCII letters only.
func TestSameEmail(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"ada@example.com", "ADA@Example.COM", true},
		{"z@example.com", "Z@EXAMPLE.COM", true},
		{"kim@example.com", "\u212Aim@example.com", false}, // the Kelvin sign
		{"\u00E9@example.com", "\u00C9@example.com", false},
		{"a@example.com", "b@example.com", false},
		{"@[`{", "@[`{", true},
		{"[", "{", false},
		{"@", "`", false},
		{"", "", true},
	} {
		if SameEmail(test.a, test.b) != test.same || SameEmail(test.b, test.a) != test.same {
			t.Errorf("%q and %q: not %t", test.a, test.b, test.same)
		}
	}
}

func FuzzFoldEmail(f *testing.F) {
	for _, seed := range []string{"Ada@Example.com", "", "\u212Aim@example.com", "@[`{Zz", "\u00C9", "\u0130", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, email string) {
		folded := FoldEmail(email)
		if FoldEmail(folded) != folded {
			t.Errorf("%q folds to %q, and that again to another", email, folded)
		}
		if !utf8.ValidString(email) {
			return // which is no address: what comes of it need only be the same each time
		}
		if strings.ContainsFunc(folded, func(r rune) bool { return r < unicode.MaxASCII && unicode.IsUpper(r) }) {
			t.Errorf("%q folds to %q", email, folded)
		}
		if len(folded) != len(email) || !strings.EqualFold(folded, email) || !SameEmail(email, folded) {
			t.Errorf("%q folds to %q", email, folded)
		}
		for i, r := range email {
			if r > unicode.MaxASCII && !strings.HasPrefix(folded[i:], string(r)) {
				t.Errorf("%q folds to %q", email, folded)
			}
		}
	})
}

// An id's prefix is read off it whole, and nothing of the rest.
func FuzzConnectionOf(f *testing.F) {
	for _, seed := range []string{"auth0|64f0", "google-oauth2|1172", "|", "", "auth0", "a|b|c", "\xff|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		prefix, _, found := strings.Cut(id, "|")
		want := prefix
		switch {
		case !found:
			want = ""
		case prefix == "auth0":
			want = ConnectionPassword
		}
		if got := ConnectionOf(id); got != want {
			t.Errorf("%q: %q, want %q", id, got, want)
		}
	})
}
