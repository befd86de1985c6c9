package provider

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

var (
	_ resource.ResourceWithConfigure  = (*membershipRuleResource)(nil)
	_ resource.ResourceWithModifyPlan = (*membershipRuleResource)(nil)
)

// membershipRuleResource is the base of the two rules, exclusive and absent memberships. Its plan names the members that its apply
// removes. The fields hold the differences of the two rules.
type membershipRuleResource struct {
	resourceSession
	kind   guard.Kind
	schema schema.Schema
	// removes is the name of the computed map of the members to remove: user ID → address.
	removes string
	// knows says that a reading covers all members, so that a change of emails needs no other read. The schema has members.
	knows bool
	// summary, reason and toKeep are the texts of the warning that names the removed members.
	summary, reason, toKeep string
	read                    func(people map[string]string, emails []string, known map[string]string) ruleReading
	warnings                func(before, after ruleReading, emailsBefore, emails []string, caller modelprime.User) []warning
}

// ruleState is a state, a plan or a configuration of either rule.
type ruleState struct {
	emails         addressSet
	members        types.Map
	removes        types.Map
	organizationID types.String
}

// The keys of a rule's private state. Until the next read, keyRemoved holds the IDs of the members in the computed map that the
// last apply removed. keyHidden holds the addresses of listed members that the state does not show.
const (
	keyRemoved = "removed"
	keyHidden  = "hidden"
)

func (r *membershipRuleResource) Metadata(_ context.Context, _ resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = string(r.kind)
}

func (r *membershipRuleResource) Schema(_ context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = r.schema
}

// ModifyPlan plans from the last read, so that the second plan, during the apply, has the same result. It looks up only new
// addresses; if their members change before the apply, Terraform refuses the apply.
func (r *membershipRuleResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.session == nil || !r.stateBelongs(ctx, req.State, &resp.Diagnostics) || req.Plan.Raw.IsNull() {
		return
	}
	config := r.get(ctx, req.Config, &resp.Diagnostics)
	prior, last := r.lastRead(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !addressesKnown(config.emails, &resp.Diagnostics) || !r.known(&resp.Diagnostics) {
		return
	}
	p, err := r.plan(ctx, config, prior, last)
	if err == nil {
		addWarnings(&resp.Diagnostics, p.warnings...)
		err = r.claimPeople(ctx, p, prior, resp)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not plan "+string(r.kind), "", err)
		return
	}
	r.set(ctx, &resp.Plan, p.state, &resp.Diagnostics)
}

func (r *membershipRuleResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	m := r.get(ctx, req.Plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	err := r.belongs(m.organizationID)
	var people map[string]string
	if err == nil {
		people, _, err = r.look(ctx)
	}
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the members", "", err)
		return
	}
	named := mapOf(m.removes)
	left, failures := r.remove(ctx, named, &resp.Diagnostics)
	if len(left) > 0 && len(left) == len(named) && !slices.ContainsFunc(failures, modelprime.IsUnconfirmed) {
		addError(&resp.Diagnostics, "Could not remove the members", "", errors.Join(failures...))
		return
	}
	// An error together with a state would taint the rule.
	for i, id := range sortedKeys(left) {
		resp.Diagnostics.AddWarning(left[id]+" was not removed", explain("", failures[i])+"\n\nThe next plan that refreshes shows who is left.")
	}
	found := r.read(people, textsOf(m.emails.SetValue), nil)
	m.members = mapValue(found.members)
	resp.Diagnostics.Append(setPrivate(ctx, resp.Private, keyInstance, guard.NewID())...)
	r.save(ctx, resp.Private, found.hidden, without(named, left), &resp.Diagnostics)
	r.set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (r *membershipRuleResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	m := r.get(ctx, req.State, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || r.notRefreshed(string(r.kind), &resp.Diagnostics) || !r.stateBelongs(ctx, req.State, &resp.Diagnostics) {
		return
	}
	r.readInstanceID(ctx, r.kind, m.instance(), resp.Private, &resp.Diagnostics)
	people, caller, err := r.look(ctx)
	if err != nil {
		addError(&resp.Diagnostics, "Could not read the members", "", err)
		return
	}
	found := r.read(people, textsOf(m.emails.SetValue), mapOf(m.members))
	delete(found.remove, caller.ID)
	m.members, m.removes = mapValue(found.members), mapValue(found.remove)
	r.save(ctx, resp.Private, found.hidden, nil, &resp.Diagnostics)
	r.set(ctx, &resp.State, m, &resp.Diagnostics)
}

func (r *membershipRuleResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	m := r.get(ctx, req.Plan, &resp.Diagnostics)
	prior, last := r.lastRead(ctx, req.State, req.Private, &resp.Diagnostics)
	if resp.Diagnostics.HasError() || !r.known(&resp.Diagnostics) {
		return
	}
	if err := r.belongs(prior.organizationID); err != nil {
		addError(&resp.Diagnostics, "Could not remove the members", "", err)
		return
	}
	next := r.read(last.people(), textsOf(m.emails.SetValue), last.members)
	named := mapOf(m.removes)
	maps.Copy(named, next.remove)
	removed := mapOf(m.removes)
	if left, failures := r.remove(ctx, named, &resp.Diagnostics); len(left) > 0 {
		m.removes, removed = mapValue(left), nil
		addError(&resp.Diagnostics, "Could not remove the members", "", errors.Join(failures...))
	}
	r.save(ctx, resp.Private, next.hidden, removed, &resp.Diagnostics)
	r.set(ctx, &resp.State, m, &resp.Diagnostics)
}

// Delete removes nobody.
func (r *membershipRuleResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	r.stateBelongs(ctx, req.State, &resp.Diagnostics)
}

// rulePlan is the plan of a rule. The computed map of its state holds the removed members that the prior state does not show.
type rulePlan struct {
	state    ruleState
	remove   map[string]string // user id → address
	warnings []warning
	caller   modelprime.User
}

func (r *membershipRuleResource) plan(ctx context.Context, config, prior ruleState, last ruleReading) (p rulePlan, err error) {
	config.organizationID = types.StringValue(r.organization.ID)
	caller, err := r.roster.Caller(ctx)
	if err != nil {
		return p, err
	}
	isNew, before := prior.emails.IsNull(), textsOf(prior.emails.SetValue)
	same := !isNew && sameAddresses(before, textsOf(config.emails.SetValue))
	if same {
		config.emails = prior.emails
	}
	emails := textsOf(config.emails.SetValue)
	next := r.read(last.people(), emails, last.members)
	added := missingFrom(before, emails)
	looks := isNew || len(added) > 0 && !r.knows
	if looks {
		people, _, err := r.look(ctx)
		if err != nil {
			return p, err
		}
		if err := r.restoreRemoved(ctx, people); err != nil {
			return p, err
		}
		found := r.read(people, added, nil)
		maps.Copy(found.remove, next.remove)
		next.remove = found.remove
		if isNew {
			next = found
		}
	}
	p = rulePlan{config, next.remove, r.warnings(last, next, before, emails, caller), caller}
	delete(p.remove, caller.ID)
	if same && len(p.remove) == 0 {
		p.state = prior
		return p, nil
	}
	p.state.removes, p.state.members = mapValue(without(p.remove, last.shown())), mapValue(next.members)
	if isNew {
		p.state.members = types.MapUnknown(types.StringType) // listed people may join until the apply
	}
	if len(p.remove) > 0 {
		p.warnings = append(p.warnings, r.removal(p.remove, looks))
	}
	return p, nil
}

// restoreRemoved adds the members that this run has already removed, with their previous addresses. The first plan named them, and
// Terraform would refuse a second plan without them.
func (r *membershipRuleResource) restoreRemoved(ctx context.Context, people map[string]string) error {
	removed := r.ledger.Removed()
	if len(removed) == 0 {
		return nil
	}
	first, err := r.roster.AtFirst(ctx)
	for _, gone := range removed {
		if was, ok := first[gone.ID]; ok && people[gone.ID] == "" {
			people[gone.ID] = was.Email
		}
	}
	return err
}

// claimPeople asks the guards about the members that a plan removes. Absent memberships also claim every listed address, because
// an invited person may join with it.
func (r *membershipRuleResource) claimPeople(ctx context.Context, p rulePlan, prior ruleState, resp *resource.ModifyPlanResponse) error {
	instance := r.instanceID(ctx, r.kind, prior.instance(), resp.Private, &resp.Diagnostics)
	if r.knows {
		if err := r.ledger.ClaimSingleton(r.kind, instance); err != nil {
			return err
		}
	}
	claim := guard.Claim{Kind: r.kind, OnDestroy: guard.Remove}
	for _, id := range sortedKeys(p.remove) {
		claim.Before = append(claim.Before, guard.Person{ID: id, Email: p.remove[id], CurrentEmail: p.remove[id]})
		if err := r.warnOfAnother(ctx, claim.Before[len(claim.Before)-1], p.remove[id], "", "removes them", &resp.Diagnostics); err != nil {
			return err
		}
	}
	if !r.knows {
		for _, email := range missingFrom([]string{p.caller.Email}, textsOf(p.state.emails.SetValue)) {
			claim.Before = append(claim.Before, guard.Person{Email: email})
		}
	}
	return r.claim(ctx, instance, claim)
}

// instance identifies a rule whose private state was lost.
func (m ruleState) instance() guard.Person {
	return guard.Person{Email: strings.Join(textsOf(m.emails.SetValue), ", ")}
}

// removal returns the warning with the members that a change removes. looksAgain says that the apply looks them up again.
func (r *membershipRuleResource) removal(people map[string]string, looksAgain bool) warning {
	var emails []string
	detail := r.reason + " The apply removes exactly these members from the organization:\n"
	for _, id := range sortedKeys(people) {
		emails = append(emails, people[id])
		detail += fmt.Sprintf("\n  - %s (%s)", people[id], id)
	}
	slices.Sort(emails)
	detail += "\n\n" + r.toKeep
	if looksAgain {
		detail += fmt.Sprintf(" If Terraform reports that %s has changed, a member joined or left after the plan was made: plan again.", r.removes)
	}
	if more := len(emails) - 10; more > 0 {
		emails = append(emails[:10], fmt.Sprintf("and %d more", more))
	}
	return warning{r.summary + ": " + strings.Join(emails, ", "), detail}
}

// spared warns that a rule does not remove the token's owner.
func spared(caller modelprime.User) warning {
	return warning{
		caller.Email + " owns the token and stays a member",
		"According to emails, this member would be removed. The rule never removes the owner of the token that the run uses.",
	}
}

// look reads the list of members until two reads agree.
func (r *membershipRuleResource) look(ctx context.Context) (people map[string]string, caller modelprime.User, err error) {
	members, caller, err := r.roster.MembersAndCaller(ctx)
	people = make(map[string]string, len(members))
	for _, user := range members {
		people[user.ID] = user.Email
	}
	return people, caller, err
}

// remove removes members by ID. It returns the members who are or may still be members, with the errors, in the order of their IDs.
// It never removes the token's owner, because the token may differ from the plan's.
func (r *membershipRuleResource) remove(ctx context.Context, people map[string]string, diags *diag.Diagnostics) (left map[string]string, failures []error) {
	left = map[string]string{}
	for _, id := range sortedKeys(people) {
		p := guard.Person{ID: id, Email: people[id], CurrentEmail: people[id]}
		caller, err := r.roster.Caller(ctx)
		if err == nil && caller.ID != id {
			err = r.removeMember(ctx, p)
		}
		switch {
		case errors.Is(err, errTakenOver):
			diags.AddWarning(people[id]+" was not removed", "Another resource in this run now manages the same person.")
		case err != nil:
			left[id], failures = people[id], append(failures, fmt.Errorf("%s: %w", p, err))
		}
	}
	return left, failures
}

// addressesKnown refuses unknown addresses, because the plan could not name the members that it removes.
func addressesKnown(emails addressSet, diags *diag.Diagnostics) bool {
	if setKnown(emails.SetValue) {
		return true
	}
	diags.AddAttributeError(path.Root("emails"), "The e-mail addresses are not known yet",
		"Some elements of emails are known only after an apply, so the plan could not name the members that it removes. "+
			"Take the addresses from variables, files or locals, or apply first the resources that they come from (-target).")
	return false
}

// lastRead returns the state and the result of its read. Both are empty for a new rule.
func (r *membershipRuleResource) lastRead(ctx context.Context, state attributeGetter, private privateReader, diags *diag.Diagnostics) (ruleState, ruleReading) {
	m, found := r.get(ctx, state, diags), ruleReading{}
	var removed []string
	getPrivate(ctx, private, keyRemoved, &removed, diags)
	getPrivate(ctx, private, keyHidden, &found.hidden, diags)
	found.members, found.remove = mapOf(m.members), mapOf(m.removes)
	for _, id := range removed {
		delete(found.remove, id)
	}
	return m, found
}

func (r *membershipRuleResource) save(ctx context.Context, to privateWriter, hidden, removed map[string]string, diags *diag.Diagnostics) {
	diags.Append(setPrivate(ctx, to, keyHidden, hidden)...)
	diags.Append(setPrivate(ctx, to, keyRemoved, sortedKeys(removed))...)
}

type attributeGetter interface {
	GetAttribute(ctx context.Context, path path.Path, target any) diag.Diagnostics
}

func (r *membershipRuleResource) get(ctx context.Context, from attributeGetter, diags *diag.Diagnostics) (m ruleState) {
	for name, target := range r.targets(&m) {
		diags.Append(from.GetAttribute(ctx, path.Root(name), target)...)
	}
	return m
}

func (r *membershipRuleResource) set(ctx context.Context, to interface {
	SetAttribute(ctx context.Context, path path.Path, value any) diag.Diagnostics
}, m ruleState, diags *diag.Diagnostics,
) {
	for name, value := range r.targets(&m) {
		diags.Append(to.SetAttribute(ctx, path.Root(name), value)...)
	}
}

func (r *membershipRuleResource) targets(m *ruleState) map[string]any {
	targets := map[string]any{"emails": &m.emails, r.removes: &m.removes, "organization_id": &m.organizationID}
	if r.knows {
		targets["members"] = &m.members
	}
	return targets
}
