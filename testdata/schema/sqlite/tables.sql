--- pair: a table comes
--- from
--- to
CREATE TABLE t (n integer);
--- pair: one table of several comes
--- from
CREATE TABLE a (n integer);
--- to
CREATE TABLE a (n integer);
CREATE TABLE b (n integer PRIMARY KEY, m integer REFERENCES b (n));
--- pair: a table goes
--- from
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
--- to
CREATE TABLE u (n integer);
--- rows
INSERT INTO t VALUES (1);
--- loses: the table t
--- pair: a table with children goes
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p ON DELETE CASCADE);
--- to
CREATE TABLE c (p integer);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (NULL);
--- keeps
SELECT p FROM c
--- loses: the table p
--- pair: names that have to be quoted
--- from
CREATE TABLE "select" ("a b" integer, "from" text);
CREATE INDEX "the index" ON "select" ("a b");
--- to
CREATE TABLE "select" ("a b" integer, "from" text, "c""d" text);
CREATE INDEX "the index" ON "select" ("a b", "from");
--- rows
INSERT INTO "select" VALUES (1, 'x');
--- keeps
SELECT "a b", "from" FROM "select"
--- pair: names with dots, brackets and letters of the world
--- from
CREATE TABLE [a.b] ([x y] integer);
CREATE TABLE "Größe" ("Länge" integer);
--- to
CREATE TABLE [a.b] ([x y] integer, z text);
CREATE TABLE "Größe" ("Länge" text);
--- rows
INSERT INTO "a.b" VALUES (7);
INSERT INTO "Größe" VALUES (8);
--- keeps
SELECT "x y" FROM "a.b"
--- pair: only the case of names and keywords differs
--- from
create table T (N Integer default 1);
--- to
CREATE TABLE t (n INTEGER DEFAULT 1);
--- plan: !TABLE
--- pair: only comments and blanks differ
--- from
CREATE TABLE t (
  n integer, -- a number
  s text /* a text */
);
--- to
CREATE TABLE t (n integer, s text);
--- plan: !TABLE
--- pair: STRICT
--- from
CREATE TABLE t (n integer, s text);
--- to
CREATE TABLE t (n integer, s text) STRICT;
--- rows
INSERT INTO t VALUES (1, 'a'), (2, NULL);
--- keeps
SELECT rowid, n, s FROM t ORDER BY n
--- pair: STRICT refuses what does not fit
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer) STRICT;
--- rows
INSERT INTO t VALUES ('many');
--- fails: cannot store TEXT value in INTEGER column
--- pair: WITHOUT ROWID
--- from
CREATE TABLE t (k text PRIMARY KEY, n integer);
--- to
CREATE TABLE t (k text PRIMARY KEY, n integer) WITHOUT ROWID;
--- rows
INSERT INTO t VALUES ('a', 1), ('b', 2);
--- keeps
SELECT k, n FROM t ORDER BY k
--- pair: AUTOINCREMENT comes
--- from
CREATE TABLE t (id integer PRIMARY KEY, s text);
--- to
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, s text);
--- rows
INSERT INTO t VALUES (5, 'a');
--- keeps
SELECT id, s FROM t
--- pair: the counter of AUTOINCREMENT is kept
--- from
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, s text);
--- to
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, s text NOT NULL DEFAULT '');
--- rows
INSERT INTO t VALUES (5, 'a'), (9, 'b');
DELETE FROM t WHERE id = 9;
--- keeps
SELECT t.id, t.s, q.seq FROM t, sqlite_sequence q WHERE q.name = 't'
--- pair: rowids without a column are kept
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text CHECK (s <> ''));
--- rows
INSERT INTO t (rowid, s) VALUES (3, 'a'), (7, 'b'), (5, 'c');
--- keeps
SELECT rowid, s FROM t ORDER BY rowid
--- pair: a column called rowid
--- from
CREATE TABLE t (rowid text, n integer);
--- to
CREATE TABLE t (rowid text, n integer CHECK (n > 0));
--- rows
INSERT INTO t VALUES ('x', 1);
--- keeps
SELECT rowid, n FROM t
--- pair: the temporary name is taken
--- from
CREATE TABLE t (n integer);
CREATE TABLE new_t (n integer);
--- to
CREATE TABLE t (n integer CHECK (n > 0));
CREATE TABLE new_t (n integer);
--- rows
INSERT INTO t VALUES (1);
INSERT INTO new_t VALUES (2);
--- keeps
SELECT t.n, new_t.n FROM t, new_t
--- pair: CREATE TABLE AS
--- from
CREATE TABLE t AS SELECT 1 AS a, 'x' AS b;
--- to
CREATE TABLE t AS SELECT 1 AS a, 'x' AS b;
CREATE TABLE u (n integer);
--- pair: a virtual table
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
CREATE VIRTUAL TABLE f USING fts5 (title, body, tokenize = 'porter');
--- pair: a virtual table changes
--- from
CREATE VIRTUAL TABLE f USING fts5 (title);
--- to
CREATE VIRTUAL TABLE f USING fts5 (title, body);
--- rows
INSERT INTO f VALUES ('x');
--- keeps
SELECT rowid, title FROM f WHERE f MATCH 'x'
--- pair: a virtual table over another one is left alone
--- from
CREATE TABLE t (id integer PRIMARY KEY, body text);
CREATE VIRTUAL TABLE f USING fts5 (body, content = 't', content_rowid = 'id');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f (rowid, body) VALUES (new.id, new.body); END;
--- to
CREATE TABLE t (id integer PRIMARY KEY, body text NOT NULL);
CREATE VIRTUAL TABLE f USING fts5 (body, content = 't', content_rowid = 'id');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f (rowid, body) VALUES (new.id, new.body); END;
--- rows
INSERT INTO t VALUES (4, 'some words');
--- keeps
SELECT rowid FROM f WHERE f MATCH 'words'
--- pair: an rtree
--- from
--- to
CREATE VIRTUAL TABLE r USING rtree (id, x0, x1);
--- pair: everything at once
--- from
CREATE TABLE a (id integer PRIMARY KEY, s text);
CREATE TABLE b (a integer REFERENCES a (id), n integer);
CREATE INDEX b_n ON b (n);
CREATE VIEW v AS SELECT a.id, b.n FROM a JOIN b ON b.a = a.id;
CREATE TRIGGER tr AFTER INSERT ON b BEGIN UPDATE a SET s = 'x' WHERE id = new.a; END;
--- to
CREATE TABLE a (id integer PRIMARY KEY, s text NOT NULL DEFAULT '', t text);
CREATE TABLE b (a integer NOT NULL REFERENCES a (id) ON DELETE CASCADE, m integer);
CREATE UNIQUE INDEX b_m ON b (m);
CREATE VIEW v AS SELECT a.id, a.t, b.m FROM a JOIN b ON b.a = a.id;
CREATE TRIGGER tr AFTER INSERT ON b BEGIN UPDATE a SET s = 'y' WHERE id = new.a; END;
--- rows
INSERT INTO a VALUES (1, 'one'), (2, NULL);
INSERT INTO b VALUES (1, 10);
--- keeps
SELECT a FROM b
--- loses: the column b.n
