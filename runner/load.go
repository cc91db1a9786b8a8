package runner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"runtime"
	"slices"
	"strings"
	"sync"

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
	before := strings.TrimSuffix(path.Join(prefix, "x"), "x") // what stands before a name that is joined to it
	found := make(chan []*file, 64)
	var readers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		readers.Go(func() {
			r := reader{fsys: fsys, before: before, dialects: dialects}
			for share := range found {
				for _, f := range share {
					f.rev, f.err = r.parse(f.name)
				}
			}
		})
	}
	w := walker{fsys: fsys, found: found}
	err := w.folder(".")
	close(found)
	slices.SortFunc(w.files, func(a, b *file) int { return strings.Compare(a.name, b.name) }) // while they are read
	readers.Wait()
	if err != nil {
		return nil, fmt.Errorf("the folder of the revisions, %s, cannot be read: %s", prefix, reason(err))
	}

	revs := make([]*parser.Revision, 0, len(w.files))
	var mistakes parser.ErrorList
	for _, f := range w.files {
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

// A walker finds the files of a folder, and gives them to whoever reads them while it goes on.
type walker struct {
	fsys  fs.FS
	found chan<- []*file
	files []*file // all; what becomes of them is known when found has been read
}

// folder goes through a folder. An error is that it cannot be read; one of a folder in it becomes that of a file.
func (w *walker) folder(name string) error {
	before := ""
	if name != "." {
		before = name + "/"
	}
	var folders []string
	err := w.entries(name, func(entries []fs.DirEntry) {
		var share []*file
		made := make([]file, 0, len(entries))
		for _, entry := range entries {
			switch inner := before + entry.Name(); {
			case strings.HasPrefix(entry.Name(), "."):
			case entry.IsDir():
				folders = append(folders, inner)
			case strings.HasSuffix(inner, ".sql"):
				made = append(made, file{name: inner})
				share = append(share, &made[len(made)-1])
			}
		}
		w.files = append(w.files, share...)
		w.found <- share
	})
	if err != nil {
		return err
	}
	for _, inner := range folders {
		if err := w.folder(inner); err != nil {
			w.files = append(w.files, &file{name: inner, err: err})
		}
	}
	return nil
}

// entries hands on what is in a folder, in shares.
func (w *walker) entries(name string, f func([]fs.DirEntry)) error {
	const share = 128
	open, err := w.fsys.Open(name)
	if err != nil {
		return err
	}
	defer open.Close()
	dir, ok := open.(fs.ReadDirFile)
	if !ok {
		all, err := fs.ReadDir(w.fsys, name)
		f(all)
		return err
	}
	for {
		entries, err := dir.ReadDir(share)
		f(entries)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// maxHeld is the size in bytes up to which a file is held in memory.
const maxHeld = 64 << 10

// A reader parses files one after the other.
type reader struct {
	fsys     fs.FS
	before   string // what is shown before a name
	dialects []string
	free     []byte // memory for the next files, which are held in it
}

func (r *reader) parse(name string) (*parser.Revision, error) {
	const room = maxHeld + 1 // so that a file of that size is known to end
	if len(r.free) < room {
		r.free = make([]byte, 1<<20)
	}
	n, err := r.read(name, r.free[:room])
	if err != nil {
		return nil, err
	}
	shown := r.before + name
	if n < room {
		src := r.free[:n:n]
		r.free = r.free[n:]
		return parser.Parse(shown, src, r.dialects)
	}
	info, err := fs.Stat(r.fsys, name)
	if err != nil {
		return nil, err
	}
	return parser.ParseFile(shown, &fileSource{fsys: r.fsys, name: name, shown: shown, size: info.Size(), changed: info.ModTime()}, r.dialects)
}

// read fills a buffer as far as the file goes.
func (r *reader) read(name string, buf []byte) (int, error) {
	if quick, ok := r.fsys.(interface {
		readInto(name string, buf []byte) (int, error)
	}); ok {
		return quick.readInto(name, buf)
	}
	f, err := r.fsys.Open(name)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	return readFull(f, buf)
}

// readFull reads as much as there is and buf holds. A reader that breaks off may say io.ErrUnexpectedEOF, as io.ReadFull would of one that ends.
func readFull(r io.Reader, buf []byte) (int, error) {
	n := 0
	for n < len(buf) {
		read, err := r.Read(buf[n:])
		n += read
		if err == io.EOF {
			break
		}
		if err != nil {
			return n, err
		}
	}
	return n, nil
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
