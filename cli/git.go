package cli

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"

	"revise/config"
	"revise/parser"
)

// A gitFolder is a folder of the revisions as git sees it.
type gitFolder struct {
	path   string // as it can be opened
	prefix string // its place in the repository, with slashes
}

// folders are those of the revisions, which must lie in one repository, and the folder of that.
func (g *git) folders(cfg *config.Config) (list []gitFolder, root string, err error) {
	for i, f := range cfg.Revisions {
		in := &git{p: g.p, dir: f.Path}
		out, err := in.line("rev-parse", "--show-toplevel", "--show-prefix")
		if err != nil {
			return nil, "", err
		}
		top, prefix, _ := strings.Cut(out, "\n")
		if i > 0 && top != root {
			return nil, "", usagef("ask in each by itself, with --revisions", "%s and %s lie in different repositories of git", shownPath(cfg.Revisions[0].Path), shownPath(f.Path))
		}
		root = top
		list = append(list, gitFolder{path: f.Path, prefix: filepath.ToSlash(prefix)})
	}
	return list, root, nil
}

// working are the texts of the revision files as they are now, those that a run would read, by their names in the repository. A name that begins with ".."
// is of a file outside.
func (p *program) working(cfg *config.Config, root string) (map[string]string, error) {
	revs, err := p.sources(cfg).Parse()
	files := map[string]bool{}
	for _, r := range revs {
		files[r.File] = true
	}
	var mistakes parser.ErrorList
	if err != nil && !errors.As(err, &mistakes) {
		return nil, p.folder(cfg, err)
	}
	for _, m := range mistakes {
		files[m.Pos.File] = true
	}
	root, err = filepath.EvalSymlinks(root)
	if err != nil {
		return nil, usagef("", "read the repository: %v", err)
	}
	texts := map[string]string{}
	for file := range files {
		name, text, err := readIn(root, filepath.FromSlash(file))
		if err != nil {
			return nil, usagef("", "read the folder of the revisions: %v", err)
		}
		texts[name] = text
	}
	return texts, nil
}

// readIn reads a file, and tells its name in a repository: where it lies, whichever links lead there.
func readIn(root, file string) (name, text string, err error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return "", "", err
	}
	dir, err := filepath.Abs(filepath.Dir(file)) // first, for the working directory may be known by a link
	if err == nil {
		dir, err = filepath.EvalSymlinks(dir)
	}
	if err == nil {
		name, err = filepath.Rel(root, filepath.Join(dir, filepath.Base(file)))
	}
	return filepath.ToSlash(name), string(b), err
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

// commit is the id of the commit that a name means.
func (g *git) commit(ref string) (string, error) {
	id, err := g.line("rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return "", usagef("fetch it first, or see git branch -a", "git knows no %s", ref)
	}
	return id, nil
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
