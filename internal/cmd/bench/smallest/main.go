// Command smallest is an empty provider. The benchmark compares the real provider's start and size with it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
)

type smallestProvider struct{}

func (smallestProvider) Metadata(_ context.Context, _ provider.MetadataRequest, resp *provider.MetadataResponse) {
	resp.TypeName = "modelprime"
}

func (smallestProvider) Schema(context.Context, provider.SchemaRequest, *provider.SchemaResponse) {}

func (smallestProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (smallestProvider) Resources(context.Context) []func() resource.Resource {
	return []func() resource.Resource{func() resource.Resource { return smallestResource{} }}
}

func (smallestProvider) DataSources(context.Context) []func() datasource.DataSource { return nil }

type smallestResource struct{}

func (smallestResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_membership"
}

func (smallestResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = schema.Schema{Attributes: map[string]schema.Attribute{"email": schema.StringAttribute{Required: true}}}
}

func (smallestResource) Create(context.Context, resource.CreateRequest, *resource.CreateResponse) {}
func (smallestResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse)       {}
func (smallestResource) Update(context.Context, resource.UpdateRequest, *resource.UpdateResponse) {}
func (smallestResource) Delete(context.Context, resource.DeleteRequest, *resource.DeleteResponse) {}

func main() {
	smallest := func() provider.Provider { return smallestProvider{} }
	err := providerserver.Serve(context.Background(), smallest, providerserver.ServeOpts{Address: "registry.terraform.io/model-prime/modelprime"})
	if err != nil {
		log.Fatal(err)
	}
}
