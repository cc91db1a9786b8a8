package cli

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"revise/config"
)

// A gitFolder is a folder of the revisions as git sees it.
type gitFolder struct {
	path   string // as it can be opened
	prefix string // its place in the repository, with slashes
}

// folders are those of the revisions, which must lie in one repository.
func (g *git) folders(cfg *config.Config) ([]gitFolder, error) {
	var list []gitFolder
	root := ""
	for i, f := range cfg.Revisions {
		in := &git{p: g.p, dir: f.Path}
		out, err := in.line("rev-parse", "--show-toplevel", "--show-prefix")
		if err != nil {
			return nil, err
		}
		top, prefix, _ := strings.Cut(out, "\n")
		if i > 0 && top != root {
			return nil, usagef("ask in each by itself, with --revisions", "%s and %s lie in different repositories of git", shownPath(cfg.Revisions[0].Path), shownPath(f.Path))
		}
		root = top
		list = append(list, gitFolder{path: f.Path, prefix: filepath.ToSlash(prefix)})
	}
	return list, nil
}

// allFiles are the revision files of a commit, by their names in the repository: a file that two folders have is one.
func (g *git) allFiles(commit string, folders []gitFolder) (map[string]string, error) {
	all := map[string]string{}
	for _, f := range folders {
		files, err := g.files(commit, f.prefix)
		if err != nil {
			return nil, err
		}
		for name, text := range files {
			all[path.Join(f.prefix, name)] = text
		}
	}
	return all, nil
}

// working are the revision files as they are now, by their names in the repository. What a link to a folder leads to is in git by another name or not at all, and
// left out, as it is on the other side.
func (p *program) working(folders []gitFolder) (map[string]string, error) {
	all := map[string]string{}
	for _, f := range folders {
		files, links, err := workingFiles(f.path)
		if err != nil {
			return nil, err
		}
		for _, link := range links {
			p.warn(&difference{file: shownPath(link), msg: shownPath(link) + " is a link to a folder, and is not compared: git has the link only"})
		}
		for name, text := range files {
			all[path.Join(f.prefix, name)] = text
		}
	}
	return all, nil
}

// workingFiles are the revision files of a folder as they are now, by their names in it, and the links to folders in it.
func workingFiles(dir string) (files map[string]string, links []string, err error) {
	files = map[string]string{}
	root := dir
	if dir, err = filepath.EvalSymlinks(dir); err != nil { // a walk does not go through a link
		return nil, nil, usagef("", "read the folder of the revisions: %v", err)
	}
	err = filepath.WalkDir(dir, func(name string, d os.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(d.Name(), ".") && name != dir:
			if d.IsDir() {
				return filepath.SkipDir
			}
			return nil
		case d.IsDir():
			return nil
		}
		rel, err := filepath.Rel(dir, name)
		if err != nil {
			return err
		}
		if info, statErr := os.Stat(name); d.Type()&fs.ModeSymlink != 0 && statErr == nil && info.IsDir() {
			links = append(links, filepath.Join(root, rel))
			return nil
		}
		if !strings.HasSuffix(name, ".sql") {
			return nil
		}
		text, err := os.ReadFile(name)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		return nil, nil, usagef("", "read the folder of the revisions: %v", err)
	}
	return files, links, nil
}

// git asks the program git about a folder.
type git struct {
	p   *program
	dir string
}

func (g *git) run(args ...string) ([]byte, error) {
	cmd := exec.CommandContext(g.p.ctx, "git", append([]string{"-C", g.dir}, args...)...)
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return nil, usagef("", "the program git is not installed")
	case err != nil:
		first, _, _ := strings.Cut(strings.TrimSpace(stderr.String()), "\n")
		return nil, usagef("", "git %s: %s", args[0], strings.TrimPrefix(first, "fatal: "))
	}
	return out, nil
}

func (g *git) line(args ...string) (string, error) {
	out, err := g.run(args...)
	return strings.TrimSuffix(string(out), "\n"), err
}

// files are the revision files of a commit below the folder, by their names in it.
func (g *git) files(commit, prefix string) (map[string]string, error) {
	out, err := g.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", path.Clean("./"+prefix))
	if err != nil {
		return nil, err
	}
	var names, objects []string
	for entry := range strings.SplitSeq(string(out), "\x00") {
		about, name, ok := strings.Cut(entry, "\t")
		words := strings.Fields(about)
		name = strings.TrimPrefix(name, prefix)
		hidden := slices.ContainsFunc(strings.Split(name, "/"), func(part string) bool { return strings.HasPrefix(part, ".") })
		if !ok || len(words) != 3 || words[1] != "blob" || !strings.HasSuffix(name, ".sql") || hidden {
			continue
		}
		names, objects = append(names, name), append(objects, words[2])
	}
	cmd := exec.CommandContext(g.p.ctx, "git", "-C", g.dir, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(strings.Join(objects, "\n") + "\n")
	if len(objects) == 0 {
		return map[string]string{}, nil
	}
	out, err = cmd.Output()
	if err != nil {
		return nil, usagef("", "git cat-file: %v", err)
	}
	files := map[string]string{}
	r := bufio.NewReader(bytes.NewReader(out))
	for _, name := range names {
		head, err := r.ReadString('\n')
		if err != nil {
			return nil, usagef("", "git cat-file: %v", err)
		}
		words := strings.Fields(head)
		if len(words) != 3 {
			return nil, usagef("a partial clone may lack it: git fetch", "git has no text of %s", name)
		}
		size, err := strconv.Atoi(words[2])
		if err != nil {
			return nil, usagef("", "git cat-file: %v", err)
		}
		text := make([]byte, size+1)
		if _, err := io.ReadFull(r, text); err != nil {
			return nil, usagef("", "git cat-file: %v", err)
		}
		files[name] = string(text[:size])
	}
	return files, nil
}

// mergeFile merges the texts of two sides as git merge does; false if there are conflicts.
func (g *git) mergeFile(ours, common, theirs string) (merged string, clean bool, err error) {
	dir, err := os.MkdirTemp("", "revise-")
	if err != nil {
		return "", false, usagef("", "merge: %v", err)
	}
	defer os.RemoveAll(dir)
	args := []string{"-C", g.dir, "merge-file", "-p", "-q"}
	for i, text := range []string{ours, common, theirs} {
		name := filepath.Join(dir, strconv.Itoa(i))
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return "", false, usagef("", "merge: %v", err)
		}
		args = append(args, name)
	}
	out, err := exec.CommandContext(g.p.ctx, "git", args...).Output()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit) && exit.ExitCode() > 0 && exit.ExitCode() < 128: // the number of conflicts
		return "", false, nil
	case err != nil:
		return "", false, usagef("", "git merge-file: %v", err)
	}
	return string(out), true, nil
}
