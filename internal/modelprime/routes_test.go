package modelprime

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

// The client's routes and endpoint are exactly the contract's.
func TestRoutesAreTheContracts(t *testing.T) {
	var ours, theirs []route
	for _, op := range operations() {
		ours = append(ours, op.route)
	}
	document := contract.Document()
	for template, item := range document.Paths.Map() {
		for method, operation := range item.Operations() {
			theirs = append(theirs, route{
				operation: operation.OperationID, method: method, template: template,
				sendsEmail: slices.Contains([]string{"inviteUser", "resetUserPassword"}, operation.OperationID),
			})
		}
	}
	byOperation := func(a, b route) int { return strings.Compare(a.operation, b.operation) }
	slices.SortFunc(ours, byOperation)
	slices.SortFunc(theirs, byOperation)
	if !slices.Equal(ours, theirs) {
		t.Errorf("the client has\n%v\nthe contract\n%v", ours, theirs)
	}
	if document.Servers[0].URL != DefaultEndpoint {
		t.Errorf("the contract's server is %s", document.Servers[0].URL)
	}
}

// Each operation requests its own route.
func TestOperationsTakeTheirRoutes(t *testing.T) {
	asked := map[string]bool{}
	for _, op := range operations() {
		srv := serve(t, answer(200, "{}"))
		_ = op.call(t.Context(), srv.client(t))
		got := srv.requests()[0]
		path, _, _ := strings.Cut(got.uri, "?")
		if want := "/api/oum/v1" + strings.Replace(op.route.template, "{id}", "auth0%7C64f0", 1); got.method != op.route.method || path != want {
			t.Errorf("%s: %s %s", op.route.operation, got.method, path)
		}
		asked[op.route.operation] = true
	}
	if len(asked) != 9 {
		t.Errorf("asked for %v", slices.Sorted(maps.Keys(asked)))
	}
}
