//go:build unix && !aix && !solaris

package main

import (
	"errors"
	"os"
	"syscall"
)

// takeLock holds the file by a lock that ends with the process, however that
// ends, so that no stale one is ever in the way.
func takeLock(path string) (*os.File, error) {
	for {
		lock, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
		if err != nil {
			return nil, err
		}
		if err := hold(lock); err != nil {
			return nil, errors.Join(err, lock.Close())
		}
		if isAt(lock, path) {
			return lock, sign(lock)
		}
		_ = lock.Close()
	}
}

func hold(lock *os.File) error {
	err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return signed(lock)
	}
	return err
}

// isAt is false where the one who held the file removed it meanwhile.
func isAt(lock *os.File, path string) bool {
	held, err := lock.Stat()
	if err != nil {
		return false
	}
	there, err := os.Stat(path)
	return err == nil && os.SameFile(held, there)
}

func removeLock(lock *os.File) error {
	return errors.Join(os.Remove(lock.Name()), lock.Close())
}
