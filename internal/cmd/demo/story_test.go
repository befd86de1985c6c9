package main

import (
	"context"
	"errors"
	"strings"
	"testing"
)

func TestTellStopsAtTheFirstStepThatGoesWrong(t *testing.T) {
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
	err := tell(t.Context(), &out, []step{do("first", nil), do("second", wrong), do("third", nil)})

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
