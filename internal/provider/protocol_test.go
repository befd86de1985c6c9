package provider_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// served is the provider behind Terraform's protocol, configured for one test's organization. It also serves what an older CLI does
// not use.
type served struct {
	*acctest.World
	*acctest.Configured
	t *testing.T
}

type values = acctest.Attributes

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

var unknownText = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// serve starts an organization with only the caller, and a provider with these additional arguments.
func serve(t *testing.T, arguments values) *served {
	t.Helper()
	w := acctest.NewWorld(t)
	return &served{w, w.Configured(arguments), t}
}

// member adds an existing member.
func (s *served) member(id, email, name string, roles ...string) {
	s.t.Helper()
	s.Add(sandbox.User{ID: id, Email: email, Name: name, Roles: roles})
}

// fine stops the test if there is an error or a diagnostic.
func (s *served) fine(err error, diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	if len(diags) > 0 {
		s.t.Fatal(said(diags))
	}
}

// says fails the test unless there is one diagnostic, with this severity and these texts.
func (s *served) says(diags []*tfprotov6.Diagnostic, severity tfprotov6.DiagnosticSeverity, texts ...string) {
	s.t.Helper()
	missing := func(text string) bool { return !strings.Contains(said(diags), text) }
	if len(diags) != 1 || diags[0].Severity != severity || slices.ContainsFunc(texts, missing) {
		s.t.Errorf("want one %s with %q, got %q", severity, texts, said(diags))
	}
}

func (s *served) fails(diags []*tfprotov6.Diagnostic, texts ...string) {
	s.t.Helper()
	s.says(diags, tfprotov6.DiagnosticSeverityError, texts...)
}

func said(diags []*tfprotov6.Diagnostic) string {
	var all []string
	for _, d := range diags {
		all = append(all, d.Severity.String()+": "+d.Summary+"\n"+d.Detail)
	}
	return strings.Join(all, "\n")
}

// dynamic encodes a configuration or state.
func (s *served) dynamic(schema *tfprotov6.Schema, set values) *tfprotov6.DynamicValue {
	s.t.Helper()
	return s.Object(schema.ValueType(), set)
}

// decoded are the attributes of a value from the provider.
func (s *served) decoded(kind tftypes.Type, dynamic *tfprotov6.DynamicValue) values {
	s.t.Helper()
	value, err := dynamic.Unmarshal(kind)
	if err != nil {
		s.t.Fatal(err)
	}
	found := values{}
	if err := value.As((*map[string]tftypes.Value)(&found)); err != nil {
		s.t.Fatal(err)
	}
	return found
}

// resource is the schema of a resource.
func (s *served) resource(name string) *tfprotov6.Schema { return s.Schemas.ResourceSchemas[name] }

func (s *served) identityType(name string) tftypes.Object {
	return s.Identities.IdentitySchemas[name].ValueType().(tftypes.Object)
}

// textOf is a string attribute, or a set of strings joined by spaces.
func textOf(value tftypes.Value) string {
	var text string
	if value.As(&text) == nil {
		return text
	}
	var elements []tftypes.Value
	if value.As(&elements) != nil {
		return value.String()
	}
	var texts []string
	for _, element := range elements {
		texts = append(texts, textOf(element))
	}
	slices.Sort(texts)
	return strings.Join(texts, " ")
}
