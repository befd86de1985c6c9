package acctest

import (
	"context"
	"sync"
	"time"
)

// Clock is the provider's time, which moves only when a test says so. Waits are over at once and are recorded.
type Clock struct {
	mu    sync.Mutex
	now   time.Time
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
	c.Advance(d)
	c.mu.Lock()
	c.Slept += d
	c.mu.Unlock()
	return ctx.Err()
}

// Advance moves the clock, also back.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}
