package mysql

import "testing"

func TestLookAt(t *testing.T) {
	harmless, routines, silent := look{harmless: true}, look{routines: true}, look{harmless: true, silent: true}
	for text, want := range map[string]look{
		"INSERT INTO t VALUES (1)":                          silent,
		"insert into t values ('a@b')":                      {},
		"REPLACE t VALUES (1)":                              silent,
		"INSERT INTO t VALUES (1) RETURNING 1 AS Level":     harmless,
		"UPDATE t SET a = 1":                                silent,
		"UPDATE t SET a = @b := 1":                          {},
		"DELETE FROM t WHERE GET_LOCK('x', 1)":              {},
		"SELECT LAST_INSERT_ID(7)":                          {},
		"SELECT 1":                                          harmless,
		"CREATE TABLE t (n int)":                            silent,
		"CREATE OR REPLACE TABLE t (n int)":                 silent,
		"CREATE UNIQUE INDEX i ON t (n)":                    silent,
		"CREATE TEMPORARY TABLE t (n int)":                  {},
		"CREATE TABLE t AS SELECT * FROM u":                 silent,
		"ALTER TABLE t ADD n int":                           silent,
		"DROP TEMPORARY TABLE t":                            {},
		"RENAME TABLE a TO b":                               silent,
		"CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW": routines,
		"CREATE DEFINER=a@b PROCEDURE p() SET @x = 1":       routines,
		"CREATE OR REPLACE FUNCTION f() RETURNS INT":        routines,
		"CREATE PACKAGE p AS":                               routines,
		"CREATE USER a":                                     {},
		"CALL p()":                                          routines,
		"EXECUTE IMMEDIATE 'CREATE …'":                      routines,
		"/*!50003 CREATE TRIGGER tr */":                     routines,
		"/*!40101 SET NAMES utf8 */":                        {},
		"INSERT INTO t VALUES (/*!50000 GET */ 1)":          {},
		"SET sql_mode = ''":                                 {},
		"LOCK TABLES t WRITE":                               {},
		"START TRANSACTION":                                 {},
		"USE x":                                             {},
		"BEGIN NOT ATOMIC SELECT 1; END":                    routines,
		"DO SLEEP(1)":                                       routines,
		"":                                                  {},
	} {
		if got := lookAt(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}
