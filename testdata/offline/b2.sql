-- revision: b2
-- revises: a1
-- message: a body with semicolons

-- +upgrade postgres
SET search_path = elsewhere;
CREATE SCHEMA elsewhere;
CREATE TABLE elsewhere.t (id integer PRIMARY KEY, range int4range DEFAULT '[1,2)', x text DEFAULT 'a' || E'\\;' || $q$b;$q$);
CREATE FUNCTION elsewhere.f(a integer) RETURNS integer LANGUAGE plpgsql AS $$
BEGIN
  -- a comment; with a semicolon
  RETURN a + 1;
END $$;
CREATE FUNCTION elsewhere.g(a integer) RETURNS integer BEGIN ATOMIC SELECT a + 1; SELECT a + 2; END;
INSERT INTO t SELECT g FROM generate_series(1, 3) g;
INSERT INTO public.marks SELECT array_to_string((ARRAY[10, 20, 30])[2:x], ', ') FROM (SELECT 3 AS x) s;
-- +verify postgres
SELECT count(*) = 3, 'more' FROM elsewhere.t;
SELECT 1.0;
-- +downgrade postgres
DROP SCHEMA elsewhere CASCADE;
-- +upgrade mysql
SET sql_mode = 'ANSI_QUOTES';
CREATE TABLE "t" ("id" INT PRIMARY KEY, x VARCHAR(20) DEFAULT 'a;b');
CREATE TEMPORARY TABLE temporary_one (x INT);
SET @saved = 5;
INSERT INTO t (id) SELECT @saved;
CREATE PROCEDURE p(IN a INT)
BEGIN
  -- a comment; with a semicolon, and $$ in it
  IF a > 1 THEN INSERT INTO marks VALUES ('p; $$ //'); END IF;
END;
DELIMITER //
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW BEGIN SET NEW.x = 'by; trigger'; END //
DELIMITER ;
CALL p(2);
INSERT INTO t (id) VALUES (1);
-- +verify mysql
SELECT COUNT(*) = 2 FROM t;
-- +downgrade mysql
DROP PROCEDURE p;
DROP TABLE t;
-- +upgrade sqlite
CREATE TABLE t (id INTEGER PRIMARY KEY, x TEXT DEFAULT 'a;b');
CREATE TEMP TABLE temporary_one (x);
PRAGMA case_sensitive_like = on;
CREATE TRIGGER tr AFTER INSERT ON t BEGIN
  INSERT INTO marks VALUES ('by; trigger'); -- a comment; with a semicolon
  SELECT CASE WHEN NEW.id = 7 THEN RAISE(ABORT, 'seven') END;
END;
INSERT INTO t (id) VALUES (1), (2);
-- +verify sqlite
SELECT count(*) = 2 FROM t;
SELECT 'yes';
-- +downgrade sqlite
DROP TABLE t;
