package tfcli

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
)

// LockFile is a dependency lock file for the provider in the mirror as it is built now. With it a CLI neither warns
// that it knows only this platform's checksum, nor refuses a provider that was built again.
func LockFile(mirror, host string) (string, error) {
	binary := binaryIn(mirror, host)
	data, err := os.ReadFile(binary)
	if err != nil {
		return "", fmt.Errorf("lock the provider: %w", err)
	}
	// The checksum of a folder is that of the list of its files' checksums.
	list := sha256.Sum256(fmt.Appendf(nil, "%x  %s\n", sha256.Sum256(data), filepath.Base(binary)))
	return fmt.Sprintf(`provider "%s/model-prime/modelprime" {
  version = %q
  hashes = [
    "h1:%s",
  ]
}
`, host, Version, base64.StdEncoding.EncodeToString(list[:])), nil
}
