package parser

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"unsafe"
)

// windowSize is how much of a file is read at a time, in bytes.
const windowSize = 256 << 10

// A lineReader gives the lines of a file one by one. Of a line that is longer than a window it gives the beginning: nothing that long is
// a marker or belongs into a header.
type lineReader struct {
	text string // all of the file, or a window on it
	base int    // offset of text in the file
	at   int    // of the next line, in text
	nul  int    // offset in the file of the first NUL byte that was seen, -1: none
	src  Source // nil: text is all
	size int    // of the file
}

// next returns the next line, with a carriage return that may end it, and the offset behind its line break. At the end, that does not move.
func (l *lineReader) next() (line string, behind int, err error) {
	n := strings.IndexByte(l.text[l.at:], '\n')
	if n < 0 && l.base+len(l.text) < l.size {
		if err := l.fill(); err != nil {
			return "", 0, err
		}
		n = strings.IndexByte(l.text[l.at:], '\n')
	}
	if n >= 0 {
		line = l.text[l.at : l.at+n]
		l.at += n + 1
		return line, l.base + l.at, nil
	}
	line = l.text[l.at:]
	l.at = len(l.text)
	for l.base+len(l.text) < l.size { // the rest of a long line
		if err := l.fill(); err != nil {
			return "", 0, err
		}
		if n := strings.IndexByte(l.text, '\n'); n >= 0 {
			l.at = n + 1
			break
		}
		l.at = len(l.text)
	}
	return line, l.base + l.at, nil
}

// skip passes over the lines in the window that are no markers for certain, and returns them: nearly all of a section.
func (l *lineReader) skip() string {
	text := l.text[l.at:]
	at := 0
	for {
		n := strings.Index(text[at:], "--")
		if n < 0 {
			at = len(text)
			break
		}
		dash := at + n
		behind := strings.TrimLeft(text[dash+2:], " \t")
		if behind == "" || behind[0] == '+' {
			at = dash
			break
		}
		at = dash + 2
	}
	at = strings.LastIndexByte(text[:at], '\n') + 1
	l.at += at
	return text[:at]
}

// fill moves the window so that it begins with the next line, if it is not all of the file.
func (l *lineReader) fill() error {
	if l.src == nil {
		return nil
	}
	rest := l.text[l.at:]
	l.base += l.at
	buf := make([]byte, min(len(rest)+windowSize, l.size-l.base))
	n := copy(buf, rest)
	read, err := l.src.ReadAt(buf[n:], int64(l.base+n))
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if n+read < len(buf) {
		return io.ErrUnexpectedEOF
	}
	if i := bytes.IndexByte(buf[n:], 0); i >= 0 && l.nul < 0 {
		l.nul = l.base + n + i
	}
	l.text, l.at = textOf(buf), 0
	return nil
}

// textOf is a text whose bytes are buf, into which nobody may write from then on: of a file of gigabytes every copy counts.
func textOf(buf []byte) string { return unsafe.String(unsafe.SliceData(buf), len(buf)) }

// piece is the text between two offsets of the file.
func (l *lineReader) piece(from, to int) Text {
	if l.src == nil {
		return InMemory(l.text[from:to])
	}
	return Text{src: l.src, off: int64(from), size: int64(to - from)}
}
