package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestTheProvidersOwnSchemasArePrinted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var printed struct {
		FormatVersion string `json:"format_version"`
		Providers     map[string]struct {
			Resources  map[string]any `json:"resource_schemas"`
			Identities map[string]any `json:"resource_identity_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(out.Bytes(), &printed); err != nil {
		t.Fatal(err)
	}
	ours := printed.Providers["modelprime"]
	if printed.FormatVersion != "1.0" || ours.Resources["modelprime_membership"] == nil || ours.Identities["modelprime_membership"] == nil {
		t.Errorf("printed:\n%s", out.String())
	}
}
