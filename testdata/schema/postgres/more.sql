--- pair: a table in another schema moves its neighbours
--- from
CREATE SCHEMA a;
CREATE TABLE a.t (n integer PRIMARY KEY);
CREATE TABLE public.c (n integer REFERENCES a.t);
--- to
CREATE SCHEMA b;
CREATE TABLE b.t (n integer PRIMARY KEY);
CREATE TABLE public.c (n integer REFERENCES b.t);
--- pair: a schema with a comment goes
--- from
CREATE SCHEMA a;
COMMENT ON SCHEMA a IS 'the first';
CREATE TYPE a.e AS ENUM ('x');
--- to
CREATE SCHEMA b;
--- pair: an empty table
--- from
CREATE TABLE t ();
--- to
CREATE TABLE t (n integer);
--- pair: a unique index becomes a constraint of the same name
--- from
CREATE TABLE t (n integer);
CREATE UNIQUE INDEX t_n ON t (n);
--- to
CREATE TABLE t (n integer CONSTRAINT t_n UNIQUE);
--- pair: a view over an index's table with GROUP BY of its key
--- from
CREATE TABLE t (id integer PRIMARY KEY, s text, n integer);
CREATE VIEW v AS SELECT id, s, sum(n) AS n FROM t GROUP BY id;
--- to
CREATE TABLE t (id integer CONSTRAINT other PRIMARY KEY, s text, n bigint);
CREATE VIEW v AS SELECT id, s, sum(n) AS n FROM t GROUP BY id;
--- pair: a materialized view over another one
--- from
CREATE TABLE t (n integer);
CREATE MATERIALIZED VIEW a AS SELECT n FROM t;
CREATE MATERIALIZED VIEW b AS SELECT n FROM a;
CREATE INDEX b_n ON b (n);
--- to
CREATE TABLE t (n bigint);
CREATE MATERIALIZED VIEW a AS SELECT n FROM t;
CREATE MATERIALIZED VIEW b AS SELECT n FROM a;
CREATE INDEX b_n ON b (n);
--- pair: a function that a generated column and an index need
--- from
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE TABLE t (n integer, g integer GENERATED ALWAYS AS (f(n)) STORED);
CREATE INDEX i ON t (f(n));
--- to
CREATE FUNCTION f(integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1::bigint + 1';
CREATE TABLE t (n integer, g bigint GENERATED ALWAYS AS (f(n)) STORED);
CREATE INDEX i ON t (f(n));
--- pair: a check with a function
--- from
CREATE FUNCTION ok(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 <> '' $$;
CREATE TABLE t (s text CHECK (ok(s)));
--- to
CREATE FUNCTION ok(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT $1 <> ' ' $$;
CREATE TABLE t (s text CHECK (ok(s)), u text CHECK (ok(u)));
--- plan: CREATE OR REPLACE FUNCTION
--- pair: a trigger function that goes with its trigger
--- from
CREATE TABLE t (n integer);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
--- to
CREATE TABLE t (n integer);
--- pair: a trigger on a partitioned table
--- from
CREATE TABLE m (n integer) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
--- to
CREATE TABLE m (n integer) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER tr AFTER INSERT ON m FOR EACH ROW EXECUTE FUNCTION f();
--- pair: a foreign key to a partitioned table
--- from
CREATE TABLE m (n integer PRIMARY KEY) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE c (n integer);
--- to
CREATE TABLE m (n integer PRIMARY KEY) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE TABLE c (n integer REFERENCES m);
--- pair: a partition with a default of its own
--- from
CREATE TABLE m (n integer, s text DEFAULT 'a') PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
--- to
CREATE TABLE m (n integer, s text DEFAULT 'a') PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m (s DEFAULT 'b') FOR VALUES FROM (0) TO (10);
--- pair: the bounds of a partition change
--- from
CREATE TABLE m (n integer) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
--- to
CREATE TABLE m (n integer) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (20);
--- rows
INSERT INTO m VALUES (5);
--- keeps
SELECT n FROM m
--- pair: a table becomes a partition
--- from
CREATE TABLE m (n integer) PARTITION BY RANGE (n);
CREATE TABLE t (n integer);
--- to
CREATE TABLE m (n integer) PARTITION BY RANGE (n);
CREATE TABLE t (n integer);
ALTER TABLE m ATTACH PARTITION t FOR VALUES FROM (0) TO (10);
--- rows
INSERT INTO t VALUES (5);
--- keeps
SELECT n FROM t
--- pair: an index of a partition alone
--- from
CREATE TABLE m (n integer, s text) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
--- to
CREATE TABLE m (n integer, s text) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX only_here ON m_1 (s);
--- pair: an enum in a domain, in an array, in a function
--- from
CREATE TYPE e AS ENUM ('a');
CREATE DOMAIN d AS e;
CREATE TABLE t (v d, l e[] DEFAULT '{a}');
--- to
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e;
CREATE TABLE t (v d, l e[] DEFAULT '{a}');
CREATE FUNCTION f(e DEFAULT 'b') RETURNS e LANGUAGE sql AS 'SELECT $1';
--- pair: an enum changes its order
--- from
CREATE TYPE e AS ENUM ('a', 'b', 'c');
CREATE TABLE t (v e NOT NULL DEFAULT 'b', PRIMARY KEY (v));
--- to
CREATE TYPE e AS ENUM ('c', 'b', 'a');
CREATE TABLE t (v e NOT NULL DEFAULT 'b', PRIMARY KEY (v));
--- rows
INSERT INTO t VALUES ('a'), ('c');
--- keeps
SELECT v::text FROM t ORDER BY 1
--- pair: a type becomes a domain
--- from
CREATE TYPE x AS ENUM ('a');
--- to
CREATE DOMAIN x AS text;
--- pair: a domain with several constraints
--- from
CREATE DOMAIN d AS integer CONSTRAINT a CHECK (value > 0) CONSTRAINT b CHECK (value < 100);
CREATE TABLE t (n d);
--- to
CREATE DOMAIN d AS integer CONSTRAINT a CHECK (value > 0) CONSTRAINT c CHECK (value < 1000);
CREATE TABLE t (n d);
--- rows
INSERT INTO t VALUES (5);
--- keeps
SELECT n FROM t
--- pair: a composite type that a table uses
--- from
CREATE TYPE c AS (a integer, b text);
CREATE TABLE t (v c);
--- to
CREATE TYPE c AS (a integer, b text, d date);
CREATE TABLE t (v c);
--- rows
INSERT INTO t VALUES (ROW (1, 'x'));
--- keeps
SELECT (v).a, (v).b FROM t
--- pair: a sequence for two tables
--- from
CREATE SEQUENCE s;
CREATE TABLE a (n integer DEFAULT nextval('s'));
--- to
CREATE SEQUENCE s;
CREATE TABLE a (n integer DEFAULT nextval('s'));
CREATE TABLE b (n integer DEFAULT nextval('s'));
--- pair: a sequence in another schema
--- from
CREATE TABLE t (n integer);
--- to
CREATE SCHEMA q;
CREATE SEQUENCE q."S s";
CREATE TABLE t (n integer DEFAULT nextval('q."S s"'));
--- pair: identity goes
--- from
CREATE TABLE t (id integer GENERATED ALWAYS AS IDENTITY, s text);
--- to
CREATE TABLE t (id integer NOT NULL, s text);
--- pair: a default goes over to another function
--- from
CREATE FUNCTION a() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE TABLE t (n integer DEFAULT a());
--- to
CREATE FUNCTION b() RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE TABLE t (n integer DEFAULT b());
--- pair: texts with backslashes and quotes
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text DEFAULT E'a\\b''c\nd', CHECK (s <> E'\\'));
COMMENT ON COLUMN t.s IS E'back\\slash and\nline';
--- pair: a rule and a view it makes writable
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.n);
--- to
CREATE TABLE t (n integer, m integer);
CREATE VIEW v AS SELECT n, m FROM t;
CREATE RULE r AS ON INSERT TO v DO INSTEAD INSERT INTO t VALUES (new.n, new.m);
--- pair: policies on a column that changes its type
--- from
CREATE TABLE t (owner varchar(10));
CREATE POLICY p ON t USING (owner = current_user);
--- to
CREATE TABLE t (owner text);
CREATE POLICY p ON t USING (owner = current_user);
--- pair: statistics on a column that goes
--- from
CREATE TABLE t (a integer, b integer, c integer);
CREATE STATISTICS s ON a, b FROM t;
--- to
CREATE TABLE t (a integer, c integer);
CREATE STATISTICS s ON a, c FROM t;
--- short back: another order
--- pair: an aggregate changes
--- from
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, INITCOND = '0');
CREATE VIEW v AS SELECT total(n) FROM generate_series(1, 3) AS g (n);
--- to
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, INITCOND = '1');
CREATE VIEW v AS SELECT total(n) FROM generate_series(1, 3) AS g (n);
--- pair: two publications trade tables
--- from
CREATE TABLE a (n integer PRIMARY KEY);
CREATE TABLE b (n integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE a;
CREATE PUBLICATION q FOR TABLE b;
--- to
CREATE TABLE a (n integer PRIMARY KEY);
CREATE TABLE b (n integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE b;
CREATE PUBLICATION q FOR TABLE a;
--- pair: many small things of a column at once
--- from
CREATE TABLE t (s varchar(10) DEFAULT 'x' NOT NULL);
COMMENT ON COLUMN t.s IS 'old';
CREATE INDEX i ON t (s);
--- to
CREATE TABLE t (s text COLLATE "C" DEFAULT 'y');
COMMENT ON COLUMN t.s IS 'new';
CREATE INDEX i ON t (s DESC);
--- rows
INSERT INTO t VALUES ('abc');
--- keeps
SELECT s FROM t
--- pair: a domain over an enum that is made anew keeps its values
--- from
CREATE TYPE e AS ENUM ('a', 'b');
CREATE DOMAIN d AS e;
CREATE TABLE t (v d NOT NULL, n integer);
CREATE INDEX i ON t (v);
--- to
CREATE TYPE e AS ENUM ('b', 'a');
CREATE DOMAIN d AS e;
CREATE TABLE t (v d NOT NULL, n integer);
CREATE INDEX i ON t (v);
--- rows
INSERT INTO t VALUES ('a', 1), ('b', 2);
--- keeps
SELECT v::text, n FROM t ORDER BY n
--- pair: a domain gets another type under a column
--- from
CREATE DOMAIN d AS integer CHECK (value > 0);
CREATE TABLE t (v d DEFAULT 1, n integer);
--- to
CREATE DOMAIN d AS bigint CHECK (value > 0);
CREATE TABLE t (v d DEFAULT 1, n integer);
--- rows
INSERT INTO t VALUES (7, 1);
--- keeps
SELECT v, n FROM t
--- pair: an index of a partition that is not attached to its parent's
--- from
CREATE TABLE m (n integer, s text) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX m_1_s ON m_1 (s);
--- to
CREATE TABLE m (n integer, s text) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX m_1_s ON m_1 (s);
CREATE INDEX m_s ON ONLY m (s);
--- pair: an index of a partition is attached
--- from
CREATE TABLE m (n integer, s text) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX m_1_s ON m_1 (s);
CREATE INDEX m_s ON ONLY m (s);
--- to
CREATE TABLE m (n integer, s text) PARTITION BY RANGE (n);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM (0) TO (10);
CREATE INDEX m_1_s ON m_1 (s);
CREATE INDEX m_s ON ONLY m (s);
ALTER INDEX m_s ATTACH PARTITION m_1_s;
--- short back: cannot detach
