package sqlite_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"revise/drivers"
)

func TestWatch(t *testing.T) {
	for _, memory := range []bool{true, false} {
		url := "sqlite::memory:"
		if !memory {
			url = "sqlite:" + dbPath(t)
		}
		c := open(t, url)
		run(t, c, true, "CREATE TABLE T (a integer, b integer, v AS (a + b))", "CREATE TABLE u (n integer)", "CREATE TABLE w (n integer)")
		list := [][2]string{
			{"SELECT 1", ""},
			{"CREATE TEMP TABLE x (n integer)", ""},
			{"INSERT INTO x VALUES (1)", ""},
			{"INSERT INTO t (a) VALUES (1)", "locked"},
			{"CREATE TABLE made (n integer)", "locked"},
			{"ALTER TABLE made ADD COLUMN m integer CHECK (m > 0)", "locked"},
			{"ALTER TABLE t ADD COLUMN c integer", "locked"},
			{"ALTER TABLE t ADD COLUMN d integer CHECK (d > 0)", "locked scans T"},
			{"ALTER TABLE main.t DROP COLUMN c", "locked rewrites T"},
			{`ALTER TABLE "t" DROP v`, "locked"},
			{"CREATE UNIQUE INDEX IF NOT EXISTS i ON u (n)", "locked scans u"},
			{"UPDATE u SET n = 1", "locked rewrites u"},
			{"UPDATE u SET n = 1 WHERE n > 0", "locked"},
			{"CREATE TABLE new_u (n integer)", "locked"},
			{"INSERT INTO new_u SELECT n FROM u", "locked"},
			{"DROP TABLE u", "locked"},
			{"ALTER TABLE new_u RENAME TO u", "locked rewrites u"},
			{"CREATE VIEW v AS SELECT 1", "locked"},
			{"PRAGMA user_version = 3", "locked"},
			{"VACUUM", "locked rewrites T rewrites u rewrites w"},
		}
		var got []string
		b := drivers.Batch{Tail: own("INSERT INTO w VALUES (1)"), Watch: func(i int, e drivers.Effect) {
			var words []string
			for _, l := range e.Locks {
				if l != (drivers.Lock{Table: "the database", Mode: "EXCLUSIVE", Blocks: "writes"}) {
					t.Errorf("got the lock %+v", l)
				}
				words = append(words, "locked")
			}
			for _, r := range e.Rewrites {
				words = append(words, "rewrites "+r)
			}
			for _, s := range e.Scans {
				words = append(words, "scans "+s)
			}
			got = append(got, fmt.Sprint(i, " ", strings.Join(words, " ")))
		}}
		for _, l := range list {
			b.Statements = append(b.Statements, drivers.Statement{Text: l[0]})
		}
		if _, err := c.Exec(context.Background(), []drivers.Batch{b}); err != nil {
			t.Fatal(err)
		}
		for i, l := range list {
			if want := fmt.Sprint(i, " ", l[1]); i >= len(got) || got[i] != want {
				t.Errorf("%s: got %q, want %q", l[0], got[i:min(i+1, len(got))], want)
			}
		}
		if len(got) != len(list) {
			t.Errorf("there were %d effects of %d statements", len(got), len(list))
		}
	}
}
