// Package contract holds the API's contract as one OpenAPI document, and what others are held against it
// with: a comparison with another specification, and a handler that checks every exchange.
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
	document, err := Parse(source)
	if err != nil {
		panic(fmt.Sprintf("the embedded contract: %v", err))
	}
	return document
}

// Parse reads an OpenAPI 3 document from JSON or YAML and resolves its references, which may not leave it.
func Parse(data []byte) (*openapi3.T, error) {
	document, err := openapi3.NewLoader().LoadFromData(data)
	if err != nil {
		return nil, fmt.Errorf("read the specification: %w", err)
	}
	if document.OpenAPIMajorMinor() == "" {
		return nil, fmt.Errorf("read the specification: it does not say that it is OpenAPI 3")
	}
	if document.Paths.Len() == 0 {
		return nil, fmt.Errorf("read the specification: it has no paths")
	}
	return document, nil
}
