package provider

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// ruleReading is the result of a rule's read of the members.
type ruleReading struct {
	members map[string]string // listed address → user ID of its member
	remove  map[string]string // user ID → present address, of the members that the rule removes
	hidden  map[string]string // user ID → present address, of listed members with another address in members, or none
}

// shown returns the addresses of the members in a state, by user ID: the present one, or the listed one.
func (r ruleReading) shown() map[string]string {
	people := maps.Clone(r.remove)
	for email, id := range r.members {
		people[id] = email
	}
	return people
}

// people returns the present addresses of all members in the reading, by user ID.
func (r ruleReading) people() map[string]string {
	people := r.shown()
	maps.Copy(people, r.hidden)
	return people
}

// readExclusive removes every member who is not listed. After the first read, a listed member is identified by user ID: they stay
// listed if they change their address, or if another member takes it.
func readExclusive(people map[string]string, emails []string, known map[string]string) ruleReading {
	listed := spellings(emails)
	found := ruleReading{members: map[string]string{}, remove: map[string]string{}, hidden: map[string]string{}}
	knownAs := map[string]string{}
	place := func(email, id string) {
		if _, taken := found.members[email]; !taken && knownAs[id] == "" {
			found.members[email], knownAs[id] = id, email
		}
	}
	for _, email := range sortedKeys(known) {
		id := known[email]
		if spelled, ok := listed[modelprime.FoldEmail(email)]; ok && people[id] != "" {
			place(spelled, id)
		}
	}
	for _, id := range sortedKeys(people) {
		spelled, ok := listed[modelprime.FoldEmail(people[id])]
		if ok {
			place(spelled, id)
		}
		switch {
		case !ok && knownAs[id] == "":
			found.remove[id] = people[id]
		case !modelprime.SameEmail(knownAs[id], people[id]):
			found.hidden[id] = people[id]
		}
	}
	return found
}

// readAbsent removes every member whose present address is listed.
func readAbsent(people map[string]string, emails []string, _ map[string]string) ruleReading {
	listed := spellings(emails)
	found := ruleReading{remove: map[string]string{}}
	for id, email := range people {
		if _, ok := listed[modelprime.FoldEmail(email)]; ok {
			found.remove[id] = email
		}
	}
	return found
}

// renamed warns about listed members who have changed their own address.
func (r ruleReading) renamed() []warning {
	var warnings []warning
	for _, email := range sortedKeys(r.members) {
		id := r.members[email]
		if present, ok := r.hidden[id]; ok {
			warnings = append(warnings, renamedWarnings(types.StringValue(email), types.StringValue(present), types.StringValue(id))...)
		}
	}
	return warnings
}

// shared warns about listed addresses that several members have.
func (r ruleReading) shared(emails []string) []warning {
	listed := spellings(emails)
	ids := map[string][]string{}
	for email, id := range r.members {
		ids[email] = []string{id}
	}
	for _, id := range sortedKeys(r.hidden) {
		if email, ok := listed[modelprime.FoldEmail(r.hidden[id])]; ok {
			ids[email] = append(ids[email], id)
		}
	}
	var warnings []warning
	for _, email := range sortedKeys(ids) {
		if len(ids[email]) > 1 {
			warnings = append(warnings, sharedAddress(email, ids[email],
				"All of them count as listed, and none is removed. Members can give themselves any address: if one of them is a different person, remove that member "+
					"in the Model-Prime app."))
		}
	}
	return warnings
}

// escaped warns about members who stay although their listed address was removed from the list, because the list also contains
// their present address.
func (r ruleReading) escaped(before ruleReading, listedBefore []string) []warning {
	had, knownAs := spellings(listedBefore), map[string]string{}
	for email, id := range r.members {
		knownAs[id] = email
	}
	var warnings []warning
	for _, email := range sortedKeys(before.members) {
		id := before.members[email]
		now := knownAs[id]
		if _, known := had[modelprime.FoldEmail(now)]; known && !modelprime.SameEmail(now, email) {
			warnings = append(warnings, warning{
				fmt.Sprintf("%s is no longer listed, but stays a member as %s", email, now),
				fmt.Sprintf("The member %[3]s was listed as %[1]s. Their present address is %[2]s, which emails lists too, so they stay. Members can give "+
					"themselves any address: if this one belongs to a different person, remove the member in the Model-Prime app.", email, now, id),
			})
		}
	}
	return warnings
}

// sharedAddress warns about an address that several members have.
func sharedAddress(email string, ids []string, consequence string) warning {
	return warning{
		fmt.Sprintf("Several members have the address %s", email),
		fmt.Sprintf("Their user IDs are %s. %s", strings.Join(slices.Sorted(slices.Values(ids)), ", "), consequence),
	}
}

// spellings maps each address, folded, to its spelling.
func spellings(emails []string) map[string]string {
	spelling := make(map[string]string, len(emails))
	for _, email := range emails {
		spelling[modelprime.FoldEmail(email)] = email
	}
	return spelling
}

// missingFrom returns the addresses that the others lack.
func missingFrom(others, emails []string) []string {
	had := spellings(others)
	return slices.DeleteFunc(slices.Clone(emails), func(email string) bool { _, ok := had[modelprime.FoldEmail(email)]; return ok })
}

// sameAddresses reports whether both are the same addresses, ignoring case.
func sameAddresses(a, b []string) bool {
	return len(missingFrom(a, b)) == 0 && len(missingFrom(b, a)) == 0
}
