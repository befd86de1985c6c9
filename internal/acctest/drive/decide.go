package drive

import (
	"context"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// asked is what a change is decided by.
type asked struct {
	config tftypes.Value
	object *Object // nil if there is none
	force  bool    // -replace

	createBeforeDestroy bool
	// first is what was planned, when an apply plans again.
	first *Change
}

// decide asks the provider for its plan and makes of it what Terraform makes of it. A tainted object is planned like
// none, and replaced.
func (w *walk) decide(ctx context.Context, at key, ask asked) (*Change, bool) {
	k := w.tf.kinds[typeOf(at.address)]
	if !w.validate(ctx, at.address, ask.config) {
		return nil, false
	}
	prior, tainted := k.null(), k.null()
	var private []byte
	var identity *tfprotov6.ResourceIdentityData
	switch {
	case ask.object == nil:
	case ask.object.Tainted:
		tainted = ask.object.value
	default:
		prior, private, identity = ask.object.value, ask.object.Private, ask.object.identity
	}
	answer, ok := w.planChange(ctx, at.address, prior, ask.config, private, identity)
	if !ok {
		return nil, false
	}
	action := actionOf(prior, answer, ask)
	if action.replaces() {
		if answer, ok = w.planChange(ctx, at.address, k.null(), ask.config, answer.private, nil); !ok {
			return nil, false
		}
	}
	change := &Change{Action: action, before: prior, after: answer.value, private: answer.private, identity: answer.identity}
	change.settle(ask, tainted)
	return change, true
}

func actionOf(prior tftypes.Value, answer planned, ask asked) Action {
	switch {
	case prior.IsNull():
		return Create
	case ask.force, answer.replaces:
		return ask.replacement()
	case prior.Equal(answer.value):
		return NoOp
	}
	return Update
}

func (a asked) replacement() Action {
	before := a.createBeforeDestroy
	if a.first != nil {
		before = a.first.Action == CreateThenDelete
	}
	if before {
		return CreateThenDelete
	}
	return DeleteThenCreate
}

// settle says replacement where a creation is half of one: of a tainted object, or, at the apply, after the destruction.
func (c *Change) settle(ask asked, tainted tftypes.Value) {
	if c.Action != Create {
		return
	}
	switch {
	case !tainted.IsNull():
		c.Action, c.before = ask.replacement(), tainted
	case ask.first != nil && ask.first.Action.replaces():
		c.Action, c.before = ask.first.Action, ask.first.before
	}
}

// planDestroy asks the provider about a destruction.
func (w *walk) planDestroy(ctx context.Context, at key, object *Object) (*Change, bool) {
	null := tftypes.NewValue(object.value.Type(), nil)
	answer, ok := w.planChange(ctx, at.address, object.value, null, object.Private, object.identity)
	return &Change{Action: Delete, before: object.value, after: null, private: answer.private, identity: object.identity}, ok
}

// importObject brings what an id stands for, and refreshes it.
func (w *walk) importObject(ctx context.Context, at key, id string) (*Object, bool) {
	k := w.tf.kinds[typeOf(at.address)]
	resp, err := w.server.ImportResourceState(ctx, &tfprotov6.ImportResourceStateRequest{TypeName: typeOf(at.address), ID: id})
	if err != nil || !w.report.told(at.address, resp.Diagnostics, nil) {
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
