package parser_test

import (
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"revise/drivers/all"
	"revise/drivers/drivertest/splittest"
	"revise/parser"
)

// drain reads all statements with what can be told of them, one a line, and the error at the end.
func drain(s *parser.Splitter, readData bool) string {
	var b strings.Builder
	s.KeepSum()
	for {
		st, ok, err := s.Next()
		if err != nil || !ok {
			fmt.Fprintf(&b, "%v %v", ok, err)
			return b.String()
		}
		text, data := strings.Clone(st.Text), strings.Clone(st.Data) // reading the rest may write over them
		if st.Rest != nil && readData {
			more, err := io.ReadAll(iotest.OneByteReader(st.Rest))
			if err != nil {
				fmt.Fprintf(&b, "false %v", err)
				return b.String()
			}
			data += string(more)
		}
		if !readData {
			data = ""
		}
		sum := ""
		if st.Rest == nil || readData {
			sum = s.Sum().String()
		}
		if !st.Copy || readData {
			fmt.Fprintf(&b, "%v %q %v %v %q %v %v %s\n", st.Pos, text, st.Class, st.Copy, data, st.DataPos, st.Clean, sum)
		}
	}
}

// sameInWindows checks that a text is split alike whether it is held or read through a window.
func sameInWindows(t *testing.T, d *parser.Dialect, text string, window int) {
	t.Helper()
	start := parser.Position{File: "f", Offset: 9, Line: 2, Col: 1}
	want := drain(parser.NewSplitter(start, text, d), true)
	// An unclosed COPY is found before its statement is given, if it is held, and when its data are read, if not.
	openCopy := strings.Contains(want, "is not ended by a line")
	if openCopy && strings.Contains(text, "\x00") {
		return // two mistakes, of which the one that is met first is told
	}
	for _, readData := range []bool{true, false} {
		want := drain(parser.NewSplitter(start, text, d), readData)
		if openCopy {
			want = want[strings.LastIndexByte(want, '\n')+1:]
		}
		for _, reuse := range []bool{false, true} {
			s := parser.NewReaderSize(start, iotest.HalfReader(strings.NewReader(text)), d, window)
			if reuse {
				s.Reuse()
			}
			got := drain(s, readData)
			if openCopy {
				got = got[strings.LastIndexByte(got, '\n')+1:]
			}
			if got != want {
				t.Fatalf("%s, window %d, reuse %v, %q:\n%s\nwant\n%s", d.Name, window, reuse, text, got, want)
			}
		}
	}
}

// sameOfFile checks that the section of a file that is read is split alike whether the data of COPY are read, passed over or in memory, and that
// its Check is that of what is read.
func sameOfFile(t *testing.T, d *parser.Dialect, text string, window int) {
	t.Helper()
	text = "-- revision: a1\n-- +upgrade\n" + text
	held, err := parser.Parse("f", []byte(text), []string{d.Name})
	longest := 0
	for line := range strings.SplitSeq(text, "\n") {
		longest = max(longest, len(line))
	}
	read, readErr := parser.ParseFileSize("f", strings.NewReader(text), []string{d.Name}, longest+window)
	if fmt.Sprint(err) != fmt.Sprint(readErr) {
		t.Fatalf("%s, window %d, %q: parsed with %v, want %v", d.Name, window, text, readErr, err)
	}
	if err != nil {
		return
	}
	for i, sec := range read.Sections {
		want := list(held.Sections[i].Splitter(d))
		whole := sec.SplitterSize(d, window)
		wholeList := list(whole)
		if !strings.HasSuffix(wholeList, "false <nil>") {
			continue // what is not closed is found at another time
		}
		jumping := sec.SplitterSize(d, window)
		jumping.Reuse()
		if got := list(jumping); got != want || wholeList != want {
			t.Fatalf("%s, window %d, %q: passing over:\n%s\nreading:\n%s\nwant\n%s", d.Name, window, text, got, wholeList, want)
		}
		if sec.Check() != whole.Check() || sec.Check() != held.Sections[i].Check() {
			t.Fatalf("%s, window %d, %q: checks %x, %x, want %x", d.Name, window, text, sec.Check(), whole.Check(), held.Sections[i].Check())
		}
	}
}

// list reads all statements, one a line, and the error at the end.
func list(s *parser.Splitter) string {
	var b strings.Builder
	for {
		st, ok, err := s.Next()
		if err != nil || !ok {
			fmt.Fprintf(&b, "%v %v", ok, err)
			return b.String()
		}
		fmt.Fprintf(&b, "%v %d %q %v %v %v %v\n", st.Pos, st.Pos.Offset, st.Text, st.Class, st.Copy, st.DataPos, st.Clean)
	}
}

// A countingSource counts the bytes that are read.
type countingSource struct {
	*strings.Reader
	read int
}

func (c *countingSource) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.Reader.ReadAt(p, off)
	c.read += n
	return n, err
}

// TestDataPassedOver looks at a file whose data nobody reads: what is in them is not read either, but for the windows at their ends.
func TestDataPassedOver(t *testing.T) {
	d := all.Drivers()[0].Dialect()
	data := strings.Repeat("1\tone\r\n\\\\.\n", 1<<17)
	text := "-- revision: a1\n-- +upgrade\nCREATE TABLE t (a int);\nCOPY t FROM stdin;\n" + data + "\\.\nSELECT 1;\nCOPY t FROM stdin;\n" +
		data + "\\.x\n" + data + "\\.\r\nSELECT 2;\n-- +downgrade\nDROP TABLE t;\n"
	src := &countingSource{Reader: strings.NewReader(text)}
	rev, err := parser.ParseFile("f", src, nil)
	if err != nil {
		t.Fatal(err)
	}
	held, err := parser.Parse("f", []byte(text), nil)
	if err != nil {
		t.Fatal(err)
	}
	src.read = 0
	s := rev.Sections[0].Splitter(d)
	s.Reuse()
	if got, want := list(s), list(held.Sections[0].Splitter(d)); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if src.read > len(text)/2 {
		t.Errorf("%d of %d bytes were read", src.read, len(text))
	}
}

// A NUL byte far behind in a line is found where it is.
func TestNULInALongLine(t *testing.T) {
	text := "-- revision: a1\n-- +upgrade\nSELECT '" + strings.Repeat("é", 1<<20) + "\x00';\n"
	_, err := parser.ParseFile("f", strings.NewReader(text), nil)
	if want := fmt.Sprintf("f:3:%d: NUL byte in SQL text", 9+(1<<20)); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

func TestWindows(t *testing.T) {
	for _, driver := range all.Drivers() {
		d := driver.Dialect()
		for _, text := range splittest.Texts(t, d) {
			for window := 1; window <= len(text)+1; window++ {
				sameInWindows(t, d, text, window)
				sameOfFile(t, d, text, window)
			}
			joined := text + "\n-- +reset\n" + text
			for window := 1; window <= len(joined)+1; window += 1 + window/2 {
				sameInWindows(t, d, joined, window)
				sameOfFile(t, d, joined, window)
			}
		}
	}
}

// Every text of the cases in front of every other one.
func TestReset(t *testing.T) {
	for _, driver := range all.Drivers() {
		d := driver.Dialect()
		texts := splittest.Texts(t, d)
		for _, one := range texts {
			for _, two := range texts {
				splittest.Joined(t, d, one, two)
			}
		}
	}
}

func FuzzWindows(f *testing.F) {
	set := all.Drivers()
	for i, driver := range set {
		for _, text := range splittest.Texts(f, driver.Dialect()) {
			f.Add(i, text, 3)
		}
	}
	f.Fuzz(func(t *testing.T, dialect int, text string, window int) {
		d := set[uint(dialect)%uint(len(set))].Dialect()
		sameInWindows(t, d, text, int(uint(window)%200)+1)
		sameOfFile(t, d, text, int(uint(window)%200)+1)
	})
}

// A read error is given as it is, wherever it comes.
func TestReadError(t *testing.T) {
	broken := errors.New("broken disk")
	text := "SELECT 1;\nCOPY t FROM stdin;\n1\n2\n\\.\nSELECT 2;\n"
	d := all.Drivers()[0].Dialect()
	for at := range len(text) {
		for window := 1; window < 8; window++ {
			src := io.MultiReader(strings.NewReader(text[:at]), iotest.ErrReader(broken))
			s := parser.NewReaderSize(parser.Position{Line: 1, Col: 1}, src, d, window)
			var err error
			for ok := true; ok && err == nil; {
				_, ok, err = s.Next()
			}
			if !errors.Is(err, broken) {
				t.Fatalf("broken at %d, window %d: %v", at, window, err)
			}
		}
	}
}

func TestLongTexts(t *testing.T) {
	d := all.Drivers()[0].Dialect()
	value := strings.Repeat("é'' ", 1<<18)
	text := strings.Repeat("INSERT INTO t VALUES (1, 'a;b');\n", 1<<16) + "SELECT '" + value + "';\nCOPY t FROM stdin;\n" +
		strings.Repeat("1\t2\r\n", 1<<17) + "\\.\nSELECT 2"
	want := drain(parser.NewSplitter(parser.Position{Line: 1, Col: 1}, text, d), true)
	got := drain(parser.NewReader(parser.Position{Line: 1, Col: 1}, strings.NewReader(text), d), true)
	if got != want || strings.Count(got, "\n") != 1<<16+3 {
		t.Errorf("split otherwise when read")
	}
}

// Things that stand farther from each other than the splitter looks ahead, with the end of a window everywhere in them.
func TestWindowsBetweenFarThings(t *testing.T) {
	for _, c := range []struct{ dialect, text string }{
		{"postgres", "SELECT 0;\n-- +begin\n" + strings.Repeat("SELECT 'a line of ninety-four bytes, more than the splitter looks ahead at the end of a window';\n", 3) + "-- +end\nSELECT 1;"},
		{"postgres", "-- +begin\nSELECT 1\n-- +end" + strings.Repeat(" ", 100) + "\nSELECT 1;"},
		{"postgres", "\\restrict " + strings.Repeat(" ", 100) + "KEY\nSELECT 1;"},
		{"postgres", "COPY t FROM stdin;" + strings.Repeat(" ", 100) + "-- c\n1\n\\.\nSELECT 1;"},
		{"postgres", "COPY t FROM stdin;" + strings.Repeat(" ", 100) + "/* c */\n1\n\\.\nSELECT 1;"},
		{"postgres", "COPY t FROM stdin;\n" + strings.Repeat("é", 100) + "\n\\.\nSELECT '"},
		{"mysql", "DELIMITER " + strings.Repeat(" ", 100) + "//\nSELECT 1//\nSELECT 2"},
		{"mysql", "DELIMITER ¶\nSELECT 0¶ SELECT 1¶ SELECT 'open"},
		{"mysql", "SET sql_mode='ANSI_QUOTES'; SET @OLD_SQL_MODE=@@sql_mode; SET sql_mode='';\n" + strings.Repeat("SELECT 1;\n", 30) +
			"SET sql_mode=@OLD_SQL_MODE; SELECT \"a\\\" FROM t; SELECT 2"},
		{"mysql", "DELIMITER //\n-- c\n//-- d\n# e\nDELIMITER ;\n/* " + strings.Repeat("f", 100) + "*/ SELECT 1; -- g\nSELECT 2"},
	} {
		d, err := all.Drivers().ByScheme(c.dialect)
		if err != nil {
			t.Fatal(err)
		}
		for window := 1; window <= len(c.text)+1; window++ {
			sameInWindows(t, d.Dialect(), c.text, window)
		}
	}
}

// A window holds no more of comments and empty statements than of anything else.
func TestGapsAreNotHeld(t *testing.T) {
	for _, piece := range []string{"-- a comment\n", ";\n", "/* a comment */\n"} {
		for _, driver := range all.Drivers() {
			text := strings.Repeat(piece, (32<<20)/len(piece)) + "SELECT 1"
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			s := parser.NewReader(parser.Position{Line: 1, Col: 1}, strings.NewReader(text), driver.Dialect())
			s.Reuse()
			if st, ok, err := s.Next(); !ok || err != nil || st.Text != "SELECT 1" {
				t.Fatalf("%s, %q: %q, %v, %v", driver.Name(), piece, st.Text, ok, err)
			}
			if runtime.ReadMemStats(&after); after.TotalAlloc-before.TotalAlloc > 4<<20 {
				t.Errorf("%s: 32 MB of %q took %d bytes of memory", driver.Name(), piece, after.TotalAlloc-before.TotalAlloc)
			}
		}
	}
}

// A source that breaks off says io.ErrUnexpectedEOF, as a decompressor does: that is not the end of the text.
func TestBrokenSource(t *testing.T) {
	src := io.MultiReader(strings.NewReader("SELECT 1; DELETE FROM t"), iotest.ErrReader(io.ErrUnexpectedEOF))
	s := parser.NewReader(parser.Position{Line: 1, Col: 1}, src, all.Drivers()[0].Dialect())
	if got, want := list(s), io.ErrUnexpectedEOF.Error(); !strings.HasSuffix(got, want) || strings.Contains(got, "DELETE") {
		t.Errorf("got %s, want an error %s and no DELETE", got, want)
	}
}
