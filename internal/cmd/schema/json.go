package main

import "github.com/hashicorp/terraform-plugin-go/tftypes"

// The types here are the format of `terraform providers schema -json`.

type document struct {
	FormatVersion string                     `json:"format_version"`
	Providers     map[string]providerSchemas `json:"provider_schemas"`
}

type providerSchemas struct {
	Provider      *schema                   `json:"provider,omitempty"`
	Resources     map[string]*schema        `json:"resource_schemas,omitempty"`
	DataSources   map[string]*schema        `json:"data_source_schemas,omitempty"`
	ListResources map[string]*schema        `json:"list_resource_schemas,omitempty"`
	Actions       map[string]actionSchema   `json:"action_schemas,omitempty"`
	Functions     map[string]functionSchema `json:"functions,omitempty"`
	Identities    map[string]identitySchema `json:"resource_identity_schemas,omitempty"`
}

type schema struct {
	Version int64  `json:"version"`
	Block   *block `json:"block"`
}

type actionSchema struct {
	Block *block `json:"block"`
}

type functionSchema struct {
	Text       string              `json:"description,omitempty"`
	Summary    string              `json:"summary,omitempty"`
	Deprecated string              `json:"deprecation_message,omitempty"`
	Return     tftypes.Type        `json:"return_type"`
	Parameters []functionParameter `json:"parameters,omitempty"`
	Variadic   *functionParameter  `json:"variadic_parameter,omitempty"`
}

type functionParameter struct {
	Name     string       `json:"name,omitempty"`
	Text     string       `json:"description,omitempty"`
	Nullable bool         `json:"is_nullable,omitempty"`
	Type     tftypes.Type `json:"type"`
}

type block struct {
	Attributes map[string]attribute   `json:"attributes,omitempty"`
	Blocks     map[string]nestedBlock `json:"block_types,omitempty"`
	description
}

type nestedBlock struct {
	Nesting  string `json:"nesting_mode"`
	Block    *block `json:"block"`
	MinItems int64  `json:"min_items,omitempty"`
	MaxItems int64  `json:"max_items,omitempty"`
}

type attribute struct {
	Type   tftypes.Type  `json:"type,omitempty"`
	Nested *nestedObject `json:"nested_type,omitempty"`
	description
	Required  bool `json:"required,omitempty"`
	Optional  bool `json:"optional,omitempty"`
	Computed  bool `json:"computed,omitempty"`
	Sensitive bool `json:"sensitive,omitempty"`
	WriteOnly bool `json:"write_only,omitempty"`
}

type nestedObject struct {
	Attributes map[string]attribute `json:"attributes"`
	Nesting    string               `json:"nesting_mode"`
}

type description struct {
	Text       string `json:"description,omitempty"`
	Kind       string `json:"description_kind,omitempty"`
	Deprecated bool   `json:"deprecated,omitempty"`
}

type identitySchema struct {
	Version    int64                        `json:"version"`
	Attributes map[string]identityAttribute `json:"attributes"`
}

type identityAttribute struct {
	Type              tftypes.Type `json:"type"`
	Description       string       `json:"description,omitempty"`
	RequiredForImport bool         `json:"required_for_import,omitempty"`
	OptionalForImport bool         `json:"optional_for_import,omitempty"`
}
