package roster

import (
	"encoding/json"
	"errors"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Each text is read completely or refused with lines. A text that is read has valid values, means the same as JSON, and matches the
// schema.
func FuzzRoster(f *testing.F) {
	for _, test := range goodTexts {
		f.Add(test.text)
	}
	for _, test := range badTexts {
		f.Add(test.text)
	}
	schema := schemaOf(f)
	f.Fuzz(func(t *testing.T, text string) {
		read, err := ParseText(text)
		if err != nil {
			checkMistakes(t, text, err)
			return
		}
		checkText(t, read)
		again, err := ParseText(rewritten(t, read))
		if err != nil || !reflect.DeepEqual(again, read) {
			t.Errorf("%+v is read as %+v, %v", read, again, err)
		}
		if hasPersonNamedNull(read) {
			return
		}
		if value, ok := asEditorsRead(joinSurrogates(text)); !ok || schema.Validate(value) != nil {
			t.Errorf("the schema refuses it: %t, %v", ok, schema.Validate(value))
		}
	})
}

// checkMistakes checks that each mistake has an existing line, and one line of printable text.
func checkMistakes(t *testing.T, text string, err error) {
	t.Helper()
	var found *TextError
	if !errors.As(err, &found) || len(found.Mistakes) == 0 {
		t.Fatalf("refused without a mistake: %v", err)
	}
	lines := len(strings.FieldsFunc(text, func(r rune) bool { return r == '\r' || r == '\n' }))
	lines = max(lines, strings.Count(text, "\n")+strings.Count(text, "\r")+1)
	for _, mistake := range found.Mistakes {
		if mistake.Line < 1 || mistake.Line > lines {
			t.Errorf("line %d of %d: %s", mistake.Line, lines, mistake.Message)
		}
		if strings.ContainsFunc(mistake.Message, unicode.IsControl) || !utf8.ValidString(mistake.Message) {
			t.Errorf("%q", mistake.Message)
		}
	}
}

func checkText(t *testing.T, read *Text) {
	t.Helper()
	if len(read.People) == 0 {
		t.Error("no people")
	}
	for key, person := range read.People {
		if key != modelprime.FoldEmail(person.Email) || modelprime.EmailProblem(person.Email) != "" || modelprime.NameProblem(person.Name) != "" {
			t.Errorf("%q is %+v", key, person)
		}
		if len(person.Roles) == 0 || slices.ContainsFunc(person.Roles, func(role string) bool { return !slices.Contains(modelprime.Roles(), role) }) {
			t.Errorf("%s has the roles %q", key, person.Roles)
		}
		if person.LoginConnection != "" && !slices.Contains(modelprime.Connections(), person.LoginConnection) {
			t.Errorf("%s has the connection %q", key, person.LoginConnection)
		}
		if until, err := time.Parse(time.RFC3339, person.Until); person.Until != "" && (err != nil || until.Location() != time.UTC) {
			t.Errorf("%s has the end %q", key, person.Until)
		}
	}
	for i, leaver := range read.Leavers {
		if _, listed := read.People[leaver]; listed || leaver != modelprime.FoldEmail(leaver) || slices.Contains(read.Leavers[:i], leaver) {
			t.Errorf("the leaver %q", leaver)
		}
	}
}

// rewritten is the same roster as JSON, with all values written out.
func rewritten(t *testing.T, read *Text) string {
	t.Helper()
	type entry struct {
		Name            string   `json:"name"`
		Email           string   `json:"email"`
		Roles           []string `json:"roles"`
		LoginConnection *string  `json:"login_connection"`
		Until           string   `json:"until"`
	}
	type team struct {
		People []entry `json:"people"`
	}
	var people []entry
	teams := map[string]team{}
	for _, key := range slices.Sorted(maps.Keys(read.People)) {
		person := read.People[key]
		e := entry{Name: person.Name, Email: person.Email, Roles: person.Roles, Until: person.Until}
		if person.LoginConnection != "" {
			e.LoginConnection = &person.LoginConnection
		}
		if person.Team == "" {
			people = append(people, e)
			continue
		}
		teams[person.Team] = team{append(teams[person.Team].People, e)}
	}
	text, err := json.MarshalIndent(map[string]any{"people": people, "teams": teams, "leavers": read.Leavers}, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// hasPersonNamedNull reports whether a person is called Null, which editors read as null.
func hasPersonNamedNull(read *Text) bool {
	for _, person := range read.People {
		if strings.EqualFold(person.Name, "null") {
			return true
		}
	}
	return false
}
