--- pair: a column comes last
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int, s varchar(10) DEFAULT 'x' NOT NULL COMMENT 'it''s');
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: columns come first and in the middle
--- from
CREATE TABLE t (a int, c int);
--- to
CREATE TABLE t (z int, a int, b int, c int);
--- rows
INSERT INTO t VALUES (1, 3);
--- keeps
SELECT a, c FROM t
--- pair: a column goes
--- from
CREATE TABLE t (n int, s text);
--- to
CREATE TABLE t (n int);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM t
--- loses: the column t.s
--- pair: a column with an index goes
--- from
CREATE TABLE t (n int, s varchar(10), KEY k (s), KEY both_of (n, s));
--- to
CREATE TABLE t (n int, KEY both_of (n));
--- pair: columns change places
--- from
CREATE TABLE t (a int, b int, c int, d int);
--- to
CREATE TABLE t (d int, b int, a int, c int);
--- rows
INSERT INTO t VALUES (1, 2, 3, 4);
--- keeps
SELECT a, b, c, d FROM t
--- pair: types
--- from
CREATE TABLE t (a int, b varchar(10), c decimal(10,2), d datetime, e tinyint(1), f float, g json, h blob, i bit(3), j year, k time(3));
--- to
CREATE TABLE t (a bigint unsigned, b varchar(300), c decimal(12,4), d datetime(6), e smallint, f double, g json, h longblob, i bit(8), j year, k time(6));
--- pair: a number that does not fit
--- from
CREATE TABLE t (n bigint);
--- to
CREATE TABLE t (n int);
--- rows
INSERT INTO t VALUES (5000000000);
--- fails: Out of range
--- pair: digits behind the point
--- from
CREATE TABLE t (n decimal(10,4));
--- to
CREATE TABLE t (n decimal(10,2));
--- rows
INSERT INTO t VALUES (1.2345);
--- loses: digits behind the point
--- pair: fractions of seconds
--- from
CREATE TABLE t (at datetime(6));
--- to
CREATE TABLE t (at datetime);
--- rows
INSERT INTO t VALUES ('2026-01-01 00:00:00.123456');
--- loses: fractions of seconds
--- pair: a text that does not fit
--- from
CREATE TABLE t (s varchar(20));
--- to
CREATE TABLE t (s varchar(2));
--- rows
INSERT INTO t VALUES ('abc');
--- fails: for column
--- pair: NOT NULL
--- from
CREATE TABLE t (n int, s varchar(5) NOT NULL);
--- to
CREATE TABLE t (n int NOT NULL DEFAULT 0, s varchar(5));
--- pair: NOT NULL over NULLs
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int NOT NULL);
--- rows
INSERT INTO t VALUES (NULL);
--- fails: n
--- pair: defaults
--- from
CREATE TABLE t (a int DEFAULT 1, b varchar(10) DEFAULT 'x', c timestamp NULL DEFAULT NULL, d datetime);
--- to
CREATE TABLE t (a int, b varchar(10) DEFAULT 'it''s; \\ so', c timestamp NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP, d datetime DEFAULT CURRENT_TIMESTAMP);
--- pair: defaults that are computed
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, b int DEFAULT (1 + 2), c varchar(36) DEFAULT (UUID()));
--- pair: AUTO_INCREMENT comes
--- from
CREATE TABLE t (id int NOT NULL, s varchar(5));
--- to
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, s varchar(5));
--- rows
INSERT INTO t VALUES (7, 'x');
--- keeps
SELECT id, s FROM t
--- pair: AUTO_INCREMENT moves
--- from
CREATE TABLE t (a int NOT NULL AUTO_INCREMENT PRIMARY KEY, b int NOT NULL);
--- to
CREATE TABLE t (a int NOT NULL, b int NOT NULL AUTO_INCREMENT PRIMARY KEY);
--- pair: a new column with AUTO_INCREMENT
--- from
CREATE TABLE t (s varchar(5));
--- to
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, s varchar(5));
--- rows
INSERT INTO t VALUES ('x');
--- keeps
SELECT s FROM t
--- pair: a collation of a column
--- from
CREATE TABLE t (s varchar(10), u text);
--- to
CREATE TABLE t (s varchar(10) COLLATE utf8mb4_bin, u text CHARACTER SET latin1);
--- pair: enums and sets
--- from
CREATE TABLE t (e enum('a','b'), s set('x','y'));
--- to
CREATE TABLE t (e enum('a','c','b','it''s'), s set('x','y','z') NOT NULL DEFAULT 'x,z');
--- rows
INSERT INTO t VALUES ('b', 'x');
--- keeps
SELECT e, s FROM t
--- pair: a value of an enum goes that rows have
--- from
CREATE TABLE t (e enum('a','b'));
--- to
CREATE TABLE t (e enum('a'));
--- rows
INSERT INTO t VALUES ('b');
--- fails: e
--- pair: generated columns
--- from
CREATE TABLE t (a int, b int, v int GENERATED ALWAYS AS (a + b) VIRTUAL, s int GENERATED ALWAYS AS (a * 2) STORED, KEY ks (s));
--- to
CREATE TABLE t (a int, b int, v int GENERATED ALWAYS AS (a - b) VIRTUAL, s int GENERATED ALWAYS AS (a * 3) STORED, KEY ks (s));
--- rows
INSERT INTO t (a, b) VALUES (1, 2);
--- keeps
SELECT a, b FROM t
--- pair: a generated column becomes an ordinary one
--- from
CREATE TABLE t (a int, s int GENERATED ALWAYS AS (a * 2) STORED);
--- to
CREATE TABLE t (a int, s int);
--- rows
INSERT INTO t (a) VALUES (1);
--- keeps
SELECT a, s FROM t
--- pair: an ordinary column becomes a generated one
--- from
CREATE TABLE t (a int, s int);
--- to
CREATE TABLE t (a int, s int GENERATED ALWAYS AS (a * 2) VIRTUAL);
--- pair: comments with what looks like SQL
--- from
CREATE TABLE t (a int COMMENT 'x, KEY k (a)');
--- to
CREATE TABLE t (a int COMMENT 'PARTITION BY; ENGINE=x', b int COMMENT 'AUTO_INCREMENT=5 `q`');
--- pair: unsigned and zerofill
--- from
CREATE TABLE t (a int, b int unsigned);
--- to
CREATE TABLE t (a int unsigned zerofill, b int);
--- pair: a check that is called as a column which is computed anew
--- from
CREATE TABLE t (n int, v int AS (n + 1) VIRTUAL, CONSTRAINT v CHECK (v > 0));
--- to
CREATE TABLE t (n int, v int AS (n + 2) STORED, CONSTRAINT v CHECK (v > 0));
--- rows
INSERT INTO t (n) VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a check that is called as a column which becomes an ordinary one
--- from
CREATE TABLE t (n int, v int AS (n + 1) VIRTUAL, CONSTRAINT v CHECK (v > 0));
--- to
CREATE TABLE t (n int, v int, CONSTRAINT v CHECK (v > 0));
--- rows
INSERT INTO t (n) VALUES (1);
--- keeps
SELECT n, v FROM t
--- pair: a column that is computed anew is written in another case elsewhere
--- from
CREATE TABLE t (n int, v int AS (N + 1) VIRTUAL, w int AS (V + 1) VIRTUAL, CONSTRAINT c CHECK (V > 0), KEY k (V));
--- to
CREATE TABLE t (n int, v int AS (N + 2) STORED, w int AS (V + 1) VIRTUAL, CONSTRAINT c CHECK (V > 0), KEY k (V));
--- rows
INSERT INTO t (n) VALUES (1);
--- keeps
SELECT n FROM t
