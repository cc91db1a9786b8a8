package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

func TestExecAtomic(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	var seen []string
	batch := func(name string, statements ...drivers.Statement) drivers.Batch {
		return drivers.Batch{Atomic: true, Statements: statements,
			Done:      func(i int) { seen = append(seen, fmt.Sprint(name, i)) },
			Committed: func() { seen = append(seen, name+" committed") }}
	}
	p, err := c.Exec(context.Background(), []drivers.Batch{
		batch("a", texts("CREATE TABLE t (a PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)", "SELECT * FROM t -- thrown away")...),
		batch("b"),
		batch("c", texts("INSERT INTO t VALUES (3)", "CREATE TABLE u (a)", "INSERT INTO t VALUES (1)", "INSERT INTO t VALUES (4)")...),
		batch("d", texts("INSERT INTO t VALUES (5)")...),
	})
	if want := (drivers.Progress{Batches: 2, Statements: 2}); p != want {
		t.Errorf("progress: got %+v, want %+v", p, want)
	}
	if e := asError(t, err); e.Code != "SQLITE_CONSTRAINT_PRIMARYKEY" && e.Code != "SQLITE_CONSTRAINT_UNIQUE" || e.Message != "UNIQUE constraint failed: t.a" {
		t.Errorf("got %+v", e)
	}
	if got, want := strings.Join(seen, " "), "a0 a1 a2 a committed b committed c0 c1"; got != want {
		t.Errorf("callbacks: got %q, want %q", got, want)
	}
	want(t, c, "SELECT a FROM t ORDER BY a", "1|2")
	want(t, c, "SELECT name FROM sqlite_schema WHERE name = 'u'", "")
	run(t, c, true, "INSERT INTO t VALUES (6)") // usable and outside of a transaction
}

func TestExecNothing(t *testing.T) {
	path := dbPath(t)
	c := open(t, "sqlite:"+path)
	for _, batches := range [][]drivers.Batch{nil, {}, {{}}, {{Atomic: true}, {}}} {
		p, err := c.Exec(context.Background(), batches)
		if err != nil || p != (drivers.Progress{Batches: len(batches)}) {
			t.Errorf("%d batches: got %+v, %v", len(batches), p, err)
		}
	}
	if _, err := os.Stat(path); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("batches without statements made the file: %v", err)
	}
}

func TestExecNotAtomic(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	p, err := c.Exec(context.Background(), []drivers.Batch{{Statements: texts(
		"CREATE TABLE t (a)", "INSERT INTO t VALUES (1)", "VACUUM", "BEGIN", "INSERT INTO t VALUES (2)", "INSERT INTO nowhere VALUES (1)", "COMMIT")}})
	if want := (drivers.Progress{Statements: 5}); p != want || err == nil {
		t.Fatalf("got %+v, %v, want %+v and an error", p, err, want)
	}
	want(t, c, "SELECT a FROM t", "1") // what the statements' own transaction did is rolled back, what was committed before stays
	run(t, c, false, "BEGIN", "INSERT INTO t VALUES (3)", "COMMIT")
	want(t, c, "SELECT a FROM t", "1|3")
	run(t, c, true, "INSERT INTO t VALUES (4)")
}

// TestRollbackBySQLite has statements fail in ways after which SQLite has rolled back by itself.
func TestRollbackBySQLite(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	run(t, c, true, "CREATE TABLE t (a PRIMARY KEY)", "INSERT INTO t VALUES (1)",
		"CREATE TRIGGER r BEFORE DELETE ON t BEGIN SELECT RAISE(ROLLBACK, 'not this one'); END")
	for _, bad := range []string{"INSERT OR ROLLBACK INTO t VALUES (1)", "DELETE FROM t"} {
		for _, atomic := range []bool{true, false} {
			p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: atomic, Statements: texts("SELECT 1", bad)}})
			if p != (drivers.Progress{Statements: 1}) || err == nil || strings.Contains(err.Error(), "no transaction is active") {
				t.Errorf("%s: got %+v, %v", bad, p, err)
			}
		}
	}
	want(t, c, "SELECT a FROM t", "1")
}

func TestControlInTransaction(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	run(t, c, true, "CREATE TABLE t (a)")
	for _, control := range []string{"COMMIT", "END", "ROLLBACK", "BEGIN", "/* x */ commit transaction"} {
		p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts("INSERT INTO t VALUES (1)", control)}})
		if p != (drivers.Progress{Statements: 1}) || err == nil || !strings.Contains(err.Error(), "one transaction") {
			t.Errorf("%s: got %+v, %v", control, p, err)
		}
		want(t, c, "SELECT count(*) FROM t", "0")
	}
	run(t, c, true, "SAVEPOINT s", "INSERT INTO t VALUES (1)", "ROLLBACK TO s", "RELEASE s", "INSERT INTO t VALUES (2)")
	want(t, c, "SELECT a FROM t", "2")
}

// TestForeignKeysInTransaction: SQLite would ignore the PRAGMA, and dropping the old table would delete the children.
func TestForeignKeysInTransaction(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t)+"?foreign_keys=on")
	run(t, c, true, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE k (p REFERENCES p ON DELETE CASCADE)",
		"INSERT INTO p VALUES (1)", "INSERT INTO k VALUES (1)")
	rebuild := []string{"PRAGMA foreign_keys = OFF", "CREATE TABLE n (id INTEGER PRIMARY KEY, x)", "INSERT INTO n SELECT id, 0 FROM p",
		"DROP TABLE p", "ALTER TABLE n RENAME TO p"}
	_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts(rebuild...)}})
	if err == nil || asError(t, err).Hint == "" {
		t.Errorf("got %v", err)
	}
	run(t, c, true, "PRAGMA foreign_keys = 1") // it is so already
	run(t, c, false, rebuild...)
	want(t, c, "SELECT * FROM k", "1")
	want(t, c, "PRAGMA foreign_keys", "1")
}

func TestDeferredForeignKeyAtCommit(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t)+"?foreign_keys=on")
	run(t, c, true, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE k (p REFERENCES p)", "CREATE TABLE l (x)")
	committed := false
	p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Committed: func() { committed = true },
		Statements: texts("PRAGMA defer_foreign_keys = ON", "INSERT INTO k VALUES (7)"), Tail: own("INSERT INTO l VALUES (1)")}})
	if p != (drivers.Progress{Statements: 3}) || committed {
		t.Errorf("got %+v, committed %v", p, committed)
	}
	if e := asError(t, err); e.Code != "SQLITE_CONSTRAINT_FOREIGNKEY" || e.Hint == "" {
		t.Errorf("got %+v", e)
	}
	want(t, c, "SELECT count(*) FROM k", "0")
	want(t, c, "SELECT count(*) FROM l", "0")
}

func TestCheck(t *testing.T) {
	c := open(t, "sqlite::memory:")
	for sql, ok := range map[string]bool{
		"SELECT 1": true, "SELECT -2.5": true, "SELECT 'yes'": true, "SELECT x'00'": true, "SELECT 1 UNION ALL SELECT 0": true, "SELECT 1, 0": true,
		"SELECT 1 WHERE false": false, "SELECT 0": false, "SELECT 0.0": false, "SELECT ''": false, "SELECT NULL": false, "SELECT false": false,
		"SELECT '0'": false, "SELECT 0 UNION ALL SELECT 1": false, "CREATE TABLE t (a)": false, "SELECT nothing": false,
	} {
		p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: []drivers.Statement{{Text: sql, Check: true}}}})
		if (err == nil) != ok || (p.Batches == 1) != ok {
			t.Errorf("%s: got %+v, %v, want ok %v", sql, p, err, ok)
		}
		if err != nil {
			asError(t, err)
		}
	}
	want(t, c, "SELECT count(*) FROM sqlite_schema", "0")
}

func TestSeveralStatementsInOne(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	run(t, c, true, "; -- first\nCREATE TABLE t (a);\r\nINSERT INTO t VALUES ('ü;'); /* end", "INSERT INTO t VALUES (2);")
	want(t, c, "SELECT a FROM t", "ü;|2")
	_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts("INSERT INTO t VALUES ('é'); SELECT nix FROM t")}})
	if e := asError(t, err); e.Offset != len("INSERT INTO t VALUES ('é'); SELECT ") {
		t.Errorf("got offset %d", e.Offset)
	}
}

func TestCancel(t *testing.T) {
	for _, atomic := range []bool{true, false} {
		c := open(t, "sqlite:"+dbPath(t))
		run(t, c, true, "CREATE TABLE t (a)")
		for name, statement := range map[string]string{"select": endless, "insert": "INSERT INTO t " + endless, "index": "CREATE TABLE big AS " + endless} {
			ctx, cancel := context.WithCancel(context.Background())
			var p drivers.Progress
			var err error
			within(t, 5*time.Second, func() {
				p, err = c.Exec(ctx, []drivers.Batch{{Atomic: atomic, Statements: texts("DELETE FROM t", statement, "SELECT 1"), Done: func(int) { go cancel() }}})
			})
			if p != (drivers.Progress{Statements: 1}) || !errors.Is(err, context.Canceled) {
				t.Errorf("%s: got %+v, %v", name, p, err)
			}
			if e := asError(t, err); e.Code != "SQLITE_INTERRUPT" {
				t.Errorf("%s: got %+v", name, e)
			}
			run(t, c, true, "INSERT INTO t VALUES (1)")
		}
	}
	c := open(t, "sqlite::memory:")
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Millisecond)
	defer cancel()
	if _, err := c.Query(ctx, endless); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("query: got %v", err)
	}
	if p, err := c.Exec(ctx, []drivers.Batch{{Statements: texts("SELECT 1")}}); !errors.Is(err, context.DeadlineExceeded) || p != (drivers.Progress{}) {
		t.Errorf("exec with a finished context: got %+v, %v", p, err)
	}
	want(t, c, "SELECT 1", "1")
}

func TestStatementTimeout(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, StatementTimeout: 20 * time.Millisecond, Statements: texts("CREATE TABLE t (a)", endless)}})
	if e := asError(t, err); p != (drivers.Progress{Statements: 1}) || !strings.Contains(e.Message, "statement timeout of 20ms") || e.Hint == "" {
		t.Errorf("got %+v, %+v", p, e)
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a statement timeout looks like a cancelled run: %v", err)
	}
	want(t, c, "SELECT count(*) FROM sqlite_schema", "0")
	// The limit ends with its batch, and holds for each statement and not for their sum.
	const slow = "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 50000) SELECT count(*) FROM c"
	start := time.Now()
	run(t, c, false, slow)
	limit := 10*time.Since(start) + 50*time.Millisecond
	if _, err := c.Exec(context.Background(), []drivers.Batch{{Statements: slices.Repeat(texts(slow), 30), StatementTimeout: limit}}); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	c := open(t, "sqlite:"+dbPath(t))
	run(t, c, true, "CREATE TABLE t (a UNIQUE, b NOT NULL, CHECK (b > 0))", "CREATE VIEW v AS SELECT a FROM t",
		"CREATE TABLE s (c, d)", "CREATE VIEW w AS SELECT d FROM s")
	for _, test := range []struct {
		sql, code, message string
		offset             int
	}{
		{"SELECT 'é' FORM t", "SQLITE_ERROR", `near "t": syntax error`, len("SELECT 'é' FORM ")},
		{"SELECT a, nix\r\nFROM t", "SQLITE_ERROR", "no such column: nix", len("SELECT a, ")},
		{"SELECT (", "SQLITE_ERROR", "incomplete input", -1},
		{"INSERT INTO t VALUES (1, NULL)", "SQLITE_CONSTRAINT_NOTNULL", "NOT NULL constraint failed: t.b", -1},
		{"INSERT INTO t VALUES (1, 0)", "SQLITE_CONSTRAINT_CHECK", "CHECK constraint failed: b > 0", -1},
		{"INSERT INTO t VALUES (1, 1), (1, 1)", "SQLITE_CONSTRAINT_UNIQUE", "UNIQUE constraint failed: t.a", -1},
		{"VACUUM", "SQLITE_ERROR", "cannot VACUUM from within a transaction", -1},
		{"ALTER TABLE t RENAME COLUMN a TO b", "SQLITE_ERROR", "", -1},
		{"ALTER TABLE s DROP COLUMN d", "SQLITE_ERROR", "error in view w after drop column: no such column: d", -1},
		{"INSERT INTO t VALUES (:name, 1)", "", "the statement holds the parameter :name, for which there is no value", -1},
		{"INSERT INTO t VALUES (?, 1)", "", "the statement holds the parameter ?, for which there is no value", -1},
		{"SELECT 'a\x00b'", "", "the statement holds a NUL character", len("SELECT 'a")},
	} {
		_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts(test.sql)}})
		e := asError(t, err)
		if e.Code != test.code || test.message != "" && e.Message != test.message || e.Offset != test.offset {
			t.Errorf("%s: got %q %q at %d, want %q %q at %d", test.sql, e.Code, e.Message, e.Offset, test.code, test.message, test.offset)
		}
	}
	_, err := c.Exec(context.Background(), []drivers.Batch{{Statements: []drivers.Statement{{Text: "x", Copy: true}}}})
	if err == nil {
		t.Error("COPY was taken")
	}
	run(t, c, false, "INSERT INTO t VALUES (NULL, 1)", "PRAGMA max_page_count = 1")
	_, err = c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts("PRAGMA max_page_count = 10",
		"CREATE TABLE big AS SELECT randomblob(1000000) AS b")}})
	if e := asError(t, err); e.Code != "SQLITE_FULL" || e.Hint == "" {
		t.Errorf("full: got %+v", e)
	}
	want(t, c, "SELECT count(*) FROM t", "1")
}

// A batch that is made clean in its middle has foreign keys off behind that as well, and they are checked for what came behind it.
func TestKeysOffBehindAReset(t *testing.T) {
	for _, atomic := range []bool{true, false} {
		c := open(t, "sqlite:"+dbPath(t)+"?foreign_keys=on")
		run(t, c, true, "CREATE TABLE p (id INTEGER PRIMARY KEY)", "CREATE TABLE k (p REFERENCES p ON DELETE CASCADE)",
			"INSERT INTO p VALUES (1)", "INSERT INTO k VALUES (1)")
		rebuild := texts("CREATE TEMP TABLE x (a)", "CREATE TABLE n (id INTEGER PRIMARY KEY, x)", "INSERT INTO n SELECT id, 0 FROM p", "DROP TABLE p", "ALTER TABLE n RENAME TO p")
		rebuild[1].Clean = true
		if p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: atomic, KeysOff: true, Statements: rebuild, Tail: own("CREATE TABLE l (x)")}}); err != nil {
			t.Fatalf("atomic %v: %+v, %v", atomic, p, err)
		}
		want(t, c, "SELECT * FROM k", "1") // DROP TABLE p would have deleted it
		want(t, c, "PRAGMA foreign_keys", "1")
		orphan := texts("CREATE TEMP TABLE x (a)", "SELECT 1", "INSERT INTO k VALUES (7)")
		orphan[1].Clean = true
		_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: atomic, KeysOff: true, Statements: orphan, Tail: own("INSERT INTO l VALUES (1)")}})
		if err == nil || !strings.Contains(err.Error(), "row 2 of k refers to no row of p") {
			t.Errorf("atomic %v: got %v", atomic, err)
		}
		want(t, c, "SELECT count(*) FROM l", "0")
	}
}
