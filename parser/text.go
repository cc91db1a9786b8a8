package parser

import (
	"crypto/sha256"
	"io"
	"strings"
)

// A Source is the bytes of a file, read when they are needed. Reading must give the same bytes every time, or an error.
type Source interface {
	io.ReaderAt
	Size() int64
}

// A Text is a piece of a file, held in memory or read from its Source when it is asked for. The zero Text is empty.
type Text struct {
	held      string
	src       Source // nil: held is all
	off, size int64
}

// InMemory is a Text that is held.
func InMemory(s string) Text { return Text{held: s, size: int64(len(s))} }

// Size is the number of bytes.
func (t Text) Size() int64 { return t.size }

// Reader reads the text from its start. Each Reader is on its own.
func (t Text) Reader() io.Reader {
	if t.src == nil {
		return strings.NewReader(t.held)
	}
	return io.NewSectionReader(t.src, t.off, t.size)
}

// ReadAt reads a piece of the text, as io.ReaderAt has it.
func (t Text) ReadAt(p []byte, off int64) (int, error) {
	if t.src == nil {
		return strings.NewReader(t.held).ReadAt(p, off)
	}
	return io.NewSectionReader(t.src, t.off, t.size).ReadAt(p, off)
}

// String returns all of the text.
func (t Text) String() (string, error) {
	if t.src == nil {
		return t.held, nil
	}
	var b strings.Builder
	b.Grow(int(t.size))
	_, err := io.Copy(&b, t.Reader())
	return b.String(), err
}

// Sum is the sum of the text's bytes.
func (t Text) Sum() (Sum, error) {
	if t.src == nil {
		return sha256.Sum256([]byte(t.held)), nil
	}
	h := sha256.New()
	if _, err := io.CopyBuffer(onlyWriter{h}, t.Reader(), make([]byte, windowSize)); err != nil {
		return Sum{}, err
	}
	return Sum(h.Sum(nil)), nil
}

// onlyWriter keeps io.CopyBuffer to the buffer it was given.
type onlyWriter struct{ io.Writer }
