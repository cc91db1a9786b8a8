package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// dirt are statements that change a session, each with a question that must have the same answer again afterwards.
var dirt = [][2]string{
	{"PRAGMA foreign_keys = ON", "PRAGMA foreign_keys"},
	{"PRAGMA foreign_keys = OFF", "PRAGMA foreign_keys"},
	{"PRAGMA recursive_triggers = ON", "PRAGMA recursive_triggers"},
	{"PRAGMA defer_foreign_keys = ON", "PRAGMA defer_foreign_keys"},
	{"PRAGMA ignore_check_constraints = ON", "PRAGMA ignore_check_constraints"},
	{"PRAGMA legacy_alter_table = ON", "PRAGMA legacy_alter_table"},
	{"PRAGMA writable_schema = ON", "PRAGMA writable_schema"},
	{"PRAGMA trusted_schema = OFF", "PRAGMA trusted_schema"},
	{"PRAGMA query_only = ON", "PRAGMA query_only"},
	{"PRAGMA case_sensitive_like = ON", "SELECT 'a' LIKE 'A'"},
	{"PRAGMA count_changes = ON", "PRAGMA count_changes"},
	{"PRAGMA reverse_unordered_selects(1)", "PRAGMA reverse_unordered_selects"},
	{"PRAGMA synchronous = OFF", "PRAGMA synchronous"},
	{"PRAGMA main.cache_size = 7", "PRAGMA cache_size"},
	{"PRAGMA temp_store = MEMORY", "PRAGMA temp_store"},
	{"/* first */ pragma Full_Column_Names = yes", "PRAGMA full_column_names"},
	{"CREATE TEMP TABLE tt (a); INSERT INTO tt VALUES (1)", "SELECT count(*) FROM temp.sqlite_schema"},
	{"CREATE TABLE temp.tt (a INTEGER PRIMARY KEY AUTOINCREMENT)", "SELECT count(*) FROM temp.sqlite_schema WHERE name <> 'sqlite_sequence'"},
	{"CREATE VIRTUAL TABLE temp.vt USING fts5(a)", "SELECT count(*) FROM temp.sqlite_schema"},
	{"CREATE TEMPORARY VIEW t AS SELECT 42 AS a", "SELECT count(*) FROM t"},
	{"CREATE TEMP TRIGGER tg AFTER INSERT ON main.ledger BEGIN DELETE FROM main.ledger; END", "SELECT count(*) FROM temp.sqlite_schema"},
	{"CREATE TRIGGER temp.tg AFTER INSERT ON main.ledger BEGIN DELETE FROM main.ledger; END", "SELECT count(*) FROM temp.sqlite_schema"},
	{"CREATE VIEW Temp.t AS SELECT 42 AS a", "SELECT count(*) FROM t"},
	{"ATTACH ':memory:' AS other", "SELECT group_concat(name) FROM pragma_database_list WHERE name <> 'temp'"},
	{"BEGIN; INSERT INTO t VALUES (1)", "SELECT count(*) FROM t"},
}

func TestReset(t *testing.T) {
	for _, parameters := range []string{"", "?foreign_keys=on&synchronous=normal&journal_mode=wal"} {
		for _, memory := range []bool{false, true} {
			for _, atomic := range []bool{false, true} {
				for _, d := range dirt {
					t.Run(fmt.Sprint(parameters, " memory=", memory, " atomic=", atomic, " ", d[0]), func(t *testing.T) {
						url := "sqlite:" + dbPath(t) + parameters
						if memory {
							url = "sqlite::memory:" + parameters
						}
						resets(t, url, atomic, d[0], d[1])
					})
				}
			}
		}
	}
}

// resets checks that a session is clean for the runner's statements at the end of a batch, for the next batch, and for queries.
func resets(t *testing.T, url string, atomic bool, statement, question string) {
	c := open(t, url)
	run(t, c, true, "CREATE TABLE t (a)", "CREATE TABLE ledger (r)", "CREATE TABLE seen (answer)")
	before := query(t, c, question)
	ask := strings.Replace(question, "PRAGMA ", "SELECT * FROM pragma_", 1)
	if strings.HasPrefix(question, "PRAGMA count_changes") || strings.HasPrefix(question, "PRAGMA full_column_names") {
		ask = "SELECT '" + before + "'" // these have no function
	}
	ledger := own("INSERT INTO main.ledger VALUES ('r')", "INSERT INTO main.seen "+ask)
	p, err := c.Exec(context.Background(), []drivers.Batch{
		{Atomic: atomic, Statements: texts(statement), Tail: ledger},
		{Atomic: true, Statements: texts("INSERT INTO main.seen " + ask)},
	})
	if err != nil {
		if p.Batches == 0 && atomic && p.Statements == 0 { // SQLite takes it in no transaction; nor do we
			want(t, c, question, before)
			return
		}
		t.Fatalf("got %+v, %v", p, err)
	}
	want(t, c, question, before)
	want(t, c, "SELECT count(*) FROM main.ledger", "1")
	deferred := strings.Contains(statement, "defer_foreign_keys") // ends with the transaction, and not before
	attached := strings.HasPrefix(statement, "ATTACH")            // cannot be detached in one
	if atomic && (deferred || attached) {
		want(t, c, "SELECT answer FROM main.seen WHERE rowid = 2", before)
		return
	}
	want(t, c, "SELECT answer FROM main.seen", before+"|"+before)
}

// TestResetKeepsLasting: what a statement does to the database, and not to the session, stays.
func TestResetKeepsLasting(t *testing.T) {
	path := dbPath(t)
	c := open(t, "sqlite:"+path)
	run(t, c, false, "PRAGMA journal_mode = WAL", "PRAGMA user_version = 7", "ATTACH '"+filepath.Dir(path)+"/other.db' AS o", "CREATE TABLE o.t (a)")
	want(t, c, "PRAGMA journal_mode", "wal")
	want(t, c, "PRAGMA user_version", "7")
	run(t, c, false, "ATTACH '"+filepath.Dir(path)+"/other.db' AS o", "INSERT INTO o.t VALUES (1)")
}

func TestResetAfterFailure(t *testing.T) {
	for _, url := range []string{"sqlite:" + dbPath(t), "sqlite::memory:"} {
		for _, atomic := range []bool{true, false} {
			c := open(t, url)
			_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: atomic, Statements: texts("PRAGMA query_only = ON",
				"ATTACH ':memory:' AS o", "CREATE TEMP TABLE x (a)", "CREATE TABLE o.x (a)")}})
			if err == nil {
				t.Fatal("query_only let a table be created")
			}
			want(t, c, "SELECT count(*) FROM pragma_database_list WHERE name = 'o'", "0")
			run(t, c, true, "CREATE TABLE y (a)", "DROP TABLE y")
		}
	}
}

// TestResetOfQuery: a Query may set something as well.
func TestResetOfQuery(t *testing.T) {
	for _, url := range []string{"sqlite:" + dbPath(t), "sqlite::memory:"} {
		c := open(t, url)
		query(t, c, "PRAGMA query_only = ON")
		run(t, c, true, "CREATE TABLE t (a)")
		query(t, c, "PRAGMA query_only = ON")
		run(t, c, true, "INSERT INTO t VALUES (1)")
	}
}

// TestBusyTimeoutOfStatement: the statement's own wait holds in its batch, and ends with it.
func TestBusyTimeoutOfStatement(t *testing.T) {
	url := "sqlite:" + dbPath(t) + "?busy_timeout=30ms"
	c := open(t, url)
	run(t, c, true, "CREATE TABLE t (a)")
	_, finish := startChild(t, "write", url)
	defer finish()
	start := time.Now()
	_, err := c.Exec(context.Background(), []drivers.Batch{{Statements: texts("PRAGMA busy_timeout = 300", "INSERT INTO t VALUES (1)")}})
	if d := time.Since(start); err == nil || d < 300*time.Millisecond {
		t.Errorf("after %v: %v", d, err)
	}
	within(t, 250*time.Millisecond, func() {
		if _, err := c.Exec(context.Background(), []drivers.Batch{{Statements: texts("INSERT INTO t VALUES (1)")}}); err == nil {
			t.Error("wrote while another process did")
		}
	})
}
