// Package modelprime is a client of Model-Prime's org-user-management API.
package modelprime

import (
	"context"
	"crypto/tls"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync/atomic"
	"time"
)

const longestHeader = 64 << 10

// Config is what a client is made of. Zero values of the optional fields mean their defaults.
type Config struct {
	Endpoint              string // "" means DefaultEndpoint
	Credentials           Credentials
	UserAgent             string
	RequestTimeout        time.Duration // of one attempt, its reply's body included; 0 means 30s
	MaxRetries            int           // after the first attempt
	MaxConcurrentRequests int           // 0 means 16
	Clock                 Clock         // nil means SystemClock
	Transport             http.RoundTripper
	Jitter                func() float64                       // in [0,1)
	Observe               func(ctx context.Context, a Attempt) // called after every attempt
}

// Attempt is one try of a request, told without anybody's address or id.
type Attempt struct {
	Method, Template string
	Status           int // 0 when there was no reply
	Number           int // from 1
	Duration         time.Duration
	Kind             string // what went wrong: "", "status", "reply", "timeout", "cancelled" or "network"
}

// Client talks to the API of one organization as one user. It is safe for concurrent use.
type Client struct {
	endpoint    *url.URL
	credentials atomic.Pointer[Credentials]
	userAgent   string
	timeout     time.Duration
	maxRetries  int
	limiter     *limiter
	clock       Clock
	transport   http.RoundTripper
	jitter      func() float64
	observe     func(context.Context, Attempt)
}

// New makes a client. It sends nothing.
func New(cfg Config) (*Client, error) {
	if cfg.Endpoint == "" {
		cfg.Endpoint = DefaultEndpoint
	}
	endpoint, err := ParseEndpoint(cfg.Endpoint)
	if err != nil {
		return nil, err
	}
	if err := validateCredentials(cfg.Credentials.Email, cfg.Credentials.Token); err != nil {
		return nil, err
	}
	if cfg.RequestTimeout < 0 || cfg.MaxConcurrentRequests < 0 {
		return nil, errors.New("the request timeout and the number of concurrent requests must be positive")
	}
	cfg = withDefaults(cfg)
	c := &Client{
		endpoint: endpoint, userAgent: cfg.UserAgent, timeout: cfg.RequestTimeout, maxRetries: cfg.MaxRetries,
		limiter: newLimiter(cfg.MaxConcurrentRequests, cfg.Clock, cfg.Jitter),
		clock:   cfg.Clock, transport: cfg.Transport, jitter: cfg.Jitter, observe: cfg.Observe,
	}
	c.credentials.Store(&cfg.Credentials)
	return c, nil
}

func withDefaults(cfg Config) Config {
	if cfg.RequestTimeout == 0 {
		cfg.RequestTimeout = 30 * time.Second
	}
	if cfg.MaxConcurrentRequests == 0 {
		cfg.MaxConcurrentRequests = 16
	}
	if cfg.Clock == nil {
		cfg.Clock = SystemClock()
	}
	if cfg.Transport == nil {
		cfg.Transport = newTransport(cfg.MaxConcurrentRequests)
	}
	if cfg.Jitter == nil {
		cfg.Jitter = rand.Float64
	}
	if cfg.Observe == nil {
		cfg.Observe = func(context.Context, Attempt) {}
	}
	return cfg
}

// newTransport speaks HTTP/1.1 only: over HTTP/2 net/http sends a request again by itself after errors
// that do not rule out that it was carried out, and so could invite somebody twice.
func newTransport(connections int) *http.Transport {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	t.ForceAttemptHTTP2 = false
	t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	t.MaxIdleConnsPerHost = connections
	t.IdleConnTimeout = 30 * time.Second // below what servers use: a reply lost to a stale connection is a doubt
	t.MaxResponseHeaderBytes = longestHeader
	return t
}

// SetEmail is for the owner of the token who changed their own address: from now on requests
// authenticate with it.
func (c *Client) SetEmail(email string) {
	c.credentials.Store(&Credentials{Email: email, Token: c.credentials.Load().Token})
}
