package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rivo/uniseg"

	"revise/parser"
)

// excerptAt is the excerpt of a text at the place marked by ‸, with a caret, as a section that begins at an offset of its file and as a file.
func excerptAt(t *testing.T, p *program, text string) string {
	t.Helper()
	before, after, ok := strings.Cut(text, "‸")
	if !ok {
		t.Fatal("no place is marked")
	}
	const above = "-- revision: a1\n-- +upgrade\n"
	start := parser.Position{Line: 1, Col: 1}.Advance(above)
	sec := &parser.Section{Text: parser.InMemory(before + after), Start: start}
	fromSection := p.excerpt(start.Advance(before), sec)

	name := filepath.Join(t.TempDir(), "a.sql")
	if err := os.WriteFile(name, []byte(above+before+after), 0o666); err != nil {
		t.Fatal(err)
	}
	pos := start.Advance(before)
	pos.File = name
	if fromFile := p.excerpt(pos, nil); fromFile != fromSection {
		t.Errorf("from the file:\n%sfrom the section:\n%s", fromFile, fromSection)
	}
	return fromSection
}

// TestExcerpt wants the caret under the character, whatever stands before it.
func TestExcerpt(t *testing.T) {
	long := strings.Repeat("0123456789", 200_000)
	for _, c := range []struct{ name, text, line, caret string }{
		{"the first character", "‸SELECT", "SELECT", "^"},
		{"in a line", "a\nSELECT ‸nope;\nb", "SELECT nope;", "       ^"},
		{"behind the last", "SELECT‸\n", "SELECT", "      ^"},
		{"an empty line", "a\n‸\nb", "", "^"},
		{"the end of the text", "SELECT\n‸", "", "^"},
		{"CRLF", "a\r\nSELECT ‸x;\r\nb", "SELECT x;", "       ^"},
		{"tabs stay tabs", "\tSELECT\t‸x", "\tSELECT\tx", "\t      \t^"},
		{"accents are one column", "SELECT 'üéñ' ‸x", "SELECT 'üéñ' x", "             ^"},
		{"combining marks are none", "SELECT 'u\u0308e\u0301' ‸x", "SELECT 'u\u0308e\u0301' x", "            ^"},
		{"Chinese and Japanese take two columns", "SELECT '日本語' ‸x", "SELECT '日本語' x", "                ^"},
		{"full-width forms take two", "ＳＥ ‸x", "ＳＥ x", "     ^"},
		{"half-width forms take one", "ｱｲ ‸x", "ｱｲ x", "   ^"},
		{"Korean syllables of parts", "'\u1112\u1161\u11ab' ‸x", "'\u1112\u1161\u11ab' x", "     ^"},
		{"an emoji", "'😀' ‸x", "'😀' x", "     ^"},
		{"an emoji of several", "'👩‍👩‍👧' ‸x", "'👩‍👩‍👧' x", "     ^"},
		{"a flag", "'🇩🇪' ‸x", "'🇩🇪' x", "     ^"},
		{"a skin colour", "'👍🏽' ‸x", "'👍🏽' x", "     ^"},
		{"bytes that are no UTF-8", "'\xff\xfe' ‸x", "'··' x", "     ^"},
		{"control characters", "'\x1b[31m\x07' ‸x", "'·[31m·' x", "         ^"},
		{"text that turns the direction", "'\u202egnp\u202c' ‸x", "'·gnp·' x", "        ^"},
		{"the beginning of a long line", "SELECT ‸'" + long, "SELECT '" + long[:58] + "…", "       ^"},
		{"the middle of a long line", long + "abc ‸def" + long, "…" + long[len(long)-75:] + "abc def" + long[:56] + "…", strings.Repeat(" ", 80) + "^"},
		{"the end of a long line", long + "‸;", "…" + long[len(long)-79:] + ";", strings.Repeat(" ", 80) + "^"},
		{"a long line of wide characters", strings.Repeat("語", 9000) + "‸語" + strings.Repeat("語", 9000), "…" + strings.Repeat("語", 39) + strings.Repeat("語", 29) + "…", strings.Repeat(" ", 79) + "^"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := &program{}
			got := excerptAt(t, p, c.text)
			before, _, _ := strings.Cut(c.text, "‸")
			number := "    " + string(rune('3'+strings.Count(before, "\n"))) + " | "
			if want := number + c.line + "\n      | " + c.caret + "\n"; got != want {
				t.Errorf("got\n%swant\n%s", got, want)
			}
		})
	}
}

// TestExcerptWithTheMark leaves a byte order mark out, which takes no column.
func TestExcerptWithTheMark(t *testing.T) {
	name := filepath.Join(t.TempDir(), "a.sql")
	if err := os.WriteFile(name, []byte("\ufeff-- revise: x\n"), 0o666); err != nil {
		t.Fatal(err)
	}
	p := &program{}
	got := p.excerpt(parser.Position{File: name, Offset: 6, Line: 1, Col: 4}, nil)
	if want := "    1 | -- revise: x\n      |    ^\n"; got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

// TestExcerptFits cuts a line so that it fits, and keeps the caret in sight. A character is never cut.
func TestExcerptFits(t *testing.T) {
	for _, piece := range []string{"x", "語", "👩‍👩‍👧", "e\u0301", "\t", "ab\tc", "🇩🇪"} {
		for width := 1; width <= 120; width++ {
			line := strings.Repeat(piece, 200)
			room, behind := max(width-width/3, 1), max(width/3, 1)
			before, after := tail(line, 8, room), head(line, behind)
			if got := widthAt(before, 8); got > room {
				t.Fatalf("%q in %d columns: what stands before takes %d", piece, room, got)
			}
			if got := uniseg.StringWidth(after); got > behind {
				t.Fatalf("%q in %d columns: what stands behind takes %d", piece, behind, got)
			}
			if rest := strings.TrimPrefix(before, "…"); piece != "ab\tc" && len(rest)%len(piece) != 0 {
				t.Fatalf("%q: a character is cut: %q", piece, rest)
			}
			if rest := strings.TrimSuffix(after, "…"); !strings.HasPrefix(line, rest) || piece != "ab\tc" && len(rest)%len(piece) != 0 {
				t.Fatalf("%q: a character is cut: %q", piece, rest)
			}
		}
	}
}

// TestNoExcerpt shows nothing where a place is not in the text.
func TestNoExcerpt(t *testing.T) {
	p := &program{}
	sec := &parser.Section{Text: parser.InMemory("SELECT 1;"), Start: parser.Position{Offset: 10, Line: 2, Col: 1}}
	for _, off := range []int{0, 9, 20} {
		if got := p.excerpt(parser.Position{Offset: off, Line: 2, Col: 1}, sec); got != "" {
			t.Errorf("at %d: %q", off, got)
		}
	}
	if got := p.excerpt(parser.Position{File: filepath.Join(t.TempDir(), "gone.sql"), Line: 1, Col: 1}, nil); got != "" {
		t.Errorf("of a file that is gone: %q", got)
	}
}
