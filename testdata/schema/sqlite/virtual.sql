--- pair: columns of a full text table come and go
--- from
CREATE VIRTUAL TABLE f USING fts5 (title, body);
--- to
CREATE VIRTUAL TABLE f USING fts5 (author, title, prefix = '2 3');
--- rows
INSERT INTO f (rowid, title, body) VALUES (4, 'some words', 'x'), (9, 'others', 'y');
--- keeps
SELECT rowid, title FROM f WHERE f MATCH 'words OR others' ORDER BY rowid
--- loses: the column f.body
--- pair: the way a full text table cuts words changes
--- from
CREATE VIRTUAL TABLE f USING fts5 (body, tokenize = 'unicode61');
CREATE VIEW v AS SELECT body FROM f;
--- to
CREATE VIRTUAL TABLE f USING fts5 (body, tokenize = 'porter unicode61');
CREATE VIEW v AS SELECT body FROM f;
--- rows
INSERT INTO f VALUES ('running');
--- keeps
SELECT body FROM v
--- pair: the case of what is for the module counts
--- from
CREATE VIRTUAL TABLE f USING fts5 (body, tokenize = "unicode61 tokenchars 'A'");
--- to
CREATE VIRTUAL TABLE f USING fts5 (body, tokenize = "unicode61 tokenchars 'a'");
--- rows
INSERT INTO f VALUES ('x');
--- keeps
SELECT body FROM f
--- pair: a full text table that stands on another one is filled again
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text, b text);
CREATE VIRTUAL TABLE f USING fts5 (a, content = 't', content_rowid = 'id');
--- to
CREATE TABLE t (id integer PRIMARY KEY, a text, b text);
CREATE VIRTUAL TABLE f USING fts5 (a, b, content = 't', content_rowid = 'id');
--- rows
INSERT INTO t VALUES (3, 'one', 'two');
INSERT INTO f (f) VALUES ('rebuild');
--- keeps
SELECT rowid FROM f WHERE f MATCH 'one'
--- plan: rebuild
--- pair: a full text table that stands on one that is built anew
--- from
CREATE TABLE t (a text);
CREATE VIRTUAL TABLE f USING fts5 (a, content = 't');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f (rowid, a) VALUES (new.rowid, new.a); END;
CREATE TRIGGER t_ad AFTER DELETE ON t BEGIN INSERT INTO f (f, rowid, a) VALUES ('delete', old.rowid, old.a); END;
--- to
CREATE TABLE t (a text NOT NULL);
CREATE VIRTUAL TABLE f USING fts5 (a, content = 't');
CREATE TRIGGER t_ai AFTER INSERT ON t BEGIN INSERT INTO f (rowid, a) VALUES (new.rowid, new.a); END;
CREATE TRIGGER t_ad AFTER DELETE ON t BEGIN INSERT INTO f (f, rowid, a) VALUES ('delete', old.rowid, old.a); END;
--- rows
INSERT INTO t (rowid, a) VALUES (7, 'words'), (9, 'more');
--- keeps
SELECT f.rowid, t.a FROM f JOIN t ON t.rowid = f.rowid WHERE f MATCH 'words'
--- pair: a full text table without texts is lost
--- from
CREATE VIRTUAL TABLE f USING fts5 (a, content = '');
--- to
CREATE VIRTUAL TABLE f USING fts5 (a, b, content = '');
--- rows
INSERT INTO f (rowid, a) VALUES (1, 'x');
--- loses: the table f
--- pair: a full text table goes
--- from
CREATE VIRTUAL TABLE f USING fts5 (a);
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO f VALUES ('x');
--- loses: the table f
--- pair: an rtree gets more to carry
--- from
CREATE VIRTUAL TABLE r USING rtree (id, x0, x1);
--- to
CREATE VIRTUAL TABLE r USING rtree (id, x0, x1, +label);
--- rows
INSERT INTO r VALUES (1, 2, 3);
--- keeps
SELECT id, x0, x1 FROM r WHERE x0 > 1
--- pair: a virtual table becomes an ordinary one
--- from
CREATE VIRTUAL TABLE f USING fts5 (a);
--- to
CREATE TABLE f (a text);
CREATE INDEX i ON f (a);
--- rows
INSERT INTO f VALUES ('x');
--- loses: the table f
--- pair: a virtual table with a name that has to be quoted
--- from
CREATE VIRTUAL TABLE "my words" USING fts5 ("a b");
--- to
CREATE VIRTUAL TABLE "my words" USING fts5 ("a b", c);
--- rows
INSERT INTO "my words" VALUES ('x');
--- keeps
SELECT rowid, "a b" FROM "my words"
--- pair: a virtual table and a table with a view over both
--- from
CREATE TABLE t (id integer PRIMARY KEY, a text);
CREATE VIRTUAL TABLE f USING fts5 (a);
CREATE VIEW v AS SELECT t.a FROM t JOIN f ON f.rowid = t.id;
--- to
CREATE TABLE t (id integer PRIMARY KEY, a text NOT NULL);
CREATE VIRTUAL TABLE f USING fts5 (a, b);
CREATE VIEW v AS SELECT t.a FROM t JOIN f ON f.rowid = t.id;
--- rows
INSERT INTO t VALUES (1, 'x');
INSERT INTO f (rowid, a) VALUES (1, 'x');
--- keeps
SELECT a FROM v
--- pair: a table that would be built under the name of a virtual one's data
--- from
CREATE VIRTUAL TABLE new USING fts5 (x);
CREATE TABLE data (n integer);
--- to
CREATE VIRTUAL TABLE new USING fts5 (x);
CREATE TABLE data (n integer CHECK (n > 0));
--- rows
INSERT INTO data VALUES (1);
--- keeps
SELECT n FROM data
