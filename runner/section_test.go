package runner

import (
	"fmt"
	"strings"
	"testing"

	"revise/drivers/all"
	"revise/parser"
)

// TestJournalUnderTableLocks says behind which statements the journal is written: not while table locks are held.
func TestJournalUnderTableLocks(t *testing.T) {
	mysql, err := all.Drivers().ByScheme("mysql")
	if err != nil {
		t.Fatal(err)
	}
	words := map[string]string{"s": "SELECT 1", "L": "LOCK TABLES t WRITE", "U": "UNLOCK TABLES"}
	for _, c := range []struct {
		statements string
		resume     int
		want       string // behind which the journal is written
	}{
		{"", 0, "[]"},
		{"s", 0, "[1]"},
		{"s s s", 0, "[1 2 3]"},
		{"s L s s U s", 0, "[1 5 6]"},
		{"L s U L s U", 0, "[3 6]"},
		{"L U", 0, "[2]"},
		{"s L s s", 0, "[1 4]"},     // never given back: at the end at the latest
		{"L s L s U s", 0, "[5 6]"}, // locks anew
		{"s U s", 0, "[1 2 3]"},     // holds none
		{"L s s U s", 2, "[3 4 5]"}, // the locks went with the session
		{"s L s U s", 1, "[4 5]"},   // begins with them
		{"L s U s L s U", 3, "[4 7]"},
		{"s s", 2, "[]"},
	} {
		var b strings.Builder
		for _, w := range strings.Fields(c.statements) {
			b.WriteString(words[w] + ";\n")
		}
		section := &parser.Section{Text: parser.InMemory(b.String()), Start: parser.Position{Line: 1, Col: 1}}
		o, err := outlineOf(section, mysql.Dialect(), false, c.resume)
		if err != nil {
			t.Fatal(err)
		}
		got := []int{}
		for done := c.resume; done < o.total; {
			done = o.journalled(done)
			got = append(got, done)
		}
		if s := fmt.Sprint(got); s != c.want {
			t.Errorf("%q from %d on: %s, want %s", c.statements, c.resume, s, c.want)
		}
	}
}

// Of a section of very many statements the ledger keeps sums over several each, and the stretch is told in which the first difference lies.
func TestDifferencesOfMany(t *testing.T) {
	const each, many = 3, 2*maxSums + 10
	insert := func(i int) string { return fmt.Sprintf("INSERT INTO a VALUES (%d);\n", i) }
	sqlite, err := all.Drivers().ByScheme("sqlite")
	if err != nil {
		t.Fatal(err)
	}
	step := func(change func(i int) string) *Step {
		var b strings.Builder
		for i := 1; i <= many; i++ {
			b.WriteString(change(i))
		}
		b.WriteString("INSERT INTO missing VALUES (3);")
		section := &parser.Section{Text: parser.InMemory(b.String()), Start: parser.Position{Line: 1, Col: 1}}
		o, err := outlineOf(section, sqlite.Dialect(), false, 0)
		if err != nil {
			t.Fatal(err)
		}
		return &Step{Section: section, Total: o.total, statements: &o}
	}
	sums, err := step(insert).statements.statementSums()
	if want := (many + 1 + each - 1) / each; err != nil || sums.each != each || len(sums.sums) != want {
		t.Fatalf("%d sums of %d statements each, %v; want %d of %d", len(sums.sums), sums.each, err, want, each)
	}
	row := Row{Done: many, Sums: sums.String()}
	for _, c := range []struct {
		name   string
		change func(i int) string
		from   int
	}{
		{"changed", func(i int) string { return insert(i + i/30_000) }, 30_000},
		{"the last one changed", func(i int) string { return insert(i + i/many) }, many},
		{"gone", func(i int) string {
			if i == 20_000 {
				return ""
			}
			return insert(i)
		}, 20_000},
		{"one more", func(i int) string {
			if i == 10_000 {
				return "SELECT 1;\n" + insert(i)
			}
			return insert(i)
		}, 10_000},
		{"shorter", func(i int) string {
			if i > 12_000 {
				return ""
			}
			return insert(i)
		}, 12_001},
	} {
		list := step(c.change).differences(row)
		if len(list) != 1 {
			t.Errorf("%s: got %v", c.name, list)
			continue
		}
		if d := list[0]; d.Was > c.from || d.Last < c.from || d.Last-d.Was >= each || d.Now == nil || d.Now.Pos.Line != d.Was {
			t.Errorf("%s at %d: got %v", c.name, c.from, d)
		}
	}
	// Far shorter: nothing stands there any more.
	short := step(func(i int) string { return strings.Repeat(insert(i), max(0, min(1, 4-i))) })
	if list := short.differences(row); len(list) != 1 || list[0].Was != 4 || list[0].Last != 6 {
		t.Errorf("got %v", list)
	}
	if s := step(insert); !s.unchanged(row, 17) || !s.unchanged(row, many) || s.unchanged(row, many+1+each) {
		t.Error("what did not change is not known to be the same")
	}
}
