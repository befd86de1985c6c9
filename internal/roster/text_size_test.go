package roster

import (
	"fmt"
	"strings"
	"testing"
)

// Texts whose aliases would fill the memory, or that nest without an end, are refused.
func TestTextsThatWouldExpand(t *testing.T) {
	bomb := "a0: &a0 [x, x]\n"
	for i := range 60 {
		bomb += fmt.Sprintf("a%d: &a%d [*a%d, *a%d]\n", i+1, i+1, i, i)
	}
	for _, text := range []string{bomb, strings.Repeat("[", 100_000), strings.Repeat("{a: ", 100_000), "a: &a\n  b: *a\n"} {
		if got, err := ParseText(text); err == nil {
			t.Errorf("read as %+v", got)
		}
	}
}

// largeRoster has that many people, in teams of a hundred.
func largeRoster(people int) string {
	var text strings.Builder
	text.WriteString("teams:\n")
	for i := range people {
		if i%100 == 0 {
			fmt.Fprintf(&text, "  team-%d:\n    roles: [developer]\n    people:\n", i/100)
		}
		fmt.Fprintf(&text, "      - { name: Person %d, email: person.%d@example.com, until: 2027-03-31 }\n", i, i)
	}
	return text.String()
}

func BenchmarkParseText(b *testing.B) {
	for _, people := range []int{1_000, 10_000} {
		text := largeRoster(people)
		b.Run(fmt.Sprint(people), func(b *testing.B) {
			for b.Loop() {
				if _, err := ParseText(text); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
