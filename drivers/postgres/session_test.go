package postgres_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"revise/drivers"
)

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
		"CREATE TEMPORARY TABLE ledger (n integer)", "CREATE TYPE pg_temp.text AS ENUM ('a')", "INSERT INTO c VALUES (1)", "INSERT INTO p VALUES (1)")
	b.Tail = []drivers.Statement{{Text: "INSERT INTO ledger VALUES (CAST('done' AS text))", Own: true}}
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
	if err := c.TryLock(context.Background(), "k", ""); err != nil { // from here on there is something to free
		t.Fatal(err)
	}
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
			if err := c.TryLock(ctx, "k", ""); err != nil {
				t.Fatal(err)
			}
			run(t, c, batch(atomic, "SELECT 'discard nothing'"), batch(atomic, text), batch(atomic, "SELECT 1"))
			var locked *drivers.LockedError
			if err := other.TryLock(ctx, "k", ""); !errors.As(err, &locked) {
				t.Errorf("%s: another session got the lock: %v", text, err)
			}
			b := batch(atomic, text)
			b.Tail = []drivers.Statement{{Text: "SELECT 1", Own: true}}
			taken := false
			b.Done = func(n int) {
				if n == 0 && !atomic {
					taken = other.TryLock(ctx, "k", "") == nil
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
				if err := other.TryLock(ctx, "k", ""); err != nil {
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

// TestAdvisoryLocks gives back what a revision has locked for its session, however often, and keeps the run's own lock.
func TestAdvisoryLocks(t *testing.T) {
	addr := fresh(t, "")
	c, _ := open(t, addr)
	if err := c.TryLock(context.Background(), "ours", ""); err != nil {
		t.Fatal(err)
	}
	const held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
	take := []string{"SELECT pg_advisory_lock(1), PG_ADVISORY_LOCK(1), pg_advisory_lock(-1)", "SELECT pg_try_advisory_lock(-2, 2147483647), pg_advisory_lock_shared(-3)",
		"SELECT pg_advisory_lock_shared(5, -6)", held}
	for _, atomic := range []bool{true, false} {
		for _, last := range []string{"SELECT 1", "SELECT 1/0"} {
			b := batch(atomic, append(take, last)...)
			if _, err := c.Exec(context.Background(), []drivers.Batch{b}); (err == nil) != (last == "SELECT 1") {
				t.Fatal(err)
			}
			if got := value(t, c, held); got != "1" {
				t.Fatalf("atomic %v, %s: %s advisory locks", atomic, last, got)
			}
			other, _ := open(t, addr)
			var locked *drivers.LockedError
			if err := other.TryLock(context.Background(), "ours", ""); !errors.As(err, &locked) {
				t.Errorf("another session may take the lock of the run: %v", err)
			}
		}
	}
	if err := c.Unlock(context.Background(), "ours"); err != nil {
		t.Error(err)
	}
	want(t, c, held, "0")
}
