package modelprime

import (
	"encoding/json"
	"html"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

const longestMessage = 2 << 10

// messageOf finds what an error's body says, be it the API's JSON, a proxy's page or plain text.
func messageOf(body []byte) (message string, apiAnswer bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(body, &fields) == nil {
		return messageIn(fields)
	}
	text := string(body)
	if strings.HasPrefix(strings.TrimSpace(text), "<") {
		return textOfHTML(text), false
	}
	return text, false
}

func messageIn(fields map[string]json.RawMessage) (message string, found bool) {
	var object map[string]json.RawMessage
	if json.Unmarshal(fields["error"], &object) == nil {
		fields["error"] = object["message"]
	}
	for _, name := range []string{"message", "error", "detail", "title"} {
		var text *string
		if json.Unmarshal(fields[name], &text) == nil && text != nil {
			return *text, true
		}
	}
	return "", false
}

var (
	htmlTitle  = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)
	htmlHidden = regexp.MustCompile(`(?is)<!--.*?-->|<script.*?</script>|<style.*?</style>`)
	htmlTag    = regexp.MustCompile(`(?s)<[^>]*>`)
)

func textOfHTML(page string) string {
	if title := htmlTitle.FindStringSubmatch(page); title != nil && strings.TrimSpace(title[1]) != "" {
		page = title[1]
	}
	page = htmlHidden.ReplaceAllString(page, " ")
	return html.UnescapeString(htmlTag.ReplaceAllString(page, " "))
}

// clean makes a foreign text fit for a diagnostic: one line of valid UTF-8, bounded, without the token.
func (c *Client) clean(text string) string {
	printable := strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
	line := strings.Join(strings.Fields(printable), " ")
	line = withoutToken(line, c.credentials.Load().Token)
	if len(line) <= longestMessage {
		return line
	}
	end := longestMessage - len("…")
	for !utf8.RuneStart(line[end]) {
		end--
	}
	return line[:end] + "…"
}

// shortestTokenPart is how much of a token's beginning tells more than what all tokens begin with.
const shortestTokenPart = 8

// withoutToken masks the token, and its beginning where the text was cut off within it.
func withoutToken(line, token string) string {
	line = strings.ReplaceAll(line, token, "(token)")
	for n := len(token) - 1; n >= shortestTokenPart; n-- {
		if rest, found := strings.CutSuffix(line, token[:n]); found {
			return rest + "(token)"
		}
	}
	return line
}
