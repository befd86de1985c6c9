package provider

import (
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
}

// takeCensus sorts the members into the listed, known by id once they were seen, and the strangers. The caller is
// neither, whatever is configured.
func takeCensus(members []modelprime.User, listed []string, known map[string]string, caller string) census {
	byEmail := make(map[string]string, len(listed))
	byID := make(map[string]string, len(known))
	for _, email := range listed {
		byEmail[modelprime.FoldEmail(email)] = email
		if id, ok := known[email]; ok {
			byID[id] = email
		}
	}
	found := census{People: map[string]person{}}
	for _, user := range members {
		if user.ID == caller {
			continue
		}
		p := person{Email: user.Email, Listed: byEmail[modelprime.FoldEmail(user.Email)]}
		if p.Listed == "" {
			p.Listed = byID[user.ID]
		}
		found.People[user.ID] = p
	}
	return found
}

// strangers returns the ids of those whom the emails do not list, neither by their address nor as who they were.
func (c census) strangers(emails []string) map[string]person {
	listed := foldedSet(emails)
	found := map[string]person{}
	for id, p := range c.People {
		if !listed[modelprime.FoldEmail(p.Email)] && (p.Listed == "" || !listed[modelprime.FoldEmail(p.Listed)]) {
			found[id] = p
		}
	}
	return found
}

// members maps each of the emails to the id of the member who goes by it. Where somebody else has taken the address of
// a listed person meanwhile, it stays that person's.
func (c census) members(emails []string) map[string]string {
	spelling := make(map[string]string, len(emails))
	for _, email := range emails {
		spelling[modelprime.FoldEmail(email)] = email
	}
	found := map[string]string{}
	for _, id := range sortedKeys(c.People) {
		p := c.People[id]
		renamed := p.Listed != "" && !modelprime.SameEmail(p.Listed, p.Email)
		if email, ok := spelling[modelprime.FoldEmail(p.Listed)]; ok && renamed {
			found[email] = id
		}
	}
	for _, id := range sortedKeys(c.People) {
		email, ok := spelling[modelprime.FoldEmail(c.People[id].Email)]
		if _, taken := found[email]; ok && !taken {
			found[email] = id
		}
	}
	return found
}

// renamed returns those who are listed under an address that they do not have any more.
func (c census) renamed(emails []string) map[string]person {
	listed := foldedSet(emails)
	found := map[string]person{}
	for id, p := range c.People {
		if p.Listed != "" && listed[modelprime.FoldEmail(p.Listed)] && !listed[modelprime.FoldEmail(p.Email)] {
			found[id] = p
		}
	}
	return found
}

// without leaves people out who were removed.
func (c census) without(ids map[string]person) census {
	left := census{People: map[string]person{}}
	for id, p := range c.People {
		if _, removed := ids[id]; !removed {
			left.People[id] = p
		}
	}
	return left
}

// relisted knows the people by the addresses of a new configuration.
func (c census) relisted(emails []string) census {
	again := census{People: map[string]person{}}
	byID := map[string]string{}
	for email, id := range c.members(emails) {
		byID[id] = email
	}
	for id, p := range c.People {
		again.People[id] = person{Email: p.Email, Listed: byID[id]}
	}
	return again
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

// listedOf tells the configured addresses in a state apart from the strangers that a reading put beside them.
func (c census) listedOf(emails []string) []string {
	strange := map[string]bool{}
	for _, p := range c.People {
		if p.Listed == "" {
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

func foldedEmail(p person) string { return modelprime.FoldEmail(p.Email) }
