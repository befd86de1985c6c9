package page

import (
	"net"
	"net/http"
	"strings"
)

// Guard keeps other websites, open in the same browser, away from a handler
// on this machine that asks for no credentials: it is ThisMachineOnly, and
// whatever changes something must not come from another origin. Programs that
// are no browser, such as curl, pass.
func Guard(next http.Handler) http.Handler {
	return ThisMachineOnly(http.NewCrossOriginProtection().Handler(next))
}

// ThisMachineOnly refuses requests for a host name that another machine's DNS could point here.
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
