package parser

import "strings"

const (
	beginLine = "-- +begin"
	endLine   = "-- +end"
	resetLine = "-- +reset"
)

// blockLine returns the end of the line that begins here if it is a "-- +begin", "-- +end" or "-- +reset", else 0.
func (s *scanner) blockLine() int {
	if !s.startsLine(s.at) {
		return 0
	}
	rest := s.text[s.at:]
	for _, mark := range [...]string{beginLine, endLine, resetLine} {
		if strings.HasPrefix(rest, mark) && (len(rest) == len(mark) || s.bytes[rest[len(mark)]]&wordByte == 0) {
			return s.at + lineLength(rest)
		}
	}
	return 0
}

// startsLine reports whether a line begins at an offset.
func (s *scanner) startsLine(at int) bool {
	return at == 0 && s.lineStart || at > 0 && s.text[at-1] == '\n'
}

// lineLength is the length of the first line, without its line break.
func lineLength(text string) int {
	n := strings.IndexByte(text, '\n')
	if n < 0 {
		n = len(text)
	}
	if n > 0 && text[n-1] == '\r' {
		n--
	}
	return n
}

// nextLine returns the offset of the line behind an offset.
func (s *scanner) nextLine(at int) int {
	i := strings.IndexByte(s.text[at:], '\n')
	if i < 0 {
		return len(s.text)
	}
	return at + i + 1
}

// block reads what stands between "-- +begin" (the next token) and "-- +end" as one statement. Nothing in it is looked at: it is for
// text that the scanner does not understand. It gives no statement if there is none, and at a mistake.
func (s *Splitter) block(stmt *Statement) bool {
	mark := s.tok.start
	if !s.exactLine(beginLine) {
		s.strayLine()
		return false
	}
	start := s.scan.nextLine(mark)
	end := start
	for {
		if end == len(s.scan.text) {
			s.scan.at = end
			s.fail(mark, "-- +begin without -- +end")
			return false
		}
		s.scan.at = end
		if stop := s.scan.blockLine(); stop > 0 {
			s.tok = token{lineToken, end, stop}
			s.scan.at = stop
			break
		}
		end = s.scan.nextLine(end)
	}
	if !s.exactLine(endLine) {
		s.strayLine()
		return false
	}
	s.scan.at = s.scan.nextLine(end)
	s.lastEnd = -1

	from, to := s.scan.trimBlock(start, end)
	inner := s.scan
	inner.text, inner.lexState = s.scan.text[from:to], lexState{}
	tok := inner.next()
	for tok.kind == terminatorToken {
		tok = inner.next()
	}
	if tok.kind == endToken {
		return false
	}
	if !s.advance(from) || !s.checkNUL(to) {
		return false
	}
	*stmt = Statement{Text: s.scan.text[from:to], Pos: s.pos}
	s.identify(func(c *streamSum) { c.verbatim(stmt.Text) })
	s.readBy, s.raw = s.scan.modes, true
	stmt.Class = s.classOf(stmt.Text)
	s.follow(stmt.Text)
	return true
}

// classOf is the class of a text that is not read as a statement.
func (s *Splitter) classOf(text string) Class {
	scan := s.scan.within(text)
	word, _ := scan.word()
	if first := s.heads[packWord(word)]; first != nil {
		return s.classify(first.patterns, text)
	}
	return Plain
}

// trimBlock leaves out blanks and whole-line comments at both ends.
func (s *scanner) trimBlock(from, to int) (int, int) {
	const blanks = " \t\r\n\f\v"
	comment := func(line string) bool {
		line = strings.TrimLeft(line, blanks)
		return strings.HasPrefix(line, "--") || s.d.HashComment && strings.HasPrefix(line, "#")
	}
	for {
		text := strings.TrimLeft(s.text[from:to], blanks)
		from = to - len(text)
		if !comment(text) {
			break
		}
		from = min(s.nextLine(from), to)
	}
	for from < to {
		text := strings.TrimRight(s.text[from:to], blanks)
		to = from + len(text)
		line := strings.LastIndexByte(text, '\n') + 1
		if line == 0 || !comment(text[line:]) {
			break
		}
		to = from + line
	}
	return from, to
}

// reset passes over a "-- +reset" (the next token): what follows is read as at the start of a section.
func (s *Splitter) reset() {
	s.scan.at = s.scan.nextLine(s.tok.start)
	s.lastEnd = -1
	s.setModes(defaultModes(s.scan.d))
	s.kept = nil
	s.clean = true
}

// isReset reports whether the next token is a "-- +reset" that is right as it stands.
func (s *Splitter) isReset() bool { return s.tok.kind == lineToken && s.exactLine(resetLine) }

// exactLine reports whether the next token is this line, but for blanks behind it.
func (s *Splitter) exactLine(mark string) bool {
	return strings.TrimRight(s.scan.text[s.tok.start:s.tok.end], " \t\r\f") == mark
}

// strayLine reports a "-- +begin" or "-- +end" that has no place where it stands.
func (s *Splitter) strayLine() {
	line := s.scan.text[s.tok.start:s.tok.end]
	mark := endLine
	for _, m := range [...]string{beginLine, resetLine} {
		if strings.HasPrefix(line, m) {
			mark = m
		}
	}
	switch {
	case !s.exactLine(mark):
		s.fail(s.tok.start, "nothing may stand behind "+mark+" on its line")
	case s.end > 0:
		s.fail(s.tok.start, mark+" stands inside a statement")
		s.scan.err.hint = "end the statement before it"
	case mark != endLine:
		s.fail(s.tok.start, mark+" inside of -- +begin and -- +end")
	default:
		s.fail(s.tok.start, "-- +end without -- +begin")
	}
}
