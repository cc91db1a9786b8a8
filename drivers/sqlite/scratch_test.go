package sqlite_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/sqlite"
	"revise/schema"
)

// scratch makes a database for trials beside a file that does not exist, and checks that nothing was ever written there.
func scratch(t *testing.T, params string) *drivers.Scratch {
	t.Helper()
	dir := t.TempDir()
	addr, err := sqlite.Driver{}.Parse("sqlite:" + filepath.Join(dir, "real.db") + params)
	if err != nil {
		t.Fatal(err)
	}
	s, err := sqlite.Driver{}.Scratch(context.Background(), addr, drivers.Options{App: "test"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		for range 2 {
			if err := s.Drop(context.Background()); err != nil {
				t.Errorf("drop: %v", err)
			}
		}
		if left, _ := os.ReadDir(dir); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
		if left, _ := filepath.Glob("*memory*"); len(left) > 0 {
			t.Errorf("%v is left", left)
		}
	})
	return s
}

func TestScratchKeepsSettings(t *testing.T) {
	for params, answer := range map[string]string{"?foreign_keys=on": "1", "?foreign_keys=off": "0", "?foreign_keys=on&journal_mode=wal": "1", "?mode=ro&foreign_keys=on": "1"} {
		c := scratch(t, params).Session
		want(t, c, "PRAGMA foreign_keys", answer)
		run(t, c, true, "CREATE TABLE t (n integer)", "INSERT INTO t VALUES (1)")
		run(t, c, false, "PRAGMA foreign_keys = off", "CREATE TEMP TABLE t AS SELECT 2 AS n", "ATTACH ':memory:' AS more")
		want(t, c, "PRAGMA foreign_keys", answer)
		want(t, c, "SELECT n FROM t", "1")
		want(t, c, "SELECT count(*) FROM pragma_database_list WHERE name = 'more'", "0")
	}
}

func TestScratchWithKeysOff(t *testing.T) {
	c := scratch(t, "?foreign_keys=on").Session
	run(t, c, true, "CREATE TABLE p (id integer PRIMARY KEY)", "CREATE TABLE c (p integer REFERENCES p ON DELETE CASCADE)", "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (1)")
	for _, atomic := range []bool{true, false} {
		b := drivers.Batch{Atomic: atomic, KeysOff: true, Statements: texts("CREATE TABLE new_p (id integer PRIMARY KEY, s text)",
			"INSERT INTO new_p (id) SELECT id FROM p", "DROP TABLE p", "ALTER TABLE new_p RENAME TO p")}
		if _, err := c.Exec(context.Background(), []drivers.Batch{b}); err != nil {
			t.Fatal(err)
		}
		want(t, c, "SELECT count(*) FROM c", "1")
		want(t, c, "PRAGMA foreign_keys", "1")
	}
	b := drivers.Batch{Atomic: true, KeysOff: true, Statements: texts("DELETE FROM p")}
	if _, err := c.Exec(context.Background(), []drivers.Batch{b}); err == nil || !strings.Contains(err.Error(), "foreign_key_check") {
		t.Errorf("got %v, want a row that refers to nothing", err)
	}
	want(t, c, "SELECT count(*) FROM p", "1")
	if _, err := c.Exec(context.Background(), []drivers.Batch{{Statements: texts("INSERT INTO c VALUES (7)")}}); err == nil {
		t.Error("foreign keys are not enforced any more")
	}
}

func TestScratchLockAndCancel(t *testing.T) {
	ctx := context.Background()
	c := scratch(t, "").Session
	if err := c.TryLock(ctx, "key", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Holder(ctx, "key"); err != nil {
		t.Error(err)
	}
	run(t, c, true, "CREATE TABLE t (n integer)")
	short, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
	defer cancel()
	b := drivers.Batch{Atomic: true, Statements: texts("INSERT INTO t VALUES (1)",
		"INSERT INTO t WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500000000) SELECT count(*) FROM c")}
	if _, err := c.Exec(short, []drivers.Batch{b}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want that the time is over", err)
	}
	want(t, c, "SELECT count(*) FROM t", "0")
	if err := c.Unlock(ctx, "key"); err != nil {
		t.Error(err)
	}
	if err := c.TryLock(ctx, "key", ""); err != nil {
		t.Error(err)
	}
}

func TestRename(t *testing.T) {
	c := scratch(t, "?foreign_keys=on").Session
	run(t, c, true, `CREATE TABLE "A b" (id integer PRIMARY KEY, "c d" text)`, `CREATE TABLE child (p integer REFERENCES "A b")`, `CREATE VIEW v AS SELECT "c d" FROM "A b"`,
		`INSERT INTO "A b" VALUES (1, 'x')`)
	table := func(name string) *schema.Object {
		return &schema.Object{Kind: "table", Name: `"` + strings.ToLower(name) + `"`, Path: []string{name}, Attrs: map[string]string{"name": name}}
	}
	column := func(table, name string) *schema.Object {
		return &schema.Object{Kind: "column", Name: table + "." + name, Path: []string{table, name}, Attrs: map[string]string{"name": name}, Place: 2}
	}
	for _, sql := range []string{
		sqlite.Driver{}.Rename(column("A b", "c d"), column("A b", `e"f`)),
		sqlite.Driver{}.Rename(table("A b"), table("order")),
		sqlite.Driver{}.Rename(column("order", `e"f`), column("order", `E"f`)),
	} {
		run(t, c, true, sql)
	}
	want(t, c, `SELECT "e""f" FROM v`, "x")
	want(t, c, `SELECT "table" FROM pragma_foreign_key_list('child')`, "order")
	if sql := (sqlite.Driver{}).Rename(table("order"), table("Order")); sql != "" {
		t.Errorf("got %s for a name that SQLite takes for the same", sql)
	}
	if sql := (sqlite.Driver{}).Rename(&schema.Object{Kind: "index", Name: "a"}, &schema.Object{Kind: "index", Name: "b"}); sql != "" {
		t.Errorf("got %s for an index", sql)
	}
}

// TestKeysOffWithMismatch checks that a key which cannot be checked, for it refers to what is not unique, keeps no table from being built anew, and that one more does.
func TestKeysOffWithMismatch(t *testing.T) {
	c := scratch(t, "").Session
	run(t, c, true, "CREATE TABLE p (n integer)", "CREATE TABLE c (p integer REFERENCES p (n))", "CREATE TABLE q (id integer PRIMARY KEY)", "CREATE TABLE d (q integer REFERENCES q (id))",
		"INSERT INTO q VALUES (1)", "INSERT INTO d VALUES (1)")
	try := func(list ...string) error {
		_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, KeysOff: true, Statements: texts(list...)}})
		return err
	}
	for _, text := range []string{"CREATE TABLE t (n integer)", "INSERT INTO c VALUES (1)", "CREATE TABLE f (p integer REFERENCES p (n))"} {
		if err := try(text); (err == nil) != !strings.HasPrefix(text, "INSERT") {
			t.Errorf("%s: got %v", text, err)
		}
	}
	for text, part := range map[string]string{
		"DELETE FROM q": "row 1 of d refers to no row of q", "CREATE TABLE e (p integer REFERENCES p (n)); INSERT INTO e VALUES (NULL)": `mismatch - "e" referencing "p"`,
	} {
		if err := try(text); err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%s: got %v, want %s", text, err, part)
		}
	}
}
