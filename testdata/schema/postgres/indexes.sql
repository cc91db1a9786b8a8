--- pair: an index comes
--- from
CREATE TABLE t (n integer, s text);
--- to
CREATE TABLE t (n integer, s text);
CREATE INDEX i ON t (n DESC NULLS LAST, lower(s) text_pattern_ops) INCLUDE (s) WITH (fillfactor = 80) WHERE n > 0;
--- pair: an index online
--- from
CREATE TABLE t (n integer);
CREATE INDEX j ON t (n) WHERE n > 5;
--- to
CREATE TABLE t (n integer);
CREATE INDEX i ON t (n);
--- online
--- plan: CREATE INDEX CONCURRENTLY
--- plan: outside of a transaction: true
--- pair: an index changes
--- from
CREATE TABLE t (n integer, s text);
CREATE INDEX i ON t (n);
--- to
CREATE TABLE t (n integer, s text);
CREATE UNIQUE INDEX i ON t (n, s);
--- pair: an index gets another name
--- from
CREATE TABLE t (n integer);
CREATE INDEX a ON t (n);
--- to
CREATE TABLE t (n integer);
CREATE INDEX b ON t (n);
--- plan: ALTER INDEX public.a RENAME TO b
--- pair: indexes of other kinds
--- from
CREATE TABLE t (a integer[], b text, c point, d integer);
--- to
CREATE TABLE t (a integer[], b text, c point, d integer);
CREATE INDEX i1 ON t USING gin (a);
CREATE INDEX i2 ON t USING hash (b);
CREATE INDEX i3 ON t USING gist (c);
CREATE INDEX i4 ON t USING brin (d) WITH (pages_per_range = 16);
CREATE INDEX i5 ON t USING spgist (c);
--- pair: statistics of an index
--- from
CREATE TABLE t (n integer);
CREATE INDEX i ON t ((n + 1));
--- to
CREATE TABLE t (n integer);
CREATE INDEX i ON t ((n + 1));
ALTER INDEX i ALTER COLUMN 1 SET STATISTICS 100;
--- pair: extended statistics
--- from
CREATE TABLE t (a integer, b integer);
CREATE STATISTICS st ON a, b FROM t;
--- to
CREATE TABLE t (a integer, b integer, c integer);
CREATE STATISTICS st (dependencies, ndistinct) ON a, b, c FROM t;
ALTER STATISTICS st SET STATISTICS 50;
--- pair: names change places
--- from
CREATE TABLE t (a integer, b integer);
CREATE INDEX x ON t (a);
CREATE INDEX y ON t (b);
--- to
CREATE TABLE t (a integer, b integer);
CREATE INDEX y ON t (a);
CREATE INDEX x ON t (b);
