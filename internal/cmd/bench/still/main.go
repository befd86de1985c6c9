// Command still is a provider with the real provider's schema that sends no requests: its Read returns the state. The time of
// a plan with it is Terraform's and the framework's own time. The benchmark compares the real provider with it.
package main

import (
	"context"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/provider"
	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-framework/resource"

	modelprime "github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// stillProvider has the real provider's schemas, but no client.
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

// stillResource has a real resource's schema, but not its other interfaces, such as ModifyPlan.
type stillResource struct{ resource.Resource }

func (r stillResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// served is set by the build: "ours" uses the real provider's server, any other value the framework's.
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
