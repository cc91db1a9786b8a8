package squash_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"revise/drivers/all"
	"revise/drivers/drivertest/splittest"
	"revise/parser"
	"revise/squash"
)

// parse reads files whose ids are a, b, c …, each behind the one before.
func parse(t *testing.T, texts ...string) (revs []*parser.Revision) {
	t.Helper()
	for i, text := range texts {
		id := string(rune('a' + i))
		head := "-- revision: " + id + "\n"
		if i > 0 {
			head += "-- revises: " + string(rune('a'+i-1)) + "\n"
		}
		r, err := parser.Parse("versions/"+id+".sql", []byte(head+text), all.Drivers().Dialects())
		if err != nil {
			t.Fatal(err)
		}
		revs = append(revs, r)
	}
	return revs
}

// text squashes, and writes the file.
func text(t *testing.T, revs []*parser.Revision) (string, error) {
	t.Helper()
	made, err := squash.Of(revs, all.Drivers(), squash.Options{})
	if err != nil {
		return "", err
	}
	made.Revision.ID.Name = "s"
	file, err := parser.Format(made.Revision)
	if err != nil {
		t.Fatal(err)
	}
	again, err := parser.Parse("s.sql", []byte(file), all.Drivers().Dialects())
	if err != nil {
		return file, err
	}
	return file, made.Check(again)
}

// A squash of any two texts that one database can read runs the statements of both, or is refused.
func TestAnyTwoSections(t *testing.T) {
	refused, held := 0, 0
	for _, driver := range all.Drivers() {
		d := driver.Dialect()
		texts := splittest.Texts(t, d)
		for i, one := range texts {
			two := texts[(i*7+3)%len(texts)]
			if strings.HasPrefix(one, "\uFEFF") || strings.Contains(one+two, "\x00") || strings.Contains(one+two, "-- +") {
				continue
			}
			file := func(sql string) string { return "-- transaction: off\n-- +upgrade " + d.Name + "\n" + sql }
			revs := parse(t, file(one), file(two))
			var want []parser.Statement
			for _, r := range revs {
				stmts, err := r.Sections[0].Split(d)
				if err != nil {
					want = nil
					break
				}
				want = append(want, stmts...)
			}
			squashed, err := text(t, revs)
			var unfit *squash.UnfitError
			switch {
			case want == nil && err == nil:
				continue // neither has a statement, or one has a mistake
			case errors.As(err, &unfit):
				refused++
				continue
			case err != nil:
				continue // a mistake of the text itself
			}
			held++
			r, err := parser.Parse("s.sql", []byte(squashed), all.Drivers().Dialects())
			if err != nil {
				t.Fatal(err)
			}
			got, err := r.Section(parser.Upgrade, d.Name).Split(d)
			if err != nil || len(got) != len(want) {
				t.Fatalf("%q, %q: %d statements, want %d: %v", one, two, len(got), len(want), err)
			}
			for k := range got {
				if got[k].Text != want[k].Text || got[k].Data != want[k].Data {
					t.Errorf("%q, %q: statement %d is %q, want %q", one, two, k+1, got[k].Text, want[k].Text)
				}
			}
		}
	}
	if held < 100 || refused == 0 || refused > held/10 {
		t.Errorf("%d held, %d refused: the test has not seen what it is for", held, refused)
	}
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		want  string
		texts []string
	}{
		{"a (versions/a.sql) reads differently", []string{"-- +upgrade sqlite\nSELECT 1; /* open", "-- +upgrade sqlite\nSELECT 2;"}},
		{`a (versions/a.sql) has "${x}" as text, and another declares the variable x`, []string{"-- variables: y\n-- +upgrade\nSELECT ${$}{x}, '${y}' -- ${x}\n;", "-- variables: x\n-- +upgrade\nSELECT ${x:literal};"}},
		{"no database has an upgrade in all of these revisions, of which the first is a (versions/a.sql)", []string{"-- +upgrade sqlite\nSELECT 1;", "-- +upgrade mysql\nSELECT 2;"}},
		{"b (versions/b.sql) says foreign_keys off, and a (versions/a.sql) does not", []string{"-- +upgrade\nSELECT 1;", "-- foreign_keys: off\n-- +upgrade\nSELECT 2;"}},
	} {
		_, err := text(t, parse(t, c.texts...))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.texts, err, c.want)
		}
	}
}

// What the databases have in common is one section, what they have not is theirs.
func TestSectionsOfDatabases(t *testing.T) {
	revs := parse(t,
		"-- labels: l\n-- variables: v\n-- +upgrade\nSELECT 1\n-- +downgrade\nSELECT -1;",
		"-- variables: w, v\n-- lock_timeout: 3s\n-- +upgrade\n-- nothing here\n-- +downgrade\n",
		"-- labels: m\n-- +upgrade\nSELECT 2;\n-- +upgrade mysql\nDELIMITER //\nSELECT 3//\n-- +downgrade mysql, postgres\nSELECT -2\n-- +verify\nSELECT 4;",
		"-- +upgrade\nSELECT 5;\n-- +downgrade\nSELECT -5;")
	got, err := text(t, revs)
	want := `-- revision: s
-- revises:
-- replaces: a, b, c, d
-- labels: l, m
-- message:
-- variables: v, w

-- +upgrade postgres,sqlite
-- from a
SELECT 1

-- +reset
-- from c
SELECT 2;

-- +reset
-- from d
SELECT 5;

-- +upgrade mysql
-- from a
SELECT 1

-- +reset
-- from c
DELIMITER //
SELECT 3//

-- +reset
-- from d
SELECT 5;

-- +downgrade postgres,mysql
-- from d
SELECT -5;

-- +reset
-- from c
SELECT -2

-- +reset
-- from a
SELECT -1;
`
	if err != nil || got != want {
		t.Errorf("%v\n%s", err, got)
	}
	made, err := squash.Of(revs, all.Drivers(), squash.Options{})
	if err != nil {
		t.Fatal(err)
	}
	notes := fmt.Sprint(strings.Join(made.Notes, "\n"))
	if want := "it cannot be taken back on sqlite, for c (versions/c.sql) cannot\nverify sections are left out where others stand on the revision: c"; notes != want {
		t.Errorf("notes:\n%s\nwant:\n%s", notes, want)
	}
}
