// Command terraform-provider-modelprime serves the Model-Prime provider to Terraform.
package main

import (
	"flag"
	"log"

	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// version is set by the release's build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve a debugger: print how Terraform can reattach to this process")
	flag.Parse()
	if err := provider.Serve(provider.New(version), *debug); err != nil {
		log.Fatal(err)
	}
}
