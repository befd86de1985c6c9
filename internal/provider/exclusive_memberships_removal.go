package provider

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// planRemovals asks the guards about everybody who is to be removed, and tells the reviewer who that is: the plan's own
// lines show an address that comes or goes, and count nothing as destroyed.
func (r *exclusiveMembershipsResource) planRemovals(ctx context.Context, instance string, strangers map[string]person, diags *diag.Diagnostics) error {
	if len(strangers) > 0 {
		diags.AddWarning("Members who are not listed will be removed: "+strings.Join(emailsOf(strangers), ", "),
			"The apply removes them from the organization, and nobody else. To keep somebody, add their address to emails.")
	}
	removed := make([]guard.Person, 0, len(strangers))
	for _, id := range sortedKeys(strangers) {
		removed = append(removed, strangers[id].guarded(id))
	}
	return r.claim(ctx, instance, guard.Claim{Kind: guard.ExclusiveMemberships, Before: removed, OnDestroy: guard.Remove})
}

// sharedWarnings tell of listed addresses that do not say who is meant. A rule that goes by addresses lets all of them stay.
func (c census) sharedWarnings(emails []string) []warning {
	shared := c.shared(emails)
	warnings := make([]warning, 0, len(shared))
	for _, email := range sortedKeys(shared) {
		warnings = append(warnings, sharedAddress(email, shared[email],
			"All of them count as listed, and none is removed. Members can give themselves any address: if one of them is somebody else, remove them in the Model-Prime app."))
	}
	return warnings
}

// escapedWarnings tell of those who are listed no more, and stay by an address that was listed for somebody else.
func (c census) escapedWarnings(emails []string) []warning {
	escaped := c.escaped(emails)
	warnings := make([]warning, 0, len(escaped))
	for _, id := range sortedKeys(escaped) {
		p := escaped[id]
		warnings = append(warnings, warning{
			fmt.Sprintf("The member known as %s stays as %s", p.Listed, p.Email),
			fmt.Sprintf("Their address (%s) was listed beside the one that is taken out. If it is their own, all is well. "+
				"Members can give themselves any address: if it is another person's, remove the member in the Model-Prime app.", id),
		})
	}
	return warnings
}

// unnamedWarnings tell of strangers whom a creation leaves where they are.
func unnamedWarnings(strangers, named map[string]person) []warning {
	var warnings []warning
	for _, id := range sortedKeys(strangers) {
		if _, ok := named[id]; !ok {
			warnings = append(warnings, warning{
				fmt.Sprintf("%s is not listed and was not removed", strangers[id].guarded(id)),
				"The plan did not name them. The next plan shows who is left.",
			})
		}
	}
	return warnings
}

// sharedAddress tells of an address by which several members go.
func sharedAddress(email string, ids []string, consequence string) warning {
	return warning{
		fmt.Sprintf("Several members go by the address %s", email),
		fmt.Sprintf("These are %s. %s", strings.Join(ids, ", "), consequence),
	}
}

// alreadyRemoved are those whom this run has removed before the members were read. The plan named them as unlisted, and no
// list shows them any more: without them Terraform would refuse its own plan.
func (r *exclusiveMembershipsResource) alreadyRemoved(found census, emails []string) map[string]person {
	listed := foldedSet(emails)
	gone := map[string]person{}
	for _, p := range r.ledger.Removed() {
		_, here := found.People[p.ID]
		if !here && !listed[modelprime.FoldEmail(p.Email)] && !listed[modelprime.FoldEmail(p.CurrentEmail)] {
			gone[p.ID] = person{Email: p.CurrentEmail}
		}
	}
	return gone
}

// remove removes people by the ids that the plan saw, and tells who could not be.
func (r *exclusiveMembershipsResource) remove(ctx context.Context, people map[string]person, diags *diag.Diagnostics) removalErrors {
	var failed removalErrors
	for _, id := range sortedKeys(people) {
		p := people[id].guarded(id)
		err := r.removeOther(ctx, p)
		switch {
		case errors.Is(err, errTakenOver):
			diags.AddWarning(fmt.Sprintf("%s was not removed", p.Email), "Another resource in this run has taken over the same person.")
		case err != nil:
			failed = append(failed, &removalError{id: id, person: people[id], err: err})
		}
	}
	return failed
}

// removeOther removes somebody who is not the caller: the token may be another one than the plan's.
func (r *exclusiveMembershipsResource) removeOther(ctx context.Context, p guard.Person) error {
	caller, err := r.roster.Caller(ctx)
	if err != nil {
		return err
	}
	if caller.ID == p.ID {
		return errors.New("this is the owner of the token that the run uses, whom the rule always spares")
	}
	return r.removeMember(ctx, p)
}

// removalError says why somebody is still there.
type removalError struct {
	id     string
	person person
	err    error
}

func (e *removalError) who() string   { return e.person.guarded(e.id).String() }
func (e *removalError) Error() string { return e.who() + ": " + e.err.Error() }
func (e *removalError) Unwrap() error { return e.err }

// removalErrors are all who are still there.
type removalErrors []*removalError

func (es removalErrors) Unwrap() []error {
	errs := make([]error, len(es))
	for i, e := range es {
		errs[i] = e
	}
	return errs
}

func (es removalErrors) Error() string { return errors.Join(es.Unwrap()...).Error() }

func (es removalErrors) people() map[string]person {
	people := make(map[string]person, len(es))
	for _, e := range es {
		people[e.id] = e.person
	}
	return people
}

// inDoubt reports whether somebody may be gone all the same.
func (es removalErrors) inDoubt() bool {
	return slices.ContainsFunc(es, func(e *removalError) bool { return modelprime.IsUnconfirmed(e) })
}
