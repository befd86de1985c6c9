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

// A fleet is a client in fake time, whose transport answers each request by play and notes when it took off.
type fleet struct {
	*Client
	start time.Time

	mu       sync.Mutex
	takeOffs []time.Duration
	inFlight int
	peak     int
	jitter   float64
}

func newFleet(slots int, play func(n int, r *http.Request) (*http.Response, error)) *fleet {
	f := &fleet{start: time.Now()}
	transport := roundTripper(func(r *http.Request) (*http.Response, error) {
		return play(f.takeOff(), r)
	})
	f.Client, _ = New(Config{
		Credentials: testCredentials, MaxConcurrentRequests: slots, MaxRetries: 8, Transport: transport, Jitter: f.nextJitter,
		Observe: func(context.Context, Attempt) {},
	})
	return f
}

// nextJitter is spread evenly, and never 0.
func (f *fleet) nextJitter() float64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.jitter += 0.37
	if f.jitter >= 1 {
		f.jitter--
	}
	return f.jitter
}

func (f *fleet) takeOff() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.takeOffs = append(f.takeOffs, time.Since(f.start))
	f.inFlight++
	f.peak = max(f.peak, f.inFlight)
	return len(f.takeOffs)
}

func (f *fleet) landed() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.inFlight--
}

// slowBody is in flight for a second more, until it is read to its end.
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

func together(n int, call func(i int)) {
	var all sync.WaitGroup
	for i := range n {
		all.Go(func() { call(i) })
	}
	all.Wait()
}

func TestNeverMoreInFlightThanAllowed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var f *fleet
		f = newFleet(4, func(int, *http.Request) (*http.Response, error) {
			response := plainResponse(200, robot, nil)
			response.Body = slowBody{response.Body, f.landed}
			return response, nil
		})
		together(50, func(int) {
			if _, err := f.GetCurrentUser(t.Context()); err != nil {
				t.Error(err)
			}
		})
		if took := time.Since(f.start); f.peak != 4 || took != 13*time.Second {
			t.Errorf("%d in flight at most, %s", f.peak, took)
		}
	})
}

// When one is told to slow down, nobody takes off before that time, and not all at once after it.
func TestOneIsToldAllSlowDown(t *testing.T) {
	for name, told := range map[string]*http.Response{
		"429 with Retry-After":    plainResponse(429, "", http.Header{"Retry-After": {"10"}}),
		"503 with Retry-After":    plainResponse(503, "", http.Header{"Retry-After": {"10"}}),
		"429 without Retry-After": plainResponse(429, "", nil),
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(4, func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return told, nil
				}
				_ = SystemClock().Sleep(context.Background(), time.Millisecond)
				return plainResponse(204, "", nil), nil
			})
			together(21, func(i int) {
				if i > 0 {
					_ = SystemClock().Sleep(t.Context(), time.Microsecond) // after the one that is told
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
			for _, at := range f.takeOffs[1:] {
				moments[at] = true
				if at < pause || at > pause+2*firstDelay {
					t.Errorf("%s: a request took off at %s", name, at)
				}
			}
			if len(f.takeOffs) != 22 || len(moments) < 10 {
				t.Errorf("%s: took off at %v", name, f.takeOffs)
			}
		})
	}
}

// Other failures are one request's own: nobody else waits, and its slot is free while it does.
func TestABackOffHoldsNoSlot(t *testing.T) {
	for status, header := range map[int]http.Header{500: nil, 502: {"Retry-After": {"10"}}, 503: {}} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(1, func(n int, _ *http.Request) (*http.Response, error) {
				if n == 1 {
					return plainResponse(status, "", header), nil
				}
				return plainResponse(204, "", nil), nil
			})
			together(5, func(int) {
				if err := f.DeleteUser(t.Context(), "auth0|1"); err != nil {
					t.Error(err)
				}
			})
			if len(f.takeOffs) != 6 || f.takeOffs[4] != 0 || f.takeOffs[5] == 0 {
				t.Errorf("%d: took off at %v", status, f.takeOffs)
			}
		})
	}
}

// Whoever queued for a slot when a pause began gives it back and waits.
func TestAPauseReachesThoseInTheQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(1, func(n int, _ *http.Request) (*http.Response, error) {
			if n == 1 {
				_ = SystemClock().Sleep(context.Background(), time.Second)
				return plainResponse(429, "", http.Header{"Retry-After": {"10"}}), nil
			}
			return plainResponse(204, "", nil), nil
		})
		together(3, func(int) {
			if err := f.DeleteUser(t.Context(), "auth0|1"); err != nil {
				t.Error(err)
			}
		})
		for _, at := range f.takeOffs[1:] {
			if at < 11*time.Second {
				t.Errorf("took off at %v", f.takeOffs)
			}
		}
	})
}

// The last attempt, too, is a reason for others to wait. An hour is not: they hear of it themselves.
func TestWhatStartsAPause(t *testing.T) {
	for retryAfter, want := range map[string]time.Duration{"10": 10 * time.Second, "60": time.Minute, "3600": 0} {
		srv := serve(t, answer(429, "", "Retry-After", retryAfter))
		c := srv.client(t, func(config *Config) { config.MaxRetries = 0 })
		if err := c.DeleteUser(context.Background(), "auth0|1"); err == nil || max(0, c.limiter.remaining()) != want {
			t.Errorf("%s: %v, %s remain", retryAfter, err, c.limiter.remaining())
		}
	}
}

func TestAShorterPauseDoesNotEndALongerOne(t *testing.T) {
	l := newLimiter(1, 8, newTestClock(), func() float64 { return 0 })
	l.onThrottled(time.Minute)
	l.onThrottled(time.Second)
	if l.remaining() != time.Minute {
		t.Errorf("%s remain", l.remaining())
	}
}

func TestCancelledWhileItWaits(t *testing.T) {
	hang := func(_ int, r *http.Request) (*http.Response, error) {
		<-r.Context().Done()
		return nil, r.Context().Err()
	}
	for name, prepare := range map[string]func(t *testing.T, f *fleet){
		"for a slot": func(t *testing.T, f *fleet) {
			go func() { _ = f.DeleteUser(t.Context(), "auth0|9") }()
			synctest.Wait()
		},
		"for the end of a pause": func(_ *testing.T, f *fleet) { f.limiter.onThrottled(time.Minute) },
		"for its reply":          func(*testing.T, *fleet) {},
	} {
		synctest.Test(t, func(t *testing.T) {
			f := newFleet(1, hang)
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

// A slot is given back whatever comes of the request.
func TestSlotsAreGivenBack(t *testing.T) {
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

// Where nobody gets through for as long as one request is tried again, the rest of a run is told at once: a hundred requests
// that wait through their own retries one after the other would take hours to fail.
func TestAllGiveUpTogether(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		open := false
		f := newFleet(10, func(int, *http.Request) (*http.Response, error) {
			if open {
				return plainResponse(204, "", nil), nil
			}
			return plainResponse(429, "", http.Header{"Retry-After": {"20"}}), nil
		})
		together(10, func(int) {
			for range 100 {
				reply := failure(t, f.DeleteUser(t.Context(), "auth0|1"))
				if reply.Status != 429 || reply.RetryAfter < 0 || reply.RetryAfter > 20*time.Second {
					t.Error(reply)
				}
			}
		})
		if took := time.Since(f.start); took > 4*time.Minute || took < 8*20*time.Second || len(f.takeOffs) > 100 {
			t.Errorf("took %s and %d requests", took, len(f.takeOffs))
		}
		err := f.DeleteUser(t.Context(), "auth0|1")
		if err == nil || !strings.Contains(err.Error(), "not sent: the API has throttled all requests for 3 minutes") {
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

// One that is taken on between the pauses is enough to go on.
func TestNobodyGivesUpWhileSomebodyGetsThrough(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(1, func(n int, _ *http.Request) (*http.Response, error) {
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

// Without retries one refusal is its own request's, and two pauses are waited out by the others.
func TestOnePauseIsNoReasonToGiveUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := newFleet(1, func(n int, _ *http.Request) (*http.Response, error) {
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
