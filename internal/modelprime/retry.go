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

// do sends a request until it succeeds, fails for good, runs out of retries, or ctx ends.
func (c *Client) do(ctx context.Context, req request, into any) error {
	if req.err != nil {
		return req.err
	}
	inDoubt := false
	for number := 1; ; number++ {
		err := c.attempt(ctx, req, number, into)
		inDoubt = inDoubt || outcomeOf(err) == Unconfirmed
		if !c.mayTryAgain(req, err, number) {
			return settle(err, inDoubt)
		}
		if ended := c.config.Clock.Sleep(ctx, c.backOff(err, number)); ended != nil {
			return req.interrupted(ended, err, number, inDoubt)
		}
	}
}

// mayTryAgain holds the retry rules. A POST sends somebody an e-mail, so it is tried again only when
// the one before certainly did not.
func (c *Client) mayTryAgain(req request, err error, number int) bool {
	return number <= c.config.MaxRetries && !c.limiter.givenUp() && isTransient(err) && retryAfterOf(err) <= longestRetryAfter &&
		(req.method != http.MethodPost || outcomeOf(err) == Refused)
}

func isTransient(err error) bool {
	var reply *Error
	var lost *TransportError
	if !errors.As(err, &reply) {
		return errors.As(err, &lost)
	}
	switch reply.Status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// outcomeOf says what is known of a request's effect from how it ended. 429, and 503 with a
// Retry-After, say that it was not handled; any other 5xx may come from something that handled it. So may 303 and 408 to a
// POST: the one points to what came of it, the other may come from a proxy that waited for the API.
func outcomeOf(err error) Outcome {
	var (
		lost  *TransportError
		reply *Error
		shape *ShapeError
	)
	switch {
	case err == nil:
		return Sent
	case errors.As(err, &lost) && lost.Sent, errors.As(err, &shape):
		return Unconfirmed
	case errors.As(err, &reply) && (reply.inDoubt || reply.leavesDoubt()):
		return Unconfirmed
	}
	return Refused
}

// settle makes the last failure speak for the attempts before it, too.
func settle(err error, inDoubt bool) error {
	var lost *TransportError
	var reply *Error
	if errors.As(err, &lost) {
		lost.Sent = inDoubt
	} else if errors.As(err, &reply) {
		reply.inDoubt = inDoubt
	}
	return err
}

// backOff is how long to wait after the given attempt: what the API asked for, and some more.
func (c *Client) backOff(err error, number int) time.Duration {
	return min(retryAfterOf(err)+c.delay(number), longestRetryAfter)
}

// delay is drawn from below a ceiling that doubles with each attempt.
func (c *Client) delay(number int) time.Duration {
	return fraction(min(longestDelay, firstDelay<<min(number-1, 10)), c.config.Jitter())
}

// slowDown holds everybody back when the API asks one to slow down, and counts what it takes on otherwise.
func (c *Client) slowDown(err error, number int) {
	var reply *Error
	turnedAway := errors.As(err, &reply) && reply.turnedAway()
	switch {
	case !turnedAway:
		c.limiter.accepted()
	case reply.RetryAfter <= longestRetryAfter:
		c.limiter.pause(cmp.Or(reply.RetryAfter, c.delay(number)))
	}
}

func fraction(d time.Duration, part float64) time.Duration {
	return time.Duration(float64(d) * part)
}

func retryAfterOf(err error) time.Duration {
	var reply *Error
	if errors.As(err, &reply) {
		return reply.RetryAfter
	}
	return 0
}

// parseRetryAfter reads seconds or a date. What is past is 0, what is neither is not ok.
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
