package runner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"revise/chain"
	"revise/parser"
)

// A NoFilesError says that a folder holds no revision file.
type NoFilesError struct{ Dir string }

func (e *NoFilesError) Error() string {
	return fmt.Sprintf("no revision files (*.sql) in %s", e.Dir)
}

// Hint gives the command that makes one.
func (*NoFilesError) Hint() string { return `make one: revise new "first tables"` }

// Load reads every *.sql file of fsys, in its folders too, and links them. Names in positions are those in fsys with prefix before
// them. Folders and files whose names begin with a dot are left alone. All mistakes of all files are reported together, as a
// parser.ErrorList; a file that cannot be read is one of them, for a file that is passed over in silence is a revision that never runs.
//
// Of a large file the sections stay where they are, and are read when they are asked for; fsys must be safe for concurrent use.
func Load(fsys fs.FS, prefix string, dialects []string) (*chain.Chain, error) {
	revs, err := ParseAll(fsys, prefix, dialects)
	if err != nil {
		return nil, err
	}
	if len(revs) == 0 {
		return nil, &NoFilesError{Dir: prefix}
	}
	return chain.New(revs)
}

// ParseAll is Load without linking. No files are no mistake. With an ErrorList come the revisions of the files without mistakes.
func ParseAll(fsys fs.FS, prefix string, dialects []string) ([]*parser.Revision, error) {
	var files []file
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil && name == ".":
			return err
		case err != nil:
			files = append(files, file{name: name, err: err})
			return nil
		case strings.HasPrefix(entry.Name(), ".") && name != ".":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case !entry.IsDir() && strings.HasSuffix(name, ".sql"):
			files = append(files, file{name: name})
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("the folder of the revisions, %s, cannot be read: %s", prefix, reason(err))
	}
	before := strings.TrimSuffix(path.Join(prefix, "x"), "x") // what stands before a name that is joined to it
	parseFiles(files, fsys, before, dialects)

	revs := make([]*parser.Revision, 0, len(files))
	var mistakes parser.ErrorList
	for _, f := range files {
		var list parser.ErrorList
		switch {
		case errors.As(f.err, &list):
			mistakes = append(mistakes, list...)
		case f.err != nil:
			mistakes.Add(parser.Position{File: before + f.name}, "cannot be read: %s", reason(f.err))
		default:
			revs = append(revs, f.rev)
		}
	}
	return revs, mistakes.Err()
}

// A file is one that was found, and what became of it.
type file struct {
	name string
	rev  *parser.Revision
	err  error
}

// parseFiles reads the files side by side, in shares of some each.
func parseFiles(files []file, fsys fs.FS, before string, dialects []string) {
	const share = 16
	var next atomic.Int64
	work := func() {
		r := reader{fsys: fsys, before: before, dialects: dialects, buf: make([]byte, maxHeld+1)}
		for {
			to := int(next.Add(share))
			for i := to - share; i < min(to, len(files)); i++ {
				if f := &files[i]; f.err == nil {
					f.rev, f.err = r.parse(f.name)
				}
			}
			if to >= len(files) {
				return
			}
		}
	}
	var others sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), (len(files)+share-1)/share) - 1 {
		others.Go(work)
	}
	work()
	others.Wait()
}

// maxHeld is the size in bytes up to which a file is held in memory.
const maxHeld = 64 << 10

// A reader parses files one after the other.
type reader struct {
	fsys     fs.FS
	before   string // what is shown before a name
	dialects []string
	buf      []byte // one byte larger than the largest file that is held
}

func (r *reader) parse(name string) (*parser.Revision, error) {
	n, err := r.read(name)
	if err != nil {
		return nil, err
	}
	shown := r.before + name
	if n < len(r.buf) {
		return parser.Parse(shown, r.buf[:n], r.dialects)
	}
	info, err := fs.Stat(r.fsys, name)
	if err != nil {
		return nil, err
	}
	return parser.ParseFile(shown, &fileSource{fsys: r.fsys, name: name, shown: shown, size: info.Size(), changed: info.ModTime()}, r.dialects)
}

// read fills the buffer as far as the file goes.
func (r *reader) read(name string) (int, error) {
	if quick, ok := r.fsys.(interface {
		readInto(name string, buf []byte) (int, error)
	}); ok {
		return quick.readInto(name, r.buf)
	}
	f, err := r.fsys.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return readFull(f, r.buf)
}

// readFull reads as much as there is and buf holds.
func readFull(r io.Reader, buf []byte) (int, error) {
	n, err := io.ReadFull(r, buf)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		err = nil
	}
	return n, err
}

// reason is an error of the file system without the path, which is told already.
func reason(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	var fileErr *FileError
	if errors.As(err, &fileErr) {
		return fileErr.Err.Error()
	}
	return err.Error()
}
