package postgres_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// TestOutside runs what refuses a transaction, alone in single batches and refused in atomic ones.
func TestOutside(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE t (n integer)", "INSERT INTO t SELECT generate_series(1, 1000)"))
	commits := "DO $$ BEGIN INSERT INTO t VALUES (-1); COMMIT; INSERT INTO t VALUES (-2); ROLLBACK; END $$"
	for _, text := range []string{"CREATE INDEX CONCURRENTLY i ON t (n)", "VACUUM t", "REINDEX TABLE CONCURRENTLY t", "DROP INDEX CONCURRENTLY i", "DISCARD ALL"} {
		fails(t, c, drivers.Progress{Statements: 1}, "25001", batch(true, "SELECT 1", text))
		single := batch(false, "SELECT 1", text, "SELECT 2")
		single.LockTimeout = time.Minute // is set before, and keeps the statement no company
		run(t, c, batch(true, "SELECT 1"), single, batch(true, "SELECT 3"))
	}
	fails(t, c, drivers.Progress{Batches: 1}, "2D000", batch(true, "SELECT 1"), batch(true, commits))
	want(t, c, "SELECT count(*) FROM t WHERE n < 0", "0")
	run(t, c, batch(false, commits))
	want(t, c, "SELECT n FROM t WHERE n < 0", "-1")
	fails(t, c, drivers.Progress{Statements: 1}, "23505",
		batch(false, "INSERT INTO t VALUES (1)", "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (n)", "SELECT 1"))
	want(t, c, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'broken'::regclass", "f")
}

// TestSetTransaction needs to be the first in its transaction, whatever stands before in the pipeline.
func TestSetTransaction(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	b := batch(true, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT 1")
	b.StatementTimeout = time.Minute
	run(t, c, b, b, batch(false, "SELECT 1"), b)
	readOnly := batch(true, "SET TRANSACTION READ ONLY", "SELECT 1")
	run(t, c, readOnly, batch(true, "CREATE TABLE t (n integer)"))
}

// TestWindows sends and gets more than buffers hold, and fails in the middle.
func TestWindows(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE t (n integer)", "CREATE TABLE many AS SELECT repeat('x', 100) FROM generate_series(1, 10000)"))
	padding := " -- " + strings.Repeat("padding ", 6000)
	var batches []drivers.Batch
	for i := range 60 {
		batches = append(batches, batch(true, "SELECT * FROM many"+padding, fmt.Sprintf("INSERT INTO t VALUES (%d)", i)+padding))
	}
	run(t, c, batches...)
	want(t, c, "SELECT count(*), max(n) FROM t", "60,59")
	batches[31].Statements[1].Text = "INSERT INTO t VALUES (1/0)"
	fails(t, c, drivers.Progress{Batches: 31, Statements: 1}, "22012", batches...)
	want(t, c, "SELECT count(*) FROM t", "91")
	batches[31].Statements[1].Text = "INSERT INTO t VALUES (1/0)" + padding + strings.Repeat(padding, 10)
	fails(t, c, drivers.Progress{Batches: 31, Statements: 1}, "22012", batches...)
	want(t, c, "SELECT count(*) FROM t", "122")
}

// TestCommitOfSingle makes a statement fail that has completed: in the commit that follows it.
func TestCommitOfSingle(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE p (id integer PRIMARY KEY)", "CREATE TABLE c (id integer REFERENCES p DEFERRABLE INITIALLY DEFERRED)"))
	fails(t, c, drivers.Progress{Batches: 1, Statements: 1}, "23503", batch(true, "SELECT 1"), batch(false, "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (2)", "SELECT 1"))
	want(t, c, "SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c)", "1,0")
}

// TestDeferredNotice wants what is said during a commit.
func TestDeferredNotice(t *testing.T) {
	c, heard := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE t (n integer)",
		"CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'at the end'; RETURN NULL; END $$",
		"CREATE CONSTRAINT TRIGGER tell AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell()",
		"INSERT INTO t VALUES (1)"))
	if len(*heard) != 1 || (*heard)[0].Message != "at the end" {
		t.Errorf("heard %+v", *heard)
	}
}

func TestNotice(t *testing.T) {
	c, heard := open(t, fresh(t, ""))
	run(t, c, batch(true, "DO $$ BEGIN RAISE WARNING 'wörning' USING DETAIL = 'why', HINT = 'what to do', ERRCODE = '01ABC'; END $$",
		"CREATE TABLE IF NOT EXISTS t (n integer)", "CREATE TABLE IF NOT EXISTS t (n integer)"))
	if len(*heard) != 2 || (*heard)[0] != (drivers.Notice{Severity: "WARNING", Code: "01ABC", Message: "wörning", Detail: "why", Hint: "what to do"}) ||
		(*heard)[1].Code != "42P07" {
		t.Errorf("heard %+v", *heard)
	}
	e := fails(t, c, drivers.Progress{}, "P0001", batch(false,
		"DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'why', HINT = 'what to do'; END $$"))
	if e.Message != "no" || e.Detail != "why" || e.Hint != "what to do" || !strings.Contains(e.Context, "line 1") || e.Offset != -1 {
		t.Errorf("got %+v", e)
	}
}
