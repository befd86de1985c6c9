package provider_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// An error says what could not be done, about whom, what was asked, what the API said, and what one can do. What it says of
// each other fault is in the matrix of faults.
func TestErrorsSayWhatToDo(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault sandbox.Fault
		says  []string
	}{
		"the token is not accepted": {
			sandbox.Fault{Kind: sandbox.Unauthorized401},
			[]string{"GET /organization", "401", "the token is not valid", "under Configurations, tab Personal Access Tokens", "MODELPRIME_TOKEN"},
		},
		"the caller is no admin": {
			sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers"},
			[]string{"ada@example.com", "GET /users", "403", "only an admin may do this", `the role "admin"`},
		},
		"nothing is there": {
			sandbox.Fault{Kind: sandbox.NotFoundHTML404},
			[]string{"GET /organization", "404", "endpoint (MODELPRIME_ENDPOINT)"},
		},
		"too many requests": {
			sandbox.Fault{Kind: sandbox.TooManyRetryAfter429, RetryAfter: "7"},
			[]string{"GET /organization", "429", "too many requests", "after 9 attempts", "Run again in 7 seconds", "max_concurrent_requests"},
		},
		"too many requests for an hour": {
			sandbox.Fault{Kind: sandbox.TooManyRetryAfter429, RetryAfter: "3600"},
			[]string{"GET /organization", "429", "Run again in 60 minutes"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := acctest.NewWorld(t)
			w.Fail(test.fault)
			summary := "Could not configure the provider"
			if test.fault.Operation != "" {
				summary = "Could not plan the membership"
			}
			w.CLI(ada).Plan().Fails(append(test.says, summary)...)
		})
	}
}

// Two people's errors have one summary, for it is static; two people's warnings have two, for equal ones are folded.
func TestSummaries(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	const two = ada + `
resource "modelprime_membership" "grace" {
  email = "grace@example.com"
  name  = "Grace Hub"
  roles = ["analyst"]
}
`
	w.Fail(sandbox.Fault{Kind: sandbox.LostReply, Operation: "inviteUser"})
	c := w.CLI(two)
	warned := c.Apply().OK().Warnings(2)
	summaries := warned.Diags[0].Summary + "\n" + warned.Diags[1].Summary
	if !strings.Contains(summaries, "ada@example.com") || !strings.Contains(summaries, "grace@example.com") {
		t.Errorf("the summaries do not name both: %s", summaries)
	}
	w.Fail(sandbox.Fault{Kind: sandbox.Forbidden403, Operation: "listUsers"})
	failed := c.Plan()
	if len(failed.Diags) != 2 || failed.Diags[0].Summary != failed.Diags[1].Summary || failed.Diags[0].Detail == failed.Diags[1].Detail {
		t.Errorf("want two errors of one summary and two details: %s", failed)
	}
}

// rude answers everything with this status and a body that repeats the request's credentials.
func rude(t *testing.T, status int, length int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		fmt.Fprintf(rw, `{"message": "no\n%s %s"}`, r.Header.Get("Authorization"), strings.Repeat("blah ", length/5))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// What the API says is repeated up to 2 KiB, on one line, without the token.
func TestLongAnswersAreCut(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.URL = rude(t, http.StatusBadRequest, 10_000)
	failed := w.CLI(ada).Plan().Fails("400: no robot@example.com:(token) blah")
	if detail := failed.Diags[0].Detail; len(detail) > 2<<10+200 || strings.Contains(detail, sandbox.DefaultToken) {
		t.Errorf("%d bytes: %s", len(detail), detail)
	}
}
