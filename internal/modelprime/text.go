package modelprime

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"mime"
	"regexp"
	"strings"
	"time"
	"unicode"
)

// Texts from outside, prepared for display.

// Visible returns text without characters that could change a terminal or a log: control characters, line breaks, escape
// sequences and direction marks.
func Visible(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r), '\u2028' <= r && r <= '\u202E', '\u2066' <= r && r <= '\u2069', r == '\u061C', r == '\u200E', r == '\u200F':
			return unicode.ReplacementChar
		}
		return r
	}, text)
}

// FormatWait returns a wait in one unit, rounded up.
func FormatWait(d time.Duration) string {
	for _, unit := range []struct {
		name         string
		length, most time.Duration
	}{
		{"second", time.Second, 2 * time.Minute},
		{"minute", time.Minute, 2 * time.Hour},
		{"hour", time.Hour, 48 * time.Hour},
		{"day", 24 * time.Hour, 100 * 24 * time.Hour},
	} {
		switch n := (d + unit.length - 1) / unit.length; {
		case d > unit.most:
		case n == 1:
			return "1 " + unit.name
		default:
			return fmt.Sprintf("%d %ss", n, unit.name)
		}
	}
	return "more than 100 days"
}

// visibleASCII reports whether text is safe in a header: no blanks, line breaks or other control bytes.
func visibleASCII(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r > '~' }) < 0
}

// isHTML reports whether a response is a web page, by content type or body.
func isHTML(contentType string, body []byte) bool {
	kind, _, _ := mime.ParseMediaType(contentType)
	return kind == "text/html" || bytes.HasPrefix(bytes.TrimSpace(body), []byte("<"))
}

var htmlTitle = regexp.MustCompile(`(?is)<title[^>]*>(.*?)</title>`)

// messageOf finds the message in the body of an error: in JSON of any shape, in a web page's title, or as text.
func messageOf(body []byte) string {
	var reply any
	switch {
	case json.Unmarshal(body, &reply) == nil:
		return messageIn(reply, body)
	case !isHTML("", body):
		return string(body)
	}
	if title := htmlTitle.FindSubmatch(body); title != nil {
		return html.UnescapeString(string(title[1]))
	}
	return ""
}

// messageIn returns the text in JSON, else the JSON itself, unless it is empty.
func messageIn(reply any, body []byte) string {
	text := textIn(reply)
	if object, ok := reply.(map[string]any); text == "" && reply != nil && (!ok || len(object) > 0) {
		return string(body)
	}
	return text
}

// textIn returns the text under the first of the usual keys, which may be nested.
func textIn(value any) string {
	switch value := value.(type) {
	case string:
		return value
	case []any:
		var texts []string
		for _, item := range value {
			if text := textIn(item); text != "" {
				texts = append(texts, text)
			}
		}
		return strings.Join(texts, "; ")
	case map[string]any:
		for _, name := range []string{"message", "errorMessage", "errors", "error_description", "error", "detail", "title"} {
			if text := textIn(value[name]); text != "" {
				return text
			}
		}
	}
	return ""
}
