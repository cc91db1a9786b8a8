package cli

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"revise/chain"
	"revise/config"
	"revise/parser"
	"revise/runner"
	"revise/squash"
)

type squashCmd struct {
	Revisions   []string `arg:"" name:"revision" help:"What to squash, with all that it needs: ids, labels, head, heads."`
	Message     string   `short:"m" placeholder:"TEXT" help:"What the squash is."`
	RevID       string   `name:"rev-id" placeholder:"ID" help:"Its id. 12 hex digits if not said."`
	Path        string   `aliases:"version-path" placeholder:"FOLDER" help:"The folder that it goes into: one of the revisions, or below one. That of the first revision if not said."`
	Archive     string   `placeholder:"FOLDER" help:"Move the files of what it replaces there, instead of removing them. It must not be one that is read."`
	Transaction string   `enum:",on,off" default:"" placeholder:"on|off" help:"Whether it runs in a transaction, where the revisions do not agree."`
	ForeignKeys string   `name:"foreign-keys" enum:",on,off" default:"" placeholder:"on|off" help:"Whether SQLite enforces foreign keys meanwhile, where the revisions do not agree."`
	DryRun      bool     `name:"dry-run" help:"Show the file, and write and remove nothing."`

	hookFlags
}

// Run writes one revision in the place of several.
func (c *squashCmd) Run(p *program) error {
	cfg, links, err := p.files()
	if err != nil {
		return err
	}
	gone, err := c.replaced(links)
	if err != nil {
		return err
	}
	made, err := squash.Of(gone, p.drivers, squash.Options{Transaction: toggled(c.Transaction), ForeignKeys: toggled(c.ForeignKeys)})
	if err != nil {
		return err
	}
	file, err := c.file(cfg, links, made.Revision, gone)
	if err != nil {
		return err
	}
	if err := p.holds(made, file); err != nil {
		return err
	}
	for _, note := range made.Notes {
		p.say("note: %s\n", clean(note))
	}
	if c.DryRun && p.flags.JSON {
		p.json(struct {
			Revision string   `json:"revision"`
			Replaces []string `json:"replaces"`
			File     string   `json:"file"`
			Text     string   `json:"text"`
			Written  bool     `json:"written"`
		}{made.Revision.ID.Name, names(gone), shownPath(filepath.Join(file.dir, filepath.FromSlash(file.name))), file.text, false})
		return nil
	}
	if c.DryRun {
		p.print("%s", file.text)
		p.say("nothing was written; it would replace %d revisions\n", len(gone))
		return nil
	}
	away, err := p.disposal(cfg, gone, c.Archive)
	if err != nil {
		return err
	}
	file.behind = func() error { return away.do(p) }
	file.rest = slices.DeleteFunc(links.All(), func(r *parser.Revision) bool { return slices.Contains(gone, r) })
	return p.writeRevision(cfg, file)
}

func toggled(word string) parser.Switch {
	switch word {
	case "on":
		return parser.On
	case "off":
		return parser.Off
	}
	return parser.Unset
}

// replaced are the revisions that are meant, each behind all that it needs.
func (c *squashCmd) replaced(links *chain.Chain) ([]*parser.Revision, error) {
	revs, err := found(c.Revisions, links, nil)
	if err != nil {
		return nil, err
	}
	gone := links.Ancestors(names(revs)...)
	if len(gone) < 2 {
		return nil, usagef("name a later one: all that it needs is squashed with it", "there is nothing to squash: %s needs no other", gone[0].ID.Name)
	}
	return gone, nil
}

// file is the squash as it is to be written.
func (c *squashCmd) file(cfg *config.Config, links *chain.Chain, rev *parser.Revision, gone []*parser.Revision) (f newFile, err error) {
	now := time.Now().In(cfg.New.Zone)
	if rev.ID.Name, err = newID(c.RevID, links, "a squash needs an id of its own"); err != nil {
		return f, err
	}
	rev.Created = now.Format(time.RFC3339)
	if rev.Message = strings.TrimSpace(c.Message); rev.Message == "" {
		rev.Message = fmt.Sprintf("%d revisions up to %s", len(gone), gone[len(gone)-1].ID.Name)
	}
	f = newFile{command: "squash", withHooks: !c.NoHooks}
	if f.dir, err = folderFor(cfg, gone[0], c.Path); err != nil {
		return f, err
	}
	if f.name, err = fileName(rev, cfg.New, now); err != nil {
		return f, err
	}
	f.text, err = parser.Format(rev)
	return f, err
}

// holds makes sure that a file is a squash of its revisions, and can run.
func (p *program) holds(made *squash.Result, f newFile) error {
	rev, err := parser.Parse(f.name, []byte(f.text), p.drivers.Dialects())
	if err != nil {
		return err
	}
	if err := made.Check(rev); err != nil {
		return err
	}
	var mistakes parser.ErrorList
	for _, d := range p.drivers {
		for _, kind := range []parser.Kind{parser.Upgrade, parser.Downgrade, parser.Verify} {
			if s := rev.Section(kind, d.Name()); s != nil {
				if err := collect(&mistakes, runner.Check(s, d.Dialect(), d.Syntax().TransactionalDDL)); err != nil {
					return err
				}
			}
		}
	}
	return mistakes.Err()
}

// A disposal is how the files of revisions go that are replaced.
type disposal struct {
	files []string // as they can be opened
	to    []string // where each is moved; nil: they are removed, for git has them
}

// disposal makes sure that nothing is lost: what git does not have as it is is moved only.
func (p *program) disposal(cfg *config.Config, gone []*parser.Revision, archive string) (*disposal, error) {
	d := &disposal{}
	for _, r := range gone {
		d.files = append(d.files, r.File)
	}
	if archive == "" {
		return d, p.kept(d.files)
	}
	for _, f := range cfg.Revisions {
		rel, err := relative(f.Path, archive)
		if err != nil {
			return nil, usagef("", "--archive %s: %v", archive, err)
		}
		if isRead(rel) {
			return nil, usagef("name a folder beside it, or a hidden one", "--archive %s lies in %s, whose files are read", archive, shownPath(f.Path))
		}
	}
	for _, file := range d.files {
		rel, err := relative(home(cfg, file), file)
		if err != nil {
			return nil, usagef("", "--archive %s: %v", archive, err)
		}
		to := filepath.Join(archive, rel)
		if _, err := os.Lstat(to); !errors.Is(err, fs.ErrNotExist) || slices.Contains(d.to, to) {
			return nil, usagef("name an empty folder", "--archive: there is a file %s already", shownPath(to))
		}
		d.to = append(d.to, to)
	}
	return d, nil
}

// kept makes sure that git has files as they are.
func (p *program) kept(files []string) error {
	folders := map[string][]string{}
	var order []string
	for _, f := range files {
		dir := filepath.Dir(f)
		if folders[dir] == nil {
			order = append(order, dir)
		}
		folders[dir] = append(folders[dir], filepath.Base(f))
	}
	const hint = "commit them first; or have them moved: --archive FOLDER"
	var lost []string
	for _, dir := range order {
		for list := range slices.Chunk(folders[dir], 500) {
			args := []string{"status", "--porcelain", "-z", "--untracked-files=all", "--ignored", "--"}
			for _, name := range list {
				args = append(args, ":(literal)"+name)
			}
			out, err := (&git{p: p, dir: dir}).run(args...)
			if err != nil {
				return usagef(hint, "the files that are replaced are removed only where git has them: %v", err)
			}
			for entry := range strings.SplitSeq(string(out), "\x00") {
				if len(entry) > 3 {
					lost = append(lost, shownPath(filepath.Join(dir, filepath.Base(entry[3:]))))
				}
			}
		}
	}
	if len(lost) == 0 {
		return nil
	}
	slices.Sort(lost)
	return usagef(hint, "git does not have these files as they are: %s", parser.Some(lost, " and"))
}

// do moves or removes the files. What is left of them is a mistake in the chain, which says what to do.
func (d *disposal) do(p *program) error {
	for i, file := range d.files {
		err := error(nil)
		if d.to == nil {
			err = os.Remove(file)
		} else {
			err = moveFile(file, d.to[i])
		}
		if err != nil {
			return usagef("the squash is written; take away by hand what it replaces, from this one on", "%s: %v", file, pathless(err))
		}
	}
	if d.to == nil {
		p.say("it replaces %d revisions; their files are removed here, and git has them\n", len(d.files))
	} else {
		p.say("it replaces %d revisions; their files are moved to %s\n", len(d.files), shownPath(filepath.Dir(d.to[0])))
	}
	p.say("a database that has all of them has it; bring one that has a part of them up to date before it meets these files\n")
	return nil
}

// moveFile moves a file, also to another file system. Nothing is written over.
func moveFile(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	if err := os.Link(from, to); err == nil { // unlike Rename, it does not replace what another program has put there meanwhile
		return os.Remove(from)
	} else if errors.Is(err, fs.ErrExist) {
		return err
	}
	in, err := os.Open(from)
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(to, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o666)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	if err = errors.Join(err, out.Close()); err != nil {
		_ = os.Remove(to)
		return err
	}
	return os.Remove(from)
}
