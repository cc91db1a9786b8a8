package runner

import (
	"io/fs"
	"os"
	"path/filepath"
)

// Folder is a folder of the operating system as Load reads it: os.DirFS, but made for ten thousand small files.
func Folder(path string) fs.FS { return folder{os.DirFS(path), path} }

type folder struct {
	fs.FS
	path string
}

// readInto reads a file into buf, as far as buf goes.
func (f folder) readInto(name string, buf []byte) (int, error) {
	return readInto(f.path+"/"+name, buf)
}

// realPath is the path of a folder in it without links, with slashes: the same whichever way leads there.
func (f folder) realPath(name string) (string, error) {
	path, err := filepath.Abs(f.path + "/" + name) // first, for the working directory may be known by a link
	if err == nil {
		path, err = filepath.EvalSymlinks(path)
	}
	return filepath.ToSlash(path), err
}
