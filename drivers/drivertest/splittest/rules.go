package splittest

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"revise/parser"
)

// RunCases runs cases of a table.
func RunCases(t *testing.T, d *parser.Dialect, cases []Case) {
	t.Helper()
	for _, c := range cases {
		t.Run(strings.ReplaceAll(c.Name, " ", "_"), func(t *testing.T) { c.Check(t, d) })
	}
}

// Blocks checks -- +begin, -- +end and -- +reset, which are alike in all dialects.
func Blocks(t *testing.T, d *parser.Dialect) {
	RunCases(t, d, []Case{
		{Name: "block", SQL: "SELECT 1;\n-- +begin\n-- a\n\n  any 'thing;\n-- in it\n goes;\n -- b\n-- +end\nSELECT 2;",
			Statements: []string{"SELECT 1", "any 'thing;\n-- in it\n goes;", "SELECT 2"}},
		{Name: "block with returns", SQL: "-- +begin\r\na;\r\nb\r\n-- +end\r\n", Statements: []string{"a;\r\nb"}},
		{Name: "trailing blanks", SQL: "-- +begin \t\na;b\n-- +end ", Statements: []string{"a;b"}},
		{Name: "nothing between", SQL: "-- +begin\n-- +end\n-- +begin\n\n-- a\n/* b */ ;\n-- +end"},
		{Name: "two blocks", SQL: "-- +begin\na;\n-- +end\n-- +begin\nb;\n-- +end\n", Statements: []string{"a;", "b;"}},
		{Name: "not at the start of the line", SQL: "SELECT 1; -- +begin\nSELECT 2; -- +end", Statements: []string{"SELECT 1", "SELECT 2"}},
		{Name: "other words", SQL: "-- +beginning\nSELECT 1;\n-- +ends\n", Statements: []string{"SELECT 1"}},
		{Name: "inside a string", SQL: "SELECT '\n-- +begin\n';", Statements: []string{"SELECT '\n-- +begin\n'"}},
		{Name: "begin without end", SQL: "SELECT 1;\n-- +begin\nb;\n", Error: "-- +begin without -- +end", Pos: "2:1", Statements: []string{"SELECT 1"}},
		{Name: "begin at the end", SQL: "-- +begin", Error: "-- +begin without -- +end", Pos: "1:1"},
		{Name: "end without begin", SQL: "SELECT 1;\n-- +end\n", Error: "-- +end without -- +begin", Pos: "2:1", Statements: []string{"SELECT 1"}},
		{Name: "begin twice", SQL: "-- +begin\na;\n-- +begin\n-- +end\n", Error: "-- +begin inside of -- +begin and -- +end", Pos: "3:1"},
		{Name: "inside a statement", SQL: "SELECT 1\n-- +begin\na;\n-- +end\n", Error: "-- +begin stands inside a statement", Pos: "2:1"},
		{Name: "something behind", SQL: "-- +begin now\na;\n-- +end\n", Error: "nothing may stand behind -- +begin on its line", Pos: "1:1"},
		{Name: "reset", SQL: "SELECT 1\n-- +reset\nSELECT 2;\n-- +reset  \r\n-- +reset\n;SELECT 3", Statements: []string{"SELECT 1", "SELECT 2", "SELECT 3"}},
		{Name: "reset inside a string", SQL: "SELECT '\n-- +reset\n';", Statements: []string{"SELECT '\n-- +reset\n'"}},
		{Name: "something behind reset", SQL: "SELECT 1;\n-- +reset now\n", Error: "nothing may stand behind -- +reset on its line", Pos: "2:1", Statements: []string{"SELECT 1"}},
		{Name: "reset in a block", SQL: "-- +begin\na;\n-- +reset\n-- +end\n", Error: "-- +reset inside of -- +begin and -- +end", Pos: "3:1"},
		{Name: "NUL", SQL: "-- +begin\na\x00;\n-- +end\n", Error: "NUL byte in SQL text", Pos: "2:2"},
	})
	Differ(t, d, "SELECT 1;\nSELECT 2", "SELECT 1;\n-- +reset\nSELECT 2", "-- +reset\nSELECT 1;\nSELECT 2", "-- +begin\nSELECT 1\n-- +end\nSELECT 2")
	Alike(t, d, "SELECT 1;\n-- +reset\nSELECT 2", "SELECT 1\n-- +reset\n-- +reset\n;SELECT 2;\n-- +reset\n")
}

// dashes are delimiters of which a line "-- +reset" is one.
var dashes = regexp.MustCompile(`(?i)delimiter[\s'"]*-`)

// Joined checks that two texts with a "-- +reset" between them are split as each by itself: what is left open in the first one ends there. Of a mistake in
// the first nothing is known.
func Joined(t *testing.T, d *parser.Dialect, one, two string) {
	t.Helper()
	const between = "\n-- +reset\n"
	start := parser.Position{Line: 1, Col: 1, Offset: 7}
	first, err := parser.Split(start, one, d)
	if err != nil || dashes.MatchString(one) || strings.LastIndex(one, "/*")+2 > strings.LastIndex(one, "*/") { // SQLite ends a comment with the text
		return
	}
	second, err := parser.Split(start.Advance(one+between), two, d)
	got, gotErr := parser.Split(start, one+between+two, d)
	if err != nil || gotErr != nil {
		if fmt.Sprint(gotErr) != fmt.Sprint(err) {
			t.Fatalf("%q behind %q: %v, want %v", two, one, gotErr, err)
		}
		return
	}
	if len(second) > 0 {
		second[0].Clean = true
	}
	if want := append(first, second...); !slices.Equal(got, want) {
		t.Fatalf("%q behind %q: got %+v, want %+v", two, one, got, want)
	}
}

func split(t *testing.T, d *parser.Dialect, text string) []parser.Statement {
	t.Helper()
	stmts, err := parser.Split(parser.Position{Line: 1, Col: 1}, text, d)
	if err != nil {
		t.Fatalf("%q: %v", text, err)
	}
	return stmts
}

// Sums checks that two texts, which differ by comments and blanks, have the same sums, that line endings and a byte order mark do not
// count, and that every byte of a statement of the second text does.
func Sums(t *testing.T, d *parser.Dialect, one, other string) {
	t.Helper()
	want := split(t, d, one)
	wantSums := sums(t, d, one)
	last := wantSums[len(want)-1]
	for _, text := range []string{other, strings.ReplaceAll(one, "\n", "\r\n"), "\uFEFF" + one, "-- a\n" + one} {
		got := split(t, d, text)
		if len(got) != len(want) {
			t.Fatalf("%q: %d statements, want %d", text, len(got), len(want))
		}
		for i := range got {
			if sums(t, d, text)[i] != wantSums[i] {
				t.Errorf("sum of statement %d of %q has changed", i, text)
				break
			}
		}
	}
	for _, s := range split(t, d, other) {
		end := s.Pos.Offset + len(s.Text)
		if s.Copy {
			end = s.DataPos.Offset + len(s.Data)
		}
		changed := 0
		for i := s.Pos.Offset; i < end; i++ {
			if strings.IndexByte(" \n", other[i]) >= 0 || strings.Contains("/**/-- c -- data", other[max(i-1, 0):i+1]) {
				continue
			}
			for _, c := range []byte("aA7_.+(\"';\n ") {
				if c == other[i] {
					continue
				}
				text := []byte(other)
				text[i] = c
				got, err := parser.Split(parser.Position{Line: 1, Col: 1}, string(text), d)
				if err == nil && len(got) > 0 {
					changed++
					if s := sums(t, d, string(text)); s[len(s)-1] == last {
						t.Errorf("the sum does not see byte %d changed from %q to %q:\n%s", i, other[i], c, bytes.ToValidUTF8(text, nil))
					}
				}
			}
		}
		if changed == 0 {
			t.Errorf("no byte of %q could be changed", s.Text)
		}
	}
}

// sums are the sums over the first statement of a text at the start of a file, the first two and so on.
func sums(t *testing.T, d *parser.Dialect, text string) []parser.Sum {
	t.Helper()
	return sumsAt(t, d, parser.Position{Line: 1, Col: 1}, text)
}

func sumsAt(t *testing.T, d *parser.Dialect, start parser.Position, text string) []parser.Sum {
	t.Helper()
	s := parser.NewSplitter(start, text, d)
	s.KeepSum()
	var all []parser.Sum
	for {
		_, ok, err := s.Next()
		if err != nil {
			t.Fatalf("%q: %v", text, err)
		}
		if !ok {
			return all
		}
		all = append(all, s.Sum())
	}
}

// Differ checks that every two of the texts have different sums.
func Differ(t *testing.T, d *parser.Dialect, texts ...string) {
	t.Helper()
	seen := map[parser.Sum]string{}
	for _, text := range texts {
		all := sums(t, d, text)
		sum := all[len(all)-1]
		if before, ok := seen[sum]; ok {
			t.Errorf("%q and %q have the same sum", before, text)
		}
		seen[sum] = text
	}
}

// Alike checks that the texts have the same sum.
func Alike(t *testing.T, d *parser.Dialect, texts ...string) {
	t.Helper()
	var first parser.Sum
	for i, text := range texts {
		all := sums(t, d, text)
		if sum := all[len(all)-1]; i == 0 {
			first = sum
		} else if sum != first {
			t.Errorf("%q and %q have different sums", texts[0], text)
		}
	}
}

// Classes checks the class of statements.
func Classes(t *testing.T, d *parser.Dialect, classes map[parser.Class][]string) {
	t.Helper()
	for class, texts := range classes {
		for _, text := range texts {
			stmts := split(t, d, "-- c\n"+text+" /* d */ ;")
			if len(stmts) != 1 || stmts[0].Class != class {
				t.Errorf("%q has class %v, want %v", text, stmts, class)
			}
		}
	}
}
