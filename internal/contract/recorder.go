package contract

import (
	"bufio"
	"bytes"
	"errors"
	"mime"
	"net"
	"net/http"
	"strings"
)

// recorder passes a response on and records it.
type recorder struct {
	http.ResponseWriter
	status   int
	header   http.Header
	body     bytes.Buffer
	hijacked bool
	broken   bool
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && (status >= http.StatusOK || status == http.StatusSwitchingProtocols) {
		r.status, r.header = status, r.Header().Clone()
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	r.begin()
	if !r.faulty() {
		r.body.Write(p)
	}
	n, err := r.ResponseWriter.Write(p)
	r.broken = r.broken || err != nil
	return n, err
}

func (r *recorder) Flush() {
	r.begin()
	err := http.NewResponseController(r.ResponseWriter).Flush()
	r.broken = r.broken || err != nil && !errors.Is(err, http.ErrNotSupported)
}

func (r *recorder) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	conn, buffered, err := http.NewResponseController(r.ResponseWriter).Hijack()
	r.hijacked = r.hijacked || err == nil
	return conn, buffered, err
}

// Unwrap lets http.ResponseController use the writer's other methods.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

func (r *recorder) begin() {
	if r.status == 0 {
		r.status, r.header = http.StatusOK, r.Header().Clone()
	}
}

func (r *recorder) faulty() bool { return r.header.Get(FaultHeader) != "" }

// complete reports whether the response is not a fault and was sent completely.
func (r *recorder) complete() bool {
	if r.hijacked || r.broken {
		return false
	}
	r.begin()
	return !r.faulty()
}

func isJSON(contentType string) bool {
	mediaType, _, err := mime.ParseMediaType(contentType)
	return err == nil && (mediaType == "application/json" || strings.HasSuffix(mediaType, "+json"))
}
