package parser

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// A Position is a place in a revision file. Line and Col count from 1; Col counts characters (not bytes), so that a
// caret printed under the line lands where the eye expects it. The zero Position is no place.
type Position struct {
	File   string
	Offset int // bytes from the start of the file
	Line   int
	Col    int
}

// IsValid reports whether p is a place at all.
func (p Position) IsValid() bool { return p.Line > 0 }

// String gives "file:line:col", as editors and terminals make it clickable; without a file "line:col".
func (p Position) String() string {
	if !p.IsValid() {
		return p.File
	}
	at := strconv.Itoa(p.Line) + ":" + strconv.Itoa(p.Col)
	if p.File == "" {
		return at
	}
	return p.File + ":" + at
}

// Advance returns the position behind text, which must be what stands in the file from p on. A line ends at "\n" only, as in every
// editor; a byte that is no UTF-8 counts as one character.
func (p Position) Advance(text string) Position {
	p.Offset += len(text)
	if n := strings.Count(text, "\n"); n > 0 {
		p.Line += n
		p.Col = 1
		text = text[strings.LastIndexByte(text, '\n')+1:]
	}
	p.Col += utf8.RuneCountInString(text)
	return p
}
