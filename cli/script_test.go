package cli_test

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/signal"
	"os/user"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"revise/cli"
	"revise/drivers"
	"revise/drivers/all"
	"revise/drivers/drivertest/servers"
	"revise/runner"
)

// TestMain lets this test program stand in for the command, so that scripts run it as processes of their own.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"revise": func() { os.Exit(revise()) }})
}

func revise() int {
	ctx, cancel := context.WithCancelCause(context.Background())
	signal.Ignore(syscall.SIGPIPE)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() { cancel(cli.Interrupted{Signal: <-signals}) }()
	var leaked atomic.Bool
	code := cli.Main(ctx, cli.World{
		Args: os.Args[1:], Env: os.Environ(), In: os.Stdin, Drivers: all.Drivers(), Version: "test",
		Out: &watched{w: os.Stdout, leaked: &leaked}, Err: &watched{w: os.Stderr, leaked: &leaked},
	})
	if leaked.Load() {
		fmt.Fprintln(os.Stderr, "a password was printed")
		return 99
	}
	return code
}

// secrets are the passwords that the scripts use. Whatever the suite prints goes through watched, which looks for them.
var secrets = []string{special, "Secret"}

type watched struct {
	w      *os.File
	leaked *atomic.Bool
	tail   string // of what was written before, for a password may come in two pieces
}

func (w *watched) Write(b []byte) (int, error) {
	text := w.tail + string(b)
	for _, s := range secrets {
		if strings.Contains(text, s) {
			w.leaked.Store(true)
		}
	}
	w.tail = text[max(0, len(text)-64):]
	return w.w.Write(b)
}

var update = os.Getenv("REVISE_UPDATE") != "" // goldens in the scripts are written anew

// everywhere are the scripts of testdata/script that run on the servers as well.
var everywhere = []string{"../testdata/script/from_alembic.txtar"}

// TestScript runs the scripts of testdata/script on SQLite, and those of testdata/script/KIND on a server of that kind.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "../testdata/script", Cmds: commands(), UpdateScripts: update, RequireExplicitExec: true, RequireUniqueNames: true,
		Setup: func(env *testscript.Env) error {
			env.Setenv("SERVER", "sqlite")
			return setup(env, "sqlite:app.db")
		},
	})
	for _, kind := range []string{servers.Postgres, servers.MariaDB, servers.MySQL} {
		t.Run(kind, func(t *testing.T) {
			if !update { // two servers would write one script
				t.Parallel()
			}
			server := servers.URL(t, kind)
			dirs := []string{"../testdata/script/" + kind}
			if kind != servers.Postgres {
				dirs = append(dirs, "../testdata/script/mysqlfamily")
			}
			dirs = append(dirs, "../testdata/script/servers")
			files := slices.Clone(everywhere)
			for _, d := range dirs {
				found, err := filepath.Glob(d + "/*.txtar")
				if err != nil || len(found) == 0 {
					t.Fatalf("no scripts in %s: %v", d, err)
				}
				files = append(files, found...)
			}
			testscript.Run(t, testscript.Params{
				Files: files, Cmds: commands(), UpdateScripts: update, RequireExplicitExec: true,
				Setup: func(env *testscript.Env) error {
					url, err := freshDatabase(env, server)
					if err != nil {
						return err
					}
					env.Setenv("SERVER", kind)
					return setup(env, url)
				},
			})
		})
	}
}

func setup(env *testscript.Env, url string) error {
	env.Setenv("DATABASE_URL", url)
	env.Setenv("NO_COLOR", "1")
	env.Setenv("SAMPLE", must(filepath.Abs("../versions")))
	env.Setenv("ROOT", must(filepath.Abs("..")))
	// A program with the race detector waits a second at its end for goroutines that still run: a second for each command of each script.
	env.Setenv("GORACE", "atexit_sleep_ms=0 "+os.Getenv("GORACE"))
	return nil
}

var databases atomic.Int64

// special is a password that holds what breaks URLs.
const special = `p@:/?#%zz'"\ w`

// freshDatabase makes an empty database on a server, with a user of its own whose password is special, and drops both in the end.
func freshDatabase(env *testscript.Env, server string) (string, error) {
	driver, addr, err := all.Drivers().Locate(server, drivers.Address{}, "")
	if err != nil {
		return "", err
	}
	admin := func(statements ...string) error {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		conn, err := driver.Open(ctx, addr, drivers.Options{})
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		for _, sql := range statements {
			if _, err := conn.Exec(ctx, []drivers.Batch{{Statements: []drivers.Statement{{Text: sql}}}}); err != nil {
				return fmt.Errorf("%s: %w", sql, err)
			}
		}
		return nil
	}
	name := fmt.Sprintf("cli_%d_%d", os.Getpid(), databases.Add(1))
	password := driver.Literal(special)
	create := []string{
		"CREATE DATABASE " + name, "CREATE USER " + name + "@'%' IDENTIFIED BY '" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(special) + "'",
		"GRANT ALL ON " + name + ".* TO " + name, "CREATE USER " + name + "_none@'%' IDENTIFIED BY 'Secret'", "GRANT SELECT ON " + name + ".* TO " + name + "_none",
	}
	drop := []string{"DROP DATABASE " + name, "DROP USER " + name, "DROP USER " + name + "_none"}
	if driver.Name() == "postgres" {
		create = []string{
			"CREATE USER " + name + " PASSWORD " + password, "CREATE USER " + name + "_none PASSWORD 'Secret'",
			"CREATE DATABASE " + name + " OWNER " + name,
		}
		drop[0] += " WITH (FORCE)"
	}
	if err := admin(create...); err != nil {
		return "", err
	}
	env.Defer(func() {
		if err := admin(drop...); err != nil {
			fmt.Fprintln(os.Stderr, "drop the test database:", err)
		}
	})
	url := func(user, password string, port int, db string) string {
		return fmt.Sprintf("%s://%s:%s@%s:%d/%s", driver.Schemes()[0], user, password, addr.Host, port, db)
	}
	env.Setenv("SPECIAL", url(name, special, addr.Port, name))
	env.Setenv("SPECIALUSER", fmt.Sprintf("%s://%s@%s:%d/%s", driver.Schemes()[0], name, addr.Host, addr.Port, name))
	env.Setenv("SPECIALPASSWORD", special)
	env.Setenv("SPECIALPART", "%zz")
	env.Setenv("NOSERVER", url("app", "Secret", closedPort(), name))
	env.Setenv("NODATABASE", url(addr.User, addr.Password, addr.Port, "no_such_database"))
	env.Setenv("NORIGHTS", url(name+"_none", "Secret", addr.Port, name))
	return url(addr.User, addr.Password, addr.Port, name), nil
}

// closedPort is a port of this machine that nobody listens on.
func closedPort() int {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}

// commands are the scripts' own.
func commands() map[string]func(ts *testscript.TestScript, neg bool, args []string) {
	return map[string]func(ts *testscript.TestScript, neg bool, args []string){
		"sql":    sqlCommand,
		"code":   codeCommand,
		"locked": lockedCommand,
		"held":   heldCommand,
		"kick":   kickCommand,
		"until":  untilCommand,
		"gate":   gateCommand,
		"masked": maskedCommand,
		"pooler": poolerCommand,
	}
}

// openDatabase opens the script's database.
func openDatabase(ctx context.Context, ts *testscript.TestScript) (drivers.Driver, drivers.Conn) {
	driver, addr, err := all.Drivers().Locate(ts.Getenv("DATABASE_URL"), drivers.Address{}, ts.MkAbs("."))
	ts.Check(err)
	conn, err := driver.Open(ctx, addr, drivers.Options{})
	ts.Check(err)
	return driver, conn
}

// lockedCommand waits until a run in the background has the lock.
func lockedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: locked")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	driver, conn := openDatabase(ctx, ts)
	defer conn.Close(ctx)
	r, err := runner.New(driver, conn, nil, runner.Options{})
	ts.Check(err)
	for {
		held, err := r.Busy(ctx)
		ts.Check(err)
		if held != nil {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// heldCommand waits until a session sleeps in the script's database, with the locks that it took before.
func heldCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: held")
	}
	withSleeper(ts, func(context.Context, drivers.Driver, drivers.Conn, string) {})
}

// kickCommand waits for such a session, and ends it as an administrator does.
func kickCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: kick")
	}
	withSleeper(ts, func(ctx context.Context, driver drivers.Driver, conn drivers.Conn, id string) {
		kill := "KILL " + id
		if driver.Name() == "postgres" {
			kill = "SELECT pg_terminate_backend(" + id + ")"
		}
		_, err := conn.Exec(ctx, []drivers.Batch{{Statements: []drivers.Statement{{Text: kill}}}})
		ts.Check(err)
	})
}

func withSleeper(ts *testscript.TestScript, do func(ctx context.Context, driver drivers.Driver, conn drivers.Conn, id string)) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	driver, conn := openDatabase(ctx, ts)
	defer conn.Close(ctx)
	sleeping := "SELECT id FROM information_schema.processlist WHERE info LIKE 'DO SLEEP(%' AND db = DATABASE()"
	if driver.Name() == "postgres" {
		sleeping = "SELECT pid FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep(_)' AND state = 'active' AND datname = current_database()"
	}
	for {
		rows, err := conn.Query(ctx, sleeping)
		ts.Check(err)
		if len(rows) > 0 {
			do(ctx, driver, conn, rows[0][0])
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// untilCommand waits until a file that a command in the background writes says something: until FILE PATTERN.
func untilCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: until file pattern")
	}
	pattern, err := regexp.Compile("(?m)" + args[1])
	ts.Check(err)
	var text []byte
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(20 * time.Millisecond) {
		if text, err = os.ReadFile(ts.MkAbs(args[0])); err == nil && pattern.Match(text) {
			return
		}
	}
	ts.Fatalf("%s does not come to say %s: %s", args[0], args[1], text)
}

// gateCommand holds runs up for as long as a script needs: what calls pass_gate() in the script's database waits while the gate is shut.
func gateCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 || args[0] != "shut" && args[0] != "open" {
		ts.Fatalf("usage: gate shut|open")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	driver, conn := openDatabase(ctx, ts)
	defer conn.Close(ctx)
	statements := []string{"INSERT INTO gate VALUES (1)"}
	if args[0] == "shut" {
		pass := "CREATE PROCEDURE pass_gate() WHILE NOT EXISTS (SELECT * FROM gate) DO DO SLEEP(0.02); END WHILE"
		if driver.Name() == "postgres" {
			pass = "CREATE PROCEDURE pass_gate() LANGUAGE plpgsql AS 'BEGIN WHILE NOT EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.02); END LOOP; END'"
		}
		statements = []string{"CREATE TABLE IF NOT EXISTS gate (open INTEGER)", "DELETE FROM gate", "DROP PROCEDURE IF EXISTS pass_gate", pass}
	}
	for _, sql := range statements {
		_, err := conn.Exec(ctx, []drivers.Batch{{Statements: []drivers.Statement{{Text: sql}}}})
		ts.Check(err)
	}
}

// poolerCommand starts PgBouncer in transaction mode, and has the script's address lead through it.
func poolerCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: pooler")
	}
	_, addr, err := all.Drivers().Locate(ts.Getenv("DATABASE_URL"), drivers.Address{}, ts.MkAbs("."))
	ts.Check(err)
	p, err := servers.StartPooler("transaction", addr.Host, addr.Port, addr.User, addr.Password)
	ts.Check(err)
	ts.Defer(func() { ts.Check(p.Stop()) })
	ts.Setenv("DATABASE_URL", fmt.Sprintf("postgres://%s:%s@127.0.0.1:%d/%s?sslmode=disable", addr.User, addr.Password, p.Port, addr.Name))
}

// masks are what differs from run to run in what is said, and what stands for it in goldens.
var masks = []struct {
	what *regexp.Regexp
	with string
}{
	{regexp.MustCompile(`\bcli_\d+_\d+\b`), "DATABASE"},
	{regexp.MustCompile(`\b127\.0\.0\.1:\d+\b`), "127.0.0.1:PORT"},
	{regexp.MustCompile(`\b(pid |connection |KILL |pg_terminate_backend\()\d+\b`), "${1}N"},
	{regexp.MustCompile(`(\b(?:in|for|waited) |\()\d[\d.]* ?m?s\b`), "${1}TIME"},
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?Z?\b`), "WHEN"},
}

// maskedCommand writes what the last command wrote to stdout or stderr into a file, with what differs from run to run masked: masked stderr FILE.
func maskedCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: masked stdout|stderr file")
	}
	text := ts.ReadFile(args[0])
	for _, m := range masks {
		text = m.what.ReplaceAllString(text, m.with)
	}
	if host, err := os.Hostname(); err == nil {
		text = strings.ReplaceAll(text, host, "HOST")
		if me, err := user.Current(); err == nil {
			text = strings.ReplaceAll(text, me.Username+"@HOST", "USER@HOST")
		}
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(text), 0o666))
}

// sqlCommand runs statements on the script's database, each argument one, and writes the rows of the last to the file "rows".
func sqlCommand(ts *testscript.TestScript, neg bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	_, conn := openDatabase(ctx, ts)
	defer conn.Close(ctx)
	var err error
	var rows [][]string
	for _, sql := range args {
		if strings.HasPrefix(strings.ToUpper(sql), "SELECT") {
			rows, err = conn.Query(ctx, sql)
		} else {
			_, err = conn.Exec(ctx, []drivers.Batch{{Statements: []drivers.Statement{{Text: sql}}}})
		}
		if err != nil {
			break
		}
	}
	if neg {
		if err == nil {
			ts.Fatalf("unexpected success")
		}
		ts.Check(os.WriteFile(ts.MkAbs("rows"), []byte(err.Error()+"\n"), 0o666))
		return
	}
	ts.Check(err)
	var b strings.Builder
	for _, r := range rows {
		b.WriteString(strings.Join(r, "|") + "\n")
	}
	ts.Check(os.WriteFile(ts.MkAbs("rows"), []byte(b.String()), 0o666))
}

// codeCommand runs a command and wants a certain exit code: code 2 revise run up head.
func codeCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N command …")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	err = ts.Exec(args[1], args[2:]...)
	got := 0
	if err != nil {
		var exit interface{ ExitCode() int }
		if !asExit(err, &exit) {
			ts.Fatalf("%v", err)
		}
		got = exit.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

func asExit(err error, to *interface{ ExitCode() int }) bool {
	e, ok := err.(interface{ ExitCode() int })
	if ok {
		*to = e
	}
	return ok
}

func must(s string, err error) string {
	if err != nil {
		panic(err)
	}
	return s
}
