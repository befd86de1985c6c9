package modelprime

import "strings"

// FoldEmail returns the form in which two spellings of one address are equal. Only ASCII letters are folded: mail
// systems agree on those, while Unicode's folding takes the Kelvin sign for a k and so one person for another.
func FoldEmail(email string) string {
	return strings.Map(func(r rune) rune {
		if 'A' <= r && r <= 'Z' {
			return r + ('a' - 'A')
		}
		return r
	}, email)
}

// SameEmail reports whether a and b are one address, ASCII case aside.
func SameEmail(a, b string) bool {
	return FoldEmail(a) == FoldEmail(b)
}
