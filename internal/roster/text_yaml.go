package roster

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

const theText named = "the text"

// load reads the only document of a text. It returns nil for an empty text and for a text that cannot be read.
func (p *textParser) load(text string) *yaml.Node {
	if p.hidden(text); len(p.mistakes) > 0 {
		return nil
	}
	if json.Valid([]byte(text)) {
		text = joinSurrogates(text)
	}
	loader, err := yaml.NewLoader(strings.NewReader(text))
	if err != nil {
		p.notYAML(text, err)
		return nil
	}
	var first, second yaml.Node
	if err := loader.Load(&first); errors.Is(err, io.EOF) {
		return nil
	} else if err != nil {
		p.notYAML(text, err)
		return nil
	}
	if err := loader.Load(&second); err == nil {
		p.mistake(second.Line, theText, "A second YAML document begins here. Write only one.")
	} else if !errors.Is(err, io.EOF) {
		p.notYAML(text, err)
	}
	return first.Content[0]
}

// hidden refuses invisible characters, and characters that YAML treats specially: control characters, line breaks that editors
// do not count, and direction marks.
func (p *textParser) hidden(text string) {
	line, column := 1, 0
	var last rune
	for i, r := range text {
		column++
		switch {
		case r == '\n' && last == '\r':
			column = 0
		case r == '\n', r == '\r':
			line, column = line+1, 0
		case r == utf8.RuneError && !strings.HasPrefix(text[i:], string(r)):
			p.mistake(line, theText, "Character %d of the line is not valid UTF-8. Save the text as UTF-8.", column)
		case r != '\t' && !unicode.IsGraphic(r) && modelprime.Visible(string(r)) != string(r), r == '\ufffe', r == '\uffff':
			p.mistake(line, theText, "Character %d of the line is %s. Remove it.", column, modelprime.CharacterName(r))
		}
		last = r
	}
}

// joinSurrogates replaces JSON's surrogate pairs by their characters, because YAML has no surrogate pairs.
func joinSurrogates(text string) string {
	if !strings.Contains(text, `\u`) {
		return text
	}
	var joined strings.Builder
	for {
		i := strings.IndexByte(text, '\\')
		if i < 0 || i+1 == len(text) {
			joined.WriteString(text)
			return joined.String()
		}
		length := 2 // of an escape sequence
		joined.WriteString(text[:i])
		if r := utf16.DecodeRune(escaped(text[i:]), escaped(text[min(i+6, len(text)):])); r != utf8.RuneError {
			joined.WriteRune(r)
			length = 12
		} else {
			joined.WriteString(text[i : i+length])
		}
		text = text[i+length:]
	}
}

// escaped returns the character of the \u escape at the start of a text, or 0.
func escaped(text string) rune {
	if len(text) < 6 || text[:2] != `\u` {
		return 0
	}
	code, err := strconv.ParseUint(text[2:6], 16, 16)
	if err != nil {
		return 0
	}
	return rune(code)
}

// reasons translate the YAML library's messages into plain words.
//
//nolint:gosec // "token" is a term of YAML here, not a secret
var reasons = map[string]string{
	"did not find expected ',' or ']'":                      "A comma or the closing ] is missing.",
	"did not find expected ',' or '}'":                      "A comma or the closing } is missing, or a value that holds a colon or a quotation mark is not in quotes.",
	"did not find expected node content":                    "A value or a closing ] or } is missing.",
	"found unexpected end of stream":                        "A closing quotation mark is missing.",
	"found unknown escape character":                        "A \\ in double quotes begins an escape. Put the value in single quotes.",
	"found character that cannot start any token":           "A value cannot begin with this character. Put the value in quotes.",
	"did not find expected alphabetic or numeric character": "A value cannot begin with this character. Put the value in quotes.",
	"mapping values are not allowed in this context":        "A colon is not allowed here. Indent the line like the lines around it, begin an entry with a dash and a space, or put a value that holds a colon in quotes.",
	"could not find expected ':'":                           "A key has no colon, or an entry does not begin with a dash and a space.",
	"did not find expected key":                             "Indent the line like the lines around it.",
	"did not find expected '-' indicator":                   "Indent the line like the lines around it, and begin an entry with a dash and a space.",
}

// notYAML reports the line and the reason of a YAML syntax error.
func (p *textParser) notYAML(text string, err error) {
	var found *yaml.LoadError
	if !errors.As(err, &found) {
		p.mistake(1, theText, "This is not YAML: %s.", err)
		return
	}
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	if i := slices.IndexFunc(lines, func(line string) bool { return strings.HasPrefix(line, "<<<<<<< ") }); i >= 0 {
		p.mistake(i+1, theText, "A merge conflict begins here. Keep one of its two versions, without the lines of <, = and >.")
		return
	}
	line := min(found.Mark.Line, len(lines))
	begin := found.ContextMark.Line
	reason, known := reasons[found.Message]
	switch {
	case !known:
		reason = modelprime.Visible(strings.TrimSpace(found.Message+" "+found.ContextMsg)) + "."
	case line > 0 && strings.HasPrefix(strings.TrimLeft(lines[line-1], " "), "\t"):
		reason = "Indent with spaces, not with tabs."
	case found.Message == "could not find expected ':'" && begin > 0:
		line = begin // of the key; the library reports a later line
	case found.Message == "mapping values are not allowed in this context":
		// The library reports an unclosed bracket at the next key.
		if bracket, opened := unclosed(lines[:max(line-1, 0)]); bracket != 0 {
			line, reason = opened, fmt.Sprintf("The %c is not closed.", bracket)
		}
	}
	if begin > 0 && begin < line {
		reason += " The mistake is in the block that begins on line " + strconv.Itoa(begin) + "."
	}
	p.mistake(line, theText, "This is not YAML. %s", reason)
}

// unseen matches the parts of a line without YAML brackets: quoted values and comments.
var unseen = regexp.MustCompile(`(^|[\s,\[{])("([^"\\]|\\.)*"|'([^']|'')*'|#.*)`)

// unclosed returns the first bracket that the lines open but do not close, and its line.
func unclosed(lines []string) (bracket rune, line int) {
	type opening struct {
		bracket rune
		line    int
	}
	var open []opening
	for i, text := range lines {
		for _, r := range unseen.ReplaceAllString(text, "") {
			switch {
			case r == '[' || r == '{':
				open = append(open, opening{r, i + 1})
			case (r == ']' || r == '}') && len(open) > 0:
				open = open[:len(open)-1]
			}
		}
	}
	if len(open) == 0 {
		return 0, 0
	}
	return open[0].bracket, open[0].line
}
