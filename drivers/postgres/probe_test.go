package postgres_test

import (
	"testing"

	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/postgres"
)

func TestProbe(t *testing.T) {
	type c = drivertest.ProbeCase
	sql := func(list ...string) []string { return list }
	url := servers.URL(t, servers.Postgres)
	addr := drivertest.Database(t, postgres.Driver{}, url)
	drivertest.Probes(t, postgres.Driver{}, addr, []c{
		{Prepare: sql("CREATE TABLE t (x integer, y integer)"), Statement: "CREATE INDEX CONCURRENTLY T_x ON T (x)"},
		{Statement: `CREATE UNIQUE INDEX CONCURRENTLY "T ""y" ON ONLY public.t USING btree (y)`},
		{Statement: "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_x ON t (x)", Again: true},
		{Statement: "DROP INDEX CONCURRENTLY t_x"},
		{Statement: `DROP INDEX CONCURRENTLY public."T ""y"`},
		{Statement: "DROP INDEX CONCURRENTLY IF EXISTS t_x", Again: true},
		{Statement: "CREATE INDEX CONCURRENTLY ON t (x)", Silent: true},
		{Statement: "CREATE INDEX CONCURRENTLY an_index_with_a_name_that_is_longer_than_the_server_keeps_of_one_so_it_is_cut ON t (y)"},
		{Prepare: sql("CREATE TYPE mood AS ENUM ('sad')"), Statement: "ALTER TYPE mood ADD VALUE 'o''k' BEFORE 'sad'"},
		{Statement: "ALTER TYPE Public.Mood ADD VALUE IF NOT EXISTS 'sad'", Again: true},
		{Statement: "CREATE MATERIALIZED VIEW mv AS SELECT 1"},
		{Statement: "REFRESH MATERIALIZED VIEW mv", Again: true},
		{Statement: "DROP MATERIALIZED VIEW mv"},
		{Prepare: sql("CREATE SCHEMA s1"), Session: "SET search_path = s1", Statement: "CREATE MATERIALIZED VIEW mv AS SELECT 1"},
		{Session: "SET search_path = s1, public", Statement: "DROP MATERIALIZED VIEW mv", Silent: true},
		{Prepare: sql("CREATE TABLE p (x integer) PARTITION BY RANGE (x)", "CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10)"),
			Statement: "ALTER TABLE p DETACH PARTITION p1 CONCURRENTLY"},
		{Statement: "VACUUM t", Again: true},
		{Statement: "VACUUM (ANALYZE) t", Again: true},
		{Statement: "REINDEX TABLE CONCURRENTLY t", Again: true},
		{Statement: "ALTER SYSTEM SET work_mem = '5MB'", Again: true},
		{Statement: "ALTER SYSTEM RESET work_mem", Again: true},
		{Statement: `CREATE DATABASE "revise Probe"`},
		{Statement: `DROP DATABASE "revise Probe"`},
		{Statement: "SELECT 1", Silent: true},
		{Statement: "DO $$ BEGIN END $$", Silent: true},
	})
	drivertest.ProbeTexts(t, postgres.Driver{}, addr)
}
