package cli

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"revise/config"
	"revise/parser"
	"revise/runner"
)

// sources are the revision files that are configured.
func (p *program) sources(cfg *config.Config) runner.Files {
	files := runner.Files{Dialects: p.drivers.Dialects()}
	for _, f := range cfg.Revisions {
		files.Sources = append(files.Sources, runner.Source{Name: shownPath(f.Path), FS: runner.Folder(f.Path)})
	}
	return files
}

// folder is err, if the folders of the revisions are there.
func (p *program) folder(cfg *config.Config, err error) error {
	if err == nil {
		return nil
	}
	var missing []string
	for _, f := range cfg.Revisions {
		if missingFolder(f.Path) {
			missing = append(missing, shownPath(f.Path))
		}
	}
	switch {
	case missing == nil:
		return err
	case len(cfg.Revisions) == 1:
		return usagef("revise init makes one; --revisions names another", "there is no folder %s", missing[0])
	}
	return usagef("make it, or take it out; the folders come from "+cfg.Source("revisions"), "there is no folder %s", strings.Join(missing, ", nor "))
}

func missingFolder(path string) bool {
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}

// shownFolders are the folders of the revisions as they are best read.
func shownFolders(cfg *config.Config) []string {
	var list []string
	for _, f := range cfg.Revisions {
		list = append(list, shownPath(f.Path))
	}
	return list
}

// folderFor is where the file of a new revision goes: the folder that is named, else the one of the revisions that its first parent was read from, else the
// first of them.
func folderFor(cfg *config.Config, parent *parser.Revision, named string) (string, error) {
	if named != "" {
		return namedFolder(cfg, named)
	}
	if parent == nil {
		return cfg.Revisions[0].Path, nil
	}
	return home(cfg, parent.File), nil
}

// home is the folder of the revisions that a file was read from; of folders within each other, the innermost.
func home(cfg *config.Config, file string) string {
	found, longest := cfg.Revisions[0].Path, -1
	for _, f := range cfg.Revisions {
		before := strings.TrimSuffix(path.Join(shownPath(f.Path), "x"), "x")
		if strings.HasPrefix(file, before) && len(before) > longest {
			found, longest = f.Path, len(before)
		}
	}
	return found
}

// namedFolder is the folder of --path: one of the revisions or below one, or else its files would not be read. It is seen from the working directory or from the
// folder of the configuration, and where there is one folder only, from that one. It need not be there.
func namedFolder(cfg *config.Config, named string) (string, error) {
	seen := []string{named}
	if !filepath.IsAbs(named) {
		if cfg.Path != "" {
			seen = append(seen, filepath.Join(filepath.Dir(cfg.Path), named))
		}
		if len(cfg.Revisions) == 1 {
			seen = append(seen, filepath.Join(cfg.Revisions[0].Path, named))
		}
	}
	for _, at := range seen {
		for _, f := range cfg.Revisions {
			rel, err := relative(f.Path, at)
			if err != nil {
				return "", usagef("", "%s: %v", named, err)
			}
			if isRead(rel) {
				return filepath.Join(f.Path, rel), nil
			}
		}
	}
	if len(cfg.Revisions) == 1 {
		return "", usagef("subfolders of "+shownPath(cfg.Revisions[0].Path)+" are read", "%s does not lie in the folder of the revisions, or is hidden", named)
	}
	return "", usagef("the folders are "+strings.Join(shownFolders(cfg), ", ")+"; subfolders are read", "%s does not lie in a folder of the revisions, or is hidden", named)
}

// isRead reports whether files count in a folder, by its path below one of the revisions.
func isRead(rel string) bool {
	hidden := func(part string) bool { return strings.HasPrefix(part, ".") && part != "." }
	return filepath.IsLocal(rel) && !slices.ContainsFunc(strings.Split(filepath.ToSlash(rel), "/"), hidden)
}

// relative is how one folder is reached from another, as both are seen from the working directory.
func relative(from, to string) (string, error) {
	from, err := filepath.Abs(from)
	if err != nil {
		return "", err
	}
	if to, err = filepath.Abs(to); err != nil {
		return "", err
	}
	return filepath.Rel(from, to)
}

// writeNew writes a file that is not there yet into a folder, with the folders that its name has; whatever the name is, it stays in there. What cannot be
// written whole is taken away again.
func writeNew(dir, name, text string) error {
	if err := os.MkdirAll(dir, 0o777); err != nil {
		return pathless(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return pathless(err)
	}
	defer root.Close()
	if err := root.MkdirAll(path.Dir(name), 0o777); err != nil {
		return pathless(err)
	}
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return pathless(err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		_ = root.Remove(name)
		return pathless(err)
	}
	return nil
}

// sameName is a file that a path names already, where upper and lower case are the same too; "" if there is none.
func sameName(file string) string {
	dir, name := filepath.Split(file)
	files, _ := os.ReadDir(filepath.Clean(dir)) // a folder that is not there is made later
	for _, f := range files {
		if strings.EqualFold(f.Name(), name) {
			return filepath.Join(dir, f.Name())
		}
	}
	return ""
}

// pathless is an error of the file system without the path, which is told already.
func pathless(err error) error {
	var e *fs.PathError
	if errors.As(err, &e) {
		return e.Err
	}
	return err
}
