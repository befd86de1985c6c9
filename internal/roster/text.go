package roster

import (
	"fmt"
	"slices"
	"strings"
)

// Text is the content of a roster file. People without values of their own have their team's.
type Text struct {
	People  map[string]Person // by e-mail, as FoldEmail returns it
	Leavers []string          // folded, in the order of the text
}

// Person is one entry of a roster's text.
type Person struct {
	Email, Name     string // as written
	Roles           []string
	LoginConnection string // "" if neither the person nor the team has one
	Team            string // "" outside of teams
	Until           string // RFC 3339 in UTC, "" without an end
}

// Mistake is one error in a roster's text.
type Mistake struct {
	Line    int // from 1
	Message string
}

// TextError holds all mistakes, by line.
type TextError struct{ Mistakes []Mistake }

func (e *TextError) Error() string {
	var text strings.Builder
	for i, mistake := range e.Mistakes {
		if i > 0 {
			text.WriteByte('\n')
		}
		fmt.Fprintf(&text, "line %d: %s", mistake.Line, mistake.Message)
	}
	return text.String()
}

// ParseText reads a roster in YAML or JSON. Its error is a *TextError with all mistakes.
func ParseText(text string) (*Text, error) {
	p := &textParser{text: Text{People: map[string]Person{}}, lines: map[string]int{}}
	if root := p.load(text); root != nil && !isNull(root) {
		p.roster(root)
	}
	if len(p.mistakes) == 0 && len(p.text.People) == 0 {
		p.mistake(1, theRoster, "The roster lists no people. Write people, or teams with people.")
	}
	if len(p.mistakes) > 0 {
		slices.SortStableFunc(p.mistakes, func(a, b Mistake) int { return a.Line - b.Line })
		return nil, &TextError{Mistakes: p.mistakes}
	}
	return &p.text, nil
}
