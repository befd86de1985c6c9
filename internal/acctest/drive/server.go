package drive

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// kind is a resource type of the provider.
type kind struct {
	schema *tfprotov6.Schema
	typ    tftypes.Object
}

func (k kind) null() tftypes.Value { return tftypes.NewValue(k.typ, nil) }

// walk is one server, configured for one walk over the instances, and the walk's report.
type walk struct {
	tf     *Terraform
	server tfprotov6.ProviderServer
	report *Report
}

// kinds returns the provider's resource types.
func kinds(ctx context.Context, server tfprotov6.ProviderServer) (map[string]kind, *tfprotov6.Schema, error) {
	resp, err := server.GetProviderSchema(ctx, &tfprotov6.GetProviderSchemaRequest{})
	if err != nil {
		return nil, nil, fmt.Errorf("get the provider's schema: %w", err)
	}
	for _, d := range resp.Diagnostics {
		return nil, nil, fmt.Errorf("get the provider's schema: %s: %s", d.Summary, d.Detail)
	}
	found := map[string]kind{}
	for name, schema := range resp.ResourceSchemas {
		typ, ok := schema.ValueType().(tftypes.Object)
		if !ok {
			return nil, nil, fmt.Errorf("the schema of %s is no object", name)
		}
		found[name] = kind{schema: schema, typ: typ}
	}
	return found, resp.Provider, nil
}

// start starts and configures a server.
func (tf *Terraform) start(ctx context.Context, report *Report) (*walk, bool) {
	server, err := tf.serve()
	if err != nil {
		report.fail("", "The provider could not be started", err.Error())
		return nil, false
	}
	w := &walk{tf: tf, server: server, report: report}
	config, err := encode(tf.schema.ValueType(), tf.Provider, true)
	if err != nil {
		report.fail("", "The provider's configuration is not valid", err.Error())
		return w, false
	}
	raw := pack(config)
	valid, err := w.server.ValidateProviderConfig(ctx, &tfprotov6.ValidateProviderConfigRequest{Config: raw})
	if !report.record("", diagnostics(valid), err) {
		return w, false
	}
	configured, err := w.server.ConfigureProvider(ctx, &tfprotov6.ConfigureProviderRequest{TerraformVersion: tf.Version, Config: raw})
	if configured == nil {
		configured = &tfprotov6.ConfigureProviderResponse{}
	}
	tf.running(w.server)
	return w, report.record("", configured.Diagnostics, err)
}

func diagnostics(resp *tfprotov6.ValidateProviderConfigResponse) []*tfprotov6.Diagnostic {
	if resp == nil {
		return nil
	}
	return resp.Diagnostics
}

func pack(v tftypes.Value) *tfprotov6.DynamicValue {
	packed, err := tfprotov6.NewDynamicValue(v.Type(), v)
	must(err)
	return &packed
}

// unpack decodes a reply's value. A missing one is null.
func unpack(packed *tfprotov6.DynamicValue, typ tftypes.Type) tftypes.Value {
	if packed == nil {
		return tftypes.NewValue(typ, nil)
	}
	v, err := packed.Unmarshal(typ)
	must(err)
	return canonical(v)
}

// identity is omitted for a Terraform without resource identity.
func (w *walk) identity(data *tfprotov6.ResourceIdentityData) *tfprotov6.ResourceIdentityData {
	if !w.tf.Identity {
		return nil
	}
	return data
}

// failed reports a failed call, if err is not nil.
func (w *walk) failed(address string, err error) bool {
	w.report.record(address, nil, err)
	return false
}

// upgrade upgrades an object from the state.
func (w *walk) upgrade(ctx context.Context, at key, object *Object) (*Object, bool) {
	k := w.tf.kinds[typeOf(at.address)]
	resp, err := w.server.UpgradeResourceState(ctx, &tfprotov6.UpgradeResourceStateRequest{
		TypeName: typeOf(at.address), Version: k.schema.Version, RawState: &tfprotov6.RawState{JSON: inJSON(object.value)},
	})
	if err != nil || !w.report.record(at.address, resp.Diagnostics, nil) {
		return nil, w.failed(at.address, err)
	}
	upgraded := *object
	upgraded.value = unpack(resp.UpgradedState, k.typ)
	return &upgraded, true
}

// read refreshes an object. A gone object has a null value and keeps its private state.
func (w *walk) read(ctx context.Context, at key, object *Object) (*Object, bool) {
	resp, err := w.server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{
		TypeName: typeOf(at.address), CurrentState: pack(object.value), Private: object.Private, CurrentIdentity: w.identity(object.identity),
	})
	if err != nil || !w.report.record(at.address, resp.Diagnostics, nil) {
		return nil, w.failed(at.address, err)
	}
	value := unpack(resp.NewState, object.value.Type())
	if !value.IsFullyKnown() {
		w.report.fail(at.address, "Provider produced invalid object", value.String())
		return nil, false
	}
	refreshed := *object
	refreshed.value, refreshed.Private, refreshed.identity = value, resp.Private, w.identity(resp.NewIdentity)
	return &refreshed, true
}

// validate validates one instance's configuration.
func (w *walk) validate(ctx context.Context, address string, config tftypes.Value) bool {
	resp, err := w.server.ValidateResourceConfig(ctx, &tfprotov6.ValidateResourceConfigRequest{TypeName: typeOf(address), Config: pack(config)})
	if err != nil {
		return w.report.record(address, nil, err)
	}
	return w.report.record(address, resp.Diagnostics, nil)
}

// planned is the provider's answer to a planning call.
type planned struct {
	value    tftypes.Value
	private  []byte
	identity *tfprotov6.ResourceIdentityData
	replaces bool
}

func (w *walk) planChange(ctx context.Context, address string, prior, config tftypes.Value, private []byte, identity *tfprotov6.ResourceIdentityData) (planned, bool) {
	k := w.tf.kinds[typeOf(address)]
	proposal := k.null()
	if !config.IsNull() {
		proposal = proposed(k.schema, prior, config)
	}
	resp, err := w.server.PlanResourceChange(ctx, &tfprotov6.PlanResourceChangeRequest{
		TypeName: typeOf(address), PriorState: pack(prior), ProposedNewState: pack(proposal), Config: pack(config),
		PriorPrivate: private, PriorIdentity: w.identity(identity),
	})
	if err != nil || !w.report.record(address, resp.Diagnostics, nil) {
		return planned{}, w.failed(address, err)
	}
	p := planned{value: unpack(resp.PlannedState, k.typ), private: resp.PlannedPrivate, identity: w.identity(resp.PlannedIdentity)}
	p.replaces = replaces(resp.RequiresReplace, prior, p.value)
	return p, !w.report.violates(address, "Provider produced invalid plan", planMistakes(k, prior, config, p.value))
}

func planMistakes(k kind, prior, config, after tftypes.Value) []string {
	if config.IsNull() || after.IsNull() {
		return disagreements(config, after)
	}
	return planValid(k.schema, prior, config, after)
}

func requestOf(w *walk, at key, config tftypes.Value, c *Change) *tfprotov6.ApplyResourceChangeRequest {
	return &tfprotov6.ApplyResourceChangeRequest{
		TypeName: typeOf(at.address), PriorState: pack(c.before), PlannedState: pack(c.after), Config: pack(config),
		PlannedPrivate: c.private, PlannedIdentity: w.identity(c.identity),
	}
}

func unknownAsNull(v tftypes.Value) tftypes.Value {
	known, err := tftypes.Transform(v, func(_ *tftypes.AttributePath, v tftypes.Value) (tftypes.Value, error) {
		if !v.IsKnown() {
			return tftypes.NewValue(v.Type(), nil), nil
		}
		return v, nil
	})
	must(err)
	return known
}
