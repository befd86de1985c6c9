package roster

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

func TestListIsReadInPages(t *testing.T) {
	for members, pages := range map[int]int{1: 1, 99: 1, 100: 1, 101: 2, 200: 2, 201: 3, 350: 4} {
		t.Run(strconv.Itoa(members), func(t *testing.T) {
			w := newWorld(t, members)
			users, err := w.Roster.Members(t.Context())
			noError(t, err)
			w.whole(users)
			w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 2 * pages})
		})
	}
}

func TestMembersAreInTheOrderOfTheAPI(t *testing.T) {
	w := newWorld(t, 150)
	users, err := w.Roster.Members(t.Context())
	noError(t, err)
	for i, user := range users[1:] {
		if user.Email != unit(i) || user.Roles != nil {
			t.Fatalf("member %d is %v", i, user)
		}
	}
}

// A change of the count between two pages is noticed, and the list is read again from the start.
func TestChangedCountIsNoticed(t *testing.T) {
	for name, change := range map[string]func(w *world){
		"goes off the first page":  func(w *world) { w.leave(unit(3)) },
		"goes off the second page": func(w *world) { w.leave(unit(150)) },
		"comes":                    func(w *world) { w.add("late@example.com", "Late Joiner") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 220)
			w.before(func(n int) {
				if n == 2 {
					change(w)
				}
			})
			found, err := w.WithEmail(t.Context(), unit(99))
			noError(t, err)
			if len(found) != 1 {
				t.Errorf("found %v", found)
			}
			w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 2 + 3})
			w.OnRequest(nil)
			users, err := w.Roster.Members(t.Context())
			noError(t, err)
			w.whole(users)
		})
	}
}

// A removal and a join between two pages leave the count unchanged: a member moves onto a page that was read already.
func TestBalancedChangeIsNoticed(t *testing.T) {
	w := newWorld(t, 220)
	w.before(func(n int) {
		if n == 2 {
			w.leave(unit(3))
			w.add("late@example.com", "Late Joiner")
		}
	})
	users, err := w.Roster.Members(t.Context())
	noError(t, err)
	w.whole(users)
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 3 * 3})
	again, err := w.Roster.Members(t.Context())
	noError(t, err)
	w.whole(again)
	w.asked(map[string]int{})
}

func TestReadsAgreeOnNamesAndAddresses(t *testing.T) {
	for name, change := range map[string]func(w *world, id string) error{
		"name":    func(w *world, id string) error { return w.SetName(id, "Unit the First") },
		"address": func(w *world, id string) error { return w.SetEmail(id, "first@example.com") },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 3)
			member, _ := w.Sandbox.Member(unit(1))
			w.before(func(n int) {
				if n == 2 {
					if err := change(w, member.ID); err != nil {
						t.Error(err)
					}
				}
			})
			users, err := w.Roster.Members(t.Context())
			noError(t, err)
			w.whole(users)
			want, _ := w.Sandbox.Member(func() string {
				if name == "address" {
					return "first@example.com"
				}
				return unit(1)
			}())
			if users[2].Name != want.Name {
				t.Errorf("the list holds %q, the organization %q", users[2].Name, want.Name)
			}
			w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 3})
		})
	}
}

func TestUnstableListIsAnError(t *testing.T) {
	w := newWorld(t, 150)
	w.before(func(n int) {
		if n%2 == 0 {
			w.add(fmt.Sprintf("joiner%d@example.com", n), "Joiner")
		}
	})
	_, err := w.WithEmail(t.Context(), unit(3))
	incomplete := as[*IncompleteError](t, err)
	if want := "went from 155 to 156 while"; !strings.Contains(incomplete.Error(), want) {
		t.Errorf("%q does not tell %q", incomplete, want)
	}
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 2 * maxReadings})
}

func TestReadsThatNeverAgreeAreAnError(t *testing.T) {
	w := newWorld(t, 3)
	w.before(func(n int) {
		w.add(fmt.Sprintf("joiner%d@example.com", n), "Joiner")
	})
	users, err := w.Roster.Members(t.Context())
	incomplete := as[*IncompleteError](t, err)
	if want := "during each of 7 reads"; !strings.Contains(incomplete.Error(), want) || users != nil {
		t.Errorf("%v: %q does not tell %q", users, incomplete, want)
	}
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 1 + maxReadings})
}

func TestReadsThatAgreeInTheEnd(t *testing.T) {
	w := newWorld(t, 3)
	w.before(func(n int) {
		if n <= maxReadings {
			w.add(fmt.Sprintf("joiner%d@example.com", n), "Joiner")
		}
	})
	users, err := w.Roster.Members(t.Context())
	noError(t, err)
	w.whole(users)
	w.asked(map[string]int{"getCurrentUser": 1, "listUsers": 1 + maxReadings})
}

// liar serves pages of its own; n counts the requests for pages.
type liar struct {
	*Roster
	pages atomic.Int64
}

func newLiar(t *testing.T, page func(number, n int) (count int, users []modelprime.User)) *liar {
	t.Helper()
	l := &liar{}
	url := "http://localhost" + sandbox.BasePath
	honest := sandbox.New(sandbox.Options{})
	l.Roster = New(newClient(t, url, inProcess{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/users") {
			honest.ServeHTTP(w, r)
			return
		}
		number, _ := strconv.Atoi(r.URL.Query().Get("page_number"))
		count, users := page(number, int(l.pages.Add(1)))
		if users == nil {
			users = []modelprime.User{}
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(map[string]any{"count": count, "items": users}); err != nil {
			t.Error(err)
		}
	})}))
	return l
}

// people are n members from this number on. Number 0 is the caller.
func people(from, n int) []modelprime.User {
	users := make([]modelprime.User, n)
	for i := range users {
		users[i] = modelprime.User{ID: fmt.Sprintf("auth0|%d", from+i), Email: unit(from + i), Name: "Unit"}
		if from+i == 0 {
			users[i].ID = "auth0|owner"
		}
	}
	return users
}

func TestInconsistentListIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		page  func(number, n int) (int, []modelprime.User)
		tells string
		pages int64
	}{
		"counts more than it holds": {
			func(number, _ int) (int, []modelprime.User) { return 250, people((number-1)*100, 80) },
			"counts 250 members and its pages hold 240", 3 * maxReadings,
		},
		"counts fewer than it holds": {
			func(int, int) (int, []modelprime.User) { return 9, people(0, 10) },
			"counts 9 members and its pages hold 10", maxReadings,
		},
		"counts a million": {
			func(number, _ int) (int, []modelprime.User) { return 1_000_000, people(number*100, 100) },
			"counts 1000000 members, more than the limit of 100000", maxReadings,
		},
		"counts one too many": {
			func(number, _ int) (int, []modelprime.User) { return maxMembers + 1, people(number*100, 100) },
			"counts 100001 members, more than", maxReadings,
		},
		"holds empty pages": {
			func(number, _ int) (int, []modelprime.User) { return 90_000, people(0, max(0, 200-100*number)) },
			"counts 90000 members and its pages hold 100", 2 * maxReadings,
		},
		"holds the same page for ever": {
			func(int, int) (int, []modelprime.User) { return 90_000, people(0, 100) },
			"counts 90000 members and its pages hold 100", 2 * maxReadings,
		},
		"holds many more on a page than requested": {
			func(number, _ int) (int, []modelprime.User) { return 9_000, people(number*5_000, 5_000) },
			"counts 9000 members and its pages hold 10000", 2 * maxReadings,
		},
		"grows with each page": {
			func(number, n int) (int, []modelprime.User) { return 100 * (n + 1), people(number*100, 100) },
			"went from 1200 to 1300", 2 * maxReadings,
		},
		"counts no member": {
			func(int, int) (int, []modelprime.User) { return 0, nil },
			"the token's owner, who is a member, is not in it", maxReadings,
		},
		"is empty": {
			func(int, int) (int, []modelprime.User) { return 10, nil },
			"counts 10 members and its pages hold 0", maxReadings,
		},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLiar(t, c.page)
			found, err := l.WithEmail(t.Context(), unit(3))
			incomplete := as[*IncompleteError](t, err)
			if !strings.Contains(incomplete.Error(), "the list of members is not complete: ") || !strings.Contains(incomplete.Error(), c.tells) {
				t.Errorf("%q does not tell %q", incomplete, c.tells)
			}
			if found != nil || l.pages.Load() != c.pages {
				t.Errorf("found %v after %d pages, want %d", found, l.pages.Load(), c.pages)
			}
			if _, err := l.Members(t.Context()); err == nil || l.pages.Load() != c.pages {
				t.Errorf("asked again: %d pages, %v", l.pages.Load(), err)
			}
		})
	}
}

// An inconsistent list is read again until it is consistent.
func TestListThatBecomesConsistentIsRead(t *testing.T) {
	l := newLiar(t, func(number, n int) (int, []modelprime.User) {
		if n < maxReadings {
			return 150, people(0, 10)
		}
		return 110, people((number-1)*100, min(100, 110-(number-1)*100))
	})
	found, err := l.WithEmail(t.Context(), unit(109))
	if err != nil || len(found) != 1 {
		t.Errorf("found %v: %v", found, err)
	}
}

func TestLargestListIsRead(t *testing.T) {
	r := &pages{seen: map[string]bool{}}
	if more := r.add(1, modelprime.UserPage{Count: maxMembers, Items: people(0, 100)}); !more || r.problem != "" {
		t.Errorf("no more after the first page: %s", r.problem)
	}
}

func TestFailedPageIsNamed(t *testing.T) {
	w := newWorld(t, 150)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers", Skip: 1})
	_, err := w.WithEmail(t.Context(), unit(3))
	refused := as[*modelprime.APIError](t, err)
	if refused.Status != http.StatusForbidden || !strings.Contains(err.Error(), "list users, page 2: ") {
		t.Errorf("%v", err)
	}
	// The failure is kept for all callers, without another request.
	w.ResetLog()
	_, again := w.Roster.Members(t.Context())
	if !errors.Is(again, refused) {
		t.Errorf("another failure: %v", again)
	}
	w.asked(map[string]int{})
}

func TestFailureInTheSecondRead(t *testing.T) {
	w := newWorld(t, 150)
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers", Skip: 3})
	users, err := w.Roster.Members(t.Context())
	if as[*modelprime.APIError](t, err).Status != http.StatusForbidden || users != nil {
		t.Errorf("%v, %v", users, err)
	}
}

func TestSearchIsReadUntilTwoReadsAgree(t *testing.T) {
	w := newWorld(t, 250)
	w.add("grace@example.com", "Grace Gear")
	users, err := w.Search(t.Context(), "gra")
	if err != nil || fmt.Sprint(emails(users)) != "[grace@example.com]" {
		t.Errorf("found %v: %v", emails(users), err)
	}
	w.asked(map[string]int{"listUsers": 2})
	users, err = w.Search(t.Context(), "UNIT")
	if err != nil || len(users) != 249 {
		t.Errorf("found %d: %v", len(users), err)
	}
	w.asked(map[string]int{"listUsers": 6})
}

func TestSearchWithoutResults(t *testing.T) {
	w := newWorld(t, 3)
	users, err := w.Search(t.Context(), "nobody")
	if err != nil || len(users) != 0 {
		t.Errorf("found %v: %v", users, err)
	}
}

func TestSearchFails(t *testing.T) {
	for skip := range 2 {
		w := newWorld(t, 3)
		w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers", Skip: skip})
		users, err := w.Search(t.Context(), "unit")
		if as[*modelprime.APIError](t, err).Status != http.StatusForbidden || users != nil {
			t.Errorf("found %v: %v", users, err)
		}
	}
}

func TestCancelledListIsNotKept(t *testing.T) {
	w := newWorld(t, 150)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	w.before(func(n int) {
		if n == 2 {
			cancel()
		}
	})
	_, err := w.WithEmail(ctx, unit(3))
	if !errors.Is(err, context.Canceled) {
		t.Fatalf("the error is %v", err)
	}
	found, err := w.WithEmail(t.Context(), unit(120))
	if err != nil || len(found) != 1 {
		t.Errorf("found %v: %v", found, err)
	}
}

// Each caller gets a copy of the list.
func TestListIsACopy(t *testing.T) {
	w := newWorld(t, 3)
	users, err := w.Roster.Members(t.Context())
	noError(t, err)
	clear(users)
	found, err := w.WithEmail(t.Context(), unit(1))
	noError(t, err)
	clear(found)
	users, err = w.Roster.Members(t.Context())
	noError(t, err)
	w.whole(users)
	if found, err = w.WithEmail(t.Context(), unit(1)); err != nil || found[0].Email != unit(1) {
		t.Errorf("found %v: %v", found, err)
	}
}
