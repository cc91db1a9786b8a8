package postgres_test

import (
	"context"
	"strings"
	"testing"

	"revise/drivers"
)

// With the lock the driver knows that usual statements leave a session clean. These do not, by whatever they call; each also with the usual ones around.
func TestQuietSession(t *testing.T) {
	const path = "SELECT current_setting('search_path') = '\"$user\", public'"
	const mine = "SELECT coalesce(current_setting('my.own', true), '') = ''"
	const temp = "SELECT count(*) = 0 FROM pg_class WHERE relpersistence = 't' AND relname NOT LIKE 'pg_%'"
	const locks = "SELECT count(*) = 1 FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
	body := func(name, returns, text string) string {
		return "CREATE FUNCTION " + name + "() RETURNS " + returns + " LANGUAGE plpgsql AS $$ BEGIN " + text + " RETURN NULL; END $$"
	}
	trigger := "CREATE TRIGGER tr AFTER INSERT ON t EXECUTE FUNCTION f()"
	for name, c := range map[string]struct {
		before []string // another session has done
		do     []string
		clean  string
	}{
		"nothing":               {nil, []string{"UPDATE t SET n = 1"}, path},
		"SET":                   {nil, []string{"SET search_path = pg_catalog"}, path},
		"set_config":            {nil, []string{"SELECT set_config('search_path', 'pg_catalog', false)"}, path},
		"within an INSERT":      {nil, []string{"INSERT INTO t SELECT length(pg_catalog.SET_CONFIG('my.own', 'x', false))"}, mine},
		"by a quoted name":      {nil, []string{`INSERT INTO t SELECT length("set_config"('my.own', 'x', false))`}, mine},
		"by an escaped name":    {nil, []string{`INSERT INTO t SELECT length(U&"s\0065t_config"('my.own', 'x', false))`}, mine},
		"in a default":          {nil, []string{"ALTER TABLE t ADD COLUMN s text DEFAULT set_config('my.own', 'x', false)"}, mine},
		"in a text that is run": {nil, []string{"INSERT INTO t SELECT length(query_to_xml('SELECT set' || '_config(''my.own'', ''x'', false)', true, true, '')::text)"}, mine},
		"a function that is there": {
			[]string{body("f", "trigger", "PERFORM set_config('my.own', 'x', false);"), trigger}, []string{"INSERT INTO t VALUES (1)"}, mine},
		"a function of SET":  {[]string{body("f", "trigger", "SET my.own = 'x';"), trigger}, []string{"INSERT INTO t VALUES (1)"}, mine},
		"a dynamic function": {[]string{body("f", "trigger", "EXECUTE 'SE' || 'T my.own = 1';"), trigger}, []string{"INSERT INTO t VALUES (1)"}, mine},
		"a function in SQL":  {[]string{"CREATE FUNCTION g() RETURNS text BEGIN ATOMIC SELECT set_config('my.own', 'x', false); END"}, []string{"SELECT g()"}, mine},
		"a new name for one": {
			[]string{"CREATE FUNCTION g(text, text, boolean) RETURNS text LANGUAGE internal AS 'set_config_by_name'"}, []string{"SELECT g('my.own', 'x', false)"}, mine},
		"a function made on the way": {nil, []string{body("f", "trigger", "SET my.own = 'x';"), trigger, "INSERT INTO t VALUES (1)"}, mine},
		"made in SQL on the way":     {nil, []string{"CREATE FUNCTION g() RETURNS text RETURN set_config('my.own', 'x', false)", "SELECT g()"}, mine},
		"made by DO": {nil, []string{"DO $do$ BEGIN EXECUTE 'CREATE FUNCTION g() RETURNS text LANGUAGE sql AS $$ SELECT set' || '_config(''my.own'', ''x'', false) $$'; END $do$",
			"SELECT g()"}, mine},
		"an event trigger": {
			[]string{"CREATE FUNCTION f() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN SET my.own = 'x'; END $$", "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION f()"},
			[]string{"CREATE TABLE u (n integer)"}, mine},
		"the view of all settings": {nil, []string{"UPDATE pg_settings SET setting = 'pg_catalog' WHERE name = 'search_path'"}, path},
		"a default that is there": {
			[]string{"CREATE TABLE w (s text DEFAULT set_config('my.own', 'x', false))"}, []string{"INSERT INTO w DEFAULT VALUES"}, mine},
		"a view that is there": {
			[]string{"CREATE VIEW w AS SELECT set_config('my.own', 'x', false) AS s"}, []string{"INSERT INTO t SELECT length(s) FROM w"}, mine},
		"a view of settings": {
			[]string{"CREATE VIEW w AS SELECT * FROM pg_settings"}, []string{"UPDATE w SET setting = 'pg_catalog' WHERE name = 'search_path'"}, path},
		"a rule that is there": {
			[]string{"CREATE RULE r AS ON INSERT TO t DO ALSO SELECT set_config('my.own', 'x', false)"}, []string{"INSERT INTO t VALUES (1)"}, mine},
		"a check that is there": {
			[]string{"CREATE TABLE w (s text CHECK (set_config('my.own', s, false) <> ''))"}, []string{"INSERT INTO w VALUES ('x')"}, mine},
		"a temporary table":        {nil, []string{"CREATE TEMP TABLE x (n integer)"}, temp},
		"by another name":          {nil, []string{"CREATE TABLE pg_temp.x (n integer)"}, temp},
		"by a query":               {nil, []string{"SELECT 1 AS n INTO TEMPORARY x"}, temp},
		"a function's":             {[]string{body("f", "trigger", "CREATE TEMP TABLE x (n integer);"), trigger}, []string{"INSERT INTO t VALUES (1)"}, temp},
		"an advisory lock":         {nil, []string{"INSERT INTO t SELECT pg_advisory_lock(7)::text::integer FROM t WHERE false", "SELECT pg_advisory_lock(7)"}, locks},
		"a prepared statement":     {nil, []string{"PREPARE p AS SELECT 1"}, "SELECT count(*) = 0 FROM pg_prepared_statements"},
		"a listening channel":      {[]string{body("f", "trigger", "LISTEN x;"), trigger}, []string{"INSERT INTO t VALUES (1)"}, "SELECT count(*) = 0 FROM pg_listening_channels()"},
		"the role":                 {nil, []string{"SET ROLE pg_monitor"}, "SELECT current_user = session_user"},
		"a function that is usual": {[]string{body("f", "trigger", "NEW.n := 1;"), trigger}, []string{"INSERT INTO t VALUES (1)"}, path},
	} {
		t.Run(strings.ReplaceAll(name, " ", "_"), func(t *testing.T) {
			t.Parallel()
			addr := fresh(t, "")
			other, _ := open(t, addr)
			run(t, other, batch(true, append([]string{"CREATE TABLE t (n integer)"}, c.before...)...))
			for _, around := range []bool{false, true} {
				conn, _ := open(t, addr)
				if err := conn.TryLock(context.Background(), "k", ""); err != nil {
					t.Fatal(err)
				}
				do := c.do
				if around {
					do = append(append([]string{"CREATE TABLE v (n integer)"}, do...), "SELECT 1")
				}
				b := batch(true, append([]string{"SAVEPOINT s"}, do...)...)
				b.Statements[0].Own = true // it says nothing of the session
				check := drivers.Statement{Text: c.clean, Check: true}
				b.Tail = []drivers.Statement{}
				if c.clean != path && c.clean != temp && c.clean != locks && !strings.Contains(c.clean, "_prepared_") && !strings.Contains(c.clean, "_channels") {
					own := check
					own.Own = true
					b.Tail = append(b.Tail, own)
				}
				if p, err := conn.Exec(context.Background(), []drivers.Batch{b, {Atomic: true, Statements: []drivers.Statement{check}}}); err != nil {
					t.Errorf("around %v: at %+v: %v", around, p, err)
				}
				run(t, other, batch(true, "DROP TABLE IF EXISTS u, q, v", "DO $$ BEGIN EXECUTE coalesce((SELECT CASE relkind WHEN 'v' THEN 'DROP VIEW w' ELSE 'DROP TABLE w' END FROM pg_class WHERE relname = 'w'), 'SELECT 1'); END $$", "DROP RULE IF EXISTS r ON t", "DROP FUNCTION IF EXISTS g()", "DROP FUNCTION IF EXISTS f() CASCADE", "ALTER TABLE t DROP COLUMN IF EXISTS s"))
				if len(c.before) > 0 {
					run(t, other, batch(true, append([]string{"DROP FUNCTION IF EXISTS g(text, text, boolean)"}, c.before...)...))
				}
				if err := conn.Unlock(context.Background(), "k"); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// lastval knows nothing of what a batch before has taken.
func TestSequencesAreForgotten(t *testing.T) {
	conn, _ := open(t, fresh(t, ""))
	if err := conn.TryLock(context.Background(), "k", ""); err != nil {
		t.Fatal(err)
	}
	tailed := batch(true, "CREATE TABLE q (n serial)", "INSERT INTO q DEFAULT VALUES")
	tailed.Tail = []drivers.Statement{{Text: "SELECT 1", Own: true}}
	p, err := conn.Exec(context.Background(), []drivers.Batch{tailed, batch(true, "SELECT lastval()")})
	if err == nil || !strings.Contains(err.Error(), "lastval is not yet defined") {
		t.Errorf("got %+v, %v", p, err)
	}
}

// A default that one batch has made is called by another.
func TestQuietLater(t *testing.T) {
	addr := fresh(t, "")
	for name, made := range map[string]string{
		"default": "CREATE TABLE w (s text DEFAULT set_config('my.own', 'x', false))",
		"rule":    "CREATE RULE r AS ON INSERT TO w DO ALSO SELECT set_config('my.own', 'x', false)",
	} {
		conn, _ := open(t, addr)
		if err := conn.TryLock(context.Background(), "k", ""); err != nil {
			t.Fatal(err)
		}
		run(t, conn, batch(true, "DROP TABLE IF EXISTS w", "CREATE TABLE IF NOT EXISTS v (s text)"))
		first := batch(true, made)
		if name == "rule" {
			first = batch(true, "CREATE TABLE w (s text)", made)
		}
		check := drivers.Statement{Text: "SELECT coalesce(current_setting('my.own', true), '') = ''", Check: true}
		if p, err := conn.Exec(context.Background(), []drivers.Batch{first, batch(true, "INSERT INTO w DEFAULT VALUES"), {Atomic: true, Statements: []drivers.Statement{check}}}); err != nil {
			t.Errorf("%s: at %+v: %v", name, p, err)
		}
		if err := conn.Unlock(context.Background(), "k"); err != nil {
			t.Fatal(err)
		}
	}
}
