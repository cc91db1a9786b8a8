package parser

import "strings"

// copyStatement reads a statement that begins with COPY, and finds out whether data follows it: with FROM STDIN, and with FROM STDOUT,
// which the server's grammar takes for the same (gram.y, copy_file_name). COPY (query) has no FROM of its own.
func (s *Splitter) copyStatement() {
	s.step()
	if s.tok.kind != openToken {
		for !s.over() {
			if s.scan.depth == 0 && s.accept("FROM") {
				s.copy = s.copy || s.is("STDIN", "STDOUT")
				continue
			}
			s.step()
		}
	}
	s.toEnd()
}

// copyData reads the data of COPY … FROM STDIN: from the line behind the one of its terminator to a line that is "\.".
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
	for end := start; end < len(text); {
		line := text[end:]
		line = line[:lineLength(line)]
		if line == `\.` {
			stmt.Copy, stmt.Data, stmt.DataPos = true, text[start:end], s.at(start)
			s.sum.data(stmt.Data)
			s.scan.at = s.scan.nextLine(end)
			s.lastEnd = -1
			return
		}
		// The next line that could be it.
		n := strings.Index(text[end:], "\n\\.")
		if n < 0 {
			break
		}
		end += n + 1
	}
	s.openCopy()
}

func (s *Splitter) openCopy() {
	s.fail(s.base, `inline data of COPY ... FROM STDIN is not ended by a line with \.`)
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
			return true
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
		s.fail(at, "text after COPY ... FROM STDIN; its data starts on the next line")
		return false
	}
	return true
}
