--- pair: a check comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer CHECK (n > 0));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a check that rows break
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer CHECK (n > 0));
--- rows
INSERT INTO t VALUES (-1);
--- fails: CHECK constraint failed
--- pair: a named check changes
--- from
CREATE TABLE t (n integer, CONSTRAINT positive CHECK (n > 0));
--- to
CREATE TABLE t (n integer, CONSTRAINT positive CHECK (n >= 0));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a constraint gets another name
--- from
CREATE TABLE t (n integer, CONSTRAINT a CHECK (n > 0));
--- to
CREATE TABLE t (n integer, CONSTRAINT b CHECK (n > 0));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a check with a string in another case
--- from
CREATE TABLE t (s text CHECK (s IN ('a', 'B')));
--- to
CREATE TABLE t (s text CHECK (s IN ('a', 'b')));
--- rows
INSERT INTO t VALUES ('a');
--- keeps
SELECT s FROM t
--- pair: unique comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer UNIQUE);
--- rows
INSERT INTO t VALUES (1), (2);
--- keeps
SELECT n FROM t ORDER BY n
--- pair: unique that rows break
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer UNIQUE);
--- rows
INSERT INTO t VALUES (1), (1);
--- fails: UNIQUE constraint failed
--- pair: unique of the table, ON CONFLICT
--- from
CREATE TABLE t (a integer, b integer);
--- to
CREATE TABLE t (a integer, b integer, UNIQUE (a, b) ON CONFLICT IGNORE);
--- rows
INSERT INTO t VALUES (1, 1);
--- keeps
SELECT a, b FROM t
--- pair: a primary key comes
--- from
CREATE TABLE t (n integer, s text);
--- to
CREATE TABLE t (n integer PRIMARY KEY, s text);
--- rows
INSERT INTO t VALUES (10, 'x');
--- keeps
SELECT n, s FROM t
--- pair: a primary key moves
--- from
CREATE TABLE t (a text PRIMARY KEY, b text NOT NULL);
--- to
CREATE TABLE t (a text, b text NOT NULL PRIMARY KEY);
--- rows
INSERT INTO t VALUES ('x', 'y');
--- keeps
SELECT a, b FROM t
--- pair: a foreign key comes
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- keeps
SELECT p FROM c
--- pair: a foreign key that rows break
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id));
--- rows
INSERT INTO c VALUES (1);
--- fails: foreign_key_check
--- pair: the action of a foreign key changes
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id) ON DELETE CASCADE);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p (id) ON DELETE SET NULL);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- keeps
SELECT p FROM c
--- pair: a parent is built anew and keeps its children
--- from
CREATE TABLE p (id integer PRIMARY KEY, s text);
CREATE TABLE c (p integer REFERENCES p (id) ON DELETE CASCADE);
--- to
CREATE TABLE p (id integer PRIMARY KEY, s text NOT NULL DEFAULT 'x');
CREATE TABLE c (p integer REFERENCES p (id) ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES (1, 'a'), (2, 'b');
INSERT INTO c VALUES (1), (1), (2);
--- keeps
SELECT c.p, p.s FROM c JOIN p ON p.id = c.p ORDER BY 1, 2
--- pair: a table that refers to itself is built anew
--- from
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t (id) ON DELETE CASCADE);
--- to
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t (id) ON DELETE CASCADE, n integer NOT NULL DEFAULT 0 CHECK (n >= 0), CHECK (id > 0));
--- rows
INSERT INTO t VALUES (1, NULL), (2, 1), (3, 2);
--- keeps
SELECT id, up FROM t ORDER BY id
--- pair: two tables that refer to each other
--- from
CREATE TABLE a (id integer PRIMARY KEY, b integer REFERENCES b (id));
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a (id));
--- to
CREATE TABLE a (id integer PRIMARY KEY, b integer NOT NULL DEFAULT 1 REFERENCES b (id));
CREATE TABLE b (id integer PRIMARY KEY, a integer NOT NULL DEFAULT 1 REFERENCES a (id));
--- rows
INSERT INTO a VALUES (1, NULL);
INSERT INTO b VALUES (1, 1);
UPDATE a SET b = 1;
--- keeps
SELECT a.b, b.a FROM a, b
--- pair: a foreign key of several columns, deferred
--- from
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE c (a integer, b integer);
--- to
CREATE TABLE p (a integer, b integer, PRIMARY KEY (a, b));
CREATE TABLE c (a integer, b integer, FOREIGN KEY (a, b) REFERENCES p (a, b) DEFERRABLE INITIALLY DEFERRED);
--- rows
INSERT INTO p VALUES (1, 2);
INSERT INTO c VALUES (1, 2);
--- keeps
SELECT a, b FROM c
--- pair: a column with a reference comes
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (n integer);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (n integer, p integer REFERENCES p (id));
--- rows
INSERT INTO c VALUES (1);
--- keeps
SELECT n FROM c
--- plan: ADD COLUMN
--- pair: NOT NULL with ON CONFLICT
--- from
CREATE TABLE t (n integer NOT NULL);
--- to
CREATE TABLE t (n integer NOT NULL ON CONFLICT REPLACE DEFAULT 3);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: constraints change their order
--- from
CREATE TABLE t (a integer, b integer, CHECK (a > 0), CHECK (b > 0));
--- to
CREATE TABLE t (a integer, b integer, CHECK (b > 0), CHECK (a > 0), CHECK (a < b));
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a, b FROM t
