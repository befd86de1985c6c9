package main

import (
	"strings"
	"testing"
)

func TestExpectMapNamesDifferences(t *testing.T) {
	t.Parallel()
	want := map[string]string{"ada": "create", "bo": "create", "cy": "update"}
	got := map[string]string{"ada": "create", "cy": "delete", "eve": "create"}
	err := expectMap("changes", want, got)
	if err == nil {
		t.Fatal("no difference found")
	}
	const message = `changes
  bo
    expected: create
    found:    nothing
  cy
    expected: update
    found:    delete
  eve
    expected: nothing
    found:    create`
	if err.Error() != message {
		t.Errorf("got:\n%v\nwant:\n%s", err, message)
	}
	if err := expectMap("changes", nil, map[string]string{"eve": "create"}); err == nil {
		t.Error("an unexpected entry was accepted")
	}
	if err := expectMap("changes", nil, map[string]string{}); err != nil {
		t.Error(err)
	}
}

func TestExpectNamesBothSides(t *testing.T) {
	t.Parallel()
	err := expect("members", []string{"ada"}, []string{"ada", "eve"})
	if err == nil || !strings.Contains(err.Error(), `["ada"]`) || !strings.Contains(err.Error(), `["ada","eve"]`) {
		t.Errorf("got: %v", err)
	}
}

// The CLI frames its messages and wraps them at 78 columns.
const framed = `╷
│ Warning: ada@example.com now has
│ another address
│
╵
`

func TestExpectTextIgnoresFrames(t *testing.T) {
	t.Parallel()
	if err := expectText(framed, "ada@example.com now has another address"); err != nil {
		t.Error(err)
	}
	if err := expectText(framed, "bo@example.com"); err == nil {
		t.Error("found a text that is not there")
	}
}

func TestExpectWarnings(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		printed string
		people  []string
		fits    bool
	}{
		"the one":       {framed, []string{"ada@example.com"}, true},
		"none":          {"No changes.\n", nil, true},
		"one too many":  {framed, nil, false},
		"about another": {framed, []string{"bo@example.com"}, false},
		"one missing":   {framed, []string{"ada@example.com", "bo@example.com"}, false},
	}
	for name, test := range tests {
		if err := expectWarnings(test.printed, test.people...); (err == nil) != test.fits {
			t.Errorf("%s: got %v", name, err)
		}
	}
}
