// Package faults_test holds every operation against every fault, at the client and wherever the provider uses the
// operation. What is expected is written down by hand, in classes of faults and in what a scene comes to; what came of it
// is kept in matrix.md for people to read.
//
//	go test ./internal/provider/faults            holds all cells, and matrix.md, against the expectations
//	go test ./internal/provider/faults -update    writes matrix.md anew
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

// retries are allowed after the first attempt, in all cells.
const retries = 2

// patience is how long an attempt may take where a reply trickles.
const patience = 300 * time.Millisecond

// gate is the way to an organization. Each request takes a connection of its own: on one that was used before, net/http
// itself sends a GET again, which would count as two. A closed gate refuses connections.
type gate struct {
	handler  http.Handler
	server   *http.Server
	listener net.Listener

	mu      sync.Mutex
	waiting bool
	let     int // so many more requests through, then close
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

// closeAfter refuses connections once so many more requests have come.
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

// run plans and applies what has to go well.
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

// truth is what the organization has come to: its members beside the token's owner, the owner where they have changed,
// and the e-mails.
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
