package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
)

// expect compares two values and returns an error with both if they differ.
func expect[T any](what string, want, got T) error {
	if reflect.DeepEqual(want, got) {
		return nil
	}
	return fmt.Errorf("%s\n  expected: %s\n  found:    %s", what, show(want), show(got))
}

// expectMap is expect for maps: the error has only the entries that differ.
func expectMap(what string, want, got map[string]string) error {
	keys := map[string]string{}
	maps.Copy(keys, want)
	maps.Copy(keys, got)
	var differences []string
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		w, wanted := want[key]
		g, found := got[key]
		if w != g || wanted != found {
			differences = append(differences, fmt.Sprintf("  %s\n    expected: %s\n    found:    %s", key, orNothing(w), orNothing(g)))
		}
	}
	if differences == nil {
		return nil
	}
	return fmt.Errorf("%s\n%s", what, strings.Join(differences, "\n"))
}

// expectText checks that the CLI's output contains each of the texts, ignoring line breaks.
func expectText(printed string, texts ...string) error {
	flat := unwrapped(printed)
	for _, text := range texts {
		if !strings.Contains(flat, text) {
			return fmt.Errorf("expected in the CLI's output: %s\n%s", text, printed)
		}
	}
	return nil
}

// expectQuiet checks that the CLI's output has no warning.
func expectQuiet(printed string) error {
	return expectWarnings(printed)
}

// expectWarnings checks that there is one warning for each of these people, named in its summary, and no other warning.
func expectWarnings(printed string, people ...string) error {
	summaries := []string{}
	for line := range strings.Lines(printed) {
		if _, summary, found := strings.Cut(line, "Warning: "); found {
			summaries = append(summaries, strings.TrimSpace(summary))
		}
	}
	about := func(person string) bool {
		return slices.ContainsFunc(summaries, func(summary string) bool { return strings.Contains(summary, person) })
	}
	if len(summaries) == len(people) && !slices.ContainsFunc(people, func(p string) bool { return !about(p) }) {
		return nil
	}
	return fmt.Errorf("warnings\n  expected: one about each of %s\n  found:    %s", show(people), show(summaries))
}

// unwrapped removes frames and line breaks from the CLI's output, because the CLI wraps messages at the terminal's width.
func unwrapped(printed string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("│", " ", "╷", " ", "╵", " ").Replace(printed)), " ")
}

func show(value any) string {
	if data, err := json.Marshal(value); err == nil {
		return string(data)
	}
	return fmt.Sprint(value)
}

func orNothing(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}
