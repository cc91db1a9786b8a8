package parser

import (
	"bytes"
	"errors"
	"hash/crc32"
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
	buf  []byte // that text is in, if src is not nil
	size int    // of the file
	read int    // how much is read at a time

	check  uint32 // of the section so far, up to summed; only with src
	summed int    // in text
}

// begin begins a section with the next line.
func (l *lineReader) begin() { l.check, l.summed = 0, l.at }

// sum takes into check what was passed.
func (l *lineReader) sum() {
	if l.src != nil {
		l.check = crc32.Update(l.check, castagnoli(), bytesOf(l.text[l.summed:l.at]))
		l.summed = l.at
	}
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
		line = l.own(l.text[l.at : l.at+n])
		l.at += n + 1
		return line, l.base + l.at, nil
	}
	line = l.own(l.text[l.at:])
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

// own is a line that can be kept: the window is written over.
func (l *lineReader) own(line string) string {
	if l.src == nil {
		return line
	}
	return strings.Clone(line)
}

// skip passes over the lines in the window that are no markers for certain, and returns them: nearly all of a section. They are good until the next
// call.
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
		behind := unindented(text[dash+2:])
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
	l.sum()
	rest := l.text[l.at:]
	l.base += l.at
	size := min(len(rest)+l.read, l.size-l.base)
	if cap(l.buf) < size {
		l.buf = make([]byte, size)
	}
	buf := l.buf[:size]
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
	l.text, l.at, l.summed = textOf(buf), 0, 0
	return nil
}

// textOf is a text whose bytes are buf, into which nobody may write while the text is in use: of a file of gigabytes every copy counts.
func textOf(buf []byte) string { return unsafe.String(unsafe.SliceData(buf), len(buf)) }

// bytesOf are the bytes of a text, for reading.
func bytesOf(text string) []byte { return unsafe.Slice(unsafe.StringData(text), len(text)) }

// piece is the text between two offsets of the file.
func (l *lineReader) piece(from, to int) Text {
	if l.src == nil {
		return InMemory(l.text[from:to])
	}
	return Text{src: l.src, off: int64(from), size: int64(to - from)}
}
