package parser

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// Parse reads one revision file that is in memory. name stands in positions as it is given. dialects are the words that a marker may name. It
// reads lines only: no section is split. Mistakes are an ErrorList holding all that were found; the revision is then nil.
//
// The revision's texts are pieces of src, which must not be changed afterwards.
func Parse(name string, src []byte, dialects []string) (*Revision, error) {
	text := textOf(src)
	return parse(name, lineReader{text: text, size: len(text), nul: strings.IndexByte(text, 0)}, dialects)
}

// ParseFile is Parse for a file of any size. The sections do not hold their texts: they read them from src whenever they are asked. An error that is
// no ErrorList is one of reading.
func ParseFile(name string, src Source, dialects []string) (*Revision, error) {
	return parseFile(name, src, dialects, windowSize)
}

func parseFile(name string, src Source, dialects []string, window int) (*Revision, error) {
	return parse(name, lineReader{src: src, size: int(src.Size()), nul: -1, read: window}, dialects)
}

func parse(name string, lines lineReader, dialects []string) (*Revision, error) {
	made := &fileMemory{}
	made.rev.File = name
	p := &fileParser{rev: &made.rev, made: made, lines: lines, dialects: dialects}
	p.rev.Sections = made.list[:0]
	if err := p.run(Position{File: name, Line: 1, Col: 1}); err != nil {
		return nil, err
	}
	if err := p.errs.Err(); err != nil {
		return nil, err
	}
	return p.rev, nil
}

// A fileMemory is what nearly every file needs, made at once: of ten thousand files each piece of memory costs more than reading it.
type fileMemory struct {
	rev      Revision
	revises  [1]Ref
	sections [2]Section
	list     [2]*Section
	used     int // of sections
}

// section is memory for a section.
func (m *fileMemory) section() *Section {
	if m.used == len(m.sections) {
		return &Section{}
	}
	m.used++
	return &m.sections[m.used-1]
}

const byteOrderMark = "\uFEFF"

// utf16 finds by its first bytes a file that no dialect can read.
func utf16(start Position, text string, size int) *Error {
	const hint = "save it as UTF-8"
	if strings.HasPrefix(text, "\xFF\xFE") || strings.HasPrefix(text, "\xFE\xFF") {
		return &Error{Pos: start, Msg: "the file is UTF-16", Hint: hint}
	}
	if nul := strings.IndexByte(text[:min(2, len(text))], 0); nul >= 0 && size%2 == 0 { // "-\0-\0" or "\0-\0-": UTF-16 without a mark
		return &Error{Pos: start, Msg: "the file looks like UTF-16", Hint: hint}
	}
	return nil
}

// A fileParser walks through the lines of one file.
type fileParser struct {
	rev      *Revision
	made     *fileMemory
	lines    lineReader
	dialects []string
	errs     ErrorList
	seen     [maxKeys]seenKey // no slice, so that all of this can stay on the stack
	keys     int              // in seen
	comment  bool             // inside a /* comment of the header
	sql      bool             // text before the first marker was reported
	notUTF8  bool             // was reported
}

func (p *fileParser) run(pos Position) error {
	l := &p.lines
	if err := l.fill(); err != nil {
		return err
	}
	if err := utf16(pos, l.text, l.size); err != nil {
		return ErrorList{err}
	}
	if strings.HasPrefix(l.text, byteOrderMark) {
		l.at = len(byteOrderMark)
		pos.Offset = l.at
	}
	var open *Section
	for {
		if open != nil {
			if skipped := l.skip(); skipped != "" {
				if nul := l.nul; nul >= 0 && nul < l.base+l.at {
					return p.nulAt(nul, pos)
				}
				if l.src != nil {
					open.noteEnds(pos, skipped)
				}
				pos = pos.Advance(skipped)
			}
			l.sum()
			open.check = l.check
		}
		line, next, err := l.next()
		if err != nil {
			return err
		}
		if next == pos.Offset {
			break
		}
		if nul := l.nul; nul >= 0 && nul < next {
			return p.nulAt(nul, pos)
		}
		after := Position{File: pos.File, Offset: next, Line: pos.Line + 1, Col: 1}
		line = strings.TrimSuffix(line, "\r")
		if sec := p.marker(pos, line, open != nil); sec != nil {
			p.close(open, pos.Offset)
			open = sec
			open.Start = after
			p.rev.Sections = append(p.rev.Sections, sec)
			l.begin()
		} else if open == nil {
			p.headerLine(pos, line)
		} else if l.src != nil {
			open.noteEnds(pos, line)
		}
		pos = after
	}
	p.close(open, l.size)
	p.finish(Position{File: pos.File, Line: 1, Col: 1})
	return nil
}

// nulAt reports a NUL byte at an offset that is not before pos.
func (p *fileParser) nulAt(nul int, pos Position) error {
	before, err := p.lines.piece(pos.Offset, nul).String()
	if err != nil {
		return err
	}
	return ErrorList{{Pos: pos.Advance(before), Msg: "NUL byte in SQL text"}}
}

// close ends a section at an offset of the file.
func (p *fileParser) close(s *Section, end int) {
	if s == nil {
		return
	}
	if s.Start.Offset > end { // the marker is the last line and has no newline
		s.Start.Offset = end
	}
	s.Text = p.lines.piece(s.Start.Offset, end)
}

// finish checks what only the whole file shows, and hands the header's settings down to the sections.
func (p *fileParser) finish(start Position) {
	if p.seenIn("revision") == 0 {
		e := p.errs.Add(start, `no "-- revision: ID" line before the first marker`)
		e.Hint = "every revision file starts with one"
	}
	p.checkReplaces()
	hasUpgrade := false
	for i, s := range p.rev.Sections {
		s.Settings, s.Variables = s.Settings.over(p.rev.Settings), p.rev.Variables
		hasUpgrade = hasUpgrade || s.Kind == Upgrade
		for _, before := range p.rev.Sections[:i] {
			if before.Kind != s.Kind {
				continue
			}
			n := len(p.errs)
			if len(before.Dialects) == 0 && len(s.Dialects) == 0 {
				p.errs.Add(s.Pos, "a second -- +%s section; the first is at line %d", s.Kind, before.Pos.Line)
			}
			for _, d := range s.Dialects {
				if slices.Contains(before.Dialects, d) {
					p.errs.Add(s.Pos, "a second -- +%s section for %s; the first is at line %d", s.Kind, d, before.Pos.Line)
				}
			}
			if len(p.errs) > n {
				break
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
