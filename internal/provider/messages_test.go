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

// Error summaries are static. Warning summaries name the person, because Terraform folds equal ones.
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

// echoServer answers every request with this status and a body that repeats the request's credentials.
func echoServer(t *testing.T, status int, length int) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(status)
		fmt.Fprintf(rw, `{"message": "no\n%s %s"}`, r.Header.Get("Authorization"), strings.Repeat("blah ", length/5))
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// An error repeats at most 2 KiB of the API's answer, on one line, without the token.
func TestLongAnswersAreCut(t *testing.T) {
	t.Parallel()
	w := acctest.NewWorld(t)
	w.URL = echoServer(t, http.StatusBadRequest, 10_000)
	failed := w.CLI(ada).Plan().Fails("400: no robot@example.com:(token) blah")
	if detail := failed.Diags[0].Detail; len(detail) > 2<<10+200 || strings.Contains(detail, sandbox.DefaultToken) {
		t.Errorf("%d bytes: %s", len(detail), detail)
	}
}
