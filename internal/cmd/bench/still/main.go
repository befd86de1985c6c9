// Command still is a provider with the schema of the real one that asks nobody anything: its Read returns the state. What
// a plan with it takes is Terraform's and the framework's own time. The benchmark measures the real provider against it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	modelprime "github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// stillProvider has the real provider's schemas and no client.
type stillProvider struct{ provider.Provider }

func (p stillProvider) Configure(context.Context, provider.ConfigureRequest, *provider.ConfigureResponse) {
}

func (p stillProvider) Resources(ctx context.Context) []func() resource.Resource {
	var still []func() resource.Resource
	for _, newResource := range p.Provider.Resources(ctx) {
		still = append(still, func() resource.Resource { return stillResource{newResource()} })
	}
	return still
}

// stillResource has a real resource's schema; what the real one adds to planning goes with its other interfaces.
type stillResource struct{ resource.Resource }

func (r stillResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// served is set by the build: "ours" is as the real provider is, otherwise by the framework's own server.
var served string

func main() {
	if err := serve(func() provider.Provider { return stillProvider{modelprime.New("still")()} }); err != nil {
		log.Fatal(err)
	}
}

func serve(still func() provider.Provider) error {
	if served == "ours" {
		return modelprime.Serve(still, false)
	}
	return providerserver.Serve(context.Background(), still, providerserver.ServeOpts{Address: "registry.terraform.io/model-prime/modelprime"})
}
