package main

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/action"
	actionschema "github.com/hashicorp/terraform-plugin-framework/action/schema"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	datasourceschema "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/ephemeral"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/list"
	listschema "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	providerschema "github.com/hashicorp/terraform-plugin-framework/provider/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/identityschema"
	resourceschema "github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// tiny is a provider with one object of each kind that is converted.
type tiny struct{}

func (tiny) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "tiny"
}

func (tiny) Schema(_ context.Context, _ provider.SchemaRequest, resp *provider.SchemaResponse) {
	resp.Schema = providerschema.Schema{
		MarkdownDescription: "A *tiny* provider.",
		Attributes: map[string]providerschema.Attribute{
			"token": providerschema.StringAttribute{Optional: true, Sensitive: true, Description: "Opens <everything>."},
		},
	}
}

func (tiny) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {}

func (tiny) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return robot{} }}
}

func (tiny) DataSources(context.Context) []func() datasource.DataSource {
	return []func() datasource.DataSource{func() datasource.DataSource { return robots{} }}
}

func (tiny) ListResources(context.Context) []func() list.ListResource {
	return []func() list.ListResource{func() list.ListResource { return robotList{} }}
}

func (tiny) Actions(context.Context) []func() action.Action {
	return []func() action.Action{func() action.Action { return reboot{} }}
}

func (tiny) Functions(context.Context) []func() function.Function {
	return []func() function.Function{func() function.Function { return greeting{} }}
}

// robot is a resource with an identity. Only its schemas are used.
type robot struct{ resource.Resource }

func (robot) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_robot"
}

func (robot) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceschema.Schema{
		Version: 2,
		Attributes: map[string]resourceschema.Attribute{
			"id":     resourceschema.StringAttribute{Computed: true},
			"name":   resourceschema.StringAttribute{Required: true, MarkdownDescription: "Its `name`."},
			"wheels": resourceschema.Int64Attribute{Optional: true, Computed: true, DeprecationMessage: "They have legs."},
			"arms": resourceschema.ListNestedAttribute{
				Optional: true,
				NestedObject: resourceschema.NestedAttributeObject{Attributes: map[string]resourceschema.Attribute{
					"reach": resourceschema.Float64Attribute{Required: true},
				}},
			},
			"secret": resourceschema.StringAttribute{Optional: true, WriteOnly: true},
		},
		Blocks: map[string]resourceschema.Block{
			"mount": resourceschema.SetNestedBlock{
				NestedObject: resourceschema.NestedBlockObject{Attributes: map[string]resourceschema.Attribute{
					"on": resourceschema.StringAttribute{Required: true},
				}},
			},
		},
	}
}

func (robot) IdentitySchema(_ context.Context, _ resource.IdentitySchemaRequest, resp *resource.IdentitySchemaResponse) {
	resp.IdentitySchema = identityschema.Schema{
		Version: 1,
		Attributes: map[string]identityschema.Attribute{
			"id":   identityschema.StringAttribute{RequiredForImport: true, Description: "The robot's id."},
			"site": identityschema.StringAttribute{OptionalForImport: true},
		},
	}
}

type robots struct{ datasource.DataSource }

func (robots) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_robots"
}

func (robots) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = datasourceschema.Schema{Attributes: map[string]datasourceschema.Attribute{
		"by_site": datasourceschema.MapAttribute{Computed: true, ElementType: types.SetType{ElemType: types.StringType}},
	}}
}

type robotList struct{ list.ListResource }

func (robotList) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_robot"
}

func (robotList) ListResourceConfigSchema(_ context.Context, _ list.ListResourceSchemaRequest, resp *list.ListResourceSchemaResponse) {
	resp.Schema = listschema.Schema{Attributes: map[string]listschema.Attribute{
		"site": listschema.StringAttribute{Optional: true},
	}}
}

type reboot struct{ action.Action }

func (reboot) Metadata(_ context.Context, req action.MetadataRequest, resp *action.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_reboot"
}

func (reboot) Schema(_ context.Context, _ action.SchemaRequest, resp *action.SchemaResponse) {
	resp.Schema = actionschema.Schema{Attributes: map[string]actionschema.Attribute{
		"id": actionschema.StringAttribute{Required: true},
	}}
}

// twice has the same resource twice.
type twice struct{ tiny }

func (twice) Resources(context.Context) []func() resource.Resource {
	one := func() resource.Resource { return robot{} }
	return []func() resource.Resource{one, one}
}

type greeting struct{ function.Function }

func (greeting) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "greet"
}

func (greeting) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Greets",
		MarkdownDescription: "Greets *everybody*.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "greeting", MarkdownDescription: "What to say.", AllowNullValue: true},
		},
		VariadicParameter: function.StringParameter{Name: "names"},
		Return:            function.ListReturn{ElementType: types.StringType},
	}
}

// secretive has an ephemeral resource, which is not converted.
type secretive struct{ tiny }

func (secretive) EphemeralResources(context.Context) []func() ephemeral.EphemeralResource {
	return []func() ephemeral.EphemeralResource{func() ephemeral.EphemeralResource { return password{} }}
}

type password struct{ ephemeral.EphemeralResource }

func (password) Metadata(_ context.Context, req ephemeral.MetadataRequest, resp *ephemeral.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_password"
}

func (password) Schema(context.Context, ephemeral.SchemaRequest, *ephemeral.SchemaResponse) {}
