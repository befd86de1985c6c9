package faults_test

import (
	"fmt"
	"strings"
)

const introduction = `<!-- Written by: go test ./internal/provider/faults -run TestFaultMatrix -update -->

# What comes of which fault

Each of the API's nine operations under each fault, at the client and wherever the provider uses the operation. The
expectations are written down by hand in the tests beside this file, which fail when anything here is not so. Two retries
are allowed here, so that at most three requests are sent; by default it is eight. A fault that is said to be carried out
strikes after the API has done what it was asked.

## What is tried again, and what is known then

Each cell holds the number of requests and the result, first for a fault that lasts, then for one that strikes once.
*Refused* and *failed*: certainly nothing was changed. *In doubt*: something may have been. *Gone*: a further attempt found
nobody any more, which is what a removal wants. An operation whose reply says nothing needs none but its status.

`

// render writes down what came of the faults.
func render(all []scene, cells [][]cell) string {
	var b strings.Builder
	b.WriteString(introduction)
	renderClient(&b)
	renderReasons(&b)
	b.WriteString("\n## What the user reads, and what the state holds\n\n" +
		"The next run is one without the fault. None of them has an error, and none replaces anybody.\n")
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
	b.WriteString("\n## What an error says of each fault\n\n| fault | what has happened | what to do |\n|---|---|---|\n")
	for _, f := range faults() {
		fmt.Fprintf(b, "| %s | %s | %s |\n", f.name, f.reason, f.advice)
	}
}

// renderScene has one row for all faults that come to the same.
func renderScene(b *strings.Builder, s scene, cells []cell) {
	fmt.Fprintf(b, "\n#### %s\n\n", strings.ToUpper(s.name[:1])+s.name[1:])
	if s.foretold != "" {
		fmt.Fprintf(b, "Each plan of it warns beforehand: %s.\n\n", s.foretold)
	}
	state := s.state != nil
	b.WriteString("| fault | requests | the user reads | the organization |")
	if state {
		b.WriteString(" the state | the next run plans |")
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

// escape keeps a | from ending a column.
func escape(text string) string { return strings.ReplaceAll(text, "|", `\|`) }
