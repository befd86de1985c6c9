package roster

import (
	"context"
	"errors"
	"sync"
)

// shared is a value that many ask for and one fetch brings. An outcome is kept, a failure too, until it is dropped:
// a thousand resources that need the list shall not each meet the same refusal again. Only a fetch that was given up
// is forgotten.
type shared[T any] struct {
	mu   sync.Mutex
	call *call[T]
}

type call[T any] struct {
	done    chan struct{}
	cancel  context.CancelFunc
	waiters int
	value   T
	err     error
}

// get returns the kept outcome or fetches it. All waiting callers share the fetch: it ends only when no caller waits any more,
// not with the context of the first one.
func (s *shared[T]) get(ctx context.Context, fetch func(context.Context) (T, error)) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, ctx.Err()
	}
	c := s.join(ctx, fetch)
	defer s.leave(c)
	select {
	case <-c.done:
		return c.value, c.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

func (s *shared[T]) join(ctx context.Context, fetch func(context.Context) (T, error)) *call[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.call == nil {
		fetching, cancel := context.WithCancel(context.WithoutCancel(ctx))
		s.call = &call[T]{done: make(chan struct{}), cancel: cancel}
		go s.run(fetching, s.call, fetch)
	}
	s.call.waiters++
	return s.call
}

func (s *shared[T]) run(ctx context.Context, c *call[T], fetch func(context.Context) (T, error)) {
	c.value, c.err = fetch(ctx)
	if errors.Is(c.err, context.Canceled) {
		s.forget(c)
	}
	close(c.done)
	c.cancel()
}

func (s *shared[T]) leave(c *call[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c.waiters--
	if c.waiters > 0 {
		return
	}
	select {
	case <-c.done:
	default:
		// No caller waits: the next one must not get a fetch that is being cancelled.
		if s.call == c {
			s.call = nil
		}
		c.cancel()
	}
}

func (s *shared[T]) forget(c *call[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.call == c {
		s.call = nil
	}
}

// dropIf forgets the kept outcome if it is outdated. A fetch that is under way is left alone.
func (s *shared[T]) dropIf(outdated func(T) bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.call == nil {
		return
	}
	select {
	case <-s.call.done:
		if outdated(s.call.value) {
			s.call = nil
		}
	default:
	}
}

// drop forgets the kept outcome. A fetch that is under way ends only for the callers that wait for it already.
func (s *shared[T]) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.call = nil
}
