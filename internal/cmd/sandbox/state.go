package main

import (
	"bytes"
	"fmt"
	"log"
	"net/http"
	"os"
	"path/filepath"
	"sync"

	"github.com/model-prime/terraform-provider-modelprime/internal/sandbox"
)

// state writes the sandbox's state to a file when it has changed.
type state struct {
	sandbox *sandbox.Sandbox
	path    string // "" keeps nothing

	mu   sync.Mutex
	last []byte
}

// after saves the state after each request that may have changed it. The response of such a request is so small that it is
// sent only after that.
func (s *state) after(next http.Handler, logger *log.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if r.Method == http.MethodGet {
			return
		}
		if err := s.save(); err != nil {
			logger.Println(err)
		}
	})
}

func (s *state) save() error {
	if s.path == "" {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	data, err := s.sandbox.Snapshot()
	if err != nil || bytes.Equal(data, s.last) {
		return err
	}
	if err := replace(s.path, data); err != nil {
		return fmt.Errorf("save the state: %w", err)
	}
	s.last = data
	return nil
}

// replace writes the file atomically. It follows no link.
func replace(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temp.Name()) }() // unless it was renamed
	_, err = temp.Write(data)
	if closed := temp.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	return os.Rename(temp.Name(), path)
}
