package contract_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
	"github.com/model-prime/terraform-provider-modelprime/internal/modelprime"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// standFor are the statuses tested for each key of the contract's replies.
var standFor = map[string][]int{
	"200": {200},
	"2XX": {200, 201, 202, 204},
	"4XX": {400, 401, 403, 404, 409, 422, 429},
	"5XX": {500, 502, 503, 504},
}

// For each status of each operation in the contract, the client's request and the reply follow the contract, and the client reads the
// reply correctly.
func TestEachStatusOfEachOperation(t *testing.T) {
	exchanges := 0
	for _, item := range contract.Document().Paths.Map() {
		for _, operation := range item.Operations() {
			for key := range operation.Responses.Map() {
				if len(standFor[key]) == 0 {
					t.Errorf("%s: no status for %s", operation.OperationID, key)
				}
				for _, status := range standFor[key] {
					exchanges++
					t.Run(fmt.Sprintf("%s/%d", operation.OperationID, status), func(t *testing.T) {
						exchangeOf(t, operation.OperationID, status)
					})
				}
			}
		}
	}
	if exchanges < 9*(1+len(standFor["4XX"])+len(standFor["5XX"])) {
		t.Errorf("only %d exchanges", exchanges)
	}
}

func exchangeOf(t *testing.T, operation string, status int) {
	t.Helper()
	var got reports
	server := httptest.NewServer(contract.Validate(replyWith(t, status), basePath, got.add))
	defer server.Close()
	client, err := modelprime.New(modelprime.Config{
		Endpoint:    server.URL + basePath,
		Credentials: modelprime.Credentials{Email: sandbox.DefaultEmail, Token: sandbox.DefaultToken},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = calls[operation](t.Context(), client)
	var reply *modelprime.APIError
	switch {
	case status < 300 && err != nil:
		t.Errorf("the client does not take it for a success: %v", err)
	case status >= 300 && (!errors.As(err, &reply) || reply.Status != status || reply.HTML || reply.Message != "as the contract says"):
		t.Errorf("the client makes of it %v", err)
	}
	check(t, got.text(), "", "")
}

// replyWith is a sandbox that carries out each request and replies with this status, or refuses each request with it.
func replyWith(t *testing.T, status int) http.Handler {
	world := sandbox.New(sandbox.Options{})
	if _, err := world.AddMember(sandbox.User{ID: memberID, Email: "ada@example.com", Name: "Ada Rivet"}); err != nil {
		t.Fatal(err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		if status < 300 {
			world.ServeHTTP(recorder, r)
		} else {
			recorder.Header().Set("Content-Type", jsonType)
			_ = json.NewEncoder(recorder).Encode(map[string]string{"message": "as the contract says"})
		}
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(status)
		_, _ = w.Write(recorder.Body.Bytes())
	})
}
