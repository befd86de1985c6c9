// Command contract prints where another OpenAPI 3 specification of the API differs from ours.
//
// It exits with 0 when nothing differs, with 1 when something does, and with 2 when the file cannot be read.
package main

import (
	"fmt"
	"io"
	"os"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

const (
	same       = 0
	different  = 1
	unreadable = 2
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdout, os.Stderr))
}

func run(args []string, stdout, stderr io.Writer) int {
	if len(args) != 1 || args[0] == "" {
		_, _ = fmt.Fprintln(stderr, "usage: make contract SPEC=file, an OpenAPI 3 specification in JSON or YAML")
		return unreadable
	}
	found, err := compareFile(args[0])
	if err != nil {
		_, _ = fmt.Fprintln(stderr, err)
		return unreadable
	}
	if len(found) == 0 {
		return same
	}
	printGrouped(stdout, found)
	return different
}

func compareFile(name string) ([]contract.Difference, error) {
	data, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	theirs, err := contract.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return contract.Compare(theirs, contract.Document()), nil
}

// printGrouped leaves a line free between two operations.
func printGrouped(w io.Writer, found []contract.Difference) {
	for i, difference := range found {
		if i > 0 && found[i-1].Operation != difference.Operation {
			_, _ = fmt.Fprintln(w)
		}
		_, _ = fmt.Fprintln(w, difference)
	}
}
