package cli

import (
	"maps"
	"slices"
	"strings"

	"revise/config"
	"revise/parser"
)

// A merging is what git would do with the revision files of the working tree and of another branch.
type merging struct {
	ref     string
	shown   string // the folders, as they are best read
	folders []gitFolder
	root    string // of the repository
	ours    side
	common  side // where both have come from
	theirs  side
	merged  []mergedFile
}

// A side is the revision files of one state of the folder. Files with mistakes are in it without a revision.
type side struct {
	files map[string]*sideFile // by their names in the repository
	ids   map[string]*sideFile
}

type sideFile struct {
	name string           // in the repository
	text string           // with line endings as git keeps them
	rev  *parser.Revision // nil: there are mistakes
	err  error
}

// A mergedFile is what a merge leaves of a file.
type mergedFile struct {
	*sideFile
	asked bool // git knows no answer, and asks: this is one side's
}

// merging reads all three sides, and merges.
func (p *program) merging(cfg *config.Config, ref string) (*merging, error) {
	g := &git{p: p, dir: cfg.Revisions[0].Path}
	folders, root, err := g.folders(cfg)
	if err != nil {
		return nil, err
	}
	commit, err := g.commit(ref)
	if err != nil {
		return nil, err
	}
	base, err := g.line("merge-base", "HEAD", commit)
	if err != nil {
		return nil, usagef("a shallow clone lacks the commits between: git fetch --unshallow", "git finds no commit that HEAD and %s have both come from", ref)
	}
	theirs, err := g.revisionFiles(commit, folders)
	if err != nil {
		return nil, err
	}
	common, err := g.revisionFiles(base, folders)
	if err != nil {
		return nil, err
	}
	ours, err := p.working(cfg, root)
	if err != nil {
		return nil, err
	}
	for name, text := range ours {
		if strings.HasPrefix(name, "../") { // a link leads there from all sides
			common[name], theirs[name] = text, text
		}
	}
	m := &merging{ref: ref, shown: strings.Join(shownFolders(cfg), ", "), folders: folders, root: root}
	m.ours = p.side(ours, m.inFolder)
	there := func(file string) string { return ref + ":" + file }
	m.common, m.theirs = p.side(common, there), p.side(theirs, there)
	return m, m.merge(p.texts(g, m))
}

// texts merges the texts of a file that both sides have changed.
func (p *program) texts(g *git, m *merging) func(ours, common, theirs *sideFile) (mergedFile, error) {
	return func(ours, common, theirs *sideFile) (mergedFile, error) {
		text, clean, err := g.mergeFile(ours.text, common.text, theirs.text)
		if err != nil || !clean {
			return mergedFile{ours, true}, err
		}
		return mergedFile{sideFile: p.sideFile(ours.name, text, m.inFolder(ours.name)+" merged with "+m.ref)}, nil
	}
}

func (p *program) side(texts map[string]string, shown func(file string) string) side {
	s := side{map[string]*sideFile{}, map[string]*sideFile{}}
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		f := p.sideFile(name, texts[name], shown(name))
		s.files[name] = f
		if f.rev != nil && s.ids[f.rev.ID.Name] == nil {
			s.ids[f.rev.ID.Name] = f
		}
	}
	return s
}

func (p *program) sideFile(name, text, shown string) *sideFile {
	f := &sideFile{name: name, text: strings.ReplaceAll(text, "\r\n", "\n")}
	f.rev, f.err = parser.Parse(shown, []byte(text), p.drivers.Dialects())
	if f.err != nil {
		f.rev = nil
	}
	return f
}

func (s side) revisions() []*parser.Revision {
	var revs []*parser.Revision
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		if r := s.files[name].rev; r != nil {
			revs = append(revs, r)
		}
	}
	return revs
}

// rev is the revision with an id, or nil.
func (s side) rev(id string) *parser.Revision {
	if f := s.ids[id]; f != nil {
		return f.rev
	}
	return nil
}

// merge does with each file what git does. A file that one side has renamed git knows by its text; here it is known by its revision.
func (m *merging) merge(texts func(ours, common, theirs *sideFile) (mergedFile, error)) error {
	seen := map[*sideFile]bool{}
	for _, name := range slices.Sorted(maps.Keys(m.common.files)) {
		common := m.common.files[name]
		ours, theirs := m.renamed(m.ours, common), m.renamed(m.theirs, common)
		seen[ours], seen[theirs] = true, true
		switch {
		case ours == nil && theirs == nil:
		case ours == nil:
			m.removed(common, theirs)
		case theirs == nil:
			m.removed(common, ours)
		case ours.name != theirs.name && ours.name != name && theirs.name != name: // both stay
			m.merged = append(m.merged, mergedFile{ours, true}, mergedFile{theirs, true})
		case ours.text == theirs.text, theirs.text == common.text:
			m.merged = append(m.merged, mergedFile{sideFile: ours})
		case ours.text == common.text:
			m.merged = append(m.merged, mergedFile{sideFile: theirs})
		default:
			f, err := texts(ours, common, theirs)
			if err != nil {
				return err
			}
			m.merged = append(m.merged, f)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.ours.files)) {
		if ours := m.ours.files[name]; !seen[ours] {
			theirs := m.theirs.files[name]
			seen[theirs] = true
			m.merged = append(m.merged, mergedFile{ours, theirs != nil && theirs.text != ours.text})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(m.theirs.files)) {
		if theirs := m.theirs.files[name]; !seen[theirs] {
			m.merged = append(m.merged, mergedFile{sideFile: theirs})
		}
	}
	return nil
}

// renamed is what a side has made of a file that was there: nil if it is gone.
func (m *merging) renamed(s side, was *sideFile) *sideFile {
	if f := s.files[was.name]; f != nil || was.rev == nil {
		return f
	}
	f := s.ids[was.rev.ID.Name]
	if f == nil || m.common.files[f.name] != nil { // git looks among new files only
		return nil
	}
	return f
}

// removed merges a file that one side has removed: it is gone, if the other side has not touched it.
func (m *merging) removed(was, is *sideFile) {
	if is.text != was.text || is.name != was.name {
		m.merged = append(m.merged, mergedFile{is, true})
	}
}

// of is what the merge leaves of a revision; false if nothing.
func (m *merging) of(id string) (mergedFile, bool) {
	i := slices.IndexFunc(m.merged, func(f mergedFile) bool { return f.rev != nil && f.rev.ID.Name == id })
	if i < 0 {
		return mergedFile{}, false
	}
	return m.merged[i], true
}
