package modelprime

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func isEmail(text string) bool { return EmailProblem(text) == "" }

func TestEmailProblem(t *testing.T) {
	for email, want := range map[string]bool{
		"ada@example.com":                    true,
		"Ada.Servo+lab@Sub.Example.COM":      true,
		"o'hara@example.com":                 true,
		"zoë@example.com":                    true,
		"a|b@example.com":                    true,
		"":                                   false,
		"ada":                                false,
		"@example.com":                       false,
		"ada@":                               false,
		"ada@@example.com":                   false,
		" ada@example.com":                   false,
		"ada@example.com\n":                  false,
		"ada@example.com\r\nBcc: x@y.z":      false,
		"ada\u00A0servo@example.com":         false,
		"ada\x00@example.com":                false,
		"Ada Servo <ada@example.com>":        false,
		"<ada@example.com>":                  false,
		"ada@example.com (Ada)":              false,
		"ada@example.com, grace@example.com": false,
		`"ada servo"@example.com`:            false,
		"ada@example.com\xff":                false,
	} {
		if isEmail(email) != want {
			t.Errorf("%q: not %t", email, want)
		}
	}
}

// An accepted address is one address on one line, and so is its folded form.
func FuzzEmailProblem(f *testing.F) {
	for _, seed := range []string{"ada@example.com", "Zoë@example.com", "a@[127.0.0.1]", `"a b"@example.com`, "a,b@c", "<a@b>", "a@b\r\nc@d", "\u212A@x", "a@b (c)", "=?utf-8?q?a?=@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, email string) {
		if !isEmail(email) {
			return
		}
		at := strings.LastIndexByte(email, '@')
		blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
		if at < 1 || at == len(email)-1 || strings.ContainsFunc(email, blank) || strings.ContainsAny(email, `<>,;"`) || !utf8.ValidString(email) {
			t.Errorf("%q is taken for an address", email)
		}
		if !isEmail(FoldEmail(email)) {
			t.Errorf("%q is an address and %q is none", email, FoldEmail(email))
		}
	})
}

// Invisible characters are named with their position.
func TestInvisibleCharactersAreNamed(t *testing.T) {
	for email, want := range map[string]string{
		"dee@example.com\u200b":  "Character 16 of the address, its last, is a zero width space (U+200B).",
		"dee@example.com\r":      "Character 16 of the address, its last, is a carriage return (U+000D).",
		"zara@example.com\x20":   "Character 17 of the address, its last, is a space (U+0020).",
		"\ufeffdee@example.com":  "Character 1 of the address, its first, is a byte order mark (U+FEFF).",
		"dee\u00a0b@example.com": "Character 4 of the address is a no-break space (U+00A0).",
		"zoë\u2060@example.com":  "Character 4 of the address is a word joiner (U+2060).",
		"dee@\u3164example.com":  "Character 5 of the address is the invisible character U+3164.",
		"dee@example.com\ufe0f":  "Character 16 of the address, its last, is the invisible character U+FE0F.",
		"dee\u202e@example.com":  "Character 4 of the address is the invisible character U+202E.",
		"dee@example.com\xff":    "The address is not valid UTF-8.",
	} {
		if got := EmailProblem(email); got != want {
			t.Errorf("%q: %s", email, got)
		}
	}
	long := strings.Repeat("a", 243) + "@example.com"
	if got := EmailProblem(long); got != "The address has 255 characters; the limit is 254." {
		t.Error(got)
	}
	if got := EmailProblem(long[1:]); got != "" {
		t.Error(got)
	}
}

func TestNameProblem(t *testing.T) {
	for name, want := range map[string]string{
		"Ada Moreau":   "",
		"Mei-Ling Cho": "",
		"\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645": "", // Persian is written with a zero width non-joiner
		"":                            "The name is empty.",
		"  ":                          "Character 1 of the name, its first, is a space (U+0020).",
		"\u200b":                      "Character 1 of the name, its only one, is a zero width space (U+200B).",
		"Zoe\u0308":                   "Character 3 of the name (U+0065) and what follows it are not in Unicode's composed form, NFC.",
		"Ada\nMoreau":                 "Character 4 of the name is a line feed (U+000A).",
		"Ada\x1b[2J":                  "Character 4 of the name is an escape character (U+001B).",
		"Ada\u202e":                   "Character 4 of the name, its last, is the invisible character U+202E.",
		"Ada\u200bM":                  "Character 4 of the name is a zero width space (U+200B).",
		"Ada\u00a0M":                  "Character 4 of the name is a no-break space (U+00A0).",
		"Ada ":                        "Character 4 of the name, its last, is a space (U+0020).",
		"Ada\u200d":                   "Character 4 of the name, its last, is a zero width joiner (U+200D).",
		strings.Repeat("\u00eb", 201): "The name has 201 characters; the limit is 200.",
	} {
		if got := NameProblem(name); got != want {
			t.Errorf("%q: %s", name, got)
		}
	}
}
