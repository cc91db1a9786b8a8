package runner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
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

// Files says which files are revisions.
type Files struct {
	Sources  []Source
	Flat     bool     // only what is in the sources themselves counts, not what is in folders below them
	Dialects []string // that a marker may name
}

// A Source is a folder of revision files.
type Source struct {
	Name string // what stands before the names of its files in positions; may be empty
	FS   fs.FS  // safe for concurrent use
}

// Load reads every *.sql file of the sources, in their folders too unless Flat, and links them. Folders and files whose names begin with a
// dot are left alone. All mistakes of all files are reported together, as a parser.ErrorList; a file that cannot be read is one of them,
// for a file that is passed over in silence is a revision that never runs.
//
// Links to folders are followed in a Folder, and are mistakes in any other fs.FS. A folder to which several ways lead, because one source
// lies in another or because of a link, is read once, by the name of the first: the sources in their order, then the links. So a link that
// leads back up ends there. Two names of one file are two files, and chain.New names both, for they have the same id.
//
// Of a large file the sections stay where they are, and are read when they are asked for.
func (f Files) Load() (*chain.Chain, error) {
	revs, err := f.Parse()
	if err != nil {
		return nil, err
	}
	if len(revs) == 0 {
		return nil, &NoFilesError{Dir: f.names()}
	}
	return chain.New(revs)
}

// names are those of the sources, for a message.
func (f Files) names() string {
	var names []string
	for _, s := range f.Sources {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}

// Load is Files.Load of one folder, whose name is prefix.
func Load(fsys fs.FS, prefix string, dialects []string) (*chain.Chain, error) {
	return Files{Sources: []Source{{prefix, fsys}}, Dialects: dialects}.Load()
}

// ParseAll is Files.Parse of one folder, whose name is prefix.
func ParseAll(fsys fs.FS, prefix string, dialects []string) ([]*parser.Revision, error) {
	return Files{Sources: []Source{{prefix, fsys}}, Dialects: dialects}.Parse()
}

// Parse is Load without linking. No files are no mistake. With an ErrorList come the revisions of the files without mistakes.
func (f Files) Parse() ([]*parser.Revision, error) {
	found := make(chan []*file, 64)
	var readers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		readers.Go(func() {
			r := reader{dialects: f.Dialects}
			for share := range found {
				for _, f := range share {
					f.rev, f.err = r.parse(f.in, f.name)
				}
			}
		})
	}
	w := walker{found: found, flat: f.Flat, seen: map[string]bool{}}
	err := w.walk(f.Sources)
	close(found)
	slices.SortFunc(w.files, func(a, b *file) int { // while they are read
		if a.in != b.in {
			return a.in.number - b.in.number
		}
		return strings.Compare(a.name, b.name)
	})
	readers.Wait()
	if err != nil {
		return nil, err
	}

	revs := make([]*parser.Revision, 0, len(w.files))
	var mistakes parser.ErrorList
	for _, f := range w.files {
		var list parser.ErrorList
		switch {
		case errors.As(f.err, &list):
			mistakes = append(mistakes, list...)
		case f.err != nil:
			mistakes.Add(parser.Position{File: f.in.before + f.name}, "cannot be read: %s", reason(f.err))
		default:
			revs = append(revs, f.rev)
		}
	}
	return revs, mistakes.Err()
}

// maxHeld is the size in bytes up to which a file is held in memory.
const maxHeld = 64 << 10

// A reader parses files one after the other.
type reader struct {
	dialects []string
	free     []byte // memory for the next files, which are held in it
}

func (r *reader) parse(in *root, name string) (*parser.Revision, error) {
	const room = maxHeld + 1 // so that a file of that size is known to end
	if len(r.free) < room {
		r.free = make([]byte, 1<<20)
	}
	n, err := read(in.fsys, name, r.free[:room])
	if err != nil {
		return nil, err
	}
	shown := in.before + name
	if n < room {
		src := r.free[:n:n]
		r.free = r.free[n:]
		return parser.Parse(shown, src, r.dialects)
	}
	info, err := fs.Stat(in.fsys, name)
	if err != nil {
		return nil, err
	}
	return parser.ParseFile(shown, &fileSource{fsys: in.fsys, name: name, shown: shown, size: info.Size(), changed: info.ModTime()}, r.dialects)
}

// read fills a buffer as far as the file goes.
func read(fsys fs.FS, name string, buf []byte) (int, error) {
	if quick, ok := fsys.(interface {
		readInto(name string, buf []byte) (int, error)
	}); ok {
		return quick.readInto(name, buf)
	}
	f, err := fsys.Open(name)
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
