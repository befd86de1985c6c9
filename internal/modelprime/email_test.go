package modelprime

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Addresses are the same if they differ only in the case of ASCII letters and in Unicode composition.
func TestSameEmail(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"ada@example.com", "ADA@Example.COM", true},
		{"z@example.com", "Z@EXAMPLE.COM", true},
		{"zo\u00EB@example.com", "zoe\u0308@EXAMPLE.com", true},
		{"h\u0331@example.com", "H\u0331@example.com", true}, // composed with the small letter only
		{"\u1100\u1161@example.com", "\uAC00@example.com", true},
		{"kim@example.com", "\u212Aim@example.com", true}, // NFC itself makes the Kelvin sign a K
		{"\u00E9@example.com", "\u00C9@example.com", false},
		{"sam@example.com", "\u017Fam@example.com", false}, // a long s
		{"kim@example.com", "k\u0131m@example.com", false}, // a dotless i
		{"zoe@example.com", "zo\u00EB@example.com", false},
		{"\uFB01n@example.com", "fin@example.com", false}, // a ligature is another letter
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

func TestSameText(t *testing.T) {
	if !SameText("Zo\u00EB", "Zoe\u0308") || SameText("Zo\u00EB", "ZO\u00CB") || SameText("Zoe", "Zo\u00EB") {
		t.Error("SameText ignores composition only")
	}
}

func FuzzFoldEmail(f *testing.F) {
	for _, seed := range []string{"Ada@Example.com", "", "\u212Aim@example.com", "@[`{Zz", "\u00C9", "\u0130", "H\u0331", "\u017Fam", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, email string) {
		folded := FoldEmail(email)
		if FoldEmail(folded) != folded {
			t.Errorf("%q folds to %q, which folds to another text", email, folded)
		}
		if !utf8.ValidString(email) {
			return // not an address: only the folding must be stable
		}
		if strings.ContainsFunc(folded, func(r rune) bool { return r < unicode.MaxASCII && unicode.IsUpper(r) }) || !norm.NFC.IsNormalString(folded) {
			t.Errorf("%q folds to %q", email, folded)
		}
		if !strings.EqualFold(norm.NFD.String(folded), norm.NFD.String(email)) {
			t.Errorf("%q folds to %q, which changes more than case", email, folded)
		}
		for _, form := range []norm.Form{norm.NFC, norm.NFD} {
			if !SameEmail(email, form.String(email)) {
				t.Errorf("%q and %q are not the same", email, form.String(email))
			}
		}
	})
}
