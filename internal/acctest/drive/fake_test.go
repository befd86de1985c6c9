package drive_test

import (
	"context"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
)

// things is a provider of one resource type. A test can make it break a rule.
type things struct {
	tfprotov6.ProviderServer

	// plan, apply and read may change an answer.
	plan  func(after map[string]tftypes.Value, create bool) (replaces bool)
	apply func(resp *tfprotov6.ApplyResourceChangeResponse, after map[string]tftypes.Value)
	read  func() *tfprotov6.DynamicValue
}

var thing = tftypes.Object{AttributeTypes: map[string]tftypes.Type{
	"name": tftypes.String, "note": tftypes.String, "id": tftypes.String, "tags": tftypes.Set{ElementType: tftypes.String},
}}

func (p *things) GetProviderSchema(context.Context, *tfprotov6.GetProviderSchemaRequest) (*tfprotov6.GetProviderSchemaResponse, error) {
	return &tfprotov6.GetProviderSchemaResponse{
		Provider: &tfprotov6.Schema{Block: &tfprotov6.SchemaBlock{}},
		ResourceSchemas: map[string]*tfprotov6.Schema{"thing": {Block: &tfprotov6.SchemaBlock{Attributes: []*tfprotov6.SchemaAttribute{
			{Name: "name", Type: tftypes.String, Required: true},
			{Name: "note", Type: tftypes.String, Optional: true, Computed: true},
			{Name: "id", Type: tftypes.String, Computed: true},
			{Name: "tags", Type: tftypes.Set{ElementType: tftypes.String}, Optional: true},
		}}}},
	}, nil
}

func (p *things) ValidateProviderConfig(context.Context, *tfprotov6.ValidateProviderConfigRequest) (*tfprotov6.ValidateProviderConfigResponse, error) {
	return &tfprotov6.ValidateProviderConfigResponse{}, nil
}

func (p *things) ConfigureProvider(context.Context, *tfprotov6.ConfigureProviderRequest) (*tfprotov6.ConfigureProviderResponse, error) {
	return &tfprotov6.ConfigureProviderResponse{}, nil
}

func (p *things) ValidateResourceConfig(context.Context, *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

func (p *things) UpgradeResourceState(_ context.Context, req *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	v, err := req.RawState.Unmarshal(thing)
	if err != nil {
		return nil, err
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: pack(v)}, nil
}

func (p *things) ReadResource(_ context.Context, req *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	resp := &tfprotov6.ReadResourceResponse{NewState: req.CurrentState, Private: req.Private}
	if p.read != nil {
		resp.NewState = p.read()
	}
	return resp, nil
}

func (p *things) PlanResourceChange(_ context.Context, req *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	resp := &tfprotov6.PlanResourceChangeResponse{PlannedState: req.ProposedNewState, PlannedPrivate: req.PriorPrivate}
	after := unpack(req.ProposedNewState)
	if after == nil {
		return resp, nil
	}
	create := unpack(req.PriorState) == nil
	for _, name := range []string{"id", "note"} {
		if create && after[name].IsNull() {
			after[name] = unknown()
		}
	}
	if p.plan != nil && p.plan(after, create) {
		resp.RequiresReplace = []*tftypes.AttributePath{tftypes.NewAttributePath().WithAttributeName("name")}
	}
	resp.PlannedState = pack(tftypes.NewValue(thing, after))
	return resp, nil
}

func (p *things) ApplyResourceChange(_ context.Context, req *tfprotov6.ApplyResourceChangeRequest) (*tfprotov6.ApplyResourceChangeResponse, error) {
	after := unpack(req.PlannedState)
	resp := &tfprotov6.ApplyResourceChangeResponse{NewState: req.PlannedState, Private: req.PlannedPrivate}
	for name, value := range after {
		if !value.IsKnown() {
			after[name] = text("made")
		}
	}
	if p.apply != nil {
		p.apply(resp, after)
	}
	if after != nil && resp.NewState != nil {
		resp.NewState = pack(tftypes.NewValue(thing, after))
	}
	return resp, nil
}

func pack(v tftypes.Value) *tfprotov6.DynamicValue {
	packed, err := tfprotov6.NewDynamicValue(thing, v)
	if err != nil {
		panic(err)
	}
	return &packed
}

func unpack(packed *tfprotov6.DynamicValue) map[string]tftypes.Value {
	v, err := packed.Unmarshal(thing)
	if err != nil {
		panic(err)
	}
	if v.IsNull() {
		return nil
	}
	var attributes map[string]tftypes.Value
	if err := v.As(&attributes); err != nil {
		panic(err)
	}
	return attributes
}

func text(s string) tftypes.Value { return tftypes.NewValue(tftypes.String, s) }
func unknown() tftypes.Value      { return tftypes.NewValue(tftypes.String, tftypes.UnknownValue) }

func (p *things) terraform(t *testing.T) *drive.Terraform {
	t.Helper()
	tf, err := drive.New(t.Context(), func() (tfprotov6.ProviderServer, error) { return p, nil }, nil)
	if err != nil {
		t.Fatal(err)
	}
	return tf
}
