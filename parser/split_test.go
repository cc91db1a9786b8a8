package parser_test

import (
	"testing"

	"revise/parser"
)

// A dialect with no field set has the rules that are common to all.
func TestSplitCommon(t *testing.T) {
	start := parser.Position{File: "f.sql", Offset: 100, Line: 7, Col: 3}
	stmts, err := parser.Split(start, "-- +begin\n;é 'a;''b';\r\n\"c;\" -- d;\n/* e; */ ; f", &parser.Dialect{})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"f.sql:8:2 é 'a;''b'", "f.sql:9:1 \"c;\" -- d;\n/* e; */", "f.sql:10:12 f"}
	for i, s := range stmts {
		if got := s.Pos.String() + " " + s.Text; i >= len(want) || got != want[i] {
			t.Errorf("statement %d: %s", i, got)
		}
	}
	if len(stmts) != len(want) {
		t.Errorf("%d statements, want %d", len(stmts), len(want))
	}
}

func TestSplitSection(t *testing.T) {
	src := "-- revision: a1\r\n-- +upgrade\r\nSELECT 'é',\r\n 1;\r\n SELECT 2;\r\n-- +downgrade\r\nSELECT '"
	r, err := parser.Parse("f.sql", []byte(src), nil)
	if err != nil {
		t.Fatal(err)
	}
	stmts, err := r.Sections[0].Split(&parser.Dialect{})
	if err != nil || len(stmts) != 2 {
		t.Fatalf("%v, %v", stmts, err)
	}
	if p := stmts[1].Pos; p.String() != "f.sql:5:2" || src[p.Offset:p.Offset+8] != "SELECT 2" {
		t.Errorf("second statement is at %v, offset %d", p, p.Offset)
	}
	_, err = r.Sections[1].Split(&parser.Dialect{})
	if err == nil || err.Error() != "f.sql:7:8: unterminated string literal" {
		t.Errorf("error %v", err)
	}
}

func TestNextAfterError(t *testing.T) {
	s := parser.NewSplitter(parser.Position{Line: 1, Col: 1}, "a; 'b", &parser.Dialect{})
	if stmt, ok, err := s.Next(); !ok || err != nil || stmt.Text != "a" {
		t.Fatalf("%v, %v, %v", stmt, ok, err)
	}
	for range 2 {
		if _, ok, err := s.Next(); ok || err == nil || err.Error() != "1:4: unterminated string literal" {
			t.Errorf("%v, %v", ok, err)
		}
	}
	end := parser.NewSplitter(parser.Position{Line: 1, Col: 1}, "a", &parser.Dialect{})
	end.Next()
	for range 2 {
		if _, ok, err := end.Next(); ok || err != nil {
			t.Errorf("behind the end: %v, %v", ok, err)
		}
	}
}
