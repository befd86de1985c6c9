package main

import (
	"fmt"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// variationHelp lists the points of -variation.
func variationHelp() string {
	var b strings.Builder
	b.WriteString("\nPoints and variations, for example -variation ids=uuid,errors=empty (the first of each is the default):\n\n")
	for _, point := range sandbox.Points() {
		fmt.Fprintf(&b, "  %-14s %s\n", point.Name, strings.Join(point.Variations, ", "))
	}
	b.WriteString("\ninternal/contract/README.md says what each means. Use throttling together with -rate.\n")
	return b.String()
}

// seedHelp is printed after the flags.
const seedHelp = `
A seed is JSON, and so is the state. Everything in it may be left out; an unknown key is an error:

  {
    "organization": {"name": "Lighthouse Robotics"},
    "members": [
      {"email": "ada@example.com", "name": "Ada Servo", "roles": ["admin"]},
      {"id": "google-oauth2|117200000000000000001", "email": "kai@example.com", "name": "Kai Gripper", "roles": []}
    ],
    "emails": [
      {"kind": "invitation", "to": "lin@example.com", "name": "Lin Axle", "roles": ["analyst"], "connection": "google-oauth2"}
    ]
  }

  organization   id, name, short_name, created_at, updated_at
  members        who is in; without an id they get one that begins with auth0|
  emails         what was sent; invitations can still be accepted unless they are "answered": true or "ignored": true
  owner, token   the id of the member who owns the token, and the token (robot@example.com, who is a member then)
  former_ids     ids of people who left, which nobody gets again

A longer one is examples/sandbox/organization.json.
`
