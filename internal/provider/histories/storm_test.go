package histories_test

import (
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"net/http"
	"slices"
	"sync"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// stormFaults are the faults of a storm: throttled in four ways, lost before it was read, and lost in two ways after it was executed.
var stormFaults = []sandbox.FaultKind{
	sandbox.TooMany429, sandbox.TooManyRetryAfter429, sandbox.Unavailable503, sandbox.UnavailableRetryAfter503,
	sandbox.ResetBefore, sandbox.LostReply, sandbox.LostBadGateway502,
}

// storm makes one request in five fail. The fault depends on the seed and on how often the request was sent, not on the order of the
// requests.
type storm struct {
	seed int

	mu      sync.Mutex
	asked   map[string]int
	decided map[*http.Request]sandbox.FaultKind
	invited map[string]sandbox.FaultKind // the fault of the last invitation to an address
}

func (w *world) storm(seed int) *storm {
	s := &storm{seed: seed, asked: map[string]int{}, decided: map[*http.Request]sandbox.FaultKind{}, invited: map[string]sandbox.FaultKind{}}
	for _, kind := range stormFaults {
		w.Fail(sandbox.Fault{Kind: kind, Match: func(r *http.Request) bool { return s.hits(r) == kind }})
	}
	return s
}

func (s *storm) hits(r *http.Request) sandbox.FaultKind {
	s.mu.Lock()
	defer s.mu.Unlock()
	if kind, ok := s.decided[r]; ok {
		return kind
	}
	body, _ := io.ReadAll(r.Body)
	what := fmt.Sprintf("%s %s %s", r.Method, r.URL.RequestURI(), body)
	s.asked[what]++
	dice := fnv.New64a()
	fmt.Fprintf(dice, "%d %s %d", s.seed, what, s.asked[what])
	kind := sandbox.FaultKind("")
	if n := dice.Sum64() / 7 % uint64(5*len(stormFaults)); n < uint64(len(stormFaults)) {
		kind = stormFaults[n]
	}
	s.decided[r] = kind
	if email := invitedIn(r, body); email != "" {
		s.invited[email] = kind
	}
	return kind
}

func invitedIn(r *http.Request, body []byte) string {
	var invitation struct{ Email string }
	if r.Method != http.MethodPost || json.Unmarshal(body, &invitation) != nil {
		return ""
	}
	return invitation.Email
}

// inDoubt reports whether the client cannot know if the last invitation to an address was sent.
func (s *storm) inDoubt(email string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch s.invited[email] {
	case sandbox.Unavailable503, sandbox.ResetBefore, sandbox.LostReply, sandbox.LostBadGateway502:
		return true
	}
	return false
}

func seeds() []int {
	if full() {
		return []int{1, 2, 3, 4}
	}
	return []int{1, 2}
}

// One invitation in five fails: no second e-mail is sent, each unconfirmed invitation is a status and a warning, now and in the next
// plan, there is no error, and the next plan is empty.
func TestInvitationsInAStorm(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds() {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			storm := w.storm(seed)
			config := team(crowd(), "developer")
			report := w.run(config)
			w.Must(report.Err())
			doubts := checkAccounts(t, w, storm, report)
			if doubts < crowd()/20 {
				t.Errorf("only %d of %d invitations were unconfirmed: too few faults", doubts, crowd())
			}
			before := len(w.Emails())
			next := w.checkSettled(config)
			if told := len(next.Warnings()); told != doubts {
				t.Errorf("the next plan has %d warnings for %d unconfirmed invitations", told, doubts)
			}
			checkAccounts(t, w, storm, &next.Report)
			w.Must(w.run(config).Err())
			if len(w.Emails()) != before {
				t.Error("a further apply sent e-mails")
			}
		})
	}
}

// checkAccounts compares the state and the warnings with the sandbox, and counts the unconfirmed invitations.
func checkAccounts(t *testing.T, w *world, storm *storm, report *drive.Report) int {
	t.Helper()
	mails := w.mails()
	doubts := 0
	for i := range crowd() {
		email := emailOf(i)
		object := w.tf.Object(addressOf(i))
		if object == nil || object.Tainted {
			t.Fatalf("%s is tainted or not in the state", email)
		}
		want, doubtful := "invited", storm.inDoubt(email)
		if doubtful {
			want = "unconfirmed"
			doubts++
		}
		if got := object.Get("status"); got != want {
			t.Errorf("%s is %v, want %s", email, got, want)
		}
		if told := report.Warns("The invitation to " + email + " is unconfirmed"); told != doubtful {
			t.Errorf("%s has a warning: %v, is unconfirmed: %v", email, told, doubtful)
		}
		if mails[email] > 1 || mails[email] == 0 && !doubtful {
			t.Errorf("%s was sent %d e-mails", email, mails[email])
		}
	}
	return doubts
}

// All roles are changed, all members are read and all are removed in the same storm, without an error and without losing a member.
func TestMembersInAStorm(t *testing.T) {
	t.Parallel()
	for _, seed := range seeds() {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, nil)
			w.Must(w.run(team(crowd(), "developer")).Err())
			for i := range crowd() {
				w.Accept(emailOf(i))
			}
			w.Must(w.run(team(crowd(), "developer")).Err())

			w.storm(seed)
			config := team(crowd(), "admin", "analyst")
			w.Must(w.run(config).Err())
			w.checkSettled(config)
			if got := len(w.tf.Addresses()); got != crowd() {
				t.Errorf("the state holds %d of %d", got, crowd())
			}
			for i := range crowd() {
				if got := w.rolesOf(emailOf(i)); !slices.Equal(got, []string{"admin", "analyst"}) {
					t.Errorf("%s has the roles %v", emailOf(i), got)
				}
			}

			w.Must(w.run(drive.Config{}).Err())
			if left := w.Members(); len(left) != 1 || left[0].Email != sandbox.DefaultEmail || len(w.tf.Addresses()) != 0 {
				t.Errorf("%d members are still there, and %v in the state", len(left), w.tf.Addresses())
			}
		})
	}
}
