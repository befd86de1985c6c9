package roster

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// fetches hands out a number for each fetch, once the test lets it.
type fetches struct {
	mu    sync.Mutex
	begun int
	gave  []error       // what the context of each said when it ended
	gate  chan struct{} // nil lets all through
	fail  error
}

func (f *fetches) fetch(ctx context.Context) (int, error) {
	f.mu.Lock()
	f.begun++
	number, gate := f.begun, f.gate
	f.mu.Unlock()
	if gate != nil {
		select {
		case <-gate:
		case <-ctx.Done():
		}
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.gave = append(f.gave, ctx.Err())
	if ctx.Err() != nil {
		return number, fmt.Errorf("fetch %d: %w", number, ctx.Err())
	}
	return number, f.fail
}

func (f *fetches) count(t *testing.T, want int) {
	t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.begun != want {
		t.Errorf("%d fetches, want %d", f.begun, want)
	}
}

func gated() *fetches { return &fetches{gate: make(chan struct{})} }

// answer is what one asker got.
type answer struct {
	value int
	err   error
}

// ask asks in a goroutine of its own, which has begun to wait when ask returns.
func ask(ctx context.Context, s *shared[int], f *fetches) <-chan answer {
	got := make(chan answer, 1)
	go func() {
		value, err := s.get(ctx, f.fetch)
		got <- answer{value, err}
	}()
	synctest.Wait()
	return got
}

func wants(t *testing.T, got answer, value int, err error) {
	t.Helper()
	if got.value != value || !errors.Is(got.err, err) {
		t.Errorf("got %d, %v; want %d, %v", got.value, got.err, value, err)
	}
}

func TestFiftyAskersShareOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		var askers []<-chan answer
		for range 50 {
			askers = append(askers, ask(t.Context(), &s, f))
		}
		f.count(t, 1)
		close(f.gate)
		for _, asker := range askers {
			wants(t, <-asker, 1, nil)
		}
		wants(t, <-ask(t.Context(), &s, f), 1, nil)
		f.count(t, 1)
	})
}

func TestAFailureIsKeptForAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		refused := errors.New("refused")
		f := &fetches{fail: refused}
		for range 3 {
			wants(t, <-ask(t.Context(), &s, f), 1, refused)
		}
		f.count(t, 1)
	})
}

func TestACancelledFirstAskerDoesNotFailTheOthers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		ctx, cancel := context.WithCancel(t.Context())
		first, second := ask(ctx, &s, f), ask(t.Context(), &s, f)
		cancel()
		wants(t, <-first, 0, context.Canceled)
		third := ask(t.Context(), &s, f)
		close(f.gate)
		wants(t, <-second, 1, nil)
		wants(t, <-third, 1, nil)
		f.count(t, 1)
	})
}

func TestAFetchDoesNotEndWithTheDeadlineOfItsAsker(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var s shared[int]
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "kept"), time.Second)
		defer cancel()
		gate, other := make(chan struct{}), make(chan answer, 1)
		fetch := func(ctx context.Context) (int, error) {
			<-gate
			if ctx.Value(key{}) != "kept" {
				t.Error("the fetch lost the values of its asker's context")
			}
			return 7, ctx.Err()
		}
		go func() {
			_, err := s.get(ctx, fetch)
			wants(t, answer{0, err}, 0, context.DeadlineExceeded)
		}()
		synctest.Wait()
		go func() {
			value, err := s.get(t.Context(), fetch)
			other <- answer{value, err}
		}()
		<-ctx.Done()
		synctest.Wait()
		close(gate)
		wants(t, <-other, 7, nil)
	})
}

func TestAFetchThatNobodyWaitsForIsGivenUpAndForgotten(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		ctx, cancel := context.WithCancel(t.Context())
		first, second := ask(ctx, &s, f), ask(ctx, &s, f)
		cancel()
		wants(t, <-first, 0, context.Canceled)
		wants(t, <-second, 0, context.Canceled)
		synctest.Wait()
		if len(f.gave) != 1 || f.gave[0] == nil {
			t.Fatalf("the fetch was not cancelled: %v", f.gave)
		}
		close(f.gate)
		wants(t, <-ask(t.Context(), &s, f), 2, nil)
	})
}

// A fetch that is given up may take a while to end. Whoever asks meanwhile gets another, which its end does not touch.
func TestAFetchThatIsGivenUpDoesNotTakeTheNextOneAlong(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		slow := make(chan struct{})
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			_, _ = s.get(ctx, func(ctx context.Context) (int, error) {
				<-slow
				return 1, ctx.Err()
			})
		}()
		synctest.Wait()
		cancel()
		synctest.Wait()
		f := gated()
		next := ask(t.Context(), &s, f)
		close(slow)
		synctest.Wait()
		another := ask(t.Context(), &s, f)
		f.count(t, 1)
		close(f.gate)
		wants(t, <-next, 1, nil)
		wants(t, <-another, 1, nil)
	})
}

func TestAnEndedContextBeginsNoFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := &fetches{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wants(t, <-ask(ctx, &s, f), 0, context.Canceled)
		f.count(t, 0)
	})
}

func TestACancellationInsideTheFetchIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := &fetches{fail: fmt.Errorf("list users: %w", context.Canceled)}
		wants(t, <-ask(t.Context(), &s, f), 1, context.Canceled)
		f.fail = nil
		wants(t, <-ask(t.Context(), &s, f), 2, nil)
	})
}

func TestWhatIsDroppedIsFetchedAnew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		s.drop()
		before := ask(t.Context(), &s, f)
		s.drop()
		after := ask(t.Context(), &s, f)
		f.count(t, 2)
		close(f.gate)
		wants(t, <-before, 1, nil)
		wants(t, <-after, 2, nil)
		wants(t, <-ask(t.Context(), &s, f), 2, nil)
		s.drop()
		wants(t, <-ask(t.Context(), &s, f), 3, nil)
	})
}

func TestADroppedFetchThatNobodyWaitsForEndsAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		ctx, cancel := context.WithCancel(t.Context())
		before := ask(ctx, &s, f)
		s.drop()
		after := ask(t.Context(), &s, f)
		cancel()
		wants(t, <-before, 0, context.Canceled)
		synctest.Wait()
		if len(f.gave) != 1 || f.gave[0] == nil {
			t.Errorf("the dropped fetch goes on: %v", f.gave)
		}
		late := ask(t.Context(), &s, f)
		f.count(t, 2)
		close(f.gate)
		wants(t, <-after, 2, nil)
		wants(t, <-late, 2, nil)
	})
}

// What is kept is not cancelled by the last one who leaves, and its context is released.
func TestAKeptOutcomeOutlivesItsAskers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		var fetching context.Context
		value, err := s.get(t.Context(), func(ctx context.Context) (int, error) {
			fetching = ctx
			return 1, ctx.Err()
		})
		wants(t, answer{value, err}, 1, nil)
		synctest.Wait()
		if fetching.Err() == nil {
			t.Error("the context of a fetch that is over was never released")
		}
		f := &fetches{}
		wants(t, <-ask(t.Context(), &s, f), 1, nil)
		f.count(t, 0)
	})
}

func TestOnlyAnOutdatedOutcomeIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		s.dropIf(func(int) bool { return true })
		asker := ask(t.Context(), &s, f)
		s.dropIf(func(int) bool { return true }) // under way: left alone
		second := ask(t.Context(), &s, f)
		close(f.gate)
		wants(t, <-asker, 1, nil)
		wants(t, <-second, 1, nil)
		s.dropIf(func(kept int) bool { return kept != 1 })
		wants(t, <-ask(t.Context(), &s, f), 1, nil)
		s.dropIf(func(kept int) bool { return kept == 1 })
		wants(t, <-ask(t.Context(), &s, f), 2, nil)
	})
}
