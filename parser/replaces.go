package parser

import (
	"fmt"
	"slices"
	"strings"
)

// A Replaced is a revision that a squash stands for.
type Replaced struct {
	Ref
	// Of are those that it stood for itself: a database that has all of them has it.
	Of []Replaced
}

// Each calls f for a list of replaced revisions, and for those that they stood for.
func Each(list []Replaced, f func(Replaced)) {
	for _, r := range list {
		f(r)
		Each(r.Of, f)
	}
}

// replaces reads one line of the list: ids separated by commas, with "(…)" behind one that was a squash itself. A group may be spread over lines, each
// with its name. It is true.
func (p *fileParser) replaces(value string, at Position) bool {
	r := replacedReader{p: p, text: value, pos: at}
	for _, one := range r.list(0) {
		i := slices.IndexFunc(p.rev.Replaces, func(r Replaced) bool { return r.Name == one.Name })
		if i >= 0 && len(one.Of) > 0 && len(p.rev.Replaces[i].Of) > 0 {
			p.rev.Replaces[i].Of = append(p.rev.Replaces[i].Of, one.Of...)
		} else {
			p.rev.Replaces = append(p.rev.Replaces, one)
		}
	}
	return true
}

// A replacedReader reads a line of replaced revisions.
type replacedReader struct {
	p      *fileParser
	text   string // what is left
	pos    Position
	failed bool
}

// maxNested is how many squashes one may stand in the place of another.
const maxNested = 32

// list reads to the end of the line, or to the parenthesis that ends a group.
func (r *replacedReader) list(depth int) (list []Replaced) {
	for !r.failed {
		r.take(len(r.text) - len(unindented(r.text)))
		n := strings.IndexAny(r.text, ",()")
		if n < 0 {
			n = len(r.text)
		}
		one := Replaced{Ref: Ref{Name: strings.TrimSpace(r.text[:n]), Pos: r.pos}}
		valid := r.p.checkID(one.Ref, "replaces")
		r.failed = r.failed || !valid && one.Name == ""
		r.take(n)
		if strings.HasPrefix(r.text, "(") {
			open := r.pos
			r.take(1)
			switch {
			case depth == maxNested:
				r.fail(open, "squashes stand in one another here more than %d deep", maxNested)
			default:
				one.Of = r.list(depth + 1)
			}
			if !strings.HasPrefix(r.text, ")") {
				r.fail(open, "this parenthesis is not closed on its line")
			}
			r.take(1)
			r.take(len(r.text) - len(unindented(r.text)))
		}
		if valid {
			list = append(list, one)
		}
		switch {
		case strings.HasPrefix(r.text, ","):
			r.take(1)
		case r.text == "", depth > 0 && r.text[0] == ')':
			return list
		default:
			r.fail(r.pos, "a comma is missing here, or a parenthesis is too many")
		}
	}
	return list
}

func (r *replacedReader) take(n int) {
	n = min(n, len(r.text))
	r.pos = r.pos.Advance(r.text[:n])
	r.text = r.text[n:]
}

// fail reports the first mistake of a line.
func (r *replacedReader) fail(pos Position, format string, args ...any) {
	if !r.failed {
		r.failed = true
		r.p.errs.Add(pos, format, args...)
	}
}

// checkReplaces checks the whole list: a squash begins the chain, and replaces each revision once.
func (p *fileParser) checkReplaces() {
	if len(p.rev.Replaces) == 0 {
		return
	}
	if on := append(slices.Clip(p.rev.Revises), p.rev.DependsOn...); len(on) > 0 {
		e := p.errs.Add(on[0].Pos, "a revision that replaces others stands on none, and this one names %q", on[0].Name)
		e.Hint = "put what it stands on into replaces as well"
	}
	seen := map[string]Position{}
	Each(p.rev.Replaces, func(r Replaced) {
		first, twice := seen[r.Name]
		switch {
		case r.Name == p.rev.ID.Name:
			p.errs.Add(r.Pos, "the revision replaces itself")
		case twice:
			p.errs.Add(r.Pos, "replaces %q twice; first at line %d", r.Name, first.Line)
		default:
			seen[r.Name] = r.Pos
		}
	})
}

// replacedLines are the values of the header's lines, of some length at most.
func replacedLines(list []Replaced) (lines []string) {
	const most = 100
	line := ""
	add := func(piece string) {
		if line != "" && len(line)+len(piece) > most {
			lines = append(lines, line)
			line = ""
		}
		if line != "" {
			line += ", "
		}
		line += piece
	}
	for _, r := range list {
		if len(r.Of) == 0 {
			add(r.Name)
			continue
		}
		group := ""
		for _, of := range r.Of {
			piece := of.text()
			if group != "" && len(group)+len(piece) > most-len(r.Name) {
				add(fmt.Sprintf("%s(%s)", r.Name, group))
				group = ""
			}
			if group != "" {
				group += ", "
			}
			group += piece
		}
		add(fmt.Sprintf("%s(%s)", r.Name, group))
	}
	if line != "" {
		lines = append(lines, line)
	}
	return lines
}

// text is a revision with all that it stood for, in one line.
func (r Replaced) text() string {
	if len(r.Of) == 0 {
		return r.Name
	}
	of := make([]string, len(r.Of))
	for i, o := range r.Of {
		of[i] = o.text()
	}
	return r.Name + "(" + strings.Join(of, ", ") + ")"
}
