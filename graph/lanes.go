// Package graph draws a chain: as lines of text beside a list, as Mermaid and DOT for other programs, and as an SVG picture or a page that needs
// nothing else. It reads nothing and asks no database; what is applied is handed to it.
package graph

import (
	"slices"

	"revise/chain"
	"revise/parser"
)

// A Drawing is revisions in the order in which they stand below each other, each in a lane, with the lines between them.
type Drawing struct {
	Rows  []Row
	Lanes int // how many there are side by side
}

// A Row is one revision.
type Row struct {
	Revision  *parser.Revision
	Lane      int
	Head      bool // no other one revises it
	Effective bool // such a one that another depends on
	Base      bool
	Lines     []Line
}

// A Line goes from a revision down to one that it revises.
type Line struct {
	Lane   int // in which it runs between the two
	To     int // the row it ends in
	InLane int // and that row's lane
}

// New lays out revisions of a chain, the newest first: each before those that it revises. What is revised and not among them ends a line nowhere and is
// left out.
func New(links *chain.Chain, revs []*parser.Revision) *Drawing {
	row := map[string]int{}
	for i, r := range revs {
		row[r.ID.Name] = i
	}
	d := &Drawing{Rows: make([]Row, len(revs))}
	var lanes []int // the row that each leads to; none: it is free
	const none = -1
	lane := func(to int) int {
		i := slices.Index(lanes, to)
		if i < 0 {
			lanes = append(lanes, none)
			i = len(lanes) - 1
		}
		return i
	}
	for i, r := range revs {
		at := slices.Index(lanes, i)
		if at < 0 {
			at = lane(none)
		}
		for k := range lanes { // all that lead here end
			if lanes[k] == i {
				lanes[k] = none
			}
		}
		children := links.Children(r.ID.Name)
		d.Rows[i] = Row{
			Revision: r, Lane: at, Base: len(r.Revises) == 0, Head: len(children) == 0,
			Effective: len(children) == 0 && len(links.Dependents(r.ID.Name)) > 0,
		}
		lanes[at] = i // taken as long as its lines are laid
		first := true
		for _, ref := range r.Revises {
			meant := links.Meant(ref.Name) // several names may mean one squash
			if meant == nil {
				continue
			}
			to, ok := row[meant.ID.Name]
			if !ok || to <= i || slices.ContainsFunc(d.Rows[i].Lines, func(l Line) bool { return l.To == to }) {
				continue
			}
			in := at
			if !first {
				if in = slices.Index(lanes, to); in < 0 {
					in = lane(none)
				}
			}
			lanes[in], first = to, false
			d.Rows[i].Lines = append(d.Rows[i].Lines, Line{Lane: in, To: to})
		}
		if first {
			lanes[at] = none
		}
		d.Lanes = max(d.Lanes, len(lanes))
	}
	for i := range d.Rows {
		for k, l := range d.Rows[i].Lines {
			d.Rows[i].Lines[k].InLane = d.Rows[l.To].Lane
		}
	}
	return d
}
