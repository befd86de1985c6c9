package modelprime

import (
	"errors"
	"net/netip"
	"net/url"
	"strconv"
	"strings"
)

// DefaultEndpoint is the base URL of Model-Prime's org-user-management API.
const DefaultEndpoint = "https://api.model-prime.com/api/oum/v1"

// ParseEndpoint reads the API's base URL, trims trailing slashes and makes the host lower case: net/http exempts
// "localhost" from proxies only in lower case. Its errors do not contain the URL, which may hold a password.
func ParseEndpoint(s string) (*url.URL, error) {
	u, err := url.Parse(s)
	if err == nil {
		u.Host = strings.ToLower(u.Host)
	}
	switch {
	case err != nil || !visibleASCII(s) || u.Opaque != "":
		return nil, errors.New("the endpoint is not a URL such as " + DefaultEndpoint)
	case u.Hostname() == "" || !validPort(u.Port()):
		return nil, errors.New("the endpoint must have a host, and a port, if any, between 1 and 65535")
	case u.User != nil:
		return nil, errors.New("the endpoint must not contain a user name or password")
	case strings.ContainsAny(s, "?#"):
		return nil, errors.New("the endpoint must not contain a query or fragment")
	case u.Scheme != "https" && (u.Scheme != "http" || !isLoopback(u.Hostname())):
		return nil, errors.New("the endpoint must be an https URL; plain http is for a loopback address only")
	}
	u.Path, u.RawPath = strings.TrimRight(u.Path, "/"), strings.TrimRight(u.RawPath, "/")
	return u, nil
}

func validPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return port == "" || err == nil && n > 0
}

// isLoopback expects a lower-case host.
func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.Unmap().IsLoopback()
}
