package modelprime

import (
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strings"
	"sync/atomic"
	"syscall"
)

const (
	// A page of 100 people takes about 20 KiB. Decoded data can be many times larger than the response.
	longestReply      = 1 << 20
	longestErrorReply = 16 << 10
)

// A request can be sent several times.
type request struct {
	route
	path  string // escaped, below the endpoint
	query url.Values
	body  []byte // JSON, or nil
	err   error  // why it cannot be sent

	holdsCredentialsLock bool // part of a change of the credentials; other requests wait for it
}

// newRequest fills the route's {id}. No other code puts IDs into paths.
func newRequest(r route, ids ...string) request {
	req := request{route: r, path: r.template}
	for _, id := range ids {
		if id == "" || id == "." || id == ".." {
			req.err = fmt.Errorf("%q is not a user ID", id)
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

// withExclusiveCredentials marks a request whose sender holds credentialsMu exclusively.
func (r request) withExclusiveCredentials() request {
	r.holdsCredentialsLock = true
	return r
}

// httpRequest makes the request of one attempt, with the current credentials.
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

// attempt sends a request once, as soon as the limiter allows.
func (c *Client) attempt(ctx context.Context, req request, number int, into any) *APIError {
	if !req.holdsCredentialsLock {
		c.credentialsMu.RLock()
		defer c.credentialsMu.RUnlock()
	}
	if err := c.limiter.acquire(ctx); errors.Is(err, errExhausted) {
		return c.notSent(req, number)
	} else if err != nil {
		return c.cancelled(req, number-1, err)
	}
	start := c.config.Clock.Now()
	status, failed := c.exchange(ctx, req, number, into)
	a := Attempt{
		Method: req.method, Template: req.template, Status: status, Number: number, Duration: c.config.Clock.Now().Sub(start),
	}
	if failed != nil {
		a.Kind = failed.Kind
	}
	c.config.Observe(ctx, a)
	return failed
}

// notSent makes the error for a request that is not sent, because the API throttles all requests.
func (c *Client) notSent(req request, number int) *APIError {
	e := c.failed(req, number-1, KindStatus, fmt.Sprintf(
		"not sent: the API has throttled all requests for %s", FormatWait(c.limiter.throttledFor())))
	e.Status, e.RetryAfter, e.Temporary = http.StatusTooManyRequests, c.limiter.remaining(), true
	return e
}

func (c *Client) cancelled(req request, attempts int, err error) *APIError {
	e := c.failed(req, attempts, KindCancelled, err.Error())
	e.err = err
	return e
}

// exchange holds a slot until the response body is read. It uses the transport directly, which follows no
// redirects: no other host sees the token.
func (c *Client) exchange(ctx context.Context, req request, number int, into any) (status int, failed *APIError) {
	defer func() {
		c.tellLimiter(failed, number) // before the slot is free, so that the next request sees it
		c.limiter.release()
	}()
	limited, cancel := context.WithTimeout(ctx, c.config.RequestTimeout)
	defer cancel()
	var written atomic.Bool // set by the transport's goroutines, for each connection
	trace := &httptrace.ClientTrace{WroteHeaders: func() { written.Store(true) }}
	httpReq, err := c.httpRequest(httptrace.WithClientTrace(limited, trace), req)
	if err != nil {
		return 0, c.failed(req, number, KindNetwork, err.Error())
	}
	resp, err := c.config.Transport.RoundTrip(httpReq)
	if err != nil {
		return 0, c.lost(ctx, limited, req, number, written.Load(), err)
	}
	defer func() { _ = resp.Body.Close() }()
	c.answered.Store(true)
	if resp.StatusCode == http.StatusSwitchingProtocols {
		// There is no body: net/http returns the connection itself, and no timeout ends a read from it.
		return resp.StatusCode, c.unexpected(req, "it switches to another protocol")
	}
	if resp.StatusCode/100 != 2 {
		return resp.StatusCode, c.refused(req, resp, number)
	}
	problem, err := decode(resp, into)
	switch {
	case err != nil:
		return resp.StatusCode, c.lost(ctx, limited, req, number, true, err)
	case problem != "":
		return resp.StatusCode, c.unexpected(req, problem)
	}
	return resp.StatusCode, nil
}

// lost makes the error for a request without a complete response.
func (c *Client) lost(ctx, limited context.Context, req request, number int, written bool, err error) *APIError {
	if ctx.Err() != nil {
		e := c.cancelled(req, number, ctx.Err())
		e.Unconfirmed = written && req.method != http.MethodGet
		return e
	}
	kind, message := KindNetwork, err.Error()
	switch {
	case limited.Err() != nil:
		kind, message = KindTimeout, fmt.Sprintf("timed out: no complete response within %s", c.config.RequestTimeout)
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		message = "the connection ended before the response was complete: " + message
	case !written:
		kind = KindUnreachable
		if errors.As(err, new(tls.RecordHeaderError)) {
			message = "the endpoint does not speak TLS: " + message
		}
	}
	e := c.failed(req, number, kind, message)
	e.Unconfirmed, e.Temporary, e.noEndpoint = written && req.method != http.MethodGet, true, noEndpoint(err)
	return e
}

// windowsRefused is WSAECONNREFUSED, ECONNREFUSED on Windows.
const windowsRefused = syscall.Errno(10061)

// noEndpoint reports whether the connection was refused, the host is unknown, or the endpoint has no TLS or no trusted
// certificate.
func noEndpoint(err error) bool {
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, windowsRefused) || errors.As(err, &dns) && dns.IsNotFound ||
		errors.As(err, new(tls.RecordHeaderError)) || errors.As(err, &certificate)
}

// refused classifies a response whose status is not a success. 429, and 503 with a Retry-After, mean that the request was not
// handled. After any other 5xx it may have been handled. After 303 and 408 an e-mail may have been sent: 303 can point to the
// result, and 408 can come from a proxy that waited for the API.
func (c *Client) refused(req request, resp *http.Response, number int) *APIError {
	body, _ := io.ReadAll(io.LimitReader(resp.Body, longestErrorReply)) // an incomplete body only shortens the message
	message := messageOf(body)
	if location, err := resp.Location(); err == nil && resp.StatusCode/100 == 3 {
		message = "a redirect to " + location.Scheme + "://" + location.Host + ", which is not followed"
	}
	wait, told := parseRetryAfter(resp.Header.Get("Retry-After"), c.config.Clock.Now())
	e := c.failed(req, number, KindStatus, message)
	e.Status, e.HTML, e.RetryAfter = resp.StatusCode, isHTML(resp.Header.Get("Content-Type"), body), wait
	e.throttled = e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable && told
	switch e.Status {
	case http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusBadGateway,
		http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		e.Temporary = true
	case http.StatusSeeOther, http.StatusRequestTimeout:
		e.Unconfirmed = req.sendsEmail
	}
	if e.Status >= 500 && !e.throttled {
		e.Unconfirmed = req.method != http.MethodGet
	}
	return e
}

// decode reads the body of a success. If no body is expected, only a web page matters.
func decode(resp *http.Response, into any) (problem string, err error) {
	contentType := resp.Header.Get("Content-Type")
	if isHTML(contentType, nil) {
		return "it is a web page", nil
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, longestReply+1))
	switch {
	case isHTML(contentType, body):
		return "it is a web page", nil
	case into == nil:
		return "", nil
	case len(body) > longestReply:
		return fmt.Sprintf("it is larger than %d KiB", longestReply>>10), nil
	case err != nil:
		return "", err
	}
	if err := json.Unmarshal(body, into); err != nil {
		return "its JSON cannot be read: " + jsonProblem(err), nil
	}
	return "", nil
}

// jsonProblem describes a JSON error in terms of JSON instead of Go.
func jsonProblem(err error) string {
	var wrong *json.UnmarshalTypeError
	if errors.As(err, &wrong) {
		return fmt.Sprintf("%s is of type %s", cmp.Or(strings.ToLower(wrong.Field), "the whole"), wrong.Value)
	}
	return err.Error()
}
