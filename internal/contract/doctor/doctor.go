// Package doctor compares a live API with the contract. It reports the differences, and which of the contract's variations the
// API has. It sends only GET requests.
package doctor

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

// Outcome is the result of an examination, and the command's exit code.
type Outcome int

// The outcomes. Unasked takes precedence over Differs.
const (
	Agrees  Outcome = iota // the provider works with every response
	Differs                // at least one response requires a change
	Unasked                // at least one request got no response to judge
)

// Config names the endpoint and the credentials.
type Config struct {
	Endpoint      *url.URL
	Email, Token  string
	SkipUnknownID bool // do not request a user who does not exist
}

// Examine reads the organization, the caller, the users, the caller by ID, and a user who does not exist. It prints its
// findings without the token and without e-mail addresses.
func Examine(ctx context.Context, config Config, out io.Writer) Outcome {
	d := &doctor{config: config, document: contract.Document(), points: contract.Points(), seen: map[string][]string{}, client: newClient(), out: out}
	d.printf("Checking %s with GET requests only.\n\n", config.Endpoint)
	d.examineAll(ctx)
	return d.conclude()
}

type doctor struct {
	config            Config
	document          *openapi3.T
	points            []contract.Point
	seen              map[string][]string // the recognised variations, by point
	client            *http.Client
	out               io.Writer
	differing, unsaid int
	hopeless          bool // no later request can succeed
}

func (d *doctor) examineAll(ctx context.Context) {
	d.examine(ctx, question{operation: "getOrganization"}, nil)
	var id string
	d.examine(ctx, question{operation: "getCurrentUser"}, func(_ *findings, a answer) { id = a.text("id") })
	d.examine(ctx, question{operation: "listUsers"}, func(f *findings, a answer) { d.examineList(ctx, f, a) })
	if isSegment(id) {
		d.examine(ctx, question{operation: "getUser", id: id}, func(f *findings, a answer) {
			if a.text("id") != id {
				f.differ(`field "id" is not the requested ID`)
			}
		})
	} else if !d.hopeless {
		d.printf("GET /users/{id}\n  not checked: no response contained a user ID\n")
	}
	if !d.config.SkipUnknownID {
		d.examineUnknown(ctx)
	}
}

// examine sends one request, judges its response as a success, and passes it to more.
func (d *doctor) examine(ctx context.Context, q question, more func(*findings, answer)) {
	d.section(q, func(f *findings) {
		a, ok := d.ask(ctx, f, q)
		if !ok {
			return
		}
		if a.status >= http.StatusBadRequest {
			f.differ("status %d, the contract says 200. Check MODELPRIME_ENDPOINT.", a.status)
			return
		}
		if d.judge(f, q, a) && more != nil {
			more(f, a)
		}
	})
}

// judge compares a successful response with the contract.
func (d *doctor) judge(f *findings, q question, a answer) bool {
	media := d.operation(q).Responses.Value("200").Value.Content["application/json"]
	if a.status != http.StatusOK {
		f.differ("status %d, the contract says 200", a.status)
	}
	if !a.isJSON() {
		f.differ("content type %q, the contract says application/json", a.contentType)
	}
	if a.decodeErr != nil {
		f.differ("the body is not JSON: %v", a.decodeErr)
		return false
	}
	d.judgeShape(f, media.Schema, a.value)
	return true
}

// noSuchUser has the form of an ID that no member has.
const noSuchUser = "auth0|000000000000000000000000"

// examineUnknown checks the error for an ID without a user: it must differ from the error for a wrong URL.
func (d *doctor) examineUnknown(ctx context.Context) {
	q := question{operation: "getUser", id: noSuchUser, about: "a user who does not exist", refused: true}
	d.section(q, func(f *findings) {
		a, ok := d.ask(ctx, f, q)
		switch {
		case !ok:
		case a.status == http.StatusNotFound, a.status == http.StatusForbidden, a.status == http.StatusGone:
			d.recognise(f, "gone", strconv.Itoa(a.status))
			d.judgeError(f, a)
		default:
			f.differ("status %d, the contract says 404", a.status)
		}
	})
}

// section prints a heading and the findings, and counts them.
func (d *doctor) section(q question, examine func(*findings)) {
	if d.hopeless {
		return
	}
	f := newFindings()
	examine(f)
	method, path := "GET", d.path(q)
	d.printf("%s %s%s\n", method, path, q.suffix())
	for _, line := range f.lines() {
		d.printf("  %s\n", line)
	}
	d.differing += f.differing()
	d.unsaid += f.unsaid()
}

func (d *doctor) conclude() Outcome {
	d.summarise()
	switch {
	case d.unsaid > 0:
		d.printf("\nNot everything could be checked; %s.\n", points(d.differing))
		return Unasked
	case d.differing > 0:
		d.printf("\n%s. Correct internal/contract/openapi.yaml; failing tests then show what else to change.\n", points(d.differing))
		return Differs
	}
	d.printf("\nNo change is needed.\n")
	return Agrees
}

func points(n int) string {
	if n == 1 {
		return "1 point differs from the contract"
	}
	return fmt.Sprintf("%d points differ from the contract", n)
}

var address = regexp.MustCompile(`[^\s"'<>(),;:|]+(@|%40)([^\s"'<>(),;:|]+)`)

// printf is the only output, so that it masks the token and each address.
func (d *doctor) printf(format string, args ...any) {
	text := strings.ReplaceAll(fmt.Sprintf(format, args...), d.config.Token, "(token)")
	_, _ = io.WriteString(d.out, address.ReplaceAllString(text, "***@$2"))
}
