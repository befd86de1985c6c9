package provider

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

const robotID = "auth0|robot"

// people of the tables, as the API lists them.
var (
	robotUser = modelprime.User{ID: robotID, Email: "robot@example.com"}
	adaUser   = modelprime.User{ID: "auth0|ada", Email: "Ada@example.com"}
	benUser   = modelprime.User{ID: "auth0|ben", Email: "ben@example.com"}
	eveUser   = modelprime.User{ID: "auth0|eve", Email: "eve@example.com"}
)

// as is somebody who has given themselves another address.
func as(user modelprime.User, email string) modelprime.User {
	user.Email = email
	return user
}

func idsOf(people map[string]person) []string { return slices.Sorted(maps.Keys(people)) }

func TestTakeCensus(t *testing.T) {
	knownAda := map[string]string{"ada@example.com": adaUser.ID}
	for name, test := range map[string]struct {
		users     []modelprime.User
		listed    []string
		known     map[string]string
		strangers []string
		members   map[string]string
		renamed   []string
		shared    []string
	}{
		"nobody": {},
		"everybody is listed, in another case": {
			users: []modelprime.User{adaUser, benUser}, listed: []string{"ada@example.com", "BEN@example.com"},
			members: map[string]string{"ada@example.com": adaUser.ID, "BEN@example.com": benUser.ID},
		},
		"listed people who have not joined": {listed: []string{"ada@example.com"}},
		"a stranger": {
			users: []modelprime.User{adaUser, eveUser}, listed: []string{"ada@example.com"},
			strangers: []string{eveUser.ID}, members: map[string]string{"ada@example.com": adaUser.ID},
		},
		"the caller is no stranger": {users: []modelprime.User{robotUser}},
		"the caller is a member like others if listed": {
			users: []modelprime.User{robotUser}, listed: []string{"robot@example.com"},
			members: map[string]string{"robot@example.com": robotID},
		},
		"another address of somebody who is known": {
			users: []modelprime.User{as(adaUser, "ada.new@example.com")}, listed: []string{"ada@example.com"}, known: knownAda,
			members: map[string]string{"ada@example.com": adaUser.ID}, renamed: []string{adaUser.ID},
		},
		"another address of somebody who was never seen": {
			users: []modelprime.User{as(adaUser, "ada.new@example.com")}, listed: []string{"ada@example.com"},
			strangers: []string{adaUser.ID},
		},
		"somebody known who is not listed any more": {users: []modelprime.User{adaUser}, known: knownAda, strangers: []string{adaUser.ID}},
		"somebody else takes the address of somebody known": {
			users:  []modelprime.User{as(adaUser, "ada.new@example.com"), as(benUser, "ada@example.com")},
			listed: []string{"ada@example.com"}, known: knownAda,
			members: map[string]string{"ada@example.com": adaUser.ID}, renamed: []string{adaUser.ID},
			shared: []string{"ada@example.com"},
		},
		"two people with one address": {
			users: []modelprime.User{benUser, as(adaUser, "BEN@example.com")}, listed: []string{"ben@example.com"},
			members: map[string]string{"ben@example.com": adaUser.ID}, shared: []string{"ben@example.com"},
		},
		"two who are known exchange their addresses": {
			users:  []modelprime.User{as(adaUser, "ben@example.com"), as(benUser, "ada@example.com")},
			listed: []string{"ada@example.com", "ben@example.com"},
			known:  map[string]string{"ada@example.com": adaUser.ID, "ben@example.com": benUser.ID},
			members: map[string]string{
				"ada@example.com": adaUser.ID, "ben@example.com": benUser.ID,
			},
			renamed: []string{adaUser.ID, benUser.ID},
			shared:  []string{"ada@example.com", "ben@example.com"},
		},
		"somebody known takes the address of somebody listed who has not joined": {
			users:   []modelprime.User{as(adaUser, "pending@example.com")},
			listed:  []string{"ada@example.com", "pending@example.com"},
			known:   knownAda,
			members: map[string]string{"ada@example.com": adaUser.ID}, renamed: []string{adaUser.ID},
		},
	} {
		t.Run(name, func(t *testing.T) {
			found := takeCensus(test.users, test.listed, test.known, robotID)
			if got := idsOf(found.strangers(test.listed)); !slices.Equal(got, test.strangers) {
				t.Errorf("strangers are %v, want %v", got, test.strangers)
			}
			if got := found.members(test.listed); !maps.Equal(got, test.members) {
				t.Errorf("members are %v, want %v", got, test.members)
			}
			if got := idsOf(found.renamed(test.listed)); !slices.Equal(got, test.renamed) {
				t.Errorf("renamed are %v, want %v", got, test.renamed)
			}
			if got := slices.Sorted(maps.Keys(found.shared(test.listed))); !slices.Equal(got, test.shared) {
				t.Errorf("shared are %v, want %v", got, test.shared)
			}
		})
	}
}

// A new configuration knows people by its own addresses, and by those of before only where it keeps them.
func TestCensusRelisted(t *testing.T) {
	before := takeCensus(
		[]modelprime.User{as(adaUser, "ada.new@example.com"), benUser, as(eveUser, "BEN@example.com"), robotUser},
		[]string{"ada@example.com", "ben@example.com"}, map[string]string{"ada@example.com": adaUser.ID}, robotID)
	for name, test := range map[string]struct{ listed, ada, ben, eve string }{
		"the same":                 {"ada@example.com ben@example.com", "ada@example.com", "ben@example.com", "ben@example.com"},
		"in another case":          {"ADA@example.com Ben@example.com", "ADA@example.com", "Ben@example.com", "Ben@example.com"},
		"under their new address":  {"ada.new@example.com ben@example.com", "ada.new@example.com", "ben@example.com", "ben@example.com"},
		"one of them not any more": {"ben@example.com", "", "ben@example.com", "ben@example.com"},
		"nobody":                   {"", "", "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			after := before.relisted(words(test.listed))
			for id, want := range map[string]string{adaUser.ID: test.ada, benUser.ID: test.ben, eveUser.ID: test.eve, robotID: ""} {
				if got := after.People[id].Listed; got != want {
					t.Errorf("%s is known as %q, want %q", id, got, want)
				}
			}
			if !after.People[robotID].Caller {
				t.Error("the caller is spared no more")
			}
		})
	}
}

// A state holds the configured addresses and those of the strangers; only the latter are told apart, letter by letter.
func TestCensusListedOf(t *testing.T) {
	found := takeCensus([]modelprime.User{adaUser, eveUser, robotUser}, []string{"ada@example.com"}, nil, robotID)
	got := found.listedOf([]string{"ada@example.com", "eve@example.com", "pending@example.com", "robot@example.com"})
	if want := []string{"ada@example.com", "pending@example.com", "robot@example.com"}; !slices.Equal(got, want) {
		t.Errorf("listed are %v, want %v", got, want)
	}
}

func TestCensusWithAndWithout(t *testing.T) {
	found := takeCensus([]modelprime.User{adaUser, eveUser}, []string{"ada@example.com"}, nil, robotID)
	strangers := found.strangers([]string{"ada@example.com"})
	left := found.without(strangers)
	if got := idsOf(left.People); !slices.Equal(got, []string{adaUser.ID}) || left.holdsUnlisted() {
		t.Errorf("left are %v", got)
	}
	if again := left.with(strangers); !maps.Equal(again.People, found.People) || !again.holdsUnlisted() {
		t.Errorf("together again are %v", again.People)
	}
}

func TestSameFolded(t *testing.T) {
	for _, test := range []struct {
		a, b string
		want bool
	}{
		{"", "", true},
		{"ada@example.com", "ADA@Example.com", true},
		{"ada@example.com", "ada@example.com ben@example.com", false},
		{"ada@example.com ben@example.com", "ada@example.com", false},
		{"ada@example.com ADA@example.com", "ada@example.com", true},
		{"\u017fay@example.com", "say@example.com", false}, // a long s
	} {
		if got := sameFolded(words(test.a), words(test.b)); got != test.want {
			t.Errorf("%q and %q: %v, want %v", test.a, test.b, got, test.want)
		}
	}
}

func words(text string) []string { return strings.Fields(text) }
