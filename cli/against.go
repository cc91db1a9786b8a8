package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"revise/chain"
	"revise/config"
	"revise/parser"
)

// A forkError says that a merge in git would make more heads.
type forkError struct {
	ref   string
	forks []fork
}

// A fork is a revision, or the beginning, from which two sides go on.
type fork struct {
	From   string             // "" for bases
	Ours   []*parser.Revision // that revise it on this side only
	Theirs []*parser.Revision
	Head   string // of theirs
}

func (e *forkError) Error() string {
	var list []string
	for _, f := range e.forks {
		from := "are bases"
		if f.From != "" {
			from = "revise " + f.From
		}
		list = append(list, fmt.Sprintf("%s and %s both %s", places(f.Ours), places(f.Theirs), from))
	}
	return fmt.Sprintf("merged with %s the chain forks: %s", e.ref, strings.Join(list, "; "))
}

func (e *forkError) Hint() string {
	f := e.forks[0]
	return fmt.Sprintf("merge or rebase in git, then: revise rebase %s --onto %s; or join both: revise merge heads", f.Ours[0].ID.Name, f.Head)
}

func places(revs []*parser.Revision) string {
	var list []string
	for _, r := range revs {
		list = append(list, r.ID.Name+" ("+r.File+")")
	}
	return strings.Join(list, ", ")
}

// against looks at what a merge with another branch would make of the chain.
func (p *program) against(cfg *config.Config, ref string) error {
	g := &git{p: p, dir: cfg.Revisions[0].Path}
	folders, err := g.folders(cfg)
	if err != nil {
		return err
	}
	commit, err := g.line("rev-parse", "--verify", "--quiet", "--end-of-options", ref+"^{commit}")
	if err != nil {
		return usagef("fetch it first, or see git branch -a", "git knows no %s", ref)
	}
	base, err := g.line("merge-base", "HEAD", commit)
	if err != nil {
		return usagef("a shallow clone lacks the commits between: git fetch --unshallow", "git finds no commit that HEAD and %s have both come from", ref)
	}
	theirs, err := g.allFiles(commit, folders)
	if err != nil {
		return err
	}
	common, err := g.allFiles(base, folders)
	if err != nil {
		return err
	}
	ours, shown, err := working(folders)
	if err != nil {
		return err
	}
	parse := func(files map[string]string, name func(string) string) ([]*parser.Revision, error) {
		var revs []*parser.Revision
		var mistakes parser.ErrorList
		for _, file := range slices.Sorted(maps.Keys(files)) {
			r, err := parser.Parse(name(file), []byte(files[file]), p.drivers.Dialects())
			if err := collect(&mistakes, err); err != nil {
				return nil, err
			}
			if err == nil {
				revs = append(revs, r)
			}
		}
		return revs, mistakes.Err()
	}
	here := func(file string) string { return shown[file] }
	there := func(file string) string { return ref + ":" + file }
	merged := merge(ours, common, theirs)
	all, err := parse(merged, func(file string) string {
		if text, ok := ours[file]; !ok || text != merged[file] {
			return there(file)
		}
		return here(file)
	})
	if err != nil {
		return err
	}
	links, err := chain.New(all)
	if err != nil {
		return err
	}
	mine, err := parse(ours, here)
	if err != nil {
		return err
	}
	other, err := parse(theirs, there)
	if err != nil {
		return err
	}
	return forked(links, ref, mine, other)
}

// merge is what git makes of files that two sides have changed since: of one that both have changed, ours.
func merge(ours, common, theirs map[string]string) map[string]string {
	merged := maps.Clone(ours)
	for file, text := range theirs {
		mine, have := ours[file]
		was, had := common[file]
		switch {
		case !have && !had, have && had && mine == was:
			merged[file] = text
		case !have && had && text != was: // deleted here, changed there: git asks
			merged[file] = text
		}
	}
	for file, was := range common {
		if _, still := theirs[file]; !still && ours[file] == was {
			delete(merged, file)
		}
	}
	return merged
}

// forked finds where both sides go on from the same revision, if that makes more heads than either side has.
func forked(links *chain.Chain, ref string, ours, theirs []*parser.Revision) error {
	ids := func(revs []*parser.Revision) map[string]bool {
		set := map[string]bool{}
		for _, r := range revs {
			set[r.ID.Name] = true
		}
		return set
	}
	mine, other := ids(ours), ids(theirs)
	heads := func(revs []*parser.Revision) int {
		revised := map[string]bool{}
		for _, r := range revs {
			for _, p := range r.Revises {
				revised[p.Name] = true
			}
		}
		n := 0
		for _, r := range revs {
			if !revised[r.ID.Name] {
				n++
			}
		}
		return n
	}
	if len(links.Heads()) <= max(heads(ours), heads(theirs)) {
		return nil
	}
	e := &forkError{ref: ref}
	at := map[string]*fork{}
	for _, r := range links.All() {
		parents := refNames(r.Revises)
		if len(parents) == 0 {
			parents = []string{""}
		}
		for _, p := range parents {
			f := at[p]
			if f == nil {
				f = &fork{From: p}
				at[p] = f
			}
			switch id := r.ID.Name; {
			case mine[id] && !other[id]:
				f.Ours = append(f.Ours, r)
			case other[id] && !mine[id]:
				f.Theirs = append(f.Theirs, r)
			}
		}
	}
	for _, p := range slices.Sorted(maps.Keys(at)) {
		f := at[p]
		if len(f.Ours) == 0 || len(f.Theirs) == 0 {
			continue
		}
		f.Head = f.Theirs[0].ID.Name
		for _, h := range links.Heads() {
			if other[h.ID.Name] && !mine[h.ID.Name] && slices.Contains(links.Ancestors(h.ID.Name), f.Theirs[0]) {
				f.Head = h.ID.Name
			}
		}
		e.forks = append(e.forks, *f)
	}
	if len(e.forks) == 0 {
		return nil
	}
	return e
}

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

// working are the revision files as they are now, by their names in the repository, and how messages call them.
func working(folders []gitFolder) (all, shown map[string]string, err error) {
	all, shown = map[string]string{}, map[string]string{}
	for _, f := range folders {
		files, err := workingFiles(f.path)
		if err != nil {
			return nil, nil, err
		}
		for name, text := range files {
			key := path.Join(f.prefix, name)
			if _, twice := all[key]; !twice {
				all[key], shown[key] = text, path.Join(shownPath(f.path), name)
			}
		}
	}
	return all, shown, nil
}

// workingFiles are the revision files of a folder as they are now, by their names in it.
func workingFiles(dir string) (map[string]string, error) {
	files := map[string]string{}
	dir, err := filepath.EvalSymlinks(dir) // a walk does not go through a link
	if err != nil {
		return nil, usagef("", "read the folder of the revisions: %v", err)
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
		case d.IsDir() || !strings.HasSuffix(name, ".sql"):
			return nil
		}
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		rel, err := filepath.Rel(dir, name)
		files[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil {
		return nil, usagef("", "read the folder of the revisions: %v", err)
	}
	return files, nil
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
