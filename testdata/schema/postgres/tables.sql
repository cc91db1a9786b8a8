--- pair: a table comes
--- from
--- to
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s text NOT NULL DEFAULT '', n numeric(10,2) CHECK (n > 0), UNIQUE (s, n));
--- pair: a table goes
--- from
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
--- to
CREATE TABLE u (n integer);
--- rows
INSERT INTO t VALUES (1);
--- loses: the table public.t
--- pair: tables that refer to each other
--- from
--- to
CREATE TABLE a (id integer PRIMARY KEY, b integer);
CREATE TABLE b (id integer PRIMARY KEY, a integer REFERENCES a);
ALTER TABLE a ADD FOREIGN KEY (b) REFERENCES b;
--- pair: names that have to be quoted
--- from
CREATE SCHEMA "My Schema";
CREATE TABLE "My Schema"."select" ("a b" integer, "From" text);
--- to
CREATE SCHEMA "My Schema";
CREATE TABLE "My Schema"."select" ("a b" integer, "From" text, "c""d" text DEFAULT 'x', "ß.é" integer);
CREATE INDEX "the index" ON "My Schema"."select" ("a b", "From");
ALTER TABLE "My Schema"."select" ADD CONSTRAINT "a check" CHECK ("a b" > 0);
--- pair: storage parameters
--- from
CREATE TABLE t (n integer) WITH (fillfactor = 70, autovacuum_enabled = false);
--- to
CREATE TABLE t (n integer) WITH (fillfactor = 90, toast_tuple_target = 256);
--- pair: toast parameters
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text) WITH (toast.autovacuum_enabled = false);
--- pair: unlogged
--- from
CREATE TABLE t (n integer);
--- to
CREATE UNLOGGED TABLE t (n integer);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: row level security
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
ALTER TABLE t ENABLE ROW LEVEL SECURITY;
ALTER TABLE t FORCE ROW LEVEL SECURITY;
CREATE POLICY p ON t AS RESTRICTIVE FOR UPDATE TO public USING (n > 0) WITH CHECK (n > 1);
CREATE POLICY q ON t FOR INSERT WITH CHECK (true);
--- pair: a policy changes
--- from
CREATE TABLE t (n integer);
CREATE POLICY p ON t USING (n > 0);
--- to
CREATE TABLE t (n integer);
CREATE POLICY p ON t USING (n > 1);
--- pair: replica identity
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
ALTER TABLE t REPLICA IDENTITY FULL;
--- pair: replica identity by an index
--- from
CREATE TABLE t (n integer NOT NULL);
--- to
CREATE TABLE t (n integer NOT NULL);
CREATE UNIQUE INDEX i ON t (n);
ALTER TABLE t REPLICA IDENTITY USING INDEX i;
--- pair: clustered by an index
--- from
CREATE TABLE t (n integer);
CREATE INDEX i ON t (n);
--- to
CREATE TABLE t (n integer);
CREATE INDEX i ON t (n);
ALTER TABLE t CLUSTER ON i;
--- pair: a typed table
--- from
CREATE TYPE ty AS (a integer, b text);
--- to
CREATE TYPE ty AS (a integer, b text);
CREATE TABLE t OF ty;
--- pair: inheritance
--- from
CREATE TABLE p (a integer NOT NULL, CHECK (a > 0));
CREATE TABLE c (b text) INHERITS (p);
--- to
CREATE TABLE p (a integer NOT NULL, CHECK (a > 0));
CREATE TABLE c (b text, d integer) INHERITS (p);
--- pair: a child has defaults and NOT NULL of its own
--- from
CREATE TABLE p (a integer DEFAULT 1, b integer, c integer DEFAULT 3, d integer DEFAULT 4 NOT NULL);
--- to
CREATE TABLE p (a integer DEFAULT 1, b integer, c integer DEFAULT 3, d integer DEFAULT 4 NOT NULL);
CREATE TABLE "c.h" (e integer) INHERITS (p);
ALTER TABLE "c.h" ALTER a SET DEFAULT 2, ALTER b SET NOT NULL, ALTER c DROP DEFAULT;
--- plan: !SET DEFAULT 4
--- pair: a column that is a child's own, too, changes its type
--- from
CREATE TABLE p (a integer);
CREATE TABLE c (a integer) INHERITS (p);
--- to
CREATE TABLE p (a bigint);
CREATE TABLE c (a bigint) INHERITS (p);
--- pair: a column that is a child's own, too, goes
--- from
CREATE TABLE p (b integer, a integer);
CREATE TABLE c (a integer) INHERITS (p);
CREATE TABLE d (a integer) INHERITS (p);
CREATE TABLE "z" (a integer) INHERITS (p);
--- to
CREATE TABLE p (b integer);
CREATE TABLE c () INHERITS (p);
CREATE TABLE d () INHERITS (p);
CREATE TABLE "z" () INHERITS (p);
--- pair: a typed table has defaults and NOT NULL
--- from
CREATE TYPE ty AS (a integer, b text);
--- to
CREATE TYPE ty AS (a integer, b text);
CREATE TABLE t OF ty (a WITH OPTIONS DEFAULT 5 NOT NULL);
--- pair: a column of a parent has another default in a child
--- from
CREATE TABLE p (a integer);
CREATE TABLE c () INHERITS (p);
--- to
CREATE TABLE p (a integer, b integer DEFAULT 1);
CREATE TABLE c () INHERITS (p);
ALTER TABLE c ALTER b SET DEFAULT 2;
--- pair: inheritance comes
--- from
CREATE TABLE p (a integer);
CREATE TABLE c (a integer, b text);
--- to
CREATE TABLE p (a integer);
CREATE TABLE c (a integer, b text);
ALTER TABLE c INHERIT p;
--- pair: a parent gets a column
--- from
CREATE TABLE p (a integer);
CREATE TABLE c (b text) INHERITS (p);
--- to
CREATE TABLE p (a integer, z integer);
CREATE TABLE c (b text) INHERITS (p);
--- short: another order
--- pair: partitions
--- from
--- to
CREATE TABLE m (at date NOT NULL, n integer, PRIMARY KEY (at, n)) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE m_d PARTITION OF m DEFAULT;
CREATE INDEX m_n ON m (n);
--- pair: a partition more
--- from
CREATE TABLE m (at date NOT NULL, n integer) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
--- to
CREATE TABLE m (at date NOT NULL, n integer) PARTITION BY RANGE (at);
CREATE TABLE m_1 PARTITION OF m FOR VALUES FROM ('2026-01-01') TO ('2026-02-01');
CREATE TABLE m_2 PARTITION OF m FOR VALUES FROM ('2026-02-01') TO ('2026-03-01');
--- rows
INSERT INTO m VALUES ('2026-01-05', 1);
--- keeps
SELECT n FROM m
--- pair: a partitioned table gets an index
--- from
CREATE TABLE m (k text, n integer) PARTITION BY LIST (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES IN ('a', 'b');
CREATE TABLE m_h PARTITION OF m FOR VALUES IN ('c') PARTITION BY HASH (n);
CREATE TABLE m_h0 PARTITION OF m_h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
--- to
CREATE TABLE m (k text, n integer) PARTITION BY LIST (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES IN ('a', 'b');
CREATE TABLE m_h PARTITION OF m FOR VALUES IN ('c') PARTITION BY HASH (n);
CREATE TABLE m_h0 PARTITION OF m_h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE INDEX m_n ON m (n);
--- pair: a partition is detached
--- from
CREATE TABLE m (k text) PARTITION BY LIST (k);
CREATE TABLE m_a PARTITION OF m FOR VALUES IN ('a');
--- to
CREATE TABLE m (k text) PARTITION BY LIST (k);
CREATE TABLE m_a (k text);
--- rows
INSERT INTO m VALUES ('a');
--- keeps
SELECT k FROM m_a
--- pair: a schema comes with its tables
--- from
--- to
CREATE SCHEMA app;
CREATE TABLE app.t (n integer);
CREATE VIEW app.v AS SELECT n FROM app.t;
--- pair: comments
--- from
CREATE TABLE t (n integer, CONSTRAINT c CHECK (n > 0));
COMMENT ON TABLE t IS 'old';
--- to
CREATE TABLE t (n integer, CONSTRAINT c CHECK (n > 0));
COMMENT ON TABLE t IS 'it''s new; \ so';
COMMENT ON COLUMN t.n IS 'a number';
COMMENT ON CONSTRAINT c ON t IS 'positive';
--- pair: comments on parts
--- from
CREATE DOMAIN d AS integer CONSTRAINT "c"".1" CHECK (VALUE > 0);
CREATE TABLE t ("a.b" integer PRIMARY KEY);
CREATE VIEW v AS SELECT "a.b" FROM t;
COMMENT ON DOMAIN d IS 'domain';
COMMENT ON CONSTRAINT t_pkey ON t IS 'key';
--- to
CREATE DOMAIN d AS integer CONSTRAINT "c"".1" CHECK (VALUE > 0);
CREATE TABLE t ("a.b" integer PRIMARY KEY);
CREATE VIEW v AS SELECT "a.b" FROM t;
COMMENT ON DOMAIN d IS 'domain';
COMMENT ON CONSTRAINT "c"".1" ON DOMAIN d IS 'constraint of a domain';
COMMENT ON CONSTRAINT t_pkey ON t IS 'key';
COMMENT ON INDEX t_pkey IS 'index of a key';
COMMENT ON COLUMN v."a.b" IS 'column of a view';
COMMENT ON COLUMN t."a.b" IS 'column';
--- pair: everything at once
--- from
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE users (id serial PRIMARY KEY, name varchar(50), mood mood DEFAULT 'ok');
CREATE TABLE orders (id serial PRIMARY KEY, user_id integer REFERENCES users, total integer);
CREATE INDEX orders_total ON orders (total);
CREATE VIEW totals AS SELECT u.name, sum(o.total) AS total FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER tr BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION f();
--- to
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE users (id serial PRIMARY KEY, name text NOT NULL, mood mood DEFAULT 'happy');
CREATE TABLE orders (id serial PRIMARY KEY, user_id integer NOT NULL REFERENCES users ON DELETE CASCADE, total bigint DEFAULT 0, note text);
CREATE INDEX orders_total ON orders (total DESC) WHERE total > 0;
CREATE VIEW totals AS SELECT u.name, sum(o.total) AS total, count(*) AS n FROM users u JOIN orders o ON o.user_id = u.id GROUP BY u.name;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.note := 'x'; RETURN new; END $$;
CREATE TRIGGER tr BEFORE INSERT OR UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION f();
--- rows
INSERT INTO users (name) VALUES ('a');
INSERT INTO orders (user_id, total) VALUES (1, 5);
--- keeps
SELECT u.name, o.total FROM users u JOIN orders o ON o.user_id = u.id
