package cli

import (
	"errors"
	"fmt"
	"maps"
	"slices"
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

// against looks at what a merge with another branch would make of the chain, and at what becomes of the revisions that both have.
func (p *program) against(cfg *config.Config, ref string, allowEdits bool) error {
	m, err := p.merging(cfg, ref)
	if err != nil {
		return err
	}
	configured, err := p.dialect(cfg)
	if err != nil {
		return err
	}
	if len(m.theirs.files) == 0 {
		p.say("%s has no revision files in %s: there is nothing to compare with\n", ref, m.shown)
	}
	var problems []error
	for _, d := range m.differences(changes{p.drivers, configured}) {
		if d.edited && !allowEdits {
			problems = append(problems, d)
		} else {
			p.warn(d)
		}
	}
	if err := m.linked(); err != nil {
		problems = append(problems, err)
	}
	if len(problems) < 2 {
		return errors.Join(problems...)
	}
	for _, err := range problems {
		p.report(err)
	}
	return errQuiet
}

// linked makes one chain of what the merge leaves.
func (m *merging) linked() error {
	var mistakes parser.ErrorList
	var revs []*parser.Revision
	for _, f := range m.merged {
		if err := collect(&mistakes, f.err); err != nil {
			return err
		}
		if f.rev != nil {
			revs = append(revs, f.rev)
		}
	}
	if err := mistakes.Err(); err != nil { // where a file is missing, what it defines is missing too
		return err
	}
	links, err := chain.New(revs)
	if err != nil {
		return err
	}
	return forked(links, m.ref, m.ours.revisions(), m.theirs.revisions())
}

// replacedBy are the squashes of revisions that are replaced.
func replacedBy(revs []*parser.Revision) map[string]string {
	by := map[string]string{}
	for _, r := range revs {
		parser.Each(r.Replaces, func(gone parser.Replaced) { by[gone.Name] = r.ID.Name })
	}
	return by
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
		squashes := replacedBy(revs)
		revised := map[string]bool{}
		for _, r := range revs {
			for _, p := range r.Revises {
				revised[p.Name] = true
				revised[squashes[p.Name]] = true
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
		parents := linkedNames(links, r.Revises)
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
