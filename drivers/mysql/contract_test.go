package mysql_test

import (
	"testing"

	"revise/drivers"
	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/mysql"
)

func TestContract(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) { drivertest.Run(t, subject(kind, servers.URL(t, kind))) })
	}
}

func subject(kind, url string) drivertest.Subject {
	s := drivertest.Subject{
		Driver:     mysql.Driver{},
		Fresh:      func(t testing.TB) drivers.Address { return drivertest.Database(t, mysql.Driver{}, url) },
		Slow:       "SELECT SLEEP(30)",
		Pause:      "SELECT SLEEP(0.06)",
		Begin:      "START TRANSACTION",
		Notice:     "DROP TABLE IF EXISTS nothing",
		NoticeText: "nothing",
		Settings: []drivertest.Setting{
			{Name: "sql_mode", Set: "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'", Clean: "SELECT @@sql_mode = @@global.sql_mode"},
			{Name: "timeout", Set: "SET innodb_lock_wait_timeout = 3", Clean: "SELECT @@innodb_lock_wait_timeout = @@global.innodb_lock_wait_timeout"},
			{Name: "checks", Set: "SET foreign_key_checks = 0, unique_checks = 0", Clean: "SELECT @@foreign_key_checks + @@unique_checks = 2"},
			{Name: "autocommit", Set: "SET autocommit = 0", Clean: "SELECT @@autocommit = 1"},
			{Name: "variable", Set: "SET @mine = 1", Clean: "SELECT @mine IS NULL"},
			{Name: "database", Set: "USE mysql", Clean: "SELECT DATABASE() LIKE 'ct%'"},
			{Name: "character set", Set: "SET NAMES latin1", Clean: "SELECT @@character_set_client = 'utf8mb4' AND @@character_set_results = 'utf8mb4'"},
			{Name: "clock", Set: "SET timestamp = 86400", Clean: "SELECT NOW() > '2020-01-01'"},
			{Name: "time zone", Set: "SET time_zone = '+05:45'", Clean: "SELECT @@time_zone = @@global.time_zone"},
			{Name: "isolation", Set: "SET SESSION TRANSACTION ISOLATION LEVEL READ UNCOMMITTED",
				Clean: map[string]string{servers.MariaDB: "SELECT @@tx_isolation = 'REPEATABLE-READ'", servers.MySQL: "SELECT @@transaction_isolation = 'REPEATABLE-READ'"}[kind]},
			{Name: "read only", Set: "SET SESSION TRANSACTION READ ONLY",
				Clean: map[string]string{servers.MariaDB: "SELECT @@tx_read_only = 0", servers.MySQL: "SELECT @@transaction_read_only = 0"}[kind]},
			{Name: "temporary table", Prepare: []string{"CREATE TABLE shadow (n integer)"}, Set: "CREATE TEMPORARY TABLE shadow AS SELECT 1 AS n",
				Clean: "SELECT count(*) = 0 FROM shadow"},
			{Name: "LOCK TABLES", Prepare: []string{"CREATE TABLE locked (n integer)"}, Set: "LOCK TABLES t WRITE", Clean: "SELECT count(*) = 0 FROM locked"},
		},
		Hostile: []string{
			"SET sql_mode = 'NO_BACKSLASH_ESCAPES'", "SET sql_mode = 'ANSI_QUOTES'", "SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'",
			"SET sql_mode = ''", "SET time_zone = '+05:45'", "SET lc_time_names = 'de_DE'",
		},
		Backslashes: `a\b`,
		Offset:      true,
		Results: []string{
			"CREATE PROCEDURE gives() BEGIN SELECT 1; SELECT n FROM t; SELECT n FROM t WHERE n = -1; SELECT 2, 3; END",
			"CALL gives()",
		},
		Bytes: "_binary'\xff\xfe'",
		Hex:   "HEX(b)",
	}
	if kind == servers.MariaDB {
		s.Hostile = append(s.Hostile, "SET sql_mode = 'ORACLE'")
	}
	return s
}
