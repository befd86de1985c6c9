package modelprime

import (
	"math"
	"time"
)

// slowestPace bounds what is learned: a pace is a guess, and a Retry-After says by itself how long to wait.
const slowestPace = time.Second

// A pace spaces requests evenly. It is learned: between two throttled requests the API has handled as many as it allows. From
// then on the pace quickens, ever faster, to find out whether the API allows more. The zero value spaces nothing.
type pace struct {
	learned time.Duration // between two requests, at the last throttling; 0 until one is known
	starts  time.Time     // when that pace starts, after the pause
	next    time.Time     // when the next request may be sent
	current window        // since the last throttling, or the first request
	last    window        // the one before it
	since   time.Time     // the start of the current window
}

// A window is a time in which the API handled so many requests.
type window struct {
	length  time.Duration
	handled int
}

// onThrottled closes a window and learns from it. The first window also covers its pause: nothing was sent before it.
func (p *pace) onThrottled(now time.Time, pause time.Duration) {
	p.current.length = now.Sub(p.since)
	if p.starts.IsZero() {
		p.current.length += pause
	}
	p.last, p.current = p.current, window{}
	p.since, p.starts = now, now.Add(pause)
	p.learn()
}

// onSuccess counts a request that the API handled. A reply that comes during the pause belongs to the window before it.
func (p *pace) onSuccess(now time.Time) {
	if now.Before(p.starts) {
		p.last.handled++
		p.learn()
		return
	}
	p.current.handled++
}

func (p *pace) learn() {
	if p.last.handled > 0 {
		p.learned = min(p.last.length/time.Duration(p.last.handled), slowestPace)
	}
}

// interval is the time between two requests: two thirds of what was learned after 9 s, a third after 15 s, none after a minute.
func (p *pace) interval(now time.Time) time.Duration {
	since := max(0, now.Sub(p.starts).Seconds())
	return time.Duration(float64(p.learned) * math.Exp(-since*since/200))
}

// reserve takes the next place and returns how long it is until then.
func (p *pace) reserve(now time.Time) time.Duration {
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
