package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"revise/drivers"
	"revise/drivers/postgres"
)

// open starts a session and collects its notices.
func open(t testing.TB, addr drivers.Address) (drivers.Conn, *[]drivers.Notice) {
	t.Helper()
	var heard []drivers.Notice
	c, err := postgres.Driver{}.Open(context.Background(), addr, drivers.Options{App: "test", Notice: func(n drivers.Notice) { heard = append(heard, n) }})
	if err != nil {
		t.Fatalf("open %v: %v", addr, err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c, &heard
}

func batch(atomic bool, texts ...string) drivers.Batch {
	b := drivers.Batch{Atomic: atomic}
	for _, text := range texts {
		b.Statements = append(b.Statements, drivers.Statement{Text: text})
	}
	return b
}

// run runs batches that must succeed.
func run(t testing.TB, c drivers.Conn, batches ...drivers.Batch) {
	t.Helper()
	if p, err := c.Exec(context.Background(), batches); err != nil || p.Batches != len(batches) {
		t.Fatalf("got %+v, %v", p, err)
	}
}

// fails runs batches of which one must fail at a place, with a code.
func fails(t testing.TB, c drivers.Conn, at drivers.Progress, code string, batches ...drivers.Batch) *drivers.Error {
	t.Helper()
	p, err := c.Exec(context.Background(), batches)
	var server *drivers.Error
	if !errors.As(err, &server) || server.Code != code || p != at {
		t.Fatalf("got %+v, %v, want %+v and the code %s", p, err, at, code)
	}
	return server
}

// value returns rows as "a,b|c,d".
func value(t testing.TB, c drivers.Conn, sql string) string {
	t.Helper()
	rows, err := c.Query(context.Background(), sql)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = strings.Join(row, ",")
	}
	return strings.Join(lines, "|")
}

func want(t testing.TB, c drivers.Conn, sql, want string) {
	t.Helper()
	if got := value(t, c, sql); got != want {
		t.Errorf("%s: got %q, want %q", sql, got, want)
	}
}

// TestOutside runs what refuses a transaction, alone in single batches and refused in atomic ones.
func TestOutside(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE t (n integer)", "INSERT INTO t SELECT generate_series(1, 1000)"))
	commits := "DO $$ BEGIN INSERT INTO t VALUES (-1); COMMIT; INSERT INTO t VALUES (-2); ROLLBACK; END $$"
	for _, text := range []string{"CREATE INDEX CONCURRENTLY i ON t (n)", "VACUUM t", "REINDEX TABLE CONCURRENTLY t", "DROP INDEX CONCURRENTLY i", "DISCARD ALL"} {
		fails(t, c, drivers.Progress{Statements: 1}, "25001", batch(true, "SELECT 1", text))
		single := batch(false, "SELECT 1", text, "SELECT 2")
		single.LockTimeout = time.Minute // is set before, and keeps the statement no company
		run(t, c, batch(true, "SELECT 1"), single, batch(true, "SELECT 3"))
	}
	fails(t, c, drivers.Progress{Batches: 1}, "2D000", batch(true, "SELECT 1"), batch(true, commits))
	want(t, c, "SELECT count(*) FROM t WHERE n < 0", "0")
	run(t, c, batch(false, commits))
	want(t, c, "SELECT n FROM t WHERE n < 0", "-1")
	fails(t, c, drivers.Progress{Statements: 1}, "23505",
		batch(false, "INSERT INTO t VALUES (1)", "CREATE UNIQUE INDEX CONCURRENTLY broken ON t (n)", "SELECT 1"))
	want(t, c, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'broken'::regclass", "f")
}

// TestSetTransaction needs to be the first in its transaction, whatever stands before in the pipeline.
func TestSetTransaction(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	b := batch(true, "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", "SELECT 1")
	b.StatementTimeout = time.Minute
	run(t, c, b, b, batch(false, "SELECT 1"), b)
	readOnly := batch(true, "SET TRANSACTION READ ONLY", "SELECT 1")
	run(t, c, readOnly, batch(true, "CREATE TABLE t (n integer)"))
}

func TestCopy(t *testing.T) {
	for _, atomic := range []bool{true, false} {
		t.Run(fmt.Sprintf("atomic %v", atomic), func(t *testing.T) {
			c, _ := open(t, fresh(t, ""))
			run(t, c, batch(true, "CREATE TABLE t (n integer PRIMARY KEY, s text)"))
			in := func(data string) drivers.Statement {
				return drivers.Statement{Text: "COPY t (n, s) FROM stdin", Copy: true, Data: data}
			}
			var done []int
			b := batch(atomic, "INSERT INTO t VALUES (1, 'a')", "", "INSERT INTO t VALUES (4, 'd')", "")
			b.Statements[1] = in("2\tb\\tä\n3\t\\N\n")
			b.Statements[3] = in("")
			b.Done = func(n int) { done = append(done, n) }
			run(t, c, batch(atomic), b, batch(true, "INSERT INTO t VALUES (5, 'e')"))
			want(t, c, "SELECT n, s FROM t ORDER BY n", "1,a|2,b\tä|3,|4,d|5,e")
			if fmt.Sprint(done) != "[0 1 2 3]" {
				t.Errorf("done %v", done)
			}

			bad := batch(atomic, "INSERT INTO t VALUES (10)", "", "INSERT INTO t VALUES (13)")
			bad.Statements[1] = in("11\tx\ntwelve\ty\n")
			e := fails(t, c, drivers.Progress{Batches: 1, Statements: 1}, "22P02", batch(atomic, "INSERT INTO t VALUES (6)"), bad, batch(atomic, "INSERT INTO t VALUES (14)"))
			if !strings.Contains(e.Context, "line 2") {
				t.Errorf("the context %q does not name the line of the data", e.Context)
			}
			want(t, c, "SELECT string_agg(n::text, ' ' ORDER BY n) FROM t WHERE n > 5", map[bool]string{true: "6", false: "6 10"}[atomic])

			// A large one with a duplicate at its end, no such table, no such statement.
			var large strings.Builder
			for i := range 300_000 {
				fmt.Fprintf(&large, "%d\tsome text for the row\n", 1000+i)
			}
			bad.Statements[1] = in(large.String() + "1000\tagain\n")
			fails(t, c, drivers.Progress{}, "23505", drivers.Batch{Atomic: atomic, Statements: bad.Statements[1:2]}, batch(atomic))
			bad.Statements[0].Text, bad.Statements[1].Text = "SELECT 1", "COPY missing FROM stdin"
			fails(t, c, drivers.Progress{Statements: 1}, "42P01", bad)
			fails(t, c, drivers.Progress{Statements: 1}, "42601", batch(atomic, "SELECT 1", "COPY t FROM FROM"))
			want(t, c, "SELECT count(*) FROM t WHERE n >= 1000", "0")
			run(t, c, batch(atomic, "SELECT 1"))
		})
	}
}

// TestCopyWithoutData sees that a COPY whose data nobody has, or nobody wants, does not hang.
func TestCopyWithoutData(t *testing.T) {
	for _, atomic := range []bool{true, false} {
		c, _ := open(t, fresh(t, ""))
		run(t, c, batch(atomic, "CREATE TABLE t (n integer)", "-- from here\n/* and */ copy t FROM STDIN", "INSERT INTO t SELECT generate_series(1, 50000)",
			"COPY t TO STDOUT", "COPY (SELECT n FROM t) TO STDOUT WITH (FORMAT csv)", "SELECT 1"))
		want(t, c, "SELECT count(*) FROM t", "50000")
	}
}

// TestWindows sends and gets more than buffers hold, and fails in the middle.
func TestWindows(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE t (n integer)", "CREATE TABLE many AS SELECT repeat('x', 100) FROM generate_series(1, 10000)"))
	padding := " -- " + strings.Repeat("padding ", 6000)
	var batches []drivers.Batch
	for i := range 60 {
		batches = append(batches, batch(true, "SELECT * FROM many"+padding, fmt.Sprintf("INSERT INTO t VALUES (%d)", i)+padding))
	}
	run(t, c, batches...)
	want(t, c, "SELECT count(*), max(n) FROM t", "60,59")
	batches[31].Statements[1].Text = "INSERT INTO t VALUES (1/0)"
	fails(t, c, drivers.Progress{Batches: 31, Statements: 1}, "22012", batches...)
	want(t, c, "SELECT count(*) FROM t", "91")
	batches[31].Statements[1].Text = "INSERT INTO t VALUES (1/0)" + padding + strings.Repeat(padding, 10)
	fails(t, c, drivers.Progress{Batches: 31, Statements: 1}, "22012", batches...)
	want(t, c, "SELECT count(*) FROM t", "122")
}

// TestCommitOfSingle makes a statement fail that has completed: in the commit that follows it.
func TestCommitOfSingle(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE p (id integer PRIMARY KEY)", "CREATE TABLE c (id integer REFERENCES p DEFERRABLE INITIALLY DEFERRED)"))
	fails(t, c, drivers.Progress{Batches: 1, Statements: 1}, "23503", batch(true, "SELECT 1"), batch(false, "INSERT INTO p VALUES (1)", "INSERT INTO c VALUES (2)", "SELECT 1"))
	want(t, c, "SELECT (SELECT count(*) FROM p), (SELECT count(*) FROM c)", "1,0")
}

// TestDeferredNotice wants what is said during a commit.
func TestDeferredNotice(t *testing.T) {
	c, heard := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE t (n integer)",
		"CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE NOTICE 'at the end'; RETURN NULL; END $$",
		"CREATE CONSTRAINT TRIGGER tell AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell()",
		"INSERT INTO t VALUES (1)"))
	if len(*heard) != 1 || (*heard)[0].Message != "at the end" {
		t.Errorf("heard %+v", *heard)
	}
}

func TestNotice(t *testing.T) {
	c, heard := open(t, fresh(t, ""))
	run(t, c, batch(true, "DO $$ BEGIN RAISE WARNING 'wörning' USING DETAIL = 'why', HINT = 'what to do', ERRCODE = '01ABC'; END $$",
		"CREATE TABLE IF NOT EXISTS t (n integer)", "CREATE TABLE IF NOT EXISTS t (n integer)"))
	if len(*heard) != 2 || (*heard)[0] != (drivers.Notice{Severity: "WARNING", Code: "01ABC", Message: "wörning", Detail: "why", Hint: "what to do"}) ||
		(*heard)[1].Code != "42P07" {
		t.Errorf("heard %+v", *heard)
	}
	e := fails(t, c, drivers.Progress{}, "P0001", batch(false,
		"DO $$ BEGIN RAISE EXCEPTION 'no' USING DETAIL = 'why', HINT = 'what to do'; END $$"))
	if e.Message != "no" || e.Detail != "why" || e.Hint != "what to do" || !strings.Contains(e.Context, "line 1") || e.Offset != -1 {
		t.Errorf("got %+v", e)
	}
}

// TestLeaks leaves behind in a transaction what outlives it.
func TestLeaks(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	const left = "SELECT (SELECT count(*) FROM pg_listening_channels()), (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_cursors)," +
		" (SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r' AND pg_table_is_visible(oid)), session_user, current_user"
	for _, atomic := range []bool{true, false} {
		for _, last := range []string{"SELECT 1", "SELECT 1/0"} {
			b := batch(atomic, "LISTEN x", "PREPARE p AS SELECT 1", "CREATE TEMPORARY TABLE a AS SELECT 1 AS n", "DECLARE c CURSOR WITH HOLD FOR SELECT n FROM a",
				"SET SESSION AUTHORIZATION pg_monitor", last)
			if p, err := c.Exec(context.Background(), []drivers.Batch{b}); (err == nil) != (last == "SELECT 1") {
				t.Fatalf("got %+v, %v", p, err)
			}
			want(t, c, left, "0,0,0,0,postgres,postgres")
		}
	}
}

// TestTemporaryWithDeferredCheck has a temporary table that cannot be dropped before the commit.
func TestTemporaryWithDeferredCheck(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	run(t, c, batch(true, "CREATE TABLE ledger (n text)"))
	b := batch(true, "CREATE TEMPORARY TABLE p (id integer PRIMARY KEY)", "CREATE TEMPORARY TABLE c (id integer REFERENCES p DEFERRABLE INITIALLY DEFERRED)",
		"CREATE TEMPORARY TABLE ledger (n integer)", "CREATE TYPE pg_temp.text AS ENUM ('a')", "INSERT INTO c VALUES (1)", "INSERT INTO p VALUES (1)",
		"INSERT INTO ledger VALUES (CAST('done' AS text))")
	b.Statements[6].Own = true
	run(t, c, b)
	want(t, c, "SELECT n FROM ledger", "done")
}

// TestStartingRole sees that a reset leads back to the role that the session began in.
func TestStartingRole(t *testing.T) {
	addr := fresh(t, "")
	addr = addr.Override(drivers.Address{Params: map[string]string{"role": "pg_monitor", "search_path": "pg_catalog"}})
	c, _ := open(t, addr)
	for _, atomic := range []bool{true, false} {
		run(t, c, batch(atomic, "RESET SESSION AUTHORIZATION", "SET ROLE NONE", "SET search_path = ''"))
		want(t, c, "SELECT current_user, session_user, current_setting('search_path')", "pg_monitor,postgres,pg_catalog")
	}
}

// TestUpkeep sees that the settings which free the lock of a dead client outlive what batches reset.
func TestUpkeep(t *testing.T) {
	c, _ := open(t, fresh(t, ""))
	const show = "SELECT current_setting('tcp_keepalives_idle'), current_setting('tcp_keepalives_interval'), current_setting('tcp_keepalives_count')," +
		" current_setting('client_connection_check_interval')"
	const kept = "5,2,3,1s"
	want(t, c, show, kept)
	for _, atomic := range []bool{true, false} {
		run(t, c, batch(atomic, "RESET ALL"), batch(atomic, "SET tcp_keepalives_idle = 100"))
		want(t, c, show, kept)
		fails(t, c, drivers.Progress{Statements: 1}, "22012", batch(atomic, "SET tcp_keepalives_idle = 100", "SELECT 1/0"))
		want(t, c, show, kept)
	}
}

// TestLockGivenAway takes a lock again that a batch has let go, and stops where another has it by then.
func TestLockGivenAway(t *testing.T) {
	addr := fresh(t, "")
	for _, atomic := range []bool{true, false} {
		for _, text := range []string{"SELECT pg_advisory_unlock_all()", "DISCARD ALL"} {
			if atomic && text == "DISCARD ALL" {
				continue
			}
			c, _ := open(t, addr)
			other, _ := open(t, addr)
			ctx := context.Background()
			if err := c.TryLock(ctx, "k"); err != nil {
				t.Fatal(err)
			}
			run(t, c, batch(atomic, "SELECT 'discard nothing'"), batch(atomic, text), batch(atomic, "SELECT 1"))
			var locked *drivers.LockedError
			if err := other.TryLock(ctx, "k"); !errors.As(err, &locked) {
				t.Errorf("%s: another session got the lock: %v", text, err)
			}
			b := batch(atomic, text, "SELECT 1")
			b.Statements[1].Own = true
			taken := false
			b.Done = func(n int) {
				if n == 0 && !atomic {
					taken = other.TryLock(ctx, "k") == nil
				}
			}
			p, err := c.Exec(ctx, []drivers.Batch{b, batch(true, "CREATE TABLE never (n integer)")})
			if taken && (err == nil || p != (drivers.Progress{Batches: 1})) {
				t.Errorf("%s: the lock was lost, but got %+v, %v", text, p, err)
			}
			if !atomic && !taken {
				t.Errorf("%s: the lock was not given away", text)
			}
			if !taken {
				if err := c.Unlock(ctx, "k"); err != nil {
					t.Errorf("%s: %v", text, err)
				}
				if err := other.TryLock(ctx, "k"); err != nil {
					t.Errorf("%s: not free after one unlock: %v", text, err)
				}
				run(t, c, batch(true, "DROP TABLE IF EXISTS never"))
			}
			other.Close(ctx)
			c.Close(ctx)
		}
	}
}

// TestTerminated ends the session from another one.
func TestTerminated(t *testing.T) {
	addr := fresh(t, "")
	admin, _ := open(t, addr)
	run(t, admin, batch(true, "CREATE TABLE t (n integer)"))
	for _, c := range []struct {
		name   string
		atomic bool
		texts  []string
		at     drivers.Progress
		rows   string
	}{
		{"statement, atomic", true, []string{"INSERT INTO t VALUES (2)", "SELECT pg_sleep(30)"}, drivers.Progress{Batches: 1, Statements: 1}, "1"},
		{"statement, single", false, []string{"INSERT INTO t VALUES (2)", "SELECT pg_sleep(30)"}, drivers.Progress{Batches: 1, Statements: 1}, "1|2"},
		{"itself, atomic", true, []string{"INSERT INTO t VALUES (2)", "SELECT pg_terminate_backend(pg_backend_pid())", "SELECT 1"}, drivers.Progress{Batches: 1, Statements: 1}, "1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			run(t, admin, batch(true, "TRUNCATE t"))
			conn, _ := open(t, addr)
			pid := value(t, conn, "SELECT pg_backend_pid()")
			first, second := batch(true, "INSERT INTO t VALUES (1)"), batch(c.atomic, c.texts...)
			second.Done = func(n int) {
				if strings.Contains(c.texts[1], "sleep") {
					value(t, admin, "SELECT pg_terminate_backend("+pid+")")
				}
			}
			p, err := conn.Exec(context.Background(), []drivers.Batch{first, second, batch(true, "INSERT INTO t VALUES (3)")})
			var server *drivers.Error
			if p != c.at || !errors.Is(err, drivers.ErrLost) || errors.Is(err, drivers.ErrUnknown) || !errors.As(err, &server) || server.Code != "57P01" {
				t.Errorf("got %+v, %v, want %+v, lost, and no doubt, for the server said so", p, err, c.at)
			}
			want(t, admin, "SELECT n FROM t ORDER BY n", c.rows)
			if _, err := conn.Exec(context.Background(), nil); !errors.Is(err, drivers.ErrLost) {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
	// Between two calls: the server has said it, and the next call finds it.
	conn, _ := open(t, addr)
	value(t, admin, "SELECT pg_terminate_backend("+value(t, conn, "SELECT pg_backend_pid()")+", 5000)")
	if p, err := conn.Exec(context.Background(), []drivers.Batch{batch(true, "INSERT INTO t VALUES (9)")}); p != (drivers.Progress{}) || !errors.Is(err, drivers.ErrLost) {
		t.Errorf("between two calls: got %+v, %v", p, err)
	}
	want(t, admin, "SELECT count(*) FROM t WHERE n = 9", "0")
}

// TestEncoding runs UTF-8 against a database that is none.
func TestEncoding(t *testing.T) {
	c, _ := open(t, fresh(t, "ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"))
	run(t, c, batch(true, "CREATE TABLE t (s text)", "INSERT INTO t VALUES ('äöü')"))
	want(t, c, "SELECT s, length(s) FROM t", "äöü,3")
	if e := fails(t, c, drivers.Progress{}, "42601", batch(true, "SELECT 'äöü' FROM FROM")); e.Offset != len("SELECT 'äöü' FROM ") {
		t.Errorf("offset %d", e.Offset)
	}
	fails(t, c, drivers.Progress{}, "22P05", batch(false, "INSERT INTO t VALUES ('漢')"))
	utf8, _ := open(t, fresh(t, "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0"))
	fails(t, utf8, drivers.Progress{Statements: 1}, "22021", batch(true, "SELECT 1", "SELECT '\xff'"))
}

// TestPasswords opens sessions with passwords that a connection string has to quote.
func TestPasswords(t *testing.T) {
	addr := fresh(t, "")
	c, _ := open(t, addr)
	ctx := context.Background()
	for i, password := range []string{`'`, `\`, `\'`, `'\`, ` a b `, `@:/?#%`, `%41`, `p='x' host='y'`, "tab\tnewline\n", `ä漢🙂`, `"$1"`, `\\''\\`} {
		user := addr.Name + fmt.Sprintf(`_'u\ %d`, i)
		d := postgres.Driver{}
		run(t, c, batch(true, "CREATE ROLE "+d.Ident(user)+" LOGIN PASSWORD "+d.Literal(password)))
		entered, err := d.Open(ctx, addr.Override(drivers.Address{User: user, Password: password}), drivers.Options{App: `it's an \app`})
		if err != nil {
			t.Errorf("the password %q: %v", password, err)
		} else {
			want(t, entered, "SELECT current_user, current_setting('application_name')", user+`,it's an \app`)
			entered.Close(ctx)
		}
		if entered, err := d.Open(ctx, addr.Override(drivers.Address{User: user, Password: password + "x"}), drivers.Options{}); err == nil {
			t.Errorf("the password %q with an x behind it: no error", password)
			entered.Close(ctx)
		} else if strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), password+"x") {
			t.Errorf("the password stands in %v", err)
		}
		run(t, c, batch(true, "DROP ROLE "+d.Ident(user)))
	}
}

// TestParameters refuses what cannot be used, without showing it.
func TestParameters(t *testing.T) {
	addr := fresh(t, "").Override(drivers.Address{Password: "sEcret'\\", Params: map[string]string{"sslmode": "perhaps"}})
	_, err := postgres.Driver{}.Open(context.Background(), addr, drivers.Options{})
	var ce *drivers.ConnectError
	if !errors.As(err, &ce) || errors.Is(err, drivers.ErrUnavailable) || strings.Contains(fmt.Sprintf("%v %+v %#v", err, err, err), "sEcret") {
		t.Errorf("got %v", err)
	}
	t.Log(err)
}
