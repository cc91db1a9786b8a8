--- pair: from double to float
--- from
CREATE TABLE t (n double);
--- to
CREATE TABLE t (n float);
--- rows
INSERT INTO t VALUES (1.23456789012);
--- loses: digits of numbers in t.n
--- pair: from decimal to int
--- from
CREATE TABLE t (n decimal(10,2));
--- to
CREATE TABLE t (n int);
--- rows
INSERT INTO t VALUES (1.5);
--- loses: digits behind the point in t.n
--- pair: from datetime to date
--- from
CREATE TABLE t (n datetime);
--- to
CREATE TABLE t (n date);
--- rows
INSERT INTO t VALUES ('2020-01-01 10:00:00');
--- loses: the time of day in t.n
--- pair: from datetime to time
--- from
CREATE TABLE t (n datetime);
--- to
CREATE TABLE t (n time);
--- rows
INSERT INTO t VALUES ('2020-01-01 10:00:00');
--- loses: the dates in t.n
--- pair: fractions of timestamps and times
--- from
CREATE TABLE t (n timestamp(6) NULL, m time(3));
--- to
CREATE TABLE t (n timestamp(3) NULL, m time);
--- rows
INSERT INTO t VALUES ('2020-01-01 10:00:00.123456', '10:00:00.5');
--- loses: fractions of seconds in t.n, fractions of seconds in t.m
--- pair: from varchar to char
--- from
CREATE TABLE t (s varchar(5));
--- to
CREATE TABLE t (s char(5));
--- rows
INSERT INTO t VALUES ('a ');
--- loses: blanks at the end of texts in t.s
--- pair: from varbinary to binary
--- from
CREATE TABLE t (s varbinary(5));
--- to
CREATE TABLE t (s binary(5));
--- rows
INSERT INTO t VALUES ('ab');
--- loses: the lengths of values
--- pair: characters that the new set lacks
--- from
CREATE TABLE t (s varchar(20));
--- to
CREATE TABLE t (s varchar(20) CHARACTER SET latin1);
--- rows
INSERT INTO t VALUES ('日本');
--- fails: Incorrect string value
--- pair: characters that the new set has
--- from
CREATE TABLE t (s varchar(20));
--- to
CREATE TABLE t (s varchar(20) CHARACTER SET latin1);
--- rows
INSERT INTO t VALUES ('é');
--- keeps
SELECT s FROM t
--- pair: a set loses a value that rows have
--- from
CREATE TABLE t (s set('a','b','c'));
--- to
CREATE TABLE t (s set('a','c'));
--- rows
INSERT INTO t VALUES ('a,b');
--- fails: s
--- pair: values of an enum change places
--- from
CREATE TABLE t (s enum('a','b)','c,d'));
--- to
CREATE TABLE t (s enum('c,d','b)','x','a'));
--- rows
INSERT INTO t VALUES ('a'), ('c,d'), ('b)');
--- keeps
SELECT CONCAT(s, '') FROM t ORDER BY 1
--- pair: from int to a short text
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n varchar(2));
--- rows
INSERT INTO t VALUES (123);
--- fails: for column
--- pair: from text to varchar
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s varchar(3));
--- rows
INSERT INTO t VALUES ('abcd');
--- fails: for column
--- pair: from signed to unsigned
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int unsigned);
--- rows
INSERT INTO t VALUES (-1);
--- fails: Out of range
--- pair: what fits stays
--- from
CREATE TABLE t (a int, b varchar(10), c decimal(5,2), d enum('a'), e date, f tinyint, g char(5), h datetime, i blob);
--- to
CREATE TABLE t (a bigint, b text, c decimal(8,3), d enum('a','b'), e datetime, f int, g varchar(20), h datetime(6), i longblob);
--- rows
INSERT INTO t VALUES (1, 'b', 1.5, 'a', '2020-01-01', 5, 'x', '2020-01-01 10:00:00', 'y');
--- keeps
SELECT a, b, c = 1.5, d, DATE(e), f, g, DATE_FORMAT(h, '%Y-%m-%d %H'), i FROM t
--- pair: NULLs under NOT NULL with a default
--- from
CREATE TABLE t (s varchar(5));
--- to
CREATE TABLE t (s varchar(5) NOT NULL DEFAULT 'x');
--- rows
INSERT INTO t VALUES (NULL);
--- fails: s
--- pair: a new column without a default over rows
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int, a int NOT NULL, s varchar(5) NOT NULL);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: an ordinary column with rows becomes a generated one
--- from
CREATE TABLE t (a int, s int);
--- to
CREATE TABLE t (a int, s int GENERATED ALWAYS AS (a * 2) STORED);
--- rows
INSERT INTO t VALUES (1, 7);
--- loses: the column t.s
--- pair: a primary key over what is not unique
--- from
CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b));
--- to
CREATE TABLE t (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a));
--- rows
INSERT INTO t VALUES (1, 1), (1, 2);
--- fails: Duplicate entry
--- pair: no cast leads from one type to the other
--- from
CREATE TABLE t (a int, p int, q int, KEY k (p));
--- to
CREATE TABLE t (a int, p point NOT NULL, q int, SPATIAL KEY k (p));
--- loses: the column t.p
