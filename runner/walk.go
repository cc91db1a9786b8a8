package runner

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"

	"revise/parser"
)

// A root is a source as it is walked through.
type root struct {
	number int // in the order of the sources
	fsys   fs.FS
	before string                            // what stands before a name of a file in it
	real   func(name string) (string, error) // the one path by which a folder is known; nil where links are not followed
}

// A file is one that was found, and what became of it.
type file struct {
	in   *root
	name string
	rev  *parser.Revision
	err  error
}

// A place is a folder that is to be read; real is "" where links are not followed.
type place struct {
	in         *root
	name, real string
}

// A walker finds the files of folders, and gives them to whoever reads them while it goes on.
type walker struct {
	found chan<- []*file
	flat  bool
	files []*file         // all; what becomes of them is known when found has been read
	seen  map[string]bool // the folders that were read, by their real path
	links []place         // names that are links, not followed yet
}

// errLink says why a link is a mistake.
var errLink = errors.New("it is a link, and links to folders are followed in folders of the operating system only")

// walk goes through the sources, and then where links lead: a folder goes by the same name however the system orders what is in a folder.
func (w *walker) walk(sources []Source) error {
	for i, s := range sources {
		in := &root{number: i, fsys: s.FS, before: strings.TrimSuffix(path.Join(s.Name, "x"), "x")}
		start := place{in: in, name: "."}
		if known, ok := s.FS.(interface {
			realPath(name string) (string, error)
		}); ok {
			in.real = known.realPath
			start.real, _ = in.real(".") // what is wrong with it, reading it tells
		}
		if err := w.folder(start); err != nil {
			return fmt.Errorf("the folder of the revisions, %s, cannot be read: %s", s.Name, reason(err))
		}
	}
	for len(w.links) > 0 {
		links := w.links
		w.links = nil
		slices.SortFunc(links, func(a, b place) int {
			if a.in != b.in {
				return a.in.number - b.in.number
			}
			return strings.Compare(a.name, b.name)
		})
		for _, link := range links {
			w.follow(link)
		}
	}
	return nil
}

// follow reads the folder that a link leads to; a link to a file that is no *.sql is nothing to us.
func (w *walker) follow(link place) {
	info, err := fs.Stat(link.in.fsys, link.name)
	switch {
	case err == nil && !info.IsDir():
		return
	case err == nil && link.in.real == nil:
		err = errLink
	case err == nil:
		if link.real, err = link.in.real(link.name); err == nil {
			err = w.folder(link)
		}
	}
	w.failed(link, err)
}

// failed makes a folder that cannot be read a mistake, as if it were a file.
func (w *walker) failed(at place, err error) {
	if err != nil {
		w.files = append(w.files, &file{in: at.in, name: at.name, err: err})
	}
}

// folder goes through a folder that was not read yet. An error is that it cannot be read; one of a folder in it becomes that of a file.
func (w *walker) folder(at place) error {
	if at.real != "" {
		if w.seen[at.real] {
			return nil
		}
		w.seen[at.real] = true
	}
	before := ""
	if at.name != "." {
		before = at.name + "/"
	}
	var folders []place
	err := entries(at.in.fsys, at.name, func(entries []fs.DirEntry) {
		var share []*file
		made := make([]file, 0, len(entries))
		for _, entry := range entries {
			switch name := entry.Name(); {
			case strings.HasPrefix(name, "."):
			case entry.IsDir():
				folders = append(folders, at.inner(before, name))
			case strings.HasSuffix(name, ".sql"):
				made = append(made, file{in: at.in, name: before + name})
				share = append(share, &made[len(made)-1])
			case entry.Type()&fs.ModeSymlink != 0 && !w.flat:
				w.links = append(w.links, place{in: at.in, name: before + name})
			}
		}
		w.files = append(w.files, share...)
		w.found <- share
	})
	if err != nil || w.flat {
		return err
	}
	for _, inner := range folders {
		w.failed(inner, w.folder(inner))
	}
	return nil
}

// inner is a folder in this one, no link.
func (p place) inner(before, name string) place {
	inner := place{in: p.in, name: before + name}
	if p.real != "" {
		inner.real = p.real + "/" + name
	}
	return inner
}

// entries hands on what is in a folder, in shares.
func entries(fsys fs.FS, name string, f func([]fs.DirEntry)) error {
	const share = 128
	open, err := fsys.Open(name)
	if err != nil {
		return err
	}
	defer open.Close()
	dir, ok := open.(fs.ReadDirFile)
	if !ok {
		all, err := fs.ReadDir(fsys, name)
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
