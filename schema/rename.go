package schema

import (
	"slices"
	"strings"
)

// A Rename is an object of one snapshot that is, or may be, another one of the next under another name: a table or a column.
type Rename struct{ From, To *Object }

// Renames lists what may have been renamed between two snapshots: tables that are gone and came with columns that are mostly alike, columns that are gone and came in
// the same table with the same definition. Each object is in one at most; the most likely ones win. It is a guess: a person has to say.
func Renames(from, to *Snapshot) []Rename {
	var gone, came []*Object
	for _, c := range Compare(from, to) {
		switch {
		case c.To == nil:
			gone = append(gone, c.From)
		case c.From == nil:
			came = append(came, c.To)
		}
	}
	var list []guess
	m := matcher{from, to, from.Columns(), to.Columns()}
	for _, x := range gone {
		for _, y := range came {
			if likeness := m.alike(x, y); likeness > 0 {
				list = append(list, guess{Rename{x, y}, likeness})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b guess) int {
		switch {
		case a.likeness > b.likeness:
			return -1
		case a.likeness < b.likeness:
			return 1
		}
		return strings.Compare(a.From.Key()+"\x00"+a.To.Key(), b.From.Key()+"\x00"+b.To.Key())
	})
	taken := map[*Object]bool{}
	var best []Rename
	for _, g := range list {
		if !taken[g.From] && !taken[g.To] {
			taken[g.From], taken[g.To] = true, true
			best = append(best, g.Rename)
		}
	}
	slices.SortFunc(best, func(a, b Rename) int { return strings.Compare(a.From.Key(), b.From.Key()) })
	return best
}

type guess struct {
	Rename
	likeness float64
}

// A matcher compares what is gone with what came.
type matcher struct {
	from, to *Snapshot
	was, is  map[string][]*Object // columns
}

// alike is how likely it is that one object became another, from 0 to 1 and a little more.
func (m matcher) alike(x, y *Object) float64 {
	if x.Kind != y.Kind {
		return 0
	}
	switch {
	case x.Place > 0 && x.Parent == y.Parent && m.to.Objects[x.Parent] != nil && m.from.Objects[x.Parent] != nil:
		if body(x) != body(y) {
			return 0
		}
		likeness := 0.6 + 0.3*common(x.Base(), y.Base())
		if x.Place == y.Place {
			likeness += 0.1
		}
		return likeness
	case x.Parent == "" || !strings.Contains(x.Kind, "column"):
		a, b := m.was[x.Key()], m.is[y.Key()]
		if len(a) == 0 || len(b) == 0 || !slices.Equal(x.Path[:len(x.Path)-1], y.Path[:len(y.Path)-1]) {
			return 0
		}
		same := 0
		for _, c := range a {
			if slices.ContainsFunc(b, func(d *Object) bool { return c.Base() == d.Base() && body(c) == body(d) }) {
				same++
			}
		}
		const enough = 0.6
		if share := float64(same) / float64(max(len(a), len(b))); share >= enough {
			return share + 0.1*common(x.Base(), y.Base())
		}
	}
	return 0
}

// body is the definition of a column without its name, if it begins with that.
func body(o *Object) string {
	def := o.Def
	for _, name := range []string{`"` + o.Base() + `"`, "`" + o.Base() + "`", o.Base()} {
		if len(def) > len(name) && strings.EqualFold(def[:len(name)], name) && def[len(name)] == ' ' {
			return def[len(name)+1:]
		}
	}
	return def
}

// common is the part of the longer name that both begin or end with.
func common(a, b string) float64 {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	m := 0
	for m < len(a)-n && m < len(b)-n && a[len(a)-1-m] == b[len(b)-1-m] {
		m++
	}
	return float64(n+m) / float64(max(len(a), len(b), 1))
}
