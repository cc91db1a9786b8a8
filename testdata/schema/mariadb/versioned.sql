--- pair: columns of a versioned table
--- from
CREATE TABLE t (a int, b int, KEY k (b)) WITH SYSTEM VERSIONING;
--- to
CREATE TABLE t (a bigint, c int, KEY k2 (c)) WITH SYSTEM VERSIONING;
--- rows
INSERT INTO t VALUES (1, 2);
UPDATE t SET a = 3;
--- keeps
SELECT a FROM t FOR SYSTEM_TIME ALL ORDER BY a
--- loses: the column t.b
--- pair: versioning goes
--- from
CREATE TABLE t (a int) WITH SYSTEM VERSIONING;
--- to
CREATE TABLE t (a int, b int);
--- rows
INSERT INTO t VALUES (1);
UPDATE t SET a = 2;
--- keeps
SELECT a FROM t
--- loses: the history of the rows of t
--- pair: versioning with columns that can be seen
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, s timestamp(6) GENERATED ALWAYS AS ROW START, e timestamp(6) GENERATED ALWAYS AS ROW END, PERIOD FOR SYSTEM_TIME (s, e)) WITH SYSTEM VERSIONING;
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT a FROM t
--- pair: a column without versions
--- from
CREATE TABLE t (a int, b int) WITH SYSTEM VERSIONING;
--- to
CREATE TABLE t (a int, b int WITHOUT SYSTEM VERSIONING) WITH SYSTEM VERSIONING;
--- pair: versioning and partitions by time
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME INTERVAL 1 DAY STARTS '2020-01-01 00:00:00' (PARTITION p0 HISTORY, PARTITION pn CURRENT);
--- pair: partitions of the history
--- from
CREATE TABLE t (a int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT);
--- to
CREATE TABLE t (a int, b int) WITH SYSTEM VERSIONING PARTITION BY SYSTEM_TIME LIMIT 1000 (PARTITION p0 HISTORY, PARTITION p1 HISTORY, PARTITION pn CURRENT);
--- pair: a period of the application
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, s date NOT NULL, e date NOT NULL, PERIOD FOR p (s, e), UNIQUE KEY u (a, p WITHOUT OVERLAPS));
--- pair: a period gets other columns
--- from
CREATE TABLE t (a int, s date NOT NULL, e date NOT NULL, f date NOT NULL, PERIOD FOR p (s, e));
--- to
CREATE TABLE t (a int, s date NOT NULL, e date NOT NULL, f date NOT NULL, PERIOD FOR p (s, f));
--- pair: foreign keys of a versioned table
--- from
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int) WITH SYSTEM VERSIONING;
--- to
CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (p int, CONSTRAINT fk FOREIGN KEY (p) REFERENCES p (id)) WITH SYSTEM VERSIONING;
--- pair: generated columns of a versioned table
--- from
CREATE TABLE t (a int, v int AS (a + 1) VIRTUAL) WITH SYSTEM VERSIONING;
--- to
CREATE TABLE t (a int, v int AS (a + 2) PERSISTENT, w int) WITH SYSTEM VERSIONING;
--- pair: versioning goes with the engine
--- from
CREATE TABLE t (a int) ENGINE=InnoDB WITH SYSTEM VERSIONING;
--- to
CREATE TABLE t (a int, n int) ENGINE=MyISAM;
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT a FROM t
--- loses: the history of the rows of t
