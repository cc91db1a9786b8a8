--- pair: an enum comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TYPE e AS ENUM ('a', 'it''s');
CREATE TABLE t (n integer, v e DEFAULT 'a');
--- pair: values of an enum
--- from
CREATE TYPE e AS ENUM ('b', 'd');
CREATE TABLE t (v e);
--- to
CREATE TYPE e AS ENUM ('a', 'b', 'c', 'd', 'e');
CREATE TABLE t (v e);
--- rows
INSERT INTO t VALUES ('b');
--- keeps
SELECT v FROM t
--- plan: ADD VALUE
--- pair: a value of an enum is used at once
--- from
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (v e DEFAULT 'a');
--- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (v e DEFAULT 'b', CHECK (v <> 'b' OR v = 'b'));
--- rows
INSERT INTO t VALUES ('a');
--- keeps
SELECT v FROM t
--- plan: part 2
--- pair: a value of an enum is used at once in a list
--- from
CREATE TYPE mood AS ENUM ('sad');
CREATE TABLE t (m mood[] DEFAULT '{sad}');
--- to
CREATE TYPE mood AS ENUM ('sad', 'it''s', 'so\so');
CREATE TABLE t (m mood[] DEFAULT '{sad,it''s}');
--- pair: a value of an enum goes
--- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (v e DEFAULT 'a' NOT NULL, l e[]);
CREATE INDEX i ON t (v);
CREATE VIEW w AS SELECT v FROM t WHERE v = 'a';
CREATE FUNCTION f(x e) RETURNS e LANGUAGE sql AS 'SELECT x';
--- to
CREATE TYPE e AS ENUM ('c', 'a');
CREATE TABLE t (v e DEFAULT 'a' NOT NULL, l e[]);
CREATE INDEX i ON t (v);
CREATE VIEW w AS SELECT v FROM t WHERE v = 'a';
CREATE FUNCTION f(x e) RETURNS e LANGUAGE sql AS 'SELECT x';
--- rows
INSERT INTO t VALUES ('a', '{a,c}');
--- keeps
SELECT v, l FROM t
--- pair: a value of an enum goes that rows have
--- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (v e);
--- to
CREATE TYPE e AS ENUM ('a');
CREATE TABLE t (v e);
--- rows
INSERT INTO t VALUES ('b');
--- fails: invalid input value for enum
--- pair: an enum becomes a varchar that is too short
--- from
CREATE TYPE mood AS ENUM ('terrible');
CREATE TABLE t (m mood);
--- to
CREATE TYPE mood AS ENUM ('terrible');
CREATE TABLE t (m varchar(3));
--- rows
INSERT INTO t VALUES ('terrible');
--- fails: too long
--- pair: enums become varchars that are too short
--- from
CREATE TYPE mood AS ENUM ('terrible');
CREATE TABLE t (m mood[]);
--- to
CREATE TYPE mood AS ENUM ('terrible');
CREATE TABLE t (m varchar(3)[]);
--- rows
INSERT INTO t VALUES ('{terrible}');
--- fails: too long
--- pair: text becomes an enum
--- from
CREATE TABLE t (v text DEFAULT 'a');
--- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE TABLE t (v e DEFAULT 'a');
--- rows
INSERT INTO t VALUES ('b');
--- keeps
SELECT v FROM t
--- pair: a domain
--- from
CREATE DOMAIN d AS text CHECK (value <> '');
CREATE TABLE t (v d);
--- to
CREATE DOMAIN d AS text DEFAULT 'x' NOT NULL CONSTRAINT short CHECK (length(value) < 10);
CREATE TABLE t (v d);
--- pair: a domain with constraints that are not valid
--- from
CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE < 9);
--- to
CREATE DOMAIN d AS integer CONSTRAINT c CHECK (VALUE < 9);
ALTER DOMAIN d ADD CONSTRAINT "a""b" CHECK (VALUE > 0) NOT VALID;
ALTER DOMAIN d ADD CONSTRAINT b CHECK (VALUE > 1) NOT VALID;
--- pair: a domain over another type
--- from
CREATE DOMAIN d AS integer;
CREATE TABLE t (v d);
--- to
CREATE DOMAIN d AS bigint;
CREATE TABLE t (v bigint);
--- pair: a composite type
--- from
CREATE TYPE c AS (a integer, b text);
--- to
CREATE TYPE c AS (a bigint, d date);
--- pair: a range type
--- from
--- to
CREATE TYPE r AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TABLE t (v r);
--- pair: a sequence
--- from
CREATE SEQUENCE s;
--- to
CREATE SEQUENCE s AS integer INCREMENT BY 2 MINVALUE 10 MAXVALUE 1000 START 20 CACHE 5 CYCLE;
--- pair: a sequence that runs down
--- from
--- to
CREATE SEQUENCE s INCREMENT BY -1 MAXVALUE 100;
--- pair: a sequence gets an owner
--- from
CREATE SEQUENCE s;
CREATE TABLE t (n integer);
--- to
CREATE SEQUENCE s;
CREATE TABLE t (n integer);
ALTER SEQUENCE s OWNED BY t.n;
--- pair: a collation
--- from
--- to
CREATE COLLATION c (LOCALE = 'C');
CREATE TABLE t (s text COLLATE c);
--- pair: an extension
--- from
--- to
CREATE EXTENSION pgcrypto;
CREATE TABLE t (id uuid DEFAULT gen_random_uuid(), h bytea DEFAULT digest('x', 'sha256'));
--- pair: casts and comments on types
--- from
CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN d AS text;
--- to
CREATE TYPE e AS ENUM ('a');
COMMENT ON TYPE e IS 'letters';
CREATE DOMAIN d AS text;
COMMENT ON DOMAIN d IS 'a text';
CREATE FUNCTION to_e(integer) RETURNS e LANGUAGE sql IMMUTABLE AS $$ SELECT 'a'::e $$;
CREATE CAST (integer AS e) WITH FUNCTION to_e(integer) AS ASSIGNMENT;
--- pair: an enum loses a value, and a column that had it becomes a text
--- from
CREATE TYPE mood AS ENUM ('a', 'b', 'c');
CREATE TABLE t (n integer, m mood DEFAULT 'a', k mood NOT NULL);
CREATE TABLE a (m mood, h mood[]);
CREATE INDEX i ON a (m);
--- to
CREATE TYPE mood AS ENUM ('a', 'c');
CREATE TABLE t (n integer, m mood DEFAULT 'a', k varchar(100) NOT NULL);
CREATE TABLE a (m text, h text[]);
CREATE INDEX i ON a (m);
--- rows
INSERT INTO t VALUES (1, 'a', 'b');
INSERT INTO a VALUES ('b', '{a,b}');
--- keeps
SELECT n, m::text, k::text, (SELECT m::text || h::text FROM a) FROM t;
