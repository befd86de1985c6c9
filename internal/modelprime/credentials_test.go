package modelprime

import (
	"fmt"
	"strings"
	"testing"
)

func TestParseCredentials(t *testing.T) {
	robot := Credentials{"robot@example.com", "mpat_abc"}
	for _, test := range []struct {
		name, email, token string
		want               Credentials
		problem            string
	}{
		{"token and e-mail", "robot@example.com", "mpat_abc", robot, ""},
		{"both in one", "", "robot@example.com:mpat_abc", robot, ""},
		{"both in one, e-mail too", "robot@example.com", "robot@example.com:mpat_abc", robot, ""},
		{"both in one, another case", "Robot@Example.COM", "robot@example.com:mpat_abc", robot, ""},
		{"a colon in the token", "robot@example.com", "mpat_a:mpat_b", Credentials{"robot@example.com", "mpat_a:mpat_b"}, ""},
		{"a colon in the e-mail", "", "a:b@example.com:mpat_abc", Credentials{"a:b@example.com", "mpat_abc"}, ""},
		{"a token of one character", "robot@example.com", "mpat_~", Credentials{"robot@example.com", "mpat_~"}, ""},
		{"no token", "robot@example.com", "", Credentials{}, "token is missing"},
		{"no e-mail", "", "mpat_abc", Credentials{}, "e-mail address of the token's owner is missing"},
		{"nothing after the prefix", "robot@example.com", "mpat_", Credentials{}, "must look like mpat_"},
		{"another kind of token", "robot@example.com", "ghp_abc", Credentials{}, "must look like mpat_"},
		{"an empty owner", "robot@example.com", ":mpat_abc", Credentials{}, "must look like mpat_"},
		{"Bearer", "robot@example.com", "Bearer mpat_abc", Credentials{}, "blank"},
		{"a line break", "robot@example.com", "mpat_abc\n", Credentials{}, "line break"},
		{"another header", "robot@example.com", "mpat_abc\r\nX-Evil: 1", Credentials{}, "line break"},
		{"a letter beyond ASCII", "robot@example.com", "mpat_äbc", Credentials{}, "not ASCII"},
		{"DEL", "robot@example.com", "mpat_\x7f", Credentials{}, "not ASCII"},
		{"another owner", "ada@example.com", "robot@example.com:mpat_abc", Credentials{}, "another owner"},
		{"a dotless i", "k\u0131m@example.com", "kim@example.com:mpat_abc", Credentials{}, "another owner"},
		{"a blank in the e-mail", "ro bot@example.com", "mpat_abc", Credentials{}, "blank"},
		{"no @", "robot", "mpat_abc", Credentials{}, "must look like owner@example.com"},
		{"@ first", "@example.com", "mpat_abc", Credentials{}, "must look like owner@example.com"},
		{"@ last", "", "robot@:mpat_abc", Credentials{}, "must look like owner@example.com"},
		{"swapped", "mpat_abc", "robot@example.com", Credentials{}, "must look like mpat_"},
	} {
		got, err := ParseCredentials(test.email, test.token)
		if got != test.want || (err == nil) != (test.problem == "") {
			t.Errorf("%s: %v, %v", test.name, got, err)
		}
		if err != nil && (!strings.Contains(err.Error(), test.problem) || strings.Contains(err.Error(), "abc")) {
			t.Errorf("%s: %v", test.name, err)
		}
	}
}

func FuzzParseCredentials(f *testing.F) {
	f.Add("robot@example.com", "mpat_abc")
	f.Add("", "robot@example.com:mpat_abc")
	f.Add("robot@example.com", "mpat_abc\r\nX: y")
	f.Add("a@b", ":mpat_:mpat_")
	f.Fuzz(func(t *testing.T, email, token string) {
		got, err := ParseCredentials(email, token)
		if err != nil {
			return
		}
		if !visibleASCII(got.authorization()) || !strings.HasPrefix(got.Token, "mpat_") || !strings.HasSuffix(token, got.Token) {
			t.Fatalf("%q, %q: %#v", email, token, got.authorization())
		}
		for _, again := range [][2]string{{got.Email, got.Token}, {"", got.authorization()}} {
			if same, err := ParseCredentials(again[0], again[1]); same != got && !strings.Contains(got.Email, ":mpat_") && !strings.HasPrefix(got.Email, "mpat_") {
				t.Errorf("%q: %q, %v", again, same.authorization(), err)
			}
		}
	})
}

func TestPrintedCredentialsHideTheToken(t *testing.T) {
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q"} {
		for _, value := range []any{testCredentials, &testCredentials, Config{Credentials: testCredentials}} {
			if got := fmt.Sprintf(verb, value); strings.Contains(got, testToken) {
				t.Errorf("%s: %s", verb, got)
			}
		}
	}
}
