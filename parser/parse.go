package parser

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads one revision file. name stands in positions as it is given. dialects are the words that a marker may name. It
// reads lines only: no section is split. Mistakes are an ErrorList holding all that were found; the revision is then nil.
func Parse(name string, src []byte, dialects []string) (*Revision, error) {
	p := &fileParser{rev: &Revision{File: name, Sum: sha256.Sum256(src)}, dialects: dialects, seen: map[string]Position{}}
	p.text = string(src)
	start := Position{File: name, Line: 1, Col: 1}
	if err := checkBytes(start, p.text); err != nil {
		return nil, ErrorList{err}
	}
	if rest, ok := strings.CutPrefix(p.text, byteOrderMark); ok {
		start.Offset = len(p.text) - len(rest)
	}
	p.run(start)
	if err := p.errs.Err(); err != nil {
		return nil, err
	}
	return p.rev, nil
}

const byteOrderMark = "\uFEFF"

// checkBytes refuses what no dialect can read: UTF-16, and NUL.
func checkBytes(start Position, text string) *Error {
	b := []byte(text[:min(len(text), 2)])
	if bytes.Equal(b, []byte{0xFF, 0xFE}) || bytes.Equal(b, []byte{0xFE, 0xFF}) {
		return &Error{Pos: start, Msg: "the file is UTF-16", Hint: "save it as UTF-8"}
	}
	nul := strings.IndexByte(text, 0)
	if nul < 0 {
		return nil
	}
	if nul < 2 && len(text)%2 == 0 { // "-\0-\0" or "\0-\0-": UTF-16 without a mark
		return &Error{Pos: start, Msg: "the file looks like UTF-16", Hint: "save it as UTF-8"}
	}
	return &Error{Pos: start.Advance(text[:nul]), Msg: "NUL byte in SQL text"}
}

// A fileParser walks through the lines of one file.
type fileParser struct {
	rev      *Revision
	text     string
	dialects []string
	errs     ErrorList
	seen     map[string]Position // header keys
	comment  bool                // inside a /* comment of the header
	sql      bool                // text before the first marker was reported
	notUTF8  bool                // was reported
}

func (p *fileParser) run(pos Position) {
	var open *Section
	for pos.Offset < len(p.text) {
		line := p.text[pos.Offset:]
		next := len(p.text)
		if i := strings.IndexByte(line, '\n'); i >= 0 {
			line, next = line[:i], pos.Offset+i+1
		}
		line = strings.TrimSuffix(line, "\r")
		after := Position{File: pos.File, Offset: next, Line: pos.Line + 1, Col: 1}

		if sec := p.marker(pos, line, open != nil); sec != nil {
			p.close(open, pos.Offset)
			open = sec
			open.Start = after
			p.rev.Sections = append(p.rev.Sections, sec)
		} else if open == nil {
			p.headerLine(pos, line)
		}
		pos = after
	}
	p.close(open, len(p.text))
	p.finish(Position{File: pos.File, Line: 1, Col: 1})
}

// close ends a section at an offset of the file.
func (p *fileParser) close(s *Section, end int) {
	if s == nil {
		return
	}
	if s.Start.Offset > end { // the marker is the last line and has no newline
		s.Start.Offset = end
	}
	s.Text = p.text[s.Start.Offset:end]
}

// finish checks what only the whole file shows, and hands the header's settings down to the sections.
func (p *fileParser) finish(start Position) {
	if _, ok := p.seen["revision"]; !ok {
		e := p.errs.Add(start, `no "-- revision: ID" line before the first marker`)
		e.Hint = "every revision file starts with one"
	}
	hasUpgrade := false
	for i, s := range p.rev.Sections {
		s.Settings = s.Settings.over(p.rev.Settings)
		hasUpgrade = hasUpgrade || s.Kind == Upgrade
		for _, before := range p.rev.Sections[:i] {
			if before.Kind != s.Kind {
				continue
			}
			if len(before.Dialects) == 0 && len(s.Dialects) == 0 {
				p.errs.Add(s.Pos, "a second -- +%s section; the first is at line %d", s.Kind, before.Pos.Line)
			}
			for _, d := range s.Dialects {
				if slices.Contains(before.Dialects, d) {
					p.errs.Add(s.Pos, "a second -- +%s section for %s; the first is at line %d", s.Kind, d, before.Pos.Line)
				}
			}
		}
	}
	if !hasUpgrade && len(p.errs) == 0 {
		e := p.errs.Add(start, "no -- +upgrade section")
		e.Hint = `put a line "-- +upgrade" before the statements; it may be followed by none`
	}
}

// valid reports whether a line of the structure is UTF-8, and the mistake if not. SQL may be any bytes, the structure may not.
func (p *fileParser) valid(pos Position, line string) bool {
	if utf8.ValidString(line) {
		return true
	}
	if !p.notUTF8 {
		p.notUTF8 = true
		i := 0
		for i < len(line) {
			r, n := utf8.DecodeRuneInString(line[i:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			i += n
		}
		e := p.errs.Add(pos.Advance(line[:i]), "header and markers must be UTF-8, and this byte is not")
		e.Hint = "save the file as UTF-8"
	}
	return false
}
