--- pair: double quotes hold a string, in a view
--- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a, "Some Text" AS x FROM t;
--- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a, "Some Text" AS x FROM t;
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a, x FROM v
--- loses: the column t.b
--- plan: !DROP COLUMN
--- pair: the case of a string in double quotes
--- from
CREATE TABLE t (a text);
CREATE VIEW v AS SELECT a FROM t WHERE a <> "Nothing";
--- to
CREATE TABLE t (a text);
CREATE VIEW v AS SELECT a FROM t WHERE a <> "nothing";
--- pair: double quotes hold a string, in a check
--- from
CREATE TABLE t (a text, b integer, CHECK (a <> "Zero"));
CREATE TABLE u (a integer, b integer);
--- to
CREATE TABLE t (a text, b integer, CHECK (a <> "Zero"));
CREATE TABLE u (a integer);
--- rows
INSERT INTO u VALUES (1, 2);
--- keeps
SELECT a FROM u
--- loses: the column u.b
--- pair: a name in double quotes keeps no column from going
--- from
CREATE TABLE "T 1" ("A a" integer, "b" integer);
CREATE VIEW "V 1" AS SELECT "T 1"."A a" AS "X x" FROM "T 1" AS "T 1" WHERE "A a" > 0;
--- to
CREATE TABLE "T 1" ("A a" integer);
CREATE VIEW "V 1" AS SELECT "T 1"."A a" AS "X x" FROM "T 1" AS "T 1" WHERE "A a" > 0;
--- rows
INSERT INTO "T 1" VALUES (1, 2);
--- keeps
SELECT "X x" FROM "V 1"
--- loses: the column T 1.b
--- plan: DROP COLUMN
--- pair: quotes of names do not count
--- from
CREATE TABLE "t" ("a" integer, [b] text, `c` real, CHECK ("a" > 0));
CREATE INDEX "i" ON "t" ("a");
CREATE VIEW "v" AS SELECT "a", [b] FROM `t`;
--- to
CREATE TABLE t (a integer, b text, c real, CHECK (a > 0));
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a, b FROM t;
--- plan: !CREATE
--- pair: a number and a string in double quotes
--- from
CREATE TABLE t (a text, CHECK (a <> "5"));
--- to
CREATE TABLE t (a text, CHECK (a <> 5));
--- pair: a default that is NULL, and one that is a string
--- from
CREATE TABLE t (a text DEFAULT NULL);
--- to
CREATE TABLE t (a text DEFAULT "null");
--- rows
INSERT INTO t VALUES ('x');
--- keeps
SELECT a FROM t
--- pair: a default that is a bare word
--- from
CREATE TABLE t (a text DEFAULT Abc);
--- to
CREATE TABLE t (a text DEFAULT abc);
--- rows
INSERT INTO t VALUES ('x');
--- keeps
SELECT a FROM t
--- pair: columns in single quotes
--- from
CREATE TABLE 'my table' ('a b' integer, 'c' text);
--- to
CREATE TABLE 'my table' ('a b' integer, 'c' text, 'd e' text);
--- rows
INSERT INTO "my table" VALUES (1, 'x');
--- keeps
SELECT "a b", c FROM "my table"
--- plan: ADD COLUMN
--- pair: columns in single quotes of a table that is built anew
--- from
CREATE TABLE 'my table' ('a b' integer, 'c' text);
CREATE INDEX 'my index' ON 'my table' ('a b');
--- to
CREATE TABLE 'my table' ('a b' integer CHECK ("a b" > 0), 'c' text);
CREATE INDEX 'my index' ON 'my table' ('a b');
--- rows
INSERT INTO "my table" VALUES (1, 'x');
--- keeps
SELECT "a b", c FROM "my table"
--- pair: names with every kind of quote
--- from
CREATE TABLE "a""b" ("c'd" integer, [e"f] integer, `g[h` integer, "i]j" integer);
CREATE INDEX "k'""l" ON "a""b" ("c'd", `g[h`);
CREATE TRIGGER "m""n" AFTER INSERT ON "a""b" BEGIN UPDATE "a""b" SET "c'd" = new."i]j"; END;
--- to
CREATE TABLE "a""b" ("c'd" integer CHECK ("c'd" > 0), [e"f] integer, `g[h` integer, "i]j" integer);
CREATE INDEX "k'""l" ON "a""b" ("c'd", `g[h`);
CREATE TRIGGER "m""n" AFTER INSERT ON "a""b" BEGIN UPDATE "a""b" SET "c'd" = new."i]j"; END;
--- rows
INSERT INTO "a""b" VALUES (1, 2, 3, 4);
--- keeps
SELECT * FROM "a""b"
--- pair: an empty name
--- from
CREATE TABLE t (n integer, "" text);
--- to
CREATE TABLE t (n integer CHECK (n > 0), "" text);
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT n, "" FROM t
--- pair: a table with no name to speak of
--- from
CREATE TABLE "" (n integer);
--- to
CREATE TABLE "" (n integer, m integer);
--- rows
INSERT INTO "" VALUES (1);
--- keeps
SELECT n FROM ""
--- pair: names with blanks, semicolons and comments in them
--- from
CREATE TABLE "a; b -- c" ("d /* e */" integer);
CREATE VIEW "v; --" AS SELECT "d /* e */" FROM "a; b -- c";
--- to
CREATE TABLE "a; b -- c" ("d /* e */" integer NOT NULL);
CREATE VIEW "v; --" AS SELECT "d /* e */" FROM "a; b -- c";
--- rows
INSERT INTO "a; b -- c" VALUES (1);
--- keeps
SELECT * FROM "v; --"
--- pair: names of keywords
--- from
CREATE TABLE "table" ("index" integer, "check" integer, "primary" text, key text, "constraint" text);
CREATE INDEX "group" ON "table" ("index");
CREATE VIEW "view" AS SELECT "index" FROM "table";
--- to
CREATE TABLE "table" ("index" integer, "check" integer CHECK ("check" > 0), "primary" text, key text, "constraint" text);
CREATE INDEX "group" ON "table" ("check");
CREATE VIEW "view" AS SELECT "check" FROM "table";
--- rows
INSERT INTO "table" VALUES (1, 2, 'a', 'b', 'c');
--- keeps
SELECT "index", "check", "primary", key, "constraint" FROM "table"
--- pair: a name that is a keyword, or is none
--- from
CREATE TABLE t ("distinct" integer, a integer);
CREATE VIEW v AS SELECT DISTINCT a FROM t;
--- to
CREATE TABLE t ("distinct" integer, a integer);
CREATE VIEW v AS SELECT "distinct" a FROM t;
--- pair: names that look like SQLite's own
--- from
CREATE TABLE sqlitefoo (n integer);
CREATE TABLE "sqlite-bar" (n integer);
--- to
CREATE TABLE sqlitefoo (n integer CHECK (n > 0));
CREATE TABLE "sqlite-bar" (n integer CHECK (n > 0));
--- rows
INSERT INTO sqlitefoo VALUES (1);
INSERT INTO "sqlite-bar" VALUES (2);
--- keeps
SELECT a.n, b.n FROM sqlitefoo a, "sqlite-bar" b
--- pair: a view that names what is not there
--- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW lost AS SELECT x FROM nowhere;
--- to
CREATE TABLE t (a integer);
CREATE VIEW lost AS SELECT x FROM nowhere;
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a FROM t
--- loses: the column t.b
--- pair: a trigger that names what is not there
--- from
CREATE TABLE t (a integer, b integer);
CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO nowhere VALUES (1); END;
--- to
CREATE TABLE t (a integer CHECK (a > 0));
CREATE TRIGGER tr AFTER INSERT ON t BEGIN INSERT INTO nowhere VALUES (1); END;
--- pair: a trigger that names what is not there, and a column goes
--- from
CREATE TABLE t (a integer, b integer);
CREATE TABLE u (a integer);
CREATE TRIGGER tr AFTER INSERT ON u BEGIN DELETE FROM nowhere; END;
--- to
CREATE TABLE t (a integer);
CREATE TABLE u (a integer);
CREATE TRIGGER tr AFTER INSERT ON u BEGIN DELETE FROM nowhere; END;
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a FROM t
--- loses: the column t.b
--- pair: a view whose table goes stays
--- from
CREATE TABLE t (a integer);
CREATE TABLE u (a integer, b integer);
CREATE VIEW v AS SELECT a FROM t;
--- to
CREATE TABLE u (a integer);
CREATE VIEW v AS SELECT a FROM t;
--- pair: a view whose column goes stays
--- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT a, b FROM t;
--- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a, b FROM t;
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a FROM t
--- loses: the column t.b
--- pair: a view over a view whose column goes stays
--- from
CREATE TABLE t (a integer, b integer);
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT b FROM v;
--- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT * FROM t;
CREATE VIEW w AS SELECT b FROM v;
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a FROM v
--- loses: the column t.b
--- pair: a column that views of other tables have goes
--- from
CREATE TABLE t (a integer, name text);
CREATE TABLE u (name text);
CREATE VIEW v AS SELECT name FROM u;
CREATE TRIGGER tr AFTER UPDATE OF name ON u BEGIN SELECT 1; END;
--- to
CREATE TABLE t (a integer);
CREATE TABLE u (name text);
CREATE VIEW v AS SELECT name FROM u;
CREATE TRIGGER tr AFTER UPDATE OF name ON u BEGIN SELECT 1; END;
--- rows
INSERT INTO t VALUES (1, 'x');
--- keeps
SELECT a FROM t
--- loses: the column t.name
--- plan: DROP COLUMN
--- pair: comments everywhere
--- from
CREATE TABLE t -- the table
( -- its columns
  a integer /* one */ , -- first
  /* two */ b text DEFAULT /* of */ 'x' -- second
, CHECK (a > 0) -- a check
) -- the end
;
--- to
CREATE TABLE t (a integer, b text DEFAULT 'x', CHECK (a > 0));
--- plan: !TABLE
--- pair: comments in what changes
--- from
CREATE TABLE t (a integer);
--- to
CREATE TABLE t (
  a integer, -- one
  -- two
  b text /* of many */ NOT NULL DEFAULT '--', -- two it is
  c integer -- three
  CHECK (c > 0) -- more
);
--- rows
INSERT INTO t VALUES (1);
--- keeps
SELECT a FROM t
--- pair: a view with comments
--- from
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a /* so; */ FROM t; -- end
--- to
CREATE TABLE t (a integer);
CREATE VIEW v AS SELECT a -- so;
FROM t;
--- plan: !VIEW
--- pair: carriage returns and tabs
--- from
CREATE TABLE t (a	integer);
--- to
CREATE TABLE t (a integer, b	text);
--- pair: IF NOT EXISTS and main are not kept
--- from
CREATE TABLE IF NOT EXISTS main.t (a integer);
CREATE INDEX IF NOT EXISTS main.i ON t (a);
CREATE VIEW IF NOT EXISTS main.v AS SELECT a FROM t;
CREATE TRIGGER IF NOT EXISTS main.tr AFTER INSERT ON t BEGIN SELECT 1; END;
--- to
CREATE TABLE t (a integer);
CREATE INDEX i ON t (a);
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END;
--- plan: !CREATE
--- pair: letters of the world in upper case are not folded
--- from
CREATE TABLE "ÄPFEL" (n integer);
--- to
CREATE TABLE "ÄPFEL" (n integer);
CREATE TABLE "äpfel" (n integer);
--- pair: an index takes the name of one of a table that is built anew
--- from
CREATE TABLE t (n integer);
CREATE TABLE u (n integer);
CREATE INDEX i ON t (n);
CREATE INDEX j ON u (n);
--- to
CREATE TABLE t (n integer CHECK (n > 0));
CREATE TABLE u (n integer CHECK (n > 0));
CREATE INDEX j ON t (n);
CREATE INDEX i ON u (n);
--- pair: a table takes the name of an index
--- from
CREATE TABLE t (n integer);
CREATE INDEX i ON t (n);
--- to
CREATE TABLE t (n integer CHECK (n > 0));
CREATE TABLE i (n integer);
--- pair: a table becomes a view
--- from
CREATE TABLE t (n integer);
CREATE TABLE v (n integer);
CREATE INDEX i ON v (n);
CREATE TRIGGER tr AFTER INSERT ON v BEGIN SELECT 1; END;
--- to
CREATE TABLE t (n integer);
CREATE VIEW v AS SELECT n FROM t;
CREATE TRIGGER tr INSTEAD OF INSERT ON v BEGIN SELECT 1; END;
--- rows
INSERT INTO v VALUES (1);
--- loses: the table v
--- pair: a name is that of a table, of a trigger, of a column
--- from
CREATE TABLE t (t integer, u integer);
CREATE TRIGGER t AFTER INSERT ON t BEGIN UPDATE t SET t = new.t; END;
--- to
CREATE TABLE t (t integer);
CREATE TRIGGER t AFTER INSERT ON t BEGIN UPDATE t SET t = new.t; END;
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT t FROM t
--- loses: the column t.u
--- pair: CREATE TABLE AS, changed
--- from
CREATE TABLE t AS SELECT 1 AS a, 'x' AS b, 1.5 AS "c d";
--- to
CREATE TABLE t (a integer PRIMARY KEY, b, "c d" real);
--- keeps
SELECT a, b, "c d" FROM t
--- pair: long types and constraints with names
--- from
CREATE TABLE t (a decimal(10, 2) CONSTRAINT a_null NULL, b varchar(255) CONSTRAINT b_must NOT NULL CONSTRAINT b_one UNIQUE, c "my type"(3));
--- to
CREATE TABLE t (a decimal(12, 2) CONSTRAINT a_null NULL, b varchar(255) CONSTRAINT b_must NOT NULL CONSTRAINT b_two UNIQUE, c "my type"(3));
--- rows
INSERT INTO t VALUES (1.25, 'x', 3);
--- keeps
SELECT a, b, c FROM t
--- pair: constraints without commas
--- from
CREATE TABLE t (a integer, b integer, CHECK (a > 0) CHECK (b > 0));
--- to
CREATE TABLE t (a integer, b integer, CHECK (a > 0) CHECK (b > 0) CHECK (a < b));
--- rows
INSERT INTO t VALUES (1, 2);
--- keeps
SELECT a, b FROM t
--- pair: an old name is in the way
--- from
CREATE TABLE t (n integer);
CREATE VIEW new_t AS SELECT 1;
CREATE TABLE _new_t (n integer);
CREATE INDEX __new_t ON _new_t (n);
--- to
CREATE TABLE t (n integer CHECK (n > 0));
CREATE VIEW new_t AS SELECT 1;
CREATE TABLE _new_t (n integer);
CREATE INDEX __new_t ON _new_t (n);
