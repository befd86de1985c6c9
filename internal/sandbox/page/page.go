// Package page is the sandbox's web page: the organization, its members, the
// e-mails and the requests, in plain HTML with forms for changes outside
// Terraform. It needs no script.
//
// It uses the sandbox directly, not its API, so that it adds nothing to the
// log of requests.
package page

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"html/template"
	"net/http"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// Path is the path of the page and its forms.
const Path = "/"

var (
	//go:embed page.html
	source string
	//go:embed style.css
	style string
)

type page struct {
	sandbox *sandbox.Sandbox
	enter   string
	html    *template.Template
	policy  string
	notices notices
}

// New returns the page of a sandbox, to serve at Path. Wrap it in Guard,
// because it needs no credentials. If there is a workspace, the page shows the
// commands to enter it instead of the variables.
func New(s *sandbox.Sandbox, enter string) http.Handler {
	digest := sha256.Sum256([]byte(style))
	return &page{
		sandbox: s,
		enter:   enter,
		html:    template.Must(template.New("page").Funcs(template.FuncMap{"parts": parts, "quote": Quote}).Parse(source)),
		policy: "default-src 'none'; img-src data:; style-src 'sha256-" + base64.StdEncoding.EncodeToString(digest[:]) +
			"'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
	}
}

func (p *page) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case r.URL.Path != Path:
		http.NotFound(w, r)
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		p.show(w, r)
	case r.Method == http.MethodPost:
		p.act(w, r)
	default:
		w.Header().Set("Allow", "GET, HEAD, POST")
		http.Error(w, "This page is read with GET and changed with POST.", http.StatusMethodNotAllowed)
	}
}

func (p *page) show(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	v := p.view(r.Host, p.notices.take(query.Get("notice")))
	status := http.StatusOK
	if query.Has("member") && !v.turnTo(query.Get("member")) {
		status = http.StatusNotFound
		v.Notice = notice{Section: sectionMembers, Text: "No member has this ID. Were they removed?", Failed: true}
	}
	p.render(w, status, v)
}

// render writes the whole page or nothing.
func (p *page) render(w http.ResponseWriter, status int, v *view) {
	var body bytes.Buffer
	if err := p.html.Execute(&body, v); err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", p.policy)
	h.Set("Cache-Control", "no-store")
	h.Set("Referrer-Policy", "same-origin")
	h.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(body.Bytes())
}
