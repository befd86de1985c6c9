package modelprime

import (
	"cmp"
	"errors"
	"strings"
)

const tokenPrefix = "mpat_"

// Credentials are a personal access token and the e-mail address of its owner.
type Credentials struct{ Email, Token string }

// ParseCredentials reads a token "mpat_…" together with its owner's email, or the whole
// "owner@example.com:mpat_…" with an empty or the same email. Its errors contain neither
// argument: the two may be swapped.
func ParseCredentials(email, token string) (Credentials, error) {
	owner, token := splitToken(token)
	if owner != "" && email != "" && FoldEmail(owner) != FoldEmail(email) {
		return Credentials{}, errors.New("the token contains the address of another owner than email")
	}
	credentials := Credentials{Email: cmp.Or(owner, email), Token: token}
	if err := validateCredentials(credentials); err != nil {
		return Credentials{}, err
	}
	return credentials, nil
}

// splitToken splits the owner from the token. The token may contain a colon.
func splitToken(s string) (owner, token string) {
	if at := strings.Index(s, ":"+tokenPrefix); at > 0 && !strings.HasPrefix(s, tokenPrefix) {
		return s[:at], s[at+1:]
	}
	return "", s
}

func validateCredentials(c Credentials) error {
	switch {
	case c.Token == "":
		return errors.New("the token is missing")
	case !visibleASCII(c.Token):
		return errors.New("the token contains a blank, a line break or a character that is not ASCII")
	case !strings.HasPrefix(c.Token, tokenPrefix) || len(c.Token) == len(tokenPrefix):
		return errors.New("the token must look like mpat_… or owner@example.com:mpat_…")
	case c.Email == "":
		return errors.New("the e-mail address of the token's owner is missing")
	case !visibleASCII(c.Email):
		return errors.New("the e-mail address of the token's owner contains a blank, a line break or a character that is not ASCII")
	case !strings.Contains(strings.Trim(c.Email, "@"), "@"):
		return errors.New("the e-mail address of the token's owner must look like owner@example.com")
	}
	return nil
}

// authorization returns the value of the Authorization header. The API expects no "Bearer".
func (c Credentials) authorization() string { return c.Email + ":" + c.Token }

// String hides the token when credentials are printed.
func (c Credentials) String() string { return c.Email + ":(token)" }

// GoString is String.
func (c Credentials) GoString() string { return c.String() }
