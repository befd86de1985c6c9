package modelprime

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"time"
)

const (
	// A page of 100 people takes some 20 KiB, and what is decoded can take many times a reply's size.
	longestReply      = 1 << 20
	longestErrorReply = 16 << 10
)

var errTimedOut = errors.New("timed out")

// A request can be sent any number of times.
type request struct {
	route
	path  string // escaped, below the endpoint
	query url.Values
	body  []byte // JSON, or nil for none
	err   error  // why it cannot be sent at all

	holdsAddress bool // it is part of the change that others wait for
}

// newRequest fills the route's {id}. It is the one place where ids become parts of paths.
func newRequest(r route, ids ...string) request {
	req := request{route: r, path: r.template}
	for _, id := range ids {
		if id == "" || id == "." || id == ".." {
			req.err = &InvalidIDError{ID: id}
		}
		req.path = strings.Replace(req.path, "{id}", url.PathEscape(id), 1)
	}
	return req
}

func (r request) withJSON(body any) request {
	encoded, err := json.Marshal(body)
	r.body, r.err = encoded, cmp.Or(r.err, err)
	return r
}

func (r request) alone() request {
	r.holdsAddress = true
	return r
}

// httpRequest is made anew for each attempt, with the credentials of the moment.
func (c *Client) httpRequest(ctx context.Context, req request) (*http.Request, error) {
	target := *c.endpoint
	target.RawPath = target.EscapedPath() + req.path
	target.Path, _ = url.PathUnescape(target.RawPath)
	target.RawQuery = strings.ReplaceAll(req.query.Encode(), "+", "%20")
	var body io.Reader
	if req.body != nil {
		body = bytes.NewReader(req.body)
	}
	r, err := http.NewRequestWithContext(ctx, req.method, target.String(), body)
	if err != nil {
		return nil, err
	}
	r.Header.Set("Authorization", c.credentials.Load().authorization())
	r.Header.Set("Accept", "application/json")
	if c.config.UserAgent != "" {
		r.Header.Set("User-Agent", c.config.UserAgent)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, nil
}

// attempt sends a request once, as soon as it may.
func (c *Client) attempt(ctx context.Context, req request, number int, into any) error {
	if !req.holdsAddress {
		c.address.RLock()
		defer c.address.RUnlock()
	}
	if err := c.limiter.acquire(ctx); errors.Is(err, errGivenUp) {
		return c.notSent(req, number)
	} else if err != nil {
		return req.lost(err, number-1, false)
	}
	start := c.config.Clock.Now()
	status, err := c.exchange(ctx, req, number, into)
	c.config.Observe(ctx, Attempt{
		Method: req.method, Template: req.template, Status: status, Number: number,
		Duration: c.config.Clock.Now().Sub(start), Kind: kindOf(ctx, err),
	})
	return err
}

// notSent is the refusal of a request that would only wait for the same as those before it.
func (c *Client) notSent(req request, number int) error {
	return &Error{
		Method: req.method, Template: req.template, Path: req.path, Status: http.StatusTooManyRequests,
		Message:    fmt.Sprintf("not sent: the API has turned everything away for %s", c.limiter.refusing().Round(time.Second)),
		RetryAfter: c.limiter.remaining(), hasRetryAfter: true, Attempts: number - 1,
	}
}

// exchange holds a slot until the reply's body is read. It asks the transport itself, which follows no
// redirect: no other host ever sees the token.
func (c *Client) exchange(ctx context.Context, req request, number int, into any) (status int, err error) {
	defer func() {
		c.slowDown(err, number) // while it holds the slot: whoever takes it next must know
		c.limiter.release()
	}()
	limited, cancel := context.WithTimeout(ctx, c.config.RequestTimeout)
	defer cancel()
	var written atomic.Bool // set by the transport's goroutines, for each connection that it tries
	trace := &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }}
	httpReq, err := c.httpRequest(httptrace.WithClientTrace(limited, trace), req)
	if err != nil {
		return 0, err
	}
	resp, err := c.config.Transport.RoundTrip(httpReq)
	if err != nil {
		return 0, req.lost(c.cause(ctx, limited, err), number, written.Load())
	}
	defer func() { _ = resp.Body.Close() }()
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// What follows is no body: net/http hands the connection over, and no timeout ends reading from it.
		return resp.StatusCode, req.problem("it switches to another protocol")
	}
	if resp.StatusCode/100 != 2 {
		return resp.StatusCode, c.refusal(req, resp, number)
	}
	problem, err := c.decode(resp, into)
	if err != nil {
		return resp.StatusCode, req.lost(c.cause(ctx, limited, err), number, true)
	}
	return resp.StatusCode, req.problem(problem)
}

// cause says why there is no whole reply, in words that a person can use.
func (c *Client) cause(ctx, limited context.Context, err error) error {
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case limited.Err() != nil:
		return fmt.Errorf("%w: no whole reply within %s", errTimedOut, c.config.RequestTimeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return fmt.Errorf("the connection ended before the whole reply came: %w", err)
	}
	if text := c.clean(err.Error()); text != err.Error() {
		return errors.New(text) // the chain below would still hold what was cleaned away
	}
	return err
}

// refusal reads what a reply that is no success says. What cannot be read of it changes nothing.
func (c *Client) refusal(req request, resp *http.Response, number int) error {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, longestErrorReply))
	message, apiAnswer := messageOf(body)
	if location, err := resp.Location(); err == nil && resp.StatusCode/100 == 3 {
		message, apiAnswer = "a redirect to "+location.Scheme+"://"+location.Host+", which is not followed", false
	}
	wait, ok := parseRetryAfter(resp.Header.Get("Retry-After"), c.config.Clock.Now())
	return &Error{
		Method: req.method, Template: req.template, Path: req.path, Status: resp.StatusCode,
		Message: c.clean(message), APIAnswer: apiAnswer, RetryAfter: wait, hasRetryAfter: ok, Attempts: number,
	}
}

// decode reads a success. Where no body is expected, what comes of one does not matter.
func (c *Client) decode(resp *http.Response, into any) (problem string, err error) {
	if kind, _, _ := mime.ParseMediaType(resp.Header.Get("Content-Type")); kind == "text/html" {
		return "it is an HTML page", nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, longestReply+1))
	switch {
	case bytes.HasPrefix(bytes.TrimSpace(body), []byte("<")):
		return "it is a page", nil // whatever it is called, it comes from something before the API
	case into == nil:
		return "", nil
	case len(body) > longestReply:
		return fmt.Sprintf("it is larger than %d KiB", longestReply>>10), nil
	case err != nil:
		return "", err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return c.clean("its JSON cannot be read: " + err.Error()), nil
	}
	return "", nil
}

func (r request) lost(err error, attempts int, sent bool) error {
	return &TransportError{Method: r.method, Template: r.template, Path: r.path, Attempts: attempts, Sent: sent, Err: err}
}

// kindOf names a failure without telling anything of it, for logs.
func kindOf(ctx context.Context, err error) string {
	var reply *Error
	var lost *TransportError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &reply):
		return "status"
	case !errors.As(err, &lost):
		return "reply"
	case ctx.Err() != nil:
		return "cancelled"
	case errors.Is(err, errTimedOut):
		return "timeout"
	}
	return "network"
}
