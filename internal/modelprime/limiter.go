package modelprime

import (
	"context"
	"errors"
	"math"
	"sync"
	"time"
)

// A limiter caps what is in flight, and holds everybody back when the API asks one to slow down: for as long as it asks,
// and then at the rate that the API was seen to allow.
type limiter struct {
	clock  Clock
	jitter func() float64
	slots  chan struct{} // senders are served first come, first served
	most   int           // pauses one after the other before everybody gives up

	mu     sync.Mutex
	until  time.Time // the end of the pause
	pauses int       // since the API took anything on
	since  time.Time // the first of those began
	pace   pace
}

// fewestPauses are waited for even where requests are tried again less often: one pause is no reason for all to give up.
const fewestPauses = 2

// errGivenUp says that a request was not sent because nobody gets through.
var errGivenUp = errors.New("the API turns everything away")

func newLimiter(slots, retries int, clock Clock, jitter func() float64) *limiter {
	return &limiter{clock: clock, jitter: jitter, slots: make(chan struct{}, slots), most: max(retries, fewestPauses)}
}

// acquire takes a slot once no pause is on and the pace allows it. Nobody holds a slot while they wait for that.
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

// pause lets nothing take off before d has passed. It never shortens a pause. The first refusal of several that were in
// flight together tells how many the API allows.
func (l *limiter) pause(d time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := l.clock.Now()
	if now.After(l.until) {
		l.pace.refused(now, d)
		l.pauses++
	}
	if l.pauses == 1 {
		l.since = now
	}
	if until := now.Add(d); until.After(l.until) {
		l.until = until
	}
}

// accepted notes that the API took a request on.
func (l *limiter) accepted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.pauses = 0
	l.pace.took(l.clock.Now())
}

// givenUp reports whether the API has turned everything away for as many pauses as one request has retries. Whoever waits
// for the end of the pause then is told at once, or a thousand requests would each wait through their own retries. After
// the pause requests are sent as before: the first that is taken on ends it.
func (l *limiter) givenUp() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pauses > l.most
}

// refusing is how long the API has turned everything away.
func (l *limiter) refusing() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.clock.Now().Sub(l.since)
}

func (l *limiter) remaining() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.until.Sub(l.clock.Now())
}

// waitOut sleeps until no pause is on, and a moment of one's own: else all would set off together. Where a pace is kept
// that moment is one's turn.
func (l *limiter) waitOut(ctx context.Context) error {
	for d := l.remaining(); d > 0; d = l.remaining() {
		if l.givenUp() {
			return errGivenUp
		}
		if err := l.clock.Sleep(ctx, d+l.moment()); err != nil {
			return err
		}
	}
	if d := l.turn(); d > 0 {
		return l.clock.Sleep(ctx, d)
	}
	return ctx.Err()
}

func (l *limiter) moment() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pace.learned > 0 {
		return 0
	}
	return fraction(firstDelay, l.jitter())
}

// turn is how long it takes until the pace allows one more.
func (l *limiter) turn() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.pace.turn(l.clock.Now())
}

// slowestPace bounds what is learned: a pace is a guess, and a Retry-After says by itself how long to wait.
const slowestPace = time.Second

// pace spreads requests evenly over time. It is learned from refusals: from one to the next the API has taken on what it
// allows. From then on it quickens, ever faster, to find out whether the API allows more. The zero value lets everything
// through.
type pace struct {
	learned  time.Duration // between two take-offs, at the last refusal; 0 until one is known
	begins   time.Time     // when that pace begins, after the pause
	next     time.Time     // when the next may take off
	since    time.Time     // of the last refusal, or the first request
	accepted int           // since then
	closed   window        // what came before the last refusal
}

// window is a time in which the API took on so many.
type window struct {
	length   time.Duration
	accepted int
}

// refused learns a pace. What came before the first refusal was allowed for the time of the pause as well.
func (p *pace) refused(now time.Time, pause time.Duration) {
	p.closed = window{now.Sub(p.since), p.accepted}
	if p.begins.IsZero() {
		p.closed.length += pause
	}
	p.since, p.begins, p.accepted = now, now.Add(pause), 0
	p.learn()
}

// took counts a request that the API took on. A reply that comes during the pause is to one from before.
func (p *pace) took(now time.Time) {
	if now.Before(p.begins) {
		p.closed.accepted++
		p.learn()
		return
	}
	p.accepted++
}

func (p *pace) learn() {
	if p.closed.accepted > 0 {
		p.learned = min(p.closed.length/time.Duration(p.closed.accepted), slowestPace)
	}
}

// interval is the time between two take-offs: two thirds of what was learned after 9 s, a third after 15 s, none after a
// minute.
func (p *pace) interval(now time.Time) time.Duration {
	since := max(0, now.Sub(p.begins).Seconds())
	return time.Duration(float64(p.learned) * math.Exp(-since*since/200))
}

// turn gives one away and returns how long it is until then.
func (p *pace) turn(now time.Time) time.Duration {
	if p.since.IsZero() {
		p.since = now
	}
	if p.next.Before(now) {
		p.next = now
	}
	wait := p.next.Sub(now)
	p.next = p.next.Add(p.interval(now))
	return wait
}
