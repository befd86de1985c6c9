package guard

import (
	"math"
	"testing"
)

func TestCapAllows(t *testing.T) {
	for _, row := range []struct {
		text    string
		members int
		want    int
	}{
		{"0", 1000, 0},
		{"3", 2, 3},
		{"3", 1000, 3},
		{"25%", 1, 1}, // only the caller, whom lockout protection keeps
		{"25%", 2, 1},
		{"25%", 3, 1},
		{"25%", 4, 2},
		{"25%", 5, 2},
		{"25%", 6, 3},
		{"25%", 12, 3},
		{"25%", 13, 4},
		{"25%", 1000, 250},
		{"25%", 1001, 251},
		{"1%", 10000, 100},
		{"75%", 5, 4},
		{"99%", 1000, 990},
		{"100%", 4, math.MaxInt},
	} {
		parsed, err := ParseCap(row.text)
		if err != nil {
			t.Fatalf("%s: %v", row.text, err)
		}
		if got := parsed.Allows(row.members); got != row.want {
			t.Errorf("%s of %d members allows %d, want %d", row.text, row.members, got, row.want)
		}
		if parsed.String() != row.text {
			t.Errorf("%s is printed as %s", row.text, parsed)
		}
	}
}

func TestParseCapRefuses(t *testing.T) {
	for _, text := range []string{
		"", " ", "%", "-1", "+1", "-1%", "0%", "101%", "2.5", "2.5%", "1e3", "0x10", "007", "25 %", " 25%", "25%\n", "25%%", "25 percent", "٣", "99999999999999999999", "all",
	} {
		if parsed, err := ParseCap(text); err == nil {
			t.Errorf("%q is accepted as %s", text, parsed)
		}
	}
}
