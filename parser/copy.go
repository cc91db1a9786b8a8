package parser

import (
	"io"
	"sort"
	"strings"
)

// copyStatement reads a statement that begins with COPY, and finds out whether data follows it: with FROM STDIN, and with FROM STDOUT,
// which the server's grammar takes for the same (gram.y, copy_file_name). COPY (query) has no FROM of its own. The first FROM decides: a condition
// behind it may have others (WHERE a IS DISTINCT FROM stdin).
func (s *Splitter) copyStatement() {
	s.step()
	for s.tok.kind != openToken && !s.over() && !s.is("FROM") {
		s.step()
		s.parentheses()
	}
	if s.scan.depth == 0 && s.accept("FROM") {
		s.copy = s.is("STDIN", "STDOUT")
	}
	s.toEnd()
}

// copyData reads the data of COPY … FROM STDIN: from the line behind the one of its terminator to a line that is "\.". What the window does not
// hold of it is left for later.
func (s *Splitter) copyData(stmt *Statement) {
	text := s.scan.text
	if s.tok.kind != terminatorToken || !s.copyLine() {
		if s.tok.kind != errorToken {
			s.openCopy()
		}
		return
	}
	start := s.scan.nextLine(s.scan.at)
	if text[start-1] != '\n' {
		s.openCopy()
		return
	}
	rest := &copyRest{s: s, lineStart: true}
	n, ended := rest.end(text[start:], s.src == nil)
	if !ended && s.src == nil {
		s.openCopy()
		return
	}
	stmt.Copy, stmt.Data, stmt.DataPos = true, text[start:start+n], s.at(start)
	s.scan.at = start + n
	if ended {
		s.scan.at = s.scan.nextLine(s.scan.at)
		s.lastEnd = -1
		return
	}
	rest.open = &Error{Pos: s.pos, Msg: openData}
	s.rest, stmt.Rest = rest, rest
}

// A copyRest reads the data of COPY that follows what the window held.
type copyRest struct {
	s         *Splitter
	left      string // read, but not given yet
	lineStart bool   // the next byte begins a line
	open      *Error // if the data does not end
}

func (r *copyRest) Read(p []byte) (int, error) {
	for r.left == "" {
		if r.s.rest != r {
			return 0, io.EOF
		}
		piece, err := r.s.moreData()
		if err != nil {
			return 0, err
		}
		r.left = piece
	}
	n := copy(p, r.left)
	r.left = r.left[n:]
	return n, nil
}

// end finds how much of text is data for certain, and whether the line "\." follows that. all says that nothing comes behind text.
func (r *copyRest) end(text string, all bool) (n int, ended bool) {
	for {
		switch line := text[n:]; {
		case !r.lineStart || !strings.HasPrefix(line, `\`):
		case !all && strings.IndexByte(line, '\n') < 0 && strings.HasPrefix(`\.`, line[:min(2, len(line))]):
			return n, false
		case line[:lineLength(line)] == `\.`:
			return n, true
		}
		i := strings.Index(text[n:], "\n\\")
		if i < 0 {
			break
		}
		n += i + 1
		r.lineStart = true
	}
	if text != "" {
		r.lineStart = text[len(text)-1] == '\n'
	}
	return len(text), false
}

// moreData reads the next piece of the data that is not read yet. Behind the last it gives io.EOF, and the next statement can be read.
func (s *Splitter) moreData() (string, error) {
	for s.err == nil {
		text := s.scan.text[s.scan.at:]
		n, ended := s.rest.end(text, s.src == nil)
		if nul := strings.IndexByte(text[:n], 0); nul >= 0 {
			s.err = s.mistake(lexError{at: s.scan.at + nul, msg: "NUL byte in SQL text"})
			break
		}
		s.scan.at += n
		switch {
		case n > 0:
			if s.sum != nil {
				s.sum.data(text[:n])
			}
			return text[:n], nil
		case ended:
			s.scan.at = s.scan.nextLine(s.scan.at)
			s.pos, s.base = s.at(s.scan.at), s.scan.at
			s.lastEnd = -1
			s.rest = nil
			if s.sum != nil {
				s.sum.endData()
			}
			if !s.reuse {
				s.spare = nil // the next statements are given from it
			}
			return "", io.EOF
		case s.src == nil:
			s.err = ErrorList{s.rest.open}
		default:
			s.err = s.refill(s.scan.at)
		}
	}
	return "", s.err
}

// copyLine reports whether the rest of the terminator's line is blank or a comment.
func (s *Splitter) copyLine() bool {
	text := s.scan.text
	for at := s.tok.end; at < len(text) && text[at] != '\n'; {
		switch {
		case s.scan.bytes[text[at]] == blankByte:
			at++
			continue
		case strings.HasPrefix(text[at:], "--"):
			n := strings.IndexAny(text[at:], "\r\n")
			if n < 0 || text[at+n] == '\n' {
				return true
			}
			at += n
			continue
		case strings.HasPrefix(text[at:], "/*"):
			s.scan.at = at
			if tok, ok := s.scan.slashComment(); ok {
				s.tok = tok // it is not closed
				return false
			}
			if strings.IndexByte(text[at:s.scan.at], '\n') < 0 {
				at = s.scan.at
				continue
			}
		}
		s.scan.at = at
		s.fail(at, "text after COPY ... FROM STDIN; its data starts on the next line")
		return false
	}
	return true
}

const openData = `inline data of COPY ... FROM STDIN is not ended by a line with \.`

// openCopy reports that the data do not end, as far as is to be seen.
func (s *Splitter) openCopy() {
	s.fail(s.base, openData)
	s.scan.ranOut = true
}

// A dataEnd is a line that begins with "\.", as the one does that ends the data of COPY.
type dataEnd struct{ offset, line int }

// maxEnds bounds what a section keeps of them.
const maxEnds = 1 << 14

// noteEnds keeps those among lines that begin at a position.
func (s *Section) noteEnds(pos Position, lines string) {
	for len(s.ends) < maxEnds {
		if strings.HasPrefix(lines, `\.`) {
			s.ends = append(s.ends, dataEnd{pos.Offset, pos.Line})
		}
		i := strings.Index(lines, "\n\\.")
		if i < 0 {
			return
		}
		pos = pos.Advance(lines[:i+1])
		lines = lines[i+1:]
	}
}

// jump passes over unread data up to the line where they may end, if that is known and not in the window. It does not look at what is between.
func (s *Splitter) jump() bool {
	src, ok := s.src.(io.Seeker)
	if !ok {
		return false
	}
	unread := s.at(s.scan.at).Offset
	window := unread + len(s.scan.text) - s.scan.at
	i := sort.Search(len(s.ends), func(i int) bool { return s.ends[i].offset >= unread })
	if i == len(s.ends) || s.ends[i].offset < window || s.ends[i].offset == unread {
		return false
	}
	if _, s.err = src.Seek(int64(s.ends[i].offset-s.origin), io.SeekStart); s.err != nil {
		return false
	}
	s.pos = Position{File: s.pos.File, Offset: s.ends[i].offset, Line: s.ends[i].line, Col: 1}
	s.scan.text, s.scan.at, s.scan.join, s.base, s.nul = "", 0, 0, 0, -1
	s.scan.lineStart, s.rest.lineStart = true, true
	return true
}
