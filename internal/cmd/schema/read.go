package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// server is the part of the provider protocol that is used here.
type server interface {
	GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error)
	GetResourceIdentitySchemas(context.Context, *tfprotov6.GetResourceIdentitySchemasRequest) (*tfprotov6.GetResourceIdentitySchemasResponse, error)
}

// read reads all schemas of the provider.
func read(ctx context.Context, provider server) (providerSchemas, error) {
	reply, err := provider.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return providerSchemas{}, fmt.Errorf("ask for the schemas: %w", err)
	}
	identities, err := provider.GetResourceIdentitySchemas(ctx, &tfprotov6.GetResourceIdentitySchemasRequest{})
	if err != nil {
		return providerSchemas{}, fmt.Errorf("ask for the identity schemas: %w", err)
	}
	if err := problems(append(reply.Diagnostics, identities.Diagnostics...)); err != nil {
		return providerSchemas{}, err
	}
	if len(reply.EphemeralResourceSchemas)+len(reply.StateStoreSchemas) > 0 {
		return providerSchemas{}, errors.New("ephemeral resources and state stores have no conversion yet, " +
			"so their documentation would be missing")
	}

	return providerSchemas{
		Provider:      convertSchema(reply.Provider),
		Resources:     convertEach(reply.ResourceSchemas, convertSchema),
		DataSources:   convertEach(reply.DataSourceSchemas, convertSchema),
		ListResources: convertEach(reply.ListResourceSchemas, convertSchema),
		Actions:       convertEach(reply.ActionSchemas, convertAction),
		Functions:     convertEach(reply.Functions, convertFunction),
		Identities:    convertEach(identities.IdentitySchemas, convertIdentity),
	}, nil
}

// problems returns the errors among the diagnostics.
func problems(diagnostics []*tfprotov6.Diagnostic) error {
	var all []error
	for _, d := range diagnostics {
		if d.Severity == tfprotov6.DiagnosticSeverityError {
			all = append(all, fmt.Errorf("%s: %s", d.Summary, d.Detail))
		}
	}
	return errors.Join(all...)
}

func convertEach[From, To any](from map[string]From, convert func(From) To) map[string]To {
	to := make(map[string]To, len(from))
	for name, value := range from {
		to[name] = convert(value)
	}
	return to
}

func convertSchema(s *tfprotov6.Schema) *schema {
	return &schema{Version: s.Version, Block: convertBlock(s.Block)}
}

func convertAction(a *tfprotov6.ActionSchema) actionSchema {
	return actionSchema{Block: convertBlock(a.Schema.Block)}
}

func convertFunction(f *tfprotov6.Function) functionSchema {
	parameters := make([]functionParameter, 0, len(f.Parameters))
	for _, p := range f.Parameters {
		parameters = append(parameters, *convertParameter(p))
	}
	return functionSchema{
		Text:       f.Description,
		Summary:    f.Summary,
		Deprecated: f.DeprecationMessage,
		Return:     f.Return.Type,
		Parameters: parameters,
		Variadic:   convertParameter(f.VariadicParameter),
	}
}

func convertParameter(p *tfprotov6.FunctionParameter) *functionParameter {
	if p == nil {
		return nil
	}
	return &functionParameter{Name: p.Name, Text: p.Description, Nullable: p.AllowNullValue, Type: p.Type}
}

func convertBlock(b *tfprotov6.SchemaBlock) *block {
	if b == nil {
		return &block{}
	}
	nested := make(map[string]nestedBlock, len(b.BlockTypes))
	for _, n := range b.BlockTypes {
		nested[n.TypeName] = nestedBlock{
			Nesting:  strings.ToLower(n.Nesting.String()),
			Block:    convertBlock(n.Block),
			MinItems: n.MinItems,
			MaxItems: n.MaxItems,
		}
	}
	return &block{
		Attributes:  convertAttributes(b.Attributes),
		Blocks:      nested,
		description: describe(b.Description, b.DescriptionKind, b.Deprecated),
	}
}

func convertAttributes(attributes []*tfprotov6.SchemaAttribute) map[string]attribute {
	converted := make(map[string]attribute, len(attributes))
	for _, a := range attributes {
		converted[a.Name] = attribute{
			Type:        a.Type,
			Nested:      convertObject(a.NestedType),
			description: describe(a.Description, a.DescriptionKind, a.Deprecated),
			Required:    a.Required,
			Optional:    a.Optional,
			Computed:    a.Computed,
			Sensitive:   a.Sensitive,
			WriteOnly:   a.WriteOnly,
		}
	}
	return converted
}

func convertObject(o *tfprotov6.SchemaObject) *nestedObject {
	if o == nil {
		return nil
	}
	return &nestedObject{Attributes: convertAttributes(o.Attributes), Nesting: strings.ToLower(o.Nesting.String())}
}

func convertIdentity(s *tfprotov6.ResourceIdentitySchema) identitySchema {
	attributes := make(map[string]identityAttribute, len(s.IdentityAttributes))
	for _, a := range s.IdentityAttributes {
		attributes[a.Name] = identityAttribute{
			Type:              a.Type,
			Description:       a.Description,
			RequiredForImport: a.RequiredForImport,
			OptionalForImport: a.OptionalForImport,
		}
	}
	return identitySchema{Version: s.Version, Attributes: attributes}
}

func describe(text string, kind tfprotov6.StringKind, deprecated bool) description {
	return description{Text: text, Kind: strings.ToLower(kind.String()), Deprecated: deprecated}
}
