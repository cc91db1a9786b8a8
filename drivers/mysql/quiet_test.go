package mysql

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

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

// TestMarksIn compares the one look with as many as there are marks, on texts that are put together of them and of pieces of them.
func TestMarksIn(t *testing.T) {
	pieces := []string{"@", ":", "=", "/", "*", "!", "m", "M", "temporary", "TEMPORAR", "y", "_", "_LOCK", "lock", "get", "last_insert", "_id", "LAST_INSERT_ID", "set", "SET_", "returning",
		"RETURNIN", "g", "G", " ", "a", "é", "'"}
	random := rand.New(rand.NewPCG(1, 2))
	seen := map[[2]bool]int{}
	for range 200_000 {
		var b strings.Builder
		for range 1 + random.IntN(5) {
			b.WriteString(pieces[random.IntN(len(pieces))])
		}
		text, lower := b.String(), strings.ToLower(b.String())
		marked := slices.ContainsFunc([]string{"@", ":=", "/*!", "/*m!", "temporary", "_lock", "last_insert_id", "set_"}, func(m string) bool { return strings.Contains(lower, m) })
		session, returning := marksIn(text)
		if session != marked || !session && returning != strings.Contains(lower, "returning") {
			t.Fatalf("%q: got %v, %v", text, session, returning)
		}
		seen[[2]bool{session, returning}]++
	}
	for what, n := range seen {
		if n < 1000 {
			t.Errorf("%v came %d times only", what, n)
		}
	}
	if len(seen) != 4 {
		t.Errorf("not all answers came: %v", seen)
	}
}
