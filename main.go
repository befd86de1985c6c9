// Command terraform-provider-modelprime serves the Model-Prime provider to Terraform.
package main

import (
	"flag"
	"log"
	"os"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// version is set by the release's build.
var version = "dev"

func main() {
	debug := flag.Bool("debug", false, "serve a debugger: print how Terraform can reattach to this process")
	flag.Parse()
	if err := serve(*debug); err != nil {
		log.Fatal(err)
	}
}

func serve(debug bool) error {
	var options []tf6server.ServeOpt
	if debug {
		options = append(options, tf6server.WithManagedDebug())
	} else if err := beQuiet(); err != nil {
		return err
	}
	return tf6server.Serve("registry.terraform.io/model-prime/modelprime", provider.NewServer(provider.New(version)), options...)
}

// beQuiet turns the logs off that Terraform was not asked for. It takes each line from its provider nevertheless, reads
// it and throws it away, and those of the framework are a third of the processor time of a plan.
func beQuiet() error {
	if os.Getenv("TF_LOG") != "" || os.Getenv("TF_LOG_PROVIDER") != "" {
		return nil
	}
	for _, name := range []string{"TF_LOG_SDK", "TF_LOG_PROVIDER_MODELPRIME"} {
		if err := os.Setenv(name, "off"); err != nil {
			return err
		}
	}
	return nil
}
