package modelprime

import (
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What CheckEmail, CheckName and CheckID accept, for descriptions and messages.
const (
	EmailForm = "one plain e-mail address, such as ada@example.com"
	NameForm  = "a name of at most 200 characters, on one line"
	IDForm    = "an id of at most 200 visible characters, such as auth0|64f0…"
)

const (
	maxEmailBytes = 254 // RFC 5321
	maxText       = 200
)

// CheckEmail returns what is wrong with an e-mail address that people wrote. Its errors do not repeat the address.
func CheckEmail(email string) error {
	if email == "" {
		return errors.New("it is empty")
	}
	if found := Invisible(email, false); found != "" {
		return errors.New("it holds " + found)
	}
	if len(email) > maxEmailBytes {
		return fmt.Errorf("it is longer than %d bytes", maxEmailBytes)
	}
	if parsed, err := mail.ParseAddress(email); err != nil || parsed.Address != email || parsed.Name != "" {
		return errors.New("it is not " + EmailForm)
	}
	return nil
}

// CheckName returns what is wrong with a person's name that people wrote. Its errors do not repeat the name.
func CheckName(name string) error {
	return checkText(name, true)
}

// CheckID returns what is wrong with a user's or an organization's id that people wrote. Its errors do not repeat the id.
func CheckID(id string) error {
	if id == "." || id == ".." {
		return errors.New("it is no id")
	}
	return checkText(id, false)
}

func checkText(text string, words bool) error {
	if strings.TrimSpace(text) == "" {
		return errors.New("it is empty")
	}
	if found := Invisible(text, words); found != "" {
		return errors.New("it holds " + found)
	}
	if utf8.RuneCountInString(text) > maxText {
		return fmt.Errorf("it is longer than %d characters", maxText)
	}
	return nil
}

// Invisible names the first character of text that nobody sees and where it stands, as "a zero-width space (U+200B) at
// position 16 of 16"; it returns "" where there is none. Where words is true, spaces between words and the joiners that
// some scripts need inside a word are not reported.
func Invisible(text string, words bool) string {
	length := utf8.RuneCountInString(text)
	position := 0
	for i, r := range text {
		position++
		inside := position > 1 && position < length
		if words && inside && (r == ' ' || r == '\u200C' || r == '\u200D') {
			continue
		}
		name := nameOfInvisible(r, strings.HasPrefix(text[i:], "\uFFFD"))
		if name != "" {
			return fmt.Sprintf("%s at position %d of %d", name, position, length)
		}
	}
	return ""
}

// invisibleNames are the characters that come along when an address is copied from a page, a mail or a spreadsheet.
var invisibleNames = map[rune]string{
	'\t': "a tab", '\n': "a line feed", '\r': "a carriage return", '\x1B': "an escape character",
	'\u00A0': "a no-break space", '\u00AD': "a soft hyphen", '\u200B': "a zero-width space", '\u200C': "a zero-width non-joiner",
	'\u200D': "a zero-width joiner", '\u2060': "a word joiner", '\u202F': "a narrow no-break space", '\uFEFF': "a byte order mark",
	'\u200E': "a left-to-right mark", '\u200F': "a right-to-left mark", '\u061C': "a direction mark",
}

// nameOfInvisible names a character that nobody sees, and returns "" for all others. A rune that stands for a byte that
// is not UTF-8 is a replacement character which the text does not hold.
func nameOfInvisible(r rune, isReplacement bool) string {
	name, known := invisibleNames[r]
	switch {
	case r == utf8.RuneError && !isReplacement:
		return "a byte that is not UTF-8"
	case known:
	case '\u202A' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069':
		name = "a direction mark"
	case unicode.IsControl(r):
		name = "a control character"
	case unicode.IsSpace(r):
		name = "a space"
	case !unicode.IsPrint(r), r == '\u2800', unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		name = "an invisible character"
	default:
		return ""
	}
	return fmt.Sprintf("%s (U+%04X)", name, r)
}
