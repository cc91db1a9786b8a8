package sqlite

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
)

// errNoFile is wrapped where a database file is missing that must not be created.
var errNoFile = fmt.Errorf("no database file: %w", fs.ErrNotExist)

// A pathTrouble says why a path can hold no database.
type pathTrouble struct {
	msg, hint string
	err       error
}

// examine finds the one name of a database file, under which all who open it meet: absolute and without symbolic links, though the file
// itself may be missing. It only looks at names: opening and closing a database file by hand would drop the locks that SQLite has
// on it in this process (https://sqlite.org/howtocorrupt.html, 2.2).
func examine(name string) (path string, exists bool, trouble *pathTrouble) {
	path, err := filepath.Abs(name)
	if err != nil {
		return "", false, &pathTrouble{err.Error(), "", err}
	}
	folder := ""
	for range 40 { // as many links in a row as Linux follows
		folder, err = filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return "", false, folderTrouble(filepath.Dir(path), err)
		}
		path = filepath.Join(folder, filepath.Base(path))
		target, err := os.Readlink(path)
		if err != nil {
			break
		}
		if !filepath.IsAbs(target) {
			target = filepath.Join(folder, target)
		}
		path = target
	}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if info, err := os.Stat(folder); err == nil && !info.IsDir() {
			return "", false, folderTrouble(folder, syscall.ENOTDIR)
		}
		return path, false, nil
	case errors.Is(err, syscall.ENOTDIR):
		return "", false, folderTrouble(folder, err)
	case errors.Is(err, fs.ErrPermission):
		return "", false, &pathTrouble{"no permission to enter the folder " + folder, "see who you run as, and the permissions of the folder", err}
	case err != nil:
		return "", false, &pathTrouble{err.Error(), "", err}
	case info.IsDir():
		return "", false, &pathTrouble{path + " is a folder", "name a file in it", syscall.EISDIR}
	}
	return path, true, nil
}

func folderTrouble(folder string, err error) *pathTrouble {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &pathTrouble{"the folder " + folder + " does not exist", "create it (mkdir -p), or mount what should be there; relative paths " +
			"start at the working directory", err}
	case errors.Is(err, syscall.ENOTDIR):
		return &pathTrouble{folder + " is no folder", "", err}
	case errors.Is(err, fs.ErrPermission):
		return &pathTrouble{"no permission to enter the folder " + folder, "see who you run as, and the permissions of the folder", err}
	}
	return &pathTrouble{err.Error(), "", err}
}

// present tells whether there is a file at path, as far as we may look.
func present(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
