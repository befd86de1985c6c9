package doctor_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
	"github.com/model-prime/terraform-provider-modelprime/internal/contract/doctor"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// reply is an answer of the sandbox to the doctor.
type reply struct {
	status            int
	contentType, body string
}

// edit changes the replies to one question, a path with its query.
type edit struct {
	question string
	change   func(*reply)
}

func editing(next http.Handler, edits []edit) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		next.ServeHTTP(recorder, r)
		answer := reply{recorder.Code, recorder.Header().Get("Content-Type"), recorder.Body.String()}
		for _, e := range edits {
			if strings.TrimPrefix(r.URL.RequestURI(), sandbox.BasePath) == e.question {
				e.change(&answer)
			}
		}
		w.Header().Set("Retry-After", recorder.Header().Get("Retry-After"))
		w.Header().Set("Content-Type", answer.contentType)
		w.WriteHeader(answer.status)
		_, _ = io.WriteString(w, answer.body)
	})
}

func replace(old, changed string) func(*reply) {
	return func(r *reply) {
		if !strings.Contains(r.body, old) {
			panic(fmt.Sprintf("the sandbox's reply %s has no %s", r.body, old))
		}
		r.body = strings.ReplaceAll(r.body, old, changed)
	}
}

func status(code int) func(*reply) { return func(r *reply) { r.status = code } }

func html(code int) func(*reply) {
	return func(r *reply) { *r = reply{code, "text/html", "<h1>Welcome</h1>"} }
}

const (
	organization = "/organization"
	caller       = "/user"
	list         = "/users"
	byID         = "/users/auth0%7Cowner"
	afterLast    = "/users?page_number=2&page_size=100"
	nobody       = "/users/auth0%7C000000000000000000000000"
)

func examine(t *testing.T, world *sandbox.Sandbox, change func(*doctor.Config), edits ...edit) (doctor.Outcome, string) {
	t.Helper()
	server := httptest.NewServer(editing(world, edits))
	defer server.Close()
	endpoint, err := url.Parse(server.URL + sandbox.BasePath)
	if err != nil {
		t.Fatal(err)
	}
	config := doctor.Config{Endpoint: endpoint, Email: sandbox.DefaultEmail, Token: sandbox.DefaultToken}
	if change != nil {
		change(&config)
	}
	var out bytes.Buffer
	outcome := doctor.Examine(t.Context(), config, &out)
	checkDiscretion(t, world, out.String())
	return outcome, out.String()
}

// checkDiscretion checks each examination: only GET is sent, and no token, address or name is printed.
func checkDiscretion(t *testing.T, world *sandbox.Sandbox, out string) {
	t.Helper()
	for _, r := range world.Requests() {
		if r.Method != http.MethodGet {
			t.Errorf("the doctor sent %s %s", r.Method, r.Path)
		}
	}
	if strings.Contains(out, sandbox.DefaultToken) {
		t.Errorf("the token is in the output:\n%s", out)
	}
	for _, member := range world.Members() {
		for _, secret := range []string{member.Email, strings.Split(member.Email, "@")[0] + "%40", member.Name} {
			if strings.Contains(out, secret) {
				t.Errorf("%s is in the output:\n%s", secret, out)
			}
		}
	}
}

func crowd(t *testing.T, n int) *sandbox.Sandbox {
	t.Helper()
	world := sandbox.New(sandbox.Options{})
	for i := 1; i < n; i++ {
		person := sandbox.User{
			ID:    fmt.Sprintf("google-oauth2|%04d", i),
			Email: fmt.Sprintf("fitter%d@example.com", i), Name: fmt.Sprintf("Fitter %d", i), Roles: []string{sandbox.RoleAnalyst},
		}
		if _, err := world.AddMember(person); err != nil {
			t.Fatal(err)
		}
	}
	return world
}

func TestAPIWithoutDifferences(t *testing.T) {
	for _, people := range []int{1, 2, 99, 100, 101, 200, 250} {
		outcome, out := examine(t, crowd(t, people), nil)
		if outcome != doctor.Agrees || strings.Count(out, "  agrees\n") != 5 || strings.Count(out, ", as decided\n") != 5 {
			t.Errorf("%d people: outcome %d, printed\n%s", people, outcome, out)
		}
	}
}

func TestEachDifferenceIsReported(t *testing.T) {
	owner := `"id":"auth0|owner"`
	for name, c := range map[string]struct {
		edits []edit
		want  string
	}{
		"renamed field": {[]edit{{organization, replace(`"short_name"`, `"shortName"`)}}, `field "short_name" is missing`},
		"id no uuid":    {[]edit{{organization, replace(`"id":"`, `"id":"org-`)}}, `field "id" is not in the format uuid`},
		"time as a number": {[]edit{{organization, func(r *reply) {
			r.body = `{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08","name":"n","short_name":"s","created_at":1790000000,"updated_at":"yesterday"}`
		}}}, `field "created_at" is integer, the contract says string`},
		"time in words": {[]edit{{organization, func(r *reply) {
			r.body = `{"id":"497f6eca-6276-4993-bfeb-53cbbbba6f08","name":"n","short_name":"s","created_at":"2026-01-02T03:04:05Z","updated_at":"yesterday"}`
		}}}, `field "updated_at" is not in the format date-time`},
		"HTML":                 {[]edit{{organization, html(200)}}, `content type "text/html", the contract says application/json`},
		"HTML is no JSON":      {[]edit{{organization, html(200)}}, `the body is not JSON`},
		"wrong address":        {[]edit{{organization, html(404)}}, `status 404, the contract says 200. Check MODELPRIME_ENDPOINT.`},
		"redirect":             {[]edit{{organization, status(302)}}, `status 302, the contract says 200`},
		"other success":        {[]edit{{caller, status(203)}}, `status 203, the contract says 200`},
		"empty":                {[]edit{{caller, func(r *reply) { r.body = "" }}}, `it is empty`},
		"a list, not a user":   {[]edit{{caller, func(r *reply) { r.body = "[]" }}}, `the body is array, the contract says object`},
		"no roles":             {[]edit{{caller, replace(`"roles"`, `"permissions"`)}}, `field "roles" is missing`},
		"roles null":           {[]edit{{caller, replace(`["admin"]`, `null`)}}, `field "roles" is null, the contract says array`},
		"id in another form":   {[]edit{{caller, replace(owner, `"id":"owner"`)}}, `field "id" has none of the forms in the contract`},
		"more after the last":  {[]edit{{afterLast, replace(`"items":[]`, `"items":[{"id":"auth0|7","email":"x@example.com","name":"X"}]`)}}, `page 2 holds 1 users beyond count`},
		"id renamed":           {[]edit{{caller, replace(`"id"`, `"user_id"`)}}, `field "id" is missing`},
		"count negative":       {[]edit{{list, replace(`"count":3`, `"count":-3`)}}, `field "count" is less than 0`},
		"count one too many":   {[]edit{{list, replace(`"count":3`, `"count":4`)}, {list + "?page_number=1&page_size=100", replace(`"count":3`, `"count":4`)}, {list + "?page_number=2&page_size=100", replace(`"count":3`, `"count":4`)}}, `count is 4, the pages hold 3 different IDs`},
		"count one too few":    {[]edit{{list, replace(`"count":3`, `"count":2`)}}, `count is 2, the pages hold 3 different IDs`},
		"one person twice":     {[]edit{{list, replace(`google-oauth2|0002`, `google-oauth2|0001`)}}, `count is 3, the pages hold 2 different IDs`},
		"items renamed":        {[]edit{{list, replace(`"items"`, `"users"`)}}, `field "items" is missing`},
		"item without a name":  {[]edit{{list, replace(`"name":"Fitter 1"`, `"nick":"F"`)}}, `field "items[].name" is missing`},
		"smaller pages":        {[]edit{{list, replace(`"count":3`, `"count":300`)}}, `a page without page_size holds 3 users, the contract says 100`},
		"somebody else":        {[]edit{{byID, replace(owner, `"id":"auth0|other"`)}}, `field "id" is not the requested ID`},
		"nobody, says a proxy": {[]edit{{nobody, html(404)}}, `the error is a web page with content type "text/html"`},
		"nobody is bad input":  {[]edit{{nobody, status(400)}}, `status 400, the contract says 404`},
		"nobody is somebody":   {[]edit{{nobody, status(200)}}, `status 200, the contract says 404`},
	} {
		t.Run(name, func(t *testing.T) {
			outcome, out := examine(t, crowd(t, 3), nil, c.edits...)
			if outcome != doctor.Differs || !strings.Contains(out, c.want) {
				t.Errorf("outcome %d, want %q, printed\n%s", outcome, c.want, out)
			}
		})
	}
}

func TestOnlyDifferencesAreReported(t *testing.T) {
	_, out := examine(t, crowd(t, 3), nil, edit{list, replace(`"email"`, `"mail"`)}, edit{nobody, status(410)})
	line := func(point string) int {
		p, _ := contract.Find(contract.Points(), point, "410")
		return p.Line
	}
	want := fmt.Sprintf(`GET /organization
  agrees
GET /user
  agrees
GET /users
  differs: field "items[].email" is missing (3 times)
  note: field "items[].mail" is not in the contract (3 times)
  note: more=fields: Additional fields in any object. They are ignored. The provider works with it. (3 times)
GET /users/{id}
  agrees
GET /users/{id} of a user who does not exist
  differs: gone=410: An unknown user ID is answered with 410 (Gone). Change IsNotFound in internal/modelprime/errors.go, and internal/contract/openapi.yaml:%d.

The points of internal/contract/README.md:
  more           fields
  gone           410
  invite-member  not visible with GET
  invite-again   not visible with GET
  success        not visible with GET
  success-body   not visible with GET
  errors         message, as decided
  throttling     not seen
  ids            auth0, as decided
  list           exact, as decided

2 points differ from the contract. Correct internal/contract/openapi.yaml; failing tests then show what else to change.
`, line("gone"))
	if _, rest, _ := strings.Cut(out, "\n\n"); rest != want {
		t.Errorf("printed\n%s\nwant\n%s", rest, want)
	}
}

// Each variation that GET requests can show is recognised, and no other. If it needs a change, the place is named.
func TestEachVariationIsRecognised(t *testing.T) {
	points := contract.Points()
	for _, point := range points {
		for _, v := range point.Variations {
			t.Run(point.Name+"="+v.Name, func(t *testing.T) {
				world := sandbox.New(sandbox.Options{Variations: sandbox.Variations{point.Name: v.Name}})
				if point.Name == "throttling" {
					world.SetRateLimit(1)
				}
				outcome, out := examine(t, world, nil)
				file, name, changes := strings.Cut(v.Change, " ")
				if want := "Change " + name + " in " + file; changes && !strings.Contains(strings.ReplaceAll(out, ": change", ": Change"), want) {
					t.Errorf("%q is missing:\n%s", want, out)
				}
				switch {
				case strings.Contains(out, fmt.Sprintf("  %-14s not visible with GET\n", point.Name)):
					return
				case point.Name == "throttling":
					if outcome != doctor.Unasked {
						t.Errorf("outcome %d", outcome)
					}
				case changes != (outcome == doctor.Differs):
					t.Errorf("outcome %d, printed\n%s", outcome, out)
				}
				for _, other := range points {
					told := strings.Contains(out, "  "+other.Name+" ") && strings.Contains(out, ": "+other.Name+"=")
					if told != (other.Name == point.Name && v.Name != point.Variations[0].Name) && point.Name+v.Name != "throttling503" {
						t.Errorf("%s is reported: %v\n%s", other.Name, told, out)
					}
				}
				if !strings.Contains(out, fmt.Sprintf("  %-14s %s", point.Name, v.Name)) {
					t.Errorf("the summary lacks %s=%s:\n%s", point.Name, v.Name, out)
				}
			})
		}
	}
}

// A count of the page's items looks exact on the first page.
func TestCountOfThePageIsNotExact(t *testing.T) {
	var edits []edit
	for _, question := range []string{list, list + "?page_number=1&page_size=100"} {
		edits = append(edits, edit{question, replace(`"count":150`, `"count":100`)})
	}
	edits = append(edits, edit{list + "?page_number=2&page_size=100", replace(`"count":150`, `"count":50`)})
	outcome, out := examine(t, crowd(t, 150), nil, edits...)
	if outcome != doctor.Differs || !strings.Contains(out, "page 2 holds 50 users beyond count") {
		t.Errorf("outcome %d, printed\n%s", outcome, out)
	}
}

func TestEndlessListIsNotReadToItsEnd(t *testing.T) {
	asked := 0
	endless := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked++
		w.Header().Set("Content-Type", "application/json")
		items := strings.Repeat(`{"id":"auth0|1","email":"a@example.com","name":"A"},`, 100)
		_, _ = io.WriteString(w, `{"count":1000000,"items":[`+strings.TrimSuffix(items, ",")+`]}`)
	})
	server := httptest.NewServer(endless)
	defer server.Close()
	endpoint, _ := url.Parse(server.URL)
	var out bytes.Buffer
	doctor.Examine(t.Context(), doctor.Config{Endpoint: endpoint, Email: "a@example.com", Token: "mpat_x"}, &out)
	if asked > 210 || !strings.Contains(out.String(), "the list continues after 200 pages") {
		t.Errorf("asked %d times, printed\n%s", asked, out.String())
	}
}

func TestAdviceOfUncheckedRequests(t *testing.T) {
	for name, c := range map[string]struct {
		edit edit
		want string
	}{
		"token":       {edit{organization, status(401)}, "Check MODELPRIME_EMAIL and MODELPRIME_TOKEN"},
		"no admin":    {edit{list, status(403)}, "Use an admin's token"},
		"too many":    {edit{byID, status(429)}, "status 429: the API is not available now. Try again later."},
		"broken":      {edit{caller, html(502)}, "status 502: the API is not available now"},
		"broken last": {edit{nobody, status(500)}, "status 500: the API is not available now"},
	} {
		t.Run(name, func(t *testing.T) {
			outcome, out := examine(t, crowd(t, 3), nil, c.edit)
			if outcome != doctor.Unasked || !strings.Contains(out, "  not checked: ") || !strings.Contains(out, c.want) {
				t.Errorf("outcome %d, printed\n%s", outcome, out)
			}
		})
	}
}

func TestNoRequestAfter401(t *testing.T) {
	world := crowd(t, 3)
	outcome, out := examine(t, world, func(c *doctor.Config) { c.Token = "mpat_revoked" })
	if outcome != doctor.Unasked || len(world.Requests()) != 1 || strings.Contains(out, "mpat_revoked") {
		t.Errorf("outcome %d after %d requests, printed\n%s", outcome, len(world.Requests()), out)
	}
}

func TestUnreachableHost(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	outcome, out := examine(t, crowd(t, 1), func(c *doctor.Config) { c.Endpoint, _ = url.Parse(server.URL) })
	if outcome != doctor.Unasked || !strings.Contains(out, "Check MODELPRIME_ENDPOINT") || strings.Count(out, "not checked") != 1 {
		t.Errorf("outcome %d, printed\n%s", outcome, out)
	}
}

func TestIDIsOneSegment(t *testing.T) {
	world := sandbox.New(sandbox.Options{Owner: sandbox.User{ID: "auth0|a/b?c%7C d"}})
	if outcome, out := examine(t, world, nil); outcome != doctor.Agrees {
		t.Errorf("outcome %d, printed\n%s", outcome, out)
	}
}

func TestBrokenConnectionShowsNoID(t *testing.T) {
	outcome, out := examine(t, crowd(t, 1), nil, edit{byID, func(*reply) { panic(http.ErrAbortHandler) }})
	if outcome != doctor.Unasked || strings.Contains(out, "owner") {
		t.Errorf("outcome %d, printed\n%s", outcome, out)
	}
}

func TestHugeReplyIsNotReadToItsEnd(t *testing.T) {
	huge := func(r *reply) { r.body = `"` + strings.Repeat("x", 32<<20) + `"` }
	outcome, out := examine(t, crowd(t, 1), nil, edit{caller, huge})
	if outcome != doctor.Differs || !strings.Contains(out, "it is longer than 32 MiB") {
		t.Errorf("outcome %d, printed\n%s", outcome, out)
	}
}

func TestCancelledExamination(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	endpoint, _ := url.Parse("http://127.0.0.1:1")
	if outcome := doctor.Examine(ctx, doctor.Config{Endpoint: endpoint, Email: "a@example.com", Token: "mpat_x"}, io.Discard); outcome != doctor.Unasked {
		t.Errorf("outcome %d", outcome)
	}
}

func TestTokenStaysWithTheEndpoint(t *testing.T) {
	var elsewhere int
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { elsewhere++ }))
	defer other.Close()
	server := httptest.NewServer(http.RedirectHandler(other.URL, http.StatusTemporaryRedirect))
	defer server.Close()
	outcome, out := examine(t, crowd(t, 1), func(c *doctor.Config) { c.Endpoint, _ = url.Parse(server.URL) })
	if outcome != doctor.Differs || elsewhere != 0 || !strings.Contains(out, "status 307") {
		t.Errorf("outcome %d, %d requests elsewhere, printed\n%s", outcome, elsewhere, out)
	}
}

func TestSkipUnknownID(t *testing.T) {
	world := crowd(t, 1)
	outcome, _ := examine(t, world, func(c *doctor.Config) { c.SkipUnknownID = true })
	if outcome != doctor.Agrees || len(world.Requests()) != 5 {
		t.Errorf("outcome %d after %d requests", outcome, len(world.Requests()))
	}
}

// Names, roles, IDs and content types are printed, so addresses and tokens in them are masked, too.
func TestAddressesAreMaskedInAnyField(t *testing.T) {
	_, out := examine(t, crowd(t, 2), nil,
		edit{caller, replace(`"admin"`, `"`+sandbox.DefaultEmail+`"`)},
		edit{caller, replace(`auth0|owner`, `fitter1@example.com|1`)},
		edit{list, replace(`"name"`, `"fitter1@example.com"`)},
		edit{organization, func(r *reply) { r.contentType = sandbox.DefaultToken }},
	)
	if !strings.Contains(out, "***@example.com") {
		t.Errorf("printed\n%s", out)
	}
}
