package modelprime

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// timedClient is a client in fake time. Its transport answers each request by reply and records when it was sent.
type timedClient struct {
	*Client
	start time.Time

	mu       sync.Mutex
	sentAt   []time.Duration
	inFlight int
	peak     int
	jitter   float64
}

func newTimedClient(slots int, reply func(n int, r *http.Request) (*http.Response, error)) *timedClient {
	f := &timedClient{start: time.Now()}
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		return reply(f.onSend(), r)
	})
	f.Client, _ = New(Config{
		Credentials: testCredentials, MaxConcurrentRequests: slots, MaxRetries: 8, Transport: transport, Jitter: f.nextJitter,
		Observe: func(context.Context, Attempt) {},
	})
	return f
}

// nextJitter is evenly spread and never 0.
func (f *timedClient) nextJitter() float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jitter += 0.37
	if f.jitter >= 1 {
		f.jitter--
	}
	return f.jitter
}

func (f *timedClient) onSend() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.sentAt = append(f.sentAt, time.Since(f.start))
	f.inFlight++
	f.peak = max(f.peak, f.inFlight)
	return len(f.sentAt)
}

func (f *timedClient) onEnd() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight--
}

// slowBody keeps a request in flight until one second after its end.
type slowBody struct {
	io.Reader
	end func()
}

func (b slowBody) Read(p []byte) (int, error) {
	n, err := b.Reader.Read(p)
	if err == io.EOF {
		_ = SystemClock().Sleep(context.Background(), time.Second)
		b.end()
	}
	return n, err
}

func (b slowBody) Close() error { return nil }

func inParallel(n int, call func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { call(i) })
	}
	all.Wait()
}

func TestRequestsInFlightAreLimited(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f *timedClient
		f = newTimedClient(4, func(int, *http.Request) (*http.Response, error) {
			response := plainResponse(200, robot, nil)
			response.Body = slowBody{response.Body, f.onEnd}
			return response, nil
		})
		inParallel(50, func(int) {
			if _, err := f.GetCurrentUser(t.Context()); err != nil {
				t.Error(err)
			}
		})
		if took := time.Since(f.start); f.peak != 4 || took != 13*time.Second {
			t.Errorf("%d in flight at most, %s", f.peak, took)
		}
	})
}

// After one throttled request, no request is sent during the pause, and not all at once after it.
func TestThrottlingPausesAllRequests(t *testing.T) {
	for name, throttled := range map[string]*http.Response{
		"429 with Retry-After":    plainResponse(429, "", http.Header{"Retry-After": {"10"}}),
		"503 with Retry-After":    plainResponse(503, "", http.Header{"Retry-After": {"10"}}),
		"429 without Retry-After": plainResponse(429, "", nil),
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newTimedClient(4, func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return throttled, nil
				}
				_ = SystemClock().Sleep(context.Background(), time.Millisecond)
				return plainResponse(204, "", nil), nil
			})
			inParallel(21, func(i int) {
				if i > 0 {
					_ = SystemClock().Sleep(t.Context(), time.Microsecond) // after the throttled one
				}
				if err := f.DeleteUser(t.Context(), "auth0|1"); err != nil {
					t.Error(err)
				}
			})
			pause := 10 * time.Second
			if name == "429 without Retry-After" {
				pause = fraction(firstDelay, 0.37)
			}
			moments := map[time.Duration]bool{}
			for _, at := range f.sentAt[1:] {
				moments[at] = true
				if at < pause || at > pause+2*firstDelay {
					t.Errorf("%s: a request sent at %s", name, at)
				}
			}
			if len(f.sentAt) != 22 || len(moments) < 10 {
				t.Errorf("%s: sent at %v", name, f.sentAt)
			}
		})
	}
}

// A back-off after other failures delays only its own request, without a slot.
func TestBackOffHoldsNoSlot(t *testing.T) {
	for status, header := range map[int]http.Header{500: nil, 502: {"Retry-After": {"10"}}, 503: {}} {
		synctest.Test(t, func(t *testing.T) {
			f := newTimedClient(1, func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return plainResponse(status, "", header), nil
				}
				return plainResponse(204, "", nil), nil
			})
			inParallel(5, func(int) {
				if err := f.DeleteUser(t.Context(), "auth0|1"); err != nil {
					t.Error(err)
				}
			})
			if len(f.sentAt) != 6 || f.sentAt[4] != 0 || f.sentAt[5] == 0 {
				t.Errorf("%d: sent at %v", status, f.sentAt)
			}
		})
	}
}

// A request that waits for a slot when a pause begins waits for the end of the pause, too.
func TestPauseAppliesToQueuedRequests(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTimedClient(1, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				_ = SystemClock().Sleep(context.Background(), time.Second)
				return plainResponse(429, "", http.Header{"Retry-After": {"10"}}), nil
			}
			return plainResponse(204, "", nil), nil
		})
		inParallel(3, func(int) {
			if err := f.DeleteUser(t.Context(), "auth0|1"); err != nil {
				t.Error(err)
			}
		})
		for _, at := range f.sentAt[1:] {
			if at < 11*time.Second {
				t.Errorf("sent at %v", f.sentAt)
			}
		}
	})
}

// A throttled last attempt pauses the others, too. A wait of an hour does not: each request gets its own error.
func TestRepliesThatStartAPause(t *testing.T) {
	for retryAfter, want := range map[string]time.Duration{"10": 10 * time.Second, "60": time.Minute, "3600": 0} {
		srv := serve(t, answer(429, "", "Retry-After", retryAfter))
		c := srv.client(t, func(config *Config) { config.MaxRetries = 0 })
		if err := c.DeleteUser(context.Background(), "auth0|1"); err == nil || max(0, c.limiter.remaining()) != want {
			t.Errorf("%s: %v, %s remain", retryAfter, err, c.limiter.remaining())
		}
	}
}

func TestShorterPauseDoesNotEndLongerOne(t *testing.T) {
	l := newLimiter(1, 8, newTestClock(), func() float64 { return 0 })
	l.onThrottled(time.Minute)
	l.onThrottled(time.Second)
	if l.remaining() != time.Minute {
		t.Errorf("%s remain", l.remaining())
	}
}

func TestCancelledWhileWaiting(t *testing.T) {
	hang := func(_ int, r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	for name, prepare := range map[string]func(t *testing.T, f *timedClient){
		"for a slot": func(t *testing.T, f *timedClient) {
			go func() { _ = f.DeleteUser(t.Context(), "auth0|9") }()
			synctest.Wait()
		},
		"for the end of a pause": func(_ *testing.T, f *timedClient) { f.limiter.onThrottled(time.Minute) },
		"for its reply":          func(*testing.T, *timedClient) {},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newTimedClient(1, hang)
			prepare(t, f)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			defer cancel()
			err := f.DeleteUser(ctx, "auth0|1")
			lost := failure(t, err)
			if !errors.Is(err, context.DeadlineExceeded) || lost.Unconfirmed || time.Since(f.start) != time.Second {
				t.Errorf("%s: %v after %s", name, err, time.Since(f.start))
			}
			attempts := 0
			if name == "for its reply" {
				attempts = 1
			}
			if strings.Contains(err.Error(), "waited") || lost.Attempts != attempts {
				t.Errorf("%s: %v, %d attempts", name, err, lost.Attempts)
			}
		})
	}
}

// A slot is released after each outcome.
func TestSlotsAreReleased(t *testing.T) {
	for _, answer := range []http.HandlerFunc{answer(404, ""), dropped, cutShort, answer(200, "<html>", "Content-Type", "text/html")} {
		for _, op := range operations() {
			c := serve(t, answer).client(t)
			_ = op.call(context.Background(), c)
			if held := len(c.limiter.slots); held != 0 {
				t.Errorf("%s: %d slots held", op.route.operation, held)
			}
		}
	}
}

// If all requests are throttled for as long as one is retried, the remaining requests fail at once. Otherwise a hundred requests,
// each with its own retries, would take hours to fail.
func TestAllRequestsGiveUpTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := false
		f := newTimedClient(10, func(int, *http.Request) (*http.Response, error) {
			if open {
				return plainResponse(204, "", nil), nil
			}
			return plainResponse(429, "", http.Header{"Retry-After": {"20"}}), nil
		})
		inParallel(10, func(int) {
			for range 100 {
				reply := failure(t, f.DeleteUser(t.Context(), "auth0|1"))
				if reply.Status != 429 || reply.RetryAfter < 0 || reply.RetryAfter > 20*time.Second {
					t.Error(reply)
				}
			}
		})
		if took := time.Since(f.start); took > 4*time.Minute || took < 8*20*time.Second || len(f.sentAt) > 100 {
			t.Errorf("took %s and %d requests", took, len(f.sentAt))
		}
		err := failure(t, f.DeleteUser(t.Context(), "auth0|1"))
		if err.Attempts != 0 || !strings.Contains(err.Error(), "not sent: the API has throttled all requests for 3 minutes") {
			t.Errorf("%v", err)
		}

		open = true
		_ = SystemClock().Sleep(t.Context(), 21*time.Second)
		for range 3 {
			if err := f.DeleteUser(t.Context(), "auth0|1"); err != nil {
				t.Errorf("after the pause: %v", err)
			}
		}
	})
}

// One successful request between the pauses is enough to go on.
func TestOneSuccessPreventsGivingUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTimedClient(1, func(n int, _ *http.Request) (*http.Response, error) {
			if n%2 == 0 {
				return plainResponse(204, "", nil), nil
			}
			return plainResponse(429, "", http.Header{"Retry-After": {"20"}}), nil
		})
		for range 30 {
			if err := f.DeleteUser(t.Context(), "auth0|1"); err != nil {
				t.Error(err)
			}
		}
	})
}

// Without retries a throttled request fails alone, and the others wait for up to two pauses.
func TestTwoPausesWithoutRetries(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newTimedClient(1, func(n int, _ *http.Request) (*http.Response, error) {
			if n < 3 {
				return plainResponse(429, "", http.Header{"Retry-After": {"20"}}), nil
			}
			return plainResponse(204, "", nil), nil
		})
		f.config.MaxRetries, f.limiter.maxPauses = 0, newLimiter(1, 0, SystemClock(), nil).maxPauses
		for n, refused := range []bool{true, true, false, false} {
			if err := f.DeleteUser(t.Context(), "auth0|1"); (err != nil) != refused {
				t.Errorf("request %d: %v", n+1, err)
			}
		}
	})
}
