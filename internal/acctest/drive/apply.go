package drive

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Apply applies a plan.
func (tf *Terraform) Apply(ctx context.Context, p *Plan) *Report {
	defer tf.finished()
	report := &Report{}
	switch {
	case p.Err() != nil:
		report.fail("", "Cannot apply errored plan", p.Err().Error())
		return report
	case p.serial != tf.serial:
		report.fail("", "Saved plan is stale", "The state was changed since.")
		return report
	}
	idle := len(p.addresses()) == 0 || p.options.RefreshOnly && p.prior.same(tf.state)
	tf.replaceState(maps.Clone(p.prior))
	if idle {
		return report
	}
	if w, ok := tf.start(ctx, report); ok {
		tf.each(p.changing(), report, func(address string) { w.applyAddress(ctx, p, address) })
	}
	return report
}

// Run plans and applies. It returns the plan's report if the plan failed, else the apply's.
func (tf *Terraform) Run(ctx context.Context, config Config, options Options) (*Plan, *Report) {
	p := tf.Plan(ctx, config, options)
	if p.Err() != nil {
		return p, &p.Report
	}
	return p, tf.Apply(ctx, p)
}

func (p *Plan) changing() []string {
	var addresses []string
	for at, c := range p.changes {
		if c.Action != NoOp && !slices.Contains(addresses, at.address) {
			addresses = append(addresses, at.address)
		}
	}
	return addresses
}

func (w *walk) applyAddress(ctx context.Context, p *Plan, address string) {
	for _, at := range p.keysOf(address) {
		if c := p.changes[at]; at.deposed != "" && c != nil {
			w.destroyDeposed(ctx, at)
		}
	}
	at := key{address: address}
	switch c := p.Change(address); c.Action {
	case Create, Update:
		w.planAndApply(ctx, at, p)
	case Delete:
		w.destroy(ctx, at, c)
	case DeleteThenCreate:
		if w.destroy(ctx, at, c) {
			w.planAndApply(ctx, at, p)
		}
	case CreateThenDelete:
		w.createThenDestroy(ctx, at, p)
	case Forget:
		if _, ok := w.stored(ctx, at); ok {
			w.tf.put(at, nil)
		}
	case NoOp:
	}
}

func (w *walk) createThenDestroy(ctx context.Context, at key, p *Plan) {
	deposed := w.tf.depose(at)
	created := w.planAndApply(ctx, at, p)
	if w.tf.Object(at.address) == nil {
		w.tf.restore(deposed)
	}
	if created {
		w.destroyDeposed(ctx, deposed)
	}
}

func (tf *Terraform) depose(at key) key {
	object := tf.Object(at.address)
	tf.mu.Lock()
	tf.deposed++
	deposed := key{at.address, fmt.Sprintf("%08x", tf.deposed)}
	tf.mu.Unlock()
	tf.put(deposed, object)
	tf.put(at, nil)
	return deposed
}

func (tf *Terraform) restore(deposed key) {
	object := tf.snapshot()[deposed]
	tf.put(key{address: deposed.address}, object)
	tf.put(deposed, nil)
}

// stored returns an object of the state, upgraded, or nil if there is none.
func (w *walk) stored(ctx context.Context, at key) (*Object, bool) {
	object := w.tf.snapshot()[at]
	if object == nil {
		return nil, true
	}
	return w.upgrade(ctx, at, object)
}

// destroy destroys the planned object. A later refresh is not passed to the provider.
func (w *walk) destroy(ctx context.Context, at key, c *Change) bool {
	object, ok := w.stored(ctx, at)
	if !ok || object == nil {
		return ok
	}
	null := tftypes.NewValue(object.value.Type(), nil)
	return w.applyChange(ctx, at, object, null, &Change{Action: Delete, before: c.before, after: null, private: c.private, identity: object.identity})
}

// destroyDeposed plans the destruction of a deposed object at the apply.
func (w *walk) destroyDeposed(ctx context.Context, at key) {
	object, ok := w.stored(ctx, at)
	if !ok || object == nil {
		return
	}
	if change, ok := w.planDestroy(ctx, at, object); ok {
		w.applyChange(ctx, at, object, change.after, change)
	}
}

// planAndApply plans again with all values known, compares the result with the first plan, and applies it.
func (w *walk) planAndApply(ctx context.Context, at key, p *Plan) bool {
	first := p.Change(at.address)
	config, err := encode(w.tf.kinds[typeOf(at.address)].typ, p.config[at.address], true)
	must(err) // it was encoded for the plan
	object, ok := w.stored(ctx, at)
	if !ok {
		return false
	}
	final, ok := w.decide(ctx, at, planInput{
		config: config, object: object, first: first, force: slices.Contains(p.options.Replace, at.address),
	})
	if !ok || w.report.violates(at.address, "Provider produced inconsistent final plan", finalMistakes(first, final)) {
		return false
	}
	if final.Action == NoOp {
		return true
	}
	if final.Action.replaces() {
		final.Action, final.before = Create, tftypes.NewValue(final.after.Type(), nil)
	}
	return w.applyChange(ctx, at, object, config, final)
}

func finalMistakes(first, final *Change) []string {
	if first.Action != final.Action && (first.Action != Update || final.Action != NoOp) {
		return []string{fmt.Sprintf("the action was %s and is %s", first.Action, final.Action)}
	}
	return disagreements(first.after, final.after)
}

// applyChange lets the provider apply a change and stores the result.
func (w *walk) applyChange(ctx context.Context, at key, object *Object, config tftypes.Value, c *Change) bool {
	result, ok := w.apply(ctx, at, config, c)
	switch {
	case !ok && result == nil:
		return false // the state keeps the object
	case !ok && c.Action == Create:
		result.Tainted = true
	case !ok && object != nil:
		result.Tainted = object.Tainted
	}
	w.tf.put(at, result)
	return ok
}

// apply returns the new object, or nil. With an error it returns the object that the provider reports.
func (w *walk) apply(ctx context.Context, at key, config tftypes.Value, c *Change) (*Object, bool) {
	resp, err := w.server.ApplyResourceChange(ctx, requestOf(w, at, config, c))
	if err != nil {
		return nil, w.report.record(at.address, nil, err)
	}
	ok := w.report.record(at.address, resp.Diagnostics, nil)
	value := unpack(resp.NewState, c.after.Type())
	if !value.IsFullyKnown() {
		w.report.fail(at.address, "Provider returned invalid result object after apply", value.String())
		value, ok = unknownAsNull(value), false
	}
	if ok {
		ok = !w.report.violates(at.address, "Provider produced inconsistent result after apply", disagreements(c.after, value))
	}
	if value.IsNull() {
		return nil, ok
	}
	return &Object{value: value, Private: resp.Private, identity: w.identity(resp.NewIdentity)}, ok
}
