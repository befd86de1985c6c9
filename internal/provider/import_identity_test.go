package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// asked is a provider that is asked without a CLI, as one would that is newer than the tests' own.
type asked struct {
	tfprotov6.ProviderServer
	t       *testing.T
	schemas *tfprotov6.GetProviderSchemaResponse
}

// server is the provider, configured for this world.
func askingServer(w *acctest.World) *asked {
	w.T.Helper()
	s := &asked{ProviderServer: providerserver.NewProtocol6(provider.New("test", provider.WithClock(w.Clock))())(), t: w.T}
	schemas, err := s.GetProviderSchema(w.T.Context(), &tfprotov6.GetProviderSchemaRequest{})
	w.Must(err)
	s.schemas = schemas
	typ := schemas.Provider.ValueType().(tftypes.Object)
	arguments := map[string]tftypes.Value{}
	for name, attribute := range typ.AttributeTypes {
		arguments[name] = tftypes.NewValue(attribute, nil)
	}
	for name, value := range map[string]string{"endpoint": w.URL + sandbox.BasePath, "email": sandbox.DefaultEmail, "token": sandbox.DefaultToken} {
		arguments[name] = tftypes.NewValue(tftypes.String, value)
	}
	configured, err := s.ConfigureProvider(w.T.Context(), &tfprotov6.ConfigureProviderRequest{Config: s.pack(tftypes.NewValue(typ, arguments))})
	w.Must(err)
	s.fine(configured.Diagnostics)
	return s
}

func (s *asked) pack(value tftypes.Value) *tfprotov6.DynamicValue {
	s.t.Helper()
	packed, err := tfprotov6.NewDynamicValue(value.Type(), value)
	if err != nil {
		s.t.Fatal(err)
	}
	return &packed
}

func (s *asked) fine(diags []*tfprotov6.Diagnostic) {
	s.t.Helper()
	for _, d := range diags {
		s.t.Fatalf("%s: %s", d.Summary, d.Detail)
	}
}

// imported imports a resource by one attribute of its identity, reads it, and returns its strings.
func (s *asked) imported(resource, attribute, value string) map[string]string {
	s.t.Helper()
	typ := tftypes.Object{AttributeTypes: map[string]tftypes.Type{attribute: tftypes.String}}
	identity := s.pack(tftypes.NewValue(typ, map[string]tftypes.Value{attribute: tftypes.NewValue(tftypes.String, value)}))
	found, err := s.ImportResourceState(s.t.Context(), &tfprotov6.ImportResourceStateRequest{
		TypeName: resource, Identity: &tfprotov6.ResourceIdentityData{IdentityData: identity},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.fine(found.Diagnostics)
	is := found.ImportedResources[0]
	read, err := s.ReadResource(s.t.Context(), &tfprotov6.ReadResourceRequest{
		TypeName: resource, CurrentState: is.State, Private: is.Private, CurrentIdentity: is.Identity,
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.fine(read.Diagnostics)
	return s.texts(read.NewState, s.schemas.ResourceSchemas[resource].ValueType())
}

// texts are the strings among the attributes of an object.
func (s *asked) texts(packed *tfprotov6.DynamicValue, typ tftypes.Type) map[string]string {
	s.t.Helper()
	value, err := packed.Unmarshal(typ)
	var attributes map[string]tftypes.Value
	if err == nil {
		err = value.As(&attributes)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	texts := map[string]string{}
	for name, attribute := range attributes {
		var text string
		if attribute.Type().Is(tftypes.String) && attribute.As(&text) == nil {
			texts[name] = text
		}
	}
	return texts
}

// A CLI that knows identities imports by them: a membership by the address, an assignment by the id.
func TestImportByIdentity(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	id := w.NewMember("ada@example.com", "Ada Marsh", "developer")
	for resource, by := range map[string][2]string{
		"modelprime_membership":      {"email", "ADA@example.com"},
		"modelprime_role_assignment": {"user_id", id},
	} {
		got := askingServer(w).imported(resource, by[0], by[1])
		if got["user_id"] != id || got["current_email"] != "ada@example.com" || got[by[0]] != by[1] {
			t.Errorf("%s: %v", resource, got)
		}
	}
}
