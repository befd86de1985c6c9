package main

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"

	"github.com/oasdiff/yaml"
)

// person is somebody as the roster file means them, read without Terraform, so that the demo knows by itself what has
// to come out.
type person struct {
	Name            string   `json:"name"`
	Email           string   `json:"email"`
	Roles           []string `json:"roles"`
	LoginConnection string   `json:"login_connection"`
}

// roster holds everybody by e-mail in lower case.
type roster map[string]person

func readRoster(path string) (roster, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the roster: %w", err)
	}
	var file struct {
		Teams map[string]struct {
			Roles           []string `json:"roles"`
			LoginConnection string   `json:"login_connection"`
			People          []person `json:"people"`
		} `json:"teams"`
	}
	data, err = yaml.YAMLToJSON(data)
	if err == nil {
		err = json.Unmarshal(data, &file)
	}
	if err != nil {
		return nil, fmt.Errorf("read the roster %s: %w", path, err)
	}

	people := roster{}
	for _, team := range file.Teams {
		for _, p := range team.People {
			p = p.withDefaults(team.Roles, team.LoginConnection)
			people[strings.ToLower(p.Email)] = p
		}
	}
	return people, nil
}

func (p person) withDefaults(roles []string, connection string) person {
	if p.Roles == nil {
		p.Roles = roles
	}
	p.Roles = slices.Sorted(slices.Values(p.Roles))
	if p.LoginConnection == "" {
		p.LoginConnection = connection
	}
	if p.LoginConnection == "" {
		p.LoginConnection = "google-oauth2"
	}
	return p
}

// emails are everybody's addresses in order.
func (r roster) emails() []string {
	return slices.Sorted(maps.Keys(r))
}

// address is where a person stands in the configuration.
func address(email string) string {
	return fmt.Sprintf("module.roster.modelprime_membership.this[%q]", email)
}
