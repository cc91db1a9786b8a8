package sqlite_test

import (
	"testing"

	"revise/drivers/drivertest/splittest"
	"revise/drivers/sqlite"
	"revise/parser"
)

func TestSplit(t *testing.T) { splittest.Run(t, sqlite.Dialect()) }

func TestGoldens(t *testing.T) { splittest.Goldens(t, sqlite.Dialect()) }

func TestSplitRules(t *testing.T) {
	splittest.RunCases(t, sqlite.Dialect(), []splittest.Case{
		{Name: "empty"},
		{Name: "byte order mark", SQL: "\uFEFFSELECT 1", Statements: []string{"SELECT 1"}},
		{Name: "open comment of two bytes", SQL: "SELECT 1; /*", Statements: []string{"SELECT 1", "/*"}},
		{Name: "open comment of three bytes", SQL: "SELECT 1; /**", Statements: []string{"SELECT 1"}},
		{Name: "backquote", SQL: "SELECT `a``", Error: "unterminated quoted identifier", Pos: "1:8"},
		{Name: "double quote", SQL: "\r\nSELECT \"a\\\"\"", Error: "unterminated quoted identifier", Pos: "2:8"},
		{Name: "blob", SQL: "SELECT x'3b;'; SELECT x'", Error: "unterminated string literal", Pos: "1:24", Statements: []string{"SELECT x'3b;'"}},
		{Name: "backslash is the database's to refuse", SQL: `\a; SELECT \;`, Statements: []string{`\a`, `SELECT \`}},
		{Name: "vertical tab is no blank", SQL: "\v;", Statements: []string{"\v"}},
		{Name: "hash is no comment", SQL: "# it's; '", Statements: []string{"# it's; '"}},
		{Name: "variables", SQL: "SELECT $a::b(x;y), $::c(;), #1(;), $d(; ), :(;", Statements: []string{"SELECT $a::b(x;y), $::c(;), #1(;), $d(; ), :("}},
		{Name: "variable without a name", SQL: "SELECT $(;); SELECT @;", Statements: []string{"SELECT $(", ")", "SELECT @"}},
		{Name: "parentheses hold no terminator", SQL: "SELECT (1;2)", Statements: []string{"SELECT (1", "2)"}},
		{Name: "dot inside", SQL: "SELECT a\n.b; .5", Statements: []string{"SELECT a\n.b", ".5"}},
		{Name: "dot command", SQL: "SELECT 1; /*\n*/\n.mode  csv \r\n", Error: `".mode  csv" is a command of the sqlite3 shell, not SQL`, Pos: "3:1",
			Statements: []string{"SELECT 1"}},
		{Name: "trigger without terminator", SQL: "CREATE TRIGGER a BEGIN SELECT 1; END", Statements: []string{"CREATE TRIGGER a BEGIN SELECT 1; END"}},
		{Name: "trigger with names of keywords", SQL: "CREATE TEMPORARY TRIGGER end BEGIN SELECT end; SELECT 1 AS END; END; ; END",
			Statements: []string{"CREATE TEMPORARY TRIGGER end BEGIN SELECT end; SELECT 1 AS END; END", "END"}},
		{Name: "END that goes on", SQL: "CREATE TRIGGER a BEGIN SELECT 1; END x; END;", Statements: []string{"CREATE TRIGGER a BEGIN SELECT 1; END x; END"}},
		{Name: "open trigger", SQL: "EXPLAIN QUERY PLAN\n /**/ CREATE TRIGGER a BEGIN SELECT 1; END x;", Error: "CREATE TRIGGER without END", Pos: "2:7"},
		{Name: "quoted trigger", SQL: `CREATE "TRIGGER" a; SELECT 1`, Statements: []string{`CREATE "TRIGGER" a`, "SELECT 1"}},
		{Name: "NUL", SQL: "SELECT 'é\x00'", Error: "NUL byte in SQL text", Pos: "1:10"},
	})
}

func TestBlocks(t *testing.T) { splittest.Blocks(t, sqlite.Dialect()) }

func TestSums(t *testing.T) {
	splittest.Sums(t, sqlite.Dialect(),
		"CREATE TABLE t(a, [b c], `d` DEFAULT 'it''s\nit');\nSELECT a->>1 , $v(x) FROM t WHERE a == -1;\n",
		"CREATE TABLE t (a,[b c],`d` DEFAULT 'it''s\nit'); SELECT a ->>/**/1,$v(x)FROM t WHERE a==- 1")
	splittest.Differ(t, sqlite.Dialect(), "SELECT x'a'", "SELECT x 'a'", "SELECT a b", "SELECT ab", "SELECT a;b", "SELECT a = = b", "SELECT a == b")
}

func TestClasses(t *testing.T) {
	splittest.Classes(t, sqlite.Dialect(), map[parser.Class][]string{
		parser.Plain: {"SELECT 1", "PRAGMA foreign_keys", "PRAGMA user_version = 2", "PRAGMA journal_mode", "CREATE TABLE t(a)", "EXPLAIN VACUUM",
			"CREATE TRIGGER a BEGIN SELECT 1; END"},
		parser.Begin:   {"BEGIN", "BEGIN EXCLUSIVE TRANSACTION"},
		parser.Commit:  {"COMMIT", "END TRANSACTION"},
		parser.Control: {"ROLLBACK", "ROLLBACK TO a", "SAVEPOINT a", "RELEASE a"},
		parser.Outside: {"VACUUM", "VACUUM INTO 'x'", "DETACH y", "PRAGMA journal_mode = wal", "pragma main . journal_mode(wal)",
			"PRAGMA foreign_keys=OFF", "PRAGMA foreign_keys(0)", "PRAGMA synchronous = off", "PRAGMA wal_checkpoint"},
	})
}

func FuzzSplit(f *testing.F) { splittest.Fuzz(f, sqlite.Dialect()) }
