package modelprime

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A limiter caps the requests in flight. When the API throttles one, all wait as long as the API asks, and are then paced as
// fast as the API was seen to allow.
type limiter struct {
	clock     Clock
	random    func() float64 // in [0,1)
	slots     chan struct{}  // senders are served first come, first served
	maxPauses int            // in a row, before the limiter is exhausted

	mu          sync.Mutex
	pausedUntil time.Time
	pauses      int       // since the last success
	pausedSince time.Time // the first of those
	pace        pace
}

// fewestPauses are waited for even where requests are retried less often: one pause is no reason for all to give up.
const fewestPauses = 2

// errExhausted says that a request was not sent because the API throttles all of them.
var errExhausted = errors.New("the API throttles all requests")

func newLimiter(slots, retries int, clock Clock, random func() float64) *limiter {
	return &limiter{clock: clock, random: random, slots: make(chan struct{}, slots), maxPauses: max(retries, fewestPauses)}
}

// acquire takes a slot once no pause is on and the pace allows it. No slot is held while waiting for that.
func (l *limiter) acquire(ctx context.Context) error {
	for {
		if err := l.wait(ctx); err != nil {
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

// onThrottled pauses all requests for d. It never shortens a pause. Of several requests that were in flight together, the first
// one to be throttled tells how many the API allows.
func (l *limiter) onThrottled(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if now.After(l.pausedUntil) {
		l.pace.onThrottled(now, d)
		l.pauses++
	}
	if l.pauses == 1 {
		l.pausedSince = now
	}
	if until := now.Add(d); until.After(l.pausedUntil) {
		l.pausedUntil = until
	}
}

// onSuccess notes that the API handled a request.
func (l *limiter) onSuccess() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pauses = 0
	l.pace.onSuccess(l.clock.Now())
}

// exhausted reports whether the API has throttled everything for as many pauses as one request has retries. Requests that wait
// for the end of the pause then fail at once, or a thousand of them would each wait through their own retries. After the pause
// requests are sent as before: the first success ends it.
func (l *limiter) exhausted() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pauses > l.maxPauses
}

// throttledFor is how long the API has throttled everything.
func (l *limiter) throttledFor() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock.Now().Sub(l.pausedSince)
}

// remaining is the rest of the pause.
func (l *limiter) remaining() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pausedUntil.Sub(l.clock.Now())
}

// wait sleeps until no pause is on and the pace allows a request.
func (l *limiter) wait(ctx context.Context) error {
	for d := l.remaining(); d > 0; d = l.remaining() {
		if l.exhausted() {
			return errExhausted
		}
		if err := l.clock.Sleep(ctx, d+l.jitter()); err != nil {
			return err
		}
	}
	if d := l.reserve(); d > 0 {
		return l.clock.Sleep(ctx, d)
	}
	return ctx.Err()
}

// jitter spreads the requests that a pause held back, where no pace does.
func (l *limiter) jitter() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pace.learned > 0 {
		return 0
	}
	return fraction(firstDelay, l.random())
}

// reserve takes the next place in the pace, and returns how long it is until then.
func (l *limiter) reserve() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pace.reserve(l.clock.Now())
}
