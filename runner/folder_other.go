//go:build !unix

package runner

import "os"

func readInto(path string, buf []byte) (int, error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return readFull(f, buf)
}
