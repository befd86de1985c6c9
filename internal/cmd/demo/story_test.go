package main

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestTellStopsAtTheFirstError(t *testing.T) {
	t.Parallel()
	wrong := errors.New("expected 40, found 39")
	done := []string{}
	do := func(name string, err error) step {
		return step{name, func(context.Context) (string, error) {
			done = append(done, name)
			return "said " + name, err
		}}
	}

	var out strings.Builder
	err := tell(t.Context(), &out, []step{do("first", nil), do("second", wrong), do("third", nil)}, false)

	if !errors.Is(err, wrong) || !strings.Contains(err.Error(), `step 2, "second"`) {
		t.Errorf("got: %v", err)
	}
	if err := expect("steps", []string{"first", "second"}, done); err != nil {
		t.Error(err)
	}
	if !strings.Contains(out.String(), "said first") || strings.Contains(out.String(), "Done") {
		t.Errorf("printed:\n%s", out.String())
	}
}

// With the CLI's output shown, a step's title is printed before its output.
func TestTellPrintsTheTitleFirst(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	printing := step{"first", func(context.Context) (string, error) {
		_, err := out.WriteString("what the CLI prints\n")
		return "said", err
	}}
	if err := tell(t.Context(), &out, []step{printing}, true); err != nil {
		t.Fatal(err)
	}
	if title, printed := strings.Index(out.String(), "first"), strings.Index(out.String(), "what the CLI prints"); title < 0 || title > printed {
		t.Errorf("printed:\n%s", out.String())
	}
}
