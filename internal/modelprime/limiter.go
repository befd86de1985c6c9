package modelprime

import (
	"context"
	"sync"
	"time"
)

// A limiter caps what is in flight, and holds everybody back when the API asks one to slow down.
type limiter struct {
	clock  Clock
	jitter func() float64
	slots  chan struct{} // senders are served first come, first served

	mu    sync.Mutex
	until time.Time
}

func newLimiter(slots int, clock Clock, jitter func() float64) *limiter {
	return &limiter{clock: clock, jitter: jitter, slots: make(chan struct{}, slots)}
}

// acquire takes a slot once no pause is on. Nobody holds a slot while they wait for the pause's end.
func (l *limiter) acquire(ctx context.Context) error {
	for {
		if err := l.waitOut(ctx); err != nil {
			return err
		}
		select {
		case l.slots <- struct{}{}:
		case <-ctx.Done():
			return ctx.Err()
		}
		if l.remaining() <= 0 {
			return nil
		}
		l.release() // a pause began while this one queued
	}
}

func (l *limiter) release() { <-l.slots }

// pause lets nothing take off before d has passed. It never shortens a pause.
func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if until := l.clock.Now().Add(d); until.After(l.until) {
		l.until = until
	}
}

func (l *limiter) remaining() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until.Sub(l.clock.Now())
}

// waitOut sleeps until no pause is on, and a moment of one's own: else all would set off together.
func (l *limiter) waitOut(ctx context.Context) error {
	for d := l.remaining(); d > 0; d = l.remaining() {
		if err := l.clock.Sleep(ctx, d+fraction(firstDelay, l.jitter())); err != nil {
			return err
		}
	}
	return ctx.Err()
}
