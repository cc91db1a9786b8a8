package parser_test

import (
	"bytes"
	"slices"
	"testing"

	"revise/parser"
)

func TestReparent(t *testing.T) {
	for _, c := range []struct {
		src     string
		parents []string
		want    string
	}{
		{"-- revision: b\n-- revises: a\n-- +upgrade\nSELECT 1;", []string{"c"}, "-- revision: b\n-- revises: c\n-- +upgrade\nSELECT 1;"},
		{"-- revision: b\r\n--revises :a , x\r\n-- +upgrade\r\n", []string{"c", "d"}, "-- revision: b\r\n--revises : c, d\r\n-- +upgrade\r\n"},
		{"\xef\xbb\xbf-- revision: b\n-- message: revises: nothing\n-- +upgrade\n-- revises: x\n", []string{"c"}, "\xef\xbb\xbf-- revision: b\n-- revises: c\n-- message: revises: nothing\n-- +upgrade\n-- revises: x\n"},
		{"/*\n-- revises: z\n*/\n-- Revision: b\n-- REVISES:\n", []string{"c"}, "/*\n-- revises: z\n*/\n-- Revision: b\n-- REVISES: c\n"},
		{"-- revision: b\n-- revises: a\n", nil, "-- revision: b\n-- revises:\n"},
		{"-- revision: b", []string{"c"}, "-- revision: b\n-- revises: c\n"},
	} {
		got, err := parser.Reparent([]byte(c.src), c.parents)
		if err != nil || string(got) != c.want {
			t.Errorf("%q to %q: %q, %v, want %q", c.src, c.parents, got, err, c.want)
		}
	}
	if _, err := parser.Reparent([]byte("-- +upgrade\n-- revision: b\n"), nil); err == nil {
		t.Error("no error")
	}
}

// Whatever a file holds, behind it only the parents are others.
func FuzzReparent(f *testing.F) {
	f.Add([]byte("-- revision: b\n-- revises: a\n-- message: x\n-- +upgrade\nSELECT 1;\n-- +downgrade\n"))
	f.Add([]byte("\xef\xbb\xbf-- revision: b\r\n/* c\r\n*/\r\n-- +upgrade\r\n"))
	f.Fuzz(func(t *testing.T, src []byte) {
		before, err := parser.Parse("f.sql", bytes.Clone(src), []string{"postgres", "mysql", "sqlite"})
		if err != nil {
			return
		}
		out, err := parser.Reparent(src, []string{"p1", "p2"})
		if err != nil {
			t.Fatalf("%q: %v", src, err)
		}
		after, err := parser.Parse("f.sql", bytes.Clone(out), []string{"postgres", "mysql", "sqlite"})
		if err != nil {
			t.Fatalf("%q became %q: %v", src, out, err)
		}
		var parents []string
		for _, r := range after.Revises {
			parents = append(parents, r.Name)
		}
		if !slices.Equal(parents, []string{"p1", "p2"}) || after.ID.Name != before.ID.Name || after.Message != before.Message || len(after.Sections) != len(before.Sections) {
			t.Fatalf("%q became %q", src, out)
		}
		for i, s := range after.Sections {
			a, _ := s.Text.String()
			b, _ := before.Sections[i].Text.String()
			if a != b {
				t.Fatalf("%q became %q", src, out)
			}
		}
		again, err := parser.Reparent(out, []string{"p1", "p2"})
		if err != nil || !bytes.Equal(again, out) {
			t.Fatalf("%q became %q the second time", out, again)
		}
	})
}
