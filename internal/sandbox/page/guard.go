package page

import (
	"net"
	"net/http"
	"strings"
)

// Guard protects a handler without credentials on this machine from other
// websites in the same browser: it is ThisMachineOnly, and refuses changes from
// another origin. Other programs, such as curl, are allowed.
func Guard(next http.Handler) http.Handler {
	return ThisMachineOnly(http.NewCrossOriginProtection().Handler(next))
}

// ThisMachineOnly refuses requests for a host name that foreign DNS could point to this machine.
func ThisMachineOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !isLoopback(r.Host) {
			http.Error(w, "The sandbox answers on this machine only, as 127.0.0.1, [::1] or localhost.", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func isLoopback(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = strings.TrimSuffix(strings.TrimPrefix(hostport, "["), "]")
	}
	return strings.EqualFold(host, "localhost") || net.ParseIP(host).IsLoopback()
}
