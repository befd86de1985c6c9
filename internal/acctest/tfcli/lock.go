package tfcli

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

// LockFile is a dependency lock file for the built provider in the mirror. With it the CLI does not warn that it knows only this
// platform's checksum, and does not refuse a rebuilt provider.
func LockFile(mirror, host string) (string, error) {
	binary := binaryIn(mirror, host)
	data, err := os.ReadFile(binary)
	if err != nil {
		return "", fmt.Errorf("lock the provider: %w", err)
	}
	// A folder's checksum is the checksum of the list of its files' checksums.
	list := sha256.Sum256(fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(data), filepath.Base(binary)))
	return fmt.Sprintf(`provider "%s/model-prime/modelprime" {
  version = %q
  hashes = [
    "h1:%s",
  ]
}
`, host, Version, base64.StdEncoding.EncodeToString(list[:])), nil
}
