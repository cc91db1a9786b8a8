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
