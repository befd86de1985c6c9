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

// fetches returns a number for each fetch, once the gate is open.
type fetches struct {
	mu    sync.Mutex
	begun int
	ended []error       // each context's error at the end of its fetch
	gate  chan struct{} // nil is open
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
	f.ended = append(f.ended, ctx.Err())
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

// answer is what one caller got.
type answer struct {
	value int
	err   error
}

// ask calls get in its own goroutine, which waits when ask returns.
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

func TestCallersShareOneFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		var callers []<-chan answer
		for range 50 {
			callers = append(callers, ask(t.Context(), &s, f))
		}
		f.count(t, 1)
		close(f.gate)
		for _, caller := range callers {
			wants(t, <-caller, 1, nil)
		}
		wants(t, <-ask(t.Context(), &s, f), 1, nil)
		f.count(t, 1)
	})
}

func TestFailureIsKept(t *testing.T) {
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

func TestCancelledCallerDoesNotFailOthers(t *testing.T) {
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

func TestFetchOutlivesTheDeadlineOfItsCaller(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		type key struct{}
		var s shared[int]
		ctx, cancel := context.WithTimeout(context.WithValue(t.Context(), key{}, "kept"), time.Second)
		defer cancel()
		gate, other := make(chan struct{}), make(chan answer, 1)
		fetch := func(ctx context.Context) (int, error) {
			<-gate
			if ctx.Value(key{}) != "kept" {
				t.Error("the fetch lost the values of its caller's context")
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

func TestFetchWithoutCallersIsCancelled(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		ctx, cancel := context.WithCancel(t.Context())
		first, second := ask(ctx, &s, f), ask(ctx, &s, f)
		cancel()
		wants(t, <-first, 0, context.Canceled)
		wants(t, <-second, 0, context.Canceled)
		synctest.Wait()
		if len(f.ended) != 1 || f.ended[0] == nil {
			t.Fatalf("the fetch was not cancelled: %v", f.ended)
		}
		close(f.gate)
		wants(t, <-ask(t.Context(), &s, f), 2, nil)
	})
}

// An abandoned fetch may take a while to end. The next caller starts another fetch, which is not affected by its end.
func TestCancelledFetchDoesNotAffectTheNext(t *testing.T) {
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

func TestEndedContextStartsNoFetch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := &fetches{}
		ctx, cancel := context.WithCancel(t.Context())
		cancel()
		wants(t, <-ask(ctx, &s, f), 0, context.Canceled)
		f.count(t, 0)
	})
}

func TestCancellationInAFetchIsNotKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := &fetches{fail: fmt.Errorf("list users: %w", context.Canceled)}
		wants(t, <-ask(t.Context(), &s, f), 1, context.Canceled)
		f.fail = nil
		wants(t, <-ask(t.Context(), &s, f), 2, nil)
	})
}

func TestDroppedValueIsFetchedAgain(t *testing.T) {
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

func TestDroppedFetchWithoutCallersIsCancelled(t *testing.T) {
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
		if len(f.ended) != 1 || f.ended[0] == nil {
			t.Errorf("the dropped fetch was not cancelled: %v", f.ended)
		}
		late := ask(t.Context(), &s, f)
		f.count(t, 2)
		close(f.gate)
		wants(t, <-after, 2, nil)
		wants(t, <-late, 2, nil)
	})
}

// A kept value is not cancelled when the last caller returns, and its fetch's context is released.
func TestKeptValueOutlivesItsCallers(t *testing.T) {
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
			t.Error("the context of a finished fetch was not released")
		}
		f := &fetches{}
		wants(t, <-ask(t.Context(), &s, f), 1, nil)
		f.count(t, 0)
	})
}

func TestOnlyOutdatedValueIsDropped(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var s shared[int]
		f := gated()
		s.dropIf(func(int) bool { return true })
		caller := ask(t.Context(), &s, f)
		s.dropIf(func(int) bool { return true }) // under way: left alone
		second := ask(t.Context(), &s, f)
		close(f.gate)
		wants(t, <-caller, 1, nil)
		wants(t, <-second, 1, nil)
		s.dropIf(func(kept int) bool { return kept != 1 })
		wants(t, <-ask(t.Context(), &s, f), 1, nil)
		s.dropIf(func(kept int) bool { return kept == 1 })
		wants(t, <-ask(t.Context(), &s, f), 2, nil)
	})
}
