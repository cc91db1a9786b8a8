--- pair: invisible columns and keys
--- from
CREATE TABLE t (a int, b int, KEY k (a));
--- to
CREATE TABLE t (a int, b int INVISIBLE, KEY k (a) INVISIBLE);
--- pair: functional keys
--- from
CREATE TABLE t (s varchar(20), j json);
--- to
CREATE TABLE t (s varchar(20), j json, KEY k ((lower(s))), KEY a ((CAST(j->'$.x' AS UNSIGNED ARRAY))));
--- pair: checks that are not enforced
--- from
CREATE TABLE t (n int, CONSTRAINT c CHECK (n > 0));
--- to
CREATE TABLE t (n int, CONSTRAINT c CHECK (n > 0) NOT ENFORCED);
--- pair: defaults of texts
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text DEFAULT ('x'), g geometry SRID 4326, j json DEFAULT (JSON_ARRAY()));
--- pair: parser of a fulltext key
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text, FULLTEXT KEY f (s) WITH PARSER ngram);
--- pair: collations of the eighth version
--- from
CREATE TABLE t (s varchar(10)) COLLATE utf8mb4_0900_ai_ci;
--- to
CREATE TABLE t (s varchar(10)) COLLATE utf8mb4_0900_as_cs;
--- pair: another definer
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int);
CREATE DEFINER=`mysql.sys`@`localhost` VIEW v AS SELECT n FROM t;
CREATE DEFINER=`mysql.sys`@`localhost` PROCEDURE p() SELECT 1;
--- pair: columns without a default, and comments that speak of one
--- from
CREATE TABLE t (a int COMMENT 'x DEFAULT y', b int COMMENT 'x NOT NULL y', c int COMMENT 'x AS y');
--- to
CREATE TABLE t (a bigint COMMENT 'x DEFAULT y', b bigint COMMENT 'x NOT NULL y', c bigint COMMENT 'x AS y', d int);
ALTER TABLE t ALTER COLUMN a DROP DEFAULT, ALTER COLUMN b DROP DEFAULT, ALTER COLUMN c DROP DEFAULT, ALTER COLUMN d DROP DEFAULT;
--- pair: the name of a check goes to another table in another case
--- from
CREATE TABLE b (n int, CONSTRAINT C CHECK (n > 0));
CREATE TABLE a (n int);
--- to
CREATE TABLE b (n int);
CREATE TABLE a (n int, CONSTRAINT c CHECK (n > 0));
