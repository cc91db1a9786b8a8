package mysql_test

import (
	"testing"

	"revise/drivers/drivertest/splittest"
	"revise/drivers/mysql"
	"revise/parser"
)

func TestSplit(t *testing.T) { splittest.Run(t, mysql.Dialect()) }

func TestGoldens(t *testing.T) { splittest.Goldens(t, mysql.Dialect()) }

func TestSplitRules(t *testing.T) {
	const needs = "DELIMITER needs a delimiter, for example: DELIMITER //"
	splittest.RunCases(t, mysql.Dialect(), []splittest.Case{
		{Name: "empty"},
		{Name: "byte order mark and DELIMITER", SQL: "\uFEFFDELIMITER //\nSELECT 1//", Statements: []string{"SELECT 1"}},
		{Name: "open name", SQL: "SELECT `a``;", Error: "unterminated quoted identifier", Pos: "1:8"},
		{Name: "open double quote", SQL: "SELECT \"a\\\";", Error: "unterminated string literal", Pos: "1:8"},
		{Name: "open name in double quotes", SQL: "SET sql_mode = ANSI; SELECT \"a\\\"\";", Error: "unterminated quoted identifier", Pos: "1:29",
			Statements: []string{"SET sql_mode = ANSI"}},
		{Name: "backslashes", SQL: `SELECT '\\\';', '\\\\'; SELECT 2`, Statements: []string{`SELECT '\\\';', '\\\\'`, "SELECT 2"}},
		{Name: "dashes at the end", SQL: "SELECT 1 --", Statements: []string{"SELECT 1"}},
		{Name: "NUL", SQL: "SELECT `\x00`", Error: "NUL byte in SQL text", Pos: "1:9"},
		{Name: "dollar in names", SQL: "SELECT $a$, b$$ FROM t$; SELECT $;", Statements: []string{"SELECT $a$, b$$ FROM t$", "SELECT $"}},

		// DELIMITER.
		{Name: "delimiter in any case, with a tab", SQL: "\tDeLiMiTeR\t|\tx\nSELECT 1; |SELECT 2|", Statements: []string{"SELECT 1;", "SELECT 2"}},
		{Name: "delimiter of comment characters", SQL: "DELIMITER #\nSELECT 1 # SELECT 2#\nDELIMITER --\nSELECT 3 -- \nSELECT 4",
			Statements: []string{"SELECT 1", "SELECT 2", "SELECT 3", "SELECT 4"}},
		{Name: "delimiter of letters", SQL: "DELIMITER GO\nSELECT 1 GO\nSELECT catGOry GO", Statements: []string{"SELECT 1", "SELECT cat", "ry"}},
		{Name: "delimiter behind a name", SQL: "DELIMITER $$\nSELECT a$$\nSELECT 1$$SELECT '$$', `$$`, \"$$\" /* $$ */ -- $$\n$$",
			Statements: []string{"SELECT a", "SELECT 1", "SELECT '$$', `$$`, \"$$\" /* $$ */ -- $$"}},
		{Name: "delimiter with returns", SQL: "DELIMITER //\r\nSELECT 1;\r\n//\r\nDELIMITER ;\r\nSELECT 2;\r\n", Statements: []string{"SELECT 1;", "SELECT 2"}},
		{Name: "delimiter quoted with a blank", SQL: "DELIMITER '; ;'\nSELECT 1;; ;\n", Statements: []string{"SELECT 1;"}},
		{Name: "delimiter behind a comment", SQL: "SELECT 1; /*\n*/ DELIMITER //\nSELECT 2; SELECT 3", Statements: []string{"SELECT 1", "SELECT 2; SELECT 3"}},
		{Name: "delimiter behind an empty statement", SQL: ";DELIMITER //\n", Error: "DELIMITER must stand at the start of a line of its own", Pos: "1:2"},
		{Name: "delimiter alone", SQL: "DELIMITER", Error: needs, Pos: "1:1"},
		{Name: "delimiter of nothing", SQL: "SELECT 1;\n DELIMITER ''\n", Error: needs, Pos: "2:2", Statements: []string{"SELECT 1"}},
		{Name: "delimiter with a backslash", SQL: "DELIMITER \\\\\n", Error: needs, Pos: "1:1"},
		{Name: "delimiter as a name", SQL: "delimiter: LOOP LEAVE delimiter; END LOOP; SELECT 2", Statements: []string{"delimiter: LOOP LEAVE delimiter; END LOOP", "SELECT 2"}},
		{Name: "client command", SQL: "SELECT 1;\nSELECT é \\", Error: `client command "\" is not SQL and is not supported`, Pos: "2:10", Statements: []string{"SELECT 1"}},
		{Name: "client command with text", SQL: `SELECT 1 \gx`, Error: `client command "\g" is not SQL and is not supported`, Pos: "1:10"},
		{Name: "client word", SQL: "SELECT source FROM t; Tee x", Error: `"Tee" is a command of the mysql client, not SQL`, Pos: "1:23", Statements: []string{"SELECT source FROM t"}},

		// Modes.
		{Name: "modes among others", SQL: `/*!40101 SET @A=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES' */; SELECT '\';/*!40101 SET SQL_MODE=@A */; SELECT '\';'`,
			Statements: []string{`/*!40101 SET @A=@@SQL_MODE, SQL_MODE='NO_AUTO_VALUE_ON_ZERO,NO_BACKSLASH_ESCAPES' */`, `SELECT '\'`, `/*!40101 SET SQL_MODE=@A */`, `SELECT '\';'`}},
		{Name: "modes with scopes", SQL: `SET GLOBAL sql_mode='ANSI'; SELECT "\""; SET @@session.sql_mode := "ansi_quotes"; SELECT "\"; SET @@global.sql_mode=''; SELECT "\"`,
			Statements: []string{"SET GLOBAL sql_mode='ANSI'", `SELECT "\""`, `SET @@session.sql_mode := "ansi_quotes"`, `SELECT "\"`, "SET @@global.sql_mode=''", `SELECT "\"`}},
		{Name: "another variable", SQL: `SET @sql_mode = 'ANSI', x = (SELECT 1, 2); SELECT "\""`, Statements: []string{"SET @sql_mode = 'ANSI', x = (SELECT 1, 2)", `SELECT "\""`}},

		// Programs.
		{Name: "label, handler and loops", SQL: "CREATE PROCEDURE d.p() `l`: BEGIN DECLARE UNDO HANDLER FOR 1062, c, NOT FOUND SET x = 1; BEGIN END; END l; SELECT 2",
			Statements: []string{"CREATE PROCEDURE d.p() `l`: BEGIN DECLARE UNDO HANDLER FOR 1062, c, NOT FOUND SET x = 1; BEGIN END; END l", "SELECT 2"}},
		{Name: "types with SET", SQL: "CREATE FUNCTION f() RETURNS SET('a') CHARACTER SET utf8 BEGIN RETURN 1; END; SELECT 2",
			Statements: []string{"CREATE FUNCTION f() RETURNS SET('a') CHARACTER SET utf8 BEGIN RETURN 1; END", "SELECT 2"}},
		{Name: "loadable function", SQL: "CREATE AGGREGATE FUNCTION f RETURNS STRING SONAME 'x.so'; SELECT 2",
			Statements: []string{"CREATE AGGREGATE FUNCTION f RETURNS STRING SONAME 'x.so'", "SELECT 2"}},
		{Name: "definers", SQL: "CREATE DEFINER=event@localhost EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END;CREATE DEFINER = CURRENT_USER() PROCEDURE p() BEGIN END;CREATE DEFINER='a'@'b' SQL SECURITY INVOKER VIEW v AS SELECT 1; SELECT 2",
			Statements: []string{"CREATE DEFINER=event@localhost EVENT e ON SCHEDULE EVERY 1 DAY DO BEGIN SELECT 1; END", "CREATE DEFINER = CURRENT_USER() PROCEDURE p() BEGIN END",
				"CREATE DEFINER='a'@'b' SQL SECURITY INVOKER VIEW v AS SELECT 1", "SELECT 2"}},
		{Name: "dollar-quoted body", SQL: "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $js$ let a = 'x; if (1) { BEGIN } $js$; SELECT 2",
			Statements: []string{"CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $js$ let a = 'x; if (1) { BEGIN } $js$", "SELECT 2"}},
		{Name: "open dollar-quoted body", SQL: "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS\n $$ a; $", Error: "unterminated dollar-quoted string $$", Pos: "2:2"},
		{Name: "body in conditional code", SQL: "CREATE /*!50017 DEFINER=`a`@`%`*/ TRIGGER t AFTER INSERT ON u FOR EACH ROW /*!50003 BEGIN SELECT 1; END */; SELECT 2",
			Statements: []string{"CREATE /*!50017 DEFINER=`a`@`%`*/ TRIGGER t AFTER INSERT ON u FOR EACH ROW /*!50003 BEGIN SELECT 1; END */", "SELECT 2"}},
		{Name: "all of it in conditional code", SQL: "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 PROCEDURE p() BEGIN SELECT 1; END */; SELECT 2",
			Statements: []string{"/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`%`*/ /*!50003 PROCEDURE p() BEGIN SELECT 1; END */", "SELECT 2"}},
		{Name: "names of keywords", SQL: "CREATE PROCEDURE p() BEGIN SELECT t.end, @begin, `case`; SET @end = t.case; END; SELECT 2",
			Statements: []string{"CREATE PROCEDURE p() BEGIN SELECT t.end, @begin, `case`; SET @end = t.case; END", "SELECT 2"}},
		{Name: "open CASE", SQL: "CREATE PROCEDURE p() BEGIN\n CASE x WHEN 1 THEN SELECT 1;", Error: `body is not closed: missing END for "CASE"`, Pos: "2:2"},
		{Name: "open WHILE", SQL: "SELECT 1;\nWHILE 1 DO SELECT 1;", Error: `body is not closed: missing END for "WHILE"`, Pos: "2:1", Statements: []string{"SELECT 1"}},
		{Name: "open section", SQL: "CREATE PROCEDURE p AS x INT;", Error: `body is not closed: missing END for "AS"`, Pos: "1:20"},
		{Name: "handler in a section", SQL: "CREATE PROCEDURE p IS x INT; EXIT HANDLER FOR SQLEXCEPTION BEGIN NULL; END; BEGIN DECLARE y INT; BEGIN NULL; END; END; SELECT 2",
			Statements: []string{"CREATE PROCEDURE p IS x INT; EXIT HANDLER FOR SQLEXCEPTION BEGIN NULL; END; BEGIN DECLARE y INT; BEGIN NULL; END; END", "SELECT 2"}},
		{Name: "oracle function without AS", SQL: "SET sql_mode='oracle'; CREATE FUNCTION f RETURN INT; SELECT 2; DECLARE x INT; BEGIN NULL; END; <<l>> BEGIN NULL; END; BEGIN; BEGIN WORK; SELECT 3",
			Statements: []string{"SET sql_mode='oracle'", "CREATE FUNCTION f RETURN INT", "SELECT 2", "DECLARE x INT; BEGIN NULL; END", "<<l>> BEGIN NULL; END", "BEGIN", "BEGIN WORK", "SELECT 3"}},
		{Name: "transactions that look like bodies", SQL: "BEGIN; SELECT 1; COMMIT; END;", Statements: []string{"BEGIN", "SELECT 1", "COMMIT", "END"}},
	})
}

func TestBlocks(t *testing.T) { splittest.Blocks(t, mysql.Dialect()) }

func TestSums(t *testing.T) {
	splittest.Sums(t, mysql.Dialect(),
		"/*!40101 SET NAMES utf8 */;\nCREATE TABLE t (a INT, `b``` TEXT DEFAULT 'it\\'s\nit'); # c\nSELECT a.b, 1.5e-3, \"x\" , @@session.c FROM t WHERE a <=> - 1;\n"+
			"CREATE PROCEDURE p() BEGIN SELECT 1; END;\n",
		"/*!40101 SET NAMES utf8*/; CREATE TABLE t(a INT,`b```TEXT DEFAULT 'it\\'s\nit');SELECT a.b,1.5e-3,\"x\",@@session.c FROM/**/t WHERE a<=>-1;\n"+
			"DELIMITER //\nCREATE PROCEDURE p()BEGIN SELECT 1;END//\nDELIMITER ;\n")
	splittest.Differ(t, mysql.Dialect(), "SELECT a b", "SELECT ab", "SELECT 'a' 'b'", "SELECT 'a''b'", "SELECT x'a'", "SELECT x 'a'", "SELECT /*! a */ b", "SELECT a b /*!1*/",
		"SELECT a <= b", "SELECT a < = b", "SELECT @a b", "SELECT @ a b",
		"SELECT /*! 50000 + */ 1", "SELECT /*!50000 + */ 1", "SELECT 1e + 5", "SELECT 1e+5",
		"SET sql_mode = MSSQL; SELECT [a /* 1 */ b]", "SET sql_mode = MSSQL; SELECT [a  b]", "SET sql_mode = MSSQL; SELECT [a b]",
		"CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $$ #x = 1 $$", "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $$ #x = 2 $$",
		"CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $$ return a $$", "CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $$ return\n a $$")
	splittest.Alike(t, mysql.Dialect(), "SELECT 'a' 'b', type1e + 5, 2 * + b, a + - c", "SELECT 'a'\n'b',type1e+5,2 /*x*/* +b,a -- b /*\n+ -c")
}

func TestClasses(t *testing.T) {
	splittest.Classes(t, mysql.Dialect(), map[parser.Class][]string{
		parser.Plain: {"SELECT 1", "SET autocommit = 0", "BEGIN NOT ATOMIC SELECT 1; END", "LOCK INSTANCE FOR BACKUP", "FLUSH TABLES t", "FLUSH PRIVILEGES", "CREATE TABLE t (a INT)",
			"CREATE PROCEDURE p() BEGIN COMMIT; END"},
		parser.Begin:   {"BEGIN", "BEGIN WORK", "START TRANSACTION READ ONLY", "/*!40000 START TRANSACTION */"},
		parser.Commit:  {"COMMIT", "COMMIT WORK", "COMMIT AND NO CHAIN", "COMMIT NO RELEASE"},
		parser.Control: {"ROLLBACK", "SAVEPOINT a", "RELEASE SAVEPOINT a", "COMMIT AND CHAIN", "COMMIT WORK AND NO CHAIN RELEASE", "XA START 'a'"},
		parser.Hold:    {"LOCK TABLES t WRITE", "lock table t READ", "/*!40000 LOCK TABLES t WRITE */", "FLUSH TABLES WITH READ LOCK", "FLUSH LOCAL TABLES WITH READ LOCK", "FLUSH NO_WRITE_TO_BINLOG TABLES t FOR EXPORT", "FLUSH TABLES t FOR EXPORT"},
		parser.Unhold:  {"UNLOCK TABLES", "UNLOCK TABLE"},
	})
}

func FuzzSplit(f *testing.F) {
	splittest.Fuzz(f, mysql.Dialect(), "SET sql_mode=ORACLE; CREATE PACKAGE BODY k AS PROCEDURE a AS BEGIN NULL; END; BEGIN x := 1; END; SELECT 1",
		"CREATE FUNCTION f() RETURNS INT LANGUAGE JAVASCRIPT AS $js$ let a = 'x; $js$;")
}
