package roster

import (
	"context"
	"errors"
	"sync"
)

// shared is a value that many callers need and one fetch returns. The result is kept until it is dropped, also an error:
// a thousand resources must not repeat a request that fails. Only the result of a cancelled fetch is not kept.
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

// get returns the kept result or fetches it. All waiting callers share the fetch. It is cancelled only when no caller waits, not
// with the first caller's context.
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
		// No caller waits, so the fetch is cancelled. The next caller starts another one.
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

// dropIf drops the kept result if it is outdated. A running fetch continues.
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

// drop drops the kept result. A running fetch serves only the callers that already wait for it.
func (s *shared[T]) drop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.call = nil
}
