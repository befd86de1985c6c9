package doctor

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/getkin/kin-openapi/openapi3"
)

const (
	timeout     = 30 * time.Second
	largestBody = 32 << 20
)

// newClient follows no redirect: the token goes to the endpoint and nowhere else.
func newClient() *http.Client {
	return &http.Client{
		Timeout:       timeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// question is one GET request.
type question struct {
	operation string
	id        string // of a user
	query     url.Values
	about     string // distinguishes questions to the same operation
	refused   bool   // a refusal is judged too
}

func (q question) suffix() string {
	if q.about == "" {
		return ""
	}
	return " of " + q.about
}

// answer is a response that can be judged.
type answer struct {
	status      int
	contentType string
	retryAfter  string
	body        []byte
	value       any
	decodeErr   error
}

func (a answer) isJSON() bool {
	mediaType, _, err := mime.ParseMediaType(a.contentType)
	return err == nil && (mediaType == "application/json" || a.status >= 400 && strings.HasSuffix(mediaType, "+json"))
}

// text returns the value of a string field, else "".
func (a answer) text(field string) string {
	fields, _ := a.value.(map[string]any)
	value, _ := fields[field].(string)
	return value
}

func (d *doctor) find(q question) (path string, operation *openapi3.Operation) {
	for path, item := range d.document.Paths.Map() {
		if item.Get != nil && item.Get.OperationID == q.operation {
			return path, item.Get
		}
	}
	panic("the contract has no GET named " + q.operation)
}

func (d *doctor) path(q question) string {
	path, _ := d.find(q)
	return path
}

func (d *doctor) operation(q question) *openapi3.Operation {
	_, operation := d.find(q)
	return operation
}

func (d *doctor) url(q question) string {
	path := strings.ReplaceAll(d.path(q), "{id}", url.PathEscape(q.id))
	u := d.config.Endpoint.JoinPath(path)
	u.RawQuery = q.query.Encode()
	return u.String()
}

// isSegment reports whether an ID is one path segment: not empty, not "." and not "..".
func isSegment(id string) bool { return id != "" && id != "." && id != ".." }

// ask sends the question. Without an answer to judge, it records the reason.
func (d *doctor) ask(ctx context.Context, f *findings, q question) (answer, bool) {
	a, err := d.get(ctx, q)
	switch {
	case err != nil:
		d.hopeless = true
		f.giveUp("no response: %v. Check MODELPRIME_ENDPOINT, the network and the proxy.", err)
	case a.status == http.StatusUnauthorized:
		d.hopeless = true
		f.giveUp("status 401: the API rejects the token. Check MODELPRIME_EMAIL and MODELPRIME_TOKEN. " +
			"The token may be expired, revoked, or for another endpoint than MODELPRIME_ENDPOINT.")
	case a.status == http.StatusForbidden && !q.refused:
		f.giveUp("status 403: the token's owner has no permission for this request. Use an admin's token.")
	case a.status == http.StatusTooManyRequests || a.status >= http.StatusInternalServerError:
		f.giveUp("status %d: the API is not available now. Try again later.", a.status)
		d.judgeThrottling(f, a)
	default:
		return a, true
	}
	return answer{}, false
}

func (d *doctor) get(ctx context.Context, q question) (answer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, d.url(q), nil)
	if err != nil {
		return answer{}, withoutURL(err)
	}
	request.Header.Set("Authorization", d.config.Email+":"+d.config.Token)
	request.Header.Set("Accept", "application/json")
	request.Header.Set("User-Agent", "terraform-provider-modelprime-doctor")
	reply, err := d.client.Do(request)
	if err != nil {
		return answer{}, withoutURL(err)
	}
	defer func() { _ = reply.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(reply.Body, largestBody+1))
	if err != nil {
		return answer{}, fmt.Errorf("read the response: %w", err)
	}
	a := answer{status: reply.StatusCode, contentType: reply.Header.Get("Content-Type"), retryAfter: reply.Header.Get("Retry-After"), body: body}
	a.value, a.decodeErr = decode(body)
	return a, nil
}

// withoutURL drops the URL, which may contain a member's ID.
func withoutURL(err error) error {
	var failed *url.Error
	if errors.As(err, &failed) {
		return failed.Err
	}
	return err
}

func decode(body []byte) (value any, err error) {
	switch {
	case len(body) == 0:
		return nil, errors.New("it is empty")
	case len(body) > largestBody:
		return nil, errors.New("it is longer than 32 MiB")
	case json.Unmarshal(body, &value) != nil:
		return nil, errors.New("it cannot be parsed")
	}
	return value, nil
}
