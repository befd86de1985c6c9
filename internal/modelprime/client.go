// Package modelprime is a client of Model-Prime's org-user-management API.
package modelprime

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"sync/atomic"
	"time"
)

const longestHeader = 64 << 10

// Config configures a client. Zero values of optional fields mean their defaults.
type Config struct {
	Endpoint              string // "" means DefaultEndpoint
	Credentials           Credentials
	UserAgent             string
	RequestTimeout        time.Duration // of one attempt, including the response body; 0 means 30s
	MaxRetries            int           // after the first attempt
	MaxConcurrentRequests int           // 0 means 16
	Clock                 Clock         // nil means SystemClock
	Transport             http.RoundTripper
	Jitter                func() float64                       // in [0,1)
	Observe               func(ctx context.Context, a Attempt) // called after every attempt
}

// Attempt describes one attempt of a request, without e-mail addresses and IDs.
type Attempt struct {
	Method, Template string
	Status           int // 0 without a response
	Number           int // from 1
	Duration         time.Duration
	Kind             Kind // "" for a success
}

// Client talks to the API of one organization as one user. It is safe for concurrent use.
type Client struct {
	config        Config // its credentials are the initial ones
	endpoint      *url.URL
	credentials   atomic.Pointer[Credentials]
	credentialsMu sync.RWMutex // held exclusively while the owner's address changes
	limiter       *limiter
	answered      atomic.Bool // the endpoint has sent a response, maybe an error
}

// New makes a client. It sends nothing.
func New(config Config) (*Client, error) {
	endpoint, err := ParseEndpoint(cmp.Or(config.Endpoint, DefaultEndpoint))
	if err != nil {
		return nil, err
	}
	if err := validateCredentials(config.Credentials); err != nil {
		return nil, err
	}
	if config.RequestTimeout < 0 || config.MaxConcurrentRequests < 0 {
		return nil, errors.New("the request timeout and the number of concurrent requests must be positive")
	}
	config = withDefaults(config)
	c := &Client{
		config: config, endpoint: endpoint,
		limiter: newLimiter(config.MaxConcurrentRequests, config.MaxRetries, config.Clock, config.Jitter),
	}
	c.credentials.Store(&config.Credentials)
	return c, nil
}

func withDefaults(config Config) Config {
	config.RequestTimeout = cmp.Or(config.RequestTimeout, 30*time.Second)
	config.MaxConcurrentRequests = cmp.Or(config.MaxConcurrentRequests, 16)
	config.Clock = cmp.Or(config.Clock, SystemClock())
	if config.Transport == nil {
		config.Transport = newTransport(config.MaxConcurrentRequests)
	}
	if config.Jitter == nil {
		config.Jitter = rand.Float64
	}
	if config.Observe == nil {
		config.Observe = func(context.Context, Attempt) {}
	}
	return config
}

// newTransport speaks HTTP/1.1 only. Over HTTP/2, net/http itself retries requests that the server may have handled, and so
// could invite a person twice.
func newTransport(connections int) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.ForceAttemptHTTP2 = false
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	t.MaxIdleConnsPerHost = connections
	t.IdleConnTimeout = 30 * time.Second // shorter than servers' timeouts: a stale connection makes a change unconfirmed
	t.MaxResponseHeaderBytes = longestHeader
	return t
}

// setEmail makes requests authenticate with the owner's new address.
func (c *Client) setEmail(email string) {
	c.credentials.Store(&Credentials{Email: email, Token: c.credentials.Load().Token})
}
