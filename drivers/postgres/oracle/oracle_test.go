package oracle

import (
	"strings"
	"testing"
)

// texts are by what they are compared with, so that a text that slips into a weaker comparison is noticed.
var texts = map[Way][]string{
	Grammar: {
		"",
		" ; ;; -- nothing\n/* ; */ ;",
		"SELECT 1",
		"SELECT 1; SELECT 2;",
		"-- one ;\nSELECT 1 /* ; /* ; */ ; */ + 2 -- ;\n; /* two */ SELECT 2 /* three */ ; -- four",
		"\uFEFFSELECT 1; SELECT 2",
		"SELECT 'a;b', 'it''s;', \"c;\"\"d\" FROM t; SELECT 2",
		`SELECT 'C:\'; SELECT '\', "a\" FROM t; SELECT 3`,
		`SELECT E'\';', e'\\'; SELECT E'''\\'''; SELECT E';\\\''`,
		"SELECT E'a'\n'\\';'; SELECT E'a'\r\n\t'\\';'\n\n'b;'; SELECT 3",
		"SELECT 'a'\n'\\'; SELECT 'a'\r'\\'; SELECT 3",
		`SELECT b'01', X'0f;'; SELECT n'\'; SELECT N'a;'`,
		`SELECT U&'\0061;', u&"\0061;" FROM t; SELECT U&'!0061;' UESCAPE '!'; SELECT 3`,
		"SELECT $$a;b$$, $x$;$$;$X$;$x$, $é$;$é$; SELECT 2",
		"SELECT a$b$c, $1, $2 FROM t$; SELECT x$$ FROM t; SELECT $$;$$",
		"SELECT 1+--;\n2; SELECT 1*/*;*/2; SELECT 5 OPERATOR(pg_catalog.+) 1; SELECT @-1; SELECT 2 <@ 3",
		"SELECT a.b.c, a[1:2], x::int, '1'::int, 1.5e+3, .5, 5., 0x1F, 1_000; SELECT f(a => 1, b := 2)",
		"CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO a VALUES (1); DELETE FROM b;); SELECT 2",
		"CREATE RULE r AS ON INSERT TO t DO INSTEAD (;;INSERT INTO a VALUES (1);;); SELECT 2",
		"CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1;'; SELECT 2",
		"CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT 1; SELECT 2; END; SELECT 3",
		"CREATE FUNCTION f() BEGIN ATOMIC SELECT 1; END",
		"CREATE OR REPLACE PROCEDURE p() begin /* ; */ atomic END; SELECT 3",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC;; SELECT CASE WHEN a THEN 1 ELSE 2 END; SELECT 1 AS end; SELECT t.end FROM t; END; SELECT 3",
		"CREATE FUNCTION f(a int DEFAULT (1)) RETURNS int BEGIN ATOMIC SELECT (CASE a WHEN 1 THEN 2 END); END; END; COMMIT",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 begin; SELECT 'END;'; SELECT $$END;$$ \"END\"; -- END;\nEND; SELECT 3",
		"CREATE FUNCTION f() RETURNS int RETURN 1; SELECT 3",
		"SELECT begin atomic FROM t; END; CREATE VIEW v AS SELECT 1 AS begin; END",
		"CREATE TABLE atomic (begin int, atomic int); BEGIN; SELECT begin atomic FROM atomic; END; SELECT 1",
		"CREATE SCHEMA s CREATE TABLE a (b int) CREATE VIEW v AS SELECT 1; SELECT 2",
		"DO $$BEGIN PERFORM 1; END;$$; CALL p(); SELECT 1",
		"CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION f(); SELECT 1",
		"COPY t TO STDOUT; COPY t FROM 'file'; COPY (SELECT 1 FROM a) TO STDOUT; SELECT 1",
		"PREPARE p AS SELECT $1; EXECUTE p(1); EXPLAIN SELECT 1; SELECT 1",
		"SELECT 1\v;\fSELECT\t2",
		"SELECT é, ü$;SELECT \u00a0",
		"MERGE INTO a USING b ON a.x = b.x WHEN MATCHED THEN DELETE WHEN NOT MATCHED THEN DO NOTHING; SELECT 1",
		"CREATE TABLE t (a text DEFAULT 'a;' CHECK (a <> ';'), b int GENERATED ALWAYS AS (length(a)) STORED); SELECT 1",
	},
	Tokens: {
		"1; foo bar ; ) ; SELECT",
		"SELECT (1;2); SELECT 3",
		"SELECT 1); SELECT (2;3)",
		"SELECT (1; SELECT 2",
		"\uFEFF\uFEFF; x",
		"SELECT 1 " + strings.Repeat("+", 3000) + "; x", // once took seconds
		"SELECT {;}; SELECT [;]; SELECT ?",
		"SELECT 'a' 'b\\'; SELECT e'a' 'b\\'; x",
		"SELECT E'a' /*\n*/ 'b\\'; SELECT 2; x",
		"SELECT 'a' -- x\n'b;'; SELECT 1",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; SELECT 2",
		"CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 END; SELECT 2",
		"CREATE FUNCTION f() RETURNS a.begin atomic; END; SELECT 1",
		"CREATE FUNCTION f(begin atomic) x; END; SELECT 1",
		"CREATE OR FUNCTION f() BEGIN ATOMIC; END; SELECT 1",
		"CREATE TRIGGER t BEGIN ATOMIC; END; SELECT 1",
		"\"CREATE\" FUNCTION f() BEGIN ATOMIC; END",
		"SELECT $; SELECT $a; $b",
		"SELECT 1:;:= ::;.. ; x",
	},
	Unfinished: {
		"SELECT '",
		"SELECT 1; SELECT 'é' || E'\\'",
		"SELECT ü, N'a",
		"SELECT 'a'\n'b",
		"SELECT 'a'\v\r'b",
		"SELECT \"a",
		"SELECT 'ä', U&\"a",
		"SELECT u&'a",
		"SELECT b'1",
		"SELECT 'é'; SELECT x'1",
		"SELECT $a$ $b$ $a",
		"SELECT 1; $é$ ;",
		"SELECT /* /* */ ;",
		"/*",
		"\uFEFFSELECT '\uFEFF' + /*",
	},
	Refused: {
		"SELECT 1a; SELECT 2",
		"SELECT \"\"; SELECT 2",
		"SELECT E'\\u00'; SELECT 2",
		"SELECT 1_; SELECT 0x; SELECT 2",
	},
	LeftOut: {
		"SELECT 1\x00;",
		"-- +begin\nSELECT 1; SELECT 2\n-- +end\n",
		"SET standard_conforming_strings = off; SELECT '\\';'",
		"\\restrict key\nSELECT 1",
		"SELECT 1 \\; SELECT 2",
		"COPY t FROM STDIN;\na;b\n\\.\n",
		"COPY t FROM /* */ STDOUT;\n",
		"COPY t FROM STDIN;\n'\n\\.\n",
		"\\restrict it's\nSELECT 1",
		"SELECT E'x' -- y\n'z'",
		"SELECT E'x' -- y\n'\\';z'",
	},
}

func TestCompare(t *testing.T) {
	for want, list := range texts {
		for _, text := range list {
			if way, err := Compare(text); err != nil {
				t.Errorf("%q, by %s: %v", text, way, err)
			} else if way != want {
				t.Errorf("%q is compared by %s, want %s", text, way, want)
			}
		}
	}
}

func FuzzOracle(f *testing.F) {
	for _, list := range texts {
		for _, text := range list {
			f.Add(text)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if way, err := Compare(text); err != nil {
			t.Fatalf("%q, by %s: %v", text, way, err)
		}
	})
}
