--- pair: a check is enforced again
--- from
CREATE TABLE t (n int, CONSTRAINT c CHECK (n > 0) NOT ENFORCED, CONSTRAINT d CHECK (n < 9));
--- to
CREATE TABLE t (n int, CONSTRAINT c CHECK (n > 0), CONSTRAINT d CHECK (n < 8) NOT ENFORCED);
--- plan: ALTER CHECK `c` ENFORCED
--- pair: an invisible key becomes visible and another one not
--- from
CREATE TABLE t (a int, b int INVISIBLE, KEY k (a) INVISIBLE, KEY l (b));
--- to
CREATE TABLE t (a int, b int, KEY k (a), KEY l (b) INVISIBLE);
--- pair: a functional key changes
--- from
CREATE TABLE t (s varchar(20), n int, KEY k ((lower(s))), UNIQUE KEY u ((n + 1)));
--- to
CREATE TABLE t (s varchar(20), n int, KEY k ((upper(s)), n DESC), UNIQUE KEY u ((n + 2)));
--- pair: a column under a functional key goes
--- from
CREATE TABLE t (s varchar(20), n int, KEY k ((lower(s))));
--- to
CREATE TABLE t (n int);
--- pair: defaults with expressions
--- from
CREATE TABLE t (a int DEFAULT (1 + 1), s text DEFAULT ('x'), j json);
--- to
CREATE TABLE t (a int DEFAULT (2 + 1), s text DEFAULT ('it''s (x'), j json DEFAULT (JSON_OBJECT('a', 1)), b varchar(36) NOT NULL DEFAULT (UUID()), d date DEFAULT (CURRENT_DATE + INTERVAL 1 DAY));
--- pair: a default that differs from call to call over rows
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, b varchar(36) DEFAULT (CONCAT(UUID(), ')')), c int);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT a FROM t
--- pair: a system of coordinates
--- from
CREATE TABLE t (g geometry NOT NULL, p point NOT NULL SRID 0);
--- to
CREATE TABLE t (g geometry NOT NULL SRID 4326, p point NOT NULL SRID 4326, SPATIAL KEY k (p));
--- pair: a view of json
--- from
CREATE TABLE t (j json);
--- to
CREATE TABLE t (j json);
CREATE VIEW v AS SELECT x.a, x.b FROM t, JSON_TABLE(t.j, '$[*]' COLUMNS (a int PATH '$.a', b varchar(10) PATH '$."b;"')) AS x;
--- pair: a view with a window
--- from
CREATE TABLE t (a int, b int);
--- to
CREATE TABLE t (a int, b int);
CREATE VIEW v AS SELECT a, ROW_NUMBER() OVER (PARTITION BY b ORDER BY a) AS n FROM t;
--- pair: options of a table of InnoDB
--- from
CREATE TABLE t (n int) COMPRESSION='zlib' AUTOEXTEND_SIZE=4M;
--- to
CREATE TABLE t (n int) ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4;
--- pair: a table in a tablespace
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int) TABLESPACE=innodb_system;
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- short back: tablespace
--- pair: a vector
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, v vector(3));
--- pair: columns of a fixed format
--- from
CREATE TABLE t (a int, b varchar(10));
--- to
CREATE TABLE t (a int COLUMN_FORMAT FIXED, b varchar(10) COLUMN_FORMAT DYNAMIC STORAGE DISK);
--- pair: a primary key that the server makes
--- from
CREATE TABLE u (a int);
--- to
SET SESSION sql_generate_invisible_primary_key = 1;
CREATE TABLE t (a int);
CREATE TABLE u (a int);
--- pair: a check of the same name in a new table
--- from
CREATE TABLE a (n int, CONSTRAINT c CHECK (n > 0));
CREATE TABLE b (n int, CONSTRAINT d CHECK (n > 0));
--- to
CREATE TABLE a (n int);
CREATE TABLE b (n int, CONSTRAINT c CHECK (n > 0));
CREATE TABLE new (n int, CONSTRAINT d CHECK (n > 0));
--- pair: columns whose set was said once
--- from
CREATE TABLE t (s varchar(10) CHARACTER SET utf8mb4, u varchar(5)) DEFAULT CHARSET=utf8mb4;
--- to
CREATE TABLE t (s varchar(20) CHARACTER SET utf8mb4, u varchar(5) COLLATE utf8mb4_0900_as_ci) DEFAULT CHARSET=utf8mb4;
--- pair: a multi-valued key
--- from
CREATE TABLE t (j json, KEY a ((CAST(j->'$.x' AS UNSIGNED ARRAY))));
--- to
CREATE TABLE t (j json, KEY a ((CAST(j->'$.y' AS CHAR(10) ARRAY))), n int);
--- pair: a table that keeps nothing
--- from
CREATE TABLE t (n int) ENGINE=MyISAM;
--- to
CREATE TABLE t (n int) ENGINE=BLACKHOLE;
--- rows
INSERT INTO t VALUES (1);
--- loses: the rows of t
--- pair: an archive
--- from
CREATE TABLE a (n int);
--- to
CREATE TABLE a (n int) ENGINE=ARCHIVE;
CREATE TABLE c (n int NOT NULL) ENGINE=CSV;
--- rows
INSERT INTO a VALUES (1);
--- keeps
SELECT n FROM a
--- pair: from text to int
--- from
CREATE TABLE t (n varchar(5));
--- to
CREATE TABLE t (n int);
--- rows
INSERT INTO t VALUES ('1.5');
--- loses: digits behind the point in t.n
--- pair: no default at all
--- from
CREATE TABLE t (a varchar(10), b int, c text, d json, e timestamp NULL DEFAULT NULL);
--- to
CREATE TABLE t (a varchar(20), x int, b int, c text, d json, e timestamp NULL DEFAULT NULL);
ALTER TABLE t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN x DROP DEFAULT, ALTER COLUMN b DROP DEFAULT, ALTER COLUMN e DROP DEFAULT;
