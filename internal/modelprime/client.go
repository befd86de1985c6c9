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
	Kind             Kind // what went wrong; "" for a success
}

// Client talks to the API of one organization as one user. It is safe for concurrent use.
type Client struct {
	config        Config // whose credentials are those of the start
	endpoint      *url.URL
	credentials   atomic.Pointer[Credentials]
	credentialsMu sync.RWMutex // held alone while the address that all requests authenticate with is changed
	limiter       *limiter
	answered      atomic.Bool // the endpoint has replied, be it with an error
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

// newTransport speaks HTTP/1.1 only. Over HTTP/2, net/http repeats requests by itself after errors that do not prove that the
// request was not handled, and so could invite a person twice.
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

// setEmail has requests authenticate with the new address of the token's owner.
func (c *Client) setEmail(email string) {
	c.credentials.Store(&Credentials{Email: email, Token: c.credentials.Load().Token})
}
