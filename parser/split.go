package parser

import (
	"bytes"
	"crypto/sha256"
	"hash"
	"hash/crc32"
	"io"
	"strings"
	"unicode/utf8"
)

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
// before, and a few settings that statements have changed; so of a file it holds a window, which is as long as the longest statement.
type Splitter struct {
	scan  scanner
	skims *skimTable
	heads map[uint64]*firstWord
	pos   Position // of the offset base
	base  int
	err   error

	src    io.Reader // nil: the window goes to the end of the text
	held   string
	hash   hash.Hash // of what was read from src, where a sum is kept
	check  uint32    // the same, always
	window int       // how much is read at a time
	ends   []dataEnd // where data of COPY may end
	origin int       // of src, in the file of ends
	reuse  bool      // nobody keeps what was given before
	spare  []byte    // a window that nobody has been given a piece of
	rest   *copyRest // data of COPY that is not read yet
	sum    *streamSum
	each   *streamSum // of one statement at a time
	bom    bool       // a byte order mark may come first
	passed place

	readBy  modes // of the statement given last
	raw     bool  // it stood between "-- +begin" and "-- +end"
	classes classifier
	kept    map[string]modes // values of sql_mode in variables, by their names in capitals

	// lastEnd is the offset behind the last terminator, -1 behind a line of its own and at the start: a command of a client can begin
	// only on a line where nothing has ended.
	lastEnd int
	clean   bool // a "-- +reset" stands behind the statement given last

	nul int // offset of the first NUL byte in the window, -1: there is none

	// Of the statement that is being read.
	tok    token      // the next token
	first  *firstWord // what its first word says; nil: nothing
	prev   token      // the one before, but for marks of conditional code; zero at the start
	end    int        // the end of all that was taken; 0 at the start
	copy   bool       // it is COPY … FROM STDIN
	open   []opened
	oracle bool // MariaDB's Oracle mode, by sql_mode or by the look of the statement
	// foreign is where its text in another language stands, in the window.
	foreign extent
}

// An extent is a piece of a text, by offsets; without length it is none.
type extent struct{ from, to int }

// behind is the extent in the text that begins at an offset.
func (e extent) behind(start int) extent {
	if e.to == 0 {
		return extent{}
	}
	return extent{e.from - start, e.to - start}
}

// NewSplitter returns a Splitter at the start of a text. start is where the text stands in its file; a byte order mark at the start
// of a file is passed over. The dialect must not be changed while the Splitter is in use.
func NewSplitter(start Position, text string, d *Dialect) *Splitter {
	held := text
	if rest, ok := strings.CutPrefix(text, byteOrderMark); ok && start.Offset == 0 {
		start.Offset, text = len(byteOrderMark), rest
	}
	made := d.made()
	return &Splitter{
		held: held, pos: start, lastEnd: -1, heads: made.heads, skims: made.skims, nul: strings.IndexByte(text, 0),
		scan: scanner{d: d, bytes: made.bytes, text: text, modes: defaultModes(d), lineStart: start.Col <= 1},
	}
}

// NewReader is NewSplitter for a text that is read while it is split.
func NewReader(start Position, src io.Reader, d *Dialect) *Splitter {
	return newReader(start, src, d, windowSize)
}

func newReader(start Position, src io.Reader, d *Dialect, window int) *Splitter {
	s := NewSplitter(start, "", d)
	s.src, s.window, s.bom = src, window, start.Offset == 0
	return s
}

// KeepSum has the Splitter compute Sum. It is called before the first Next.
func (s *Splitter) KeepSum() {
	s.sum = newStreamSum(s.scan.d)
	s.hash = sha256.New()
}

// KeepEach has the Splitter compute StatementSum. It is called before the first Next.
func (s *Splitter) KeepEach() { s.each = newStreamSum(s.scan.d) }

// StatementSum identifies the statement given last, as Sum does, without its data of COPY.
func (s *Splitter) StatementSum() Sum { return s.each.sum() }

// Reuse is for looking at the statements only, and is called before the first Next. The Splitter then reads into the same memory again and again:
// what a Statement holds is good until its Rest is read or Next called again. Data of COPY that nobody reads may be passed over without reading
// them, and Check tells nothing then.
func (s *Splitter) Reuse() { s.reuse = true }

// Sum identifies all statements given so far, with the data of COPY as far as it is read: it is computed without comments, the white space that
// separates nothing, line endings and a byte order mark, and any literal counts.
func (s *Splitter) Sum() Sum { return s.sum.sum() }

// ByteSum is, when Next has said that there are no more statements, the sum of the text's bytes, which were read anyway. It takes KeepSum.
func (s *Splitter) ByteSum() Sum {
	if s.window == 0 {
		return sha256.Sum256([]byte(s.held))
	}
	return Sum(s.hash.Sum(nil))
}

// Check tells, when Next has said that there are no more statements, one text from another: quicker than a sum, but not against intent.
func (s *Splitter) Check() uint32 {
	if s.window == 0 {
		return crc32.Checksum(bytesOf(s.held), castagnoli())
	}
	return s.check
}

// castagnoli is the polynomial that processors have an instruction for.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// lookahead is how far behind a terminator, in bytes, the text may say something about what is before it.
const lookahead = 64

// A place is one between statements, with all that reading a statement changes.
type place struct {
	lex     lexState
	modes   modes
	pos     Position
	base    int
	lastEnd int
	clean   bool
}

// Next returns the next statement, or false if there is none. A mistake is an ErrorList, any other error one of reading the text. After an
// error it gives the same error again.
func (s *Splitter) Next() (Statement, bool, error) {
	for s.rest != nil && s.err == nil { // nobody has read them
		if s.reuse && s.sum == nil && s.jump() {
			continue
		}
		if _, err := s.moreData(); err != nil {
			break
		}
	}
	var stmt Statement
	for s.err == nil {
		s.scan.ranOut = false
		ok := s.find(&stmt)
		if s.short() {
			s.goBack()
			stmt = Statement{}
			continue
		}
		if !ok && s.tok.kind != errorToken {
			s.checkNUL(len(s.scan.text))
		}
		if s.tok.kind == errorToken {
			s.checkNUL(s.scan.err.at)
			s.err = s.mistake(s.scan.err)
			break
		}
		if ok {
			stmt.Clean, s.clean = s.clean, false
		}
		return stmt, ok, nil
	}
	return Statement{}, false, s.err
}

// goBack reads on behind what it has passed over for good: the last statement, and gaps.
func (s *Splitter) goBack() {
	to := s.passed
	s.scan.lexState, s.pos, s.base, s.lastEnd = to.lex, to.pos, to.base, to.lastEnd
	s.clean = to.clean
	s.setModes(to.modes)
	s.scan.at = max(s.scan.at, s.scan.gap)
	if !s.checkNUL(s.scan.at) { // nobody would see it again
		s.err = s.mistake(s.scan.err)
		return
	}
	s.err = s.refill(max(s.scan.at-1, 0))
}

// short reports whether what was read may read differently with more text behind it.
func (s *Splitter) short() bool {
	return s.src != nil && s.rest == nil &&
		(s.scan.ranOut || s.scan.at+lookahead+len(s.scan.modes.delimiter) >= len(s.scan.text))
}

func (s *Splitter) mistake(e lexError) error {
	return ErrorList{{Pos: s.at(e.at), Msg: e.msg, Hint: e.hint}}
}

// refill moves the window to an offset in it, from which all is kept, and reads on: as much as there is already, a chunk at least.
func (s *Splitter) refill(from int) error {
	for n := 0; n < utf8.UTFMax && from > 0 && (from == len(s.scan.text) || !utf8.RuneStart(s.scan.text[from])); n++ {
		from-- // positions count characters
	}
	if s.base < from {
		s.pos = s.at(from)
		s.base = from
	}
	kept := s.scan.text[from:]
	buf := s.space(max(2*len(kept), len(kept)+s.window))
	n, err := fill(s.src, buf[copy(buf, kept):])
	if err == io.EOF {
		s.src = nil
	} else if err != nil {
		return err
	}
	buf = buf[:len(kept)+n]
	s.nul = nextNUL(s.nul, from, buf, len(kept))
	s.check = crc32.Update(s.check, castagnoli(), buf[len(kept):])
	if s.hash != nil {
		s.hash.Write(buf[len(kept):])
	}
	if s.bom {
		if len(buf) < len(byteOrderMark) && s.src != nil { // a window may be that small
			s.scan.text = string(buf)
			return s.refill(0)
		}
		s.bom = false
		if bytes.HasPrefix(buf, []byte(byteOrderMark)) {
			buf = buf[len(byteOrderMark):]
			s.nul = max(s.nul-len(byteOrderMark), -1)
			s.pos.Offset += len(byteOrderMark)
		}
	}
	s.scan.lineStart = s.scan.startsLine(from)
	s.scan.text = textOf(buf)
	s.scan.at -= from
	s.scan.join -= min(from, s.scan.join)
	s.scan.signs = 0
	s.base -= from
	if s.lastEnd >= 0 {
		s.lastEnd = max(s.lastEnd-from, 0)
	}
	return nil
}

// fill reads until buf is full, and gives io.EOF only where the source has given it: a source that breaks off may say io.ErrUnexpectedEOF, and
// io.ReadFull would say the same of its end.
func fill(src io.Reader, buf []byte) (n int, err error) {
	for empty := 0; n < len(buf) && err == nil; {
		var read int
		read, err = src.Read(buf[n:])
		n += read
		if empty++; read > 0 {
			empty = 0
		}
		if empty == 100 {
			return n, io.ErrNoProgress
		}
	}
	return n, err
}

// nextNUL is where the first NUL byte is when the window has moved: nul is where it was, and of buf the first kept bytes are known.
func nextNUL(nul, moved int, buf []byte, kept int) int {
	if nul >= moved {
		return nul - moved
	}
	if i := bytes.IndexByte(buf[kept:], 0); i >= 0 {
		return kept + i
	}
	return -1
}

// space is memory for the next window. Data of COPY are handed out as copies, so theirs can serve again.
func (s *Splitter) space(n int) []byte {
	if !s.reuse && s.rest == nil {
		return make([]byte, n)
	}
	if cap(s.spare) < n {
		s.spare = make([]byte, n)
	}
	return s.spare[:n]
}

// setModes has what follows read by other modes.
func (s *Splitter) setModes(m modes) {
	if m.delimiter != s.scan.modes.delimiter || m.brackets != s.scan.modes.brackets {
		s.skims = s.scan.d.made().skims
		if m.delimiter != "" || m.brackets {
			s.skims = skimClasses(s.scan.d, s.scan.bytes, m)
		}
	}
	s.scan.modes = m
}

// find reads to the next statement, over all that is none, and reads it.
func (s *Splitter) find(stmt *Statement) bool {
	for first := true; ; first = false {
		s.scan.fresh, s.scan.depth = true, 0
		s.scan.gap = -1
		if s.src != nil && (first || !s.short()) {
			s.passed = place{s.scan.lexState, s.scan.modes, s.pos, s.base, s.lastEnd, s.clean}
			s.scan.gap = 0
		}
		s.prev, s.end, s.copy, s.first, s.foreign = token{}, 0, false, nil, extent{}
		s.tok = s.scan.next()
		switch s.tok.kind {
		case endToken, errorToken:
			return false
		case terminatorToken:
			s.lastEnd = s.scan.at
			continue
		case lineToken:
			if s.isReset() {
				s.reset()
				continue
			}
			if ok := s.block(stmt); ok || s.tok.kind == errorToken {
				return ok
			}
			continue
		}
		s.lookUp()
		if s.clientLine() {
			continue
		}
		if s.tok.kind == errorToken {
			return false
		}
		return s.statement(stmt)
	}
}

// lookUp looks for the next token among the words that say something of the statement that begins with them.
func (s *Splitter) lookUp() {
	if s.tok.kind == wordToken {
		s.first = s.heads[packWord(s.scan.text[s.tok.start:s.tok.end])]
	}
}

// statement reads the statement whose first token is the next one.
func (s *Splitter) statement(stmt *Statement) bool {
	start := s.tok.start
	if !s.advance(start) {
		return false
	}
	if s.tok.kind == markToken {
		s.skipMarks()
		s.lookUp()
	}
	h := s.head()
	s.readBy, s.raw = s.scan.modes, false
	s.read(h)
	switch s.tok.kind {
	case terminatorToken:
		s.end = s.scan.lastCode(s.end, s.tok.start, s.end) // with a comment that stands before it
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
		return false
	}
	s.lastEnd = s.scan.at
	stmt.Text, stmt.Pos = s.scan.text[start:s.end], s.pos
	if s.copy {
		s.copyData(stmt)
		if s.tok.kind == errorToken {
			return false
		}
	}
	if !s.checkNUL(s.scan.at) {
		return false
	}
	s.identify(func(c *streamSum) { c.statement(&s.scan, stmt.Text, s.foreign.behind(start)) })
	if stmt.Copy && s.sum != nil && !s.short() {
		s.sum.data(stmt.Data)
		if s.rest == nil {
			s.sum.endData()
		}
	}
	if len(h.patterns) > 0 {
		stmt.Class = s.classify(h.patterns, stmt.Text)
	}
	if h.modes {
		s.follow(stmt.Text)
	}
	return true
}

// identify adds the statement that was read to the sums: it is what add writes.
func (s *Splitter) identify(add func(c *streamSum)) {
	if s.each != nil {
		s.each.restart()
		s.identifyIn(s.each, add)
	}
	if s.sum != nil && !s.short() {
		s.identifyIn(s.sum, add)
	}
}

func (s *Splitter) identifyIn(c *streamSum, add func(c *streamSum)) {
	if s.clean {
		c.reset()
	}
	add(c)
}

// head tells what the words say that the statement begins with. What does not begin with a word is looked at for everything but a class; in MySQL a word
// may be a label.
func (s *Splitter) head() (h head) {
	if s.tok.kind != wordToken {
		return head{grammar: true, modes: true}
	}
	text := s.scan.text
	if s.first != nil {
		h = s.first.head
		if s.first.seconds != nil {
			if next, _ := s.scan.plainWord(text, s.tok.end); next != 0 {
				h = s.first.followed(next)
			}
		}
	}
	if s.scan.d.Bodies == ProgramBodies && !h.grammar {
		at := s.scan.behindBlanks(text, s.tok.end)
		h.grammar = at < len(text) && (text[at] == ':' || text[at] == '/' || text[at] == '-' || text[at] == '#')
	}
	return h
}

// read reads to the end of a statement: then the next token is a terminator, the end of the text, or what has no place here.
func (s *Splitter) read(h head) {
	if h.grammar {
		switch {
		case s.scan.modes.delimiter != "":
			s.rawProgram()
		case s.scan.d.CopyData && s.is("COPY"):
			s.copyStatement()
		case s.scan.d.Bodies == AtomicBodies:
			s.atomicBody()
		case s.scan.d.Bodies == ProgramBodies:
			s.program()
		case s.scan.d.Bodies == TriggerBodies:
			s.trigger()
		}
	}
	s.toEnd() // between other delimiters raw, as the client takes it
}

// step takes the next token into the statement and reads the one behind it.
func (s *Splitter) step() {
	s.prev = s.tok
	s.take()
	s.skipMarks()
}

func (s *Splitter) take() {
	s.end = s.tok.end
	s.goOn()
}

// goOn reads the token behind one of a statement. A line "-- +reset" is the end there, as the end of the section is.
func (s *Splitter) goOn() {
	s.tok = s.scan.next()
	if s.isReset() {
		s.scan.at = s.tok.start
		s.tok = token{endToken, s.scan.at, s.scan.at}
	}
}

// skipMarks takes the marks of conditional code, so that the grammar sees only what is in it.
func (s *Splitter) skipMarks() {
	for s.tok.kind == markToken {
		s.take()
	}
}

// over reports whether the next token is none of the statement.
func (s *Splitter) over() bool { return s.tok.kind < wordToken }

// toEnd takes all up to the terminator.
func (s *Splitter) toEnd() {
	if s.over() {
		return
	}
	s.prev = token{}
	end, ok := s.scan.skim(s.skims, s.tok.end)
	s.end = end
	at := s.scan.at
	switch {
	case ok && at < len(s.scan.text) && s.scan.text[at] == ';' && s.skims[';'] == semicolonByte: // where skim stops most
		s.tok = s.scan.take(terminatorToken, 1)
	case ok:
		s.goOn()
	default:
		s.tok = token{errorToken, s.scan.at, s.scan.at}
	}
}

// is reports whether the next token is one of these words, as a keyword: unquoted, and not behind a dot; in MySQL not directly before a dot and
// a name either.
func (s *Splitter) is(words ...string) bool {
	if s.tok.kind != wordToken || s.prev.kind == otherToken && s.scan.text[s.prev.start:s.prev.end] == "." {
		return false
	}
	text := s.scan.text[s.tok.start:s.tok.end]
	if rest := s.scan.text[s.tok.end:]; s.scan.d.Bodies == ProgramBodies && len(rest) > 1 && rest[0] == '.' && s.scan.bytes[rest[1]]&wordByte != 0 {
		return false
	}
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
	s.scan.err = lexError{at: at, msg: msg}
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
	if s.nul < 0 || s.nul >= end {
		return true
	}
	s.fail(s.nul, "NUL byte in SQL text")
	return false
}
