package modelprime

import (
	"context"
	"errors"
	"sync"
	"time"
)

// A limiter caps the requests in flight. When the API throttles one request, all requests pause as long as the API asks. Then
// they continue at the rate that the API has handled before.
type limiter struct {
	clock     Clock
	random    func() float64 // in [0,1)
	slots     chan struct{}  // senders are served first come, first served
	maxPauses int            // in a row, before the limiter is exhausted

	mu          sync.Mutex
	pausedUntil time.Time
	pauses      int       // since the last success
	pausedSince time.Time // the start of the first of them
	pace        pace
}

// fewestPauses is the minimum of maxPauses: after one pause, waiting requests must not fail even with few retries.
const fewestPauses = 2

// errExhausted says that a request was not sent because the API throttles all of them.
var errExhausted = errors.New("the API throttles all requests")

func newLimiter(slots, retries int, clock Clock, random func() float64) *limiter {
	return &limiter{clock: clock, random: random, slots: make(chan struct{}, slots), maxPauses: max(retries, fewestPauses)}
}

// acquire takes a slot when there is no pause and the pace allows a request. It holds no slot while it waits.
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
		l.release() // a pause started while this request waited
	}
}

func (l *limiter) release() { <-l.slots }

// onThrottled pauses all requests for d. It never shortens a pause. Among requests in flight together, only the first throttled
// one counts for the pace.
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

// onSuccess records that the API handled a request.
func (l *limiter) onSuccess() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pauses = 0
	l.pace.onSuccess(l.clock.Now())
}

// exhausted reports whether the API has throttled all requests in more than maxPauses pauses. Waiting requests then fail at once;
// otherwise a thousand requests would each wait for all their retries. After the pause, requests are sent again, and the first
// success ends the exhaustion.
func (l *limiter) exhausted() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pauses > l.maxPauses
}

// throttledFor returns how long the API has throttled all requests.
func (l *limiter) throttledFor() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock.Now().Sub(l.pausedSince)
}

// remaining returns the rest of the pause.
func (l *limiter) remaining() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pausedUntil.Sub(l.clock.Now())
}

// wait sleeps until there is no pause and the pace allows a request.
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

// jitter spreads the requests after a pause while no pace is known.
func (l *limiter) jitter() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pace.learned > 0 {
		return 0
	}
	return fraction(firstDelay, l.random())
}

// reserve reserves the next time in the pace, and returns the wait until then.
func (l *limiter) reserve() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pace.reserve(l.clock.Now())
}
