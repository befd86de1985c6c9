package modelprime

import (
	"encoding/json"
	"strings"
	"unicode"
)

// UnmarshalJSON reads a user. The id stays as it was sent, since requests are made with it.
func (u *User) UnmarshalJSON(data []byte) error {
	type user User // which has no method to call again
	if err := json.Unmarshal(data, (*user)(u)); err != nil {
		return err
	}
	u.Email, u.Name = Visible(u.Email), Visible(u.Name)
	for i, role := range u.Roles {
		u.Roles[i] = Visible(role)
	}
	return nil
}

// UnmarshalJSON reads an organization, whose id stays as it was sent.
func (o *Organization) UnmarshalJSON(data []byte) error {
	type organization Organization
	if err := json.Unmarshal(data, (*organization)(o)); err != nil {
		return err
	}
	o.Name, o.ShortName = Visible(o.Name), Visible(o.ShortName)
	return nil
}

// Visible is a text that others chose without what could rewrite a terminal or a log: line breaks, escapes and changes of the
// direction.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || '\u2028' <= r && r <= '\u202E' || '\u2066' <= r && r <= '\u2069' {
			return unicode.ReplacementChar
		}
		return r
	}, text)
}
