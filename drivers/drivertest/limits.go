package drivertest

import (
	"context"
	"errors"
	"testing"
	"time"

	"revise/drivers"
)

func testTimeouts(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		ctx := context.Background()
		// ends checks that a batch was stopped by a limit of a second at its statement 1, and not at once.
		ends := func(t *testing.T, b drivers.Batch) {
			t.Helper()
			start := time.Now()
			r := e.record(ctx, drivers.Batch{Atomic: atomic, Statements: inserts(1)}, b, drivers.Batch{Atomic: atomic, Statements: inserts(9)})
			took := time.Since(start)
			e.wantStopped(r, 1, 1)
			if errors.Is(r.err, context.DeadlineExceeded) || errors.Is(r.err, context.Canceled) {
				t.Errorf("the error %v looks as if the caller had stopped it", r.err)
			}
			if took < 900*time.Millisecond || took > patience {
				t.Errorf("a limit of a second took %v", took)
			}
			t.Logf("%v: %v", took.Round(time.Millisecond), r.err)
		}
		t.Run("statement", func(t *testing.T) {
			ends(t, drivers.Batch{Atomic: atomic, Statements: append(inserts(2), users(s.Slow, wrong)...), StatementTimeout: time.Second})
			ends(t, drivers.Batch{Atomic: atomic, Statements: inserts(2), Tail: own(s.Slow), StatementTimeout: time.Second})
			e.usable()
		})
		t.Run("many short ones", func(t *testing.T) {
			// The limit is each statement's, not the batch's.
			start := time.Now()
			e.must(true, s.Pause)
			pause := time.Since(start)
			limit := max(time.Second, 4*pause)
			b := drivers.Batch{Atomic: atomic, StatementTimeout: limit}
			start = time.Now()
			for range int(limit/(50*time.Millisecond)) + 1 { // a pause may be shorter than the first was
				b.Statements = append(b.Statements, drivers.Statement{Text: s.Pause})
			}
			if r := e.record(ctx, b); r.err != nil {
				t.Error(r.err)
			}
			if took := time.Since(start); took < limit {
				t.Errorf("%d pauses took %v, so this tests nothing", len(b.Statements), took)
			}
		})
		for _, kind := range []string{"user", "tail"} {
			t.Run("lock, "+kind, func(t *testing.T) {
				e := &env{t: t, s: s, addr: e.addr, conn: e.conn, notices: e.notices}
				e.must(true, "CREATE TABLE other (n integer)")
				defer e.must(true, "DROP TABLE other")
				e.must(true, "DELETE FROM t", "INSERT INTO t (n) VALUES (0)")
				defer e.hold("UPDATE t SET n = n + 100")()
				b := drivers.Batch{Atomic: atomic, Statements: users("SELECT 1", "UPDATE t SET n = n + 1 WHERE n = 0"), LockTimeout: time.Second}
				if kind == "tail" {
					b.Statements, b.Tail = b.Statements[:1], own(b.Statements[1].Text)
				}
				at := 1
				if e.addr.File && atomic {
					at = 0 // the file is locked as a whole, and a transaction locks it when it begins
				}
				start := time.Now()
				r := e.record(ctx, b)
				took := time.Since(start)
				e.wantStopped(r, 0, at)
				if took < 900*time.Millisecond || took > patience {
					t.Errorf("a limit of a second took %v", took)
				}
				t.Logf("%v: %v", took.Round(time.Millisecond), r.err)
			})
		}
		e.usable()
	})
}

// hold runs a statement in an open transaction of another session until release is called, which rolls it back.
func (e *env) hold(text string) (release func()) {
	e.t.Helper()
	other := e.open()
	ctx, cancel := context.WithCancel(context.Background())
	there, over := make(chan struct{}), make(chan error, 1)
	b := drivers.Batch{Statements: users(e.s.Begin, text, e.s.Slow), Done: func(n int) {
		if n == 1 {
			close(there)
		}
	}}
	go func() {
		_, err := other.Exec(ctx, []drivers.Batch{b})
		over <- err
	}()
	select {
	case <-there:
	case err := <-over:
		e.t.Fatalf("hold a lock: %v", err)
	}
	return func() {
		e.t.Helper()
		cancel()
		if err := <-over; !errors.Is(err, context.Canceled) {
			e.t.Errorf("the session that held the lock ended with %v", err)
		}
		other.Close(context.Background())
	}
}

func testLock(t *testing.T, s Subject) {
	e := s.env(t)
	ctx := context.Background()
	other := e.open()
	for _, key := range []string{"k", "a longer key, with 'quotes' and \\ and ä漢", "revise public.schema_revisions"} {
		if err := e.conn.Unlock(ctx, key); err == nil {
			t.Errorf("unlock of %q, which nobody holds: no error", key)
		}
		if err := e.conn.TryLock(ctx, key, ""); err != nil {
			t.Fatalf("lock %q: %v", key, err)
		}
		if err := e.conn.TryLock(ctx, key, ""); err == nil {
			t.Errorf("lock %q once more in the same session: no error", key)
		}
		var locked *drivers.LockedError
		e.within("a lock that is not free", func() {
			if err := other.TryLock(ctx, key, ""); !errors.As(err, &locked) {
				t.Fatalf("lock %q in another session: got %v, want a *drivers.LockedError", key, err)
			}
		})
		if locked.Key != key {
			t.Errorf("lock %q: the error does not name the key: %v", key, locked)
		}
		held, err := other.Holder(ctx, key)
		if err != nil || held == nil || held.Key != key || held.Holder == "" {
			t.Errorf("lock %q: the holder is %+v, %v", key, held, err)
		}
		t.Log(held)
		if err := other.Unlock(ctx, key); err == nil {
			t.Errorf("unlock of %q, which another session holds: no error", key)
		}
		if err := other.TryLock(ctx, key+"2", ""); err != nil {
			t.Errorf("another key: %v", err)
		}
		// The lock outlives batches, good ones and bad ones, and is no part of their transaction.
		e.must(true, "INSERT INTO t (n) VALUES (1)")
		e.record(ctx, drivers.Batch{Statements: users(s.Begin, wrong)})
		e.record(ctx, drivers.Batch{Statements: users(wrong), Atomic: e.conn.Facts().TransactionalDDL})
		if err := other.TryLock(ctx, key, ""); !errors.As(err, &locked) {
			t.Errorf("lock %q in another session after batches: got %v", key, err)
		}
		if err := e.conn.Unlock(ctx, key); err != nil {
			t.Errorf("unlock %q: %v", key, err)
		}
		if err := e.conn.Unlock(ctx, key); err == nil {
			t.Errorf("second unlock of %q: no error", key)
		}
		if held, err := other.Holder(ctx, key); held != nil || err != nil {
			t.Errorf("lock %q, which nobody holds: the holder is %+v, %v", key, held, err)
		}
		if err := other.TryLock(ctx, key, ""); err != nil {
			t.Errorf("lock %q after it was given back: %v", key, err)
		}
	}
	if err := e.conn.TryLock(ctx, "k", ""); err == nil {
		t.Error("the lock was given twice")
	}
	if err := other.Close(ctx); err != nil {
		t.Errorf("close: %v", err)
	}
	e.freed("k")
}

// testLockAhead asks a question along with the lock.
func testLockAhead(t *testing.T, s Subject) {
	e := s.env(t)
	ctx := context.Background()
	const count, missing = "SELECT COUNT(*) FROM t", "SELECT n FROM no_such_table"
	for _, ahead := range []string{count, missing} {
		e.must(true, "DELETE FROM t")
		if err := e.conn.TryLock(ctx, "k", ahead); err != nil {
			t.Fatal(err)
		}
		rows, err := e.conn.Query(ctx, ahead)
		if ahead == missing && !errors.Is(err, drivers.ErrNoTable) || ahead == count && (err != nil || len(rows) != 1 || rows[0][0] != "0") {
			t.Errorf("%s: got %v, %v", ahead, rows, err)
		}
		e.must(true, "INSERT INTO t (n) VALUES (1)")
		if got := e.one(e.conn, count); got != "1" { // the answer is for the first Query only
			t.Errorf("a question asked later: got %s", got)
		}
		if err := e.conn.Unlock(ctx, "k"); err != nil {
			t.Error(err)
		}
	}
	// One that was not asked after all is forgotten.
	if err := e.conn.TryLock(ctx, "k", count); err != nil {
		t.Fatal(err)
	}
	e.must(true, "INSERT INTO t (n) VALUES (2)")
	if got := e.one(e.conn, count); got != "2" {
		t.Errorf("a question asked behind a batch: got %s", got)
	}
}

// freed waits until a lock that was held by a session that is gone can be had. Servers notice that a moment later.
func (e *env) freed(key string) {
	e.t.Helper()
	for end := time.Now().Add(2 * patience); ; {
		err := e.conn.TryLock(context.Background(), key, "")
		var locked *drivers.LockedError
		if err == nil {
			return
		}
		if !errors.As(err, &locked) || time.Now().After(end) {
			e.t.Errorf("lock %q after its holder is gone: %v", key, err)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
