package parser

import (
	"crypto/sha256"
	"hash"
	"strings"
)

// A chainSum computes Statement.Sum: of each statement, SHA-256 over the sum before it and its tokens. Every token ends with a NUL
// byte, which none can hold, so no two streams of tokens are written alike; an empty token stands before the data of COPY.
type chainSum struct {
	hash hash.Hash
	buf  []byte
	last Sum
}

func newChainSum() chainSum {
	return chainSum{hash: sha256.New(), buf: make([]byte, 0, 4096)}
}

// start begins a statement.
func (c *chainSum) start() {
	c.hash.Reset()
	c.buf = append(c.buf[:0], c.last[:]...)
}

// token adds one token.
func (c *chainSum) token(kind tokenKind, text string) {
	if kind == continuedToken {
		c.write("\n") // white space is no token; so 'a' 'b' is not what 'a' and 'b' on the next line are
		c.write("\x00")
	}
	if kind == stringToken || kind == quotedToken || kind == continuedToken {
		c.lines(text)
	} else {
		c.write(text)
	}
	c.write("\x00")
}

// data adds the data of COPY.
func (c *chainSum) data(text string) {
	c.write("\x00")
	c.lines(text)
}

// lines writes text with CRLF as LF: what a checkout with other line endings changes is no change.
func (c *chainSum) lines(text string) {
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

func (c *chainSum) write(text string) {
	for len(text) > cap(c.buf)-len(c.buf) {
		n := cap(c.buf) - len(c.buf)
		c.hash.Write(append(c.buf, text[:n]...))
		c.buf, text = c.buf[:0], text[n:]
	}
	c.buf = append(c.buf, text...)
}

// end ends the statement and returns its sum.
func (c *chainSum) end() Sum {
	c.hash.Write(c.buf)
	c.hash.Sum(c.last[:0])
	return c.last
}
