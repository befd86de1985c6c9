package provider

import (
	"cmp"
	"maps"
	"slices"
	"sort"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/model-prime/terraform-provider-modelprime/internal/guard"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

type exclusiveModel struct {
	Emails         types.Set    `tfsdk:"emails"`
	Members        types.Map    `tfsdk:"members"`
	Unlisted       types.Set    `tfsdk:"unlisted"`
	UnlistedIDs    types.Set    `tfsdk:"unlisted_ids"`
	OrganizationID types.String `tfsdk:"organization_id"`
}

// census is what the last reading found, kept in the private state: by it the apply removes exactly the people that the
// plan named.
type census struct {
	// People are the members who were known then, by id.
	People map[string]person `json:"people"`
}

// person is a member as the census found them.
type person struct {
	// Email is their address.
	Email string `json:"email"`
	// Listed is the configured address that they are known by; empty for somebody who is not listed.
	Listed string `json:"listed,omitempty"`
	// Known says that they went by that address at the reading before: it stays theirs when somebody else takes it too.
	Known bool `json:"known,omitempty"`
	// Takes says that their own address is listed as well, and was not the one that they went by.
	Takes bool `json:"takes,omitempty"`
	// Caller says that the token was theirs: they are spared, listed or not.
	Caller bool `json:"caller,omitempty"`
}

// takeCensus tells of each member by which of the listed addresses they are known: the one by which they were known before,
// for whoever gives themselves another listed address does not become somebody else; or else their own one.
func takeCensus(members []modelprime.User, listed []string, known map[string]string, caller string) census {
	spelling := spellings(listed)
	byID := make(map[string]string, len(known))
	for _, email := range listed {
		if id, ok := known[email]; ok {
			byID[id] = email
		}
	}
	found := census{People: make(map[string]person, len(members))}
	for _, user := range members {
		before, own := byID[user.ID], spelling[modelprime.FoldEmail(user.Email)]
		found.People[user.ID] = person{
			Email: user.Email, Listed: cmp.Or(before, own), Known: before != "",
			Takes: before != "" && own != "" && before != own, Caller: user.ID == caller,
		}
	}
	return found
}

// strangers returns those whom the emails do not list, neither by their address nor as who they were. The caller is none.
func (c census) strangers(emails []string) map[string]person {
	listed := foldedSet(emails)
	return c.those(func(p person) bool {
		return !p.Caller && !listed[modelprime.FoldEmail(p.Listed)] && !listed[modelprime.FoldEmail(p.Email)]
	})
}

// those returns the people of whom something holds.
func (c census) those(holds func(person) bool) map[string]person {
	found := map[string]person{}
	for id, p := range c.People {
		if holds(p) {
			found[id] = p
		}
	}
	return found
}

// members maps each of the emails to the id of the member who goes by it. Where somebody else has taken the address of
// a listed person meanwhile, it stays that person's.
func (c census) members(emails []string) map[string]string {
	spelling := spellings(emails)
	found := map[string]string{}
	for _, known := range []bool{true, false} {
		for _, id := range sortedKeys(c.People) {
			p := c.People[id]
			email, ok := spelling[modelprime.FoldEmail(p.Listed)]
			if !ok {
				email, ok = spelling[modelprime.FoldEmail(p.Email)]
			}
			if _, taken := found[email]; ok && !taken && p.Known == known {
				found[email] = id
			}
		}
	}
	return found
}

// renamed returns those who are listed under an address that they do not have any more.
func (c census) renamed(emails []string) map[string]person {
	listed := foldedSet(emails)
	return c.those(func(p person) bool {
		return listed[modelprime.FoldEmail(p.Listed)] && !modelprime.SameEmail(p.Listed, p.Email)
	})
}

// escaped returns those who were taken out of the list, and stay by an address that was listed beside theirs.
func (c census) escaped(emails []string) map[string]person {
	listed := foldedSet(emails)
	return c.those(func(p person) bool {
		return p.Takes && !listed[modelprime.FoldEmail(p.Listed)] && listed[modelprime.FoldEmail(p.Email)]
	})
}

// among returns those of the people whom a plan named by their ids.
func among(people map[string]person, planned []string) map[string]person {
	found := map[string]person{}
	for _, id := range planned {
		if p, ok := people[id]; ok {
			found[id] = p
		}
	}
	return found
}

// shared maps each of the emails that several members go by, as the listed person or by their own address, to their ids.
func (c census) shared(emails []string) map[string][]string {
	spelling := spellings(emails)
	claims := map[string][]string{}
	for _, id := range sortedKeys(c.People) {
		p := c.People[id]
		claimed := []string{modelprime.FoldEmail(p.Listed), modelprime.FoldEmail(p.Email)}
		for _, folded := range slices.Compact(claimed) {
			if email, ok := spelling[folded]; ok {
				claims[email] = append(claims[email], id)
			}
		}
	}
	maps.DeleteFunc(claims, func(_ string, ids []string) bool { return len(ids) < 2 })
	return claims
}

// without leaves people out.
func (c census) without(ids map[string]person) census {
	left := census{People: map[string]person{}}
	for id, p := range c.People {
		if _, out := ids[id]; !out {
			left.People[id] = p
		}
	}
	return left
}

// with adds people.
func (c census) with(people map[string]person) census {
	more := c.without(nil)
	maps.Copy(more.People, people)
	return more
}

// holdsUnlisted reports whether somebody in it is known by no listed address.
func (c census) holdsUnlisted() bool {
	for _, p := range c.People {
		if p.Listed == "" && !p.Caller {
			return true
		}
	}
	return false
}

// relisted knows the people by the addresses of a new configuration.
func (c census) relisted(emails []string) census {
	spelling := spellings(emails)
	byID := map[string]string{}
	for email, id := range c.members(emails) {
		byID[id] = email
	}
	again := census{People: make(map[string]person, len(c.People))}
	for id, p := range c.People {
		p.Listed, p.Known = cmp.Or(byID[id], spelling[modelprime.FoldEmail(p.Email)]), byID[id] != ""
		again.People[id] = p
	}
	return again
}

// listedOf tells the configured addresses in a state apart from the strangers that a reading put beside them.
func (c census) listedOf(emails []string) []string {
	strange := map[string]bool{}
	for _, p := range c.People {
		if p.Listed == "" && !p.Caller {
			strange[p.Email] = true
		}
	}
	var listed []string
	for _, email := range emails {
		if !strange[email] {
			listed = append(listed, email)
		}
	}
	return listed
}

func (p person) guarded(id string) guard.Person {
	return guard.Person{ID: id, Email: p.Email, CurrentEmail: p.Email}
}

// emailsOf returns the addresses of people, sorted.
func emailsOf(people map[string]person) []string {
	emails := make([]string, 0, len(people))
	for _, p := range people {
		emails = append(emails, p.Email)
	}
	sort.Strings(emails)
	return emails
}

// spellings maps each address, folded, to the way it is written.
func spellings(emails []string) map[string]string {
	spelling := make(map[string]string, len(emails))
	for _, email := range emails {
		spelling[modelprime.FoldEmail(email)] = email
	}
	return spelling
}

func foldedSet(emails []string) map[string]bool {
	set := make(map[string]bool, len(emails))
	for _, email := range emails {
		set[modelprime.FoldEmail(email)] = true
	}
	return set
}

// sameFolded reports whether two sets of addresses are equal, ASCII case aside.
func sameFolded(a, b []string) bool {
	inA, inB := foldedSet(a), foldedSet(b)
	for email := range inA {
		if !inB[email] {
			return false
		}
	}
	return len(inA) == len(inB)
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	return keys
}

func mapValue(values map[string]string) types.Map {
	elements := make(map[string]attr.Value, len(values))
	for key, value := range values {
		elements[key] = types.StringValue(value)
	}
	return types.MapValueMust(types.StringType, elements)
}

func mapOf(value types.Map) map[string]string {
	values := make(map[string]string, len(value.Elements()))
	for key, element := range value.Elements() {
		if s, ok := element.(types.String); ok {
			values[key] = s.ValueString()
		}
	}
	return values
}
