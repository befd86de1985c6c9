package doctor

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
)

// findings are the results of one question, in order, without repetition.
type findings struct {
	order []finding
	times map[finding]int
}

type finding struct{ kind, text string }

const (
	difference = "differs"
	note       = "note"
	noAnswer   = "not checked"
)

func newFindings() *findings { return &findings{times: map[finding]int{}} }

func (f *findings) differ(format string, args ...any) { f.add(difference, format, args...) }
func (f *findings) remark(format string, args ...any) { f.add(note, format, args...) }
func (f *findings) giveUp(format string, args ...any) { f.add(noAnswer, format, args...) }

func (f *findings) add(kind, format string, args ...any) {
	found := finding{kind, fmt.Sprintf(format, args...)}
	if f.times[found] == 0 {
		f.order = append(f.order, found)
	}
	f.times[found]++
}

func (f *findings) count(kind string) int {
	n := 0
	for _, found := range f.order {
		if found.kind == kind {
			n++
		}
	}
	return n
}

func (f *findings) differing() int { return f.count(difference) }
func (f *findings) unsaid() int    { return f.count(noAnswer) }

func (f *findings) lines() []string {
	var lines []string
	if f.differing()+f.unsaid() == 0 {
		lines = append(lines, "agrees")
	}
	for _, found := range f.order {
		line := found.kind + ": " + found.text
		if n := f.times[found]; n > 1 {
			line += fmt.Sprintf(" (%d times)", n)
		}
		lines = append(lines, line)
	}
	return lines
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
