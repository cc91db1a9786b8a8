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

// revise runs the command line on a database.
func (o *office) revise(db string, args ...string) (code int, stdout, stderr string) {
	o.t.Helper()
	ctx, cancel := context.WithTimeout(o.t.Context(), 2*time.Minute)
	defer cancel()
	var out, err bytes.Buffer
	code = cli.Main(ctx, cli.World{
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
	for _, kind := range []string{"sqlite", servers.Postgres, servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			o := &office{t: t, kind: kind, dir: "../testdata/offline"}
			if kind == "sqlite" {
				o.client = []string{servers.Shell(t)}
			} else {
				o.server, o.client = servers.URL(t, kind), servers.Client(t, kind)
			}
			for _, way := range offlineWays {
				o.compare(way)
			}
			o.elsewhere()
		})
	}
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
