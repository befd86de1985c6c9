package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// world is the demo's organization, served on loopback.
type world struct {
	*sandbox.Sandbox

	endpoint string
	server   *http.Server
}

func startWorld(ctx context.Context) (*world, error) {
	var listen net.ListenConfig
	listener, err := listen.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen on loopback: %w", err)
	}

	box := sandbox.New(sandbox.Options{})
	w := &world{
		Sandbox:  box,
		endpoint: "http://" + listener.Addr().String() + sandbox.BasePath,
		server:   &http.Server{Handler: box, ReadHeaderTimeout: 10 * time.Second},
	}
	go func() { _ = w.server.Serve(listener) }()
	return w, nil
}

func (w *world) stop() {
	_ = w.server.Close()
}
