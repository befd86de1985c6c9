package modelprime

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// direct passes requests to a handler without a network, so that fake time passes while they wait.
type direct struct{ http.Handler }

func (d direct) RoundTrip(r *http.Request) (*http.Response, error) {
	served := httptest.NewRequestWithContext(r.Context(), r.Method, r.URL.String(), r.Body)
	served.Header = r.Header
	recorder := httptest.NewRecorder()
	d.ServeHTTP(recorder, served)
	return recorder.Result(), nil
}

// An API that allows 20 requests a second is used to its limit: 1,000 reads take at most a tenth longer than they must, and few are
// throttled, for any number in flight.
func TestRateLimitIsLearned(t *testing.T) {
	for _, workers := range []int{10, 50} {
		for _, latency := range []time.Duration{0, 50 * time.Millisecond} {
			t.Run(fmt.Sprintf("%d in flight at %s", workers, latency), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) { readAtLimit(t, workers, latency) })
			})
		}
	}
}

func readAtLimit(t *testing.T, workers int, latency time.Duration) {
	const requests, perSecond = 1000, 20
	box := sandbox.New(sandbox.Options{})
	box.SetRateLimit(perSecond)
	box.SetLatency(latency)
	client, err := New(Config{
		Credentials: Credentials{Email: sandbox.DefaultEmail, Token: sandbox.DefaultToken}, MaxRetries: 8, MaxConcurrentRequests: workers,
		Endpoint: "http://127.0.0.1:1" + sandbox.BasePath, Transport: direct{box},
	})
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for range requests / workers {
				if _, err := client.GetCurrentUser(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	group.Wait()
	if took, most := time.Since(start), time.Duration(1.1*requests/perSecond*float64(time.Second)); took > most {
		t.Errorf("took %s, want at most %s", took, most)
	}
	// Requests in flight at the first throttling may be throttled, too; twice with slow replies.
	if refused, most := box.Count("getCurrentUser")-requests, requests*3/100+workers; refused > most {
		t.Errorf("%d of %d requests were refused, want at most %d", refused, requests+refused, most)
	}
	t.Logf("%s, %d refused", time.Since(start), box.Count("getCurrentUser")-requests)
}

// The pace is the number of requests that the API accepted between two throttlings. Without further throttling it is given up, so a
// limit that was lifted does not slow down the rest of the run.
func TestPaceIsLearnedAndGivenUp(t *testing.T) {
	start := time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)
	at := func(seconds float64) time.Time { return start.Add(time.Duration(seconds * float64(time.Second))) }
	var p pace
	if first, second := p.reserve(start), p.reserve(start); first != 0 || second != 0 {
		t.Fatalf("without a refusal there are waits of %s and %s", first, second)
	}
	p.current.handled = 19
	p.onThrottled(at(1), time.Second)
	p.onSuccess(at(1.5)) // counts to the window before the pause
	if got := p.interval(at(2)); got != 100*time.Millisecond {
		t.Errorf("20 in 1 s and a pause of 1 s: one in %s", got)
	}
	p.current.handled = 50
	p.onThrottled(at(11), 2*time.Second)
	if got := p.interval(at(13)); got != 200*time.Millisecond {
		t.Errorf("50 in 10 s, its pause included: one in %s", got)
	}
	if first, second := p.reserve(at(13)), p.reserve(at(13)); first != 0 || second != 200*time.Millisecond {
		t.Errorf("places after %s and %s", first, second)
	}
	if got := p.interval(at(13 + 15)); got < 60*time.Millisecond || got > 70*time.Millisecond {
		t.Errorf("15 s after the pause: one in %s", got)
	}
	if got := p.interval(at(13 + 60)); got > time.Microsecond {
		t.Errorf("a minute after the pause: one in %s", got)
	}
	p.current.handled = 1
	p.onThrottled(at(120), time.Minute)
	if got := p.interval(at(180)); got != slowestPace {
		t.Errorf("1 in two minutes: one in %s", got)
	}
}
