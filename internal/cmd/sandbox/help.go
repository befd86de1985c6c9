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
A seed is JSON, like the state. All keys are optional; an unknown key is an error:

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
  members        the members; a member without an id gets one that starts with auth0|
  emails         the sent e-mails; an invitation can still be accepted unless it is "answered": true or "ignored": true
  owner, token   the id of the member who owns the token, and the token (default owner: robot@example.com, a member)
  former_ids     ids of former members, which are not used again

A longer one is examples/sandbox/organization.json.
`
