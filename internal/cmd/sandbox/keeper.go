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

// keeper writes the state to a file when it has changed.
type keeper struct {
	sandbox *sandbox.Sandbox
	path    string // "" keeps nothing

	mu   sync.Mutex
	last []byte
}

// after saves once a request is through that may have changed something. The
// reply of such a request is small enough to leave only then.
func (k *keeper) after(next http.Handler, logger *log.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r)
		if r.Method == http.MethodGet {
			return
		}
		if err := k.save(); err != nil {
			logger.Println(err)
		}
	})
}

func (k *keeper) save() error {
	if k.path == "" {
		return nil
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	data, err := k.sandbox.Snapshot()
	if err != nil || bytes.Equal(data, k.last) {
		return err
	}
	if err := replace(k.path, data); err != nil {
		return fmt.Errorf("save the state: %w", err)
	}
	k.last = data
	return nil
}

// replace leaves either the old file or the new one, never half of one.
func replace(path string, data []byte) error {
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	if err := fill(temp, data); err != nil {
		_ = os.Remove(temp.Name())
		return err
	}
	if err := os.Rename(temp.Name(), path); err != nil {
		_ = os.Remove(temp.Name())
		return err
	}
	return nil
}

func fill(f *os.File, data []byte) error {
	_, err := f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}
