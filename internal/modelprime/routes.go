package modelprime

import "net/http"

// A route is where one operation lives. {id} in its template stands for one path segment. Each request of an operation that
// sends an e-mail sends another, whatever its method: the retry rules go by that.
type route struct {
	operation, method, template string
	sendsEmail                  bool
}

// The operations that advice is about, by their names in the contract.
const (
	OperationInviteUser = "inviteUser"
	OperationListUsers  = "listUsers"
)

// The only place that knows methods and paths: correcting one is one edit here. The base path is DefaultEndpoint's.
var (
	getOrganization   = route{"getOrganization", http.MethodGet, "/organization", false}
	getCurrentUser    = route{"getCurrentUser", http.MethodGet, "/user", false}
	updateCurrentUser = route{"updateCurrentUser", http.MethodPatch, "/user", false}
	listUsers         = route{OperationListUsers, http.MethodGet, "/users", false}
	getUser           = route{"getUser", http.MethodGet, "/users/{id}", false}
	deleteUser        = route{"deleteUser", http.MethodDelete, "/users/{id}", false}
	resetUserPassword = route{"resetUserPassword", http.MethodPost, "/users/{id}/reset_password", true}
	replaceUserRoles  = route{"replaceUserRoles", http.MethodPut, "/users/{id}/roles", false}
	inviteUser        = route{OperationInviteUser, http.MethodPost, "/users/invite", true}
)
