package modelprime

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind classifies a failed request.
type Kind string

// The kinds of failures.
const (
	KindStatus      Kind = "status"      // the status is not a success
	KindReply       Kind = "reply"       // the status is a success, but the body is not what the API documents
	KindUnreachable Kind = "unreachable" // no connection to the endpoint, so nothing was sent
	KindTimeout     Kind = "timeout"     // no complete response within the request timeout
	KindNetwork     Kind = "network"     // no complete response for another reason
	KindCancelled   Kind = "cancelled"   // the caller's context ended
)

// APIError is a failed request. It is classified once, where it fails.
type APIError struct {
	Operation        string // inviteUser, listUsers, …: the operation's name in the contract
	Method, Template string // Template has {id} in place of Path's ID
	Endpoint         string
	Path             string // escaped, below the endpoint
	Kind             Kind
	Status           int    // 0 without a response
	HTML             bool   // the response is a web page, so it is not from the API
	Message          string // one line of at most 2 KiB: the API's message, or the cause
	Unconfirmed      bool   // the request may have changed something; otherwise it certainly changed nothing
	Temporary        bool   // another attempt can succeed
	RetryAfter       time.Duration
	Attempts         int

	sendsEmail bool  // each attempt sends an e-mail
	throttled  bool  // not handled, because of too many requests
	noEndpoint bool  // connection refused, unknown host, or TLS failed
	err        error // of the caller's context
}

func (e *APIError) Error() string {
	text := e.Method + " " + e.Path + ": " + e.reason()
	if e.Attempts > 1 {
		text += fmt.Sprintf(" (after %d attempts)", e.Attempts)
	}
	return text
}

func (e *APIError) reason() string {
	switch e.Kind {
	case KindStatus:
		text := fmt.Sprintf("%d: %s", e.Status, cmp.Or(e.Message, http.StatusText(e.Status), "no message"))
		if e.RetryAfter > 0 {
			text += fmt.Sprintf(" (the API asks to wait %s)", FormatWait(e.RetryAfter))
		}
		return text
	case KindReply:
		return "unexpected response: " + e.Message
	}
	return e.Message
}

// Unwrap returns the error of the caller's context, or nil.
func (e *APIError) Unwrap() error { return e.err }

// IsNotFound reports whether the API answered 404. A web page with that status does not count: a proxy sends one for a wrong
// path.
func IsNotFound(err error) bool {
	var failed *APIError
	return errors.As(err, &failed) && failed.Status == http.StatusNotFound && !failed.HTML
}

// IsUnconfirmed reports whether a failed request may have changed something: its response was lost, or a gateway failed after
// it forwarded the request.
func IsUnconfirmed(err error) bool {
	var failed *APIError
	return errors.As(err, &failed) && failed.Unconfirmed
}

// failed makes the error of a failed attempt.
func (c *Client) failed(req request, number int, kind Kind, message string) *APIError {
	return &APIError{
		Operation: req.operation, Method: req.method, Template: req.template, sendsEmail: req.sendsEmail, Endpoint: c.endpoint.String(), Path: req.path,
		Kind: kind, Message: c.clean(message), Attempts: number,
	}
}

// unexpected makes the error for a success whose body is not what the API documents. A change may have been made.
func (c *Client) unexpected(req request, problem string) *APIError {
	e := c.failed(req, 1, KindReply, problem)
	e.Unconfirmed = req.method != http.MethodGet
	return e
}

// interrupted makes the error for a context that ends while the next attempt waits.
func (e *APIError) interrupted(ended error) *APIError {
	e.Message = fmt.Sprintf("%v while waiting to retry after %s", ended, e.reason())
	e.Kind, e.err, e.Status, e.RetryAfter, e.Temporary = KindCancelled, ended, 0, 0, false
	return e
}
