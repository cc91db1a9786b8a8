package postgres_test

import (
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
)

func TestCopy(t *testing.T) {
	for _, atomic := range []bool{true, false} {
		t.Run(fmt.Sprintf("atomic %v", atomic), func(t *testing.T) {
			c, _ := open(t, fresh(t, ""))
			run(t, c, batch(true, "CREATE TABLE t (n integer PRIMARY KEY, s text)"))
			in := func(data string) drivers.Statement {
				return drivers.Statement{Text: "COPY t (n, s) FROM stdin", Copy: true, Data: strings.NewReader(data)}
			}
			var done []int
			b := batch(atomic, "INSERT INTO t VALUES (1, 'a')", "", "INSERT INTO t VALUES (4, 'd')", "")
			b.Statements[1] = in("2\tb\\tä\n3\t\\N\n")
			b.Statements[3] = in("")
			b.Done = func(n int) { done = append(done, n) }
			run(t, c, batch(atomic), b, batch(true, "INSERT INTO t VALUES (5, 'e')"))
			want(t, c, "SELECT n, s FROM t ORDER BY n", "1,a|2,b\tä|3,|4,d|5,e")
			if fmt.Sprint(done) != "[0 1 2 3]" {
				t.Errorf("done %v", done)
			}

			bad := batch(atomic, "INSERT INTO t VALUES (10)", "", "INSERT INTO t VALUES (13)")
			bad.Statements[1] = in("11\tx\ntwelve\ty\n")
			e := fails(t, c, drivers.Progress{Batches: 1, Statements: 1}, "22P02", batch(atomic, "INSERT INTO t VALUES (6)"), bad, batch(atomic, "INSERT INTO t VALUES (14)"))
			if !strings.Contains(e.Context, "line 2") || e.Line != 2 {
				t.Errorf("line %d, context %q, want both to name line 2 of the data", e.Line, e.Context)
			}
			want(t, c, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM t WHERE n > 5", map[bool]string{true: "6", false: "6 10"}[atomic])

			// A large one with a duplicate at its end, no such table, no such statement.
			var large strings.Builder
			for i := range 300_000 {
				fmt.Fprintf(&large, "%d\tsome text for the row\n", 1000+i)
			}
			bad.Statements[1] = in(large.String() + "1000\tagain\n")
			fails(t, c, drivers.Progress{}, "23505", drivers.Batch{Atomic: atomic, Statements: bad.Statements[1:2]}, batch(atomic))
			bad.Statements[0].Text, bad.Statements[1].Text = "SELECT 1", "COPY missing FROM stdin"
			fails(t, c, drivers.Progress{Statements: 1}, "42P01", bad)
			fails(t, c, drivers.Progress{Statements: 1}, "42601", batch(atomic, "SELECT 1", "COPY t FROM FROM"))
			want(t, c, "SELECT count(*) FROM t WHERE n >= 1000", "0")
			run(t, c, batch(atomic, "SELECT 1"))
		})
	}
}

// TestCopyWithoutData sees that a COPY whose data nobody has, or nobody wants, does not hang.
func TestCopyWithoutData(t *testing.T) {
	for _, atomic := range []bool{true, false} {
		c, _ := open(t, fresh(t, ""))
		run(t, c, batch(atomic, "CREATE TABLE t (n integer)", "-- from here\n/* and */ copy t FROM STDIN", "INSERT INTO t SELECT generate_series(1, 50000)",
			"COPY t TO STDOUT", "COPY (SELECT n FROM t) TO STDOUT WITH (FORMAT csv)", "SELECT 1"))
		want(t, c, "SELECT count(*) FROM t", "50000")
	}
}
