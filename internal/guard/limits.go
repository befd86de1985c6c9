package guard

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Limits are the limits of one run in the provider's configuration.
type Limits struct {
	// LockoutProtection keeps the caller a member and an admin.
	LockoutProtection bool
	// RequiredAdmins are the user IDs of members who stay members and admins.
	RequiredAdmins []string
	// MaxRemovals caps how many different people are removed.
	MaxRemovals Cap
	// MaxInvitations caps how many different people are e-mailed; nil is no limit.
	MaxInvitations *int64
}

// Organization holds the facts that the guards need. Caller is the token's owner, required if NeedsCaller is true. Members is the
// number of all members, including the caller. Lacks reports whether an ID is not a member's. Both come from the run's first read
// of the members, and are required if NeedsMembers is true. If Lacks is nil, every ID is a member's.
type Organization struct {
	Caller        Person
	CallerIsAdmin bool
	Members       int
	Lacks         func(id string) bool
}

// counts reports whether a removal counts. If the member has left already, it does not count.
func (o Organization) counts(p Person) bool { return o.Lacks == nil || !o.Lacks(p.ID) }

// NeedsCaller reports whether the check of a claim needs the caller.
func (l *Ledger) NeedsCaller(c Claim) bool {
	return l.limits.LockoutProtection && len(c.removes())+len(c.demotes()) > 0
}

// NeedsMembers reports whether the check of the claim needs the members.
func (c Claim) NeedsMembers() bool { return len(c.removes()) > 0 }

// judge checks a claim against the limits and counts it.
func (l *Ledger) judge(in *claim, org Organization) error {
	for _, p := range in.removes() {
		if err := l.mayLose(p, org); err != nil {
			return err
		}
	}
	for _, p := range in.demotes() {
		if err := l.mayDemote(p, org); err != nil {
			return err
		}
	}
	var beyond []Person
	for _, p := range in.removes() {
		if !org.counts(p) {
			continue
		}
		in.removals = append(in.removals, p.ID)
		if !l.removals.admit(p.ID, p, l.maxRemovals(org), false) {
			beyond = append(beyond, p)
		}
	}
	if len(beyond) > 0 {
		return l.tooManyRemovals(beyond, org)
	}
	if in.Invites {
		in.invites = modelprime.FoldEmail(in.After.Email)
		return l.admitInvitation(*in.After, false)
	}
	return nil
}

// mayLose refuses the removal of the caller and of a required admin.
func (l *Ledger) mayLose(p Person, org Organization) error {
	switch {
	case l.limits.LockoutProtection && org.Caller.Is(p):
		return &Error{"Refusing to remove the caller", fmt.Sprintf(
			"%s is the owner of the token that this run uses. Removing them would lock this configuration out of the organization. "+
				"If this is intended, use another admin's token, or set lockout_protection = false in the provider's configuration.", p)}
	case slices.Contains(l.limits.RequiredAdmins, p.ID):
		return &Error{"Refusing to remove a required admin", fmt.Sprintf(
			"%s is one of required_admins in the provider's configuration. If the removal is intended, remove the user ID from required_admins first.", p)}
	}
	return nil
}

// mayDemote refuses to leave the caller or a required admin without the admin role. CallerIsAdmin comes from the API, because a
// state without a refresh may be outdated.
func (l *Ledger) mayDemote(p Person, org Organization) error {
	switch {
	case l.limits.LockoutProtection && org.CallerIsAdmin && org.Caller.Is(p):
		return &Error{"Refusing to take the admin role from the caller", fmt.Sprintf(
			"%s is the owner of the token that this run uses. Without the role %q the next run could not manage the organization. "+
				"Keep the role. If the change is intended, use another admin's token, or set lockout_protection = false in the provider's configuration.",
			p, modelprime.RoleAdmin)}
	case slices.Contains(l.limits.RequiredAdmins, p.ID):
		return &Error{"Refusing to take the admin role from a required admin", fmt.Sprintf(
			"%s is one of required_admins in the provider's configuration, and this run would leave them without the role %q. Keep the role. If the change is "+
				"intended, remove the user ID from required_admins first.", p, modelprime.RoleAdmin)}
	}
	return nil
}

func (l *Ledger) maxRemovals(org Organization) int { return l.limits.MaxRemovals.Allows(org.Members) }

func (l *Ledger) maxInvitations() int {
	if l.limits.MaxInvitations == nil {
		return math.MaxInt
	}
	return int(*l.limits.MaxInvitations)
}

func (l *Ledger) admitInvitation(p Person, sent bool) error {
	if l.invitations.admit(modelprime.FoldEmail(p.Email), p, l.maxInvitations(), sent) {
		return nil
	}
	return l.invitations.tooMany([]Person{p}, limitTexts{
		summary: "Too many invitations in one run", verb: "send an invitation to",
		argument: "max_invitations", variable: "MODELPRIME_MAX_INVITATIONS", limit: l.maxInvitations(),
	})
}

func (l *Ledger) tooManyRemovals(beyond []Person, org Organization) error {
	share := ""
	if l.limits.MaxRemovals.percentage {
		share = fmt.Sprintf(" (%s of the organization's %d members)", l.limits.MaxRemovals, org.Members)
	}
	return l.removals.tooMany(beyond, limitTexts{
		summary: "Too many removals in one run", verb: "remove",
		argument: "max_removals", variable: "MODELPRIME_MAX_REMOVALS", limit: l.maxRemovals(org), share: share,
		advice: "Check the roster first: a truncated file looks like this. To stop managing people without removing them, set on_destroy = \"keep\" and apply that first. " +
			"A replacement counts as a removal even where lifecycle { destroy = false } keeps the person. ",
	})
}

// count holds the different people that a run removes (by ID) or e-mails (by address).
type count struct {
	people    map[string]*counted
	refused   map[string]bool // the people beyond the limit
	explained bool
}

type counted struct {
	Person
	claims int
	sent   bool // by the apply, so withdrawn claims do not change it
}

// admit counts a person for a claim, or for a request of the apply. It reports false if the limit is reached.
func (c *count) admit(key string, p Person, limit int, sent bool) bool {
	known, ok := c.people[key]
	if !ok && len(c.people) >= limit {
		c.refused[key] = true
		return false
	}
	if !ok {
		known = &counted{Person: p}
		c.people[key] = known
	}
	if sent {
		known.sent = true
	} else {
		known.claims++
	}
	return true
}

// release reverts the count of a claim.
func (c *count) release(key string) {
	delete(c.refused, key)
	known, ok := c.people[key]
	if !ok {
		return
	}
	if known.claims--; known.claims <= 0 && !known.sent {
		delete(c.people, key)
	}
}

// namesAtMost limits the names in one error.
const namesAtMost = 50

func (c *count) soFar() string {
	names := make([]string, 0, len(c.people))
	for _, p := range c.people {
		names = append(names, p.String())
	}
	slices.Sort(names)
	switch {
	case len(names) == 0:
		return "nobody"
	case len(names) > namesAtMost:
		return fmt.Sprintf("%s and %d more", strings.Join(names[:namesAtMost], ", "), len(names)-namesAtMost)
	}
	return strings.Join(names, ", ")
}

type limitTexts struct {
	summary, verb, argument, variable, share, advice string
	limit                                            int
}

// tooMany returns the error for people beyond a limit. Only the first error explains the limit: a truncated roster causes
// hundreds of errors.
func (c *count) tooMany(beyond []Person, t limitTexts) error {
	who := beyond[0].String()
	if more := len(beyond) - 1; more > 0 {
		who += fmt.Sprintf(" and %d more", more)
	}
	if c.explained {
		return &Error{t.summary, fmt.Sprintf("This run would also %s %s. That makes %d people, and %s allows %d. Another error of this run says what to do.",
			t.verb, who, len(c.people)+len(c.refused), t.argument, t.limit)}
	}
	c.explained = true
	excess := "one more than the"
	if len(beyond) > 1 {
		excess = fmt.Sprintf("%d more than the", len(beyond))
	}
	return &Error{t.summary, fmt.Sprintf(
		"This run would %s %s. That is %s %d that %s allows%s. Already counted: %s. %sIf it is intended, raise %[5]s. To raise it for one run only, set the "+
			"environment variable %[9]s, which counts if the provider's configuration does not set %[5]s.",
		t.verb, who, excess, t.limit, t.argument, t.share, c.soFar(), t.advice, t.variable)}
}
