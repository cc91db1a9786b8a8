package runner

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"revise/chain"
	"revise/parser"
)

// A NoFilesError says that a folder holds no revision file.
type NoFilesError struct{ Dir string }

func (e *NoFilesError) Error() string {
	return fmt.Sprintf("no revision files (*.sql) in %s", e.Dir)
}

// Load reads every *.sql file of fsys, in its folders too, and links them. Names in positions are those in fsys with prefix before
// them. Folders and files whose names begin with a dot are left alone. All mistakes of all files are reported together, as a
// parser.ErrorList; a file that cannot be read is one of them, for a file that is passed over in silence is a revision that never runs.
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

// ParseAll is Load without linking. No files are no mistake.
func ParseAll(fsys fs.FS, prefix string, dialects []string) ([]*parser.Revision, error) {
	var revs []*parser.Revision
	var mistakes parser.ErrorList
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		shown := path.Join(prefix, name)
		if err != nil {
			if name == "." {
				return err
			}
			mistakes.Add(parser.Position{File: shown}, "cannot be read: %s", reason(err))
			return nil
		}
		switch {
		case strings.HasPrefix(entry.Name(), ".") && name != ".":
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		case entry.IsDir() || !strings.HasSuffix(name, ".sql"):
			return nil
		}
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			mistakes.Add(parser.Position{File: shown}, "cannot be read: %s", reason(err))
			return nil
		}
		rev, err := parser.Parse(shown, src, dialects)
		var list parser.ErrorList
		if errors.As(err, &list) {
			mistakes = append(mistakes, list...)
			return nil
		}
		revs = append(revs, rev)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("the folder of the revisions, %s, cannot be read: %s", prefix, reason(err))
	}
	return revs, mistakes.Err()
}

// reason is an error of the file system without the path, which is told already.
func reason(err error) string {
	var pathErr *fs.PathError
	if errors.As(err, &pathErr) {
		return pathErr.Err.Error()
	}
	return err.Error()
}

// Hint gives the command that makes one.
func (*NoFilesError) Hint() string { return `make one: revise new "first tables"` }
