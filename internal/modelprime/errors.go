package modelprime

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"time"
)

// Error is a reply that is no success.
type Error struct {
	Method, Template string
	Path             string // escaped, below the endpoint
	Status           int
	Message          string        // what the reply said: one line of at most 2 KiB, or nothing
	APIAnswer        bool          // the body was the API's own JSON, not a proxy's page
	RetryAfter       time.Duration // how long the API asks to wait
	Attempts         int

	hasRetryAfter bool
	inDoubt       bool // an attempt before it may have been carried out
}

func (e *Error) Error() string {
	return e.Method + " " + e.Path + ": " + e.reason() + attempts(e.Attempts)
}

func (e *Error) reason() string {
	text := cmp.Or(e.Message, http.StatusText(e.Status), "no message")
	if e.RetryAfter > 0 {
		text += fmt.Sprintf(" (the API asks to wait %s)", e.RetryAfter.Truncate(time.Second))
	}
	return fmt.Sprintf("%d: %s", e.Status, text)
}

// turnedAway says that the API did not handle the request and wants fewer of them.
func (e *Error) turnedAway() bool {
	return e.Status == http.StatusTooManyRequests || e.Status == http.StatusServiceUnavailable && e.hasRetryAfter
}

// leavesDoubt says that the reply may come from something that handled the request.
func (e *Error) leavesDoubt() bool {
	switch e.Status {
	case http.StatusSeeOther, http.StatusRequestTimeout:
		return e.Method == http.MethodPost
	}
	return e.Status >= 500 && !e.turnedAway()
}

// IsNotFound holds when the API itself says that something does not exist. A proxy's 404 is no such answer.
func IsNotFound(err error) bool {
	var reply *Error
	return errors.As(err, &reply) && reply.Status == http.StatusNotFound && reply.APIAnswer
}

// TransportError is a request without a whole reply.
type TransportError struct {
	Method, Template, Path string
	Attempts               int
	Sent                   bool // it may have been carried out: at least one attempt was written, and not turned away
	Err                    error
}

func (e *TransportError) Error() string {
	return e.Method + " " + e.Path + ": " + e.reason() + attempts(e.Attempts)
}

func (e *TransportError) reason() string { return e.Err.Error() }

func (e *TransportError) Unwrap() error { return e.Err }

// ShapeError is a success whose body is not what the API promises.
type ShapeError struct{ Method, Template, Path, Problem string }

func (e *ShapeError) Error() string {
	return e.Method + " " + e.Path + ": this is not a reply of the Model-Prime API: " + e.Problem
}

// InvalidIDError is an id that cannot be one segment of a path.
type InvalidIDError struct{ ID string }

func (e *InvalidIDError) Error() string { return fmt.Sprintf("%q is not a user id", e.ID) }

func attempts(n int) string {
	if n < 2 {
		return ""
	}
	return fmt.Sprintf(" (after %d attempts)", n)
}

// interrupted is what comes of a request whose context ended while it waited to be tried again.
func (r request) interrupted(ended, last error, number int, inDoubt bool) error {
	var why interface{ reason() string }
	if errors.Is(last, ended) {
		return settle(last, inDoubt)
	}
	if errors.As(last, &why) {
		ended = fmt.Errorf("%w, while it waited to be tried again after %s", ended, why.reason())
	}
	return settle(r.lost(ended, number, false), inDoubt)
}

// problem is a ShapeError, or nil where there is no problem.
func (r request) problem(problem string) error {
	if problem == "" {
		return nil
	}
	return &ShapeError{Method: r.method, Template: r.template, Path: r.path, Problem: problem}
}

// MayHaveHappened reports whether a request that failed may have changed something all the same: its reply was lost, or
// something on the way failed after passing it on. One that only reads changes nothing.
func MayHaveHappened(err error) bool {
	return err != nil && outcomeOf(err) == Unconfirmed && methodOf(err) != http.MethodGet
}

func methodOf(err error) string {
	var (
		reply *Error
		lost  *TransportError
		shape *ShapeError
	)
	switch {
	case errors.As(err, &reply):
		return reply.Method
	case errors.As(err, &lost):
		return lost.Method
	case errors.As(err, &shape):
		return shape.Method
	}
	return ""
}
