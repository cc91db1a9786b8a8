package sqlite_test

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/sqlite"
)

func TestContract(t *testing.T) {
	drivertest.Run(t, drivertest.Subject{
		Driver: sqlite.Driver{},
		File:   true,
		Fresh: func(t testing.TB) drivers.Address {
			addr, err := sqlite.Driver{}.Parse("sqlite:" + filepath.Join(t.TempDir(), "contract.db") + "?foreign_keys=on")
			if err != nil {
				t.Fatal(err)
			}
			return addr
		},
		Slow:  "WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 500000000) SELECT count(*) FROM c",
		Pause: pause(t),
		Begin: "BEGIN IMMEDIATE",
		Settings: []drivertest.Setting{
			{Name: "PRAGMA", Set: "PRAGMA recursive_triggers = on", Clean: "SELECT recursive_triggers = 0 FROM pragma_recursive_triggers"},
			{Name: "foreign keys", Set: "PRAGMA foreign_keys = off", Clean: "SELECT foreign_keys FROM pragma_foreign_keys", Single: true},
			{Name: "case_sensitive_like", Set: "PRAGMA case_sensitive_like = on", Clean: "SELECT 'a' LIKE 'A'"},
			{Name: "temporary table", Prepare: []string{"CREATE TABLE shadow (n integer)"}, Set: "CREATE TEMPORARY TABLE shadow AS SELECT 1 AS n",
				Clean: "SELECT count(*) = 0 FROM shadow"},
			{Name: "ATTACH", Set: "ATTACH ':memory:' AS attached", Clean: "SELECT count(*) = 0 FROM pragma_database_list WHERE name = 'attached'", Single: true},
			{Name: "read only", Set: "PRAGMA query_only = on", Clean: "SELECT query_only = 0 FROM pragma_query_only"},
		},
		Hostile:     []string{"PRAGMA legacy_alter_table = on", "PRAGMA full_column_names = on"},
		Backslashes: `a\\b`,
		Offset:      true,
		Deferred: []string{
			"CREATE TABLE parent (id integer PRIMARY KEY)",
			"CREATE TABLE child (id integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
			"INSERT INTO child VALUES (1)",
		},
		Bytes: "'\xff\xfe'",
		Hex:   "hex(b)",
	})
}

// pause is a query that takes a tenth of a second here and now: SQLite cannot sleep, and the race detector slows it down a hundredfold.
func pause(t *testing.T) string {
	c := open(t, "sqlite::memory:")
	for n := 1000; ; n *= 2 {
		sql := fmt.Sprintf("WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < %d) SELECT count(*) FROM c", n)
		start := time.Now()
		if _, err := c.Query(context.Background(), sql); err != nil {
			t.Fatal(err)
		}
		if time.Since(start) > 100*time.Millisecond {
			return sql
		}
	}
}
