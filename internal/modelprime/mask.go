package modelprime

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// What an error may show of a text from outside: the token is masked.

const longestMessage = 2 << 10

// clean makes text fit for an error: one line of valid UTF-8, bounded, without the token.
func (c *Client) clean(text string) string {
	printable := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	line := withoutToken(strings.Join(strings.Fields(printable), " "), c.credentials.Load().Token)
	if len(line) <= longestMessage {
		return line
	}
	end := longestMessage - len("…")
	for !utf8.RuneStart(line[end]) {
		end--
	}
	return line[:end] + "…"
}

// anyToken is a token, or as much of one as a text that was cut off still holds.
var anyToken = regexp.MustCompile(tokenPrefix + `[^\s"'…]+`)

// shortestSecret is how long a token's secret part must be to be masked where it stands alone.
const shortestSecret = 8

// withoutToken masks the token, other tokens, and what follows the token's prefix.
func withoutToken(line, token string) string {
	const mask = "(token)"
	line = strings.ReplaceAll(line, token, mask)
	secret := strings.TrimPrefix(token, tokenPrefix)
	if len(secret) >= shortestSecret {
		line = strings.ReplaceAll(line, secret, mask)
	}
	for n := len(secret) - 1; n >= shortestSecret; n-- {
		if rest, found := strings.CutSuffix(line, secret[:n]); found {
			line = rest + mask // the text was cut off within it
		}
	}
	return anyToken.ReplaceAllString(line, mask)
}
