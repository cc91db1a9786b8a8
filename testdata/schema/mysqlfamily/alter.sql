--- pair: everything of a table in one statement
--- from
CREATE TABLE t (id int NOT NULL, a int, b varchar(10), gone int, KEY ka (a), CONSTRAINT c1 CHECK (a > 0));
--- to
CREATE TABLE t (b varchar(20) NOT NULL DEFAULT 'x', id int NOT NULL AUTO_INCREMENT, a bigint, new int, PRIMARY KEY (id), KEY kb (b), CONSTRAINT c1 CHECK (a >= 0)) COMMENT='so';
--- rows
INSERT INTO t VALUES (1, 2, 'y', 3), (2, 3, 'z', 4);
--- keeps
SELECT id, a, b FROM t ORDER BY id
--- loses: the column t.gone
--- plan: !DROP KEY `ka`;
--- pair: AUTO_INCREMENT goes
--- from
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY);
--- to
CREATE TABLE t (id int NOT NULL PRIMARY KEY);
--- rows
INSERT INTO t VALUES (5);
--- keeps
SELECT id FROM t
--- pair: AUTO_INCREMENT stays and its key changes
--- from
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL);
--- to
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, n int NOT NULL, PRIMARY KEY (n, id), KEY (id));
--- rows
INSERT INTO t VALUES (5, 1);
--- keeps
SELECT id, n FROM t
--- pair: AUTO_INCREMENT gets a unique key for its primary one
--- from
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, n int NOT NULL);
--- to
CREATE TABLE t (id int NOT NULL AUTO_INCREMENT, n int NOT NULL PRIMARY KEY, UNIQUE KEY u (id));
--- pair: all columns in the other order
--- from
CREATE TABLE t (a int, b int, c int, d int, e int, f int);
--- to
CREATE TABLE t (f int, e int, d int, c int, b int, a int);
--- rows
INSERT INTO t VALUES (1, 2, 3, 4, 5, 6);
--- keeps
SELECT a, b, c, d, e, f FROM t
--- pair: a column moves one place
--- from
CREATE TABLE t (a int, b int, c int, d int, e int);
--- to
CREATE TABLE t (a int, e int, b int, c int, d int);
--- plan: `e`
--- plan: !`b` int
--- pair: columns come, go and move
--- from
CREATE TABLE t (a int, b int, c int, d int);
--- to
CREATE TABLE t (x int, d int, y int, a int, z int);
--- rows
INSERT INTO t VALUES (1, 2, 3, 4);
--- keeps
SELECT a, d FROM t
--- loses: the column t.b
--- pair: all columns but one are others
--- from
CREATE TABLE t (a int, b int, c int);
--- to
CREATE TABLE t (x int, b int, y int);
--- pair: only a comment
--- from
CREATE TABLE t (a int NOT NULL DEFAULT 7, KEY k (a));
--- to
CREATE TABLE t (a int NOT NULL DEFAULT 7 COMMENT 'so', KEY k (a) COMMENT 'a key');
--- pair: a default goes
--- from
CREATE TABLE t (a int NOT NULL DEFAULT 7, b varchar(5) DEFAULT 'x', c timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP);
--- to
CREATE TABLE t (a int NOT NULL, b varchar(5) DEFAULT '', c timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP);
--- pair: fractions in defaults
--- from
CREATE TABLE t (a datetime(3) DEFAULT CURRENT_TIMESTAMP(3));
--- to
CREATE TABLE t (a datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6), b timestamp(2) NULL DEFAULT NULL);
--- pair: defaults of every type
--- from
--- to
CREATE TABLE t (a bit(5) DEFAULT b'101', b binary(3) DEFAULT 'ab', c varbinary(5) DEFAULT x'00ff', d date DEFAULT '2020-02-03', e time DEFAULT '-10:11:12', f year DEFAULT 2020,
  g double DEFAULT 1.5e10, h decimal(30,10) DEFAULT -1.5, i enum('a;b','c''d') DEFAULT 'c''d', j set('x','y') DEFAULT 'x,y', k bigint unsigned DEFAULT 18446744073709551615,
  l varchar(20) DEFAULT 'NULL', m varchar(20) DEFAULT 'CURRENT_TIMESTAMP', n tinyint(1) DEFAULT TRUE, o char(0) DEFAULT '', p int DEFAULT -5);
--- pair: zero dates
--- from
SET SESSION sql_mode = '';
CREATE TABLE t (a int, d date NOT NULL DEFAULT '0000-00-00', e datetime NOT NULL DEFAULT '0000-00-00 00:00:00');
--- to
SET SESSION sql_mode = '';
CREATE TABLE t (a bigint, d date NOT NULL DEFAULT '0000-00-00', e datetime NOT NULL DEFAULT '0000-00-00 00:00:00', f timestamp NOT NULL DEFAULT '0000-00-00 00:00:00', g date DEFAULT '2020-00-00');
--- rows
INSERT INTO t VALUES (1, '2020-01-01', '2020-01-01 10:00:00');
--- keeps
SELECT a, d FROM t
--- pair: a table without zero dates beside one
--- from
SET SESSION sql_mode = '';
CREATE TABLE t (a int, d date NOT NULL DEFAULT '0000-00-00');
CREATE TABLE u (a bigint);
--- to
SET SESSION sql_mode = '';
CREATE TABLE t (a int, d date NOT NULL DEFAULT '0000-00-00', z int);
CREATE TABLE u (a int);
--- rows
INSERT INTO u VALUES (5000000000);
--- fails: Out of range
--- pair: moments in another zone
--- from
SET SESSION time_zone = '+05:30';
CREATE TABLE t (a timestamp NOT NULL DEFAULT '2020-01-01 00:00:00');
--- to
SET SESSION time_zone = '+05:30';
CREATE TABLE t (a timestamp NOT NULL DEFAULT '2021-01-01 00:00:00', b timestamp NOT NULL DEFAULT '2020-06-01 12:00:00');
CREATE TABLE u (a timestamp(3) NULL DEFAULT '2020-06-01 12:00:00.5');
CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO SELECT 1;
--- pair: texts with backslashes where they mean nothing
--- from
CREATE TABLE t (a varchar(10) DEFAULT 'x');
--- to
SET SESSION sql_mode = 'NO_BACKSLASH_ESCAPES';
CREATE TABLE t (a varchar(10) DEFAULT '\n' COMMENT 'a\b');
CREATE PROCEDURE p() SELECT '\', ';';
CREATE VIEW v AS SELECT '\n' AS x, a FROM t;
--- pair: generated columns on generated columns
--- from
CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a + 1) VIRTUAL, w int GENERATED ALWAYS AS (v + 1) VIRTUAL, KEY kw (w));
--- to
CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a + 7) VIRTUAL, w int GENERATED ALWAYS AS (v + 1) VIRTUAL, KEY kw (w));
--- rows
INSERT INTO t (a) VALUES (1);
--- keeps
SELECT a FROM t
--- pair: a virtual column becomes a stored one under others
--- from
CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a + 1) VIRTUAL, w int GENERATED ALWAYS AS (v + 1) VIRTUAL, b int, KEY kv (v), KEY kb (b, w));
--- to
CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a + 1) STORED, w int GENERATED ALWAYS AS (v + 1) VIRTUAL, b int, KEY kv (v), KEY kb (b, w));
--- rows
INSERT INTO t (a, b) VALUES (1, 5);
--- keeps
SELECT a, v, w, b FROM t
--- pair: a virtual column becomes an ordinary one
--- from
CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a + 1) VIRTUAL, b int, KEY kv (v), CONSTRAINT c CHECK (v > 0));
--- to
CREATE TABLE t (a int, v int, b int, KEY kv (v), CONSTRAINT c CHECK (v > 0));
--- rows
INSERT INTO t (a, b) VALUES (1, 5);
--- keeps
SELECT a, v, b FROM t
--- pair: a virtual column that others need becomes an ordinary one
--- from
CREATE TABLE t (a int, v int GENERATED ALWAYS AS (a + 1) VIRTUAL, w int GENERATED ALWAYS AS (v + 1) VIRTUAL);
--- to
CREATE TABLE t (a int, v int, w int GENERATED ALWAYS AS (v + 1) VIRTUAL);
--- rows
INSERT INTO t (a) VALUES (1);
--- keeps
SELECT a FROM t
--- loses: the values of t.v
--- pair: the type and the comment of a generated column
--- from
CREATE TABLE t (a int, s int GENERATED ALWAYS AS (a * 2) STORED, v int GENERATED ALWAYS AS (a * 3) VIRTUAL);
--- to
CREATE TABLE t (a int, s bigint GENERATED ALWAYS AS (a * 2) STORED COMMENT 'so', v bigint GENERATED ALWAYS AS (a * 3) VIRTUAL COMMENT 'so');
--- rows
INSERT INTO t (a) VALUES (1);
--- keeps
SELECT a, s, v FROM t
--- pair: generated columns come before what they are computed from
--- from
CREATE TABLE t (z int);
--- to
CREATE TABLE t (g int GENERATED ALWAYS AS (a + b) STORED, z int, a int, b int);
--- pair: a generated column goes with what it is computed from
--- from
CREATE TABLE t (z int, a int, g int GENERATED ALWAYS AS (a + 1) STORED, KEY kg (g));
--- to
CREATE TABLE t (z int);
--- pair: a generated column of texts
--- from
CREATE TABLE t (a varchar(20));
--- to
CREATE TABLE t (a varchar(20), b varchar(50) GENERATED ALWAYS AS (CONCAT(a, ') VIRTUAL', '''')) VIRTUAL, c varchar(9) CHARACTER SET latin1 GENERATED ALWAYS AS (UPPER(a)) STORED);
--- pair: a column with a check goes
--- from
CREATE TABLE t (a int, b int, CONSTRAINT ab CHECK (a < b));
--- to
CREATE TABLE t (a int);
--- pair: a check gets another column
--- from
CREATE TABLE t (a int, b int, CONSTRAINT c CHECK (a > 0));
--- to
CREATE TABLE t (a int, d int, CONSTRAINT c CHECK (d > 0));
--- pair: checks change their tables
--- from
CREATE TABLE a (n int, CONSTRAINT positive CHECK (n > 0));
CREATE TABLE b (n int);
--- to
CREATE TABLE a (n int);
CREATE TABLE b (n int, CONSTRAINT positive CHECK (n > 0));
CREATE TABLE c (n int);
--- pair: a check that rows break
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, CONSTRAINT c CHECK (a > 0));
--- rows
INSERT INTO t VALUES (-1);
--- fails: c
--- pair: json columns
--- from
CREATE TABLE t (a int, j json);
--- to
CREATE TABLE t (a int, j json NOT NULL, k json, s varchar(10) GENERATED ALWAYS AS (json_unquote(json_extract(j, '$.a'))) VIRTUAL, KEY ks (s));
--- pair: spatial columns
--- from
CREATE TABLE t (p point);
--- to
CREATE TABLE t (p point NOT NULL, q polygon, l linestring, g geometrycollection, SPATIAL KEY sp (p));
--- pair: several fulltext keys
--- from
CREATE TABLE t (a text, b text, c varchar(50));
--- to
CREATE TABLE t (a text, b text, c varchar(50), FULLTEXT KEY fa (a), FULLTEXT KEY fb (b), FULLTEXT KEY fac (a, c), KEY kc (c));
--- rows
INSERT INTO t VALUES ('x', 'y', 'z');
--- keeps
SELECT a, b, c FROM t
--- pair: several keys get other names
--- from
CREATE TABLE t (a int, b int, KEY k1 (a), KEY k2 (a), UNIQUE KEY u1 (b));
--- to
CREATE TABLE t (a int, b int, KEY n1 (a), KEY n2 (a), UNIQUE KEY n3 (b));
--- plan: !DROP KEY
--- pair: keys swap their names
--- from
CREATE TABLE t (a int, b int, KEY k1 (a), KEY k2 (b));
--- to
CREATE TABLE t (a int, b int, KEY k1 (b), KEY k2 (a));
--- pair: kinds of keys
--- from
CREATE TABLE t (a int, b varchar(100), UNIQUE KEY k (a), KEY l (b(20)));
--- to
CREATE TABLE t (a int, b varchar(100), KEY k (a), KEY l (b(30), a DESC));
--- pair: a unique key becomes the primary one
--- from
CREATE TABLE t (a int NOT NULL, UNIQUE KEY u (a));
--- to
CREATE TABLE t (a int NOT NULL, PRIMARY KEY (a));
--- pair: options go
--- from
CREATE TABLE t (n int) ROW_FORMAT=DYNAMIC COMMENT='old' STATS_PERSISTENT=1 STATS_AUTO_RECALC=0 STATS_SAMPLE_PAGES=5 MAX_ROWS=5 MIN_ROWS=1 AVG_ROW_LENGTH=3 PACK_KEYS=1 CHECKSUM=1 DELAY_KEY_WRITE=1;
--- to
CREATE TABLE t (n int);
--- pair: a table of MyISAM
--- from
CREATE TABLE t (n int, s varchar(5)) ENGINE=InnoDB;
--- to
CREATE TABLE t (n int, s varchar(5), KEY k (n)) ENGINE=MyISAM ROW_FORMAT=FIXED CHECKSUM=1;
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n, s FROM t
--- pair: a table in memory
--- from
CREATE TABLE t (n int, KEY k USING BTREE (n)) ENGINE=MEMORY;
--- to
CREATE TABLE t (n int, KEY k USING HASH (n)) ENGINE=MEMORY MAX_ROWS=100;
--- pair: a merged table
--- from
--- to
CREATE TABLE m (n int) ENGINE=MERGE UNION=(z1, z2) INSERT_METHOD=LAST;
CREATE TABLE z1 (n int) ENGINE=MyISAM;
CREATE TABLE z2 (n int) ENGINE=MyISAM;
--- pair: a wide table
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, c01 int, c02 int, c03 int, c04 int, c05 int, c06 int, c07 int, c08 int, c09 int, c10 int, c11 varchar(10), c12 text, c13 blob, KEY (c01), KEY (c02, c03), UNIQUE KEY (c04));
--- pair: times change beside moments in another zone
--- from
SET SESSION time_zone = '+05:30';
CREATE TABLE a (n int, m timestamp NOT NULL DEFAULT '2020-01-01 00:00:00');
CREATE TABLE b (at datetime);
--- to
SET SESSION time_zone = '+05:30';
CREATE TABLE a (n int, m timestamp NOT NULL DEFAULT '2021-01-01 00:00:00');
CREATE TABLE b (at timestamp NULL);
--- rows
INSERT INTO b VALUES ('2020-06-01 12:00:00');
--- keeps
SELECT at FROM b
--- plan: time_zone = 'SYSTEM'
