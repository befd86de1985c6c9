package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
)

func TestReadConvertsAllObjects(t *testing.T) {
	t.Parallel()
	schemas, err := read(t.Context(), providerserver.NewProtocol6(tiny{})())
	if err != nil {
		t.Fatal(err)
	}
	data, err := json.Marshal(schemas)
	if err != nil {
		t.Fatal(err)
	}
	golden, err := os.ReadFile(filepath.Join("testdata", "tiny.json"))
	if err != nil {
		t.Fatal(err)
	}

	got, want := decode(t, data), decode(t, golden)
	for part := range want {
		if !reflect.DeepEqual(got[part], want[part]) {
			t.Errorf("%s\n got: %v\nwant: %v", part, got[part], want[part])
		}
	}
	for part := range got {
		if _, known := want[part]; !known {
			t.Errorf("%s is not expected: %v", part, got[part])
		}
	}
}

func decode(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var value map[string]any
	if err := json.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	return value
}

// A kind of object without a conversion is an error: it must not be missing from the documentation.
func TestReadRefusesOtherObjects(t *testing.T) {
	t.Parallel()
	_, err := read(t.Context(), providerserver.NewProtocol6(secretive{})())
	if err == nil || !strings.Contains(err.Error(), "ephemeral resources") {
		t.Errorf("got: %v", err)
	}
}

// Two resources of one name are an error in the provider's diagnostics.
func TestReadReturnsTheProvidersErrors(t *testing.T) {
	t.Parallel()
	_, err := read(t.Context(), providerserver.NewProtocol6(twice{})())
	if err == nil || !strings.Contains(err.Error(), "tiny_robot") {
		t.Errorf("got: %v", err)
	}
}
