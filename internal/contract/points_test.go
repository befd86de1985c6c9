package contract_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

var update = flag.Bool("update", false, "write README.md again")

// The document and the sandbox have the same points and variations.
func TestSandboxHasTheContractsVariations(t *testing.T) {
	for _, p := range contract.Points() {
		var names []string
		for _, v := range p.Variations {
			names = append(names, v.Name)
		}
		if !slices.ContainsFunc(sandbox.Points(), func(s sandbox.Point) bool { return s.Name == p.Name && slices.Equal(s.Variations, names) }) {
			t.Errorf("the sandbox does not have the point %s with %v", p.Name, names)
		}
	}
	if got, want := len(contract.Points()), len(sandbox.Points()); got != want {
		t.Errorf("the contract has %d points, the sandbox %d", got, want)
	}
}

// The code has each place that a variation names for a change.
func TestPlacesOfVariationsExist(t *testing.T) {
	for _, p := range contract.Points() {
		for _, v := range p.Variations {
			if v.Change == "" {
				continue
			}
			file, name, _ := strings.Cut(v.Change, " ")
			source, err := os.ReadFile("../../" + file)
			if err != nil || name == "" || !strings.Contains(string(source), name) {
				t.Errorf("%s=%s: %s does not hold %q: %v", p.Name, v.Name, file, name, err)
			}
		}
	}
}

const readme = `<!-- Written by: go test ./internal/contract -run TestReadme -update -->

# Decided points and their variations

The provider has not been run against the live API. [openapi.yaml](openapi.yaml) holds what is known about the API. Where the vendor's
documentation leaves a point open, openapi.yaml decides it and marks it with ` + "`x-decided`" + `. This table lists the points that have
other plausible variations. The first variation of each point is the decided one.

- ` + "`make sandbox ARGS='-variation ids=uuid,errors=empty'`" + ` starts a sandbox with other variations of these points.
- ` + "`make doctor`" + ` recognises the variations of a live endpoint. It sends GET requests only, so it cannot see the points
  success, success-body, invite-member and invite-again. It sees throttling only if its own requests are throttled.
- [matrix.md](../provider/variations/matrix.md) shows the result of the provider's main job for each variation and each pair.

| point | variation | meaning | to change |
|---|---|---|---|
`

func TestReadmeListsThePoints(t *testing.T) {
	var text strings.Builder
	text.WriteString(readme)
	for _, p := range contract.Points() {
		for i, v := range p.Variations {
			point := ""
			if i == 0 {
				point = fmt.Sprintf("[%s](openapi.yaml#L%d)", p.Name, p.Line)
			}
			file, name, changes := strings.Cut(v.Change, " ")
			change := ""
			if changes {
				change = fmt.Sprintf("%#q in [%s](../../%s)", name, file, file)
			}
			fmt.Fprintf(&text, "| %s | %s | %s | %s |\n", point, v.Name, strings.ReplaceAll(v.Means, "|", `\|`), change)
		}
	}
	if *update {
		if err := os.WriteFile("README.md", []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := os.ReadFile("README.md"); err != nil || string(got) != text.String() {
		t.Errorf("README.md is not up to date (-update writes it): %v", err)
	}
}
