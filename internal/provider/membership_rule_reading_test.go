package provider

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

// pairs parses "id=address id=address". An ID is the first letter of the member's name.
func pairs(text string) map[string]string {
	found := map[string]string{}
	for _, pair := range strings.Fields(text) {
		key, value, _ := strings.Cut(pair, "=")
		found[key] = value
	}
	return found
}

func TestReadExclusive(t *testing.T) {
	for name, test := range map[string]struct {
		people, emails, known   string
		members, remove, hidden string
		warns                   []string
	}{
		"nobody":                           {emails: "ada@x"},
		"listed, in another case":          {people: "a=Ada@x b=ben@x", emails: "ada@x BEN@x", members: "ada@x=a BEN@x=b"},
		"unlisted":                         {people: "a=ada@x e=eve@x", emails: "ada@x", members: "ada@x=a", remove: "e=eve@x"},
		"known, and removed from the list": {people: "a=ada@x", known: "ada@x=a", remove: "a=ada@x"},
		"renamed, and never seen":          {people: "a=new@x", emails: "ada@x", remove: "a=new@x"},
		"renamed, and known":               {people: "a=new@x", emails: "ada@x", known: "ada@x=a", members: "ada@x=a", hidden: "a=new@x", warns: []string{"ada@x is now new@x"}},
		"known in another spelling":        {people: "a=new@x", emails: "ADA@x", known: "ada@x=a", members: "ADA@x=a", hidden: "a=new@x", warns: []string{"ADA@x is now new@x"}},
		"renamed, removed from the list":   {people: "a=new@x", emails: "ben@x", known: "ada@x=a", remove: "a=new@x"},
		"renamed, the list has followed":   {people: "a=new@x", emails: "new@x", known: "ada@x=a", members: "new@x=a"},
		"renamed to one not yet joined":    {people: "a=kim@x", emails: "ada@x kim@x", known: "ada@x=a", members: "ada@x=a", hidden: "a=kim@x", warns: []string{"ada@x is now kim@x"}},
		"two have one address":             {people: "a=ben@x b=Ben@x", emails: "ben@x", members: "ben@x=a", hidden: "b=Ben@x", warns: []string{"Several members have the address ben@x"}},
		"the known one of two":             {people: "a=ben@x b=ben@x", emails: "ben@x", known: "ben@x=b", members: "ben@x=b", hidden: "a=ben@x", warns: []string{"Several members have the address ben@x"}},
		"another takes a known address":    {people: "a=new@x b=ada@x", emails: "ada@x", known: "ada@x=a", members: "ada@x=a", hidden: "a=new@x b=ada@x", warns: []string{"ada@x is now new@x", "Several members have the address ada@x"}},
		"two known members swap":           {people: "a=ben@x b=ada@x", emails: "ada@x ben@x", known: "ada@x=a ben@x=b", members: "ada@x=a ben@x=b", hidden: "a=ben@x b=ada@x", warns: []string{"ada@x is now ben@x", "ben@x is now ada@x", "Several members have the address ada@x", "Several members have the address ben@x"}},
		"decomposed Unicode":               {people: "a=zoe\u0308@x", emails: "zo\u00eb@x", members: "zo\u00eb@x=a"},
		"a known member has left":          {people: "b=ada@x", emails: "ada@x", known: "ada@x=a", members: "ada@x=b"},
	} {
		t.Run(name, func(t *testing.T) {
			emails := strings.Fields(test.emails)
			found := readExclusive(pairs(test.people), emails, pairs(test.known))
			if want := (ruleReading{pairs(test.members), pairs(test.remove), pairs(test.hidden)}); !reflect.DeepEqual(found, want) {
				t.Errorf("found %+v, want %+v", found, want)
			}
			var summaries []string
			for _, w := range append(found.renamed(), found.shared(emails)...) {
				summaries = append(summaries, strings.TrimPrefix(w.summary, "The member "))
			}
			if !slices.Equal(summaries, test.warns) {
				t.Errorf("warns %q, want %q", summaries, test.warns)
			}
		})
	}
}

func TestReadAbsent(t *testing.T) {
	people := pairs("a=Ada@x b=ada@x k=kim@x z=zoe\u0308@x")
	for emails, want := range map[string]string{
		"": "", "ada@x": "a=Ada@x b=ada@x", "KIM@x nobody@x": "k=kim@x", "zo\u00eb@x": "z=zoe\u0308@x",
	} {
		if found := readAbsent(people, strings.Fields(emails), nil); !maps.Equal(found.remove, pairs(want)) {
			t.Errorf("%q: %v", emails, found.remove)
		}
	}
}

// Only the list and the known members decide who stays and who is removed. The state of a reading is enough to judge all members by
// another list.
func TestRuleReadingsOfRandomMembers(t *testing.T) {
	addresses := rapid.SampledFrom([]string{"ada@x", "Ada@x", "ben@x", "kim@x", "new@x"})
	people := rapid.MapOfN(rapid.SampledFrom([]string{"a", "b", "c", "d"}), addresses, 0, 4)
	lists := rapid.SliceOfN(addresses, 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		members, list, next := people.Draw(t, "people"), lists.Draw(t, "list"), lists.Draw(t, "next")
		before := readExclusive(people.Draw(t, "people before"), lists.Draw(t, "list before"), nil)
		found := readExclusive(members, list, before.members)
		for id, email := range members {
			_, listed := spellings(list)[modelprime.FoldEmail(email)]
			for address, known := range before.members {
				if _, still := spellings(list)[modelprime.FoldEmail(address)]; known == id && still {
					listed = true
				}
			}
			if _, goes := found.remove[id]; goes == listed {
				t.Fatalf("%s is listed: %t, and goes: %t", id, listed, goes)
			}
		}
		if again := found.people(); !reflect.DeepEqual(folded(again), folded(members)) {
			t.Fatalf("the reading knows %v of %v", again, members)
		}
		if again := readExclusive(found.people(), list, found.members); fmt.Sprint(again) != fmt.Sprint(found) {
			t.Fatalf("read again: %v, before: %v", again, found)
		}
		if a, b := readExclusive(found.people(), next, found.members), readExclusive(members, next, found.members); !reflect.DeepEqual(folded(a.remove), folded(b.remove)) {
			t.Fatalf("another list removes %v by the state, %v by the members", a.remove, b.remove)
		}
	})
}

func folded(people map[string]string) map[string]string {
	same := map[string]string{}
	for id, email := range people {
		same[id] = modelprime.FoldEmail(email)
	}
	return same
}
