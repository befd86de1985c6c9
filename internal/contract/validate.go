package contract

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// FaultHeader marks an injected fault. Such a response is not validated.
const FaultHeader = "X-Sandbox-Fault"

// Validate passes each request to next and its response to the client, both unchanged. It reports everything that is
// not in the contract: an unknown route, a parameter, a header, a body, a status, a content type. The API is
// served below basePath. report is called from the request's goroutine, so concurrently.
//
// It does not check a response that has FaultHeader, whose connection was hijacked, or that was not sent
// completely.
func Validate(next http.Handler, basePath string, report func(error)) http.Handler {
	document := Document()
	document.Servers = openapi3.Servers{{URL: basePath}}
	router, err := gorillamux.NewRouter(document)
	if err != nil {
		panic(fmt.Sprintf("routes below %q: %v", basePath, err))
	}
	return &validator{next: next, report: report, router: router, options: validationOptions()}
}

type validator struct {
	next    http.Handler
	report  func(error)
	router  routers.Router
	options *openapi3filter.Options
}

func validationOptions() *openapi3filter.Options {
	return &openapi3filter.Options{
		AuthenticationFunc:                checkAccessToken,
		MultiError:                        true,
		RejectWhenRequestBodyNotSpecified: true,
		SkipSettingDefaults:               true,
		SchemaValidationOptions: []openapi3.SchemaValidationOption{
			openapi3.DisableSchemaErrorDetails(),
			openapi3.WithStringFormatValidators(map[string]openapi3.StringFormatValidator{
				"uuid": openapi3.NewCallbackValidator(func(s string) error { return CheckFormat("uuid", s) }),
			}),
		},
	}
}

func (v *validator) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	route, pathParams, err := v.router.FindRoute(r)
	if err != nil {
		v.report(fmt.Errorf("%s %s: request: %w", r.Method, r.URL.EscapedPath(), err))
		v.next.ServeHTTP(w, r)
		return
	}
	body, readErr := readAll(r.Body)
	input := &openapi3filter.RequestValidationInput{
		Request:    withBody(r, bytes.NewReader(body), int64(len(body))),
		PathParams: pathParams,
		Route:      route,
		Options:    v.options,
	}
	if readErr == nil {
		v.reportAt(route, "request", checkRequest(input))
	}
	rec := &recorder{ResponseWriter: w}
	v.next.ServeHTTP(rec, withBody(r, io.MultiReader(bytes.NewReader(body), failing{readErr}), r.ContentLength))
	if rec.complete() && r.Context().Err() == nil {
		v.reportAt(route, "reply", checkReply(input, rec))
	}
}

func (v *validator) reportAt(route *routers.Route, what string, err error) {
	if err != nil {
		v.report(fmt.Errorf("%s %s: %s: %w", route.Method, route.Path, what, err))
	}
}

func checkRequest(input *openapi3filter.RequestValidationInput) error {
	if err := checkQuery(input.Request.URL, input.Route.Operation.Parameters); err != nil {
		return err
	}
	return openapi3filter.ValidateRequest(input.Request.Context(), input)
}

// checkQuery finds undescribed and repeated parameters, which the library accepts.
func checkQuery(u *url.URL, parameters openapi3.Parameters) error {
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return fmt.Errorf("query: %w", err)
	}
	for name, values := range query {
		if parameters.GetByInAndName(openapi3.ParameterInQuery, name) == nil {
			return fmt.Errorf("query parameter %q is not described", name)
		}
		if len(values) > 1 {
			return fmt.Errorf("query parameter %q is given %d times", name, len(values))
		}
	}
	return nil
}

var accessToken = regexp.MustCompile(`^[^\s:]+@[^\s:]+:mpat_[!-~]+$`)

func checkAccessToken(_ context.Context, input *openapi3filter.AuthenticationInput) error {
	values := input.RequestValidationInput.Request.Header.Values(input.SecurityScheme.Name)
	if len(values) != 1 || !accessToken.MatchString(values[0]) {
		return fmt.Errorf("header %s is not one email:token", input.SecurityScheme.Name)
	}
	return nil
}

func checkReply(input *openapi3filter.RequestValidationInput, rec *recorder) error {
	status, body := rec.status, rec.body.Bytes()
	described := input.Route.Operation.Responses.Status(status)
	switch {
	case described == nil:
		return fmt.Errorf("status %d is not described", status)
	case len(described.Value.Content) == 0 && len(body) > 0:
		return fmt.Errorf("status %d has a body of %d bytes, and none is described", status, len(body))
	case status >= http.StatusBadRequest && len(body) == 0:
		return nil
	case isJSON(rec.header.Get("Content-Type")) && !json.Valid(body):
		return fmt.Errorf("status %d has a body that is not one JSON value", status)
	}
	reply := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: input, Status: status, Header: rec.header, Options: input.Options,
	}
	if err := openapi3filter.ValidateResponse(input.Request.Context(), reply.SetBodyBytes(body)); err != nil {
		return fmt.Errorf("status %d: %w", status, err)
	}
	return nil
}

func readAll(body io.Reader) ([]byte, error) {
	if body == nil {
		return nil, nil
	}
	return io.ReadAll(body)
}

// withBody returns a copy of the request, because a handler must not change the original.
func withBody(r *http.Request, body io.Reader, length int64) *http.Request {
	r = r.WithContext(r.Context())
	r.Body, r.ContentLength = io.NopCloser(body), length
	return r
}

// failing ends a body with the original error.
type failing struct{ err error }

func (f failing) Read([]byte) (int, error) {
	if f.err == nil {
		return 0, io.EOF
	}
	return 0, f.err
}

// CheckFormat checks a text against one of the contract's formats. It accepts any text for an unknown format.
func CheckFormat(format, value string) error {
	if pattern, known := formats[format]; known && !pattern.MatchString(value) {
		return fmt.Errorf("not in the format %s", format)
	}
	return nil
}

var formats = map[string]*regexp.Regexp{
	"uuid":      regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`),
	"date-time": regexp.MustCompile(openapi3.FormatOfStringDateTime),
}
