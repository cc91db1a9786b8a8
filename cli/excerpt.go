package cli

import (
	"fmt"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"revise/parser"
)

// Bounds of an excerpt in columns: a line of an INSERT may be megabytes long.
const (
	excerptBefore = 80
	excerptAfter  = 60
)

// excerpt shows the line of a position with a caret under it. The text comes from the section if it is given, else from the file.
func (p *program) excerpt(pos parser.Position, sec *parser.Section) string {
	line, ok := lineAt(pos, sec)
	if !ok {
		return ""
	}
	col := 0 // bytes before the position
	for range pos.Col - 1 {
		_, n := utf8.DecodeRuneInString(line[col:])
		col += n
	}
	before, after := tail(line[:col], excerptBefore), head(line[col:], excerptAfter)
	number := fmt.Sprintf("%5d", pos.Line)
	return fmt.Sprintf("%s | %s%s\n%s | %s%s\n", number, before, after, strings.Repeat(" ", len(number)), under(before), p.style.caret("^"))
}

// lineAt finds the line of a position without its line ending.
func lineAt(pos parser.Position, sec *parser.Section) (string, bool) {
	text, start := "", 0
	if sec != nil {
		text, start = sec.Text, sec.Start.Offset
	} else {
		src, err := os.ReadFile(pos.File)
		if err != nil || len(src) >= 2 && (src[0] == 0xff || src[0] == 0xfe) {
			return "", false
		}
		text = string(src)
	}
	off := pos.Offset - start
	if off < 0 || off > len(text) {
		return "", false
	}
	from := strings.LastIndexByte(text[:off], '\n') + 1
	to := len(text)
	if n := strings.IndexByte(text[off:], '\n'); n >= 0 {
		to = off + n
	}
	line := strings.TrimSuffix(text[from:to], "\r")
	if pos.Col-1 > utf8.RuneCountInString(line) {
		return "", false
	}
	return strings.TrimPrefix(line, "\ufeff"), true
}

// under is white space as wide as text, so that what follows stands under what follows text. Tabs stay tabs, for how wide one is depends on
// where it stands.
func under(text string) string {
	var b strings.Builder
	for i, part := range strings.Split(text, "\t") {
		if i > 0 {
			b.WriteByte('\t')
		}
		b.WriteString(strings.Repeat(" ", uniseg.StringWidth(part)))
	}
	return b.String()
}

// tail is the end of a text, at most n characters of it, safe to print.
func tail(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return clean(s)
	}
	runes := []rune(s)
	return "…" + clean(string(runes[len(runes)-n:]))
}

// head is the beginning of a text, at most n characters of it, safe to print.
func head(s string, n int) string {
	for i := range s {
		if n == 0 {
			return clean(s[:i]) + "…"
		}
		n--
	}
	return clean(s)
}

// clean makes a text safe for a terminal: a file or a server must not move the cursor or set colours.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && unicode.IsControl(r) || r == utf8.RuneError {
			return '·'
		}
		return r
	}, s)
}

// A style says which streams show colours.
type style struct{ out, err bool }

func paint(on bool, code, s string) string {
	if !on {
		return s
	}
	return "\x1b[" + code + "m" + s + "\x1b[0m"
}

func (s style) fail(text string) string  { return paint(s.err, "31", text) }
func (s style) caret(text string) string { return paint(s.err, "31;1", text) }
func (s style) good(text string) string  { return paint(s.out, "32", text) }
func (s style) faint(text string) string { return paint(s.out, "2", text) }
func (s style) open(text string) string  { return paint(s.out, "33", text) }
