package acctest

import (
	"context"
	"sync"
	"time"
)

// Clock is the provider's time, which only a test advances. Waits return at once and are recorded.
type Clock struct {
	mu      sync.Mutex
	now     time.Time
	waiting chan struct{} // if not nil, waits block

	Slept time.Duration
}

// NewClock returns a clock that shows 09:00 UTC on 1 March 2026.
func NewClock() *Clock { return &Clock{now: time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)} }

// Now returns the time.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Sleep advances the clock and returns at once.
func (c *Clock) Sleep(ctx context.Context, d time.Duration) error {
	c.mu.Lock()
	waiting := c.waiting
	if waiting == nil {
		c.now = c.now.Add(d)
		c.Slept += d
	}
	c.mu.Unlock()
	if waiting != nil {
		waiting <- struct{}{}
		<-ctx.Done()
	}
	return ctx.Err()
}

// Stop makes waits block from now on. The channel is closed once this number of them wait.
func (c *Clock) Stop(number int) <-chan struct{} {
	waiting, all := make(chan struct{}, 1000), make(chan struct{})
	c.mu.Lock()
	c.waiting = waiting
	c.mu.Unlock()
	go func() {
		for range number {
			<-waiting
		}
		close(all)
	}()
	return all
}

// Advance moves the clock, forward or back.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
