package provider_test

import (
	"context"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// served is the provider as Terraform talks to it, configured for an organization of one test. It shows what a CLI that
// is older than an ability does not.
type served struct {
	*sandbox.Sandbox
	t          *testing.T
	server     tfprotov6.ProviderServer
	schemas    *tfprotov6.GetProviderSchemaResponse
	identities *tfprotov6.GetResourceIdentitySchemasResponse
}

// values are the attributes that are set; all others are null.
type values map[string]tftypes.Value

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }

var unknownText = tftypes.NewValue(tftypes.String, tftypes.UnknownValue)

// serve starts an organization whose only member is the token's owner, and a provider with these arguments more.
func serve(t *testing.T, arguments values) *served {
	t.Helper()
	s := &served{Sandbox: sandbox.New(sandbox.Options{}), t: t}
	api := httptest.NewServer(s.Sandbox)
	t.Cleanup(api.Close)
	s.server = providerserver.NewProtocol6(provider.New("test", provider.WithClock(&clock{}))())()
	var err error
	s.schemas, err = s.server.GetProviderSchema(t.Context(), &tfprotov6.GetProviderSchemaRequest{})
	s.fine(err, s.schemas.Diagnostics)
	s.identities, err = s.server.GetResourceIdentitySchemas(t.Context(), &tfprotov6.GetResourceIdentitySchemasRequest{})
	s.fine(err, s.identities.Diagnostics)

	config := values{"endpoint": text(api.URL + sandbox.BasePath), "email": text(sandbox.DefaultEmail), "token": text(sandbox.DefaultToken)}
	for name, value := range arguments {
		config[name] = value
	}
	configured, err := s.server.ConfigureProvider(t.Context(), &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0", Config: s.dynamic(s.schemas.Provider, config),
	})
	s.fine(err, configured.Diagnostics)
	return s
}

// clock lets every wait be over at once.
type clock struct {
	mu    sync.Mutex
	slept time.Duration
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC).Add(c.slept)
}

func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.slept += d
	return ctx.Err()
}

// member adds somebody who is in the organization already.
func (s *served) member(id, email, name string, roles ...string) {
	s.t.Helper()
	if _, err := s.AddMember(sandbox.User{ID: id, Email: email, Name: name, Roles: roles}); err != nil {
		s.t.Fatal(err)
	}
}

// asked fails the test unless the operation was requested exactly that often.
func (s *served) asked(operation string, times int) {
	s.t.Helper()
	if got := s.Count(operation); got != times {
		s.t.Errorf("%s was requested %d times, want %d", operation, got, times)
	}
}

// fine stops the test for anything that went wrong.
func (s *served) fine(err error, diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	if len(diags) > 0 {
		s.t.Fatal(said(diags))
	}
}

// says fails the test unless there is one diagnostic, of that severity, with these texts.
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

// dynamic encodes a configuration or a state of that schema.
func (s *served) dynamic(schema *tfprotov6.Schema, set values) *tfprotov6.DynamicValue {
	s.t.Helper()
	object := schema.ValueType().(tftypes.Object)
	return s.encoded(object, set)
}

func (s *served) encoded(object tftypes.Object, set values) *tfprotov6.DynamicValue {
	s.t.Helper()
	all := map[string]tftypes.Value{}
	for name, kind := range object.AttributeTypes {
		all[name] = tftypes.NewValue(kind, nil)
	}
	for name, value := range set {
		if _, ok := all[name]; !ok {
			s.t.Fatalf("nothing is called %s", name)
		}
		all[name] = value
	}
	value, err := tfprotov6.NewDynamicValue(object, tftypes.NewValue(object, all))
	if err != nil {
		s.t.Fatal(err)
	}
	return &value
}

// decoded are the attributes of what the provider sent.
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
func (s *served) resource(name string) *tfprotov6.Schema { return s.schemas.ResourceSchemas[name] }

func (s *served) identityType(name string) tftypes.Object {
	return s.identities.IdentitySchemas[name].ValueType().(tftypes.Object)
}

// textOf is a text attribute, or a set of texts, in one word.
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
