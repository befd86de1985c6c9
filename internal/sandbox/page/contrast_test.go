package page

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Pairs of colours have enough contrast: 4.5 for text, 3 for the borders of controls and for the focus.
func TestContrastInLightAndDark(t *testing.T) {
	light, dark, found := strings.Cut(style, "@media (prefers-color-scheme: dark)")
	if !found {
		t.Fatal("there is no dark style")
	}
	for name, css := range map[string]string{"light": light, "dark": dark} {
		colours := colours(css)
		for _, pair := range []struct {
			front, back string
			want        float64
		}{
			{"text", "ground", 4.5},
			{"text", "surface", 4.5},
			{"text", "sunken", 4.5},
			{"muted", "ground", 4.5},
			{"muted", "surface", 4.5},
			{"muted", "sunken", 4.5},
			{"accent", "ground", 4.5},
			{"accent", "surface", 4.5},
			{"on-accent", "accent", 4.5},
			{"on-tint", "tint", 4.5},
			{"danger", "surface", 4.5},
			{"on-alarm", "alarm", 4.5},
			{"control", "surface", 3},
			{"control", "sunken", 3},
			{"accent", "sunken", 3},
		} {
			if got := contrast(colours[pair.front], colours[pair.back]); got < pair.want {
				t.Errorf("%s: %s on %s has a contrast of %.2f, want %.1f", name, pair.front, pair.back, got, pair.want)
			}
		}
	}
}

func colours(css string) map[string]string {
	found := map[string]string{}
	for _, m := range regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(css, -1) {
		found[m[1]] = m[2]
	}
	return found
}

// contrast is the contrast of the Web Content Accessibility Guidelines.
func contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + .05) / (min(la, lb) + .05)
}

func luminance(hex string) float64 {
	sum := 0.0
	for i, weight := range []float64{.2126, .7152, .0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			return math.NaN()
		}
		c := float64(n) / 255
		if c <= .04045 {
			sum += weight * c / 12.92
		} else {
			sum += weight * math.Pow((c+.055)/1.055, 2.4)
		}
	}
	return sum
}
