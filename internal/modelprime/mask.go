package modelprime

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Texts from outside in error messages: the token is masked.

const longestMessage = 2 << 10

// clean prepares text for an error: one short line of valid UTF-8, without the token.
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

// anyToken matches a token, or the start of one at the end of a cut text.
var anyToken = regexp.MustCompile(tokenPrefix + `[^\s"'…]+`)

// shortestSecret is the minimum length of a token's secret part that is masked without its prefix.
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
			line = rest + mask // the text ends within the secret
		}
	}
	return anyToken.ReplaceAllString(line, mask)
}
