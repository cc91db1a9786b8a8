package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"

	"revise/parser"
)

// Bounds of an excerpt in columns, where the terminal sets none: a line of an INSERT may be megabytes long.
const (
	excerptBefore = 80
	excerptAfter  = 60
)

// excerptBytes is how much is read of a line, to each side of a position.
const excerptBytes = 4096

// excerpt shows the line of a position with a caret under it. The text comes from the section if it is given, else from the file; it is
// read around the position only.
func (p *program) excerpt(pos parser.Position, sec *parser.Section) string {
	var before, after string
	var ok bool
	if sec != nil {
		before, after, ok = lineAt(sec.Text, int64(pos.Offset-sec.Start.Offset))
	} else {
		before, after, ok = lineInFile(pos)
	}
	if !ok {
		return ""
	}
	return p.underlined(pos, before, after)
}

// excerptOf is excerpt for a text that is at hand.
func (p *program) excerptOf(pos parser.Position, text io.ReaderAt) string {
	before, after, ok := lineAt(text, int64(pos.Offset))
	if !ok {
		return ""
	}
	return p.underlined(pos, before, after)
}

// underlined is a line with a caret between what stands before a position and behind it.
func (p *program) underlined(pos parser.Position, before, after string) string {
	margin := fmt.Sprintf("%5d | ", pos.Line)
	wideBefore, wideAfter := excerptBefore, excerptAfter
	if width := p.width(p.err) - len(margin); width > 0 {
		wideAfter = min(wideAfter, max(width/3, 1))
		wideBefore = max(width-wideAfter, 1)
	}
	before, after = tail(before, len(margin), wideBefore), head(after, wideAfter)
	return fmt.Sprintf("%s%s%s\n%s%s%s\n", margin, before, after, strings.Repeat(" ", len(margin)-2)+"| ", under(before), p.style.caret("^"))
}

// lineInFile is lineAt for a file of revisions.
func lineInFile(pos parser.Position) (before, after string, ok bool) {
	f, err := os.Open(pos.File)
	if err != nil {
		return "", "", false
	}
	defer f.Close()
	mark := make([]byte, 2)
	if n, _ := f.ReadAt(mark, 0); n == 2 && (mark[0] == 0xff && mark[1] == 0xfe || mark[0] == 0xfe && mark[1] == 0xff) {
		return "", "", false // UTF-16
	}
	before, after, ok = lineAt(f, int64(pos.Offset))
	if ok && int64(len(before)) == int64(pos.Offset) {
		before = strings.TrimPrefix(before, "\ufeff")
	}
	return before, after, ok
}

// lineAt finds what stands in the line of an offset before it and behind it, without the line ending, and as far as excerptBytes go. What is
// cut off begins or ends with a whole character.
func lineAt(text io.ReaderAt, off int64) (before, after string, ok bool) {
	if off < 0 {
		return "", "", false
	}
	from := max(off-excerptBytes, 0)
	buf := make([]byte, off-from+excerptBytes)
	n, err := text.ReadAt(buf, from)
	if err != nil && !errors.Is(err, io.EOF) || int64(n) < off-from {
		return "", "", false
	}
	left, right := buf[:off-from], buf[off-from:n]
	if i := bytes.LastIndexByte(left, '\n'); i >= 0 {
		left = left[i+1:]
	} else if from > 0 {
		for i := 0; i < utf8.UTFMax && len(left) > 0 && !utf8.RuneStart(left[0]); i++ {
			left = left[1:]
		}
	}
	if i := bytes.IndexByte(right, '\n'); i >= 0 {
		right = bytes.TrimSuffix(right[:i], []byte("\r"))
	}
	return string(left), string(right), true
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

// tabWidth is how far apart the tab stops of a terminal are.
const tabWidth = 8

// widthAt is how many columns a text takes that begins at a column.
func widthAt(s string, column int) int {
	at := column
	for i, part := range strings.Split(s, "\t") {
		if i > 0 {
			at += tabWidth - at%tabWidth
		}
		at += uniseg.StringWidth(part)
	}
	return at - column
}

// tail is the end of a text that takes at most so many columns from a column on, safe to print.
func tail(s string, column, width int) string {
	s = clean(s)
	used := widthAt(s, column)
	if used <= width {
		return s
	}
	// Where what is left begins at another column its tabs may become as wide as can be.
	var wide []int
	used = 1 // the ellipsis
	for g := uniseg.NewGraphemes(s); g.Next(); {
		w := columns(g)
		wide = append(wide, w)
		used += w
	}
	g := uniseg.NewGraphemes(s)
	for _, w := range wide {
		g.Next()
		if used -= w; used <= width {
			_, to := g.Positions()
			return "…" + s[to:]
		}
	}
	return ""
}

// head is the beginning of a text that takes at most so many columns, safe to print.
func head(s string, width int) string {
	s = clean(s)
	used, fits := 0, 0 // fits: what leaves room for the ellipsis
	for g := uniseg.NewGraphemes(s); g.Next(); {
		if used += columns(g); used > width {
			return s[:fits] + "…"
		}
		if used < width {
			_, fits = g.Positions()
		}
	}
	return s
}

// columns is how many columns a character takes at most.
func columns(g *uniseg.Graphemes) int {
	if g.Str() == "\t" {
		return tabWidth
	}
	return g.Width()
}

// clean makes a text safe for a terminal: a file or a server must not move the cursor, set colours or turn the direction of writing.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r != '\t' && r != '\n' && unicode.IsControl(r) || r == utf8.RuneError || unicode.Is(unicode.Bidi_Control, r) {
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
func (s style) warn(text string) string  { return paint(s.err, "33", text) }
func (s style) caret(text string) string { return paint(s.err, "31;1", text) }
func (s style) good(text string) string  { return paint(s.out, "32", text) }
func (s style) faint(text string) string { return paint(s.out, "2", text) }
func (s style) open(text string) string  { return paint(s.out, "33", text) }
