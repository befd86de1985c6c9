package main

import (
	"bytes"
	"encoding/json"
	"testing"
)

func TestProvidersSchemasArePrinted(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	if err := write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	var printed struct {
		FormatVersion string `json:"format_version"`
		Providers     map[string]struct {
			Resources  map[string]any `json:"resource_schemas"`
			Lists      map[string]any `json:"list_resource_schemas"`
			Actions    map[string]any `json:"action_schemas"`
			Functions  map[string]any `json:"functions"`
			Identities map[string]any `json:"resource_identity_schemas"`
		} `json:"provider_schemas"`
	}
	if err := json.Unmarshal(out.Bytes(), &printed); err != nil {
		t.Fatal(err)
	}
	ours := printed.Providers["modelprime"]
	const membership = "modelprime_membership"
	if printed.FormatVersion != "1.0" || ours.Resources[membership] == nil || ours.Identities[membership] == nil ||
		ours.Lists[membership] == nil || ours.Actions["modelprime_reset_password"] == nil || ours.Functions["roster"] == nil {
		t.Errorf("printed:\n%s", out.String())
	}
}
