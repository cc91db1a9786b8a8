package cli_test

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"revise/cli"
	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest/servers"
)

// TestDumpPostgres: what pg_dump writes, run by revise as a base revision, gives a database of which pg_dump writes the same.
func TestDumpPostgres(t *testing.T) {
	server := servers.URL(t, servers.Postgres)
	psql, pgDump := servers.Tool(t, servers.Postgres, "psql"), servers.Tool(t, servers.Postgres, "pg_dump")
	source := emptyDatabase(t, server, "")
	tool(t, nil, psql, "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--output=/dev/null", "--file=../testdata/script/postgres/dump.sql", source)
	for name, options := range map[string][]string{
		"default": nil,
		"inserts": {"--inserts", "--column-inserts"},
		"rows":    {"--inserts", "--rows-per-insert=3", "--quote-all-identifiers", "--disable-dollar-quoting"},
		"clean":   {"--clean", "--if-exists", "--use-set-session-authorization"},
	} {
		t.Run(name, func(t *testing.T) {
			dump := func(from string) string {
				return tool(t, nil, pgDump, append(options, "--exclude-table=schema_revisions*", from)...)
			}
			checkDump(t, emptyDatabase(t, server, ""), "", dump(source), dump)
		})
	}
	t.Run("large objects", func(t *testing.T) { // each in a transaction of its own, in the middle of the dump
		tool(t, nil, psql, "--no-psqlrc", "--quiet", "--output=/dev/null", `--command=SELECT lo_from_bytea(0, 'a;\000\\b'';')`, source)
		dump := func(from string) string {
			return tool(t, nil, pgDump, "--exclude-table=schema_revisions*", from)
		}
		checkDump(t, emptyDatabase(t, server, ""), "transaction=off", dump(source), dump)
	})
}

// TestDumpMariaDB is the same with mariadb-dump.
func TestDumpMariaDB(t *testing.T) {
	server := servers.URL(t, servers.MariaDB)
	client, mariadbDump := servers.Tool(t, servers.MariaDB, "mariadb"), servers.Tool(t, servers.MariaDB, "mariadb-dump")
	const create = " CHARACTER SET utf8mb4"
	source := emptyDatabase(t, server, create)
	sql, err := os.ReadFile("../testdata/script/mariadb/dump.sql")
	if err != nil {
		t.Fatal(err)
	}
	args, env, name := mariadbArguments(t, source)
	// The client drops comments of bodies if it is not told otherwise.
	loaded := exec.Command(client, append(args, "--comments", "--default-character-set=utf8mb4", name)...)
	loaded.Stdin = bytes.NewReader(sql)
	run(t, loaded, env)
	for name, options := range map[string][]string{
		"default": nil,
		"hex":     {"--hex-blob", "--complete-insert"},
		"rows":    {"--skip-opt", "--create-options"},
		"commits": {"--single-transaction", "--no-autocommit", "--add-drop-trigger", "--skip-comments"},
	} {
		t.Run(name, func(t *testing.T) {
			dump := func(from string) string {
				args, env, name := mariadbArguments(t, from)
				for _, table := range []string{"schema_revisions", "schema_revisions_log", "schema_revisions_schema"} {
					args = append(args, "--ignore-table="+name+"."+table)
				}
				return tool(t, env, mariadbDump, append(append(args, "--routines", "--triggers", "--events"), append(options, name)...)...)
			}
			checkDump(t, emptyDatabase(t, server, create), "", dump(source), dump)
		})
	}
}

// mariadbArguments says a URL as MariaDB's programs take it.
func mariadbArguments(t *testing.T, from string) (args, env []string, database string) {
	u, err := url.Parse(from)
	if err != nil {
		t.Fatal(err)
	}
	password, _ := u.User.Password()
	args = []string{"--no-defaults", "--protocol=tcp", "--host=" + u.Hostname(), "--port=" + u.Port(), "--user=" + u.User.Username()}
	return args, []string{"MYSQL_PWD=" + password}, strings.TrimPrefix(u.Path, "/")
}

// checkDump makes a dump the upgrade of a base revision, with settings behind the section's marker, runs it on an empty database, and wants the same
// dump of what comes of it.
func checkDump(t *testing.T, target, settings, want string, dump func(from string) string) {
	t.Helper()
	if lines := strings.Count(want, "\n"); lines < 300 {
		t.Fatalf("the dump of the source has only %d lines", lines)
	}
	dir := t.TempDir()
	file := filepath.Join(dir, "base.sql")
	if err := os.WriteFile(file, []byte("-- revision: b1\n-- revises:\n-- message: the dump\n\n-- +upgrade "+settings+"\n"+want), 0o666); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	var stdout, stderr bytes.Buffer
	code := cli.Main(ctx, cli.World{
		Args: []string{"run", "up", "head", "--revisions", dir, "--database-url", target}, Drivers: all.Drivers(), Version: "test",
		In: strings.NewReader(""), Out: &stdout, Err: &stderr,
	})
	if code != 0 {
		t.Fatalf("revise run up head: exit code %d\n%s%s", code, &stdout, &stderr)
	}
	if got, want := comparable(dump(target)), comparable(want); got != want {
		t.Errorf("the dump after the run differs:\n%s", firstDifference(got, want))
	}
}

// passing is what differs between two dumps of the same: the lines with pg_dump's random key, comments with versions, dates and the names of
// server and database.
var passing = regexp.MustCompile(`(?m)^(\\(un)?restrict .*|-- Dumped (from|by) .*|-- Dump completed.*|-- Host: .*|-- Dumping (events|routines) for database .*)\n`)

func comparable(dump string) string { return passing.ReplaceAllString(dump, "") }

// firstDifference shows the first line in which two texts differ, with what stands before it.
func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	i := 0
	for i < min(len(g), len(w)) && g[i] == w[i] {
		i++
	}
	from := max(0, i-5)
	return fmt.Sprintf("line %d\ngot:\n%q\nwant:\n%q", i+1, g[from:min(len(g), i+3)], w[from:min(len(w), i+3)])
}

// emptyDatabase makes one on a server and returns its URL. It goes with the test.
func emptyDatabase(t *testing.T, server, options string) string {
	t.Helper()
	name := fmt.Sprintf("dump_%d_%d", os.Getpid(), databases.Add(1))
	driver, addr, err := all.Drivers().Locate(server, drivers.Address{}, "")
	if err != nil {
		t.Fatal(err)
	}
	admin := func(sql string) {
		t.Helper()
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		conn, err := driver.Open(ctx, addr, drivers.Options{})
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close(ctx)
		if _, err := conn.Exec(ctx, []drivers.Batch{{Statements: []drivers.Statement{{Text: sql}}}}); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	admin("CREATE DATABASE " + name + options)
	t.Cleanup(func() { admin("DROP DATABASE " + name) })
	u, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	u.Path = "/" + name
	return u.String()
}

// tool runs one of a database's own programs and returns what it writes.
func tool(t *testing.T, env []string, program string, args ...string) string {
	t.Helper()
	return run(t, exec.Command(program, args...), env)
}

func run(t *testing.T, cmd *exec.Cmd, env []string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	cmd.Env, cmd.Stdout, cmd.Stderr = append(os.Environ(), env...), &stdout, &stderr
	if err := cmd.Run(); err != nil {
		t.Fatalf("%s: %v\n%s", filepath.Base(cmd.Path), err, &stderr)
	}
	return stdout.String()
}
