package modelprime

import (
	"math"
	"time"
)

// slowestPace limits the learned interval: it is a guess, and a Retry-After alone can ask for longer waits.
const slowestPace = time.Second

// A pace spaces requests evenly. It learns its interval from the number of requests that the API handled between two throttled
// ones. Then the interval shrinks, faster and faster, to find out whether the API allows more. The zero value spaces nothing.
type pace struct {
	learned time.Duration // the interval at the last throttling; 0 if unknown
	starts  time.Time     // the end of the pause, when the pace starts
	next    time.Time     // when the next request may be sent
	current window        // since the last throttling, or the first request
	last    window        // the one before it
	since   time.Time     // the start of the current window
}

// A window counts the requests that the API handled in a time.
type window struct {
	length  time.Duration
	handled int
}

// onThrottled closes a window and learns from it. The first window includes its pause, because no requests came before it.
func (p *pace) onThrottled(now time.Time, pause time.Duration) {
	p.current.length = now.Sub(p.since)
	if p.starts.IsZero() {
		p.current.length += pause
	}
	p.last, p.current = p.current, window{}
	p.since, p.starts = now, now.Add(pause)
	p.learn()
}

// onSuccess counts a request that the API handled. A response during the pause belongs to the window before it.
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

// interval returns the time between two requests: two thirds of the learned one after 9 s, a third after 15 s, none after a minute.
func (p *pace) interval(now time.Time) time.Duration {
	since := max(0, now.Sub(p.starts).Seconds())
	return time.Duration(float64(p.learned) * math.Exp(-since*since/200))
}

// reserve reserves the next time and returns the wait until then.
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
