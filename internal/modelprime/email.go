package modelprime

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// FoldEmail returns the form of an address for comparisons: Unicode NFC, because Terraform composes every string and an API may
// not, with ASCII letters in lower case. Other letters keep their case: Unicode folding makes a long s equal to an s, and so
// could confuse two people.
func FoldEmail(email string) string {
	folded := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, norm.NFC.String(email))
	return norm.NFC.String(folded) // some marks compose only with the lower-case letter
}

// SameText reports whether a and b are equal in Unicode NFC.
func SameText(a, b string) bool {
	return norm.NFC.String(a) == norm.NFC.String(b)
}

// SameEmail reports whether a and b are the same address.
func SameEmail(a, b string) bool {
	return FoldEmail(a) == FoldEmail(b)
}
