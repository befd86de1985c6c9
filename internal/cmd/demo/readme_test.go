package main

import (
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The README shows the demo's steps in the same order.
func TestREADMEShowsTheSteps(t *testing.T) {
	t.Parallel()
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(readme), "<!-- demo -->")
	block, _, _ = strings.Cut(block, "<!-- /demo -->")
	var shown, steps []string
	for _, line := range regexp.MustCompile(`(?m)^ ?(\d+\. .*?)  +\d+\.\ds  `).FindAllStringSubmatch(block, -1) {
		shown = append(shown, line[1])
	}
	for i, s := range (&demo{}).story() {
		steps = append(steps, fmt.Sprintf("%d. %s", i+1, s.title))
	}
	if err := expect("steps in the README", steps, shown); err != nil {
		t.Error(err)
	}
}
