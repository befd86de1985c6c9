// Package contract holds the API's contract as an OpenAPI document, and a handler that compares each exchange with it.
package contract

import (
	_ "embed"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed openapi.yaml
var source []byte

// Document reads the contract. Each call returns a new copy.
func Document() *openapi3.T {
	document, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		panic(fmt.Sprintf("the embedded contract: %v", err))
	}
	return document
}
