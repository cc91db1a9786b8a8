--- pair: a column comes last
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, s text);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: ADD COLUMN
--- pair: a column comes first
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (s text, n integer);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a column comes before a constraint of the table
--- from
CREATE TABLE t (n integer, CHECK (n > 0));
--- to
CREATE TABLE t (n integer, s text, CHECK (n > 0));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: ADD COLUMN
--- pair: a column goes
--- from
CREATE TABLE t (n integer, s text);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM t
--- loses: the column t.s
--- plan: DROP COLUMN
--- pair: a column of a primary key goes
--- from
CREATE TABLE t (a integer, b integer, PRIMARY KEY (a, b));
--- to
CREATE TABLE t (a integer PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a FROM t
--- loses: the column t.b
--- pair: a unique column goes
--- from
CREATE TABLE t (n integer, s text UNIQUE);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM t
--- loses: the column t.s
--- pair: a column with an index goes
--- from
CREATE TABLE t (n integer, s text);
CREATE INDEX i ON t (s);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM t
--- loses: the column t.s
--- pair: a column that a view names goes
--- from
CREATE TABLE t (n integer, s text);
CREATE VIEW v AS SELECT n, s FROM t;
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM v
--- loses: the column t.s
--- pair: a column that a check names goes
--- from
CREATE TABLE t (n integer, s text, CHECK (n > 0 OR s <> ''));
--- to
CREATE TABLE t (n integer, CHECK (n > 0));
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM t
--- loses: the column t.s
--- pair: columns change places
--- from
CREATE TABLE t (a integer, b text);
--- to
CREATE TABLE t (b text, a integer);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT a, b FROM t
--- pair: a type changes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n text);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a type changes from text to a number
--- from
CREATE TABLE t (n text);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES ('007'), ('x');
--- loses: the spelling of numbers
--- pair: only the spelling of a type changes
--- from
CREATE TABLE t (n varchar(10));
--- to
CREATE TABLE t (n varchar(20));
--- rows
INSERT INTO t VALUES ('abc');
--- keeps
SELECT n FROM t
--- pair: NOT NULL with a default
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer NOT NULL DEFAULT 7);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: COALESCE(n, 7)
--- pair: NOT NULL without a default fails over NULLs
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer NOT NULL);
--- rows
INSERT INTO t VALUES (NULL);
--- fails: NOT NULL constraint failed
--- pair: a column that is NOT NULL comes, with a default
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, s text NOT NULL DEFAULT 'a, b');
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: ADD COLUMN
--- pair: a column that is NOT NULL comes without a default
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, s text NOT NULL);
--- rows
INSERT INTO t VALUES (1);
--- fails: NOT NULL constraint failed
--- pair: a default changes
--- from
CREATE TABLE t (n integer DEFAULT 1);
--- to
CREATE TABLE t (n integer DEFAULT 2);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a default in double quotes changes its case
--- from
CREATE TABLE t (n text DEFAULT "abc");
--- to
CREATE TABLE t (n text DEFAULT "Abc");
--- rows
INSERT INTO t VALUES ('x');
--- keeps
SELECT n FROM t
--- plan: Abc
--- pair: a default that is computed
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, at text DEFAULT (datetime('now')), on_day text DEFAULT CURRENT_DATE);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a collation comes
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text COLLATE NOCASE);
--- rows
INSERT INTO t VALUES ('A');
--- keeps
SELECT s FROM t
--- pair: a virtual generated column comes
--- from
CREATE TABLE t (a integer, b integer);
--- to
CREATE TABLE t (a integer, b integer, c integer GENERATED ALWAYS AS (a + b) VIRTUAL);
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a, b FROM t
--- plan: ADD COLUMN
--- pair: a stored generated column comes
--- from
CREATE TABLE t (a integer, b integer);
--- to
CREATE TABLE t (a integer, b integer, c integer AS (a * b) STORED);
--- rows
INSERT INTO t VALUES (3, 2);
--- keeps
SELECT a, b FROM t
--- pair: a generated column becomes an ordinary one
--- from
CREATE TABLE t (a integer, c integer AS (a * 2) STORED);
--- to
CREATE TABLE t (a integer, c integer);
--- rows
INSERT INTO t (a) VALUES (3);
--- keeps
SELECT a, c FROM t
--- pair: an expression of a generated column changes
--- from
CREATE TABLE t (a integer, c integer AS (a * 2));
--- to
CREATE TABLE t (a integer, c integer AS (a * 3));
--- rows
INSERT INTO t (a) VALUES (3);
--- keeps
SELECT a FROM t
--- pair: a generated column goes
--- from
CREATE TABLE t (a integer, c integer AS (a * 2));
--- to
CREATE TABLE t (a integer);
--- rows
INSERT INTO t (a) VALUES (3);
--- keeps
SELECT a FROM t
--- pair: several columns come and go
--- from
CREATE TABLE t (a integer, b integer, c integer);
--- to
CREATE TABLE t (b integer, d integer, e text DEFAULT 'x');
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- keeps
SELECT b FROM t
--- loses: the column t.a
--- pair: a column without a type
--- from
CREATE TABLE t (a);
--- to
CREATE TABLE t (a, b);
--- rows
INSERT INTO t VALUES (x'00ff');
--- keeps
SELECT hex(a) FROM t
--- pair: a default with a semicolon and a quote
--- from
CREATE TABLE t (a text DEFAULT 'x');
--- to
CREATE TABLE t (a text DEFAULT 'it''s; -- so');
--- pair: a comment at the end of a column
--- from
CREATE TABLE t (a integer);
--- to
CREATE TABLE t (a integer,
  b text -- the last one
);
