package modelprime

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// FoldEmail returns the form in which two spellings of one address are equal: Unicode NFC, since Terraform composes every string
// and an API may not, and ASCII letters in lower case. Other letters keep their case: mail systems agree on ASCII, while
// Unicode's folding takes a long s for an s, and so one person for another.
func FoldEmail(email string) string {
	folded := strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, norm.NFC.String(email))
	return norm.NFC.String(folded) // some marks have a composed form with the small letter only
}

// SameText reports whether a and b are one text, however their accents are composed.
func SameText(a, b string) bool {
	return norm.NFC.String(a) == norm.NFC.String(b)
}

// SameEmail reports whether a and b are one address.
func SameEmail(a, b string) bool {
	return FoldEmail(a) == FoldEmail(b)
}
