package roster

import (
	"iter"
	"slices"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// named is a subject with a name.
type named string

const theRoster named = "the roster"

func (n named) String() string { return string(n) }

// person is a person as a subject, with values that may be invalid.
type person struct {
	Person
	place string // for a person without name and email
}

func (p person) String() string {
	var known []string
	for _, text := range []string{p.Name, p.Email} {
		if strings.TrimSpace(text) != "" {
			known = append(known, shown(text))
		}
	}
	if len(known) == 0 {
		return p.place
	}
	if p.Team != "" {
		known = append(known, "team "+shown(p.Team))
	}
	if len(known) == 1 {
		return known[0]
	}
	return known[0] + " (" + strings.Join(known[1:], ", ") + ")"
}

// shown prepares a text of the roster for a message: one line of limited length.
func shown(text string) string {
	const most = 100
	if characters := []rune(text); len(characters) > most {
		text = string(characters[:most]) + "…"
	}
	return modelprime.Visible(text)
}

func quoted(text string) string { return strconv.Quote(shown(text)) }

// inWords joins words with commas and "and".
func inWords(words []string) string {
	last := len(words) - 1
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// pairs returns the keys and values of a mapping.
func pairs(n *yaml.Node) iter.Seq2[*yaml.Node, *yaml.Node] {
	return func(yield func(*yaml.Node, *yaml.Node) bool) {
		for i := 0; i+1 < len(n.Content) && yield(n.Content[i], n.Content[i+1]); i += 2 {
		}
	}
}

// isNull reports whether a value is empty, ~ or null. Other spellings of null are text, because Null is also a surname.
func isNull(n *yaml.Node) bool {
	return n.Kind == yaml.ScalarNode && n.Style == 0 && slices.Contains([]string{"", "~", "null"}, n.Value)
}

func isEmpty(n *yaml.Node) bool { return isNull(n) || n.Kind == yaml.ScalarNode && n.Value == "" }

// valueOf returns the text of a mapping's key without validation.
func valueOf(n *yaml.Node, key string) string {
	if n.Kind != yaml.MappingNode {
		return ""
	}
	for k, value := range pairs(n) {
		if k.Value == key && value.Kind == yaml.ScalarNode && !isNull(value) {
			return value.Value
		}
	}
	return ""
}

var kindNames = map[yaml.Kind]string{yaml.MappingNode: "a mapping", yaml.SequenceNode: "a list", yaml.ScalarNode: "text"}

// is reports whether the node has that kind. A node of another kind is a mistake; a missing node is not.
func (p *textParser) is(want yaml.Kind, n *yaml.Node, about subject, what, advice string) bool {
	switch {
	case n == nil || isNull(n) && want != yaml.ScalarNode:
		return false
	case n.Kind == yaml.AliasNode:
		p.mistake(n.Line, about, "%s is the alias *%s. Aliases are not supported. %s", what, shown(n.Value), advice)
	case n.Style&yaml.TaggedStyle != 0:
		p.mistake(n.Line, about, "%s has the tag %s. Tags are not supported. %s", what, shown(n.Tag), advice)
	case n.Kind != want:
		p.mistake(n.Line, about, "%s is %s. %s", what, kindNames[n.Kind], advice)
	default:
		return true
	}
	return false
}

// fields returns a mapping's non-null values by key, or nil if the node is not a mapping.
func (p *textParser) fields(n *yaml.Node, about subject, known ...string) map[string]*yaml.Node {
	if !p.is(yaml.MappingNode, n, about, "The entry", "Write the keys "+inWords(known)+".") {
		return nil
	}
	values, lines := make(map[string]*yaml.Node, len(known)), make(map[string]int, len(known))
	for key, value := range pairs(n) {
		name, ok := p.scalar(key, about, "A key")
		first, repeated := lines[name]
		switch {
		case !ok:
		case !slices.Contains(known, name):
			p.mistake(key.Line, about, "The key %s is not known. Keys are %s.", quoted(name), inWords(known))
		case repeated:
			p.mistake(key.Line, about, "The key %s is used twice, first on line %d. Keep one.", name, first)
		default:
			lines[name] = key.Line
			if !isNull(value) {
				values[name] = value
			}
		}
	}
	return values
}

// scalar returns the text of a scalar. Plain scalars are always text, also true or 123.
func (p *textParser) scalar(n *yaml.Node, about subject, what string) (string, bool) {
	if !p.is(yaml.ScalarNode, n, about, what, "Write text.") {
		return "", false
	}
	return n.Value, true
}

// required returns the text of a required key, or "" after a mistake. line is the line for a missing key.
func (p *textParser) required(n *yaml.Node, line int, about subject, key string, problem func(string) string) string {
	if n == nil || isEmpty(n) {
		p.mistake(line, about, "The %s is missing.", key)
		return ""
	}
	text, ok := p.scalar(n, about, key)
	if !ok {
		return ""
	}
	if found := problem(text); found != "" {
		p.mistake(n.Line, about, "%s", found)
		return ""
	}
	return text
}

func emailProblem(email string) string {
	problem := modelprime.EmailProblem(email)
	if problem != "" {
		problem += " Write one plain address, such as ada@example.com."
	}
	return problem
}

// optional returns the text of an optional key.
func (p *textParser) optional(n *yaml.Node, about subject, key string) string {
	text, _ := p.scalar(n, about, key)
	return text
}

func (p *textParser) roles(n *yaml.Node, about subject) []string {
	if !p.is(yaml.SequenceNode, n, about, "roles", "Write a list, such as [developer].") {
		return nil
	}
	if len(n.Content) == 0 {
		p.mistake(n.Line, about, "The list of roles is empty. Roles are %s.", inWords(modelprime.Roles()))
	}
	var roles []string
	for _, item := range n.Content {
		role, ok := p.scalar(item, about, "A role")
		switch {
		case !ok:
		case isEmpty(item):
			p.mistake(item.Line, about, "A role is empty. Roles are %s.", inWords(modelprime.Roles()))
		case !slices.Contains(modelprime.Roles(), role):
			p.mistake(item.Line, about, "The role %s is not known. Roles are %s.", quoted(role), inWords(modelprime.Roles()))
		case slices.Contains(roles, role):
			p.mistake(item.Line, about, "The role %s is listed twice. Keep one.", role)
		default:
			roles = append(roles, role)
		}
	}
	return roles
}

func (p *textParser) connection(n *yaml.Node, about subject) string {
	connection := p.optional(n, about, "login_connection")
	if connection != "" && !slices.Contains(modelprime.Connections(), connection) {
		p.mistake(n.Line, about, "The login_connection %s is not known. Connections are %s.", quoted(connection), inWords(modelprime.Connections()))
	}
	return connection
}

func (p *textParser) until(n *yaml.Node, about subject) string {
	text := p.optional(n, about, "until")
	if text == "" {
		return ""
	}
	end, ok := endOf(text)
	if !ok {
		p.mistake(n.Line, about, "The until %s is not a date or time. Write a date such as 2027-03-31, or a time such as 2027-03-31T17:00:00Z.", quoted(text))
	}
	return end
}

// endOf returns the last second of a date, or a time, in UTC.
func endOf(text string) (string, bool) {
	end, err := time.Parse(time.DateOnly, text)
	if err == nil {
		end = end.AddDate(0, 0, 1).Add(-time.Second)
	} else if err = end.UnmarshalText([]byte(text)); err != nil {
		return "", false
	}
	end = end.UTC()
	if year := end.Year(); year < 0 || year > 9999 {
		return "", false // outside the years of RFC 3339
	}
	return end.Format(time.RFC3339Nano), true
}
