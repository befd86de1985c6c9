package modelprime

import (
	"fmt"
	"net/mail"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	// longestEmail is in characters: SMTP's limit.
	longestEmail = 254
	// longestText is in characters: far above any name or id, and short enough for a message.
	longestText = 200
)

// EmailProblem returns a sentence that says why a text is not a plain e-mail address, or "".
func EmailProblem(email string) string {
	if problem := textProblem("address", email, longestEmail, false); problem != "" {
		return problem
	}
	if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email || parsed.Name != "" {
		return "This is not an e-mail address."
	}
	return ""
}

// NameProblem returns a sentence that says why a text cannot be the name in an invitation, or "".
func NameProblem(name string) string { return textProblem("name", name, longestText, true) }

// IDProblem returns a sentence that says why a text cannot be the ID of a member or an organization, or "".
func IDProblem(id string) string {
	if id == "." || id == ".." {
		return "This is not an ID."
	}
	return textProblem("id", id, longestText, false)
}

// TextProblem returns a sentence that says why a text cannot be a value of one line, or "". The limit is in characters.
func TextProblem(text string, limit int) string { return textProblem("value", text, limit, true) }

// textProblem names the first invisible character. With words, it allows spaces and the joiners that some scripts need, except
// at the ends.
func textProblem(what, text string, limit int, words bool) string {
	if text == "" {
		return fmt.Sprintf("The %s is empty.", what)
	}
	if !utf8.ValidString(text) {
		return fmt.Sprintf("The %s is not valid UTF-8.", what)
	}
	characters := []rune(text)
	last := len(characters) - 1
	for i, r := range characters {
		if !isInvisible(r) || words && 0 < i && i < last && (r == ' ' || r == '\u200c' || r == '\u200d') {
			continue
		}
		where := ""
		switch {
		case last == 0:
			where = ", its only one,"
		case i == last:
			where = ", its last,"
		case i == 0:
			where = ", its first,"
		}
		return fmt.Sprintf("Character %d of the %s%s is %s.", i+1, what, where, CharacterName(r))
	}
	if at, err := norm.NFC.SpanString(text, true); err != nil {
		r, _ := utf8.DecodeRuneInString(text[at:])
		return fmt.Sprintf("Character %d of the %s (U+%04X) and what follows it are not in Unicode's composed form, NFC.", utf8.RuneCountInString(text[:at])+1, what, r)
	}
	if len(characters) > limit {
		return fmt.Sprintf("The %s has %d characters; the limit is %d.", what, len(characters), limit)
	}
	return ""
}

// isInvisible reports whether a character is invisible: a space, a control or one that Unicode calls ignorable.
func isInvisible(r rune) bool {
	return unicode.IsSpace(r) || !unicode.IsPrint(r) || r == '\u2800' ||
		unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// CharacterName returns a character's code point, with the name of a common one.
func CharacterName(r rune) string {
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
