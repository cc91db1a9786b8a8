package postgres

import (
	"strings"
	"testing"
)

func TestCopyLine(t *testing.T) {
	for context, want := range map[string]int{
		"":                             0,
		"COPY t, line 2":               2,
		"COPY t, line 12, column n":    12,
		`COPY t, line 3: "1	a"`:        3,
		`COPY t, line 3, column n: ""`: 3,
		`COPY t, line 7, column s: "COPY u, line 9"`:                           7,
		"COPY t, Zeile 4, Spalte n: »x«":                                       4,
		"COPY t, ligne 5, colonne n : « x »":                                   5,
		"COPY t, 行 6, 列 n: \"x\"":                                              6,
		"PL/pgSQL function f() line 3 at RAISE\nCOPY t, line 8: \"1\"":         8,
		"COPY f, line 1: \"x\"\nSQL statement \"…\"\nCOPY t, line 9: \"1\"":    9,
		"PL/pgSQL function f() line 3 at RAISE":                                0,
		"SQL statement \"COPY t FROM 'a'\"\nPL/pgSQL function f() line 3 at x": 0,
	} {
		if got := copyLine(context); got != want {
			t.Errorf("%q: line %d, want %d", context, got, want)
		}
	}
}

func TestLockWordsThatGive(t *testing.T) {
	for text, want := range map[string]bool{
		"":                                     false,
		"DISCARD ALL":                          true,
		"-- x\ndiscard all":                    true,
		"EXECUTE 'DisCard' || ' all'":          true,
		"SELECT pg_advisory_unlock_all()":      true,
		"SELECT PG_ADVISORY_UNLOCK(1)":         true,
		"SELECT pg_advisory_unlock":            true,
		"SELECT pg_advisory_lock(1)":           false,
		"dadadiscar":                           false,
		"SELECT 'unlock', 'advisory', 'disca'": false,
		"k":                                    false,
		strings.Repeat("advisory_unloc", 9):    false,
		strings.Repeat("x", 99) + "advisory_unlocked": true,
	} {
		if _, got := lockWords(text); got != want {
			t.Errorf("%q: %v, want %v", text, got, want)
		}
	}
}

func TestLockWordsThatTake(t *testing.T) {
	for text, want := range map[string]bool{
		"SELECT pg_advisory_lock(1)": true, "select PG_TRY_ADVISORY_LOCK_SHARED(1)": true, "SELECT pg_advisory_xact_lock(1)": false, "SELECT pg_advisory_unlock(1)": false,
		"LOCK TABLE t": false, "k": false, "": false,
	} {
		if got, _ := lockWords(text); got != want {
			t.Errorf("%q: got %v", text, got)
		}
	}
}
