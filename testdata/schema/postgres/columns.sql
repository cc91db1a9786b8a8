--- pair: a column comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, s text DEFAULT 'x' NOT NULL);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: a column comes in the middle
--- from
CREATE TABLE t (a integer, c integer);
--- to
CREATE TABLE t (a integer, b integer, c integer);
--- rows
INSERT INTO t VALUES (1, 3);
--- keeps
SELECT a, c FROM t
--- short: another order
--- pair: a column goes
--- from
CREATE TABLE t (n integer, s text);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM t
--- loses: the column public.t.s
--- pair: a column goes with its index and its check
--- from
CREATE TABLE t (n integer, s text CHECK (s <> ''));
CREATE INDEX i ON t (s);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n FROM t
--- loses: the column public.t.s
--- pair: a column that a view names goes
--- from
CREATE TABLE t (n integer, s text);
CREATE VIEW v AS SELECT n, s FROM t;
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
--- pair: NOT NULL comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer NOT NULL);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: NOT NULL over NULLs
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer NOT NULL);
--- rows
INSERT INTO t VALUES (NULL);
--- fails: contains null values
--- pair: NOT NULL online
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer NOT NULL);
--- online
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: VALIDATE CONSTRAINT
--- pair: a default comes and another goes
--- from
CREATE TABLE t (a integer DEFAULT 1, b text);
--- to
CREATE TABLE t (a integer, b text DEFAULT lower('X') || 'y');
--- pair: varchar grows
--- from
CREATE TABLE t (s varchar(10));
--- to
CREATE TABLE t (s varchar(20));
--- rows
INSERT INTO t VALUES ('abc');
--- keeps
SELECT s FROM t
--- pair: varchar shrinks over what is longer
--- from
CREATE TABLE t (s varchar(20));
--- to
CREATE TABLE t (s varchar(2));
--- rows
INSERT INTO t VALUES ('abc');
--- fails: value too long
--- pair: text to varchar
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s varchar(5));
--- rows
INSERT INTO t VALUES ('abc');
--- keeps
SELECT s FROM t
--- pair: texts to varchars
--- from
CREATE TABLE t (s text[], n double precision[]);
--- to
CREATE TABLE t (s varchar(3)[], n integer[]);
--- rows
INSERT INTO t VALUES ('{abc}', '{1.0}');
--- keeps
SELECT s::text, n::text FROM t
--- loses: the fractions in public.t.n
--- pair: texts to varchars over what is longer
--- from
CREATE TABLE t (s text[]);
--- to
CREATE TABLE t (s varchar(3)[]);
--- rows
INSERT INTO t VALUES ('{abcd}');
--- fails: too long
--- pair: integer to bigint
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n bigint);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- pair: bigint to integer over what does not fit
--- from
CREATE TABLE t (n bigint);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES (5000000000);
--- fails: integer out of range
--- pair: numeric loses digits
--- from
CREATE TABLE t (n numeric(10,4));
--- to
CREATE TABLE t (n numeric(10,2));
--- rows
INSERT INTO t VALUES (1.2345);
--- loses: digits behind the point
--- pair: float to integer
--- from
CREATE TABLE t (n double precision);
--- to
CREATE TABLE t (n integer);
--- rows
INSERT INTO t VALUES (1.5);
--- loses: the fractions
--- pair: timestamp to date
--- from
CREATE TABLE t (at timestamp);
--- to
CREATE TABLE t (at date);
--- rows
INSERT INTO t VALUES ('2026-01-01 12:00');
--- loses: the time of day
--- pair: text to integer
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s integer);
--- rows
INSERT INTO t VALUES ('42');
--- keeps
SELECT s FROM t
--- pair: text to jsonb with a default
--- from
CREATE TABLE t (s text DEFAULT '{}');
--- to
CREATE TABLE t (s jsonb DEFAULT '{}');
--- rows
INSERT INTO t VALUES ('{"a": 1}');
--- keeps
SELECT s::text FROM t
--- pair: text to uuid, boolean and array
--- from
CREATE TABLE t (a text, b text, c text);
--- to
CREATE TABLE t (a uuid, b boolean, c text[]);
--- rows
INSERT INTO t VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'true', '{x,y}');
--- keeps
SELECT a::text, b::text, c::text FROM t
--- pair: a type under a view, an index and a check
--- from
CREATE TABLE t (n integer CHECK (n > 0));
CREATE INDEX i ON t (n) WHERE n > 5;
CREATE VIEW v AS SELECT n + 1 AS m FROM t;
CREATE VIEW w AS SELECT m FROM v;
--- to
CREATE TABLE t (n bigint CHECK (n > 0));
CREATE INDEX i ON t (n) WHERE n > 5;
CREATE VIEW v AS SELECT n + 1 AS m FROM t;
CREATE VIEW w AS SELECT m FROM v;
--- rows
INSERT INTO t VALUES (7);
--- keeps
SELECT m FROM w
--- pair: a type under a foreign key
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p);
--- to
CREATE TABLE p (id bigint PRIMARY KEY);
CREATE TABLE c (p bigint REFERENCES p);
--- rows
INSERT INTO p VALUES (1);
INSERT INTO c VALUES (1);
--- keeps
SELECT p FROM c
--- pair: a collation comes
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text COLLATE "C");
--- rows
INSERT INTO t VALUES ('x');
--- keeps
SELECT s FROM t
--- pair: identity comes
--- from
CREATE TABLE t (id integer NOT NULL);
--- to
CREATE TABLE t (id integer NOT NULL GENERATED BY DEFAULT AS IDENTITY (START WITH 10 INCREMENT BY 5));
--- pair: identity changes
--- from
CREATE TABLE t (id bigint GENERATED BY DEFAULT AS IDENTITY);
--- to
CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY (MAXVALUE 1000 CYCLE CACHE 3));
--- pair: identity begins elsewhere
--- from
CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY);
--- to
CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY (MINVALUE 10 START 10));
--- loses: the numbers of public.t.a stand
--- pair: identity runs down
--- from
CREATE TABLE t (a integer GENERATED ALWAYS AS IDENTITY);
--- to
CREATE TABLE t (a integer GENERATED BY DEFAULT AS IDENTITY (INCREMENT -1));
--- pair: serial becomes identity
--- from
CREATE TABLE t (id serial PRIMARY KEY, s text);
--- to
CREATE TABLE t (id integer GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, s text);
--- pair: serial comes
--- from
CREATE TABLE t (s text);
--- to
CREATE TABLE t (s text, id bigserial);
--- pair: a generated column comes
--- from
CREATE TABLE t (a integer, b integer);
--- to
CREATE TABLE t (a integer, b integer, c integer GENERATED ALWAYS AS (a + b) STORED);
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a, b FROM t
--- pair: a generated column changes
--- from
CREATE TABLE t (a integer, c integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE INDEX i ON t (c);
--- to
CREATE TABLE t (a integer, c integer GENERATED ALWAYS AS (a + 2) STORED);
CREATE INDEX i ON t (c);
--- pair: a generated column becomes an ordinary one
--- from
CREATE TABLE t (a integer, c integer GENERATED ALWAYS AS (a + 1) STORED);
--- to
CREATE TABLE t (a integer, c integer);
--- pair: storage, statistics, options, compression
--- from
CREATE TABLE t (s text, n integer);
--- to
CREATE TABLE t (s text, n integer);
ALTER TABLE t ALTER COLUMN s SET STORAGE EXTERNAL, ALTER COLUMN n SET STATISTICS 500, ALTER COLUMN n SET (n_distinct = 100);
--- pair: columns with a default from a sequence of its own
--- from
CREATE TABLE t (n integer);
--- to
CREATE SEQUENCE s START 100;
CREATE TABLE t (n integer DEFAULT nextval('s'));
--- pair: several columns change
--- from
CREATE TABLE t (a integer, b varchar(5), c text, d date);
--- to
CREATE TABLE t (a bigint NOT NULL DEFAULT 0, b text, e text);
--- pair: a type under a foreign key changes its family
--- from
CREATE TABLE p (id uuid PRIMARY KEY);
CREATE TABLE c (p uuid NOT NULL REFERENCES p ON DELETE CASCADE);
--- to
CREATE TABLE p (id text PRIMARY KEY);
CREATE TABLE c (p text NOT NULL REFERENCES p ON DELETE CASCADE);
--- rows
INSERT INTO p VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
INSERT INTO c VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
--- keeps
SELECT p::text FROM c
