--- pair: a view comes
--- from
CREATE TABLE t (n integer, s text);
--- to
CREATE TABLE t (n integer, s text);
CREATE VIEW v WITH (security_barrier) AS SELECT n FROM t WHERE s LIKE 'x;%' WITH LOCAL CHECK OPTION;
--- pair: a view gets a column
--- from
CREATE TABLE t (n integer, s text);
CREATE VIEW v AS SELECT n FROM t;
--- to
CREATE TABLE t (n integer, s text);
CREATE VIEW v AS SELECT n, s FROM t;
--- plan: CREATE OR REPLACE VIEW
--- pair: views over views
--- from
CREATE TABLE t (n integer);
CREATE VIEW z AS SELECT n FROM t;
CREATE VIEW a AS SELECT n FROM z;
COMMENT ON VIEW a IS 'kept';
--- to
CREATE TABLE t (n integer);
CREATE VIEW z AS SELECT n + 1::bigint AS n FROM t;
CREATE VIEW a AS SELECT n FROM z;
COMMENT ON VIEW a IS 'kept';
--- pair: a view with defaults
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
ALTER VIEW v ALTER COLUMN n SET DEFAULT 5;
COMMENT ON COLUMN v.n IS 'a number';
--- pair: a materialized view
--- from
CREATE TABLE t (n integer);
CREATE MATERIALIZED VIEW m AS SELECT n FROM t;
CREATE UNIQUE INDEX m_n ON m (n);
--- to
CREATE TABLE t (n integer);
CREATE MATERIALIZED VIEW m AS SELECT n, n * 2 AS d FROM t WITH NO DATA;
CREATE UNIQUE INDEX m_n ON m (n);
CREATE VIEW v AS SELECT d FROM m;
--- pair: a function changes its body
--- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql AS $$ BEGIN RETURN a; END; $$;
--- to
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE plpgsql STRICT IMMUTABLE COST 10 SET search_path = public AS $$ BEGIN RETURN a + 1; -- more
END; $$;
--- plan: CREATE OR REPLACE FUNCTION
--- pair: a function changes its result
--- from
CREATE FUNCTION f(a integer) RETURNS integer LANGUAGE sql AS 'SELECT a';
CREATE TABLE t (n integer DEFAULT f(1), CHECK (f(n) > 0));
CREATE VIEW v AS SELECT f(n) AS x FROM t;
--- to
CREATE FUNCTION f(a integer) RETURNS bigint LANGUAGE sql AS 'SELECT a::bigint';
CREATE TABLE t (n integer DEFAULT f(1), CHECK (f(n) > 0));
CREATE VIEW v AS SELECT f(n) AS x FROM t;
--- pair: arguments with defaults and names
--- from
CREATE FUNCTION f(a integer, b text DEFAULT 'x') RETURNS SETOF integer LANGUAGE sql AS 'SELECT a';
--- to
CREATE FUNCTION f(a integer, b text DEFAULT 'y', VARIADIC c integer[] DEFAULT '{}') RETURNS TABLE (x integer, y text) LANGUAGE sql AS 'SELECT a, b';
--- pair: overloaded functions
--- from
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(text) RETURNS integer LANGUAGE sql AS 'SELECT 2';
--- to
CREATE FUNCTION f(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION f(date) RETURNS integer LANGUAGE sql AS 'SELECT 3';
--- pair: functions that name what comes behind them
--- from
--- to
CREATE TABLE t (n integer);
CREATE FUNCTION a() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM t';
CREATE FUNCTION b() RETURNS bigint LANGUAGE sql AS 'SELECT a()';
--- pair: a function with a body of SQL
--- from
CREATE TABLE t (n integer);
--- to
CREATE TABLE t (n integer);
CREATE FUNCTION f() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM t; SELECT count(*) + 1 FROM t; END;
--- pair: a procedure and an aggregate
--- from
--- to
CREATE PROCEDURE p(INOUT a integer) LANGUAGE plpgsql AS $$ BEGIN a := a + 1; COMMIT; END $$;
CREATE FUNCTION add(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE total(integer) (SFUNC = add, STYPE = integer, INITCOND = '0');
--- pair: a function becomes a procedure
--- from
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN END $$;
--- to
CREATE PROCEDURE f() LANGUAGE plpgsql AS $$ BEGIN END $$;
--- pair: triggers
--- from
CREATE TABLE t (n integer, s text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER a BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f();
CREATE TRIGGER b AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
--- to
CREATE TABLE t (n integer, s text);
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER a BEFORE INSERT OR UPDATE OF n ON t FOR EACH ROW WHEN (new.n > 0) EXECUTE FUNCTION f();
CREATE TRIGGER b AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION f();
ALTER TABLE t DISABLE TRIGGER b;
CREATE CONSTRAINT TRIGGER c AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION f('x', '1');
CREATE TRIGGER d AFTER INSERT ON t REFERENCING NEW TABLE AS n FOR EACH STATEMENT EXECUTE FUNCTION f();
--- pair: a trigger on a view
--- from
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE TRIGGER tr INSTEAD OF INSERT ON v FOR EACH ROW EXECUTE FUNCTION f();
--- pair: rules
--- from
CREATE TABLE t (n integer);
CREATE RULE r AS ON DELETE TO t DO INSTEAD NOTHING;
--- to
CREATE TABLE t (n integer);
CREATE RULE r AS ON DELETE TO t WHERE old.n > 0 DO INSTEAD NOTHING;
CREATE RULE q AS ON INSERT TO t DO ALSO NOTIFY changed;
--- pair: an event trigger
--- from
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
--- to
CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER e ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION f();
ALTER EVENT TRIGGER e DISABLE;
--- pair: a publication
--- from
CREATE TABLE t (n integer PRIMARY KEY);
CREATE TABLE u (n integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE t;
--- to
CREATE TABLE t (n integer PRIMARY KEY);
CREATE TABLE u (n integer PRIMARY KEY);
CREATE PUBLICATION p FOR TABLE u WITH (publish = 'insert, update');
CREATE PUBLICATION q FOR ALL TABLES;
--- pair: a publication of some columns and rows
--- from
CREATE TABLE t (a integer, "b WHERE c" boolean);
CREATE PUBLICATION p;
--- to
CREATE TABLE t (a integer, "b WHERE c" boolean);
CREATE PUBLICATION p FOR TABLE t (a, "b WHERE c") WHERE ("b WHERE c");
--- pair: text search
--- from
--- to
CREATE TEXT SEARCH DICTIONARY d (TEMPLATE = simple, STOPWORDS = 'english');
CREATE TEXT SEARCH CONFIGURATION c (COPY = simple);
ALTER TEXT SEARCH CONFIGURATION c ALTER MAPPING FOR asciiword WITH d, simple;
--- pair: foreign tables
--- from
CREATE EXTENSION postgres_fdw;
--- to
CREATE EXTENSION postgres_fdw;
CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'localhost', dbname 'x');
CREATE FOREIGN TABLE ft (n integer OPTIONS (column_name 'm'), s text) SERVER s OPTIONS (table_name 'other');
--- pair: a foreign table that inherits
--- from
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TABLE p (a integer);
--- to
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE TABLE p (a integer);
CREATE FOREIGN TABLE f (b integer) INHERITS (p) SERVER s;
--- pair: bodies with quotes of dollars
--- from
--- to
CREATE FUNCTION f() RETURNS text LANGUAGE plpgsql AS $a$ BEGIN EXECUTE $b$ SELECT 1; $b$; RETURN $$x;$$; END $a$;
--- pair: a view over a table that is dropped and made anew under the same name
--- from
CREATE TABLE t (n integer) PARTITION BY LIST (n);
CREATE VIEW v AS SELECT n FROM t;
--- to
CREATE TABLE t (n integer) PARTITION BY RANGE (n);
CREATE VIEW v AS SELECT n FROM t;
--- pair: a function whose body is checked by what comes with it
--- from
CREATE TABLE a (n integer);
--- to
CREATE TABLE a (n integer);
CREATE TABLE b (n integer);
CREATE FUNCTION f() RETURNS integer LANGUAGE plpgsql AS $$ DECLARE r b%rowtype; BEGIN SELECT * INTO r FROM b; RETURN r.n; END $$;
--- pair: a view moves from a table to one that takes a name of it
--- from
CREATE TABLE old_t (n integer CONSTRAINT pk PRIMARY KEY);
CREATE VIEW v AS SELECT n FROM old_t;
--- to
CREATE TABLE new_t (n integer CONSTRAINT pk PRIMARY KEY);
CREATE VIEW v AS SELECT n FROM new_t;
