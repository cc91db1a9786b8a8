package postgres_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
)

// told is an effect in words.
func told(e drivers.Effect) string {
	var words []string
	for _, l := range e.Locks {
		blocks := ""
		if l.Blocks != "" {
			blocks = " (" + l.Blocks + ")"
		}
		words = append(words, l.Mode+" "+l.Table+blocks)
	}
	for _, r := range e.Rewrites {
		words = append(words, "rewrites "+r)
	}
	for _, s := range e.Scans {
		words = append(words, "scans "+s)
	}
	return strings.Join(words, ", ")
}

func TestWatch(t *testing.T) {
	prepare := []string{
		"CREATE TABLE p (id integer PRIMARY KEY)", `CREATE TABLE t (n integer, s varchar(10), p integer)`, `CREATE TABLE "O d" (n integer)`,
		"ALTER TABLE t ADD CONSTRAINT later CHECK (n > 0) NOT VALID", "ALTER TABLE t ADD CONSTRAINT key_later FOREIGN KEY (p) REFERENCES p NOT VALID", "CREATE INDEX old ON t (n)", "CREATE VIEW v AS SELECT n FROM t", "CREATE MATERIALIZED VIEW m AS SELECT id FROM p",
		"INSERT INTO p VALUES (1)", "INSERT INTO t VALUES (1, 'x', 1)",
	}
	const all = "ACCESS EXCLUSIVE public.t (reads and writes)"
	for _, c := range []struct {
		text, want string
		single     bool // it stands in no transaction
	}{
		{text: "SELECT 1"},
		{text: "SET search_path = public"},
		{text: "ALTER TABLE t ADD COLUMN a integer DEFAULT 1", want: all},
		{text: "ALTER TABLE t ADD COLUMN b double precision DEFAULT random()", want: all + ", rewrites public.t"},
		{text: "ALTER TABLE t ALTER COLUMN s TYPE varchar(20)", want: all},
		{text: "ALTER TABLE t ALTER COLUMN s TYPE varchar(5)", want: all + ", rewrites public.t"},
		{text: "ALTER TABLE t VALIDATE CONSTRAINT key_later", want: "ROW SHARE public.p, SHARE UPDATE EXCLUSIVE public.t (schema changes), scans public.p, scans public.t"},
		{text: "ALTER TABLE t ALTER COLUMN p SET NOT NULL", want: all + ", scans public.t"},
		{text: `ALTER TABLE "O d" ALTER COLUMN n TYPE bigint`, want: `ACCESS EXCLUSIVE public."O d" (reads and writes), rewrites public."O d"`},
		{text: "CREATE INDEX i ON t (n)", want: "SHARE public.t (writes), scans public.t"},
		{text: "ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES p NOT VALID", want: "SHARE ROW EXCLUSIVE public.p (writes), SHARE ROW EXCLUSIVE public.t (writes)"},
		{text: "ALTER TABLE t VALIDATE CONSTRAINT later", want: "SHARE UPDATE EXCLUSIVE public.t (schema changes), scans public.t"},
		{text: "ALTER TABLE t ADD CHECK (n > 0)", want: all + ", scans public.t"},
		{text: "INSERT INTO t (n, s, p) VALUES (2, 'y', 1)", want: "ROW SHARE public.p, ROW EXCLUSIVE public.t"},
		{text: "CREATE TABLE made (n integer REFERENCES p)", want: "SHARE ROW EXCLUSIVE public.p (writes)"},
		{text: "TRUNCATE t", want: all},
		{text: "REFRESH MATERIALIZED VIEW m", want: "ACCESS EXCLUSIVE public.m (reads and writes), ACCESS SHARE public.p, rewrites public.m, scans public.p"},
		{text: "DROP VIEW v", want: "ACCESS EXCLUSIVE public.v (reads and writes)"},
		{text: "ALTER INDEX old RENAME TO older", want: "SHARE UPDATE EXCLUSIVE public.old (schema changes)"},
		{text: "CREATE INDEX CONCURRENTLY j ON t (s)", want: "SHARE UPDATE EXCLUSIVE public.t (schema changes), scans public.t", single: true},
		{text: "DROP INDEX CONCURRENTLY old", want: "SHARE UPDATE EXCLUSIVE public.t (schema changes)", single: true},
		{text: "VACUUM FULL t", want: all + ", rewrites public.t", single: true},
		{text: "VACUUM t", want: "SHARE UPDATE EXCLUSIVE public.t (schema changes)", single: true},
	} {
		for _, atomic := range []bool{true, false} {
			if atomic && c.single {
				continue
			}
			t.Run(fmt.Sprint(c.text, " ", atomic), func(t *testing.T) {
				conn, _ := open(t, fresh(t, ""))
				run(t, conn, batch(true, prepare...))
				got := "nothing"
				b := drivers.Batch{Atomic: atomic, Statements: []drivers.Statement{{Text: c.text}}, Watch: func(_ int, e drivers.Effect) { got = told(e) }}
				if _, err := conn.Exec(context.Background(), []drivers.Batch{b}); err != nil {
					t.Fatal(err)
				}
				if got != c.want {
					t.Errorf("got  %s\nwant %s", got, c.want)
				}
			})
		}
	}
}

// TestWatchGrows checks that a lock is told once, and what a batch has made not at all.
func TestWatchGrows(t *testing.T) {
	conn, _ := open(t, fresh(t, ""))
	run(t, conn, batch(true, "CREATE TABLE t (n integer, s varchar(10))", "CREATE TABLE k (n integer)", "INSERT INTO t VALUES (1, 'x')"))
	for _, atomic := range []bool{true, false} {
		var got []string
		b := drivers.Batch{Atomic: atomic, Watch: func(_ int, e drivers.Effect) { got = append(got, told(e)) }}
		for _, text := range []string{
			"SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "LOCK TABLE k IN SHARE MODE", "INSERT INTO k VALUES (1)", "ALTER TABLE t ALTER COLUMN s TYPE varchar(20)", "INSERT INTO t VALUES (2, 'y')",
			"CREATE TABLE made (n integer)", "ALTER TABLE made ALTER COLUMN n TYPE bigint", "DROP TABLE made", "ALTER TABLE t ALTER COLUMN s TYPE varchar(10)",
		} {
			if atomic || !strings.HasPrefix(text, "LOCK") {
				b.Statements = append(b.Statements, drivers.Statement{Text: text})
			}
		}
		if _, err := conn.Exec(context.Background(), []drivers.Batch{b}); err != nil {
			t.Fatal(err)
		}
		want := []string{"", "SHARE public.k (writes)", "", "ACCESS EXCLUSIVE public.t (reads and writes)", "", "", "", "", "rewrites public.t"}
		if !atomic {
			want = []string{"", "ROW EXCLUSIVE public.k", "ACCESS EXCLUSIVE public.t (reads and writes)", "ROW EXCLUSIVE public.t", "", "", "", "ACCESS EXCLUSIVE public.t (reads and writes), rewrites public.t"}
		}
		if strings.Join(got, "\n") != strings.Join(want, "\n") {
			t.Errorf("atomic %v: got\n%q\nwant\n%q", atomic, got, want)
		}
	}
}
