package provider

import (
	"strings"
	"testing"
)

// A rule's error says what is wrong with a text and what is allowed. TestArgumentsRefuseBadValues has what all rules refuse.
func TestRules(t *testing.T) {
	for _, test := range []struct {
		rule rule
		text string
		says string
	}{
		{emailRule, "Ada.Servo+lab@Example.COM", ""},
		{emailRule, "ada", `"ada": This is not an e-mail address.`},
		{emailRule, "Ada <ada@example.com>", `"Ada <ada@example.com>": Character 4 of the address is a space (U+0020).`},
		{emailRule, "ada@example.com,grace@example.com", "This is not an e-mail address."},
		{callerEmailRule, "mpat_0123456789abcdef", "This is not an e-mail address."},
		{nameRule, "Zo\u00eb d'Arc, PhD", ""},
		{idRule, "auth0|64f0", ""},
		{idRule, "..", `"..": This is not an ID.`},
		{roleRule, "analyst", ""},
		{roleRule, "developr", `"developr": This is not a role.`},
		{roleRule, "Admin", `"Admin": This is not a role.`},
		{connectionRule, "saml", `"saml": This is not a login connection.`},
		{noteRule, "", ""},
		{noteRule, "after the call on Monday", ""},
		{nameSearchRule, "a b", ""},
		{nameSearchRule, "Al", "The API cannot search for this text."},
		{nameSearchRule, "Zo\u00eb Kane", "The API cannot search for this text."},
		{durationRule, "168h", ""},
		{durationRule, "30", `"30": This is not a duration above zero.`},
		{durationRule, "0s", "not a duration above zero"},
		{durationRule, "-1h", "not a duration above zero"},
		{durationRule, "7d", "not a duration above zero"},
		{endpointRule, "https://api.example.com/v1", ""},
		{endpointRule, "http://127.0.0.1:8080", ""},
		{endpointRule, "http://api.example.com/v1", "must be an https URL"},
		{endpointRule, "https://me:secret@api.example.com", "must not contain a user name or password"},
		{endpointRule, "https://api.example.com/v1?x=y", "must not contain a query"},
		{endpointRule, "ftp://api.example.com", "must be an https URL"},
		{endpointRule, "https://", "must have a host"},
		{tokenRule, "mpat_0123456789abcdef", ""},
		{tokenRule, "owner@example.com:mpat_0123456789abcdef", ""},
		{tokenRule, "ghp_0123456789", "must look like mpat_"},
		{tokenRule, "mpat_", "must look like mpat_"},
		{tokenRule, "Bearer mpat_abc", "contains a blank"},
		{tokenRule, "mpat_\u00e4bc", "not ASCII"},
		{capRule, "0", ""},
		{capRule, "100%", ""},
		{capRule, "2.5%", `"2.5%": This is not an allowed number or percentage.`},
		{countRule, "-1", `"-1": This is not a whole number from 0.`},
	} {
		says := test.rule.tell(test.text)
		if (says == "") != (test.says == "") || !strings.Contains(says, test.says) {
			t.Errorf("%q: %q, want %q", test.text, says, test.says)
		}
		if test.rule.secret && test.text != "mpat_" && strings.Contains(says, test.text) {
			t.Errorf("%q repeats a secret", says)
		}
	}
	if allowed := roleRule.allowed; allowed != `"admin", "developer" or "analyst"` {
		t.Error(allowed)
	}
}

// An import ID is a user ID unless it is an address.
func FuzzIsUserID(f *testing.F) {
	for _, seed := range []string{"auth0|64f0", "6f9619ff-8b86-4d01-b42d-000000000002", "100002", "ada@example.com", "a|b@example.com", "waad|ada@example.com", "a@b|c", "", "|"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, id string) {
		before, _, hasAt := strings.Cut(id, "@")
		if isUserID(id) != (!hasAt || strings.Contains(before, "|")) {
			t.Errorf("%q is an id: %t", id, isUserID(id))
		}
	})
}
