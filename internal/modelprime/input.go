package modelprime

import (
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// longestEmail is in characters. SMTP takes no longer address.
const longestEmail = 254

// EmailProblem says why a text is not one plain e-mail address, in a sentence; "" if it is one.
func EmailProblem(email string) string {
	if email == "" {
		return "The address is empty."
	}
	if problem := invisibleProblem(email); problem != "" {
		return problem
	}
	if length := utf8.RuneCountInString(email); length > longestEmail {
		return fmt.Sprintf("The address has %d characters; %d is the most.", length, longestEmail)
	}
	if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email || parsed.Name != "" {
		return "This is no e-mail address."
	}
	return ""
}

// NameProblem says why a text cannot be a person's name in an invitation, in a sentence; "" if it can.
func NameProblem(name string) string {
	if strings.TrimFunc(name, isInvisible) == "" {
		return "The name is empty."
	}
	position := 0
	for _, r := range name {
		position++
		if s := string(r); Visible(s) != s {
			return fmt.Sprintf("Character %d of the name is %s.", position, characterName(r))
		}
	}
	return ""
}

// invisibleProblem names the first character that a reader cannot see.
func invisibleProblem(text string) string {
	if !utf8.ValidString(text) {
		return "The address is not valid UTF-8."
	}
	characters := []rune(text)
	for i, r := range characters {
		if !isInvisible(r) {
			continue
		}
		where := ""
		switch i {
		case len(characters) - 1:
			where = ", its last,"
		case 0:
			where = ", its first,"
		}
		return fmt.Sprintf("Character %d of the address%s is %s.", i+1, where, characterName(r))
	}
	return ""
}

// isInvisible reports whether a character shows nothing: spaces, controls, and what Unicode calls ignorable.
func isInvisible(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '\u2800' ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// characterName is a character's code point, with its name if it is one that people meet.
func characterName(r rune) string {
	if name, ok := characterNames[r]; ok {
		return fmt.Sprintf("%s (U+%04X)", name, r)
	}
	return fmt.Sprintf("the invisible character U+%04X", r)
}

var characterNames = map[rune]string{
	'\t':     "a tab",
	'\n':     "a line feed",
	'\r':     "a carriage return",
	'\x1b':   "an escape character",
	' ':      "a space",
	'\u00a0': "a no-break space",
	'\u00ad': "a soft hyphen",
	'\u200b': "a zero width space",
	'\u200c': "a zero width non-joiner",
	'\u200d': "a zero width joiner",
	'\u200e': "a left-to-right mark",
	'\u200f': "a right-to-left mark",
	'\u2028': "a line separator",
	'\u2029': "a paragraph separator",
	'\u202f': "a narrow no-break space",
	'\u2060': "a word joiner",
	'\u3000': "an ideographic space",
	'\ufeff': "a byte order mark",
}
