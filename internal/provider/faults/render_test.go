package faults_test

import (
	"fmt"
	"strings"
)

const introduction = `<!-- Written by: go test ./internal/provider/faults -run TestFaultMatrix -update -->

# The result of each fault

Each of the API's nine operations under each fault, in the client and in each place where the provider uses the operation.
The tests beside this file hold the expected results, written by hand; they fail if a result differs from this file. At most
two retries are allowed here, so at most three requests are sent; the provider's default is eight retries. *Executed*: the
API has executed the operation before the fault occurs.

## Retries and results

Each cell holds the number of requests and the result: first for a fault that lasts, then for one that occurs once.
*Refused* and *failed*: nothing was changed. *Unconfirmed*: the change may have been made. *Gone*: a retry found no such
user, which is the goal of a removal. For an operation whose response has no content, the status is enough.

`

// render writes the results of the faults.
func render(all []scene, cells [][]cell) string {
	var b strings.Builder
	b.WriteString(introduction)
	renderClient(&b)
	renderReasons(&b)
	b.WriteString("\n## Messages, organization and state\n\n" +
		"The next run has no fault. It never ends with an error and never replaces a resource.\n")
	operation := ""
	for i, s := range all {
		if s.operation != operation {
			operation = s.operation
			fmt.Fprintf(&b, "\n### %s\n", operation)
		}
		renderScene(&b, s, cells[i])
	}
	return b.String()
}

func renderClient(b *strings.Builder) {
	b.WriteString("| fault |")
	for _, op := range operations() {
		b.WriteString(" " + op.name + " |")
	}
	b.WriteString("\n|---" + strings.Repeat("|---", len(operations())) + "|\n")
	for _, f := range faults() {
		b.WriteString("| " + f.name + " |")
		for _, op := range operations() {
			always, first := expected(op, f, 0), expected(op, f, 1)
			if always == first {
				fmt.Fprintf(b, " %s |", always)
				continue
			}
			fmt.Fprintf(b, " %s · %s |", always, first)
		}
		b.WriteString("\n")
	}
}

func renderReasons(b *strings.Builder) {
	b.WriteString("\n## The error message for each fault\n\n| fault | cause | advice |\n|---|---|---|\n")
	for _, f := range faults() {
		fmt.Fprintf(b, "| %s | %s | %s |\n", f.name, f.reason, f.advice)
	}
}

// renderScene writes one row for all faults with the same result.
func renderScene(b *strings.Builder, s scene, cells []cell) {
	fmt.Fprintf(b, "\n#### %s\n\n", strings.ToUpper(s.name[:1])+s.name[1:])
	if s.planWarning != "" {
		fmt.Fprintf(b, "Each plan warns: %s.\n\n", s.planWarning)
	}
	state := s.state != nil
	b.WriteString("| fault | requests | message | organization |")
	if state {
		b.WriteString(" state | next plan |")
	}
	b.WriteString("\n|---|---|---|---|" + strings.Repeat("---|", map[bool]int{true: 2}[state]) + "\n")
	names := []string{"none"}
	for _, f := range faults() {
		names = append(names, f.name)
	}
	var order []cell
	same := map[cell][]string{}
	for i, c := range cells {
		if same[c] == nil {
			order = append(order, c)
		}
		same[c] = append(same[c], names[i])
	}
	for _, c := range order {
		fmt.Fprintf(b, "| %s | %d | %s | %s |", strings.Join(same[c], " · "), c.requests, escape(c.says), c.truth)
		if state {
			fmt.Fprintf(b, " %s | %s |", escape(c.state), c.next)
		}
		b.WriteString("\n")
	}
}

// escape escapes | in a table.
func escape(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
