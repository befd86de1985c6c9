package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// claims are the lock files of what this sandbox writes to.
type claims []*os.File

// claim makes the workspace and takes what is going to be written, so that no
// second sandbox overwrites it. Nothing is left behind where that fails.
func claim(opts options) (claims, error) {
	if opts.workspace != "" {
		if err := os.MkdirAll(filepath.Join(opts.workspace, ".provider"), 0o700); err != nil {
			return nil, fmt.Errorf("-workspace: %w", err)
		}
	}
	var taken claims
	for _, path := range opts.written() {
		lock, err := takeLock(filepath.Join(filepath.Dir(path), "."+filepath.Base(path)+".lock"))
		if err != nil {
			return nil, errors.Join(inUse(path, err), taken.release())
		}
		taken = append(taken, lock)
	}
	return taken, nil
}

// written are the files of which two sandboxes cannot have the same.
func (o options) written() []string {
	var paths []string
	if o.workspace != "" {
		paths = append(paths, filepath.Join(o.workspace, "env"))
	}
	if o.state != "" {
		paths = append(paths, o.state)
	}
	return paths
}

// heldError says that another sandbox has the lock, and which one.
type heldError struct{ process, lock string }

func (e heldError) Error() string { return "held by process " + e.process + " with " + e.lock }

func inUse(path string, err error) error {
	var held heldError
	if !errors.As(err, &held) {
		return fmt.Errorf("lock %s: %w", path, err)
	}
	return fmt.Errorf("another sandbox uses this folder, %s (process %s). Use that one, stop it, or take a folder of your own: "+
		"make sandbox ARGS='-listen 127.0.0.1:0 -workspace FOLDER'", filepath.Dir(path), held.process)
}

// sign leaves word in the lock file of who has it.
func sign(lock *os.File) error {
	if err := lock.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintln(lock, os.Getpid())
	return err
}

// signed reads whose lock it is.
func signed(lock *os.File) heldError {
	text, _ := io.ReadAll(io.LimitReader(lock, 32))
	return heldError{process: strings.TrimSpace(string(text)), lock: lock.Name()}
}

// release removes the lock files while they are held still: whoever opens one
// later makes a new one.
func (c claims) release() error {
	var all []error
	for _, lock := range c {
		all = append(all, removeLock(lock))
	}
	return errors.Join(all...)
}
