package postgres_test

import (
	"testing"

	"revise/drivers/drivertest/splittest"
	"revise/drivers/postgres"
	"revise/parser"
)

func TestSplit(t *testing.T) { splittest.Run(t, postgres.Dialect()) }

func TestGoldens(t *testing.T) { splittest.Goldens(t, postgres.Dialect()) }

func TestSplitRules(t *testing.T) {
	splittest.RunCases(t, postgres.Dialect(), []splittest.Case{
		{Name: "empty"},
		{Name: "only a mark", SQL: "\uFEFF"},
		{Name: "byte order mark keeps the column", SQL: "\uFEFFé'", Error: "unterminated string literal", Pos: "1:2"},
		{Name: "non-ASCII blanks are letters", SQL: "SELECT 1\u00a0;", Statements: []string{"SELECT 1\u00a0"}},
		{Name: "invalid UTF-8 passes", SQL: "SELECT '\xff';\xfe", Statements: []string{"SELECT '\xff'", "\xfe"}},
		{Name: "column counts characters", SQL: "SELECT 'é', \xff, $é$;\r\n;", Error: "unterminated dollar-quoted string $é$", Pos: "1:16"},
		{Name: "NUL", SQL: "SELECT 1;\r\nSELECT é\x00;", Error: "NUL byte in SQL text", Pos: "2:9", Statements: []string{"SELECT 1"}},
		{Name: "NUL in a comment", SQL: "-- a\x00\nSELECT 1", Error: "NUL byte in SQL text", Pos: "1:5"},
		{Name: "NUL at the end", SQL: "SELECT 1; --\x00", Error: "NUL byte in SQL text", Pos: "1:13", Statements: []string{"SELECT 1"}},
		{Name: "NUL before another mistake", SQL: "SELECT \x00, '", Error: "NUL byte in SQL text", Pos: "1:8"},
		{Name: "dollar tag of digits", SQL: "SELECT $1a$;$1a$", Statements: []string{"SELECT $1a$", "$1a$"}},
		{Name: "lone dollar", SQL: "SELECT $;a$", Statements: []string{"SELECT $", "a$"}},
		{Name: "bit string has no doubled quote", SQL: `SELECT b'1''\';SELECT X'f\';`, Statements: []string{`SELECT b'1''\'`, `SELECT X'f\'`}},
		{Name: "unicode name", SQL: `SELECT U&"a\"; SELECT u&'\';`, Statements: []string{`SELECT U&"a\"`, `SELECT u&'\'`}},
		{Name: "block comment joins no strings", SQL: "SELECT E'a' /*\n*/ 'b\\'; SELECT 2", Statements: []string{"SELECT E'a' /*\n*/ 'b\\'", "SELECT 2"}},
		{Name: "blank joins no strings", SQL: `SELECT E'a' 'b\'; SELECT 2`, Statements: []string{`SELECT E'a' 'b\'`, "SELECT 2"}},
		{Name: "return joins strings", SQL: "SELECT E'a'\r'b\\';'; SELECT 2", Statements: []string{"SELECT E'a'\r'b\\';'", "SELECT 2"}},
		{Name: "three parts", SQL: "SELECT e'a'\n'\\''\n--\n'\\';'; SELECT 2", Statements: []string{"SELECT e'a'\n'\\''\n--\n'\\';'", "SELECT 2"}},
		{Name: "operators end at comments", SQL: "SELECT 1 @--;\n2;SELECT 1 @/*;*/2", Statements: []string{"SELECT 1 @--;\n2", "SELECT 1 @/*;*/2"}},
		{Name: "comment depth", SQL: "SELECT 1;\n /* /* /* */", Error: "unterminated /* comment", Pos: "2:2", Statements: []string{"SELECT 1"}},
		{Name: "slash star slash", SQL: "/*/ ; */SELECT 1;/**/SELECT 2;/***/", Statements: []string{"SELECT 1", "SELECT 2"}},
		{Name: "parentheses close too often", SQL: "SELECT 1);SELECT (2;3)", Statements: []string{"SELECT 1)", "SELECT (2;3)"}},
		{Name: "outermost open parenthesis", SQL: "SELECT (1), (2, (3);", Error: "unclosed parenthesis", Pos: "1:13"},
		{Name: "atomic in parentheses", SQL: "CREATE FUNCTION f(a text = (begin atomic)) BEGIN ATOMIC SELECT (1;2); END; SELECT 1",
			Statements: []string{"CREATE FUNCTION f(a text = (begin atomic)) BEGIN ATOMIC SELECT (1;2); END", "SELECT 1"}},
		{Name: "atomic open", SQL: "CREATE FUNCTION f()\n BEGIN /**/ ATOMIC SELECT 1 END; SELECT 2;", Error: "BEGIN ATOMIC without END", Pos: "2:13"},
		{Name: "atomic elsewhere", SQL: "CREATE VIEW v AS SELECT 1 begin atomic; END", Statements: []string{"CREATE VIEW v AS SELECT 1 begin atomic", "END"}},
		{Name: "old function", SQL: "CREATE FUNCTION f() RETURNS int AS 'SELECT 1;' LANGUAGE sql; SELECT 2",
			Statements: []string{"CREATE FUNCTION f() RETURNS int AS 'SELECT 1;' LANGUAGE sql", "SELECT 2"}},
		{Name: "restrict with a return", SQL: "\\restrict K\r\nSELECT 1;\r\n\\unrestrict K", Statements: []string{"SELECT 1"}},
		{Name: "restrict without key", SQL: "\\restrict\n", Error: `psql meta-command "\restrict" is not SQL and is not supported`, Pos: "1:1"},
		{Name: "restrict behind a statement", SQL: "SELECT 1; \\restrict K\n", Error: "psql meta-command", Pos: "1:11", Statements: []string{"SELECT 1"}},
		{Name: "restrict inside", SQL: "SELECT 1\n\\restrict K\n", Error: "psql meta-command", Pos: "2:1"},
		{Name: "backslash semicolon", SQL: `SELECT 1\; SELECT 2`, Error: `psql meta-command "\;" is not SQL`, Pos: "1:9"},
		{Name: "backslash at the end", SQL: `SELECT 1 \`, Error: `psql meta-command "\" is not SQL`, Pos: "1:10"},
		{Name: "copy from stdout", SQL: "COPY t FROM STDOUT;\r\na\r\n\\.\r\nSELECT 1", Statements: []string{"COPY t FROM STDOUT", "SELECT 1"},
			Copy: map[string]string{"0": "a\r\n"}},
		{Name: "copy data at the end", SQL: "COPY t FROM STDIN;\n\\.x\n \\.\n\\.", Statements: []string{"COPY t FROM STDIN"},
			Copy: map[string]string{"0": "\\.x\n \\.\n"}},
		{Name: "copy without terminator", SQL: "SELECT 1; COPY t FROM STDIN", Error: `is not ended by a line with \.`, Pos: "1:11", Statements: []string{"SELECT 1"}},
		{Name: "copy without line break", SQL: "COPY t FROM STDIN;", Error: `is not ended by a line with \.`, Pos: "1:1"},
		{Name: "copy with a second terminator", SQL: "COPY t FROM STDIN;;\n\\.\n", Error: "text after COPY ... FROM STDIN; its data starts on the next line", Pos: "1:19"},
		{Name: "copy and a comment of two lines", SQL: "COPY t FROM STDIN; /* a\n*/\n\\.\n", Error: "text after COPY", Pos: "1:20"},
		{Name: "copy and an open comment", SQL: "COPY t FROM STDIN; /* a\n\\.\n", Error: "unterminated /* comment", Pos: "1:20"},
		{Name: "copy and short comments", SQL: "COPY t FROM STDIN; /* a */ /**/ -- /*\nb\n\\.\n;", Statements: []string{"COPY t FROM STDIN"},
			Copy: map[string]string{"0": "b\n"}},
		{Name: "copy from stdin as a name", SQL: `COPY t FROM "stdin"; COPY t(a) FROM STDIN_x; COPY (SELECT 1 FROM stdin) TO 'x'`,
			Statements: []string{`COPY t FROM "stdin"`, "COPY t(a) FROM STDIN_x", "COPY (SELECT 1 FROM stdin) TO 'x'"}},
		{Name: "strings switched in other words", SQL: `SET SESSION "standard_conforming_strings" TO 'false';SELECT '\'';SELECT e'\'';RESET ALL;SELECT '\'`,
			Statements: []string{`SET SESSION "standard_conforming_strings" TO 'false'`, `SELECT '\''`, `SELECT e'\''`, "RESET ALL", `SELECT '\'`}},
		{Name: "another setting", SQL: `SET standard_conforming_string = off; SELECT '\'`, Statements: []string{"SET standard_conforming_string = off", `SELECT '\'`}},
	})
}

func TestBlocks(t *testing.T) { splittest.Blocks(t, postgres.Dialect()) }

func TestSums(t *testing.T) {
	splittest.Sums(t, postgres.Dialect(),
		"CREATE TABLE \"T\" (a int, b text DEFAULT 'it''s\nit');\n\n-- why\nSELECT a.b, 1.5e+3 , x::text /* c */ <> E'\\n' FROM t WHERE a <= -1;\n"+
			"SELECT 'a'\n'b', $$x\ny$$;\nCOPY t FROM stdin;\n1\t2\n\\.\n",
		"CREATE TABLE \"T\"(a int,b text DEFAULT 'it''s\nit'); SELECT a . b,1.5e+3,x :: text<>E'\\n'FROM/**/t WHERE a<= - 1;;\n"+
			"SELECT 'a' -- c\n\n'b',$$x\ny$$;COPY t FROM stdin; -- data\n1\t2\n\\.\n")
	splittest.Differ(t, postgres.Dialect(), "SELECT a b", "SELECT ab", "SELECT a; b", "SELECT 'a' 'b'", "SELECT 'a'\n'b'", "SELECT 'a''b'", "SELECT a<=b",
		"SELECT a< =b", "SELECT 1.5", "SELECT 1 5", "SELECT A b", `SELECT "a" b`, "SELECT E'a' b", "SELECT E 'a' b", "SELECT a@-b", "SELECT a@ -b",
		"SELECT U& '3'", "SELECT U&'3'", "SELECT U &'3'",
		"COPY t FROM stdin;\n1\n\\.\nSELECT $q$a\nSELECT '$q$'$z$'$z$$y$$z$a$y$", "COPY t FROM stdin;\n1\nSELECT $q$a\n\\.\nSELECT '$q$'$z$'$z$$y$$z$a$y$")
	splittest.Alike(t, postgres.Dialect(), "SELECT 2 * + b, a + - c", "SELECT 2 /*x*/* +b,a -- b /*\n+ -c")
}

func TestClasses(t *testing.T) {
	splittest.Classes(t, postgres.Dialect(), map[parser.Class][]string{
		parser.Plain: {"SELECT 1", "SET TRANSACTION READ ONLY", "CREATE INDEX i ON t (a)", `"BEGIN"`, "PREPARE transaction AS SELECT 1", "CREATE TABLE vacuum_log (a int)", "ANALYZE t",
			"CLUSTER t", "CLUSTER (VERBOSE) t", "DISCARD PLANS", "REINDEX TABLE t", "REINDEX (VERBOSE) TABLE t", "REINDEX (CONCURRENTLY off) TABLE t",
			"ALTER DATABASE d SET work_mem = '4MB'", "ALTER TABLE p DETACH PARTITION q", "PREPARE p AS SELECT 1", "DROP INDEX i",
			"CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p WITH (enabled = false, connect = false)", "(SELECT 1)",
			"ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", "ALTER SUBSCRIPTION s DISABLE", `CREATE UNIQUE INDEX "concurrently" ON t(a)`},
		parser.Begin:   {"BEGIN", "begin transaction", "BEGIN ISOLATION LEVEL SERIALIZABLE", "START /* a */ TRANSACTION"},
		parser.Commit:  {"COMMIT", "END", "END WORK", "COMMIT AND NO CHAIN"},
		parser.Control: {"ROLLBACK", "ABORT", "SAVEPOINT a", "RELEASE a", "COMMIT WORK AND CHAIN", "COMMIT AND CHAIN", "PREPARE TRANSACTION 'a'", "COMMIT PREPARED 'a'", "ROLLBACK TO a", "ROLLBACK PREPARED 'a'"},
		parser.Outside: {"CREATE INDEX CONCURRENTLY ON t(a)", "create unique index -- x\n concurrently i ON t(a)", "DROP INDEX CONCURRENTLY i",
			"REINDEX INDEX CONCURRENTLY i", "REINDEX (CONCURRENTLY) TABLE t", "REINDEX (VERBOSE, CONCURRENTLY true) TABLE t",
			"REINDEX (VERBOSE) TABLE CONCURRENTLY t", "REINDEX SCHEMA s", "REINDEX DATABASE d", "REINDEX (VERBOSE) SYSTEM d", "REINDEX (CONCURRENTLY false) SCHEMA s",
			"ALTER SUBSCRIPTION s SET (two_phase = false)", "ALTER DATABASE d TABLESPACE s", "ALTER DATABASE d WITH TABLESPACE s",
			"VACUUM", "VACUUM (FULL) t", "ALTER SYSTEM SET a = 1", "CREATE DATABASE d", "DROP DATABASE d", "CREATE TABLESPACE s LOCATION '/'", "DROP TABLESPACE s",
			`ALTER DATABASE "d" SET TABLESPACE s`, "CLUSTER", "CLUSTER VERBOSE", "CLUSTER (VERBOSE)", "DISCARD ALL",
			"CREATE SUBSCRIPTION s CONNECTION 'c' PUBLICATION p", "DROP SUBSCRIPTION s", "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
			"ALTER TABLE IF EXISTS ONLY a.p DETACH PARTITION a.q CONCURRENTLY"},
	})
}

func FuzzSplit(f *testing.F) { splittest.Fuzz(f, postgres.Dialect()) }
