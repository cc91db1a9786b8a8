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
	starByte
	squareByte // [ by a mode; in a dialect that has it always it is a bracketByte

	wordByte      byteClass = 0x80 // a flag: the byte goes on with a name
	delimiterByte byteClass = 0x40 // a flag of skimClasses: the delimiter may begin here
)

// A skimTable holds a class for each byte at which skim has to look closer, and zero for all others.
type skimTable [256]byteClass

// skimClasses is the table of what matters once only the end of a statement is looked for; all other bytes are zero. A delimiter other than ';' is
// looked for at every byte it can begin with.
func skimClasses(d *Dialect, classes *[256]byteClass, m modes) *skimTable {
	t := &skimTable{}
	for c, class := range classes {
		switch class = class &^ wordByte; class {
		case quoteByte, doubleByte, backquoteByte, bracketByte, dollarByte, variableByte, dashByte, slashByte, hashByte, semicolonByte, backslashByte:
			t[c] = class
		case openByte, closeByte:
			if d.Parens {
				t[c] = class
			}
		}
	}
	if d.ConditionalCode {
		t['*'] = starByte
	}
	if m.brackets {
		t['['] = squareByte
	}
	if m.delimiter != "" {
		t[';'] = 0
		t[m.delimiter[0]] |= delimiterByte
	}
	return t
}

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

// unindented is a text without the blanks it begins with; line breaks are none.
func unindented(text string) string {
	for text != "" && (text[0] == ' ' || text[0] == '\t' || text[0] == '\f') {
		text = text[1:]
	}
	return text
}
