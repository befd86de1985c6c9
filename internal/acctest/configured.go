package acctest

import (
	"maps"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Configured is the provider's server, configured for a world, and its schemas. Tests use it for calls that an older CLI does not
// make.
type Configured struct {
	tfprotov6.ProviderServer
	tfprotov6.ListResourceServer
	tfprotov6.ActionServer

	Schemas    *tfprotov6.GetProviderSchemaResponse
	Identities *tfprotov6.GetResourceIdentitySchemasResponse
}

// Attributes are the attributes that are set. All others are null.
type Attributes map[string]tftypes.Value

// Configured configures a server for this world, with these additional arguments.
func (w *World) Configured(arguments Attributes) *Configured {
	w.T.Helper()
	ctx := w.T.Context()
	server, err := w.Server()
	w.Must(err)
	c := &Configured{
		ProviderServer: server, ListResourceServer: server.(tfprotov6.ListResourceServer), ActionServer: server.(tfprotov6.ActionServer),
	}
	c.Schemas, err = server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	w.Must(err)
	c.Identities, err = server.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	w.Must(err)
	email, token := w.Credentials()
	all := Attributes{}
	for name, value := range map[string]string{"endpoint": w.URL + sandbox.BasePath, "email": email, "token": token} {
		all[name] = tftypes.NewValue(tftypes.String, value)
	}
	maps.Copy(all, arguments)
	configured, err := server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{
		TerraformVersion: "1.14.0", Config: w.Object(c.Schemas.Provider.ValueType(), all),
	})
	w.Must(err)
	for _, d := range append(append(c.Schemas.Diagnostics, c.Identities.Diagnostics...), configured.Diagnostics...) {
		w.T.Fatalf("%s: %s", d.Summary, d.Detail)
	}
	return c
}

// Object encodes an object of this type.
func (w *World) Object(typ tftypes.Type, set Attributes) *tfprotov6.DynamicValue {
	w.T.Helper()
	all := Attributes{}
	for name, attribute := range typ.(tftypes.Object).AttributeTypes {
		all[name] = tftypes.NewValue(attribute, nil)
	}
	for name, value := range set {
		if _, ok := all[name]; !ok {
			w.T.Fatalf("there is no attribute %s", name)
		}
		all[name] = value
	}
	encoded, err := tfprotov6.NewDynamicValue(typ, tftypes.NewValue(typ, map[string]tftypes.Value(all)))
	w.Must(err)
	return &encoded
}
