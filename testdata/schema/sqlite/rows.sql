--- pair: children of a table that is built anew keep their rows
--- from
CREATE TABLE p (id integer PRIMARY KEY, s text);
CREATE TABLE c (id integer PRIMARY KEY, p integer NOT NULL REFERENCES p (id) ON DELETE CASCADE);
CREATE TABLE d (p integer REFERENCES p (id) ON DELETE SET NULL);
--- to
CREATE TABLE p (id integer PRIMARY KEY, s text NOT NULL DEFAULT '');
CREATE TABLE c (id integer PRIMARY KEY, p integer NOT NULL REFERENCES p (id) ON DELETE CASCADE);
CREATE TABLE d (p integer REFERENCES p (id) ON DELETE SET NULL);
--- rows
INSERT INTO p VALUES (1, 'a'), (2, 'b');
INSERT INTO c VALUES (1, 1), (2, 2);
INSERT INTO d VALUES (1), (2);
--- keeps
SELECT c.id, c.p, d.p FROM c JOIN d USING (p) ORDER BY 1
--- pair: a table that refers to itself is built anew
--- from
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t (id) ON DELETE CASCADE, s text);
--- to
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t (id) ON DELETE RESTRICT, s text);
--- rows
INSERT INTO t VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 3, 'c');
--- keeps
SELECT id, up, s FROM t ORDER BY id
--- pair: tables that refer to each other are built anew
--- from
CREATE TABLE a (id integer PRIMARY KEY, b integer REFERENCES b (id));
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id) ON DELETE CASCADE);
--- to
CREATE TABLE a (id integer PRIMARY KEY, b integer REFERENCES b (id), CHECK (id > 0));
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id) ON DELETE CASCADE, CHECK (id > 0));
--- rows
INSERT INTO a VALUES (1, NULL);
INSERT INTO b VALUES (1, 1);
UPDATE a SET b = 1;
--- keeps
SELECT a.id, a.b, b.a FROM a, b
--- pair: tables that refer to each other go
--- from
CREATE TABLE keep (n integer);
CREATE TABLE a (id integer PRIMARY KEY, b integer REFERENCES b (id));
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id) ON DELETE CASCADE);
--- to
CREATE TABLE keep (n integer);
--- rows
INSERT INTO a VALUES (1, NULL);
INSERT INTO b VALUES (1, 1);
UPDATE a SET b = 1;
--- loses: the table a
--- pair: a child and its parent go, the child first
--- from
CREATE TABLE a_parent (id integer PRIMARY KEY);
CREATE TABLE b_child (p integer REFERENCES a_parent (id) ON DELETE RESTRICT);
--- to
--- rows
INSERT INTO a_parent VALUES (1);
INSERT INTO b_child VALUES (1);
--- loses: the table a_parent
--- pair: a table that refers to itself goes
--- from
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t (id) ON DELETE RESTRICT);
CREATE TABLE u (n integer);
--- to
CREATE TABLE u (n integer);
--- rows
INSERT INTO t VALUES (1, 1), (2, 1);
--- loses: the table t
--- pair: a parent goes, and rows refer to it
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id));
--- to
CREATE TABLE c (p integer REFERENCES p (id));
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- loses: the table p
--- fails: foreign_key_check
--- pair: a parent goes, and the column that refers to it
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (n integer, p integer REFERENCES p (id) ON DELETE CASCADE);
--- to
CREATE TABLE c (n integer);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (7, 1);
--- keeps
SELECT n FROM c
--- loses: the table p
--- pair: a column that refers to a table goes
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (n integer, p integer REFERENCES p (id));
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (n integer);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (7, 1);
--- keeps
SELECT n FROM c
--- loses: the column c.p
--- plan: DROP COLUMN
--- pair: ON CONFLICT IGNORE drops no rows
--- from
CREATE TABLE t (a integer, b integer);
--- to
CREATE TABLE t (a integer, b integer, UNIQUE (a) ON CONFLICT IGNORE);
--- rows
INSERT INTO t VALUES (1, 1), (1, 2);
--- fails: UNIQUE constraint failed
--- pair: ON CONFLICT REPLACE drops no rows
--- from
CREATE TABLE t (a integer, b integer);
--- to
CREATE TABLE t (a integer PRIMARY KEY ON CONFLICT REPLACE, b integer);
--- rows
INSERT INTO t VALUES (1, 1), (1, 2);
--- fails: UNIQUE constraint failed
--- pair: NOT NULL ON CONFLICT IGNORE drops no rows
--- from
CREATE TABLE t (a integer);
--- to
CREATE TABLE t (a integer NOT NULL ON CONFLICT IGNORE);
--- rows
INSERT INTO t VALUES (1), (NULL);
--- fails: NOT NULL constraint failed
--- pair: the rowids of a table with a column called rowid
--- from
CREATE TABLE t (rowid text, n integer);
--- to
CREATE TABLE t (rowid text, n integer CHECK (n > 0));
--- rows
INSERT INTO t (_rowid_, rowid, n) VALUES (5, 'x', 1), (9, 'y', 2);
--- keeps
SELECT _rowid_, rowid, n FROM t ORDER BY n
--- pair: a table with columns that have all names of the rowid
--- from
CREATE TABLE t (rowid text, oid text, _rowid_ text, n integer);
--- to
CREATE TABLE t (rowid text, oid text, _rowid_ text, n integer CHECK (n > 0));
--- rows
INSERT INTO t VALUES ('x', 'y', 'z', 1);
--- keeps
SELECT rowid, oid, _rowid_, n FROM t
--- pair: rowids with a key that is not the rowid
--- from
CREATE TABLE t (k text PRIMARY KEY, n integer);
--- to
CREATE TABLE t (k text PRIMARY KEY, n integer NOT NULL);
--- rows
INSERT INTO t (rowid, k, n) VALUES (4, 'a', 1), (2, 'b', 2);
--- keeps
SELECT rowid, k, n FROM t ORDER BY k
--- pair: a key of type INT is not the rowid
--- from
CREATE TABLE t (k int PRIMARY KEY, n integer);
--- to
CREATE TABLE t (k int PRIMARY KEY, n text);
--- rows
INSERT INTO t (rowid, k, n) VALUES (4, 10, 1), (2, 20, 2);
--- keeps
SELECT rowid, k, n FROM t ORDER BY k
--- pair: a key of type INTEGER that runs down is not the rowid
--- from
CREATE TABLE t (k integer PRIMARY KEY DESC, n integer);
--- to
CREATE TABLE t (k integer PRIMARY KEY DESC, n integer CHECK (n > 0));
--- rows
INSERT INTO t (rowid, k, n) VALUES (4, 10, 1), (2, 20, 2);
--- keeps
SELECT rowid, k, n FROM t ORDER BY k
--- pair: the rowid gets a column
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (id integer PRIMARY KEY, s text);
--- rows
INSERT INTO t (rowid, s) VALUES (4, 'a'), (2, 'b');
--- keeps
SELECT rowid, s FROM t ORDER BY s
--- pair: the rowid loses its column
--- from
CREATE TABLE t (id integer PRIMARY KEY, s text);
--- to
CREATE TABLE t (s text);
--- rows
INSERT INTO t VALUES (4, 'a'), (2, 'b');
--- keeps
SELECT rowid, s FROM t ORDER BY s
--- loses: the column t.id
--- pair: the key is another column
--- from
CREATE TABLE t (id integer PRIMARY KEY, n integer);
--- to
CREATE TABLE t (id integer, n integer PRIMARY KEY);
--- rows
INSERT INTO t VALUES (1, 30), (2, 20);
--- keeps
SELECT id, n FROM t ORDER BY id
--- pair: WITHOUT ROWID goes
--- from
CREATE TABLE t (k text PRIMARY KEY, n integer) WITHOUT ROWID;
--- to
CREATE TABLE t (k text PRIMARY KEY, n integer);
--- rows
INSERT INTO t VALUES ('a', 1), ('b', 2);
--- keeps
SELECT k, n FROM t ORDER BY k
--- pair: WITHOUT ROWID fails over a key that is NULL
--- from
CREATE TABLE t (k text PRIMARY KEY, n integer);
--- to
CREATE TABLE t (k text PRIMARY KEY, n integer) WITHOUT ROWID;
--- rows
INSERT INTO t VALUES (NULL, 1);
--- fails: NOT NULL constraint failed
--- pair: WITHOUT ROWID and STRICT at once
--- from
CREATE TABLE t (a text, b integer, n real, PRIMARY KEY (a, b));
--- to
CREATE TABLE t (a text, b integer, n real, PRIMARY KEY (b, a)) WITHOUT ROWID, STRICT;
--- rows
INSERT INTO t VALUES ('a', 1, 1.5), ('b', 2, NULL);
--- keeps
SELECT a, b, n FROM t ORDER BY a
--- pair: STRICT, ANY keeps what it has
--- from
CREATE TABLE t (v ANY) STRICT;
--- to
CREATE TABLE t (v ANY, n integer NOT NULL DEFAULT 0, CHECK (n >= 0)) STRICT;
--- rows
INSERT INTO t VALUES ('007'), (7), (x'00'), (1.0);
--- keeps
SELECT typeof(v), quote(v) FROM t ORDER BY rowid
--- pair: ANY without STRICT is a number
--- from
CREATE TABLE t (v ANY) STRICT;
--- to
CREATE TABLE t (v ANY);
--- rows
INSERT INTO t VALUES ('x');
--- loses: the spelling of numbers
--- pair: a column without a type becomes text
--- from
CREATE TABLE t (v);
--- to
CREATE TABLE t (v text);
--- rows
INSERT INTO t VALUES ('007'), (x'00ff');
--- keeps
SELECT typeof(v), quote(v) FROM t ORDER BY rowid
--- pair: integer becomes real
--- from
CREATE TABLE t (v integer);
--- to
CREATE TABLE t (v real);
--- rows
INSERT INTO t VALUES (9007199254740993);
--- loses: the last digits of integers
--- pair: real becomes integer
--- from
CREATE TABLE t (v real);
--- to
CREATE TABLE t (v integer);
--- rows
INSERT INTO t VALUES (1.5), (2.0);
--- keeps
SELECT v * 2.0 FROM t ORDER BY rowid
--- pair: real becomes text
--- from
CREATE TABLE t (v real);
--- to
CREATE TABLE t (v text);
--- rows
INSERT INTO t VALUES (0.1);
--- loses: digits of numbers in t.v
--- pair: a date becomes text
--- from
CREATE TABLE t (at datetime);
--- to
CREATE TABLE t (at text);
--- rows
INSERT INTO t VALUES ('2024-01-02 03:04:05');
--- keeps
SELECT at FROM t
--- pair: a blob becomes a number
--- from
CREATE TABLE t (v blob);
--- to
CREATE TABLE t (v numeric);
--- rows
INSERT INTO t VALUES (x'3037');
--- keeps
SELECT quote(v) FROM t
--- loses: the spelling of numbers
--- pair: an ordinary column becomes a generated one
--- from
CREATE TABLE t (a integer, c integer);
--- to
CREATE TABLE t (a integer, c integer AS (a * 2) STORED);
--- rows
INSERT INTO t VALUES (3, 5);
--- keeps
SELECT a FROM t
--- loses: what t.c held
--- pair: a generated column is no longer stored
--- from
CREATE TABLE t (a integer, c integer AS (a * 2) STORED, d integer);
--- to
CREATE TABLE t (a integer, c integer AS (a * 2) VIRTUAL, d integer);
--- rows
INSERT INTO t (a, d) VALUES (3, 4);
--- keeps
SELECT a, c, d FROM t
--- pair: a generated column over a generated one
--- from
CREATE TABLE t (a integer, b integer AS (a + 1), c integer AS (b + 1) STORED);
--- to
CREATE TABLE t (x text, a integer, b integer AS (a + 1), c integer AS (b + 1) STORED);
--- rows
INSERT INTO t (a) VALUES (3);
--- keeps
SELECT a, b, c FROM t
--- pair: a generated column goes together with what it is made of
--- from
CREATE TABLE t (a integer, b integer, c integer AS (a + 1));
--- to
CREATE TABLE t (b integer);
--- rows
INSERT INTO t (a, b) VALUES (3, 4);
--- keeps
SELECT b FROM t
--- loses: the column t.a
--- pair: the counter of AUTOINCREMENT of an empty table
--- from
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, s text);
--- to
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, s text CHECK (s <> ''));
--- rows
INSERT INTO t VALUES (9, 'b');
DELETE FROM t;
--- keeps
SELECT name, seq FROM sqlite_sequence
--- pair: AUTOINCREMENT goes
--- from
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, s text);
--- to
CREATE TABLE t (id integer PRIMARY KEY, s text);
--- rows
INSERT INTO t VALUES (9, 'b');
--- keeps
SELECT id, s FROM t
--- pair: NOT NULL with a default that is a word
--- from
CREATE TABLE t (a text, b text, c integer);
--- to
CREATE TABLE t (a text NOT NULL DEFAULT b, b text NOT NULL DEFAULT "B", c integer NOT NULL DEFAULT true);
--- rows
INSERT INTO t VALUES (NULL, 'x', NULL);
--- plan: COALESCE(a, 'b'), COALESCE(b, 'B'), COALESCE(c, true)
--- pair: NOT NULL with a default that is computed
--- from
CREATE TABLE t (n integer, at text);
--- to
CREATE TABLE t (n integer, at text NOT NULL DEFAULT (datetime('now', '-1 day')));
--- rows
INSERT INTO t VALUES (1, NULL), (2, 'then');
--- keeps
SELECT n FROM t
--- plan: COALESCE(at, datetime('now', '-1 day'))
--- pair: NOT NULL with a negative default
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer NOT NULL DEFAULT -1);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: NOT NULL goes
--- from
CREATE TABLE t (n integer NOT NULL DEFAULT 1, s text);
--- to
CREATE TABLE t (n integer, s text);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n, s FROM t
--- pair: NOT NULL DEFAULT NULL fails over NULLs
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer NOT NULL DEFAULT NULL);
--- rows
INSERT INTO t VALUES (NULL);
--- fails: NOT NULL constraint failed
--- pair: a column that is NOT NULL comes, with a default that is computed
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, at text NOT NULL DEFAULT (datetime('now')));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: new_t
--- pair: a default in parentheses that is the same for all rows
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, a integer NOT NULL DEFAULT (1), b integer DEFAULT (-1), c text DEFAULT ('x'));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: !new_t
--- pair: values of columns that change their places
--- from
CREATE TABLE t (a integer, b integer, c integer, d integer DEFAULT 4);
--- to
CREATE TABLE t (d integer DEFAULT 4, c integer, b integer, a integer);
--- rows
INSERT INTO t VALUES (1, 2, 3, 4);
--- keeps
SELECT a, b, c, d FROM t
--- pair: a column goes from the middle, another one comes at the end
--- from
CREATE TABLE t (a integer, b integer, c integer, UNIQUE (a, c));
--- to
CREATE TABLE t (a integer, c integer, d integer DEFAULT 4, UNIQUE (a, c));
--- rows
INSERT INTO t VALUES (1, 2, 3);
--- keeps
SELECT a, c FROM t
--- loses: the column t.b
--- plan: !new_t
--- pair: all columns are others
--- from
CREATE TABLE t (a integer);
--- to
CREATE TABLE t (b integer);
--- rows
INSERT INTO t VALUES (1), (2);
--- keeps
SELECT count(*) FROM t
--- loses: the column t.a
--- pair: all columns are others, without rowids
--- from
CREATE TABLE t (a integer PRIMARY KEY) WITHOUT ROWID;
--- to
CREATE TABLE t (b integer PRIMARY KEY) WITHOUT ROWID;
--- rows
INSERT INTO t VALUES (1);
--- loses: all rows of t
--- pair: a check that calls its table by name
--- from
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, n integer, CHECK (t.n > 0));
CREATE INDEX i ON t (n);
CREATE VIEW v AS SELECT n FROM t;
--- to
CREATE TABLE t (id integer PRIMARY KEY AUTOINCREMENT, n integer NOT NULL, CHECK (t.n > 1));
CREATE INDEX i ON t (n);
CREATE VIEW v AS SELECT n FROM t;
--- rows
INSERT INTO t VALUES (4, 5), (9, 10);
DELETE FROM t WHERE id = 9;
--- keeps
SELECT t.id, v.n, s.seq FROM t, v, sqlite_sequence s WHERE s.name = 't'
--- pair: a check that calls its table by name comes
--- from
CREATE TABLE t (k text PRIMARY KEY, n integer) WITHOUT ROWID;
--- to
CREATE TABLE t (k text PRIMARY KEY, n integer CHECK ("t" . n > 0));
--- rows
INSERT INTO t VALUES ('a', 1);
--- keeps
SELECT k, n FROM t
--- pair: a table with a view, built anew by the columns of a view
--- from
CREATE TABLE t (a integer, b text);
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT a FROM v;
--- to
CREATE TABLE t (b text, a integer CHECK (a > 0));
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT a FROM v;
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT a FROM w
--- pair: a trigger goes with a table that is built anew later, and names one that is built anew before
--- from
CREATE TABLE a (n integer);
CREATE TABLE b (n integer);
CREATE TRIGGER tr AFTER INSERT ON b BEGIN DELETE FROM a; END;
--- to
CREATE TABLE a (n integer CHECK (n > 0));
CREATE TABLE b (n integer CHECK (n > 0));
CREATE TRIGGER tr AFTER INSERT ON b BEGIN DELETE FROM a; END;
--- rows
INSERT INTO b VALUES (1);
INSERT INTO a VALUES (1);
--- keeps
SELECT a.n, b.n FROM a, b
--- pair: NULLs in what becomes the rowid
--- from
CREATE TABLE t (id integer, s text);
--- to
CREATE TABLE t (id integer PRIMARY KEY, s text);
--- rows
INSERT INTO t VALUES (7, 'a'), (NULL, 'b');
--- keeps
SELECT s FROM t ORDER BY s
--- plan: become the next numbers
--- pair: a foreign key that cannot be checked is left alone
--- from
CREATE TABLE p (n integer);
CREATE TABLE c (p integer REFERENCES p (n));
CREATE TABLE t (n integer);
--- to
CREATE TABLE p (n integer);
CREATE TABLE c (p integer REFERENCES p (n));
CREATE TABLE t (n integer CHECK (n > 0));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a default that ends in a comment
--- from
CREATE TABLE t (n integer, a integer);
--- to
CREATE TABLE t (n integer, a integer NOT NULL DEFAULT (1 -- so
));
--- rows
INSERT INTO t VALUES (1, NULL);
--- keeps
SELECT n, coalesce(a, 1) FROM t
