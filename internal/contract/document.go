// Package contract holds the API's contract as one OpenAPI document, and a handler that checks every exchange against it.
package contract

import (
	_ "embed"
	"fmt"

	"github.com/getkin/kin-openapi/openapi3"
)

//go:embed openapi.yaml
var source []byte

// Document reads the contract. Every caller gets one of their own.
func Document() *openapi3.T {
	document, err := openapi3.NewLoader().LoadFromData(source)
	if err != nil {
		panic(fmt.Sprintf("the embedded contract: %v", err))
	}
	return document
}
