package provider_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

const (
	membership     = "modelprime_membership"
	roleAssignment = "modelprime_role_assignment"
)

// query is the content of a list block.
type query struct {
	config  values
	limit   int64
	include bool
	taken   int // how many results Terraform reads before it stops; 0 is all
}

// list runs a query and returns its results.
func (s *served) list(name string, q query) []tfprotov6.ListResourceResult {
	s.t.Helper()
	if q.limit == 0 {
		q.limit = 100
	}
	stream, err := s.ListResource(s.t.Context(), &tfprotov6.ListResourceRequest{
		TypeName: name, Config: s.dynamic(s.Schemas.ListResourceSchemas[name], q.config), Limit: q.limit, IncludeResource: q.include,
	})
	s.fine(err, nil)
	var results []tfprotov6.ListResourceResult
	for result := range stream.Results {
		results = append(results, result)
		if len(results) == q.taken {
			break
		}
	}
	return results
}

// identityOf is a result's identity as one text.
func (s *served) identityOf(name string, identity *tfprotov6.ResourceIdentityData) string {
	s.t.Helper()
	var texts []string
	for attribute, value := range s.decoded(s.identityType(name), identity.IdentityData) {
		texts = append(texts, attribute+"="+textOf(value))
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}

// staffed makes an organization of three members and the caller.
func staffed(t *testing.T) *served {
	t.Helper()
	s := serve(t, nil)
	s.member("google-oauth2|1", "Ada@example.com", "Ada Marsh", "developer", "analyst")
	s.member("auth0|2", "ben@example.com", "Ben Marshall", "analyst")
	s.member("auth0|3", "cy@example.com", "Cy Okafor")
	s.ResetLog()
	return s
}

// crowd adds that many members.
func (s *served) crowd(size int) {
	s.t.Helper()
	for i := range size {
		s.member(fmt.Sprintf("auth0|crowd%d", i), fmt.Sprintf("crowd%d@example.com", i), "One Of Many", "analyst")
	}
}

// Each member is one result with the identity to import them. Roles are read only if the resource is included.
func TestQueryOfMembers(t *testing.T) {
	for name, identity := range map[string]string{membership: "email=Ada@example.com", roleAssignment: "user_id=google-oauth2|1"} {
		t.Run(name, func(t *testing.T) {
			s := staffed(t)
			bare := s.list(name, query{})
			if len(bare) != 4 {
				t.Fatalf("%d results, want 4", len(bare))
			}
			for _, result := range bare {
				s.fine(nil, result.Diagnostics)
				if result.Resource != nil {
					t.Error("a resource that was not requested")
				}
			}
			if got := bare[1].DisplayName; got != "Ada Marsh <Ada@example.com>" {
				t.Errorf("the name is %s", got)
			}
			if got := s.identityOf(name, bare[1].Identity); got != identity {
				t.Errorf("the identity is %s, want %s", got, identity)
			}
			s.Requested("getUser", 0)
			s.Requested("listUsers", 2)

			whole := s.list(name, query{include: true})
			ada := s.decoded(s.resource(name).ValueType(), whole[1].Resource)
			for attribute, want := range map[string]string{"user_id": "google-oauth2|1", "current_email": "Ada@example.com", "roles": "analyst developer"} {
				if got := textOf(ada[attribute]); got != want {
					t.Errorf("%s is %s, want %s", attribute, got, want)
				}
			}
			if got := s.identityOf(name, whole[1].Identity); got != identity {
				t.Errorf("the identity is %s, want %s", got, identity)
			}
			s.Requested("getUser", 4)
		})
	}
}

// A membership needs a role, so a member without roles is a warning: the generated configuration could not be applied.
func TestQueryOfMemberWithoutRoles(t *testing.T) {
	s := staffed(t)
	s.says(s.list(membership, query{include: true})[3].Diagnostics, tfprotov6.DiagnosticSeverityWarning, "cy@example.com", roleAssignment)
	s.fine(nil, s.list(roleAssignment, query{include: true})[3].Diagnostics)
}

// The limit is kept, and roles are read only for the results.
func TestQueryKeepsTheLimit(t *testing.T) {
	s := serve(t, nil)
	s.crowd(150)
	s.ResetLog()
	if got := len(s.list(membership, query{limit: 7, include: true})); got != 7 {
		t.Errorf("%d results, want 7", got)
	}
	s.Requested("getUser", 7)
	s.Requested("listUsers", 4)
	if got := len(s.list(membership, query{limit: 200})); got != 151 {
		t.Errorf("%d results, want 151", got)
	}
	s.Requested("listUsers", 4)
}

// Results are streamed: when Terraform stops reading, no further roles are read.
func TestQueryIsStreamed(t *testing.T) {
	s := serve(t, nil)
	s.crowd(150)
	s.ResetLog()
	s.list(membership, query{limit: 150, include: true, taken: 1})
	if got := s.Count("getUser"); got > 50 {
		t.Errorf("the roles of %d members were read for one result", got)
	}
}

func TestQueryByName(t *testing.T) {
	s := staffed(t)
	results := s.list(roleAssignment, query{config: values{"name_search": text("marsh")}, include: true})
	var found []string
	for _, result := range results {
		found = append(found, s.identityOf(roleAssignment, result.Identity))
	}
	if want := []string{"user_id=google-oauth2|1", "user_id=auth0|2"}; !slices.Equal(found, want) {
		t.Errorf("found %v, want %v", found, want)
	}
	s.Requested("getUser", 2)
}

// except leaves members out before the limit counts and before roles are read. It ignores case.
func TestQueryExceptTheRoster(t *testing.T) {
	s := staffed(t)
	roster := tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{text("ADA@example.com"), text("robot@example.com"), text("kai@example.com")})
	for _, name := range []string{membership, roleAssignment} {
		s.ResetLog()
		results := s.list(name, query{config: values{"except": roster}, include: true, limit: 1})
		if len(results) != 1 || !strings.Contains(results[0].DisplayName, "ben@example.com") {
			t.Errorf("%s lists %v, want Ben alone", name, results)
		}
		s.Requested("getUser", 1)
	}
	resp, err := s.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
		TypeName: membership, Config: s.dynamic(s.Schemas.ListResourceSchemas[membership], values{
			"except": tftypes.NewValue(tftypes.List{ElementType: tftypes.String}, []tftypes.Value{text("ada")}),
		}),
	})
	s.fine(err, nil)
	s.fails(resp.Diagnostics, "ada", "e-mail address")
}

// A text that the API cannot search for is an error before any request.
func TestQueryByBadName(t *testing.T) {
	s := staffed(t)
	for search, valid := range map[string]bool{"marsh": true, "a b": true, "ad": false, "ada1": false} {
		resp, err := s.ValidateListResourceConfig(t.Context(), &tfprotov6.ValidateListResourceConfigRequest{
			TypeName: membership, Config: s.dynamic(s.Schemas.ListResourceSchemas[membership], values{"name_search": text(search)}),
		})
		s.fine(err, nil)
		if valid {
			s.fine(nil, resp.Diagnostics)
		} else {
			s.fails(resp.Diagnostics, "three or more letters")
		}
	}
}

// An incomplete list is an error without results.
func TestQueryFails(t *testing.T) {
	for name, test := range map[string]struct {
		disturb func(*served)
		says    []string
	}{
		"forbidden": {
			func(s *served) { s.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers"}) },
			[]string{"Could not list the members", "GET /users", "403", "admin"},
		},
		"two readings that differ": {
			func(s *served) {
				s.OnRequest(func(operation string, n int) {
					if operation == "listUsers" {
						_ = s.SetName("auth0|2", strings.Repeat("x", n))
					}
				})
			},
			[]string{"Could not list the members", "not complete"},
		},
		"roles that cannot be read": {
			func(s *served) { s.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getUser"}) },
			[]string{"Could not read the members' roles", "403"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			s := staffed(t)
			test.disturb(s)
			results := s.list(membership, query{include: true})
			if len(results) != 1 {
				t.Fatalf("%d results, want the error alone", len(results))
			}
			s.fails(results[0].Diagnostics, test.says...)
		})
	}
}

// Results before an error are kept; the error comes last.
func TestQueryFailsMidway(t *testing.T) {
	s := serve(t, nil)
	s.crowd(99)
	s.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "getUser", Skip: 60})
	results := s.list(membership, query{include: true})
	if len(results) != 51 {
		t.Fatalf("%d results, want 50 and the error", len(results))
	}
	s.fails(results[50].Diagnostics, "403")
}

// Without a known token a query is an error.
func TestQueryWithUnknownToken(t *testing.T) {
	s := serve(t, values{"token": unknownText})
	s.fails(s.list(membership, query{})[0].Diagnostics, "not configured yet", "token")
}

// The configuration that Terraform generates for a result has an empty plan after the import.
func TestGeneratedConfigurationHasAnEmptyPlan(t *testing.T) {
	for _, name := range []string{membership, roleAssignment} {
		t.Run(name, func(t *testing.T) {
			s := staffed(t)
			s.member("samlp|okta|4", "dee@example.com", "Dee\tTabulator", "analyst") // neither can be configured
			s.ResetLog()
			for _, result := range s.list(name, query{include: true}) {
				if len(result.Diagnostics) == 0 {
					s.nothingToChange(name, result)
				}
			}
			for _, operation := range []string{"inviteUser", "replaceUserRoles", "deleteUser"} {
				s.Requested(operation, 0)
			}
		})
	}
}

// nothingToChange fails the test unless the configuration that Terraform generates for a result is valid and has an empty plan
// after an import by the result's identity.
func (s *served) nothingToChange(name string, result tfprotov6.ListResourceResult) {
	s.t.Helper()
	schema := s.resource(name)
	listed := s.decoded(schema.ValueType(), result.Resource)
	generated := values{}
	for _, attribute := range schema.Block.Attributes {
		if attribute.Optional || attribute.Required {
			generated[attribute.Name] = listed[attribute.Name]
		}
	}
	config := s.dynamic(schema, generated)
	valid, err := s.ValidateResourceConfig(s.t.Context(), &tfprotov6.ValidateResourceConfigRequest{TypeName: name, Config: config})
	s.fine(err, valid.Diagnostics)

	state, private, identity := s.imported(name, &tfprotov6.ImportResourceStateRequest{TypeName: name, Identity: result.Identity})
	planned, err := s.PlanResourceChange(s.t.Context(), &tfprotov6.PlanResourceChangeRequest{
		TypeName: name, PriorState: state, ProposedNewState: state, Config: config, PriorPrivate: private, PriorIdentity: identity,
	})
	s.fine(err, planned.Diagnostics)
	before, after := s.decoded(schema.ValueType(), state), s.decoded(schema.ValueType(), planned.PlannedState)
	for attribute, value := range before {
		if !value.Equal(after[attribute]) {
			s.t.Errorf("%s: %s goes from %s to %s", result.DisplayName, attribute, value, after[attribute])
		}
	}
	if len(planned.RequiresReplace) > 0 {
		s.t.Errorf("%s is replaced", result.DisplayName)
	}
}

// imported imports and reads an object, as Terraform does.
func (s *served) imported(name string, req *tfprotov6.ImportResourceStateRequest) (state *tfprotov6.DynamicValue, private []byte, identity *tfprotov6.ResourceIdentityData) {
	s.t.Helper()
	resp, err := s.ImportResourceState(s.t.Context(), req)
	s.fine(err, resp.Diagnostics)
	if len(resp.ImportedResources) != 1 {
		s.t.Fatalf("%d imported", len(resp.ImportedResources))
	}
	found := resp.ImportedResources[0]
	read, err := s.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: name, CurrentState: found.State, Private: found.Private, CurrentIdentity: found.Identity,
	})
	s.fine(err, read.Diagnostics)
	return read.NewState, read.Private, read.NewIdentity
}

// Exactly the importable resources have an identity, for each way to import them.
func TestIdentities(t *testing.T) {
	s := staffed(t)
	var have []string
	for name := range s.Identities.IdentitySchemas {
		have = append(have, name)
	}
	slices.Sort(have)
	if want := []string{membership, roleAssignment}; !slices.Equal(have, want) {
		t.Fatalf("identities have %v, want %v", have, want)
	}
	for _, test := range []struct{ name, id, attribute, want string }{
		{membership, "ada@example.com", "email", "ada@example.com"},
		{membership, "google-oauth2|1", "email", "Ada@example.com"},
		{roleAssignment, "ada@example.com", "user_id", "google-oauth2|1"},
		{roleAssignment, "google-oauth2|1", "user_id", "google-oauth2|1"},
	} {
		_, _, identity := s.imported(test.name, &tfprotov6.ImportResourceStateRequest{TypeName: test.name, ID: test.id})
		if got := s.identityOf(test.name, identity); got != test.attribute+"="+test.want {
			t.Errorf("%s imported by %s is %s, want %s=%s", test.name, test.id, got, test.attribute, test.want)
		}
		state, _, again := s.imported(test.name, &tfprotov6.ImportResourceStateRequest{TypeName: test.name, Identity: identity})
		if got := s.identityOf(test.name, again); got != test.attribute+"="+test.want {
			t.Errorf("%s imported by its identity is %s", test.name, got)
		}
		if id := textOf(s.decoded(s.resource(test.name).ValueType(), state)["user_id"]); id != "google-oauth2|1" {
			t.Errorf("%s imported by its identity is the user %s", test.name, id)
		}
	}
}

// An import by an unknown identity is an error.
func TestImportByUnknownIdentity(t *testing.T) {
	s := staffed(t)
	for name, identity := range map[string]values{membership: {"email": text("nobody@example.com")}} {
		resp, err := s.ImportResourceState(t.Context(), &tfprotov6.ImportResourceStateRequest{
			TypeName: name, Identity: &tfprotov6.ResourceIdentityData{IdentityData: s.Object(s.identityType(name), identity)},
		})
		s.fine(err, nil)
		s.fails(resp.Diagnostics, "No member to import", "nobody@example.com", "invitation")
	}
}
