package parser_test

import (
	"errors"
	"fmt"
	"io"
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
		data := st.Data
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
			fmt.Fprintf(&b, "%v %q %v %v %q %v %s\n", st.Pos, st.Text, st.Class, st.Copy, data, st.DataPos, sum)
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
		got := drain(parser.NewReaderSize(start, iotest.HalfReader(strings.NewReader(text)), d, window), readData)
		if openCopy {
			want, got = want[strings.LastIndexByte(want, '\n')+1:], got[strings.LastIndexByte(got, '\n')+1:]
		}
		if got != want {
			t.Fatalf("%s, window %d, %q:\n%s\nwant\n%s", d.Name, window, text, got, want)
		}
	}
}

func TestWindows(t *testing.T) {
	for _, driver := range all.Drivers() {
		d := driver.Dialect()
		for _, text := range splittest.Texts(t, d) {
			for window := 1; window <= len(text)+1; window++ {
				sameInWindows(t, d, text, window)
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
		sameInWindows(t, set[uint(dialect)%uint(len(set))].Dialect(), text, int(uint(window)%200)+1)
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
