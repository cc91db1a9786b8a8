package cli

import (
	"bufio"
	"bytes"
	"io"
	"maps"
	"os/exec"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A tree is the files and links of a commit, by their names in the repository.
type tree map[string]treeEntry

type treeEntry struct {
	object string
	link   bool
	target string // of a link
}

// revisionFiles are the texts of the revision files of a commit, those that a run would read: links to folders are followed as in the working tree.
func (g *git) revisionFiles(commit string, folders []gitFolder) (map[string]string, error) {
	var paths []string
	for _, f := range folders {
		paths = append(paths, path.Clean("./"+f.prefix))
	}
	t, err := g.tree(commit, paths...)
	if err == nil && t.hasLinks() { // they may lead anywhere
		t, err = g.tree(commit)
	}
	if err != nil {
		return nil, err
	}
	objects := t.revisionFiles(paths)
	names := slices.Sorted(maps.Keys(objects))
	var wanted []string
	for _, name := range names {
		wanted = append(wanted, objects[name])
	}
	texts, err := g.texts(names, wanted)
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for i, name := range names {
		files[name] = texts[i]
	}
	return files, nil
}

// tree reads what a commit has below some paths, or all of it.
func (g *git) tree(commit string, paths ...string) (tree, error) {
	out, err := g.run(append([]string{"ls-tree", "-r", "-z", "--full-tree", commit, "--"}, paths...)...)
	if err != nil {
		return nil, err
	}
	t := tree{}
	var links, objects []string
	for entry := range strings.SplitSeq(string(out), "\x00") {
		about, name, ok := strings.Cut(entry, "\t")
		words := strings.Fields(about)
		if !ok || len(words) != 3 || words[1] != "blob" {
			continue
		}
		e := treeEntry{object: words[2], link: words[0] == "120000"}
		if e.link {
			links, objects = append(links, name), append(objects, e.object)
		}
		t[name] = e
	}
	targets, err := g.texts(links, objects)
	for i := range targets {
		t[links[i]] = treeEntry{objects[i], true, targets[i]}
	}
	return t, err
}

func (t tree) hasLinks() bool {
	for _, e := range t {
		if e.link {
			return true
		}
	}
	return false
}

// revisionFiles are the objects of the revision files in folders and where links in these lead. Each has the name by which it lies in the repository.
func (t tree) revisionFiles(folders []string) map[string]string {
	objects, seen := map[string]string{}, map[string]bool{}
	for len(folders) > 0 {
		folder, ok := t.resolve(folders[0])
		folders = folders[1:]
		if !ok || seen[folder] {
			continue
		}
		seen[folder] = true
		for name, e := range t {
			below, ok := strings.CutPrefix(name, strings.TrimPrefix(folder+"/", "./"))
			hidden := slices.ContainsFunc(strings.Split(below, "/"), func(part string) bool { return strings.HasPrefix(part, ".") })
			switch {
			case !ok || hidden:
			case strings.HasSuffix(name, ".sql"):
				if real, ok := t.resolve(name); ok && t[real].object != "" {
					objects[name] = t[real].object
				}
			case e.link:
				folders = append(folders, name)
			}
		}
	}
	return objects
}

// resolve is a name without the links on its way; false if it leads out of the repository, or nowhere.
func (t tree) resolve(name string) (string, bool) {
	const most = 40 // as systems have it
	done, links := ".", 0
	for todo := strings.Split(name, "/"); len(todo) > 0; {
		part := todo[0]
		todo = todo[1:]
		if part == ".." && done == "." {
			return "", false
		}
		next := path.Join(done, part)
		e := t[next]
		if !e.link {
			done = next
			continue
		}
		if links++; links > most || path.IsAbs(e.target) {
			return "", false
		}
		todo = append(strings.Split(e.target, "/"), todo...)
	}
	return done, true
}

// texts are what objects hold, which have these names.
func (g *git) texts(names, objects []string) ([]string, error) {
	if len(objects) == 0 {
		return nil, nil
	}
	cmd := exec.CommandContext(g.p.ctx, "git", "-C", g.dir, "cat-file", "--batch")
	cmd.Stdin = strings.NewReader(strings.Join(objects, "\n") + "\n")
	out, err := cmd.Output()
	if err != nil {
		return nil, usagef("", "git cat-file: %v", err)
	}
	var texts []string
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
		texts = append(texts, string(text[:size]))
	}
	return texts, nil
}
