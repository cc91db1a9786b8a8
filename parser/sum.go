package parser

import (
	"crypto/sha256"
	"hash"
	"strings"
)

// A streamSum computes Splitter.Sum: SHA-256 over the statements' code. Comments and white space between tokens are left out, but for one blank
// where two tokens would otherwise read as another; a statement ends with a NUL byte, which no text can hold, the data of COPY with another.
type streamSum struct {
	hash    hash.Hash
	skims   skimTable // blanks matter, too
	touches [256]touching
	buf     []byte
	end     int  // of the last piece; 0: there is none yet
	cr      bool // the last byte of the last data was \r
}

func newStreamSum(d *Dialect) *streamSum {
	classes := byteClasses(d)
	c := &streamSum{hash: sha256.New(), buf: make([]byte, 0, 32<<10), skims: *skimClasses(d, classes, modes{}), touches: touchTable(d, classes)}
	for b, class := range classes {
		if class == blankByte {
			c.skims[b] = blankByte
		}
	}
	return c
}

// statement adds one whose text has been read by the rules of outer.
func (c *streamSum) statement(outer *scanner, text string) {
	s := outer.within(text)
	s.sum = c
	c.end, c.cr = 0, false
	if _, ok := s.skim(&c.skims, 0); !ok {
		c.lines(text[c.end:]) // a block's text, or a mode that is not known here
	}
	c.write("\x00")
}

// piece adds a piece of a statement's text without comments and blanks outside of quotes.
func (c *streamSum) piece(s *scanner, from, to int) {
	if from == to {
		return
	}
	switch {
	case c.end == 0:
	case s.text[c.end-1] == '\'' && s.text[from] == '\'' && strings.IndexByte(s.text[c.end:from], '\n') >= 0:
		c.write("\n") // 'a' and 'b' on the next line are one string
	case c.touches[s.text[c.end-1]] != touchesNone && s.separates(&c.touches, c.end, from):
		c.write(" ")
	}
	if piece := s.text[from:to]; len(piece) < 64 && len(c.buf)+len(piece) <= cap(c.buf) && strings.IndexByte(piece, '\r') < 0 {
		c.buf = append(c.buf, piece...)
	} else {
		c.lines(piece)
	}
	c.end = to
}

// separates reports whether the tokens that end and begin at two offsets, with only blanks and comments between, would be others without these.
func (s *scanner) separates(touches *[256]touching, end, begin int) bool {
	a, b := s.text[end-1], s.text[begin]
	switch left, right := touches[a], touches[b]; {
	case left == touchesWords && right == touchesWords:
		return true
	case left == touchesNone || right == touchesNone:
		return b == '(' && s.d.Variables != "" && left == touchesWords && s.afterVariable(end)
	case a == '.' || b == '.':
		return isDigit(a) || isDigit(b) || a == b
	case left == touchesOperators && right == touchesOperators:
		return s.joins(touches, end, begin)
	case left == touchesOperators:
		return (s.d.AtNames || s.d.Variables != "") && strings.IndexByte("@:#?", a) >= 0
	case left == touchesQuotes:
		return right == touchesQuotes
	default:
		return right != touchesOperators
	}
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
		case strings.IndexByte("(),;[]{}", b) >= 0:
			t[i] = touchesNone
		default:
			t[i] = touchesOperators
		}
	}
	return t
}

// joins reports whether an operator that ends at an offset would go on into the one that begins at another.
func (s *scanner) joins(touches *[256]touching, end, begin int) bool {
	start := end
	for start > 0 && touches[s.text[start-1]] == touchesOperators {
		start--
	}
	stop := begin
	for stop < len(s.text) && touches[s.text[stop]] == touchesOperators {
		stop++
	}
	joined := s.within(s.text[start:end] + s.text[begin:stop])
	for joined.at < end-start {
		if tok := joined.next(); tok.kind < wordToken {
			return true // a comment would begin
		}
	}
	return joined.at != end-start
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

// data adds a piece of the data of the last statement.
func (c *streamSum) data(text string) {
	if c.cr && !strings.HasPrefix(text, "\n") {
		c.write("\r")
	}
	text, c.cr = strings.CutSuffix(text, "\r")
	c.lines(text)
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
