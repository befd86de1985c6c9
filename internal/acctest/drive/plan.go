package drive

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Action is a planned action.
type Action string

// The actions.
const (
	NoOp             Action = "no-op"
	Create           Action = "create"
	Update           Action = "update"
	Delete           Action = "delete"
	DeleteThenCreate Action = "delete-then-create"
	CreateThenDelete Action = "create-then-delete"
	Forget           Action = "forget"
)

func (a Action) replaces() bool { return a == DeleteThenCreate || a == CreateThenDelete }

// Options are the options of a plan.
type Options struct {
	Destroy, RefreshOnly, NoRefresh bool
	// MinimalRefresh reads an instance only if a first plan from the state would change it, and then plans it again. Destroyed
	// instances are not read.
	MinimalRefresh bool
	// ReadFirst reads a removed instance before its destruction is planned, as Terraform 1.5 and 1.15 do; 1.11 plans it from the
	// state.
	ReadFirst bool

	Targets []string          // empty is all
	Replace []string          // -replace
	Moved   map[string]string // from address to address, as moved blocks
	Import  map[string]string // IDs by address, as import blocks; only for addresses that are not in the state
	Removed []string          // addresses of removed blocks with destroy = false
	// CreateBeforeDestroy are the addresses with this lifecycle.
	CreateBeforeDestroy []string
}

// Change is the planned change of one object.
type Change struct {
	Action Action

	before, after tftypes.Value
	private       []byte
	identity      *tfprotov6.ResourceIdentityData
}

// Before is the prior object, or nil.
func (c *Change) Before() Values { return valuesOf(c.before) }

// After is the planned object, or nil; unknown values are Unknown.
func (c *Change) After() Values { return valuesOf(c.after) }

// Private is the provider's private data in the plan.
func (c *Change) Private() []byte { return c.private }

func valuesOf(v tftypes.Value) Values {
	values, _ := decode(v).(Values)
	return values
}

// Plan can be applied once, as long as the state is unchanged.
type Plan struct {
	Report

	tf      *Terraform
	config  Config
	options Options
	prior   state // refreshed
	changes map[key]*Change
	serial  int
	changed sync.Mutex
}

// Change is the planned change of an address's current object. It is never nil.
func (p *Plan) Change(address string) *Change {
	if c := p.changes[key{address: address}]; c != nil {
		return c
	}
	return &Change{Action: NoOp}
}

// Changes are the planned actions except no-op, by address.
func (p *Plan) Changes() map[string]Action {
	actions := map[string]Action{}
	for at, c := range p.changes {
		if c.Action != NoOp {
			actions[at.address+at.deposed] = c.Action
		}
	}
	return actions
}

// Empty reports whether the plan has no changes.
func (p *Plan) Empty() bool { return len(p.Changes()) == 0 }

// Prior is the refreshed object of an address in the plan, or nil.
func (p *Plan) Prior(address string) *Object { return p.prior[key{address: address}] }

// Plan refreshes and plans. Its errors are in the plan's report.
func (tf *Terraform) Plan(ctx context.Context, config Config, options Options) *Plan {
	defer tf.finished()
	p := &Plan{
		tf: tf, config: config, options: options, serial: tf.serial,
		prior: tf.snapshot().moved(options.Moved), changes: map[key]*Change{},
	}
	if options.Destroy && !p.refreshForDestroy(ctx) {
		return p
	}
	p.walk(ctx, p.planAddress)
	return p
}

// refreshForDestroy plans the configuration for its refresh. Its warnings are dropped.
func (p *Plan) refreshForDestroy(ctx context.Context) bool {
	if !p.options.NoRefresh && !p.options.MinimalRefresh {
		p.walk(ctx, p.planAddress)
	}
	failed := p.Err() != nil
	if !failed {
		p.Diags = nil
	}
	p.options.NoRefresh, p.config, p.changes = true, Config{}, map[key]*Change{}
	return !failed
}

func (p *Plan) walk(ctx context.Context, visit func(context.Context, *walk, string)) {
	addresses := p.addresses()
	if len(addresses) == 0 {
		return
	}
	w, ok := p.tf.start(ctx, &p.Report)
	if !ok {
		return
	}
	p.tf.each(addresses, &p.Report, func(address string) { visit(ctx, w, address) })
}

// addresses are the configured, stored and imported ones that are targeted.
func (p *Plan) addresses() []string {
	all := map[string]bool{}
	for address := range p.config {
		all[address] = true
	}
	for at := range p.prior {
		all[at.address] = true
	}
	return slices.DeleteFunc(slices.Collect(maps.Keys(all)), func(address string) bool { return !targeted(p.options.Targets, address) })
}

func (p *Plan) object(at key) *Object {
	p.changed.Lock()
	defer p.changed.Unlock()
	return p.prior[at]
}

func (p *Plan) refreshed(at key, object *Object) {
	p.changed.Lock()
	defer p.changed.Unlock()
	if !object.exists() {
		delete(p.prior, at)
		return
	}
	p.prior[at] = object
}

func (p *Plan) plans(at key, c *Change) {
	p.changed.Lock()
	defer p.changed.Unlock()
	p.changes[at] = c
}

// keysOf are the objects of an address, including deposed ones.
func (p *Plan) keysOf(address string) []key {
	p.changed.Lock()
	defer p.changed.Unlock()
	var found []key
	for at := range p.prior {
		if at.address == address {
			found = append(found, at)
		}
	}
	slices.SortFunc(found, compareKeys)
	return found
}

// stored returns an object of the plan's state, upgraded, or nil if there is none.
func (p *Plan) stored(ctx context.Context, w *walk, at key) (*Object, bool) {
	object := p.object(at)
	if object == nil {
		return nil, true
	}
	return w.upgrade(ctx, at, object)
}

// refresh reads an object.
func (p *Plan) refresh(ctx context.Context, w *walk, at key, object *Object) (*Object, bool) {
	if object == nil || p.options.NoRefresh {
		return object, true
	}
	object, ok := w.read(ctx, at, object)
	if ok {
		p.refreshed(at, object)
	}
	return object, ok
}

func (p *Plan) planAddress(ctx context.Context, w *walk, address string) {
	for _, at := range p.keysOf(address) {
		if at.deposed != "" {
			p.planReadFirst(ctx, w, at)
		}
	}
	config, configured := p.config[address]
	at := key{address: address}
	switch {
	case configured:
		p.planConfigured(ctx, w, address, config)
	case slices.Contains(p.options.Removed, address):
		if _, ok := p.stored(ctx, w, at); ok {
			p.plans(at, &Change{Action: Forget})
		}
	case p.options.ReadFirst:
		p.planReadFirst(ctx, w, at)
	default:
		p.planDestroy(ctx, w, at)
	}
}

// planDestroy plans a removed instance and then refreshes it. The plan from before the refresh is applied.
func (p *Plan) planDestroy(ctx context.Context, w *walk, at key) {
	object, ok := p.stored(ctx, w, at)
	if !ok || object == nil {
		return
	}
	change, ok := w.planDestroy(ctx, at, object)
	if !ok {
		return
	}
	if object, ok = p.refreshDestroyed(ctx, w, at, object); ok && object.exists() && !p.options.RefreshOnly {
		p.plans(at, change)
	}
}

func (p *Plan) refreshDestroyed(ctx context.Context, w *walk, at key, object *Object) (*Object, bool) {
	if p.options.MinimalRefresh {
		return object, true
	}
	return p.refresh(ctx, w, at, object)
}

// planReadFirst plans the destruction of a deposed object, or with ReadFirst of a removed instance.
func (p *Plan) planReadFirst(ctx context.Context, w *walk, at key) {
	object, ok := p.stored(ctx, w, at)
	if ok {
		object, ok = p.refreshDestroyed(ctx, w, at, object)
	}
	if !ok || !object.exists() || p.options.RefreshOnly {
		return
	}
	if change, ok := w.planDestroy(ctx, at, object); ok {
		p.plans(at, change)
	}
}

func (p *Plan) planConfigured(ctx context.Context, w *walk, address string, values Values) {
	at := key{address: address}
	k, ok := p.tf.kinds[typeOf(address)]
	if !ok {
		p.fail(address, "Invalid resource type", typeOf(address))
		return
	}
	config, err := encode(k.typ, values, false)
	if err != nil {
		p.fail(address, "Invalid configuration", err.Error())
		return
	}
	object, ok := p.stored(ctx, w, at)
	if !ok {
		return
	}
	input := planInput{
		config: config, object: object,
		force:               slices.Contains(p.options.Replace, at.address),
		createBeforeDestroy: slices.Contains(p.options.CreateBeforeDestroy, at.address),
	}
	if p.options.MinimalRefresh && object != nil && !p.changesBeforeRead(ctx, w, at, input) {
		return
	}
	if input.object, ok = p.present(ctx, w, at, object); !ok || p.options.RefreshOnly {
		return
	}
	if change, ok := w.decide(ctx, at, input); ok {
		p.plans(at, change)
	}
}

// changesBeforeRead plans an object from the state and reports whether that would change it. In that case it is read and planned again,
// and the diagnostics of this plan are dropped. An error is final.
func (p *Plan) changesBeforeRead(ctx context.Context, w *walk, at key, input planInput) bool {
	first := *w
	first.report = &Report{}
	change, ok := first.decide(ctx, at, input)
	if ok && change.Action != NoOp {
		return true
	}
	for _, d := range first.report.Diags {
		p.add(d)
	}
	if ok {
		p.plans(at, change)
	}
	return false
}

// present is the current object of a configured address, imported if the options say so.
func (p *Plan) present(ctx context.Context, w *walk, at key, object *Object) (*Object, bool) {
	if id, imported := p.options.Import[at.address]; imported && object == nil {
		object, ok := w.importObject(ctx, at, id)
		if ok {
			p.refreshed(at, object)
		}
		return object, ok
	}
	return p.refresh(ctx, w, at, object)
}
