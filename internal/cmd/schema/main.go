// Command schema prints the provider's schemas like `terraform providers schema -json`, with the provider in this
// process. So the documentation is generated without Terraform, and with parts that an older Terraform does not print.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"

	"github.com/model-prime/terraform-provider-modelprime/internal/provider"
)

// name is the key of the schemas. Terraform prints the provider's whole source address, but tfplugindocs finds only a bare
// name or a HashiCorp address.
const name = "modelprime"

func main() {
	if err := write(context.Background(), os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func write(ctx context.Context, out io.Writer) error {
	server, err := provider.NewServer(provider.New("dev")())
	if err != nil {
		return err
	}
	schemas, err := read(ctx, server)
	if err != nil {
		return err
	}
	encoder := json.NewEncoder(out)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(document{FormatVersion: "1.0", Providers: map[string]providerSchemas{name: schemas}}); err != nil {
		return fmt.Errorf("write the schemas: %w", err)
	}
	return nil
}
