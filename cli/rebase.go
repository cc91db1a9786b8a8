package cli

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"revise/chain"
	"revise/config"
	"revise/parser"
	"revise/runner"
)

type rebaseCmd struct {
	Revision   string   `arg:"" help:"Which: a target."`
	Onto       []string `required:"" placeholder:"TARGET" help:"What it is to revise: targets; base for none."`
	NoDatabase bool     `name:"no-database" help:"Do not ask the database whether it has the revision."`
	DryRun     bool     `name:"dry-run" help:"Show the line as it was and as it would be, and write nothing."`
}

// Run gives a revision that no database has yet other parents, by one line of its file.
func (c *rebaseCmd) Run(p *program) error {
	cfg, links, err := p.files()
	if err != nil {
		return err
	}
	rev, err := links.Find(c.Revision)
	if err != nil {
		return err
	}
	parents, err := newParents(links, rev, c.Onto)
	if err != nil {
		return err
	}
	before, err := os.ReadFile(rev.File)
	if err != nil {
		return usagef("", "read the revision: %v", err)
	}
	after, err := parser.Reparent(before, parents)
	if err != nil {
		return usagef("", "%s: %v", rev.File, err)
	}
	if err := p.relinked(links, rev, after); err != nil {
		return err
	}
	was, now := strings.Join(refNames(rev.Revises), ", "), strings.Join(parents, ", ")
	if was == now {
		p.print("%s revises %s already\n", rev.ID.Name, orBase(now))
		return nil
	}
	if err := c.notApplied(p, cfg, rev); err != nil {
		return err
	}
	if !c.DryRun {
		if err := replaceFile(rev.File, after); err != nil {
			return usagef("it is as it was", "write %s: %v", rev.File, err)
		}
		if err := p.writeHeads(cfg); err != nil {
			return err
		}
	}
	if p.flags.JSON {
		p.json(struct {
			Revision string   `json:"revision"`
			File     string   `json:"file"`
			Was      []string `json:"revised"`
			Now      []string `json:"revises"`
			Written  bool     `json:"written"`
		}{rev.ID.Name, rev.File, refNames(rev.Revises), parents, !c.DryRun})
		return nil
	}
	if c.DryRun {
		p.print("%s: %s would revise %s, and not %s\n", rev.File, rev.ID.Name, orBase(now), orBase(was))
		p.say("nothing was written\n")
		return nil
	}
	p.print("%s: %s revises %s now, and not %s\n", rev.File, rev.ID.Name, orBase(now), orBase(was))
	return nil
}

func orBase(names string) string {
	if names == "" {
		return "nothing: it is a base"
	}
	return names
}

func refNames(refs []parser.Ref) []string {
	list := []string{}
	for _, r := range refs {
		list = append(list, r.Name)
	}
	return list
}

// newParents are the ids that a revision is to revise.
func newParents(links *chain.Chain, rev *parser.Revision, onto []string) ([]string, error) {
	var parents []string
	for _, name := range onto {
		revs, err := links.FindAll(name)
		if err != nil {
			return nil, err
		}
		for _, r := range revs {
			id := r.ID.Name
			switch {
			case r == rev && len(revs) > 1: // heads, of which it is one
			case r == rev:
				return nil, usagef("", "revision %s cannot revise itself", id)
			case slices.Contains(parents, id):
				return nil, usagef("", "revision %s is named twice", id)
			case slices.Contains(links.Ancestors(id), rev):
				return nil, usagef("move that one first, or name another", "revision %s stands on %s: it cannot be revised by it", id, rev.ID.Name)
			default:
				parents = append(parents, id)
			}
		}
	}
	if was := len(rev.Revises); was > 1 && len(parents) < 2 {
		return nil, usagef("name all that it is to join: --onto A --onto B", "revision %s is a merge of %s", rev.ID.Name, strings.Join(refNames(rev.Revises), ", "))
	}
	return parents, nil
}

// relinked makes sure that the chain holds together with a file as it would be.
func (p *program) relinked(links *chain.Chain, rev *parser.Revision, text []byte) error {
	again, err := parser.Parse(rev.File, text, p.drivers.Dialects())
	if err != nil {
		return err
	}
	revs := links.All()
	for i, r := range revs {
		if r == rev {
			revs[i] = again
		}
	}
	_, err = chain.New(revs)
	return err
}

// An appliedError says that a database has a revision that was to be changed.
type appliedError struct {
	id, target string
	half       bool
}

func (e *appliedError) Error() string {
	if e.half {
		return "revision " + e.id + " is half-way on " + e.target
	}
	return "revision " + e.id + " is applied on " + e.target + ": what it revises is history there"
}

func (e *appliedError) Hint() string {
	return "write a merge instead: revise merge heads; or take it back first: revise run down " + e.id + "-1"
}

// notApplied asks the configured database whether it has the revision.
func (c *rebaseCmd) notApplied(p *program, cfg *config.Config, rev *parser.Revision) error {
	if c.NoDatabase || !cfg.Database.Configured() {
		p.say("no database was asked whether it has %s\n", rev.ID.Name)
		return nil
	}
	return p.onLedger(func(s *session, state *runner.State) error {
		row, ok := state.Rows[rev.ID.Name]
		if !ok {
			return nil
		}
		return &appliedError{id: rev.ID.Name, target: s.target, half: row.State != runner.Applied}
	})
}

// replaceFile puts a text in a file's place at once: whoever reads it finds the old one or the new one whole.
func replaceFile(path string, text []byte) (err error) {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".revise-*")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(f.Name())
		}
	}()
	_, err = f.Write(text)
	err = errors.Join(err, f.Chmod(info.Mode().Perm()), f.Sync(), f.Close())
	if err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}
