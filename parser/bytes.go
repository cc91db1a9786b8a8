package parser

import "strings"

// A byteClass says what a token that begins with a byte is. Every byte that matters is ASCII, so no text is ever decoded.
type byteClass uint8

const (
	otherByte byteClass = iota
	blankByte
	letterByte
	digitByte
	quoteByte
	doubleByte
	backquoteByte
	bracketByte
	dollarByte
	variableByte
	atByte
	dashByte
	slashByte
	hashByte
	openByte
	closeByte
	semicolonByte
	backslashByte

	wordByte byteClass = 0x80 // a flag: the byte goes on with a name
)

// byteClasses is the table of a dialect.
func byteClasses(d *Dialect) *[256]byteClass {
	t := &[256]byteClass{
		' ': blankByte, '\t': blankByte, '\n': blankByte, '\r': blankByte, '\f': blankByte,
		'\'': quoteByte, '"': doubleByte, '-': dashByte, '/': slashByte,
		'(': openByte, ')': closeByte, ';': semicolonByte,
		'_': letterByte | wordByte,
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = letterByte|wordByte, letterByte|wordByte
	}
	for c := '0'; c <= '9'; c++ {
		t[c] = digitByte | wordByte
	}
	for c := 0x80; c <= 0xFF; c++ {
		t[c] = letterByte | wordByte
	}
	for i := 0; i < len(d.Variables); i++ {
		t[d.Variables[i]] = variableByte
	}
	for _, f := range [...]struct {
		has   bool
		c     byte
		class byteClass
	}{
		{d.VerticalTab, '\v', blankByte},
		{d.HashComment, '#', hashByte},
		{d.Backquotes, '`', backquoteByte},
		{d.Brackets, '[', bracketByte},
		{d.DollarQuotes, '$', dollarByte},
		{d.DollarStarts, '$', letterByte},
		{d.AtNames, '@', atByte},
		{d.MetaCommands || d.Delimiters, '\\', backslashByte},
	} {
		if f.has {
			t[f.c] = f.class
		}
	}
	t['$'] |= wordByte
	return t
}

func (s *scanner) isPrefix(c byte) bool { return strings.IndexByte(s.d.Prefixes, c|0x20) >= 0 }

// isWord compares a piece of text with a word in capitals. Only ASCII letters fold: no keyword has others.
func isWord(text, word string) bool {
	if len(text) != len(word) {
		return false
	}
	for i := 0; i < len(word); i++ {
		c := text[i]
		if c >= 'a' && c <= 'z' {
			c -= 'a' - 'A'
		}
		if c != word[i] {
			return false
		}
	}
	return true
}
