--- pair: a primary key comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer PRIMARY KEY);
--- pair: a primary key changes
--- from
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a));
--- to
CREATE TABLE t (a integer NOT NULL, b integer NOT NULL, PRIMARY KEY (a, b));
--- pair: a primary key that others refer to changes its name
--- from
CREATE TABLE t (a integer CONSTRAINT old PRIMARY KEY);
CREATE TABLE c (a integer REFERENCES t);
--- to
CREATE TABLE t (a integer CONSTRAINT new PRIMARY KEY);
CREATE TABLE c (a integer REFERENCES t);
--- plan: RENAME CONSTRAINT
--- plan: !DROP
--- pair: a check comes
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer, CONSTRAINT positive CHECK (n > 0));
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT n FROM t
--- plan: NOT VALID
--- pair: a check that rows break
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer CHECK (n > 0));
--- rows
INSERT INTO t VALUES (-1);
--- fails: is violated by some row
--- pair: a check changes
--- from
CREATE TABLE t (n integer, CONSTRAINT c CHECK (n > 0));
--- to
CREATE TABLE t (n integer, CONSTRAINT c CHECK (n > 0 AND n < 100) NO INHERIT);
--- pair: a check that is not valid
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT VALID;
--- pair: a check becomes valid
--- from
CREATE TABLE t (n integer);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NOT VALID;
--- to
CREATE TABLE t (n integer);
ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0);
--- plan: VALIDATE
--- pair: a foreign key comes
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED);
--- plan: NOT VALID
--- pair: a foreign key online
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p);
--- online
--- plan: part 2
--- pair: the action of a foreign key changes
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p);
--- to
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (p integer REFERENCES p ON DELETE CASCADE);
--- pair: a foreign key and what it refers to come together
--- from
CREATE TABLE p (id integer PRIMARY KEY);
CREATE TABLE c (x integer);
--- to
CREATE TABLE p (id integer PRIMARY KEY, code text UNIQUE);
CREATE TABLE c (x integer, code text REFERENCES p (code));
--- pair: unique comes
--- from
CREATE TABLE t (a integer, b integer);
--- to
CREATE TABLE t (a integer, b integer, UNIQUE (a, b) INCLUDE (b) DEFERRABLE);
--- pair: unique online
--- from
CREATE TABLE t (a integer, b integer NOT NULL);
--- to
CREATE TABLE t (a integer, b integer NOT NULL PRIMARY KEY, UNIQUE (a));
--- online
--- plan: CONCURRENTLY
--- pair: unique online over a column with a word of the grammar in its name
--- from
CREATE TABLE t (a integer, "b DEFERRABLE c" boolean);
--- to
CREATE TABLE t (a integer, "b DEFERRABLE c" boolean);
ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, "b DEFERRABLE c");
ALTER TABLE t ADD CONSTRAINT v UNIQUE ("b DEFERRABLE c", a) DEFERRABLE INITIALLY DEFERRED;
--- online
--- plan: UNIQUE USING INDEX v DEFERRABLE INITIALLY DEFERRED
--- pair: unique becomes an index
--- from
CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a));
--- to
CREATE TABLE t (a integer);
CREATE UNIQUE INDEX u ON t (a);
--- pair: an exclusion
--- from
CREATE TABLE t (r int4range);
--- to
CREATE TABLE t (r int4range, EXCLUDE USING gist (r WITH &&) WHERE (NOT isempty(r)));
--- pair: unique under a foreign key changes
--- from
CREATE TABLE p (a integer, b integer, CONSTRAINT u UNIQUE (a));
CREATE TABLE c (a integer CONSTRAINT fk REFERENCES p (a));
--- to
CREATE TABLE p (a integer, b integer, CONSTRAINT u UNIQUE (a) DEFERRABLE);
CREATE TABLE c (a integer);
--- pair: constraints with storage parameters
--- from
CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 70));
--- to
CREATE TABLE t (a integer, CONSTRAINT u UNIQUE (a) WITH (fillfactor = 80));
--- pair: a self reference
--- from
CREATE TABLE t (id integer PRIMARY KEY, up integer);
--- to
CREATE TABLE t (id integer PRIMARY KEY, up integer REFERENCES t);
--- pair: two constraints that say the same
--- from
--- to
CREATE TABLE t (n text);
ALTER TABLE t ADD CONSTRAINT one UNIQUE (n);
ALTER TABLE t ADD CONSTRAINT two UNIQUE (n);
--- pair: a list of values over a varchar
--- from
CREATE TABLE t (s varchar(10) CHECK (s IN ('a', 'it''s')));
--- to
CREATE TABLE t (s varchar(10) CHECK (s IN ('a', 'b')), u varchar CHECK (u NOT IN ('x', 'y')));
