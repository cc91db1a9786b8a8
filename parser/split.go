package parser

import "strings"

// Split cuts text into statements by the rules of a dialect. start is where text stands in its file. A mistake is an ErrorList, and
// there are no statements then: nobody can tell what the text behind a mistake means.
func Split(start Position, text string, d *Dialect) ([]Statement, error) {
	var all []Statement
	s := NewSplitter(start, text, d)
	for {
		stmt, ok, err := s.Next()
		if err != nil {
			return nil, err
		}
		if !ok {
			return all, nil
		}
		all = append(all, stmt)
	}
}

// A Splitter hands out the statements of a text one by one. For the next one it needs nothing but the text from the end of the one
// before, and a few settings that statements have changed.
type Splitter struct {
	scan scanner
	pos  Position // of the offset base
	base int
	err  error

	// lastEnd is the offset behind the last terminator, -1 behind a line of its own and at the start: a command of a client can begin
	// only on a line where nothing has ended.
	lastEnd int

	// Of the statement that is being read.
	tok    token // the next token
	prev   token // the one before, but for marks of conditional code; zero at the start
	end    int   // the end of all that was taken; 0 at the start
	copy   bool  // it is COPY … FROM STDIN
	open   []opened
	oracle bool // MariaDB's Oracle mode, by sql_mode or by the look of the statement
	sum    chainSum
}

// NewSplitter returns a Splitter at the start of a text. start is where the text stands in its file; a byte order mark at the start
// of a file is passed over. The dialect must not be changed while the Splitter is in use.
func NewSplitter(start Position, text string, d *Dialect) *Splitter {
	if rest, ok := strings.CutPrefix(text, byteOrderMark); ok && start.Offset == 0 {
		start.Offset, text = len(byteOrderMark), rest
	}
	s := &Splitter{pos: start, sum: newChainSum(), lastEnd: -1}
	s.scan = scanner{d: d, bytes: byteClasses(d), text: text, modes: defaultModes(d), lineStart: start.Col <= 1}
	return s
}

// Next returns the next statement, or false if there is none. After an error, which is an ErrorList, it gives the same error again.
func (s *Splitter) Next() (Statement, bool, error) {
	if s.err != nil {
		return Statement{}, false, s.err
	}
	stmt, ok := s.find()
	if !ok && s.tok.kind != errorToken {
		s.checkNUL(len(s.scan.text))
	}
	if s.tok.kind == errorToken {
		s.checkNUL(s.scan.err.at)
		e := s.scan.err
		s.err = ErrorList{{Pos: s.at(e.at), Msg: e.msg, Hint: e.hint}}
		return Statement{}, false, s.err
	}
	return stmt, ok, nil
}

// find reads to the next statement, over all that is none, and reads it.
func (s *Splitter) find() (Statement, bool) {
	for {
		s.scan.fresh, s.scan.depth = true, 0
		s.prev, s.end, s.copy = token{}, 0, false
		s.tok = s.scan.next()
		switch s.tok.kind {
		case endToken, errorToken:
			return Statement{}, false
		case terminatorToken:
			s.lastEnd = s.scan.at
			continue
		case lineToken:
			if stmt, ok := s.block(); ok || s.tok.kind == errorToken {
				return stmt, ok
			}
			continue
		}
		if s.clientLine() {
			continue
		}
		if s.tok.kind == errorToken {
			return Statement{}, false
		}
		return s.statement()
	}
}

// statement reads the statement whose first token is the next one.
func (s *Splitter) statement() (Statement, bool) {
	start := s.tok.start
	if !s.advance(start) {
		return Statement{}, false
	}
	s.sum.start()
	s.skipMarks()
	s.read()
	switch s.tok.kind {
	case lineToken:
		s.strayLine()
	case backslashToken:
		s.backslash()
	case endToken:
		if s.scan.d.Parens && s.scan.depth > 0 {
			s.fail(s.scan.paren, "unclosed parenthesis")
		}
	}
	if s.tok.kind == errorToken {
		return Statement{}, false
	}
	s.lastEnd = s.scan.at
	stmt := Statement{Text: s.scan.text[start:s.end], Pos: s.pos}
	if s.copy {
		s.copyData(&stmt)
		if s.tok.kind == errorToken {
			return Statement{}, false
		}
	}
	if !s.checkNUL(s.scan.at) {
		return Statement{}, false
	}
	stmt.Sum = s.sum.end()
	stmt.Class = s.scan.classify(stmt.Text)
	s.follow(stmt.Text)
	return stmt, true
}

// read reads to the end of a statement: then the next token is a terminator, the end of the text, or what has no place here.
func (s *Splitter) read() {
	if s.scan.modes.delimiter != "" {
		s.toEnd() // raw, as the client takes it
		return
	}
	if s.scan.d.CopyData && s.is("COPY") {
		s.copyStatement()
		return
	}
	switch s.scan.d.Bodies {
	case AtomicBodies:
		s.atomicBody()
	case ProgramBodies:
		s.program()
	case TriggerBodies:
		s.trigger()
	}
	s.toEnd()
}

// step takes the next token into the statement and reads the one behind it.
func (s *Splitter) step() {
	s.prev = s.tok
	s.take()
	s.skipMarks()
}

func (s *Splitter) take() {
	s.sum.token(s.tok.kind, s.scan.text[s.tok.start:s.tok.end])
	s.end = s.tok.end
	s.tok = s.scan.next()
}

// skipMarks takes the marks of conditional code, so that the grammar sees only what is in it.
func (s *Splitter) skipMarks() {
	for s.tok.kind == markToken {
		s.take()
	}
}

// over reports whether the next token is none of the statement.
func (s *Splitter) over() bool { return s.tok.kind < wordToken }

func (s *Splitter) toEnd() {
	for !s.over() {
		s.step()
	}
}

// is reports whether the next token is one of these words, as a keyword: unquoted, and not behind a dot.
func (s *Splitter) is(words ...string) bool {
	if s.tok.kind != wordToken || s.prev.kind == otherToken && s.scan.text[s.prev.start:s.prev.end] == "." {
		return false
	}
	text := s.scan.text[s.tok.start:s.tok.end]
	for _, w := range words {
		if isWord(text, w) {
			return true
		}
	}
	return false
}

// accept takes the next token if it is one of these words.
func (s *Splitter) accept(words ...string) bool {
	if !s.is(words...) {
		return false
	}
	s.step()
	return true
}

// isSign reports whether the next token is this sign.
func (s *Splitter) isSign(sign string) bool {
	return s.tok.kind >= otherToken && s.scan.text[s.tok.start:s.tok.end] == sign
}

// nextIs reports whether the token behind the next one is one of these words.
func (s *Splitter) nextIs(words ...string) bool {
	tok := s.scan.peek()
	if tok.kind != wordToken {
		return false
	}
	for _, w := range words {
		if isWord(s.scan.text[tok.start:tok.end], w) {
			return true
		}
	}
	return false
}

// fail makes the next token a mistake.
func (s *Splitter) fail(at int, msg string) {
	s.scan.fail(at, msg)
	s.tok = token{errorToken, at, at}
}

// at is the position of an offset that is not before base.
func (s *Splitter) at(off int) Position { return s.pos.Advance(s.scan.text[s.base:off]) }

// advance moves base over what is no statement, so that every byte is counted once.
func (s *Splitter) advance(off int) bool {
	if !s.checkNUL(off) {
		return false
	}
	s.pos = s.at(off)
	s.base = off
	return true
}

// checkNUL reports whether the text up to an offset has no NUL byte. No dialect takes one, and the sums rely on it.
func (s *Splitter) checkNUL(end int) bool {
	i := strings.IndexByte(s.scan.text[s.base:end], 0)
	if i >= 0 {
		s.fail(s.base+i, "NUL byte in SQL text")
	}
	return i < 0
}
