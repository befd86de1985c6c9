package contract_test

import (
	"context"
	"maps"
	"slices"
	"testing"

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

// Each decided point is marked. When one is corrected by the live API, its mark and its line here are removed.
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

func TestDocumentIsACopy(t *testing.T) {
	contract.Document().Paths.Delete("/users")
	if contract.Document().Paths.Value("/users") == nil {
		t.Error("a change of one document shows in the next")
	}
}
