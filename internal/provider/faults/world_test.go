// Package faults_test tests each operation under each fault, in the client and in each place where the provider uses the operation.
// The expected results are written by hand, by class of fault and scene; the results are kept in matrix.md.
//
//	go test ./internal/provider/faults            compares all cells and matrix.md with the expectations
//	go test ./internal/provider/faults -update    writes matrix.md again
package faults_test

import (
	"fmt"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/acctest"
	"github.com/model-prime/terraform-provider-modelprime/internal/acctest/drive"
	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// retries are the retries allowed in all cells.
const retries = 2

// trickleTimeout is the request timeout for replies that trickle. A busy machine still sends their headers within it.
const trickleTimeout = time.Second

// gate is the way to an organization. Each request has its own connection: on a used one, net/http itself repeats a GET, which would
// count as two. A closed gate refuses connections.
type gate struct {
	handler  http.Handler
	server   *http.Server
	listener net.Listener

	mu      sync.Mutex
	waiting bool
	let     int // the number of requests before it closes
}

func newGate(t acctest.TB, handler http.Handler) *gate {
	t.Helper()
	g := &gate{handler: handler}
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g.listener = listener
	g.server = &http.Server{Handler: g, ReadHeaderTimeout: time.Minute}
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = g.server.Serve(listener)
	}()
	t.Cleanup(func() {
		_ = g.server.Close()
		<-done
	})
	return g
}

func (g *gate) url() string { return "http://" + g.listener.Addr().String() }

// closeAfter refuses connections after this number of further requests.
func (g *gate) closeAfter(requests int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.waiting, g.let = true, requests
	if requests == 0 {
		_ = g.listener.Close()
	}
}

func (g *gate) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.let--
	if g.waiting && g.let == 0 {
		_ = g.listener.Close()
	}
	g.mu.Unlock()
	w.Header().Set("Connection", "close")
	g.handler.ServeHTTP(w, r)
}

// world is an organization and the Terraform that manages it.
type world struct {
	*acctest.World
	*gate
	tf *drive.Terraform
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{World: acctest.NewWorld(t)}
	w.open()
	w.tf = w.Terraform(drive.Values{"max_retries": int64(retries)})
	return w
}

// open opens a new gate.
func (w *world) open() {
	w.T.Helper()
	w.gate = newGate(w.T, w.Handler())
	w.URL = w.url()
}

// run plans and applies without an error.
func (w *world) run(config drive.Config) {
	w.T.Helper()
	_, report := w.tf.Run(w.T.Context(), config, drive.Options{})
	w.Must(report.Err())
}

// reopen ends all faults.
func (w *world) reopen() {
	w.ClearFaults()
	w.open()
	w.tf.Provider["endpoint"] = w.URL + sandbox.BasePath
	delete(w.tf.Provider, "request_timeout")
}

// truth describes the organization: its other members, the caller if changed, and the e-mails.
func (w *world) truth() string {
	var parts []string
	for _, m := range w.Members() {
		owner := m.ID == "auth0|owner"
		switch {
		case !owner:
			slices.Sort(m.Roles)
			parts = append(parts, m.Name+" has ["+strings.Join(m.Roles, ", ")+"]")
		case m.Email != sandbox.DefaultEmail || m.Name != "Roster Robot":
			parts = append(parts, "the owner is "+m.Name+", "+m.Email)
		}
	}
	if len(parts) == 0 {
		parts = []string{"no other members"}
	}
	count := map[string]int{}
	for _, mail := range w.Emails() {
		count[mail.Kind]++
	}
	for _, kind := range []string{sandbox.KindInvitation, sandbox.KindPasswordReset} {
		if n := count[kind]; n > 0 {
			parts = append(parts, fmt.Sprintf("e-mails (%s): %d", strings.ReplaceAll(kind, "_", " "), n))
		}
	}
	return strings.Join(parts, "; ")
}
