-- What cli/dump_test.go has pg_dump write, and revise run.
CREATE SCHEMA "odd; schema";
CREATE TYPE mood AS ENUM ('so; so', 'it''s fine', E'back\\slash');
CREATE DOMAIN short AS text CHECK (value <> 'a;b' AND length(value) < 90);
CREATE SEQUENCE "seq;""1" START 7 INCREMENT 3;
SELECT setval('"seq;""1"', 13);

CREATE TABLE plain (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, t text DEFAULT E'a;b\\c''d', m mood, b bytea, n numeric, j jsonb, a text[]);
INSERT INTO plain (t, m, b, n, j, a) VALUES
    (NULL, NULL, NULL, NULL, NULL, NULL),
    ('', 'it''s fine', '', 0, '{}', '{}'),
    (E'\\.', E'back\\slash', E'\\x00ff5c', 1.50, '{"a": "\";\\"}', E'{"a;b","c\\"d",NULL,"\\\\"}'),
    (E'\\N', 'so; so', E'\\x0a', -1, '"\u00e9"', NULL),
    (E'tab\there\nnew line\n\\.\n-- no comment\n/* nor this', NULL, NULL, 'NaN', NULL, NULL),
    (E'carriage\rreturn\r\nboth', NULL, NULL, NULL, NULL, NULL),
    ('quotes '' '''' " "" ` $$ $a$ ; end;', NULL, NULL, NULL, NULL, NULL),
    (E'trailing backslash \\', NULL, NULL, NULL, NULL, NULL),
    (E'ends in a new line\n', NULL, NULL, NULL, NULL, NULL),
    ('日本語 é 😀 ' || U&'\00a0\200b\feff', NULL, NULL, NULL, NULL, NULL),
    ('  blanks  ', NULL, NULL, NULL, NULL, NULL),
    ('\restrict', NULL, NULL, NULL, NULL, NULL),
    (E'\v\f\b\x01\x1a\x7f', NULL, NULL, NULL, NULL, NULL);

CREATE TABLE "empty one" ();
CREATE TABLE "no rows" (a int, b text);
CREATE TABLE "odd; schema"."a ""b"" 'c' \ ; -- d" (
    "select" int PRIMARY KEY, "x;y" text COLLATE "C", "new
line" text, "$$" text, "日本" text DEFAULT '/*', "/* */" text,
    "twice" int GENERATED ALWAYS AS ("select" * 2) STORED, dropped int
);
ALTER TABLE "odd; schema"."a ""b"" 'c' \ ; -- d" DROP COLUMN dropped;
INSERT INTO "odd; schema"."a ""b"" 'c' \ ; -- d" VALUES (1, ';', '\', '$$', '日本', '*/'), (2, NULL, E'\t', '$_$', '', NULL);
CREATE TABLE "odd; schema"."BEGIN" ("ATOMIC" int, "END" int, "begin;" text);
INSERT INTO "odd; schema"."BEGIN" VALUES (1, 2, 'COPY x FROM stdin;');
CREATE TABLE "COPY t FROM stdin;" ("FROM stdin" text);
INSERT INTO "COPY t FROM stdin;" VALUES ('1;'), ('\.'), (''), (NULL), ('select 1;');

CREATE TABLE child (id int REFERENCES plain, deep int) INHERITS ("no rows");
INSERT INTO child VALUES (1, 'x;y', 2, 3);
CREATE TABLE parted (k int NOT NULL, v text) PARTITION BY LIST (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1, 2);
CREATE TABLE "parted; rest" PARTITION OF parted DEFAULT PARTITION BY RANGE (k);
CREATE TABLE parted_3 PARTITION OF "parted; rest" FOR VALUES FROM (3) TO (30);
CREATE INDEX "parted;v" ON parted (v, lower(v || ';'));
INSERT INTO parted VALUES (1, 'one;'), (2, NULL), (3, E'three\\');

CREATE VIEW seen AS SELECT id, t || ';' AS "t;", 'a''b;' AS q, E'\\' AS s FROM plain WHERE t <> ';' OR t LIKE '%\%';
CREATE MATERIALIZED VIEW "stored;" AS SELECT count(*) AS n, ';' AS sep FROM plain;
CREATE VIEW ring_a AS SELECT 1 AS a;
CREATE VIEW ring_b AS SELECT a FROM ring_a;
CREATE OR REPLACE VIEW ring_a AS SELECT (SELECT max(1) FROM parted) AS a;

CREATE FUNCTION noisy(i int, t text DEFAULT 'a;$$b') RETURNS text LANGUAGE plpgsql AS $f$
DECLARE
    s text := $$in; dollars$$; -- a comment; with a semicolon
BEGIN
    IF i > 0 THEN
        EXECUTE $_$SELECT ';'$_$ INTO s;
        RETURN s || E'\'; ' || '\';
    END IF;
    /* BEGIN; */
    RETURN $$
-- not a comment;
\.
$$;
END;
$f$;
CREATE FUNCTION in_sql(a int) RETURNS int LANGUAGE sql AS 'SELECT a; SELECT ''x;''::text; SELECT a + 1';
CREATE FUNCTION atomic_case(a int) RETURNS text LANGUAGE sql
BEGIN ATOMIC
    SELECT 'first;' AS a;
    SELECT CASE WHEN a > 0 THEN CASE a WHEN 1 THEN 'one;' ELSE 'end' END ELSE 'none; END;' END AS "end";
END;
CREATE FUNCTION atomic_empty() RETURNS void LANGUAGE sql BEGIN ATOMIC END;
CREATE FUNCTION atomic_return(a int) RETURNS int LANGUAGE sql IMMUTABLE RETURN CASE WHEN a = 1 THEN 2 ELSE a END;
CREATE PROCEDURE atomic_proc(a int)
BEGIN ATOMIC
    INSERT INTO "odd; schema"."BEGIN" ("ATOMIC", "END", "begin;") VALUES (a, 1, 'END;');
    UPDATE "odd; schema"."BEGIN" SET "END" = CASE WHEN "ATOMIC" = 1 THEN 2 ELSE 3 END;
    DELETE FROM "odd; schema"."BEGIN" WHERE "begin;" = 'BEGIN ATOMIC';
END;
CREATE FUNCTION touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.t := NEW.t || '';''; RETURN NEW; END;';
CREATE AGGREGATE total (int) (SFUNC = int4pl, STYPE = int, INITCOND = '0');
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq);

CREATE TRIGGER "touch;" BEFORE UPDATE OF t ON plain FOR EACH ROW WHEN (OLD.t IS DISTINCT FROM ';') EXECUTE FUNCTION touched('a;b', E'c\\d''');
CREATE RULE several AS ON UPDATE TO "no rows" DO ALSO (
    INSERT INTO child (id, deep) VALUES (NULL, 1);
    DELETE FROM child WHERE b = ';';
    NOTIFY "changed;"
);
CREATE RULE nothing AS ON DELETE TO plain WHERE OLD.t = 'keep;' DO INSTEAD NOTHING;
ALTER TABLE plain ENABLE ROW LEVEL SECURITY;
CREATE POLICY "only; mine" ON plain FOR SELECT USING (t <> ';' AND t <> E'\\') ;
CREATE STATISTICS "stat;" ON n, t FROM plain;
ALTER TABLE plain ADD CONSTRAINT "check;" CHECK (t <> 'never;' AND t <> $$it's$$) NOT VALID;
CREATE INDEX "partial;" ON plain ((t || ';')) WHERE t <> ';';

COMMENT ON TABLE plain IS 'first; second''s
-- third; \.
$$ fourth;';
COMMENT ON COLUMN "odd; schema"."a ""b"" 'c' \ ; -- d"."x;y" IS E'tab\tback\\slash;';
COMMENT ON FUNCTION noisy(int, text) IS '/* ; ';
COMMENT ON RULE several ON "no rows" IS 'several; statements';
GRANT SELECT ON plain TO PUBLIC;
GRANT EXECUTE ON FUNCTION in_sql(int) TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA "odd; schema" GRANT SELECT ON TABLES TO PUBLIC;
