package splittest

import (
	"slices"
	"strings"
	"testing"

	"revise/parser"
)

// Fuzz looks for a text for which Holds does not hold, from the starter cases and the given texts on.
func Fuzz(f *testing.F, d *parser.Dialect, seeds ...string) {
	for _, s := range append(Texts(f, d), seeds...) {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) { Holds(t, d, text) })
}

// Holds checks what is true of the split of every text: statements and what is between them make the text, and only what is no
// SQL is between; no statement is empty; places are right; CRLF changes no sum; and statements that are put together again are split alike.
func Holds(t *testing.T, d *parser.Dialect, text string) {
	t.Helper()
	Joined(t, d, text, text)
	start := parser.Position{File: "f", Offset: 7, Line: 3, Col: 1}
	stmts, err := parser.Split(start, text, d)
	if err != nil {
		return
	}
	gap := gapReader{t: t, d: d, text: text}
	for i, s := range stmts {
		off := s.Pos.Offset - start.Offset
		if want := start.Advance(text[:off]); s.Pos != want {
			t.Fatalf("statement %d %q is at %v, want %v", i, s.Text, s.Pos, want)
		}
		if s.Text == "" || text[off:off+len(s.Text)] != s.Text {
			t.Fatalf("statement %d %q is not what stands at %v", i, s.Text, s.Pos)
		}
		gap.read(off)
		gap.at = off + len(s.Text)
		if s.Copy {
			dataOff := s.DataPos.Offset - start.Offset
			if want := start.Advance(text[:dataOff]); s.DataPos != want || text[dataOff:dataOff+len(s.Data)] != s.Data {
				t.Fatalf("data %q of statement %d is not at %v", s.Data, i, s.DataPos)
			}
			gap.read(dataOff)
			line, _, _ := strings.Cut(text[dataOff+len(s.Data):], "\n")
			if strings.TrimSuffix(line, "\r") != `\.` {
				t.Fatalf("data of statement %d ends before %q", i, line)
			}
			gap.at = min(dataOff+len(s.Data)+len(line)+1, len(text))
		}
	}
	gap.read(len(text))
	if len(stmts) == 0 {
		return
	}
	last := sumsAt(t, d, start, text)
	if !strings.Contains(text, "\r") {
		again, err := parser.Split(start, strings.ReplaceAll(text, "\n", "\r\n"), d)
		if err != nil || len(again) != len(stmts) || !slices.Equal(sumsAt(t, d, start, strings.ReplaceAll(text, "\n", "\r\n")), last) {
			t.Fatalf("with CRLF there are %d statements and not %d, or other sums; error %v", len(again), len(stmts), err)
		}
	}
	holdsAgain(t, d, text, stmts)
}

// holdsAgain splits the statements again. Texts that change the rules on the way are left out.
func holdsAgain(t *testing.T, d *parser.Dialect, text string, stmts []parser.Statement) {
	if strings.HasSuffix(text, "/*") {
		return // to SQLite these are two operators, but only at the very end
	}
	if d.InnerTab && strings.Contains(text, "\v") {
		return // whether it is a blank hangs on what stands before it
	}
	lower := strings.ToLower(text)
	for _, word := range []string{"delimiter", "sql_mode", "standard_conforming", "-- +", `\.`} {
		if strings.Contains(lower, word) {
			return
		}
	}
	texts := make([]string, len(stmts))
	for i, s := range stmts {
		texts[i] = s.Text
	}
	const terminator = "\n;" // or a comment at the end would take it, or "$a("
	again, err := parser.Split(parser.Position{Line: 1, Col: 1}, " "+strings.Join(texts, terminator+"\t")+terminator, d)
	if err != nil || len(again) != len(stmts) {
		t.Fatalf("split again: %d statements, not %d; error %v", len(again), len(stmts), err)
	}
	for i := range again {
		if again[i].Text != stmts[i].Text || again[i].Class != stmts[i].Class {
			t.Fatalf("statement %d split again is %q, not %q, or its sum or class is another", i, again[i].Text, stmts[i].Text)
		}
	}
}

// A gapReader reads what may stand between statements. It is written apart from the scanner and only as good as a test needs it.
type gapReader struct {
	t         *testing.T
	d         *parser.Dialect
	text      string
	at        int
	delimiter string
}

func (g *gapReader) read(end int) {
	for g.at < end {
		if g.at = g.next(g.text[g.at:end]); g.at > end {
			g.t.Fatalf("what is between the statements does not end at %d", end)
		}
	}
}

// next returns where the piece that begins rest ends.
func (g *gapReader) next(rest string) int {
	terminator := g.delimiter
	if terminator == "" {
		terminator = ";"
	}
	lineEnd := len(rest)
	if i := strings.IndexByte(rest, '\n'); i >= 0 {
		lineEnd = i
	}
	mysql := g.d.Name == "mysql"
	switch {
	case strings.HasPrefix(rest, terminator):
		return g.at + len(terminator)
	case strings.IndexByte(" \t\r\n\f\v", rest[0]) >= 0:
		return g.at + 1
	case g.d.MarkIsBlank && strings.HasPrefix(rest, "\uFEFF"):
		return g.at + len("\uFEFF")
	case strings.HasPrefix(rest, "--"):
		if i := strings.IndexByte(rest[:lineEnd], '\r'); i >= 0 && g.d.Name == "postgres" {
			lineEnd = i
		}
		return g.at + lineEnd
	case mysql && rest[0] == '#',
		mysql && len(rest) >= 9 && strings.EqualFold(rest[:9], "delimiter"):
		if rest[0] != '#' {
			g.delimiterLine(strings.TrimLeft(strings.TrimSuffix(rest[9:lineEnd], "\r"), " \t\r\v\f"))
		}
		return g.at + lineEnd
	case strings.HasPrefix(rest, `\restrict`), strings.HasPrefix(rest, `\unrestrict`):
		return g.at + lineEnd
	case strings.HasPrefix(rest, "/*"):
		return g.at + g.comment(rest)
	}
	g.t.Fatalf("%q is left out of the statements", rest)
	return 0
}

func (g *gapReader) delimiterLine(arg string) {
	if i := strings.IndexAny(arg, " \t"); i >= 0 && strings.IndexByte("'\"`", arg[0]) < 0 {
		arg = arg[:i]
	} else if strings.IndexByte("'\"`", arg[0]) >= 0 {
		arg, _, _ = strings.Cut(arg[1:], arg[:1])
	}
	g.delimiter = arg
}

func (g *gapReader) comment(rest string) int {
	depth := 0
	for i := 0; i < len(rest); i++ {
		switch {
		case strings.HasPrefix(rest[i:], "/*") && (depth == 0 || g.d.Name == "postgres"):
			depth++
			i++
		case strings.HasPrefix(rest[i:], "*/"):
			depth--
			i++
			if depth == 0 {
				return i + 1
			}
		}
	}
	if g.d.Name != "sqlite" {
		g.t.Fatalf("comment %q is not closed", rest)
	}
	return len(rest)
}
