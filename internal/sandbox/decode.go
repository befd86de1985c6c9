package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var addressPattern = regexp.MustCompile(`^[^\s@<>",;]+@[^\s@<>",;]+\.[^\s@<>",;.]+$`)

// IsAddress reports whether the API accepts this as an e-mail address.
func IsAddress(s string) bool {
	return addressPattern.MatchString(s)
}

// object is a JSON object of a request. It keeps the first error. Unlike in
// encoding/json's structs, keys are case-sensitive.
type object struct {
	raw map[string]json.RawMessage
	err error
}

func decodeObject(body []byte, known ...string) (*object, error) {
	o := &object{}
	if err := json.Unmarshal(body, &o.raw); err != nil || o.raw == nil {
		return nil, errors.New("the body must be a JSON object")
	}
	for key := range o.raw {
		if !slices.Contains(known, key) {
			return nil, fmt.Errorf("unknown field %q", key)
		}
	}
	return o, nil
}

func (o *object) fail(format string, args ...any) {
	if o.err == nil {
		o.err = fmt.Errorf(format, args...)
	}
}

func (o *object) has(key string) bool {
	_, ok := o.raw[key]
	return ok
}

func (o *object) require(keys ...string) {
	for _, key := range keys {
		if !o.has(key) {
			o.fail("%s is required", key)
		}
	}
}

func (o *object) text(key string) string {
	var s *string
	if err := json.Unmarshal(o.raw[key], &s); err != nil || s == nil || strings.TrimSpace(*s) == "" {
		o.fail("%s must be a text that is not empty", key)
		return ""
	}
	return *s
}

func (o *object) email(key string) string {
	s := o.text(key)
	if !IsAddress(s) {
		o.fail("%s must be an e-mail address", key)
	}
	return s
}

func (o *object) roles(key string) []string {
	roles, err := decodeRoles(o.raw[key])
	if err != nil {
		o.fail("%w", err)
	}
	if len(roles) == 0 {
		o.fail("%s must not be empty", key)
	}
	return roles
}

// connection is google-oauth2, or null for a person who sets a password.
func (o *object) connection(key string) string {
	if string(o.raw[key]) == "null" {
		return ConnectionPassword
	}
	if s := o.text(key); s != ConnectionGoogle {
		o.fail("%s must be %q or null", key, ConnectionGoogle)
	}
	return ConnectionGoogle
}

func decodeRoles(body []byte) ([]string, error) {
	var roles []string
	if err := json.Unmarshal(body, &roles); err != nil || roles == nil {
		return nil, errors.New("roles must be an array of roles")
	}
	if err := KnownRoles(roles); err != nil {
		return nil, err
	}
	return folded(roles), nil
}

// KnownRoles returns an error if a role cannot be assigned and is not one of the roles that the member has already.
func KnownRoles(roles []string, held ...string) error {
	for _, role := range roles {
		if !slices.Contains([]string{RoleAdmin, RoleDeveloper, RoleAnalyst}, role) && !slices.Contains(held, role) {
			return fmt.Errorf("unknown role %q; the roles are %s, %s and %s", role, RoleAdmin, RoleDeveloper, RoleAnalyst)
		}
	}
	return nil
}
