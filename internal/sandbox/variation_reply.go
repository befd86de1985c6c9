package sandbox

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	jsonType    = "application/json"
	problemType = "application/problem+json"
	textType    = "text/plain; charset=utf-8"
)

// reshape gives a response of the API the form of the variations. A fault's response stays unchanged.
func (v Variations) reshape(rep reply) reply {
	switch {
	case rep.message != "":
		return v.refusal(rep)
	case rep.success:
		return v.success(rep)
	case rep.status < 300 && len(rep.body) > 0 && v.of("more")+v.of("list") != "":
		rep.body = rewritten(rep.body, v.edit)
	}
	return rep
}

// refusal sets the status and body of an error.
func (v Variations) refusal(rep reply) reply {
	if status, err := strconv.Atoi(v.of(rep.point)); err == nil {
		rep.status = status
	}
	m := rep.message
	switch v.of("errors") {
	case "error":
		return rep.object(jsonType, map[string]any{"error": m})
	case "error-object":
		return rep.object(jsonType, map[string]any{"error": map[string]any{"message": m}})
	case "detail":
		return rep.object(jsonType, map[string]any{"detail": m})
	case "title":
		return rep.object(jsonType, map[string]any{"title": m})
	case "errors":
		return rep.object(jsonType, map[string]any{"errors": []any{map[string]any{"message": m}}})
	case "code":
		return rep.object(jsonType, map[string]any{"code": "E" + strconv.Itoa(rep.status), "errorMessage": m})
	case "problem":
		return rep.object(problemType, map[string]any{
			"type": "about:blank", "title": http.StatusText(rep.status), "status": rep.status, "detail": m,
		})
	case "text":
		return rep.content(textType, []byte(m))
	case "empty":
		return rep.content("", nil)
	}
	return rep
}

// success sets the status and body of a change without a result.
func (v Variations) success(rep reply) reply {
	if status, err := strconv.Atoi(v.of("success")); err == nil {
		rep.status = status
	}
	switch v.of("success-body") {
	case "empty-object":
		return rep.object(jsonType, map[string]any{})
	case "object":
		return rep.object(jsonType, rep.changed)
	case "text":
		return rep.content(textType, []byte("OK"))
	}
	return rep
}

func (r reply) object(contentType string, v any) reply {
	body, _ := json.Marshal(v) // cannot fail for these types
	return r.content(contentType, body)
}

func (r reply) content(contentType string, body []byte) reply {
	r.body = body
	r.header = r.header.Clone()
	if contentType == "" {
		r.header.Del("Content-Type")
		return r
	}
	r.status = withBody(r.status)
	return r.with("Content-Type", contentType)
}

// edit changes one object of a response, the outermost or an inner one.
func (v Variations) edit(object map[string]any) {
	_, isPage := object["items"]
	_, isUser := object["email"]
	_, isOrganization := object["short_name"]
	switch v.of("more") {
	case "fields":
		object["x_links"] = map[string]any{"self": "/", "tags": []any{nil, 1, "b"}}
	case "nulls":
		for _, name := range []string{"short_name", "created_at", "updated_at"} {
			if _, there := object[name]; there {
				object[name] = nil
			}
		}
	case "times":
		if isOrganization {
			object["created_at"], object["updated_at"] = offset(object["created_at"]), offset(object["updated_at"])
		}
	case "names":
		if isUser {
			object["name"] = ""
		}
	}
	if isPage {
		v.editPage(object)
	}
}

func (v Variations) editPage(page map[string]any) {
	switch v.of("list") {
	case "null-page":
		if items, _ := page["items"].([]any); len(items) == 0 {
			page["items"] = nil
		}
	case "count-string":
		page["count"] = page["count"].(json.Number).String()
	case "count-missing":
		delete(page, "count")
	}
}

// offset returns the same time with a fraction and in another zone.
func offset(value any) any {
	text, _ := value.(string)
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return value
	}
	return at.Add(123456 * time.Microsecond).In(time.FixedZone("", 3600)).Format(time.RFC3339Nano)
}

// rewritten edits each object of a JSON body, the innermost first.
func rewritten(body []byte, edit func(map[string]any)) []byte {
	var v any
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.UseNumber()
	if decoder.Decode(&v) != nil {
		return body
	}
	visit(v, edit)
	out, err := json.Marshal(v)
	if err != nil {
		return body
	}
	return out
}

func visit(v any, edit func(map[string]any)) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			visit(item, edit)
		}
	case map[string]any:
		for _, field := range v {
			visit(field, edit)
		}
		edit(v)
	}
}

// throttled refuses a request because of too many requests.
func (v Variations) throttled(now time.Time) reply {
	variation := v.of("throttling")
	rep := problem(http.StatusTooManyRequests, "too many requests")
	if strings.HasPrefix(variation, "503") {
		rep = problem(http.StatusServiceUnavailable, "too many requests")
	}
	switch _, form, _ := strings.Cut(variation, "-"); {
	case variation == "" || form == "seconds":
		rep = rep.with("Retry-After", "1")
	case form == "date":
		rep = rep.with("Retry-After", now.Add(2*time.Second).UTC().Format(http.TimeFormat))
	}
	return rep
}
