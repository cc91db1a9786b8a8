--- pair: an index comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
CREATE INDEX i ON t (n);
--- pair: an index goes
--- from
CREATE TABLE t (n integer, s text);
CREATE INDEX i ON t (n);
CREATE INDEX j ON t (s);
--- to
CREATE TABLE t (n integer, s text);
CREATE INDEX j ON t (s);
--- pair: an index becomes unique
--- from
CREATE TABLE t (n integer);
CREATE INDEX i ON t (n);
--- to
CREATE TABLE t (n integer);
CREATE UNIQUE INDEX i ON t (n);
--- pair: a partial index
--- from
CREATE TABLE t (n integer, gone integer);
CREATE INDEX i ON t (n);
--- to
CREATE TABLE t (n integer, gone integer);
CREATE INDEX i ON t (n) WHERE gone = 0;
--- pair: an index over an expression
--- from
CREATE TABLE t (s text);
CREATE INDEX i ON t (s);
--- to
CREATE TABLE t (s text);
CREATE INDEX i ON t (lower(s), s DESC);
--- pair: an index with a collation
--- from
CREATE TABLE t (s text);
CREATE INDEX i ON t (s);
--- to
CREATE TABLE t (s text);
CREATE INDEX i ON t (s COLLATE NOCASE);
--- pair: an index moves to another table
--- from
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
CREATE INDEX i ON t (n);
--- to
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
CREATE INDEX i ON u (n);
--- pair: indexes of a table that is built anew
--- from
CREATE TABLE t (n integer, s text);
CREATE INDEX i ON t (n);
CREATE UNIQUE INDEX j ON t (s) WHERE s IS NOT NULL;
--- to
CREATE TABLE t (n integer CHECK (n > 0), s text);
CREATE INDEX i ON t (n);
CREATE UNIQUE INDEX j ON t (s) WHERE s IS NOT NULL;
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n, s FROM t
--- pair: a view comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
--- pair: a view with names for its columns
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
--- to
CREATE TABLE t (n integer);
CREATE VIEW v (m) AS SELECT n + 1 FROM t;
--- pair: a view goes
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
--- to
CREATE TABLE t (n integer);
--- pair: views over views
--- from
CREATE TABLE t (n integer);
CREATE VIEW z AS SELECT n FROM t;
CREATE VIEW a AS SELECT n FROM z;
CREATE VIEW m AS SELECT a.n FROM a, z;
--- to
CREATE TABLE t (n integer, o integer);
CREATE VIEW z AS SELECT n, o FROM t;
CREATE VIEW a AS SELECT n FROM z;
CREATE VIEW m AS SELECT a.n FROM a, z;
--- pair: a view over a table that is built anew
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
CREATE VIEW w AS SELECT n FROM v;
CREATE TRIGGER tr INSTEAD OF INSERT ON w BEGIN INSERT INTO t VALUES (new.n); END;
--- to
CREATE TABLE t (n integer CHECK (n > 0));
CREATE VIEW v AS SELECT n FROM t;
CREATE VIEW w AS SELECT n FROM v;
CREATE TRIGGER tr INSTEAD OF INSERT ON w BEGIN INSERT INTO t VALUES (new.n); END;
--- rows
INSERT INTO w VALUES (1);
--- keeps
SELECT n FROM w
--- pair: a view becomes a table
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
--- to
CREATE TABLE t (n integer);
CREATE TABLE v (n integer);
--- pair: a trigger comes
--- from
CREATE TABLE t (n integer);
CREATE TABLE log (n integer);
--- to
CREATE TABLE t (n integer);
CREATE TABLE log (n integer);
CREATE TRIGGER tr AFTER INSERT ON t WHEN new.n > 0 BEGIN INSERT INTO log VALUES (new.n); DELETE FROM log WHERE n = 0; END;
--- pair: a trigger changes
--- from
CREATE TABLE t (n integer);
CREATE TRIGGER tr BEFORE UPDATE OF n ON t BEGIN SELECT RAISE(ABORT, 'no'); END;
--- to
CREATE TABLE t (n integer);
CREATE TRIGGER tr BEFORE UPDATE OF n ON t BEGIN SELECT RAISE(ABORT, 'No'); END;
--- pair: a trigger goes
--- from
CREATE TABLE t (n integer);
CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;
--- to
CREATE TABLE t (n integer);
--- pair: a trigger moves to another table
--- from
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
CREATE TRIGGER tr AFTER DELETE ON t BEGIN SELECT 1; END;
--- to
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
CREATE TRIGGER tr AFTER DELETE ON u BEGIN SELECT 1; END;
--- pair: a trigger of another table names one that is built anew
--- from
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
CREATE TRIGGER tr AFTER INSERT ON u BEGIN INSERT INTO t VALUES (new.n); END;
--- to
CREATE TABLE t (n integer CHECK (n > 0));
CREATE TABLE u (n integer);
CREATE TRIGGER tr AFTER INSERT ON u BEGIN INSERT INTO t VALUES (new.n); END;
--- rows
INSERT INTO u VALUES (1);
--- keeps
SELECT n FROM t
--- pair: triggers do not fire while a table is built anew
--- from
CREATE TABLE t (n integer);
CREATE TABLE log (n integer);
CREATE TRIGGER ins AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.n); END;
CREATE TRIGGER del AFTER DELETE ON t BEGIN INSERT INTO log VALUES (-old.n); END;
--- to
CREATE TABLE t (n integer CHECK (n > 0));
CREATE TABLE log (n integer);
CREATE TRIGGER ins AFTER INSERT ON t BEGIN INSERT INTO log VALUES (new.n); END;
CREATE TRIGGER del AFTER DELETE ON t BEGIN INSERT INTO log VALUES (-old.n); END;
--- rows
INSERT INTO t VALUES (1), (2);
--- keeps
SELECT n FROM log ORDER BY n
--- pair: INSTEAD OF triggers of a view that changes
--- from
CREATE TABLE t (n integer, s text);
CREATE VIEW v AS SELECT n FROM t;
CREATE TRIGGER tr INSTEAD OF UPDATE ON v BEGIN UPDATE t SET n = new.n WHERE n = old.n; END;
--- to
CREATE TABLE t (n integer, s text);
CREATE VIEW v AS SELECT n, s FROM t;
CREATE TRIGGER tr INSTEAD OF UPDATE ON v BEGIN UPDATE t SET n = new.n WHERE n = old.n; END;
--- pair: a view with a common table expression and a string
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 3) SELECT i, 'It''s; so' AS s FROM c, t;
--- pair: a view that ends in a comment
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t -- all of it
;
