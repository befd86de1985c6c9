// Command terraform-provider-modelprime serves the Model-Prime provider to Terraform.
package main

import (
	"context"
	"flag"
	"log"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"

	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// version is set by the release's build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve a debugger: print how Terraform can reattach to this process")
	flag.Parse()
	err := providerserver.Serve(context.Background(), provider.New(version), providerserver.ServeOpts{
		Address: "registry.terraform.io/model-prime/modelprime",
		Debug:   *debug,
	})
	if err != nil {
		log.Fatal(err)
	}
}
