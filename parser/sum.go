package parser

import (
	"crypto/sha256"
	"hash"
	"strings"
)

// A streamSum computes Splitter.Sum: SHA-256 over the statements' code. Comments and white space between tokens are left out, but for one blank
// where two tokens would otherwise read as another; a statement ends with a NUL byte, which no text can hold, and so do the
// data of COPY.
type streamSum struct {
	hash    hash.Hash
	skims   skimTable // blanks matter, too
	touches [256]touching
	buf     []byte
	start   int  // of the last piece
	end     int  // of it; 0: there is none yet
	cr      bool // the last byte of the last data was \r
}

func newStreamSum(d *Dialect) *streamSum {
	classes := byteClasses(d)
	c := &streamSum{hash: sha256.New(), buf: make([]byte, 0, 4<<10), skims: *skimClasses(d, classes, modes{}), touches: touchTable(d, classes)}
	for b, class := range classes {
		if class == blankByte {
			c.skims[b] = blankByte
		}
	}
	return c
}

// statement adds one whose text has been read by the rules of outer. What foreign says of it is in another language.
func (c *streamSum) statement(outer *scanner, text string, foreign extent) {
	c.cr = false
	c.skims['['] = outer.d.made().skims['[']
	if outer.modes.brackets {
		c.skims['['] = squareByte
	}
	if foreign.to > 0 {
		c.code(outer, text[:foreign.from])
		c.write("\n")
		c.lines(text[foreign.from:foreign.to])
		text = text[foreign.to:]
	}
	c.code(outer, text)
	c.write("\x00")
}

// code adds a piece of a statement that no token goes beyond.
func (c *streamSum) code(outer *scanner, text string) {
	s := outer.within(text)
	s.sum = c
	c.start, c.end = 0, 0
	if _, ok := s.skim(&c.skims, 0); !ok {
		c.lines(text[c.end:]) // a block's text, or a mode that is not known here
	}
}

// piece adds a piece of a statement's text without comments and blanks outside of quotes.
func (c *streamSum) piece(s *scanner, from, to int) {
	if from == to {
		return
	}
	switch {
	case c.end == 0:
	case s.d.TypedStrings && s.text[c.end-1] == '\'' && s.text[from] == '\'' && strings.IndexByte(s.text[c.end:from], '\n') >= 0:
		c.write("\n") // 'a' and 'b' on the next line are one string
	case c.touches[s.text[c.end-1]] != touchesNone && c.separates(s, from, to):
		c.write(" ")
	}
	if piece := s.text[from:to]; len(piece) < 64 && len(c.buf)+len(piece) <= cap(c.buf) && strings.IndexByte(piece, '\r') < 0 {
		c.buf = append(c.buf, piece...)
	} else {
		c.lines(piece)
	}
	c.start, c.end = from, to
}

// separates reports whether the last token of the last piece and the first of the one between two offsets would be others, were there no blanks and
// comments between them.
func (c *streamSum) separates(s *scanner, from, to int) bool {
	a, b := s.text[c.end-1], s.text[from]
	switch left, right := c.touches[a], c.touches[b]; {
	case left == touchesWords && right == touchesWords:
		return true
	case left == touchesNone || right == touchesNone:
		return b == '(' && s.d.Variables != "" && left == touchesWords && s.afterVariable(c.end)
	case a == '.' || b == '.':
		return isDigit(a) || isDigit(b) || a == b
	case left == touchesWords && right == touchesOperators: // 1e +5 is no number, and u &'…' no string
		return (b == '+' || b == '-') && s.exponentEnds(c.start, c.end) || b == '&' && s.d.TypedStrings && a|0x20 == 'u'
	case left == touchesOperators && right == touchesOperators:
		return c.joins(s, from, to)
	case left == touchesOperators:
		return (s.d.AtNames || s.d.Variables != "") && strings.IndexByte("@:#?", a) >= 0 ||
			a == '&' && s.d.TypedStrings && right == touchesQuotes ||
			(a == '+' || a == '-') && isDigit(b) && s.exponentEnds(c.start, c.end-1) ||
			a == '!' && isDigit(b) && s.d.ConditionalCode && opensCode(s.text[c.start:c.end])
	case left == touchesQuotes:
		return right == touchesQuotes
	default:
		return right != touchesOperators
	}
}

// exponentEnds reports whether what ends at an offset is a number with an "e" behind it.
func (s *scanner) exponentEnds(floor, end int) bool {
	if end <= floor || s.text[end-1]|0x20 != 'e' {
		return false
	}
	start := end - 1
	for start > floor && (s.bytes[s.text[start-1]]&wordByte != 0 || s.text[start-1] == '.') {
		start--
	}
	return start < end-1 && (isDigit(s.text[start]) || s.text[start] == '.')
}

// opensCode reports whether a text ends in a mark of conditional code that may have a number behind it.
func opensCode(text string) bool {
	return strings.HasSuffix(text, "/*!") || strings.HasSuffix(text, "/*M!")
}

// What a byte could make one token with, if no blank were between them.
type touching uint8

const (
	touchesNone touching = iota
	touchesWords
	touchesQuotes
	touchesOperators
)

func touchTable(d *Dialect, classes *[256]byteClass) (t [256]touching) {
	for i, class := range classes {
		b := byte(i)
		switch {
		case class&wordByte != 0:
			t[i] = touchesWords
		case strings.IndexByte("'\"`[", b) >= 0 && class != otherByte, b == ']' && d.Brackets:
			t[i] = touchesQuotes
		case strings.IndexByte("(),;[]{}", b) >= 0, class == blankByte:
			t[i] = touchesNone
		default:
			t[i] = touchesOperators
		}
	}
	return t
}

// joins reports whether the operators at the end of the last piece would go on into those at the beginning of the one between two offsets.
func (c *streamSum) joins(s *scanner, from, to int) bool {
	start := c.end
	for start > c.start && c.touches[s.text[start-1]] == touchesOperators {
		start--
	}
	stop := from
	for stop < to && c.touches[s.text[stop]] == touchesOperators {
		stop++
	}
	joined := s.within(s.text[start:c.end] + s.text[from:stop])
	for joined.at < c.end-start {
		if tok := joined.next(); tok.kind < wordToken {
			return true // a comment would begin
		}
	}
	return joined.at != c.end-start
}

// afterVariable reports whether the word that ends at an offset is a variable's: a "(" right behind would belong to it.
func (s *scanner) afterVariable(end int) bool {
	start := end
	for start > 0 && s.bytes[s.text[start-1]]&wordByte != 0 {
		start--
	}
	return strings.IndexByte(s.d.Variables, s.text[start]) >= 0 || start > 0 && strings.IndexByte(s.d.Variables, s.text[start-1]) >= 0
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

// verbatim adds a statement of which every byte counts but for the line endings.
func (c *streamSum) verbatim(text string) {
	c.write("\x00")
	c.lines(text)
	c.write("\x00")
}

// reset adds that the session is made clean before the next statement: a block without text, which there is none of.
func (c *streamSum) reset() { c.verbatim("") }

// data adds a piece of the data of the last statement. Behind the last piece comes endData.
func (c *streamSum) data(text string) {
	if c.cr && !strings.HasPrefix(text, "\n") {
		c.write("\r")
	}
	text, c.cr = strings.CutSuffix(text, "\r")
	c.lines(text)
}

func (c *streamSum) endData() {
	if c.cr {
		c.write("\r")
	}
	c.write("\x00")
}

// lines writes text with CRLF as LF: what a checkout with other line endings changes is no change.
func (c *streamSum) lines(text string) {
	for {
		i := strings.Index(text, "\r\n")
		if i < 0 {
			c.write(text)
			return
		}
		c.write(text[:i])
		text = text[i+1:]
	}
}

func (c *streamSum) write(text string) {
	if len(c.buf)+len(text) > cap(c.buf) {
		c.hash.Write(c.buf)
		c.buf = c.buf[:0]
		for len(text) > cap(c.buf) {
			n := copy(c.buf[:cap(c.buf)], text)
			c.hash.Write(c.buf[:n])
			text = text[n:]
		}
	}
	c.buf = append(c.buf, text...)
}

// sum is the sum so far.
func (c *streamSum) sum() Sum {
	c.hash.Write(c.buf)
	c.buf = c.buf[:0]
	return Sum(c.hash.Sum(nil))
}

// restart forgets all that was added.
func (c *streamSum) restart() {
	c.hash.Reset()
	c.buf, c.start, c.end, c.cr = c.buf[:0], 0, 0, false
}
