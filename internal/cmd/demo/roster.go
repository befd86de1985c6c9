package main

import (
	"cmp"
	"fmt"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	text "github.com/model-prime/terraform-provider-modelprime/internal/roster"
)

// person is the expected result for a person in the roster.
type person struct {
	Name            string
	Email           string
	Roles           []string // sorted
	LoginConnection string
}

// roster holds all people by lower-case e-mail.
type roster map[string]person

func readRoster(path string) (roster, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the roster: %w", err)
	}
	read, err := text.ParseText(string(data))
	if err != nil {
		return nil, fmt.Errorf("read the roster %s: %w", path, err)
	}
	people := roster{}
	for email, p := range read.People {
		if until, err := time.Parse(time.RFC3339, p.Until); err == nil && until.Before(time.Now()) {
			continue // their last day is over
		}
		people[email] = person{
			Name: p.Name, Email: p.Email, Roles: slices.Sorted(slices.Values(p.Roles)),
			LoginConnection: cmp.Or(p.LoginConnection, modelprime.ConnectionGoogle),
		}
	}
	return people, nil
}

// emails returns all addresses, sorted.
func (r roster) emails() []string {
	return slices.Sorted(maps.Keys(r))
}

// address is a person's resource address.
func address(email string) string {
	return fmt.Sprintf("modelprime_membership.this[%q]", email)
}
