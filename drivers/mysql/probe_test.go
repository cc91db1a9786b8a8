package mysql_test

import (
	"testing"

	"revise/drivers/drivertest"
	"revise/drivers/drivertest/servers"
	"revise/drivers/mysql"
)

func TestProbe(t *testing.T) {
	for _, kind := range []string{servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			url := servers.URL(t, kind)
			drivertest.Probes(t, mysql.Driver{}, drivertest.Database(t, mysql.Driver{}, url), probeCases(kind))
			drivertest.ProbeTexts(t, mysql.Driver{}, drivertest.Database(t, mysql.Driver{}, url))
		})
	}
}

func probeCases(kind string) []drivertest.ProbeCase {
	type c = drivertest.ProbeCase
	sql := func(list ...string) []string { return list }
	cases := []c{
		{Statement: "CREATE TABLE t1 (id INT PRIMARY KEY, `a b` VARCHAR(20) DEFAULT 'x, y (', KEY k (`a b`))"},
		{Statement: "create table `T1` (ID int, key (id))"},
		{Statement: "CREATE TABLE `we``ird é` (x INT)", Torn: sql("ALTER TABLE `we``ird é` ADD y INT")},
		{Prepare: sql("CREATE TABLE other (x INT, y INT)"), Statement: "CREATE TABLE t2 (x INT, y INT, CONSTRAINT c CHECK (x > 0), PRIMARY KEY (x))"},
		{Statement: "CREATE TABLE t3 (/* one */ `primary` INT, -- two\n `key` INT) ENGINE=InnoDB COMMENT 'as select like'", Torn: sql("ALTER TABLE t3 DROP COLUMN `key`")},
		{Statement: "CREATE TABLE t4 LIKE t1", Silent: true},
		{Statement: "CREATE TABLE t5 AS SELECT 1 AS one", Silent: true},
		{Statement: "CREATE TABLE t6 (x INT) SELECT 1 AS one", Silent: true},
		{Statement: "CREATE TABLE IF NOT EXISTS t7 (x INT)", Again: true},
		{Statement: "CREATE TABLE IF NOT EXISTS t7 SELECT 1 AS one", Silent: true},
		{Statement: "CREATE TEMPORARY TABLE t8 (x INT)", Silent: true},
		{Statement: "ALTER TABLE t1 ADD COLUMN b INT NOT NULL DEFAULT 0 AFTER id"},
		{Statement: "ALTER TABLE t1 ADD c DECIMAL(5, 2), ADD COLUMN d INT FIRST, ALGORITHM=INPLACE"},
		{Statement: "ALTER TABLE t1 ADD COLUMN (e INT, f ENUM('a,', 'b)'))"},
		{Statement: "ALTER TABLE t1 MODIFY b BIGINT", Again: true},
		{Statement: "ALTER TABLE t1 MODIFY b BIGINT, ADD g INT"},
		{Statement: "ALTER TABLE t1 CHANGE c cc DECIMAL(6, 2)", Torn: sql("ALTER TABLE t1 ADD COLUMN c INT")},
		{Statement: "ALTER TABLE t1 CHANGE COLUMN cc `CC` DECIMAL(7, 2)", Again: true},
		{Statement: "ALTER TABLE t1 ENGINE=InnoDB, COMMENT='x', ALTER COLUMN b SET DEFAULT 5", Again: true},
		{Statement: "ALTER TABLE t1 CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", Again: true},
		{Statement: "ALTER TABLE t1 RENAME COLUMN g TO gg"},
		{Statement: "ALTER TABLE t1 DROP COLUMN gg"},
		{Statement: "ALTER TABLE t1 DROP e, DROP COLUMN f"},
		{Statement: "ALTER TABLE t1 ADD INDEX `i one` (b)"},
		{Statement: "ALTER TABLE t1 ADD UNIQUE KEY i2 (d, b)"},
		{Statement: "ALTER TABLE t1 ADD INDEX (d)", Silent: true},
		{Statement: "ALTER TABLE t1 DROP INDEX i2, ADD INDEX i2 (b, d)", Silent: true},
		{Statement: "ALTER TABLE t1 DROP INDEX i2, ADD INDEX i3 (b, d)"},
		{Statement: "ALTER TABLE t1 RENAME INDEX i3 TO i4"},
		{Statement: "ALTER TABLE t1 DROP KEY i4"},
		{Statement: "ALTER TABLE t1 DROP PRIMARY KEY"},
		{Statement: "ALTER TABLE t1 ADD PRIMARY KEY (id)"},
		{Statement: "ALTER TABLE t1 DROP PRIMARY KEY, ADD PRIMARY KEY (id, b)", Silent: true},
		{Prepare: sql("CREATE TABLE parent (id INT PRIMARY KEY)"), Statement: "ALTER TABLE t1 ADD CONSTRAINT fk1 FOREIGN KEY (d) REFERENCES parent (id)"},
		{Statement: "ALTER TABLE t1 DROP FOREIGN KEY fk1"},
		{Statement: "ALTER TABLE t1 ADD CONSTRAINT u1 UNIQUE (d)"},
		{Statement: "ALTER TABLE t1 ADD CONSTRAINT ck CHECK (b < 1000)"},
		{Statement: "ALTER TABLE t1 DROP CONSTRAINT ck"},
		{Statement: "ALTER TABLE t1 ADD CHECK (b < 2000)", Silent: true},
		{Statement: "ALTER TABLE other RENAME TO another", Torn: sql("CREATE TABLE other (x INT)")},
		{Statement: "ALTER TABLE another RENAME AS another2, ADD z INT"},
		{Statement: "RENAME TABLE another2 TO a1, other TO a2", Torn: sql("RENAME TABLE a1 TO another2")},
		{Prepare: sql("CREATE TABLE s1 (x INT)", "CREATE TABLE s2 (y INT)"), Statement: "RENAME TABLE s1 TO s3, s2 TO s1, s3 TO s2", Silent: true},
		{Statement: "CREATE INDEX ix ON a2 (x)"},
		{Statement: "CREATE UNIQUE INDEX `ux` USING BTREE ON a2 (x DESC)"},
		{Statement: "DROP INDEX ix ON a2"},
		{Statement: "CREATE VIEW v1 AS SELECT 1 AS one"},
		{Statement: "CREATE ALGORITHM=MERGE DEFINER=CURRENT_USER SQL SECURITY INVOKER VIEW v2 AS SELECT 1 AS one"},
		{Statement: "CREATE OR REPLACE VIEW v2 AS SELECT 2 AS two", Again: true},
		{Statement: "DROP VIEW v1, v2", Torn: sql("CREATE VIEW v1 AS SELECT 1 AS one")},
		{Statement: "CREATE PROCEDURE p1() BEGIN SELECT 1; END"},
		{Statement: "CREATE DEFINER=`root`@`localhost` FUNCTION f1() RETURNS INT DETERMINISTIC RETURN 1"},
		{Statement: "DROP PROCEDURE p1"},
		{Statement: "DROP FUNCTION f1"},
		{Statement: "DROP FUNCTION IF EXISTS f1", Again: true},
		{Statement: "CREATE TRIGGER tr1 BEFORE INSERT ON a2 FOR EACH ROW SET NEW.x = 1"},
		{Statement: "DROP TRIGGER tr1"},
		{Statement: "CREATE EVENT e1 ON SCHEDULE EVERY 1 DAY DO SELECT 1"},
		{Statement: "DROP EVENT e1"},
		{Prepare: sql("CREATE TABLE parts (x INT) PARTITION BY RANGE (x) (PARTITION p0 VALUES LESS THAN (10))"),
			Statement: "ALTER TABLE parts ADD PARTITION (PARTITION p1 VALUES LESS THAN (20))"},
		{Statement: "ALTER TABLE parts DROP PARTITION p1"},
		{Statement: "ALTER TABLE parts REMOVE PARTITIONING", Silent: true},
		{Statement: "DROP TABLE parts"},
		{Prepare: sql("RENAME TABLE another2 TO a1"), Statement: "DROP TABLES a1, s1, s2", Torn: sql("CREATE TABLE a1 (x INT)")},
		{Statement: "DROP TABLE IF EXISTS a1, nothing", Again: true},
		{Statement: "TRUNCATE TABLE a2", Silent: true},
		{Statement: "INSERT INTO a2 VALUES (1)", Silent: true},
		{Statement: "UPDATE a2 SET x = 2", Silent: true},
		{Statement: "DO SLEEP(0)", Silent: true},
		{Statement: "ANALYZE TABLE a2", Again: true},
		{Statement: "/*!50001 CREATE VIEW v3 AS SELECT 1 AS one */", Silent: true},
		{Statement: "CREATE /*!50001 VIEW */ /*!50001 v4 */ AS SELECT 1 AS one", Silent: true},
		{Prepare: sql("CREATE TABLE u1 (x INT)", "CREATE DATABASE IF NOT EXISTS revise_probe"), Session: "USE revise_probe", Statement: "CREATE TABLE u1 (x INT)"},
		{Session: "USE revise_probe", Statement: "DROP TABLE u1"},
		{Statement: "CREATE TABLE revise_probe.`u 2` (x INT)"},
		{Statement: "DROP DATABASE revise_probe"},
	}
	if kind == servers.MariaDB {
		cases = append(cases,
			c{Statement: "CREATE SEQUENCE sq1"}, c{Statement: "DROP SEQUENCE sq1"},
			c{Statement: "CREATE OR REPLACE TABLE r1 (x INT)", Again: true},
			c{Statement: "ALTER TABLE r1 ADD COLUMN IF NOT EXISTS y INT", Again: true},
			c{Statement: "ALTER TABLE r1 ADD COLUMN IF NOT EXISTS y INT, ADD z INT"},
			c{Statement: "ALTER TABLE r1 DROP COLUMN IF EXISTS y", Again: true},
			c{Statement: "CREATE OR REPLACE PROCEDURE p2() SELECT 1", Again: true},
			c{Statement: "CREATE PROCEDURE IF NOT EXISTS p2() SELECT 1", Again: true},
		)
	}
	return cases
}
