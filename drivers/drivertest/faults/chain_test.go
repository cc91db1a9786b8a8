package faults_test

import (
	"fmt"
	"strings"
)

// A part is one revision of the chain: its statements, with marks and counters that show a statement that is lost or doubled.
type part struct {
	id       string
	off      bool
	up, down []string
}

func (p part) file(parent string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "-- revision: %s\n-- revises: %s\n-- message: part %[1]s\n", p.id, parent)
	if p.off {
		b.WriteString("-- transaction: off\n")
	}
	write := func(list []string) {
		for _, s := range list {
			b.WriteString(s)
			if !strings.HasSuffix(s, "\\.") {
				b.WriteString(";")
			}
			b.WriteString("\n")
		}
	}
	b.WriteString("-- +upgrade\n")
	write(p.up)
	b.WriteString("-- +downgrade\n")
	write(p.down)
	return b.String()
}

// mark is a row that a statement leaves, in a table that takes any number of the same.
func mark(m string) string { return "INSERT INTO marks VALUES ('" + m + "')" }

const count = "UPDATE counter SET n = n + 1"

func chainFor(kind string) []part {
	switch kind {
	case "postgres":
		return []part{
			{id: "r1", up: []string{"CREATE TABLE marks (m text)", "CREATE TABLE counter (n integer NOT NULL)", "INSERT INTO counter VALUES (0)", mark("r1:4"),
				"CREATE FUNCTION bump(t text) RETURNS void LANGUAGE plpgsql AS $$ BEGIN UPDATE counter SET n = n + 1; INSERT INTO marks VALUES (t); END $$"},
				down: []string{"DROP FUNCTION bump(text)", "DROP TABLE counter", "DROP TABLE marks"}},
			{id: "r2", up: []string{"CREATE TABLE a (id integer PRIMARY KEY, x integer)", count, "INSERT INTO a SELECT g, g FROM generate_series(1, 50) g",
				"CREATE INDEX a_x ON a (x)", "SELECT pg_sleep(0.01)", "SELECT bump('r2:6')"}, down: []string{count, "DROP TABLE a"}},
			{id: "r3", off: true, up: []string{"CREATE TABLE b (x integer, y integer)", "INSERT INTO b SELECT g, g FROM generate_series(1, 500) g",
				"CREATE INDEX CONCURRENTLY b_x ON b (x)", count, mark("r3:5"), "DO $$ BEGIN PERFORM bump('r3:6'); END $$", "VACUUM b",
				"ALTER TABLE b ADD COLUMN z integer DEFAULT 1", "DROP INDEX CONCURRENTLY b_x", "CREATE UNIQUE INDEX CONCURRENTLY b_y ON b (y)", count},
				down: []string{count, "DROP INDEX CONCURRENTLY b_y", mark("r3:down"), "DROP TABLE b"}},
			{id: "r4", up: []string{"CREATE FUNCTION noted() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO marks VALUES ('by trigger'); RETURN NEW; END $$",
				"CREATE TRIGGER noted BEFORE INSERT ON a FOR EACH ROW EXECUTE FUNCTION noted()", "INSERT INTO a VALUES (51, 51)", count},
				down: []string{"DROP TRIGGER noted ON a", "DROP FUNCTION noted()", "DELETE FROM a WHERE id = 51"}},
			{id: "r5", up: []string{"COPY marks (m) FROM stdin;\nr5:1\nr5:1\n\\.", "ALTER TABLE a RENAME COLUMN x TO xx", "CREATE VIEW v AS SELECT xx FROM a", count},
				down: []string{"DROP VIEW v", "ALTER TABLE a RENAME COLUMN xx TO x", mark("r5:down")}},
		}
	case "sqlite":
		return []part{
			{id: "r1", up: []string{"CREATE TABLE marks (m text)", "CREATE TABLE counter (n integer NOT NULL)", "INSERT INTO counter VALUES (0)", mark("r1:4")},
				down: []string{"DROP TABLE counter", "DROP TABLE marks"}},
			{id: "r2", up: []string{"CREATE TABLE a (id integer PRIMARY KEY, x integer)", count, numbers("a"), "CREATE INDEX a_x ON a (x)", mark("r2:5")},
				down: []string{count, "DROP TABLE a"}},
			{id: "r3", off: true, up: []string{"CREATE TABLE b (id integer PRIMARY KEY, x integer)", numbers("b"), count, "VACUUM", mark("r3:5"), "ALTER TABLE b ADD COLUMN z integer DEFAULT 1",
				"PRAGMA user_version = 7", count, "CREATE INDEX b_x ON b (x)", mark("r3:10")},
				down: []string{count, "DROP INDEX b_x", "VACUUM", mark("r3:down"), "DROP TABLE b"}},
			{id: "r4", up: []string{"CREATE TRIGGER noted AFTER INSERT ON a BEGIN INSERT INTO marks VALUES ('by trigger'); UPDATE counter SET n = n + 1; END", "INSERT INTO a VALUES (5001, 1)", count},
				down: []string{"DROP TRIGGER noted", "DELETE FROM a WHERE id = 5001"}},
			{id: "r5", up: []string{"ALTER TABLE a RENAME COLUMN x TO xx", "CREATE VIEW v AS SELECT xx FROM a", count, mark("r5:4")},
				down: []string{"DROP VIEW v", "ALTER TABLE a RENAME COLUMN xx TO x", mark("r5:down")}},
		}
	}
	return []part{
		{id: "r1", up: []string{"CREATE TABLE marks (m VARCHAR(20))", "CREATE TABLE counter (n INT NOT NULL)", "INSERT INTO counter VALUES (0)", mark("r1:4"),
			"CREATE PROCEDURE bump(IN t VARCHAR(20)) BEGIN INSERT INTO marks VALUES (t); END"},
			down: []string{"DROP PROCEDURE bump", "DROP TABLE counter", "DROP TABLE marks"}},
		{id: "r2", up: []string{"CREATE TABLE a (id INT PRIMARY KEY, x INT)", count, "INSERT INTO a (id, x) VALUES (1, 1), (2, 2), (3, 3)", "CREATE INDEX a_x ON a (x)",
			"CALL bump('r2:5')", "ALTER TABLE a ADD COLUMN y INT, ADD COLUMN z INT", "SELECT SLEEP(0.01)", count},
			down: []string{count, "DROP TABLE a"}},
		{id: "r3", up: []string{"CREATE TRIGGER noted BEFORE INSERT ON a FOR EACH ROW BEGIN INSERT INTO marks VALUES ('by trigger'); END", "INSERT INTO a (id, x) VALUES (4, 4), (5, 5)",
			"ALTER TABLE a CHANGE y yy BIGINT", "CREATE TABLE b (x INT, y INT, KEY b_y (y))", "RENAME TABLE b TO bb", "DROP INDEX b_y ON bb", count, "CREATE VIEW v AS SELECT yy FROM a", mark("r3:9")},
			down: []string{"DROP VIEW v", count, "DROP TABLE bb", "ALTER TABLE a CHANGE yy y INT", "DELETE FROM a WHERE x > 3", "DROP TRIGGER noted", mark("r3:down")}},
		{id: "r4", up: []string{"START TRANSACTION", count, mark("r4:3"), "COMMIT", "ALTER TABLE a MODIFY z BIGINT", "CREATE FUNCTION uno() RETURNS INT DETERMINISTIC RETURN 1",
			"UPDATE counter SET n = n + uno()", "CREATE TABLE c (x INT PRIMARY KEY)", "INSERT INTO c VALUES (1)", "ALTER TABLE c DROP PRIMARY KEY"},
			down: []string{"DROP TABLE c", "DROP FUNCTION uno", count}},
		{id: "r5", up: []string{"ALTER TABLE a RENAME TO aa", count, "ALTER TABLE aa DROP INDEX a_x", "ALTER TABLE aa ADD CONSTRAINT u UNIQUE (x)", mark("r5:5")},
			down: []string{"ALTER TABLE aa DROP INDEX u", "ALTER TABLE aa ADD INDEX a_x (x)", "ALTER TABLE aa RENAME TO a", mark("r5:down")}},
	}
}

func numbers(table string) string {
	return "INSERT INTO " + table + " WITH RECURSIVE g (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM g WHERE n < 2000) SELECT n, n FROM g"
}

// took are queries that say of the statements that nobody but a person can look up whether they took effect, by revision and number.
func took(kind string) map[string]string {
	switch kind {
	case "postgres":
		return map[string]string{"r3:6": "SELECT count(*) FROM marks WHERE m = 'r3:6'"}
	case "sqlite":
		return nil
	}
	return map[string]string{"r2:5": "SELECT COUNT(*) FROM marks WHERE m = 'r2:5'"}
}

// pictures are queries that together show all of a database: schema, data, and the ledger but for times.
func pictures(kind string) []string {
	ledger := []string{
		"SELECT revision, state, statements_done, statement_begun, statements_total, identity_sum, done_sum, statement_sums FROM schema_revisions ORDER BY revision",
		"SELECT action, revision, count(*) FROM schema_revisions_log WHERE action IN ('upgrade', 'downgrade') GROUP BY action, revision ORDER BY action, revision",
	}
	switch kind {
	case "postgres":
		return append(ledger,
			"SELECT table_name, column_name, ordinal_position, data_type, column_default, is_nullable FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'schema_rev%' ORDER BY 1, 3",
			"SELECT i.relname, pg_get_indexdef(x.indexrelid), x.indisvalid FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE i.relnamespace = 'public'::regnamespace ORDER BY 1",
			"SELECT proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace ORDER BY 1", "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
			"SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'", "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())")
	case "sqlite":
		return append(ledger, "SELECT type, name, sql FROM sqlite_schema ORDER BY type, name", "PRAGMA user_version", "PRAGMA integrity_check")
	}
	return append(ledger,
		"SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_TYPE, IS_NULLABLE, COLUMN_KEY FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1, 3",
		"SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1, 2, 3",
		"SELECT ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1",
		"SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1",
		"SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1")
}
