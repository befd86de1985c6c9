package contract_test

import (
	"context"
	"maps"
	"slices"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

var ninePlaces = map[string]string{
	"getOrganization":   "GET /organization",
	"getCurrentUser":    "GET /user",
	"updateCurrentUser": "PATCH /user",
	"listUsers":         "GET /users",
	"getUser":           "GET /users/{id}",
	"deleteUser":        "DELETE /users/{id}",
	"resetUserPassword": "POST /users/{id}/reset_password",
	"replaceUserRoles":  "PUT /users/{id}/roles",
	"inviteUser":        "POST /users/invite",
}

func TestDocumentIsValid(t *testing.T) {
	if err := contract.Document().Validate(context.Background()); err != nil {
		t.Fatal(err)
	}
}

func TestDocumentHasExactlyTheNineOperations(t *testing.T) {
	places := map[string]string{}
	for path, item := range contract.Document().Paths.Map() {
		for method, operation := range item.Operations() {
			places[operation.OperationID] = method + " " + path
		}
	}
	if !maps.Equal(places, ninePlaces) {
		t.Errorf("the document has %v, want %v", places, ninePlaces)
	}
}

func TestEveryOperationSaysWhatItAnswers(t *testing.T) {
	for path, item := range contract.Document().Paths.Map() {
		for method, operation := range item.Operations() {
			if operation.Summary == "" || operation.Description == "" {
				t.Errorf("%s %s has no summary or no description", method, path)
			}
			for _, status := range []int{400, 401, 403, 404, 409, 429, 500, 502, 503, 504} {
				if operation.Responses.Status(status) == nil {
					t.Errorf("%s %s does not say what %d looks like", method, path, status)
				}
			}
		}
	}
}

// Whoever corrects one of these points against the live API takes its mark and its line here away.
func TestDecidedPointsAreMarked(t *testing.T) {
	document := contract.Document()
	marks := map[string]map[string]any{
		"the base URL":            document.Servers[0].Extensions,
		"the reply without body":  document.Components.Responses["Done"].Value.Extensions,
		"the error body":          document.Components.Responses["Error"].Value.Extensions,
		"the meaning of a prefix": document.Components.Schemas["UserId"].Value.Extensions,
		"the exactness of count":  document.Components.Schemas["UserPage"].Value.Properties["count"].Value.Extensions,
	}
	for path, item := range document.Paths.Map() {
		marks["the path "+path] = item.Extensions
		for method, operation := range item.Operations() {
			if method != "GET" && method != "DELETE" {
				marks["the verb of "+operation.OperationID] = operation.Extensions
			}
		}
	}
	if len(marks) != 5+7+4 {
		t.Errorf("looked at %d points: %v", len(marks), slices.Sorted(maps.Keys(marks)))
	}
	for point, extensions := range marks {
		if why, _ := extensions["x-decided"].(string); len(why) < 20 {
			t.Errorf("%s is not marked as decided, with the reason", point)
		}
	}
}

func TestRepliesWithoutBodyMayHaveAnySuccessStatus(t *testing.T) {
	document := contract.Document()
	for _, id := range []string{"deleteUser", "resetUserPassword", "replaceUserRoles", "inviteUser"} {
		responses := operation(t, document, id).Responses
		for _, status := range []int{200, 201, 202, 204} {
			if response := responses.Status(status); response == nil || len(response.Value.Content) != 0 {
				t.Errorf("%s does not take %d without a body", id, status)
			}
		}
	}
}

func TestDocumentBelongsToTheCaller(t *testing.T) {
	contract.Document().Paths.Delete("/users")
	if contract.Document().Paths.Value("/users") == nil {
		t.Error("a change of one document is seen in the next")
	}
}

func operation(t *testing.T, document *openapi3.T, id string) *openapi3.Operation {
	t.Helper()
	for _, item := range document.Paths.Map() {
		for _, operation := range item.Operations() {
			if operation.OperationID == id {
				return operation
			}
		}
	}
	t.Fatalf("the document has no operation %s", id)
	return nil
}
