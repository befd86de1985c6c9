package roster

import (
	"runtime"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
)

const maxMemory = 32 << 20

// held returns how much more memory is in use after f than before.
func held(f func()) int64 {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	f()
	runtime.GC()
	runtime.ReadMemStats(&after)
	return int64(after.HeapAlloc) - int64(before.HeapAlloc)
}

// Ten thousand members are read in pages of a hundred, twice for a complete list, and take little memory.
func TestTenThousandMembers(t *testing.T) {
	const members = 10_000
	w := newWorld(t, members)
	var users []modelprime.User
	used := held(func() {
		found, err := w.WithEmail(t.Context(), unit(members-2))
		if err != nil || len(found) != 1 {
			t.Fatalf("found %v: %v", found, err)
		}
		w.asked(map[string]int{"getCurrentUser": 1, "listUsers": members / pageSize})
		users, err = w.Roster.Members(t.Context())
		noError(t, err)
		w.asked(map[string]int{"listUsers": members / pageSize})
	})
	if len(users) != members || used > maxMemory {
		t.Errorf("%d members in %d bytes", len(users), used)
	}
	runtime.KeepAlive(w.Roster)
}

// A consistent list with names of ten thousand characters is refused.
func TestListOfLongNamesIsGivenUp(t *testing.T) {
	l := newLiar(t, func(number, _ int) (int, []modelprime.User) {
		named := people(number*pageSize, pageSize)
		for i := range named {
			named[i].Name = strings.Repeat("Ada", 3_000)
		}
		return maxMembers, named
	})
	var err error
	used := held(func() { _, err = l.WithEmail(t.Context(), unit(3)) })
	if as[*IncompleteError](t, err); !strings.Contains(err.Error(), "longer than the limit of 16 MiB") {
		t.Error(err)
	}
	if pages := l.pages.Load(); used > maxMemory || pages > maxReadings*20 {
		t.Errorf("%d pages and %d bytes", pages, used)
	}
	runtime.KeepAlive(l.Roster)
}

// A list without an end, with as many members to a page as a reply can hold, is refused before it fills the memory.
func TestEndlessListIsGivenUp(t *testing.T) {
	l := newLiar(t, func(number, _ int) (int, []modelprime.User) { return maxMembers, people(number*10_000, 10_000) })
	var err error
	used := held(func() { _, err = l.WithEmail(t.Context(), unit(3)) })
	as[*IncompleteError](t, err)
	if pages := l.pages.Load(); used > maxMemory || pages > maxReadings*(1+maxMembers/10_000) {
		t.Errorf("%d pages and %d bytes", pages, used)
	}
	runtime.KeepAlive(l.Roster)
}
