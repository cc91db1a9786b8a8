package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"revise/cli"
	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest/servers"
)

// An office runs revise on databases of a kind, online and by scripts for the kind's own client.
type office struct {
	t      *testing.T
	kind   string
	server string // URL of the server; "" for SQLite
	client []string
	dir    string // of the revisions
}

// inOffices runs a test for each kind of database, with the revisions that all of them can have.
func inOffices(t *testing.T, test func(t *testing.T, o *office)) {
	for _, kind := range []string{"sqlite", servers.Postgres, servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			o := &office{t: t, kind: kind, dir: "../testdata/offline"}
			if kind == "sqlite" {
				o.client = []string{servers.Shell(t)}
			} else {
				o.server, o.client = servers.URL(t, kind), servers.Client(t, kind)
			}
			test(t, o)
		})
	}
}

// revise runs the command line on a database.
func (o *office) revise(db string, args ...string) (code int, stdout, stderr string) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 2*time.Minute)
	defer cancel()
	var out, err bytes.Buffer
	code = cli.Main(ctx, cli.World{
		Env:  []string{"REVISE_KEEP_SCHEMA=false"}, // a script does not
		Args: append(args, "--revisions", o.dir, "--database-url", db), Drivers: all.Drivers(), Version: "test", In: strings.NewReader(""), Out: &out, Err: &err,
	})
	return code, out.String(), err.String()
}

func (o *office) fresh() string {
	if o.server == "" {
		return "sqlite:" + filepath.Join(o.t.TempDir(), "app.db")
	}
	options := ""
	if o.kind != servers.Postgres {
		options = " CHARACTER SET utf8mb4"
	}
	return emptyDatabase(o.t, o.server, options)
}

// play runs a script with the client, as its first lines say.
func (o *office) play(db, script string) (output string, err error) {
	o.t.Helper()
	args, env := append([]string{}, o.client...), os.Environ()
	switch o.kind {
	case servers.Postgres:
		file := filepath.Join(o.t.TempDir(), "script.sql")
		if err := os.WriteFile(file, []byte(script), 0o666); err != nil {
			o.t.Fatal(err)
		}
		args = append(args, "-f", file, db)
	case "sqlite":
		args = append(args, strings.TrimPrefix(db, "sqlite:"))
	default:
		u, err := url.Parse(db)
		if err != nil {
			o.t.Fatal(err)
		}
		password, _ := u.User.Password()
		env = append(env, "MYSQL_PWD="+password)
		args = append(args, "--comments", "--protocol=tcp", "--host="+u.Hostname(), "--port="+u.Port(), "--user="+u.User.Username(), strings.TrimPrefix(u.Path, "/"))
	}
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = env
	if o.kind != servers.Postgres {
		cmd.Stdin = strings.NewReader(script)
	}
	text, err := cmd.CombinedOutput()
	return string(text), err
}

// picture is all that is in a database, but for times.
func (o *office) picture(db string) string {
	o.t.Helper()
	driver, addr, err := all.Drivers().Locate(db, drivers.Address{}, "")
	if err != nil {
		o.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(o.t.Context(), time.Minute)
	defer cancel()
	conn, err := driver.Open(ctx, addr, drivers.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	defer conn.Close(ctx)
	var b strings.Builder
	for _, q := range append([]string{
		"SELECT revision, message, state, statements_done, statement_begun, begun_joined, statements_total, statement_sums, identity_sum, done_sum, byte_sum, downgrade, db_user, os_user, host, tool FROM schema_revisions ORDER BY revision",
		"SELECT action, revision, message, statements_done, statements_total, identity_sum, error, db_user, os_user, host, tool FROM schema_revisions_log ORDER BY id",
		"SELECT m FROM marks ORDER BY m",
	}, o.schema()...) {
		rows, err := conn.Query(ctx, q)
		if err != nil {
			fmt.Fprintf(&b, "no table\n")
			continue
		}
		for _, r := range rows {
			fmt.Fprintf(&b, "%q\n", r)
		}
	}
	return b.String()
}

// query returns the first column of a query's rows.
func (o *office) query(db, sql string) string {
	o.t.Helper()
	driver, addr, err := all.Drivers().Locate(db, drivers.Address{}, "")
	if err != nil {
		o.t.Fatal(err)
	}
	conn, err := driver.Open(o.t.Context(), addr, drivers.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	defer conn.Close(o.t.Context())
	rows, err := conn.Query(o.t.Context(), sql)
	if err != nil {
		o.t.Fatal(err)
	}
	var list []string
	for _, r := range rows {
		list = append(list, r[0])
	}
	return strings.Join(list, " ")
}

func (o *office) schema() []string {
	switch o.kind {
	case servers.Postgres:
		return []string{
			"SELECT table_schema, table_name, column_name, ordinal_position, data_type, column_default, is_nullable FROM information_schema.columns WHERE table_schema NOT LIKE 'pg_%' AND table_schema <> 'information_schema' ORDER BY 1, 2, 4",
			"SELECT pg_get_indexdef(x.indexrelid), x.indisvalid FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_namespace n ON n.oid = i.relnamespace WHERE n.nspname NOT LIKE 'pg_%' ORDER BY 1",
			"SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace::regnamespace::text NOT IN ('pg_catalog', 'information_schema') ORDER BY 1",
			"SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1",
			"SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
		}
	case "sqlite":
		return []string{"SELECT type, name, sql FROM sqlite_schema ORDER BY type, name", "PRAGMA user_version", "PRAGMA foreign_key_check"}
	}
	return []string{
		"SELECT TABLE_NAME, COLUMN_NAME, ORDINAL_POSITION, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, COLUMN_KEY, COLLATION_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1, 3",
		"SELECT TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1, 2, 3",
		"SELECT ROUTINE_NAME, ROUTINE_TYPE, ROUTINE_DEFINITION, SQL_MODE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() ORDER BY 1",
		"SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_STATEMENT, SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = DATABASE() ORDER BY 1",
		"SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY 1",
	}
}

// TestOffline: a script, run with the database's own client, leaves schema, data and ledger as the run itself does; in a database that is elsewhere it changes
// nothing and the client fails.
func TestOffline(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		for _, way := range offlineWays {
			o.compare(way)
		}
		o.elsewhere()
		o.unknown()
		o.locked()
		if o.kind == "sqlite" || o.kind == servers.Postgres {
			o.single()
		}
	})
}

// A way is commands one after the other, each from where the one before ends: "up base:m4" is run up m4 online.
var offlineWays = [][]string{
	{"up base:heads", "down heads:base", "up base:heads"},
	{"up base:b2", "up b2:m4", "up m4:o5", "up o5:heads", "down o5,x2:x2@-1", "down o5,x1:m4", "down m4,x1:b2", "down b2,c3,x1:x1@base"},
	{"up base:x2", "up x2:heads", "down heads:x1@base", "down o5:a1"},
	{"up base:a1", "stamp a1:heads", "stamp heads:m4", "stamp m4,x2:c3"},
	{"up base:m4", "stamp m4:b2", "stamp b2,c3:heads", "stamp heads:base", "stamp base:c3"},
}

func (o *office) compare(way []string) {
	online, offline := o.fresh(), o.fresh()
	for _, command := range way {
		verb, ends, _ := strings.Cut(command, " ")
		_, to, _ := strings.Cut(ends, ":")
		code, script, stderr := o.revise(offline, "run", verb, ends, "--sql")
		if code != 0 {
			o.t.Fatalf("%v, %s --sql: exit %d\n%s", way, command, code, stderr)
		}
		if code, _, stderr := o.revise(online, "run", verb, to); code != 0 {
			o.t.Fatalf("%v, %s online: exit %d\n%s", way, command, code, stderr)
		}
		if output, err := o.play(offline, script); err != nil {
			o.t.Fatalf("%v, %s: %v\n%s\n%s", way, command, err, output, script)
		}
		if got, want := o.picture(offline), o.picture(online); got != want {
			o.t.Fatalf("%v, %s: %s\n%s", way, command, firstDifference(got, want), script)
		}
	}
}

// single compares runs in one transaction with scripts that are one.
func (o *office) single() {
	online, offline := o.fresh(), o.fresh()
	for _, command := range [][3]string{{"up", "base", "m4"}, {"up", "m4", "x1"}, {"down", "m4,x1", "base"}} {
		code, script, stderr := o.revise(offline, "run", command[0], command[1]+":"+command[2], "--sql", "--single-transaction")
		if code != 0 {
			o.t.Fatalf("%v: exit %d\n%s", command, code, stderr)
		}
		if code, _, stderr := o.revise(online, "run", command[0], command[2], "--single-transaction"); code != 0 {
			o.t.Fatalf("%v: exit %d\n%s", command, code, stderr)
		}
		if output, err := o.play(offline, script); err != nil {
			o.t.Fatalf("%v: %v\n%s\n%s", command, err, output, script)
		}
		if got, want := o.picture(offline), o.picture(online); got != want {
			o.t.Fatalf("%v: %s\n%s", command, firstDifference(got, want), script)
		}
	}
}

func (o *office) elsewhere() {
	script := func(args ...string) string {
		code, text, stderr := o.revise(o.fresh(), append([]string{"run"}, append(args, "--sql")...)...)
		if code != 0 {
			o.t.Fatalf("%v: exit %d\n%s", args, code, stderr)
		}
		return text
	}
	for _, c := range []struct {
		at   string
		args []string
	}{
		{"", []string{"up", "b2:m4"}}, {"", []string{"down", "m4:b2"}}, {"", []string{"stamp", "b2:m4"}},
		{"b2", []string{"up", "base:m4"}}, {"m4", []string{"up", "b2:m4"}}, {"c3", []string{"up", "b2:m4"}}, {"heads", []string{"down", "m4:base"}},
		{"a1", []string{"down", "b2:base"}}, {"x1", []string{"stamp", "base:heads"}},
	} {
		db := o.fresh()
		name := strings.TrimPrefix(db[strings.LastIndex(db, "/"):], "/")
		text := script(c.args...)
		if o.kind == servers.MariaDB || o.kind == servers.MySQL { // the script is for the database that it names
			code, made, stderr := o.revise(db, append([]string{"run"}, append(c.args, "--sql")...)...)
			if code != 0 || !strings.Contains(made, name) {
				o.t.Fatalf("exit %d\n%s", code, stderr)
			}
			text = made
		}
		if c.at != "" {
			if code, _, stderr := o.revise(db, "run", "up", c.at); code != 0 {
				o.t.Fatalf("exit %d\n%s", code, stderr)
			}
		}
		before := o.picture(db)
		output, err := o.play(db, text)
		if err == nil || !strings.Contains(output, "this script begins at ") {
			o.t.Errorf("%v on a database at %q: %v\n%s", c.args, c.at, err, output)
		}
		if after := o.picture(db); after != before {
			o.t.Errorf("%v on a database at %q: %s", c.args, c.at, firstDifference(after, before))
		}
	}
}

// refused plays a script that must change nothing, and fail with these words.
func (o *office) refused(db, script, words string) {
	o.t.Helper()
	before := o.picture(db)
	output, err := o.play(db, script)
	if err == nil || !strings.Contains(output, words) {
		o.t.Errorf("%v, want a failure that says %q\n%s", err, words, output)
	}
	if after := o.picture(db); after != before {
		o.t.Error(firstDifference(after, before))
	}
}

// sql writes a script for a database.
func (o *office) sql(db string, args ...string) string {
	o.t.Helper()
	code, script, stderr := o.revise(db, append([]string{"run"}, append(args, "--sql")...)...)
	if code != 0 {
		o.t.Fatalf("%v --sql: exit %d\n%s", args, code, stderr)
	}
	return script
}

// unknown: the database has one more revision, which no file of the script's defines.
func (o *office) unknown() {
	more := &office{t: o.t, kind: o.kind, server: o.server, dir: o.t.TempDir()}
	if err := os.CopyFS(more.dir, os.DirFS(o.dir)); err != nil {
		o.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(more.dir, "z9.sql"), []byte("-- revision: z9\n-- revises: a1\n-- +upgrade\n"), 0o666); err != nil {
		o.t.Fatal(err)
	}
	db := o.fresh()
	if code, _, stderr := more.revise(db, "run", "up", "z9"); code != 0 {
		o.t.Fatalf("exit %d\n%s", code, stderr)
	}
	for _, args := range [][]string{{"up", "a1:b2"}, {"down", "a1:base"}, {"stamp", "a1:b2"}, {"up", "base:a1"}} {
		o.refused(db, o.sql(db, args...), "this script begins at ")
	}
}

// locked: another run is at work. On SQLite a script takes no lock.
func (o *office) locked() {
	if o.kind == "sqlite" {
		return
	}
	db := o.fresh()
	if code, _, stderr := o.revise(db, "run", "up", "a1"); code != 0 {
		o.t.Fatalf("exit %d\n%s", code, stderr)
	}
	driver, addr, err := all.Drivers().Locate(db, drivers.Address{}, "")
	if err != nil {
		o.t.Fatal(err)
	}
	conn, err := driver.Open(o.t.Context(), addr, drivers.Options{})
	if err != nil {
		o.t.Fatal(err)
	}
	defer conn.Close(context.WithoutCancel(o.t.Context()))
	schema := conn.Facts().Schema
	if err := conn.TryLock(o.t.Context(), schema+".schema_revisions", ""); err != nil {
		o.t.Fatal(err)
	}
	for _, args := range [][]string{{"up", "a1:b2"}, {"down", "a1:base"}, {"stamp", "a1:b2"}} {
		o.refused(db, o.sql(db, args...), "another run holds the lock: nothing was changed")
	}
}

// A script that fails leaves what a run that fails there leaves, and a run goes on from it.
func TestOfflineFailure(t *testing.T) {
	inOffices(t, func(t *testing.T, o *office) {
		o.dir = t.TempDir()
		files := map[string]string{
			"a1": "-- revision: a1\n-- +upgrade\nCREATE TABLE marks (m VARCHAR(20));\nINSERT INTO marks VALUES ('a1');\n",
			"b2": "-- revision: b2\n-- revises: a1\n-- +upgrade\nINSERT INTO marks VALUES ('b2');\nINSERT INTO missing VALUES (2);\n",
			"c3": "-- revision: c3\n-- revises: b2\n-- +upgrade\nINSERT INTO marks VALUES ('c3');\n-- +verify\nSELECT count(*) = 7 FROM marks;\n",
			"d4": "-- revision: d4\n-- revises: c3\n-- transaction: off\n-- +upgrade\nINSERT INTO marks VALUES ('d4');\nINSERT INTO missing VALUES (4);\n",
			"e5": "-- revision: e5\n-- revises: d4\n-- +upgrade\nINSERT INTO marks VALUES ('e5');\n",
		}
		write := func(id, old, now string) {
			files[id] = strings.ReplaceAll(files[id], old, now)
			if err := os.WriteFile(filepath.Join(o.dir, id+".sql"), []byte(files[id]), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for id := range files {
			write(id, "", "")
		}
		db := o.fresh()
		fails := func(ends, want string) {
			t.Helper()
			code, script, stderr := o.revise(db, "run", "up", ends, "--sql")
			if code != 0 {
				t.Fatalf("%s --sql: exit %d\n%s", ends, code, stderr)
			}
			if output, err := o.play(db, script); err == nil || !strings.Contains(output, want) {
				t.Fatalf("%s: %v\n%s\n%s", ends, err, output, script)
			}
		}
		goesOn := func(target string) {
			t.Helper()
			code, stdout, stderr := o.revise(db, "run", "up", target)
			if code == 5 { // who plays a script writes down what is begun, and not that it failed
				if code, stdout, stderr = o.revise(db, "run", "resolve", "--not-done"); code == 0 {
					code, stdout, stderr = o.revise(db, "run", "up", target)
				}
			}
			if code != 0 {
				t.Fatalf("run up %s: exit %d\n%s%s", target, code, stdout, stderr)
			}
		}
		fails("base:head", "missing")
		write("b2", "missing VALUES (2)", "marks VALUES ('b2, too')")
		goesOn("b2")
		fails("b2:head", "must hold, and does not")
		write("c3", "= 7", "= 4")
		goesOn("c3")
		fails("c3:head", "missing")
		for _, ends := range []string{"c3:head", "d4:head", "base:head"} { // it stands half-way
			o.refused(db, o.sql(db, "up", ends), "this script begins at ")
		}
		write("d4", "missing VALUES (4)", "marks VALUES ('d4, too')")
		goesOn("head")
		_, script, _ := o.revise(db, "run", "up", "e5:head", "--sql")
		if output, err := o.play(db, script); err != nil || !strings.Contains(output, "the database is at e5") {
			t.Errorf("%v\n%s", err, output)
		}
		if got := o.query(db, "SELECT m FROM marks ORDER BY m"); got != "a1 b2 b2, too c3 d4 d4, too e5" {
			t.Errorf("marks holds %q", got)
		}
	})
}

// What a client would change is refused where the script is written, with its place.
func TestOfflineRefused(t *testing.T) {
	for _, c := range []struct{ url, section, want string }{
		{"postgres://u@h/d", "SELECT (ARRAY[1])[1:ON_ERROR_STOP];", "psql would put a setting of its own in place of :ON_ERROR_STOP"},
		{"sqlite:x.db", "SELECT 4\n/\n2;", "sqlite3 ends a statement at a line that holds only /"},
		{"mysql://u@h", "SELECT 1;", "the script does not know where the ledger is"},
	} {
		o := &office{t: t, dir: t.TempDir()}
		if err := os.WriteFile(filepath.Join(o.dir, "a1.sql"), []byte("-- revision: a1\n-- +upgrade\n"+c.section), 0o666); err != nil {
			t.Fatal(err)
		}
		if code, stdout, stderr := o.revise(c.url, "run", "up", "--sql"); code == 0 || stdout != "" || !strings.Contains(stderr, c.want) {
			t.Errorf("%s: exit %d\n%s%s", c.section, code, stdout, stderr)
		}
	}
}
