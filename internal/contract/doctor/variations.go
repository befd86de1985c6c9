package doctor

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/model-prime/terraform-provider-modelprime/internal/contract"
)

// recognise records a variation. It is a difference only if it requires a change.
func (d *doctor) recognise(f *findings, point, variation string) {
	p, v := contract.Find(d.points, point, variation)
	if !slices.Contains(d.seen[point], variation) {
		d.seen[point] = append(d.seen[point], variation)
	}
	file, name, changes := strings.Cut(v.Change, " ")
	switch {
	case changes:
		f.differ("%s=%s: %s Change %s in %s, and %s:%d.", point, variation, v.Means, name, file, contract.Path, p.Line)
	case v.Name != p.Variations[0].Name:
		f.remark("%s=%s: %s The provider works with it.", point, variation, v.Means)
	}
}

// invisible are the points that GET requests cannot show.
var invisible = []string{"success", "success-body", "invite-member", "invite-again"}

// summarise prints the recognised variations of each point.
func (d *doctor) summarise() {
	d.printf("\nThe points of internal/contract/README.md:\n")
	if d.unsaid == 0 && len(d.seen["more"]) == 0 {
		d.seen["more"] = []string{"nothing"}
	}
	for _, p := range d.points {
		what := strings.Join(d.seen[p.Name], ", ")
		switch {
		case slices.Contains(invisible, p.Name):
			what = "not visible with GET"
		case what == "":
			what = "not seen"
		case what == p.Variations[0].Name:
			what += ", as decided"
		}
		d.printf("  %-14s %s\n", p.Name, what)
	}
}

var (
	uuid   = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
	number = regexp.MustCompile(`^[0-9]+$`)
)

// formOfID returns the variation of an ID, or "" for another form.
func (d *doctor) formOfID(id string) string {
	prefix, _, hasPrefix := strings.Cut(id, "|")
	switch {
	case hasPrefix && slices.Contains(d.connections(), prefix):
		return "auth0"
	case hasPrefix:
		return "other-prefix"
	case uuid.MatchString(id):
		return "uuid"
	case number.MatchString(id):
		return "number"
	}
	return ""
}

// judgeError recognises the form of an error's body.
func (d *doctor) judgeError(f *findings, a answer) {
	switch form := formOfError(a); form {
	case "page":
		f.differ("the error is a web page with content type %q, like a proxy's; the provider does not accept it as the API's 404", a.contentType)
	case "":
		f.remark("the error with content type %q has none of the known fields; the provider shows no message from it", a.contentType)
	default:
		d.recognise(f, "errors", form)
	}
}

func formOfError(a answer) string {
	fields, isObject := a.value.(map[string]any)
	has := func(name string) bool { _, isText := fields[name].(string); return isText }
	errors, _ := fields["errors"].([]any)
	_, isErrorObject := fields["error"].(map[string]any)
	switch {
	case len(a.body) == 0:
		return "empty"
	case strings.HasPrefix(strings.TrimSpace(string(a.body)), "<"):
		return "page"
	case !isObject && !a.isJSON():
		return "text"
	case strings.Contains(a.contentType, "problem+json"):
		return "problem"
	case len(errors) > 0:
		return "errors"
	case has("errorMessage"):
		return "code"
	case isErrorObject:
		return "error-object"
	}
	for _, name := range []string{"message", "error", "detail", "title"} {
		if has(name) {
			return name
		}
	}
	return ""
}

// judgeThrottling recognises how the API refuses too many requests.
func (d *doctor) judgeThrottling(f *findings, a answer) {
	variation := strconv.Itoa(a.status)
	switch {
	case a.status != http.StatusTooManyRequests && a.status != http.StatusServiceUnavailable:
		return
	case number.MatchString(a.retryAfter):
		variation += "-seconds"
	case a.retryAfter != "":
		variation += "-date"
	case a.status == http.StatusServiceUnavailable:
		p, v := contract.Find(d.points, "throttling", variation)
		d.seen[p.Name] = []string{variation + ", if this was throttling"}
		file, name, _ := strings.Cut(v.Change, " ")
		f.remark("if the API throttles like this, it is throttling=503: change %s in %s, and %s:%d", name, file, contract.Path, p.Line)
		return
	}
	d.recognise(f, "throttling", variation)
}
