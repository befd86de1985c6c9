package modelprime

import "net/http"

// A route is where one operation lives. {id} in its template stands for one path segment.
type route struct{ operation, method, template string }

// The only place that knows methods and paths: correcting one is one edit here.
var (
	getOrganization   = route{"getOrganization", http.MethodGet, "/organization"}
	getCurrentUser    = route{"getCurrentUser", http.MethodGet, "/user"}
	updateCurrentUser = route{"updateCurrentUser", http.MethodPatch, "/user"}
	listUsers         = route{"listUsers", http.MethodGet, "/users"}
	getUser           = route{"getUser", http.MethodGet, "/users/{id}"}
	deleteUser        = route{"deleteUser", http.MethodDelete, "/users/{id}"}
	resetUserPassword = route{"resetUserPassword", http.MethodPost, "/users/{id}/reset_password"}
	replaceUserRoles  = route{"replaceUserRoles", http.MethodPut, "/users/{id}/roles"}
	inviteUser        = route{"inviteUser", http.MethodPost, "/users/invite"}
)
