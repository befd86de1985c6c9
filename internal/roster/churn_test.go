package roster

import (
	"bytes"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// resident is a member throughout.
const resident = "resident@example.com"

// churn is an organization where members join and leave between the requests for pages, anywhere in the list. It is a transport
// without a network.
type churn struct {
	dice     *rand.Rand
	balances bool // as many may leave as join between two pages
	restless int  // requests until the members stay the same
	joined   int
	members  []string // IDs; the addresses are made from them
	former   []string
	now      uint64          // the current members, as one number
	moments  map[uint64]bool // all values that now had
	change   int             // of the count since the last page
	changed  bool
	shifted  bool // a page was read after a change that left the count unchanged
}

func newChurn(seed int, balances bool) *churn {
	dice := rand.New(rand.NewPCG(7, uint64(seed)))
	c := &churn{dice: dice, balances: balances, restless: dice.IntN(60), moments: map[uint64]bool{}}
	c.insert("owner", 0)
	for range 60 + dice.IntN(240) {
		c.join()
	}
	c.insert("resident", min(98+dice.IntN(8), len(c.members))) // where a shift moves them to another page
	clear(c.moments)
	c.moments[c.now] = true
	return c
}

// fingerprint hashes an ID. A set's fingerprint is the sum of its members'.
func fingerprint(id string) uint64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, id)
	return h.Sum64()
}

func (c *churn) insert(id string, i int) {
	c.members = slices.Insert(c.members, i, id)
	c.now += fingerprint(id)
	c.moments[c.now] = true
	c.change++
	c.changed = true
}

// join adds a new member, or sometimes a former one.
func (c *churn) join() {
	i := len(c.members) // most lists grow at their end
	if c.dice.IntN(3) == 0 {
		i = c.dice.IntN(len(c.members) + 1)
	}
	if len(c.former) > 0 && c.dice.IntN(8) == 0 {
		id := c.former[len(c.former)-1]
		c.former = c.former[:len(c.former)-1]
		c.insert(id, i)
		return
	}
	c.joined++
	c.insert("auth0|"+strconv.Itoa(c.joined), i)
}

func (c *churn) leave() {
	i := c.dice.IntN(len(c.members))
	id := c.members[i]
	if id == "resident" || id == "owner" {
		return
	}
	c.members = slices.Delete(c.members, i, i+1)
	c.former = append(c.former, id)
	c.now -= fingerprint(id)
	c.moments[c.now] = true
	c.change--
	c.changed = true
}

// passes makes the changes before the next request.
func (c *churn) passes() {
	c.restless--
	if c.restless < 0 {
		return
	}
	switch what := c.dice.IntN(12); {
	case what == 0:
		c.join()
	case what == 1:
		c.leave()
	case what == 2:
		c.leave()
		c.leave()
	case what <= 5 && c.balances:
		for range 1 + c.dice.IntN(3) {
			c.leave()
			c.join()
		}
	}
}

func (c *churn) RoundTrip(r *http.Request) (*http.Response, error) {
	body := `{"id":"5f0c5a4e","name":"Example Robotics"}`
	if strings.HasSuffix(r.URL.Path, "/user") {
		body = `{"id":"owner","email":"` + sandbox.DefaultEmail + `","roles":["admin"]}`
	}
	if strings.HasSuffix(r.URL.Path, "/users") {
		number, err := strconv.Atoi(r.URL.Query().Get("page_number"))
		if err != nil {
			return nil, err
		}
		c.change, c.changed = 0, false
		c.passes()
		c.shifted = c.shifted || number > 1 && c.changed && c.change == 0
		body = c.page(number)
	}
	header := http.Header{"Content-Type": {"application/json"}}
	return &http.Response{StatusCode: http.StatusOK, Header: header, Body: io.NopCloser(strings.NewReader(body))}, nil
}

func (c *churn) page(number int) string {
	var page bytes.Buffer
	from, comma := min((number-1)*100, len(c.members)), ""
	fmt.Fprintf(&page, `{"count":%d,"items":[`, len(c.members))
	for _, id := range c.members[from:min(from+100, len(c.members))] {
		page.WriteString(comma + `{"id":"` + id + `","email":"` + strings.TrimPrefix(id, "auth0|") + `@example.com","name":"Unit"}`)
		comma = ","
	}
	page.WriteString("]}")
	return page.String()
}

func (c *churn) roster(t *testing.T) *Roster {
	return New(newClient(t, "http://localhost"+sandbox.BasePath, c))
}

// wasComplete reports whether the users were the complete list at some time.
func (c *churn) wasComplete(users []modelprime.User) bool {
	var sum uint64
	seen := map[string]bool{}
	for _, user := range users {
		sum += fingerprint(user.ID)
		seen[user.ID] = true
	}
	return len(seen) == len(users) && c.moments[sum]
}

// scans is the number of organizations; MODELPRIME_FULL=1 takes about two minutes on a slow machine.
func scans() int {
	if os.Getenv("MODELPRIME_FULL") != "" {
		return 10_000
	}
	if testing.Short() {
		return 40
	}
	return 300
}

// tally counts how reads ended. Each end must be frequent enough to be tested.
type tally struct{ whole, refused, missed int }

func (n tally) check(t *testing.T) {
	t.Helper()
	t.Logf("%d complete, %d refused, %d missed the member", n.whole, n.refused, n.missed)
	if all := n.whole + n.refused + n.missed; n.whole < all/4 || n.refused < all/1000 {
		t.Error("too few of a kind")
	}
}

// A list was complete at some time, or it is an error.
func TestListWhileMembersComeAndGo(t *testing.T) {
	var n tally
	for seed := range scans() {
		c := newChurn(seed, true)
		users, err := c.roster(t).Members(t.Context())
		var incomplete *IncompleteError
		switch {
		case errors.As(err, &incomplete) && users == nil:
			n.refused++
		case err != nil:
			t.Fatalf("scan %d: %v", seed, err)
		case !c.wasComplete(users):
			t.Errorf("scan %d: the %d members listed were never the complete list", seed, len(users))
		default:
			n.whole++
		}
	}
	n.check(t)
}

// A look-up reads the list once. It finds a member who stays, or is an error, with one exception: if as many members leave as join
// between two pages, the count stays the same and the API gives no other sign.
func TestLookUpWhileMembersComeAndGo(t *testing.T) {
	for _, balances := range []bool{false, true} {
		t.Run(fmt.Sprintf("balances=%t", balances), func(t *testing.T) {
			var n tally
			for seed := range scans() {
				c := newChurn(seed, balances)
				_, err := c.roster(t).One(t.Context(), resident)
				var incomplete *IncompleteError
				switch {
				case err == nil:
					n.whole++
				case errors.As(err, &incomplete):
					n.refused++
				case errors.Is(err, ErrNobody) && c.shifted:
					n.missed++
				default:
					t.Errorf("scan %d: %v", seed, err)
				}
			}
			n.check(t)
			if !balances && n.missed > 0 {
				t.Errorf("the member was missed %d times without a balanced change", n.missed)
			}
		})
	}
}
