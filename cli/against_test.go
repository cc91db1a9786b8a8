package cli

import (
	"context"
	"maps"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"revise/drivers"
	"revise/drivers/all"
	"revise/parser"
)

// What stands in a revision file, in short: r("a", "b") is a that revises b.
func r(id, revises string) string {
	return "-- revision: " + id + "\n-- revises: " + revises + "\n\n-- one\n-- two\n-- +upgrade\nSELECT '" + id + "';\n\n\n\n-- the end\n"
}

func TestMergeFiles(t *testing.T) {
	a, b := r("aaa", ""), r("bbb", "aaa")
	above := strings.Replace(b, "-- one", "-- above", 1)
	below := strings.Replace(b, "-- the end", "-- below", 1)
	both := strings.Replace(above, "-- the end", "-- below", 1)
	other := strings.Replace(b, "-- one", "-- other", 1)
	type files map[string]string // by their names
	for _, test := range []struct {
		name                       string
		common, ours, theirs, want files
		asked                      string // about which files
	}{
		{"nothing", nil, nil, nil, nil, ""},
		{"one side adds", files{"a": a}, files{"a": a, "b": b}, files{"a": a}, files{"a": a, "b": b}, ""},
		{"the other side adds", files{"a": a}, files{"a": a}, files{"a": a, "b": b}, files{"a": a, "b": b}, ""},
		{"both add the same", nil, files{"b": b}, files{"b": b}, files{"b": b}, ""},
		{"both add different texts", nil, files{"b": b}, files{"b": other}, files{"b": b}, "b"},
		{"both add it under two names", nil, files{"b": b}, files{"c": b}, files{"b": b, "c": b}, ""},
		{"one side edits", files{"b": b}, files{"b": above}, files{"b": b}, files{"b": above}, ""},
		{"the other side edits", files{"b": b}, files{"b": b}, files{"b": above}, files{"b": above}, ""},
		{"both edit alike", files{"b": b}, files{"b": above}, files{"b": above}, files{"b": above}, ""},
		{"both edit different lines", files{"b": b}, files{"b": above}, files{"b": below}, files{"b": both}, ""},
		{"both edit the same line", files{"b": b}, files{"b": above}, files{"b": other}, files{"b": above}, "b"},
		{"one side renames", files{"b": b}, files{"c": b}, files{"b": b}, files{"c": b}, ""},
		{"the other side renames", files{"b": b}, files{"b": b}, files{"c": b}, files{"c": b}, ""},
		{"one side renames, the other edits", files{"b": b}, files{"c": b}, files{"b": above}, files{"b": above}, ""},
		{"one side renames and edits, the other edits", files{"b": b}, files{"c": below}, files{"b": above}, files{"c": both}, ""},
		{"both rename alike", files{"b": b}, files{"c": b}, files{"c": b}, files{"c": b}, ""},
		{"both rename to different names", files{"b": b}, files{"c": b}, files{"d": b}, files{"c": b, "d": b}, "c d"},
		{"one side removes", files{"b": b}, nil, files{"b": b}, nil, ""},
		{"the other side removes", files{"b": b}, files{"b": b}, nil, nil, ""},
		{"both remove", files{"b": b}, nil, nil, nil, ""},
		{"one side removes, the other edits", files{"b": b}, nil, files{"b": above}, files{"b": above}, "b"},
		{"one side edits, the other removes", files{"b": b}, files{"b": above}, nil, files{"b": above}, "b"},
		{"one side renames, the other removes", files{"b": b}, files{"c": b}, nil, files{"c": b}, "c"},
		{"a file with mistakes", files{"b": "x"}, files{"b": "x"}, files{"c": "x"}, files{"c": "x"}, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			if _, err := exec.LookPath("git"); err != nil {
				t.Skip(err)
			}
			p := newProgram(context.Background(), World{Drivers: all.Drivers()})
			here := func(file string) string { return file }
			m := &merging{ref: "main", shown: ".", ours: p.side(test.ours, here), common: p.side(test.common, here), theirs: p.side(test.theirs, here)}
			if err := m.merge(p.texts(&git{p: p, dir: "."}, m)); err != nil {
				t.Fatal(err)
			}
			var got, asked []string
			for _, f := range m.merged {
				got = append(got, f.text)
				if f.asked {
					asked = append(asked, f.name)
				}
			}
			slices.Sort(got)
			if want := slices.Sorted(maps.Values(test.want)); !slices.Equal(got, want) {
				t.Errorf("got %q, want %q", got, want)
			}
			slices.Sort(asked)
			if strings.Join(asked, " ") != test.asked {
				t.Errorf("git asks about %q, want %q", asked, test.asked)
			}
		})
	}
}

// With CRLF in the working tree and LF in git, nothing is changed.
func TestSideLineEndings(t *testing.T) {
	p := newProgram(context.Background(), World{Drivers: all.Drivers()})
	here := func(file string) string { return file }
	lf, crlf := p.side(map[string]string{"a": r("aaa", "")}, here), p.side(map[string]string{"a": strings.ReplaceAll(r("aaa", ""), "\n", "\r\n")}, here)
	if got, want := crlf.files["a"].text, lf.files["a"].text; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestChanged(t *testing.T) {
	set := all.Drivers()
	driver := func(name string) drivers.Driver {
		for _, d := range set {
			if d.Name() == name {
				return d
			}
		}
		return nil
	}
	const up = "-- +upgrade\n"
	for _, test := range []struct {
		name       string
		was, is    string
		configured string
		want       bool
	}{
		{"the same", up + "SELECT 1;", up + "SELECT 1;", "", false},
		{"no statements", up, up + "\n-- none\n", "", false},
		{"the first statement", up, up + "SELECT 1;", "", true},
		{"a comment, blanks, no terminator", up + "SELECT 1;", up + "/* why */ SELECT\n\t1", "", false},
		{"CRLF", up + "SELECT 1\n;SELECT 2;\n", up + "SELECT 1\r\n;SELECT 2;\r\n", "", false},
		{"a literal", up + "SELECT '1 ';", up + "SELECT '1';", "", true},
		{"the case of a word", up + "SELECT 1;", up + "select 1;", "", true},
		{"another section", up + "SELECT 1;", up + "SELECT 1;\n-- +downgrade\nSELECT 2;", "", false},
		{"a setting of the marker", up + "SELECT 1;", "-- +upgrade transaction=off\nSELECT 1;", "", false},
		{"for one database instead of all", up + "SELECT 1;", "-- +upgrade sqlite\nSELECT 1;", "", true},
		{"for all databases instead of one", "-- +upgrade sqlite\nSELECT 1;", up + "SELECT 1;", "", false},
		{"for a database that had none", "-- +upgrade sqlite\nSELECT 1;", "-- +upgrade sqlite\nSELECT 1;\n-- +upgrade postgres\nSELECT 2;", "", false},
		{"for a database of another name", "-- +upgrade sqlite\nSELECT 1;", "-- +upgrade sqlite, mysql\nSELECT 1;", "", false},
		{"another text for a database of its own", up + "SELECT 1;", up + "SELECT 1;\n-- +upgrade mysql\nSELECT 2;", "", true},
		{"which is not the configured one, but named", up + "SELECT 1;", up + "SELECT 1;\n-- +upgrade mysql\nSELECT 2;", "sqlite", true},
		{"of a database that has its own, the general one", up + "SELECT 1;\n-- +upgrade sqlite\nSELECT 2;", up + "SELECT 3;\n-- +upgrade sqlite\nSELECT 2;", "sqlite", false},
		{"a comment of one database: without one, it is a doubt", up + "SELECT 1;", up + "SELECT 1 # one\n;", "", true},
		{"a comment of the configured one", up + "SELECT 1;", up + "SELECT 1 # one\n;", "mysql", false},
		{"no comment of the configured one", up + "SELECT 1;", up + "SELECT 1 # one\n;", "postgres", true},
		{"a comment in what one database cannot read", up + "SELECT $$'$$;", up + "SELECT /* one */ $$'$$;", "", false},
		{"what no database can read", up + "SELECT 'a;", up + "SELECT 'a;", "", false},
		{"a change of what no database can read", up + "SELECT 'a;", up + "SELECT  'a;", "", true},
		{"mended", up + "SELECT 'a;", up + "SELECT 'a';", "", true},
	} {
		t.Run(test.name, func(t *testing.T) {
			parse := func(text string) *parser.Revision {
				r, err := parser.Parse("a.sql", []byte("-- revision: aaa\n"+text), set.Dialects())
				if err != nil {
					t.Fatal(err)
				}
				return r
			}
			c := changes{set, driver(test.configured)}
			if got := c.changed(parse(test.was), parse(test.is), parser.Upgrade); got != test.want {
				t.Errorf("changed = %v, want %v", got, test.want)
			}
		})
	}
}
