package sandbox

import "time"

// bucket is a token bucket for one second. The zero value has no limit.
type bucket struct {
	perSecond float64
	tokens    float64
	filled    time.Time
}

func newBucket(perSecond int, now time.Time) bucket {
	return bucket{perSecond: float64(perSecond), tokens: float64(perSecond), filled: now}
}

func (b *bucket) take(now time.Time) bool {
	if b.perSecond <= 0 {
		return true
	}
	b.tokens = min(b.perSecond, b.tokens+now.Sub(b.filled).Seconds()*b.perSecond)
	b.filled = now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
