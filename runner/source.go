package runner

import (
	"errors"
	"io"
	"io/fs"
	"time"
)

// A fileSource reads a file of a file system piece by piece, and opens it for each: ten thousand large files are not ten thousand open ones. It
// refuses to go on with a file that was changed after it was looked at first.
type fileSource struct {
	fsys    fs.FS
	name    string
	shown   string
	size    int64
	changed time.Time
}

func (s *fileSource) Size() int64 { return s.size }

func (s *fileSource) ReadAt(p []byte, off int64) (int, error) {
	f, err := s.fsys.Open(s.name)
	if err != nil {
		return 0, &FileError{File: s.shown, Err: errors.New(reason(err))}
	}
	defer f.Close()
	n, err := s.readAt(f, p, off)
	if err != nil && !errors.Is(err, io.EOF) {
		return n, &FileError{File: s.shown, Err: errors.New(reason(err))}
	}
	if info, err := f.Stat(); err != nil || info.Size() != s.size || !info.ModTime().Equal(s.changed) {
		return 0, &FileError{File: s.shown, Err: errChanged}
	}
	return n, err
}

// readAt reads as much of p as there is, as io.ReaderAt has it, from a file that may be of any kind.
func (s *fileSource) readAt(f fs.File, p []byte, off int64) (int, error) {
	if at, ok := f.(io.ReaderAt); ok {
		return at.ReadAt(p, off)
	}
	if _, err := skip(f, off); err != nil {
		return 0, err
	}
	n, err := readFull(f, p)
	if err == nil && n < len(p) {
		err = io.EOF
	}
	return n, err
}

func skip(f fs.File, n int64) (int64, error) {
	if seeker, ok := f.(io.Seeker); ok {
		return seeker.Seek(n, io.SeekStart)
	}
	return io.CopyN(io.Discard, f, n)
}
