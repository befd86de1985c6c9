package sandbox

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"time"
)

const (
	faultHeader = "X-Sandbox-Fault"
	pace        = 20 * time.Millisecond // between two bytes of a trickle
	hugeSize    = 1 << 30
)

// instead returns the response of a fault that prevents the execution of the operation.
func (s *Sandbox) instead(f Fault) reply {
	rep := s.refusal(f.Kind)
	switch f.Kind {
	case TooManyRetryAfter429, UnavailableRetryAfter503:
		rep = rep.with("Retry-After", "1")
	}
	if f.RetryAfter != "" {
		rep = rep.with("Retry-After", f.RetryAfter)
	}
	return rep
}

func (s *Sandbox) refusal(kind FaultKind) reply {
	switch kind {
	case BadRequest400:
		return problem(http.StatusBadRequest, "the request is not valid")
	case Unauthorized401:
		return problem(http.StatusUnauthorized, "the token is not valid")
	case Forbidden403:
		return problem(http.StatusForbidden, "only an admin may do this")
	case NotFound404:
		return problem(http.StatusNotFound, "there is no such user")
	case NotFoundHTML404:
		return html(http.StatusNotFound, "404 Not Found")
	case Conflict409:
		return problem(http.StatusConflict, "this was changed by someone else")
	case TooMany429, TooManyRetryAfter429:
		return problem(http.StatusTooManyRequests, "too many requests")
	case Unavailable503, UnavailableRetryAfter503:
		return text(http.StatusServiceUnavailable, textType, "no healthy upstream")
	case GatewayTimeout504:
		return text(http.StatusGatewayTimeout, textType, "upstream request timeout")
	case BadGatewayHTML502:
		return badGateway()
	case Redirect:
		return reply{status: http.StatusFound}.with("Location", s.redirectTo)
	}
	return problem(http.StatusInternalServerError, "something went wrong")
}

func badGateway() reply {
	return html(http.StatusBadGateway, "502 Bad Gateway")
}

func html(status int, title string) reply {
	return text(status, "text/html; charset=utf-8", "<html><head><title>"+title+"</title></head><body><h1>"+title+"</h1></body></html>\n")
}

// send writes the response, or the part of it that the fault leaves.
func (s *Sandbox) send(w http.ResponseWriter, r *http.Request, rep reply, f Fault) {
	if f.Kind != "" {
		rep = rep.with(faultHeader, string(f.Kind))
	}
	switch f.Kind {
	case LostReply:
		hangUp(w, nil)
	case CutShort:
		hangUp(w, rep.half())
	case Trickle:
		trickle(w, r, rep)
	case HugeReply:
		rep.writeHeader(w)
		_, _ = io.CopyN(w, &endless{start: `{"message":"`}, hugeSize) // until the client hangs up
	default:
		rep.write(w)
	}
}

// half is the head of the reply and half its body, or half the head where
// there is no body.
func (r reply) half() []byte {
	var raw bytes.Buffer
	whole := http.Response{
		StatusCode:    r.status,
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        r.header,
		Body:          io.NopCloser(bytes.NewReader(r.body)),
		ContentLength: int64(len(r.body)),
	}
	if err := whole.Write(&raw); err != nil {
		return nil
	}
	if len(r.body) == 0 {
		return raw.Bytes()[:raw.Len()/2]
	}
	return raw.Bytes()[:raw.Len()-(len(r.body)+1)/2]
}

func trickle(w http.ResponseWriter, r *http.Request, rep reply) {
	rep.writeHeader(w)
	control := http.NewResponseController(w)
	ticker := time.NewTicker(pace)
	defer ticker.Stop()
	for control.Flush() == nil {
		select {
		case <-r.Context().Done():
			return
		case <-ticker.C:
		}
		if _, err := w.Write([]byte(" ")); err != nil {
			return
		}
	}
}

// endless is the start of an endless JSON text.
type endless struct{ start string }

func (e *endless) Read(p []byte) (int, error) {
	n := copy(p, e.start)
	e.start = e.start[n:]
	for i := n; i < len(p); i++ {
		p[i] = 'a'
	}
	return len(p), nil
}

// hangUp sends so many bytes as they are and closes the connection.
func hangUp(w http.ResponseWriter, raw []byte) {
	conn := takeOver(w)
	defer func() { _ = conn.Close() }()
	_, _ = conn.Write(raw)
}

// reset closes the connection so that the client sees a reset.
func reset(w http.ResponseWriter) {
	conn := takeOver(w)
	if t, ok := conn.(*tls.Conn); ok {
		conn = t.NetConn()
	}
	if t, ok := conn.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
	_ = conn.Close()
}

// takeOver gets the connection from the server. Where there is none to get,
// the server is told to drop the request, which is the next best.
func takeOver(w http.ResponseWriter) net.Conn {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	return conn
}
