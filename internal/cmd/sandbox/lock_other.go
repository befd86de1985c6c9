//go:build !unix || aix || solaris

package main

import (
	"errors"
	"io/fs"
	"os"
)

// takeLock holds the file by having made it. One that a crash left behind has
// to be removed by hand.
func takeLock(path string) (*os.File, error) {
	lock, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, whose(path)
	}
	if err != nil {
		return nil, err
	}
	return lock, sign(lock)
}

func whose(path string) error {
	lock, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = lock.Close() }()
	held := signed(lock)
	held.process += "; if it does not run any more, remove " + path
	return held
}

func removeLock(lock *os.File) error {
	return errors.Join(lock.Close(), os.Remove(lock.Name()))
}
