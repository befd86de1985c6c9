package drive

import (
	"context"
	"maps"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Action is what becomes of an object.
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

// Options are a plan's.
type Options struct {
	Destroy, RefreshOnly, NoRefresh bool
	// MinimalRefresh reads an instance only if a first plan, of the state as it stands, would change it, and plans it again
	// then. What is destroyed is not read.
	MinimalRefresh bool
	// ReadFirst reads what is no longer configured before its destruction is planned, as Terraform 1.5 and 1.15 do;
	// 1.11 plans it by the state as it stands.
	ReadFirst bool

	Targets []string          // empty is everything
	Replace []string          // as -replace
	Moved   map[string]string // from an address to another, as moved blocks
	Import  map[string]string // ids by address, as import blocks; only for what the state lacks
	Removed []string          // addresses of removed blocks that destroy nothing
	// CreateBeforeDestroy are the addresses whose lifecycle says so.
	CreateBeforeDestroy []string
}

// Change is what is planned for one object.
type Change struct {
	Action Action

	before, after tftypes.Value
	private       []byte
	identity      *tfprotov6.ResourceIdentityData
}

// Before is what there was, or nil.
func (c *Change) Before() Values { return valuesOf(c.before) }

// After is what is planned, or nil; what is left open is Unknown.
func (c *Change) After() Values { return valuesOf(c.after) }

// Private is what the provider keeps in the plan beside the attributes.
func (c *Change) Private() []byte { return c.private }

func valuesOf(v tftypes.Value) Values {
	values, _ := decode(v).(Values)
	return values
}

// Plan can be applied once, as long as nothing else has changed the state.
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

// Change is what is planned for the current object of an address. It is never nil.
func (p *Plan) Change(address string) *Change {
	if c := p.changes[key{address: address}]; c != nil {
		return c
	}
	return &Change{Action: NoOp}
}

// Changes are the planned actions that are not no-op, by address.
func (p *Plan) Changes() map[string]Action {
	actions := map[string]Action{}
	for at, c := range p.changes {
		if c.Action != NoOp {
			actions[at.address+at.deposed] = c.Action
		}
	}
	return actions
}

// Empty reports whether nothing is planned.
func (p *Plan) Empty() bool { return len(p.Changes()) == 0 }

// Prior is the refreshed object of an address as the plan saw it, or nil.
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

// refreshForDestroy plans as if nothing were to be destroyed, for what that refreshes. Its warnings are not told.
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

// addresses are those that are configured, in the state, or imported, and targeted.
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

// keysOf are the objects of an address, deposed ones too.
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

// bring takes an object out of the state. It is nil if there is none.
func (p *Plan) bring(ctx context.Context, w *walk, at key) (*Object, bool) {
	object := p.object(at)
	if object == nil {
		return nil, true
	}
	return w.upgrade(ctx, at, object)
}

// refresh has the provider read an object.
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
		if _, ok := p.bring(ctx, w, at); ok {
			p.plans(at, &Change{Action: Forget})
		}
	case p.options.ReadFirst:
		p.planReadFirst(ctx, w, at)
	default:
		p.planDestroy(ctx, w, at)
	}
}

// planDestroy plans what is no longer configured, and then refreshes it. The plan from before the refresh is applied.
func (p *Plan) planDestroy(ctx context.Context, w *walk, at key) {
	object, ok := p.bring(ctx, w, at)
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

// planReadFirst plans the destruction of a deposed object, or with ReadFirst of what is no longer configured.
func (p *Plan) planReadFirst(ctx context.Context, w *walk, at key) {
	object, ok := p.bring(ctx, w, at)
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
	object, ok := p.bring(ctx, w, at)
	if !ok {
		return
	}
	ask := asked{
		config: config, object: object,
		force:               slices.Contains(p.options.Replace, at.address),
		createBeforeDestroy: slices.Contains(p.options.CreateBeforeDestroy, at.address),
	}
	if p.options.MinimalRefresh && object != nil && !p.changesUnread(ctx, w, at, ask) {
		return
	}
	if ask.object, ok = p.present(ctx, w, at, object); !ok || p.options.RefreshOnly {
		return
	}
	if change, ok := w.decide(ctx, at, ask); ok {
		p.plans(at, change)
	}
}

// changesUnread plans an object as the state holds it, and reports whether that would change it: it is read and planned
// once more then, and what was said the first time is not told. An error is final.
func (p *Plan) changesUnread(ctx context.Context, w *walk, at key, ask asked) bool {
	first := *w
	first.report = &Report{}
	change, ok := first.decide(ctx, at, ask)
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

// present is the object of a configured address as it is now, imported if that is asked for.
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
