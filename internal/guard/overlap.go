package guard

import (
	"fmt"
	"slices"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// Checks for two instances that manage one person in one run.

// overlap compares a claim with all other claims for the same people.
func (l *Ledger) overlap(in *claim) error {
	for _, p := range in.people() {
		for _, other := range l.about(p) {
			if other == in {
				continue
			}
			if err := clash(in, other); err != nil {
				return err
			}
		}
	}
	return nil
}

// clash compares a new claim, which is not applied yet, with an earlier one.
func clash(a, b *claim) error {
	if a.After != nil && b.After != nil && a.After.Is(*b.After) {
		return twins(a, b)
	}
	if p, ok := b.destroyed(a.After); ok {
		return destroyedAndManaged(b, a, p)
	}
	if p, ok := a.destroyed(b.After); ok && !b.applied {
		return destroyedAndManaged(a, b, p)
	}
	return nil
}

// destroyed returns the person that the claim's instance stops managing.
func (in *claim) destroyed(p *Person) (Person, bool) {
	if p == nil {
		return Person{}, false
	}
	i := slices.IndexFunc(in.Before, p.Is)
	if i < 0 {
		return Person{}, false
	}
	return in.Before[i], true
}

// naming names a person, with all addresses that two instances have for them.
func naming(a, b Person) string {
	if a.ID == "" {
		a, b = b, a
	}
	var others []string
	for _, email := range []string{b.Email, a.CurrentEmail, b.CurrentEmail} {
		same := func(other string) bool { return modelprime.SameEmail(email, other) }
		if email != "" && !same(a.Email) && !slices.ContainsFunc(others, same) {
			others = append(others, email)
		}
	}
	if len(others) == 0 {
		return a.String()
	}
	return fmt.Sprintf("%s, also known as %s,", a, strings.Join(others, " and "))
}

func twins(a, b *claim) error {
	both := fmt.Sprintf("a %s and a %s", a.Kind, b.Kind)
	if a.Kind == b.Kind {
		both = fmt.Sprintf("two instances of %s", a.Kind)
	}
	detail := fmt.Sprintf("%s is managed by %s in this run. The two would undo each other's changes. This error is shown at one of the two. To find the other, search "+
		"the configuration for the address, ignoring case. Keep one of the two.", naming(*a.After, *b.After), both)
	if a.IsNew && b.IsNew && a.Kind == b.Kind {
		detail += " " + ifTainted
	}
	return &Error{"Two resources manage one person", detail}
}

func destroyedAndManaged(gone, stays *claim, p Person) error {
	name := naming(p, *stays.After)
	switch {
	case gone.Kind.isRule():
		return removedByRule(gone, stays, name)
	case gone.Kind == stays.Kind && stays.IsNew:
		return renamed(gone, name)
	case gone.OnDestroy == Keep:
		return nil
	}
	effect := "remove them from the organization"
	if gone.Kind == RoleAssignment {
		effect = "revoke all their roles"
	}
	return &Error{"One person is destroyed and kept in one run", fmt.Sprintf(
		"A %s for %s is destroyed in this run, but a %s for the same person stays. The destruction would %s. To stop managing the person without that, set "+
			"on_destroy = \"keep\" in the resource that is destroyed, and apply that first. Or use a removed block with lifecycle { destroy = false } (Terraform 1.7), "+
			"or `terraform state rm`.", gone.Kind, name, stays.Kind, effect)}
}

func renamed(gone *claim, name string) error {
	harmless := "nobody is removed or e-mailed"
	if gone.Kind == RoleAssignment {
		harmless = "their roles stay"
	}
	return &Error{"One person is destroyed and created in one run", fmt.Sprintf(
		"%s is destroyed by one %s and created by another in the same run. If the address of the resource has changed "+
			"(a renamed resource, a for_each key in another case), add a moved block, and %s:\n\n"+
			"moved {\n  from = %[2]s.<old address>\n  to   = %[2]s.<new address>\n}\n\n"+
			"With count, each instance after a removed one gets a different person. Use for_each over the e-mail addresses instead, with one moved block for each "+
			"remaining index, such as from = %[2]s.<name>[1] to = %[2]s.<name>[\"ada@example.com\"].\n"+
			"If the destroyed instance is a deposed object of a failed replacement, remove it from the state (terraform state rm) and import the person.",
		name, gone.Kind, harmless)}
}

func removedByRule(gone, stays *claim, name string) error {
	why, cure := "does not list", "List their address too"
	if gone.Kind == AbsentMemberships {
		why, cure = "lists", "Remove their address from emails"
	}
	return &Error{"One person is removed and kept in one run", fmt.Sprintf(
		"A %s %s %s and would remove them, but a %s for the same person stays. %s, or remove the %[4]s.",
		gone.Kind, why, name, stays.Kind, cure)}
}
