package sandbox

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// noBody is the status of a success without a body. The live API's status is
// not known.
const noBody = http.StatusNoContent

// reply is a response before faults.
type reply struct {
	status int
	header http.Header
	body   []byte

	message string // of the API's own refusal
	point   string // whose variation is the refusal's status
	success bool   // a change that has nothing to say
	changed any    // what it changed
}

func answer(v any) reply {
	return jsonReply(http.StatusOK, v)
}

func done(changed any) reply {
	return reply{status: noBody, success: true, changed: changed}
}

func problem(status int, message string) reply {
	rep := jsonReply(status, struct {
		Message string `json:"message"`
	}{message})
	rep.message = message
	return rep
}

// at sets the point whose variation decides the status.
func (r reply) at(point string) reply {
	r.point = point
	return r
}

func jsonReply(status int, v any) reply {
	body, err := json.Marshal(v)
	if err != nil {
		return text(http.StatusInternalServerError, textType, err.Error())
	}
	return text(status, jsonType, string(body))
}

func text(status int, contentType, body string) reply {
	return reply{status: status, header: http.Header{"Content-Type": {contentType}}, body: []byte(body)}
}

func (r reply) with(name, value string) reply {
	if r.header == nil {
		r.header = http.Header{}
	}
	r.header.Set(name, value)
	return r
}

func (r reply) writeHeader(w http.ResponseWriter) {
	for name, values := range r.header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.status)
}

func (r reply) write(w http.ResponseWriter) {
	if r.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(len(r.body)))
	}
	r.writeHeader(w)
	_, _ = w.Write(r.body) // the client may be gone
}

// withBody returns the status for a response that gets a body although its
// operation has none.
func withBody(status int) int {
	if status == http.StatusNoContent {
		return http.StatusOK
	}
	return status
}
