package mysql

import (
	"context"
	"errors"
	"strings"
	"testing"

	"revise/drivers"
)

// dirty is a batch that changes all it can about a session.
func dirty(e *env) drivers.Batch {
	b := batch(
		"CREATE TEMPORARY TABLE IF NOT EXISTS base (i INT)", "CREATE /* x */ TEMPORARY TABLE `odd``name` AS SELECT 1", "create temporary table "+e.addr.Name+".q (i int)",
		"SET SESSION sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'", "SET foreign_key_checks = 0, unique_checks = 0", "SET NAMES latin1",
		"SET character_set_results = utf16", "SET time_zone = '+09:00'", "SET timestamp = 86400", "SET lock_wait_timeout = 7, innodb_lock_wait_timeout = 7",
		"SET group_concat_max_len = 5", "SET sql_safe_updates = 1, sql_notes = 0", "SET SESSION TRANSACTION ISOLATION LEVEL SERIALIZABLE, READ ONLY",
		"SET lc_time_names = 'de_DE'", "/*!40101 SET sql_log_bin = 0 */", "SET optimizer_switch = 'index_merge=off'", "SET completion_type = 'RELEASE'",
		"SELECT GET_LOCK('mine', 0)", "USE information_schema", "SET sql_select_limit = 0", "SET autocommit = 0",
	)
	return b
}

func TestReset(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		state := `SELECT CONCAT_WS('|', DATABASE(), @@sql_mode, @@foreign_key_checks, @@unique_checks, @@character_set_client, @@character_set_connection,
			@@character_set_results, @@collation_connection, @@time_zone, YEAR(NOW()) > 2000, @@lock_wait_timeout, @@innodb_lock_wait_timeout, @@group_concat_max_len,
			@@sql_safe_updates, @@sql_notes, @@lc_time_names, @@sql_log_bin, @@optimizer_switch, @@completion_type, @@sql_select_limit, @@autocommit,
			IS_FREE_LOCK('mine'), CURRENT_ROLE(), ` + map[string]string{"mariadb": "@@tx_isolation, @@tx_read_only", "mysql": "@@transaction_isolation, @@transaction_read_only"}[e.kind] + ")"
		c := e.open(drivers.Options{})
		rows, err := c.Query(context.Background(), state)
		if err != nil {
			t.Fatal(err)
		}
		same := "check:SELECT (" + state + ") = (SELECT s FROM state)"
		mustExec(t, c, batch("CREATE TABLE base (i INT)", "INSERT INTO base VALUES (42)", "CREATE TABLE state (s TEXT)", "INSERT INTO state "+state))
		mustExec(t, c, dirty(e))
		want(t, c, state, rows[0][0])
		mustExec(t, c, dirty(e), batch(same, "check:SELECT i = 42 FROM base"))
		mustExec(t, c, dirty(e))
		want(t, c, state, rows[0][0])
		want(t, c, "SELECT i FROM base", "42")
		fails(t, c, 0, 1, "1146", batch("DO 1", "SELECT * FROM `odd``name`"))
		fails(t, c, 0, 1, "1146", batch("DO 1", "SELECT * FROM q"))
		// The runner's statements at the end of a batch run on a clean session, those in its middle do not.
		b := dirty(e)
		end := batch("own:DO 1", "SET @x = 1", "own:INSERT INTO base VALUES (43)", "own:"+same)
		b.Statements, b.Tail = append(b.Statements, end.Statements...), end.Tail
		mustExec(t, c, b)
		want(t, c, "SELECT i FROM base", "42,43")
		// After an error, too; and a transaction and table locks are gone.
		b = dirty(e)
		b.Statements = append(b.Statements, batch("USE "+e.addr.Name, "LOCK TABLES state READ", "INSERT INTO nope VALUES (1)").Statements...)
		fails(t, c, 0, len(b.Statements)-1, "1792", b)
		want(t, c, state, rows[0][0])
		mustExec(t, c, batch("START TRANSACTION", "INSERT INTO base VALUES (44)"), batch("check:SELECT COUNT(*) = 2 FROM base"),
			batch("SET autocommit = 0", "INSERT INTO base VALUES (45)", "own:DELETE FROM base WHERE i = 43"))
		want(t, c, "SELECT i FROM base", "42,45") // what was not committed is, before the runner calls the batch through
	})
}

func TestResetWithoutPrivileges(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		user := e.user("Weird@:/?#% [pw]&=", "GRANT SELECT, INSERT, CREATE, CREATE TEMPORARY TABLES, DROP ON "+e.addr.Name+".* TO %s")
		e.run("CREATE ROLE IF NOT EXISTS drv_role", "GRANT drv_role TO "+user.account)
		defer e.run("DROP ROLE drv_role")
		c := user.open(t)
		mustExec(t, c, batch("CREATE TABLE a (i INT)", "CREATE TEMPORARY TABLE b (i INT)", "SET ROLE drv_role", "SET sql_mode = ''"),
			batch("check:SELECT CURRENT_ROLE() IS NULL OR CURRENT_ROLE() = 'NONE'"))
		fails(t, c, 0, 1, "1146", batch("DO 1", "SELECT * FROM b"))
		if f := c.Facts(); f.User != user.name || f.Database != e.addr.Name || f.TransactionalDDL {
			t.Errorf("%+v", f)
		}
		// Cancelling needs no privilege either.
		ctx, cancel := context.WithCancel(context.Background())
		b := batch("INSERT INTO a VALUES (1)", longStatement)
		b.Done = func(int) { cancel() }
		if got, err := exec(t, c, ctx, b); !errors.Is(err, context.Canceled) || errors.Is(err, drivers.ErrLost) || got.Statements != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		alive(t, c)
	})
}

// A user is an account of a test's own.
type user struct {
	e                       *env
	name, password, account string
}

func (e *env) user(password string, grants ...string) user {
	e.t.Helper()
	u := user{e: e, name: "u@" + e.addr.Name[len(e.addr.Name)-10:], password: password}
	u.account = Driver{}.Literal(u.name) + "@'127.0.0.1'"
	u.account = "'" + u.name + "'@'127.0.0.1'"
	e.run("CREATE USER " + u.account + " IDENTIFIED BY '" + password + "'")
	e.t.Cleanup(func() { e.run("DROP USER " + u.account) })
	for _, g := range grants {
		e.run(strings.ReplaceAll(g, "%s", u.account))
	}
	return u
}

func (u user) addr() drivers.Address {
	a := u.e.addr
	a.User, a.Password, a.HasPass = u.name, u.password, true
	return a
}

func (u user) open(t *testing.T) *conn {
	t.Helper()
	// The address as the user would write it.
	_, at := network(u.e.addr)
	addr, err := Driver{}.Parse("mysql://" + strings.ReplaceAll(u.name, "@", "%40") + ":" + u.password + "@" + at + "/" + u.e.addr.Name)
	if err != nil {
		t.Fatal(err)
	}
	c, err := Driver{}.Open(context.Background(), addr, drivers.Options{App: "a,b:c"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close(context.Background()) })
	return c.(*conn)
}

func TestHomeIsGone(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		got, err := exec(t, c, context.Background(), batch("DROP DATABASE "+e.addr.Name, "DO 1"), batch("DO 2"))
		if got != (drivers.Progress{Batches: 1}) || err == nil || !strings.Contains(err.Error(), "the database "+e.addr.Name+", which") {
			t.Errorf("%+v, %v", got, err)
		}
	})
}

func TestXALeftOpen(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		mustExec(t, c, batch("CREATE TABLE a (i INT)", "XA START 'x'", "INSERT INTO a VALUES (1)", "XA END 'x'", "XA PREPARE 'x'", "XA COMMIT 'x'"))
		_, err := exec(t, c, context.Background(), batch("XA START 'y'", "INSERT INTO a VALUES (2)"), batch("DO 1"))
		if err == nil || !strings.Contains(err.Error(), "an XA transaction was left open") || !errors.Is(err, drivers.ErrLost) {
			t.Error(err)
		}
		c = e.open(drivers.Options{})
		want(t, c, "SELECT i FROM a", "1")
	})
}

func TestNoDatabase(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		name := e.addr.Name
		e.addr.Name = ""
		c := e.open(drivers.Options{})
		if f := c.Facts(); f.Database != "" || f.Schema != "" {
			t.Errorf("%+v", f)
		}
		fails(t, c, 0, 0, "1046", batch("CREATE TABLE a (i INT)"))
		mustExec(t, c, batch("USE "+name, "CREATE TEMPORARY TABLE a (i INT)"), batch("CREATE TABLE "+name+".a (i INT)", "INSERT INTO "+name+".a VALUES (1)"))
		want(t, c, "SELECT i FROM "+name+".a", "1")
		e.addr.Name = name
	})
}

func TestLocks(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		a, b := e.open(drivers.Options{}), e.open(drivers.Options{})
		ctx := context.Background()
		for _, key := range []string{"revise", "Schlüssel mit Leerzeichen' und " + strings.Repeat("x", 100)} {
			if err := a.TryLock(ctx, key, ""); err != nil {
				t.Fatal(err)
			}
			var locked *drivers.LockedError
			if err := b.TryLock(ctx, key, ""); !errors.As(err, &locked) || locked.Key != key {
				t.Errorf("%v", err)
			}
			if held, err := b.Holder(ctx, key); err != nil || held == nil || held.Key != key ||
				!strings.HasPrefix(held.Holder, "connection "+a.id+", user "+a.facts.User+", from ") || held.End != "KILL "+a.id+";" {
				t.Errorf("%+v, %v", held, err)
			}
			if err := b.Unlock(ctx, key); err == nil {
				t.Error("a lock that was not held was given back")
			}
			mustExec(t, a, dirty(e), batch("CREATE TABLE IF NOT EXISTS a (i INT)"))
			if err := b.TryLock(ctx, key, ""); !errors.As(err, &locked) {
				t.Errorf("%v", err)
			}
			if err := a.Unlock(ctx, key); err != nil {
				t.Error(err)
			}
			if err := a.Unlock(ctx, key); err == nil {
				t.Error("a lock was given back twice")
			}
			if err := b.TryLock(ctx, key, ""); err != nil {
				t.Error(err)
			}
			if err := b.Unlock(ctx, key); err != nil {
				t.Error(err)
			}
		}
		// A batch that gives all locks away has ours back behind it.
		if err := a.TryLock(ctx, "k", ""); err != nil {
			t.Fatal(err)
		}
		mustExec(t, a, batch("DO RELEASE_ALL_LOCKS()", "own:DO 1"))
		var locked *drivers.LockedError
		if err := b.TryLock(ctx, "k", ""); !errors.As(err, &locked) {
			t.Error(err)
		}
		// Unless somebody was faster.
		batches := batch("DO RELEASE_ALL_LOCKS()", "DO SLEEP(0.3)", "own:INSERT INTO a VALUES (1)")
		batches.Done = func(i int) {
			if i == 0 {
				if err := b.TryLock(ctx, "k", ""); err != nil {
					t.Error(err)
				}
			}
		}
		if got, err := exec(t, a, ctx, batches); err == nil || got.Statements != 2 || !strings.Contains(err.Error(), "another session has it now") {
			t.Errorf("%+v, %v", got, err)
		}
		// The lock dies with the session.
		b.Close(ctx)
		c := e.open(drivers.Options{})
		for range 100 {
			if err := c.TryLock(ctx, "k", ""); err == nil {
				return
			}
		}
		t.Error("the lock outlived its session")
	})
}

func TestLockOfAnotherDatabase(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		a := e.open(drivers.Options{})
		e.addr.Name = ""
		b := e.open(drivers.Options{})
		for _, c := range []*conn{a, b} {
			if err := c.TryLock(context.Background(), "k", ""); err != nil {
				t.Error(err)
			}
		}
	})
}

// A session that holds a lock is ended by the server when nothing comes for a while, whatever a batch has set: its client may be gone without a word.
func TestLockOfADeadClient(t *testing.T) {
	each(t, func(t *testing.T, e *env) {
		c := e.open(drivers.Options{})
		if err := c.TryLock(context.Background(), "ours", ""); err != nil {
			t.Fatal(err)
		}
		want(t, c, "SELECT @@wait_timeout", lockIdle)
		mustExec(t, c, batch("SET SESSION wait_timeout = 28800"))
		want(t, c, "SELECT @@wait_timeout", lockIdle)
	})
}
