package graph

import "strings"

// A Style is the characters of a text drawing.
type Style struct {
	node, more string
	lines      [16]string // by the directions that meet in a place
}

// The directions.
const (
	up = 1 << iota
	down
	left
	right
)

// ASCII draws for any terminal.
func ASCII() Style {
	return Style{node: "*", more: ">", lines: [16]string{
		0: " ", up: "|", down: "|", up | down: "|", left: "-", right: "-", left | right: "-",
		up | left: "'", up | right: "'", up | left | right: "'", down | left: ".", down | right: ".", down | left | right: ".",
		up | down | left: "+", up | down | right: "+", up | down | left | right: "+",
	}}
}

// Unicode draws with the characters for boxes.
func Unicode() Style {
	return Style{node: "●", more: "…", lines: [16]string{
		0: " ", up: "│", down: "│", up | down: "│", left: "─", right: "─", left | right: "─",
		up | left: "╯", up | right: "╰", up | left | right: "┴", down | left: "╮", down | right: "╭", down | left | right: "┬",
		up | down | left: "┤", up | down | right: "├", up | down | left | right: "┼",
	}}
}

// A TextRow is what stands to the left of a revision: lines above it, what stands beside its own line, lines below it, and what stands beside all that is
// told of it behind these. They are of one width.
type TextRow struct {
	Before []string
	Beside string
	After  []string
	Below  string
}

// Text draws the lanes as text, at most so many side by side; what lies further right is only hinted at.
func (d *Drawing) Text(style Style, most int) []TextRow {
	p := &pen{style: style, width: min(d.Lanes, most), active: make([]bool, d.Lanes), cut: d.Lanes > most}
	ends := make([][]int, len(d.Rows)) // the lanes that end in each row
	rows := make([]TextRow, len(d.Rows))
	for i, row := range d.Rows {
		t := &rows[i]
		meets := map[int]bool{row.Lane: true}
		for _, lane := range ends[i] {
			meets[lane] = true
		}
		if len(meets) > 1 {
			after := append([]bool(nil), p.active...)
			for lane := range meets {
				after[lane] = lane == row.Lane
			}
			t.Before = []string{p.across(meets, after)}
		}
		for lane := range meets {
			p.active[lane] = false
		}
		t.Beside = p.down(row.Lane)
		meets = map[int]bool{row.Lane: true}
		after := append([]bool(nil), p.active...)
		for _, l := range row.Lines {
			meets[l.Lane], after[l.Lane] = true, true
			ends[l.To] = append(ends[l.To], l.Lane)
		}
		p.active[row.Lane] = true // down to the line below
		if len(meets) > 1 {
			t.After = []string{p.across(meets, after)}
		}
		copy(p.active, after)
		t.Below = p.down(-1)
	}
	return rows
}

// A pen draws lines of text.
type pen struct {
	style  Style
	width  int // in lanes
	cut    bool
	active []bool // lanes in which a line runs
}

// down is a line in which all lanes go straight, with a node in one of them.
func (p *pen) down(node int) string {
	var b strings.Builder
	for lane := range p.width {
		switch {
		case lane == node:
			b.WriteString(p.style.node)
		case p.active[lane]:
			b.WriteString(p.style.lines[up|down])
		default:
			b.WriteByte(' ')
		}
		b.WriteByte(' ')
	}
	return b.String() + p.rest(node >= p.width)
}

// across is a line in which some lanes meet; after says which go on below it.
func (p *pen) across(meets map[int]bool, after []bool) string {
	first, last := len(after), 0
	for lane := range meets {
		first, last = min(first, lane), max(last, lane)
	}
	var b strings.Builder
	for lane := range p.width {
		at := 0
		if p.active[lane] {
			at |= up
		}
		if after[lane] {
			at |= down
		}
		switch inside := lane >= first && lane <= last; {
		case !inside, at != 0 && !meets[lane]: // what only passes goes over the line
		default:
			if lane > first {
				at |= left
			}
			if lane < last {
				at |= right
			}
		}
		b.WriteString(p.style.lines[at])
		if lane >= first && lane < last {
			b.WriteString(p.style.lines[left|right])
		} else {
			b.WriteByte(' ')
		}
	}
	return b.String() + p.rest(last >= p.width)
}

// rest stands for what is too far to the right.
func (p *pen) rest(hidden bool) string {
	switch {
	case !p.cut:
		return ""
	case hidden:
		return p.style.more + " "
	}
	return "  "
}
