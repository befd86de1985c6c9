package modelprime

import (
	"cmp"
	"context"
	"errors"
	"math"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	firstDelay        = 500 * time.Millisecond
	longestDelay      = 30 * time.Second
	longestRetryAfter = time.Minute
)

// retriesWithoutEndpoint limits the retries to an endpoint that has never answered: it is probably wrong.
const retriesWithoutEndpoint = 2

// do sends a request until it succeeds, fails permanently, has no retries left, or ctx ends. If one attempt may have been
// handled, the error is unconfirmed, whatever the later attempts return.
func (c *Client) do(ctx context.Context, req request, into any) error {
	if req.err != nil {
		return req.err
	}
	unconfirmed := false
	for number := 1; ; number++ {
		failed := c.attempt(ctx, req, number, into)
		if failed == nil {
			return nil
		}
		again := c.mayRetry(failed, number)
		unconfirmed = unconfirmed || failed.Unconfirmed
		failed.Unconfirmed = unconfirmed
		if !again {
			return failed
		}
		if ended := c.config.Clock.Sleep(ctx, c.backOff(failed, number)); ended != nil {
			return failed.interrupted(ended)
		}
	}
}

// mayRetry holds the retry rules. A request that sends an e-mail is retried only if the attempt certainly sent none. lost,
// refused and unexpected decide whether a failure is unconfirmed.
func (c *Client) mayRetry(failed *APIError, number int) bool {
	retries := c.config.MaxRetries
	if failed.noEndpoint && !c.answered.Load() {
		retries = min(retries, retriesWithoutEndpoint)
	}
	return number <= retries && failed.Temporary && failed.RetryAfter <= longestRetryAfter && !c.limiter.exhausted() &&
		(!failed.sendsEmail || !failed.Unconfirmed)
}

// backOff returns the wait after an attempt: the Retry-After plus a random delay. The pause of all requests after a throttled one
// belongs to the limiter.
func (c *Client) backOff(failed *APIError, number int) time.Duration {
	return min(failed.RetryAfter+c.delay(number), longestRetryAfter)
}

// delay returns a random delay below a limit that doubles with each attempt.
func (c *Client) delay(number int) time.Duration {
	return fraction(min(longestDelay, firstDelay<<min(number-1, 10)), c.config.Jitter())
}

// tellLimiter reports the result of an attempt to the limiter.
func (c *Client) tellLimiter(failed *APIError, number int) {
	switch {
	case failed == nil || !failed.throttled:
		c.limiter.onSuccess()
	case failed.RetryAfter <= longestRetryAfter:
		c.limiter.onThrottled(cmp.Or(failed.RetryAfter, c.delay(number)))
	}
}

func fraction(d time.Duration, part float64) time.Duration {
	return time.Duration(float64(d) * part)
}

// parseRetryAfter reads seconds or a date. A past date is 0; any other text is not ok.
func parseRetryAfter(value string, now time.Time) (wait time.Duration, ok bool) {
	value = strings.TrimSpace(value)
	if date, err := http.ParseTime(value); err == nil {
		return max(0, date.Sub(now)), true
	}
	seconds, err := strconv.ParseFloat(value, 64)
	switch {
	case strings.Trim(value, "+-.0123456789eE") != "", err != nil && !errors.Is(err, strconv.ErrRange):
		return 0, false
	case seconds >= math.MaxInt64/float64(time.Second):
		return math.MaxInt64, true
	}
	return time.Duration(max(0, seconds) * float64(time.Second)), true
}
