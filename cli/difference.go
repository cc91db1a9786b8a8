package cli

import (
	"fmt"
	"io"
	"maps"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"revise/drivers"
	"revise/parser"
)

// A difference is what a review should know of a revision that both sides of a merge have, or have had. It is an error where it is taken for one.
type difference struct {
	id, file string // "" of several revisions
	msg      string
	hint     string
	edited   bool // the upgrade, on this side: what databases have may be another one
}

func (d *difference) Error() string { return d.msg }
func (d *difference) Hint() string  { return d.hint }

// warn tells a difference that is no error.
func (p *program) warn(d *difference) {
	if !p.flags.JSON {
		p.say("warning: %s\n", clean(d.msg))
		if d.hint != "" {
			p.say("%s\n", clean(d.hint))
		}
		return
	}
	if !p.flags.Quiet {
		_ = p.encoder(p.err).Encode(struct {
			Event    string `json:"event"`
			Message  string `json:"message"`
			Hint     string `json:"hint,omitempty"`
			File     string `json:"file,omitempty"`
			Revision string `json:"revision,omitempty"`
		}{"warning", d.msg, d.hint, d.file, d.id})
	}
}

// differences are those of all revisions, in the order of their ids.
func (m *merging) differences(c changes) []*difference {
	var list []*difference
	var here, there []*sideFile // that have been removed
	squashedHere, squashedThere := replacedBy(m.ours.revisions()), replacedBy(m.theirs.revisions())
	all := map[string]bool{}
	for _, s := range []side{m.ours, m.common, m.theirs} {
		for id := range s.ids {
			all[id] = true
		}
	}
	for _, id := range slices.Sorted(maps.Keys(all)) {
		switch ours, was, theirs := m.ours.ids[id], m.common.ids[id], m.theirs.ids[id]; {
		case ours != nil && theirs != nil && ours.text == theirs.text:
		case ours != nil && theirs != nil:
			for _, kind := range []parser.Kind{parser.Upgrade, parser.Downgrade, parser.Verify} {
				if d := m.section(c, id, kind); d != nil {
					list = append(list, d)
				}
			}
			list = append(list, m.links(id)...)
		case was != nil && theirs != nil && squashedHere[id] != "", was != nil && ours != nil && squashedThere[id] != "":
		case was != nil && theirs != nil:
			here = append(here, theirs)
		case was != nil && ours != nil:
			there = append(there, ours)
		}
	}
	return slices.Concat(list, m.goneHere(here), m.goneThere(there))
}

// section compares what a revision that both sides have does; nil: it does the same.
func (m *merging) section(c changes, id string, kind parser.Kind) *difference {
	ours, was, theirs := m.ours.rev(id), m.common.rev(id), m.theirs.rev(id)
	if !c.changed(theirs, ours, kind) && !c.changed(ours, theirs, kind) {
		return nil
	}
	here, there := was != nil && c.changed(was, ours, kind), was != nil && c.changed(was, theirs, kind)
	both, taken := "a merge makes one text of both", "a merge takes that"
	if merged, _ := m.of(id); merged.asked {
		both, taken = "git will ask which", "git will ask which"
	}
	upgrade := kind == parser.Upgrade
	what := kind.String()
	if kind == parser.Verify {
		what = "verify section"
	}
	what += " of " + id
	at := what + " (" + ours.File + ")"
	d := &difference{id: id, file: ours.File, edited: upgrade}
	switch {
	case was == nil && m.ours.ids[id].name != m.theirs.ids[id].name: // two files: the chain says so
		return nil
	case was == nil:
		d.msg = fmt.Sprintf("the %s, which is new here and in %s, is another one in each", at, m.ref)
		d.hint = fmt.Sprintf("take theirs: %s; or give this one an id of its own: revise new", m.putBack(id))
	case here && there && upgrade:
		d.msg = fmt.Sprintf("the %s was edited here and in %s, and databases may have applied it before: %s", at, m.ref, both)
		d.hint = m.mend(id)
	case here && upgrade:
		d.msg = fmt.Sprintf("the %s was edited, and %s has it as it was: databases may have applied that", at, m.ref)
		d.hint = m.mend(id)
	case here && there:
		d.msg = fmt.Sprintf("the %s was edited here and in %s: %s", at, m.ref, both)
	case here:
		d.msg = fmt.Sprintf("the %s was edited, and %s has it as it was", at, m.ref)
	case there:
		d.file, d.edited = theirs.File, false
		d.msg = fmt.Sprintf("the %s was edited in %s (%s): %s", what, m.ref, theirs.File, taken)
		if upgrade {
			d.msg += "; a database that has applied it as it is here differs"
		}
	default: // for a database that had none
		return nil
	}
	return d
}

// links compares what a revision says of its place in the chain. Where git asks, somebody sees both.
func (m *merging) links(id string) []*difference {
	merged, ok := m.of(id)
	if !ok || merged.asked || merged.rev == nil {
		return nil
	}
	ours, theirs := m.ours.rev(id), m.theirs.rev(id)
	var list []*difference
	for _, about := range []struct {
		what string
		refs func(r *parser.Revision) []parser.Ref
		runs bool
	}{
		{"revises", func(r *parser.Revision) []parser.Ref { return r.Revises }, true},
		{"depends on", func(r *parser.Revision) []parser.Ref { return r.DependsOn }, true},
		{"is labelled", func(r *parser.Revision) []parser.Ref { return r.Labels }, false},
	} {
		is, other, then := nameList(about.refs(ours)), nameList(about.refs(theirs)), nameList(about.refs(merged.rev))
		if is == other {
			continue
		}
		d := &difference{id: id, file: ours.File, msg: fmt.Sprintf("%s (%s) %s %s here, and %s in %s: a merge takes %s", id, ours.File, about.what, is, other, m.ref, then)}
		if about.runs {
			d.hint = "a database that has " + id + " gets with its next run up what is missing below"
		}
		list = append(list, d)
	}
	return list
}

// nameList is a list of names in their order, or "nothing".
func nameList(refs []parser.Ref) string {
	names := refNames(refs)
	slices.Sort(names)
	if len(names) == 0 {
		return "nothing"
	}
	return strings.Join(names, ", ")
}

// goneHere tells which revisions have been removed on this side: those that git takes away in one, those that it asks about each.
func (m *merging) goneHere(files []*sideFile) []*difference {
	var list []*difference
	tell := func(ask string, files ...*sideFile) {
		var revs []*parser.Revision
		var names []string
		for _, f := range files {
			revs, names = append(revs, f.rev), append(names, m.inFolder(f.name))
		}
		list = append(list, &difference{
			msg:  fmt.Sprintf("%s has %s, removed here: a database that has applied what is removed finds no file for it%s", m.ref, places(revs), ask),
			hint: fmt.Sprintf("to have it back: git checkout %s -- %s", m.ref, strings.Join(names, " ")),
		})
	}
	asked, rest := m.parted(files)
	for _, f := range asked {
		tell("; git will ask, for "+m.ref+" has changed it", f)
	}
	if len(rest) > 0 {
		tell("", rest...)
	}
	return list
}

// goneThere tells which revisions the other side has removed.
func (m *merging) goneThere(files []*sideFile) []*difference {
	var list []*difference
	tell := func(then string, files ...*sideFile) {
		var revs []*parser.Revision
		for _, f := range files {
			revs = append(revs, f.rev)
		}
		list = append(list, &difference{msg: fmt.Sprintf("%s has removed %s: %s", m.ref, places(revs), then)})
	}
	asked, rest := m.parted(files)
	for _, f := range asked {
		tell("git will ask, for it is changed here", f)
	}
	if len(rest) > 0 {
		tell("a merge does, too, and a database that has applied what is removed finds no file for it then", rest...)
	}
	return list
}

// parted are those of removed files that git asks about, and those that it takes away.
func (m *merging) parted(files []*sideFile) (asked, rest []*sideFile) {
	for _, f := range files {
		if _, left := m.of(f.rev.ID.Name); left {
			asked = append(asked, f)
		} else {
			rest = append(rest, f)
		}
	}
	return asked, rest
}

// inFolder is how messages and commands name a file that has this name in the repository.
func (m *merging) inFolder(name string) string {
	for _, f := range m.folders {
		if below, ok := strings.CutPrefix(name, f.prefix); ok {
			return path.Join(shownPath(f.path), below)
		}
	}
	return shownPath(filepath.Join(m.root, filepath.FromSlash(name)))
}

// putBack is the command that gives a revision the text that the other side has.
func (m *merging) putBack(id string) string {
	ours, theirs := m.ours.ids[id], m.theirs.ids[id]
	if ours.name == theirs.name {
		return fmt.Sprintf("git checkout %s -- %s", m.ref, m.inFolder(ours.name))
	}
	return fmt.Sprintf("git show %s > %s", theirs.rev.File, m.inFolder(ours.name))
}

func (m *merging) mend(id string) string {
	return fmt.Sprintf("put it back, and write what it is to change as a revision of its own: %s; if no database has it: --allow-edits", m.putBack(id))
}

// changes tells edits of a section from other spellings of it.
type changes struct {
	drivers    drivers.Set
	configured drivers.Driver // nil: none
}

// changed reports whether a database that has run a section of was would run something else by is. A section for a database that had none
// before is no change, for none can have run it.
func (c changes) changed(was, is *parser.Revision, kind parser.Kind) bool {
	split, bytes := false, false
	for _, d := range c.asked(was, is) {
		before, after := was.Section(kind, d.Name()), is.Section(kind, d.Name())
		switch {
		case before == nil:
			continue
		case after == nil:
			return true
		}
		a, b := identity(before, d.Dialect()), identity(after, d.Dialect())
		switch {
		case a == nil || b == nil: // it is not for this database, or there are mistakes
			bytes = bytes || !sameBytes(before, after)
		case *a != *b:
			return true
		default:
			split = true
		}
	}
	return bytes && !split
}

// asked are the databases by whose rules two texts are compared: the configured one, and those that a text names; all, if none is configured.
func (c changes) asked(revs ...*parser.Revision) []drivers.Driver {
	if c.configured == nil {
		return c.drivers
	}
	var list []drivers.Driver
	for _, d := range c.drivers {
		named := slices.ContainsFunc(revs, func(r *parser.Revision) bool {
			return slices.ContainsFunc(r.Sections, func(s *parser.Section) bool { return slices.Contains(s.Dialects, d.Name()) })
		})
		if named || c.configured.Name() == d.Name() {
			list = append(list, d)
		}
	}
	return list
}

// identity is the sum that the ledger keeps of a section; nil if it cannot be split.
func identity(s *parser.Section, d *parser.Dialect) *parser.Sum {
	split := s.Splitter(d)
	split.KeepSum()
	for {
		st, ok, err := split.Next()
		switch {
		case err != nil:
			return nil
		case !ok:
			sum := split.Sum()
			return &sum
		case st.Rest != nil:
			if _, err := io.Copy(io.Discard, st.Rest); err != nil {
				return nil
			}
		}
	}
}

func sameBytes(a, b *parser.Section) bool {
	x, errX := a.ByteSum()
	y, errY := b.ByteSum()
	return errX == nil && errY == nil && x == y
}
