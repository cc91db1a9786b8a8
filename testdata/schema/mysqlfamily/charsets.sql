--- pair: the table's set changes and the columns stay
--- from
CREATE TABLE t (a varchar(10), b char(5) COLLATE utf8mb4_bin, c text CHARACTER SET latin1, d enum('x'), n int) DEFAULT CHARSET=utf8mb4;
--- to
CREATE TABLE t (a varchar(10) CHARACTER SET utf8mb4, b char(5) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin, c text CHARACTER SET latin1, d enum('x') CHARACTER SET utf8mb4, n int) DEFAULT CHARSET=latin1;
--- rows
INSERT INTO t VALUES ('日本', 'é', 'é', 'x', 1);
--- keeps
SELECT a, b, c, d, n FROM t
--- pair: the columns change and the table's set stays
--- from
CREATE TABLE t (a varchar(10), b text, c varchar(5) CHARACTER SET latin1) DEFAULT CHARSET=utf8mb4;
--- to
CREATE TABLE t (a varchar(10) CHARACTER SET utf8mb3, b text COLLATE utf8mb4_bin, c varchar(5)) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO t VALUES ('é', 'é', 'é');
--- keeps
SELECT a, b, c FROM t
--- pair: all becomes another set
--- from
CREATE TABLE t (a varchar(10) PRIMARY KEY, b text, c varchar(5) COMMENT 'CHARACTER SET utf8mb4') DEFAULT CHARSET=latin1;
--- to
CREATE TABLE t (a varchar(10) PRIMARY KEY, b text, c varchar(5) COMMENT 'COLLATE x', d varchar(3)) DEFAULT CHARSET=utf8mb4;
--- rows
INSERT INTO t VALUES ('é', 'é', 'é');
--- keeps
SELECT a, b, c FROM t
--- pair: a collation of the table
--- from
CREATE TABLE t (a varchar(10), n int) COLLATE utf8mb4_unicode_ci;
--- to
CREATE TABLE t (a varchar(10), n int) COLLATE utf8mb4_bin;
--- pair: a collation of the table and not of its columns
--- from
CREATE TABLE t (a varchar(10), n int) COLLATE utf8mb4_unicode_ci;
--- to
CREATE TABLE t (a varchar(10) COLLATE utf8mb4_unicode_ci, n int) COLLATE utf8mb4_bin;
--- plan: !MODIFY
--- pair: a new column in a table of another set
--- from
CREATE TABLE t (a varchar(10)) DEFAULT CHARSET=latin1;
--- to
CREATE TABLE t (a varchar(10), b varchar(10), c varchar(10) CHARACTER SET utf8mb4) DEFAULT CHARSET=latin1;
--- pair: national and binary texts
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, b nchar(5), c varchar(5) CHARACTER SET binary, d varchar(5) CHARACTER SET ascii COLLATE ascii_bin, e varchar(5) CHARACTER SET ucs2);
--- pair: the database and its tables
--- from
CREATE TABLE t (a varchar(10));
--- to
ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_general_cs;
CREATE TABLE t (a varchar(10));
CREATE TABLE u (a varchar(10)) DEFAULT CHARSET=utf8mb4;
CREATE PROCEDURE p(s varchar(5)) SELECT s;
--- pair: columns of a set that a key limits
--- from
CREATE TABLE t (a varchar(200), KEY k (a(50))) DEFAULT CHARSET=latin1;
--- to
CREATE TABLE t (a varchar(200), KEY k (a(100))) DEFAULT CHARSET=utf8mb4;
