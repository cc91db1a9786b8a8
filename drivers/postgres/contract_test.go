package postgres_test

import (
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/postgres"
)

func TestContract(t *testing.T) {
	drivertest.Run(t, drivertest.Subject{
		Driver:     postgres.Driver{},
		Fresh:      func(t testing.TB) drivers.Address { return fresh(t, "") },
		Slow:       "SELECT pg_sleep(30)",
		Pause:      "SELECT pg_sleep(0.06)",
		Begin:      "BEGIN",
		Notice:     "DO $$ BEGIN RAISE NOTICE 'hear me'; END $$",
		NoticeText: "hear me",
		Settings: []drivertest.Setting{
			{Name: "SET", Set: "SET statement_timeout = '1h'", Clean: "SELECT current_setting('statement_timeout') = '0'"},
			{Name: "set_config", Set: "SELECT set_config('search_path', '', false)", Clean: `SELECT current_setting('search_path') LIKE '"$user", public%'`},
			{Name: "custom setting", Set: "SET my.own = 'x'", Clean: "SELECT coalesce(current_setting('my.own', true), '') = ''"},
			{Name: "client_encoding", Set: "SET client_encoding = 'LATIN1'", Clean: "SELECT current_setting('client_encoding') = 'UTF8'"},
			{Name: "SET ROLE", Set: "SET ROLE pg_monitor", Clean: "SELECT current_user = session_user AND current_setting('role') = 'none'"},
			{Name: "session user", Set: "SET SESSION AUTHORIZATION pg_monitor", Clean: "SELECT session_user = 'postgres' AND current_user = 'postgres'"},
			{Name: "temporary table", Prepare: []string{"CREATE TABLE shadow (n integer)"}, Set: "CREATE TEMPORARY TABLE shadow AS SELECT 1 AS n",
				Clean: "SELECT count(*) = 0 FROM shadow"},
			{Name: "held cursor", Set: "DECLARE held CURSOR WITH HOLD FOR SELECT 1", Clean: "SELECT count(*) = 0 FROM pg_cursors WHERE name = 'held'"},
			{Name: "LISTEN", Set: "LISTEN somewhere", Clean: "SELECT count(*) = 0 FROM pg_listening_channels()", Single: true},
			{Name: "prepared statement", Set: "PREPARE prepared AS SELECT 1", Clean: "SELECT count(*) = 0 FROM pg_prepared_statements WHERE name = 'prepared'", Single: true},
			{Name: "read only", Set: "SET default_transaction_read_only = on", Clean: "SELECT current_setting('default_transaction_read_only') = 'off'"},
		},
		Hostile: []string{
			"SET standard_conforming_strings = off", "SET backslash_quote = off", "SET search_path = ''", "SET TimeZone = 'Asia/Kathmandu'",
			"SET DateStyle = 'SQL, DMY'", "SET lc_time = 'C'", "SET IntervalStyle = sql_standard", "SET extra_float_digits = -15",
		},
		Copy:        "COPY t (n, s) FROM stdin",
		Backslashes: `a\\b`,
		Offset:      true,
		Deferred: []string{
			"CREATE TABLE parent (id integer PRIMARY KEY)",
			"CREATE TABLE child (id integer REFERENCES parent DEFERRABLE INITIALLY DEFERRED)",
			"INSERT INTO child VALUES (1)",
		},
		Results: []string{
			"CREATE PROCEDURE gives(INOUT a integer, INOUT b integer) LANGUAGE sql AS 'SELECT a + 1, b + 1'",
			"CALL gives(1, 2)",
		},
	})
}

// fresh makes a database, with what stands behind CREATE DATABASE and its name.
func fresh(t testing.TB, options string) drivers.Address {
	t.Helper()
	return drivertest.Database(t, postgres.Driver{}, servers.URL(t, servers.Postgres), options)
}
