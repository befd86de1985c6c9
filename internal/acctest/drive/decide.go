package drive

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// planInput is the input of a plan of one instance.
type planInput struct {
	config tftypes.Value
	object *Object // nil if there is none
	force  bool    // -replace

	createBeforeDestroy bool
	// first is the planned change, when the apply plans again.
	first *Change
}

// decide gets the provider's plan and derives Terraform's change. A tainted object is planned as a new one, and replaced.
func (w *walk) decide(ctx context.Context, at key, input planInput) (*Change, bool) {
	k := w.tf.kinds[typeOf(at.address)]
	if !w.validate(ctx, at.address, input.config) {
		return nil, false
	}
	prior, tainted := k.null(), k.null()
	var private []byte
	var identity *tfprotov6.ResourceIdentityData
	switch {
	case input.object == nil:
	case input.object.Tainted:
		tainted = input.object.value
	default:
		prior, private, identity = input.object.value, input.object.Private, input.object.identity
	}
	answer, ok := w.planChange(ctx, at.address, prior, input.config, private, identity)
	if !ok {
		return nil, false
	}
	action := actionOf(prior, answer, input)
	if action.replaces() {
		if answer, ok = w.planChange(ctx, at.address, k.null(), input.config, answer.private, nil); !ok {
			return nil, false
		}
	}
	change := &Change{Action: action, before: prior, after: answer.value, private: answer.private, identity: answer.identity}
	change.setReplacement(input, tainted)
	return change, true
}

func actionOf(prior tftypes.Value, answer planned, input planInput) Action {
	switch {
	case prior.IsNull():
		return Create
	case input.force, answer.replaces:
		return input.replacement()
	case prior.Equal(answer.value):
		return NoOp
	}
	return Update
}

func (a planInput) replacement() Action {
	before := a.createBeforeDestroy
	if a.first != nil {
		before = a.first.Action == CreateThenDelete
	}
	if before {
		return CreateThenDelete
	}
	return DeleteThenCreate
}

// setReplacement sets a replacement where a creation is half of one: of a tainted object, or at the apply after the destruction.
func (c *Change) setReplacement(input planInput, tainted tftypes.Value) {
	if c.Action != Create {
		return
	}
	switch {
	case !tainted.IsNull():
		c.Action, c.before = input.replacement(), tainted
	case input.first != nil && input.first.Action.replaces():
		c.Action, c.before = input.first.Action, input.first.before
	}
}

// planDestroy gets the provider's plan of a destruction.
func (w *walk) planDestroy(ctx context.Context, at key, object *Object) (*Change, bool) {
	null := tftypes.NewValue(object.value.Type(), nil)
	answer, ok := w.planChange(ctx, at.address, object.value, null, object.Private, object.identity)
	return &Change{Action: Delete, before: object.value, after: null, private: answer.private, identity: object.identity}, ok
}

// importObject imports an object by ID and reads it.
func (w *walk) importObject(ctx context.Context, at key, id string) (*Object, bool) {
	k := w.tf.kinds[typeOf(at.address)]
	resp, err := w.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeOf(at.address), ID: id})
	if err != nil || !w.report.record(at.address, resp.Diagnostics, nil) {
		return nil, w.failed(at.address, err)
	}
	if len(resp.ImportedResources) != 1 {
		w.report.fail(at.address, "Import returned no resources", id)
		return nil, false
	}
	imported := resp.ImportedResources[0]
	object, ok := w.read(ctx, at, &Object{
		value: unpack(imported.State, k.typ), Private: imported.Private, identity: w.identity(imported.Identity),
	})
	if ok && !object.exists() {
		w.report.fail(at.address, "Cannot import non-existent remote object", id)
		return nil, false
	}
	return object, ok
}

// Import imports one object into the state, as `terraform import` does.
func (tf *Terraform) Import(ctx context.Context, address, id string) *Report {
	defer tf.finished()
	report := &Report{}
	at := key{address: address}
	if tf.Object(address) != nil {
		report.fail(address, "Resource already managed by Terraform", id)
		return report
	}
	w, ok := tf.start(ctx, report)
	if !ok {
		return report
	}
	if object, ok := w.importObject(ctx, at, id); ok {
		tf.put(at, object)
	}
	return report
}
