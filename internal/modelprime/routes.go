package modelprime

import "net/http"

// A route is the method and path of one operation. {id} in its template is one path segment. If sendsEmail is true, each request
// sends another e-mail, whatever its method; the retry rules depend on it.
type route struct {
	operation, method, template string
	sendsEmail                  bool
}

// The operations with specific advice in messages, by their names in the contract.
const (
	OperationInviteUser = "inviteUser"
	OperationListUsers  = "listUsers"
)

// The only list of methods and paths. The base path is in DefaultEndpoint.
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
