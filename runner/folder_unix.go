//go:build unix

package runner

import (
	"io/fs"
	"syscall"
)

// readInto goes without os.File, which asks the system for twice as much: whether the file could be waited for, for one.
func readInto(path string, buf []byte) (int, error) {
	fd, err := again(func() (int, error) { return syscall.Open(path, syscall.O_RDONLY|syscall.O_CLOEXEC, 0) })
	if err != nil {
		return 0, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	defer syscall.Close(fd)
	read := 0
	for read < len(buf) {
		n, err := again(func() (int, error) { return syscall.Read(fd, buf[read:]) })
		if err != nil {
			return read, &fs.PathError{Op: "read", Path: path, Err: err}
		}
		if n == 0 {
			break
		}
		read += n
	}
	return read, nil
}

// again makes a system call until no signal interrupts it.
func again(call func() (int, error)) (int, error) {
	for {
		n, err := call()
		if err != syscall.EINTR {
			return n, err
		}
	}
}
