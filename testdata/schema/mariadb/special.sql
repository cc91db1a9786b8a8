--- pair: sequences
--- from
CREATE SEQUENCE s START WITH 10;
--- to
CREATE SEQUENCE s START WITH 10 INCREMENT BY 5 CYCLE;
CREATE SEQUENCE u MINVALUE 5 MAXVALUE 50 CACHE 3;
CREATE TABLE t (n bigint DEFAULT nextval(u));
--- pair: system versioning comes
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int) WITH SYSTEM VERSIONING;
--- pair: invisible columns and ignored keys
--- from
CREATE TABLE t (a int, b int, KEY k (a));
--- to
CREATE TABLE t (a int, b int INVISIBLE, KEY k (a) IGNORED);
--- pair: compressed columns and pages
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text COMPRESSED) PAGE_COMPRESSED=1;
--- pair: a check of a column
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int CHECK (n > 0), j longtext CHECK (json_valid(j)));
--- pair: persistent columns
--- from
CREATE TABLE t (a int);
--- to
CREATE TABLE t (a int, p int AS (a + 1) PERSISTENT);
--- pair: uuid and inet6
--- from
CREATE TABLE t (a varchar(36));
--- to
CREATE TABLE t (a uuid, b inet6);
--- pair: an Aria table
--- from
CREATE TABLE t (n int) ENGINE=Aria TRANSACTIONAL=0;
--- to
CREATE TABLE t (n int) ENGINE=Aria TRANSACTIONAL=1 PAGE_CHECKSUM=1;
--- pair: a package
--- from
--- to
SET SESSION sql_mode = 'ORACLE';
CREATE PACKAGE pk AS FUNCTION f RETURN INT; END;
CREATE PACKAGE BODY pk AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END;
--- pair: another definer
--- from
CREATE TABLE t (n int);
--- to
CREATE TABLE t (n int);
CREATE DEFINER=`mariadb.sys`@`localhost` VIEW v AS SELECT n FROM t;
CREATE DEFINER=`mariadb.sys`@`localhost` PROCEDURE p() SELECT 1;
--- pair: periods with odd names
--- from
CREATE TABLE t (n int, `a (b` date NOT NULL, e date NOT NULL, PERIOD FOR `p (x` (`a (b`, e));
--- to
CREATE TABLE t (n int, `a (b` date NOT NULL, e date NOT NULL);
--- pair: a sequence with an odd name
--- from
CREATE SEQUENCE `a`` start with b` START WITH 3;
CREATE SEQUENCE `ENGINE=x ENGINE=y`;
--- to
CREATE SEQUENCE `a`` start with b` START WITH 3 INCREMENT 7;
CREATE SEQUENCE `ENGINE=x ENGINE=y` COMMENT 'x ENGINE=y';
CREATE TABLE t (n int DEFAULT nextval(`a`` start with b`));
