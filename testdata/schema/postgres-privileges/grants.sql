-- Roles revise_one and revise_two are there.
--- pair: grants on a table come
--- from
CREATE TABLE t (n integer, m integer);
--- to
CREATE TABLE t (n integer, m integer);
GRANT SELECT, INSERT ON t TO revise_one;
GRANT SELECT ON t TO PUBLIC;
--- pair: grants change
--- from
CREATE TABLE t (n integer, m integer);
GRANT SELECT, INSERT ON t TO revise_one;
--- to
CREATE TABLE t (n integer, m integer);
GRANT UPDATE, INSERT ON t TO revise_one;
GRANT DELETE ON t TO revise_two;
--- pair: a grant may be passed on
--- from
CREATE TABLE t (n integer, m integer);
GRANT SELECT, INSERT ON t TO revise_one;
--- to
CREATE TABLE t (n integer, m integer);
GRANT SELECT ON t TO revise_one WITH GRANT OPTION;
GRANT INSERT ON t TO revise_one;
--- pair: columns are granted
--- from
CREATE TABLE t (n integer, "M m" integer);
GRANT SELECT (n) ON t TO revise_one;
--- to
CREATE TABLE t (n integer, "M m" integer);
GRANT SELECT ("M m"), UPDATE (n) ON t TO revise_one;
--- pair: what all may do with functions
--- from
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON PROCEDURE p() FROM PUBLIC;
--- to
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
REVOKE EXECUTE ON FUNCTION f(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION f(integer) TO revise_one;
--- pair: an aggregate
--- from
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
--- to
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
REVOKE EXECUTE ON FUNCTION total(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION total(integer) TO revise_two;
--- pair: the schema public, and another
--- from
CREATE SCHEMA s;
--- to
CREATE SCHEMA s;
GRANT USAGE ON SCHEMA s TO revise_one;
GRANT CREATE ON SCHEMA public TO revise_one;
REVOKE USAGE ON SCHEMA public FROM PUBLIC;
--- pair: types and domains
--- from
CREATE TYPE mood AS ENUM ('a');
CREATE DOMAIN d AS integer;
--- to
CREATE TYPE mood AS ENUM ('a');
CREATE DOMAIN d AS integer;
REVOKE USAGE ON TYPE mood FROM PUBLIC;
GRANT USAGE ON DOMAIN d TO revise_two;
--- pair: sequences and views, as they come
--- from
CREATE TABLE t (n serial);
--- to
CREATE TABLE t (n serial);
CREATE SEQUENCE s;
CREATE VIEW v AS SELECT n FROM t;
CREATE MATERIALIZED VIEW m AS SELECT n FROM t;
GRANT USAGE ON SEQUENCE s TO revise_one;
GRANT SELECT ON v, m TO revise_two;
GRANT SELECT ON SEQUENCE t_n_seq TO revise_two;
--- pair: a view that is made anew keeps its grants
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
GRANT SELECT ON v TO revise_one;
--- to
CREATE TABLE t (n bigint);
CREATE VIEW v AS SELECT n FROM t;
GRANT SELECT ON v TO revise_one;
--- pair: an owner may not do all
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
REVOKE DELETE ON t FROM CURRENT_USER;
--- pair: a table has another owner, and grants
--- from
CREATE TABLE t (n integer);
GRANT SELECT ON t TO revise_two;
--- to
CREATE TABLE t (n integer);
GRANT SELECT ON t TO revise_two;
ALTER TABLE t OWNER TO revise_one;
--- pair: all have another owner
--- both
CREATE SCHEMA s;
CREATE TYPE mood AS ENUM ('a');
CREATE TYPE pair AS (a integer, b integer);
CREATE DOMAIN d AS integer;
CREATE TABLE t (n serial, m mood);
CREATE SEQUENCE q;
CREATE VIEW v AS SELECT n FROM t;
CREATE MATERIALIZED VIEW m AS SELECT n FROM t;
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT $1';
CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE STATISTICS st ON n, m FROM t;
--- from
--- to
ALTER SCHEMA s OWNER TO revise_one;
ALTER TYPE mood OWNER TO revise_one;
ALTER TYPE pair OWNER TO revise_one;
ALTER DOMAIN d OWNER TO revise_one;
ALTER TABLE t OWNER TO revise_one;
ALTER SEQUENCE q OWNER TO revise_one;
ALTER VIEW v OWNER TO revise_one;
ALTER MATERIALIZED VIEW m OWNER TO revise_one;
ALTER FUNCTION f(integer) OWNER TO revise_one;
ALTER PROCEDURE p() OWNER TO revise_one;
ALTER AGGREGATE total(integer) OWNER TO revise_one;
ALTER STATISTICS st OWNER TO revise_one;
--- pair: a partitioned table
--- from
CREATE TABLE p (n integer) PARTITION BY RANGE (n);
--- to
CREATE TABLE p (n integer) PARTITION BY RANGE (n);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
GRANT SELECT ON p, p1 TO revise_one;
ALTER TABLE p1 OWNER TO revise_two;
--- pair: defaults in a schema
--- from
CREATE SCHEMA s;
--- to
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO revise_one;
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT EXECUTE ON FUNCTIONS TO revise_two WITH GRANT OPTION;
--- pair: defaults everywhere
--- from
CREATE SCHEMA s;
--- to
CREATE SCHEMA s;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO revise_one;
ALTER DEFAULT PRIVILEGES FOR ROLE revise_two GRANT USAGE ON SEQUENCES TO revise_one;
--- pair: defaults change
--- from
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO revise_one;
ALTER DEFAULT PRIVILEGES GRANT USAGE ON TYPES TO revise_one;
--- to
ALTER DEFAULT PRIVILEGES GRANT SELECT, UPDATE ON TABLES TO revise_one;
ALTER DEFAULT PRIVILEGES REVOKE USAGE ON TYPES FROM PUBLIC;
--- pair: a new table where there are defaults
--- from
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO revise_one;
--- to
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO revise_one;
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
REVOKE SELECT ON u FROM revise_one;
--- pair: a server of foreign tables
--- both
CREATE EXTENSION IF NOT EXISTS file_fdw;
--- from
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
--- to
CREATE SERVER files FOREIGN DATA WRAPPER file_fdw;
GRANT USAGE ON FOREIGN SERVER files TO revise_one;
--- pair: a serial column for a table of another's
--- from
CREATE TABLE t (n integer);
ALTER TABLE t OWNER TO revise_one;
--- to
CREATE TABLE t (n integer, s serial);
ALTER TABLE t OWNER TO revise_one;
--- pair: all of a schema goes, with its defaults
--- from
CREATE SCHEMA "S s";
CREATE TABLE "S s".t (n integer);
GRANT ALL ON "S s".t TO revise_one;
ALTER DEFAULT PRIVILEGES IN SCHEMA "S s" GRANT SELECT ON TABLES TO revise_one;
--- to
CREATE TABLE t (n integer);
--- pair: a new table in a schema with defaults
--- from
CREATE SCHEMA "S s";
ALTER DEFAULT PRIVILEGES IN SCHEMA "S s" GRANT SELECT ON TABLES TO revise_one WITH GRANT OPTION;
--- to
CREATE SCHEMA "S s";
ALTER DEFAULT PRIVILEGES IN SCHEMA "S s" GRANT SELECT ON TABLES TO revise_one WITH GRANT OPTION;
CREATE TABLE "S s".t (n integer);
ALTER TABLE "S s".t OWNER TO revise_two;
CREATE TABLE u (n integer);
