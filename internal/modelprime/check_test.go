package modelprime

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

func TestCheckEmail(t *testing.T) {
	for email, want := range map[string]string{
		"ada@example.com":                         "",
		"Ada.Servo+lab@Sub.Example.COM":           "",
		"o'hara@example.com":                      "",
		"zo\u00EB@example.com":                    "",
		"a|b@example.com":                         "",
		"":                                        "it is empty",
		"ada":                                     "it is not one plain e-mail address",
		"@example.com":                            "it is not one plain",
		"ada@":                                    "it is not one plain",
		"ada@@example.com":                        "it is not one plain",
		"<ada@example.com>":                       "it is not one plain",
		"ada@example.com,eve@a.example":           "it is not one plain",
		`"ada"@example.com`:                       "it is not one plain",
		" ada@example.com":                        "a space (U+0020) at position 1 of 16",
		"Ada <ada@example.com>":                   "a space (U+0020) at position 4 of 21",
		"zara@example.com ":                       "a space (U+0020) at position 17 of 17",
		"ada@example.com\r":                       "a carriage return (U+000D) at position 16 of 16",
		"ada@example.com\r\nBcc: x@y.z":           "a carriage return (U+000D) at position 16 of 27",
		"ada@example.com\n":                       "a line feed (U+000A) at position 16 of 16",
		"\uFEFFada@example.com":                   "a byte order mark (U+FEFF) at position 1 of 16",
		"dee@example.com\u200B":                   "a zero-width space (U+200B) at position 16 of 16",
		"zo\u00EB\u200B@example.com":              "a zero-width space (U+200B) at position 4 of 16",
		"ada\u00A0servo@example.com":              "a no-break space (U+00A0) at position 4 of 21",
		"ada@\u202Emoc.elpmaxe":                   "a direction mark (U+202E) at position 5 of 16",
		"\x1B[31mada@example.com":                 "an escape character (U+001B) at position 1 of 20",
		"ada\x00@example.com":                     "a control character (U+0000) at position 4 of 16",
		"ada\u3164@example.com":                   "an invisible character (U+3164) at position 4 of 16",
		"ada@example.com\xff":                     "a byte that is not UTF-8 at position 16 of 16",
		strings.Repeat("a", 243) + "@example.com": "it is longer than 254 bytes",
	} {
		checkSays(t, email, CheckEmail(email), want)
	}
}

func TestCheckNameAndID(t *testing.T) {
	for name, want := range map[string]string{
		"Ada Marsh":           "",
		"Zo\u00EB d'Arc, PhD": "",
		"\u0639\u0644\u06CC\u200C\u0631\u0636\u0627": "", // a Persian name, which needs the joiner inside
		"":                            "it is empty",
		" \u00A0\t":                   "it is empty",
		"Ada ":                        "a space (U+0020) at position 4 of 4",
		"Ada\u00A0Marsh":              "a no-break space (U+00A0) at position 4 of 9",
		"Ada\nMarsh":                  "a line feed (U+000A) at position 4 of 9",
		"Ada\u200B":                   "a zero-width space (U+200B) at position 4 of 4",
		"Ada\u200D":                   "a zero-width joiner (U+200D) at position 4 of 4",
		strings.Repeat("\u00EB", 201): "it is longer than 200 characters",
	} {
		checkSays(t, name, CheckName(name), want)
	}
	for id, want := range map[string]string{
		"auth0|64f0":                           "",
		"b3f1c2f0-0000-4000-8000-000000000000": "",
		"17":                                   "",
		"":                                     "it is empty",
		"..":                                   "it is no id",
		"auth0|64f0 ":                          "a space (U+0020) at position 11 of 11",
		"auth0|\u200B64f0":                     "a zero-width space (U+200B) at position 7 of 11",
	} {
		checkSays(t, id, CheckID(id), want)
	}
}

func checkSays(t *testing.T, text string, err error, want string) {
	t.Helper()
	switch {
	case want == "" && err != nil:
		t.Errorf("%q is refused: %v", text, err)
	case want != "" && (err == nil || !strings.Contains(err.Error(), want)):
		t.Errorf("%q: %v, want %q", text, err, want)
	}
}

// What is taken for an address is one address, in one line, in each case of its letters.
func FuzzCheckEmail(f *testing.F) {
	for _, seed := range []string{"ada@example.com", "Zo\u00EB@example.com", "a@[127.0.0.1]", `"a b"@example.com`, "a,b@c", "<a@b>", "a@b\r\nc@d", "\u212A@x", "a@b (c)", "=?utf-8?q?a?=@b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, email string) {
		if CheckEmail(email) != nil {
			return
		}
		at := strings.LastIndexByte(email, '@')
		blank := func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) }
		if at < 1 || at == len(email)-1 || strings.ContainsFunc(email, blank) || strings.ContainsAny(email, `<>,;"`) || !utf8.ValidString(email) {
			t.Errorf("%q is taken for an address", email)
		}
		if folded := FoldEmail(email); len(folded) <= maxEmailBytes && CheckEmail(folded) != nil {
			t.Errorf("%q is an address and %q is none", email, folded)
		}
	})
}
