package modelprime

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Kind says what went wrong with a request.
type Kind string

// What can go wrong.
const (
	KindStatus      Kind = "status"      // the reply's status is no success
	KindReply       Kind = "reply"       // the status is a success, and the body is not what the API documents
	KindUnreachable Kind = "unreachable" // no connection to the endpoint could be made, so nothing was sent
	KindTimeout     Kind = "timeout"     // no whole reply within the request timeout
	KindNetwork     Kind = "network"     // no whole reply for another reason
	KindCancelled   Kind = "cancelled"   // the caller gave up
)

// APIError is a request that failed. It is classified once, where it fails.
type APIError struct {
	Operation        string // inviteUser, listUsers, …: the operation's name in the contract
	Method, Template string // Template has {id} where Path has an id
	Endpoint         string
	Path             string // escaped, below the endpoint
	Kind             Kind
	Status           int    // 0 without a reply
	HTML             bool   // the reply is a web page, so something else than the API sent it
	Message          string // one line of at most 2 KiB: what the reply says, or what went wrong
	Unconfirmed      bool   // the request may have changed something; otherwise it certainly changed nothing
	Temporary        bool   // another attempt can succeed
	RetryAfter       time.Duration
	Attempts         int

	sendsEmail bool  // each attempt sends an e-mail
	throttled  bool  // not handled, because there are too many requests
	noEndpoint bool  // nothing listens at the endpoint, no host has its name, or no TLS comes about
	err        error // why the caller gave up
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

// Unwrap returns the end of the caller's context, or nil.
func (e *APIError) Unwrap() error { return e.err }

// IsNotFound reports whether the API does not know what was asked for. A web page with that status is no such answer: a proxy
// sends one for a wrong path.
func IsNotFound(err error) bool {
	var failed *APIError
	return errors.As(err, &failed) && failed.Status == http.StatusNotFound && !failed.HTML
}

// IsUnconfirmed reports whether a request that failed may have changed something: its reply was lost, or something on the way
// failed after passing it on.
func IsUnconfirmed(err error) bool {
	var failed *APIError
	return errors.As(err, &failed) && failed.Unconfirmed
}

// failed is a request that failed at an attempt.
func (c *Client) failed(req request, number int, kind Kind, message string) *APIError {
	return &APIError{
		Operation: req.operation, Method: req.method, Template: req.template, sendsEmail: req.sendsEmail, Endpoint: c.endpoint.String(), Path: req.path,
		Kind: kind, Message: c.clean(message), Attempts: number,
	}
}

// unexpected is a success whose body is not what the API documents. A change may have been carried out.
func (c *Client) unexpected(req request, problem string) *APIError {
	e := c.failed(req, 1, KindReply, problem)
	e.Unconfirmed = req.method != http.MethodGet
	return e
}

// interrupted is what a failure becomes when the caller gives up while it waits for the next attempt.
func (e *APIError) interrupted(ended error) *APIError {
	e.Message = fmt.Sprintf("%v while waiting to retry after %s", ended, e.reason())
	e.Kind, e.err, e.Status, e.RetryAfter, e.Temporary = KindCancelled, ended, 0, 0, false
	return e
}
