package provider

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

func TestIsEmail(t *testing.T) {
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

// What is taken for an address is one address, in one line, in each case of its letters.
func FuzzIsEmail(f *testing.F) {
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
		if !isEmail(modelprime.FoldEmail(email)) {
			t.Errorf("%q is an address and %q is none", email, modelprime.FoldEmail(email))
		}
	})
}

// An import's text is an id or an address, and never an id by an address alone.
func FuzzIsUserID(f *testing.F) {
	for _, seed := range []string{"auth0|64f0", "ada@example.com", "a|b@example.com", "waad|ada@example.com", "a@b|c", "", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		before, _, _ := strings.Cut(id, "@")
		if isUserID(id) != strings.Contains(before, "|") {
			t.Errorf("%q is an id: %t", id, isUserID(id))
		}
	})
}
