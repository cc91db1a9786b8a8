package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"revise/drivers"
)

// leftovers are the files in a database's folder besides itself.
func leftovers(t *testing.T, path string) []string {
	t.Helper()
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		if e.Name() != filepath.Base(path) {
			names = append(names, e.Name())
		}
	}
	return names
}

func TestLockBetweenSessions(t *testing.T) {
	ctx := context.Background()
	path := dbPath(t)
	a, b := open(t, "sqlite:"+path), open(t, "sqlite:"+path)
	if err := a.TryLock(ctx, "k", ""); err != nil {
		t.Fatal(err)
	}
	err := b.TryLock(ctx, "k", "")
	var locked *drivers.LockedError
	if !errors.As(err, &locked) || locked.Key != "k" {
		t.Fatalf("got %v", err)
	}
	for _, part := range []string{fmt.Sprintf("pid %d", os.Getpid()), "test", "since 20"} {
		if !strings.Contains(locked.Holder, part) {
			t.Errorf("holder %q lacks %q", locked.Holder, part)
		}
	}
	if err := b.TryLock(ctx, "another ledger / ü", ""); err != nil {
		t.Errorf("another key: %v", err)
	}
	if err := b.Unlock(ctx, "k"); err == nil {
		t.Error("unlocked what another session holds")
	}
	run(t, b, true, "CREATE TABLE t (a)") // the lock is not on the database
	if err := a.Unlock(ctx, "k"); err != nil {
		t.Error(err)
	}
	if err := a.Unlock(ctx, "k"); err == nil {
		t.Error("unlocked twice")
	}
	if err := b.TryLock(ctx, "k", ""); err != nil {
		t.Errorf("after unlock: %v", err)
	}
	if err := b.Close(ctx); err != nil {
		t.Error(err)
	}
	if err := a.TryLock(ctx, "k", ""); err != nil {
		t.Errorf("after close: %v", err)
	}
	if err := a.Unlock(ctx, "k"); err != nil {
		t.Error(err)
	}
	if names := leftovers(t, path); names != nil {
		t.Errorf("left behind: %v", names)
	}
}

// TestLockBySymbolicLink: the names differ, the database is one.
func TestLockBySymbolicLink(t *testing.T) {
	path := dbPath(t)
	link := filepath.Join(t.TempDir(), "link.db")
	if err := os.Symlink(path, link); err != nil {
		t.Fatal(err)
	}
	a, b := open(t, "sqlite:"+link), open(t, "sqlite://"+path)
	if err := a.TryLock(context.Background(), "k", ""); err != nil {
		t.Fatal(err)
	}
	if err := b.TryLock(context.Background(), "k", ""); err == nil {
		t.Error("two sessions hold the lock")
	}
	run(t, a, true, "CREATE TABLE t (a)")
	want(t, b, "SELECT count(*) FROM t", "0")
}

func TestLockInMemory(t *testing.T) {
	ctx := context.Background()
	a, b := open(t, "sqlite::memory:"), open(t, "sqlite::memory:")
	for _, c := range []drivers.Conn{a, b} {
		if err := c.TryLock(ctx, "k", ""); err != nil {
			t.Error(err)
		}
	}
	if err := a.Unlock(ctx, "k"); err != nil {
		t.Error(err)
	}
	if err := a.Unlock(ctx, "k"); err == nil {
		t.Error("unlocked twice")
	}
}

// TestLockContended has many sessions take and give back one lock: never may two have it, also while its file comes and goes.
func TestLockContended(t *testing.T) {
	path := dbPath(t)
	var holders, taken atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		c := open(t, "sqlite:"+path)
		wg.Go(func() {
			for range 200 {
				err := c.TryLock(context.Background(), "k", "")
				var locked *drivers.LockedError
				if errors.As(err, &locked) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the lock", n)
				}
				taken.Add(1)
				holders.Add(-1)
				if err := c.Unlock(context.Background(), "k"); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if taken.Load() == 0 {
		t.Error("nobody ever got it")
	}
	if names := leftovers(t, path); names != nil {
		t.Errorf("left behind: %v", names)
	}
}

func TestLockOfOtherProcess(t *testing.T) {
	url := "sqlite:" + dbPath(t)
	c := open(t, url)
	p, finish := startChild(t, "lock", url)
	err := c.TryLock(context.Background(), "k", "")
	var locked *drivers.LockedError
	if !errors.As(err, &locked) || !strings.Contains(locked.Holder, fmt.Sprintf("pid %d", p.Pid)) || !strings.Contains(locked.Holder, "child") {
		t.Errorf("got %v", err)
	}
	finish()
	if err := c.TryLock(context.Background(), "k", ""); err != nil {
		t.Error(err)
	}
}

// TestKilled kills a process in the middle of its batch: nothing of the batch stays, and what it had locked is free.
func TestKilled(t *testing.T) {
	for _, mode := range []string{"delete", "wal"} {
		path := dbPath(t)
		url := "sqlite:" + path + "?journal_mode=" + mode
		c := open(t, url)
		run(t, c, true, "CREATE TABLE t (a)", "INSERT INTO t VALUES (1)")
		p, finish := startChild(t, "lock and write", url)
		if err := c.TryLock(context.Background(), "k", ""); err == nil {
			t.Fatal("the child does not hold the lock")
		}
		if err := p.Kill(); err != nil {
			t.Fatal(err)
		}
		finish()
		if err := c.TryLock(context.Background(), "k", ""); err != nil {
			t.Error(err)
		}
		want(t, c, "SELECT group_concat(a), (SELECT count(*) FROM sqlite_schema) FROM t", "1,1")
		run(t, c, true, "INSERT INTO t VALUES (2)")
		want(t, c, "PRAGMA integrity_check", "ok")
		if err := c.Close(context.Background()); err != nil {
			t.Error(err)
		}
		if names := leftovers(t, path); names != nil {
			t.Errorf("%s: left behind: %v", mode, names)
		}
	}
}

func TestBusy(t *testing.T) {
	for _, mode := range []string{"delete", "wal"} {
		url := "sqlite:" + dbPath(t) + "?journal_mode=" + mode
		c := open(t, url)
		run(t, c, true, "CREATE TABLE t (a)")
		_, finish := startChild(t, "write", url)
		for _, atomic := range []bool{true, false} {
			within(t, 5*time.Second, func() {
				p, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: atomic, LockTimeout: 30 * time.Millisecond, Statements: texts("INSERT INTO t VALUES (1)")}})
				e := asError(t, err)
				if p != (drivers.Progress{}) || e.Code != "SQLITE_BUSY" || !strings.Contains(e.Message, "another process") || !strings.Contains(e.Hint, "30ms") {
					t.Errorf("got %+v, %+v", p, e)
				}
			})
			// The default wait is 10 s, of which a cancelled context waits none.
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
			within(t, 5*time.Second, func() {
				if _, err := c.Exec(ctx, []drivers.Batch{{Atomic: atomic, Statements: texts("INSERT INTO t VALUES (1)")}}); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("got %v", err)
				}
			})
			cancel()
		}
		want(t, c, "SELECT count(*) FROM t", "0") // reading goes on meanwhile
		done := make(chan error)
		go func() {
			_, err := c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts("INSERT INTO t VALUES (1)")}})
			done <- err
		}()
		finish()
		if err := <-done; err != nil {
			t.Errorf("waiting for the other process: %v", err)
		}
		want(t, c, "SELECT group_concat(a) FROM t", "99,1")
	}
}

// TestBusyAtCommit: without WAL a reader in another session keeps a commit from happening.
func TestBusyAtCommit(t *testing.T) {
	url := "sqlite:" + dbPath(t) + "?busy_timeout=20"
	c, reader := open(t, url), open(t, url)
	run(t, c, true, "CREATE TABLE t (a)")
	var p drivers.Progress
	var err error
	reads := texts("BEGIN", "SELECT * FROM t", "COMMIT")
	_, readErr := reader.Exec(context.Background(), []drivers.Batch{{Statements: reads, Done: func(i int) {
		if i == 1 {
			p, err = c.Exec(context.Background(), []drivers.Batch{{Atomic: true, Statements: texts("INSERT INTO t VALUES (1)")}})
		}
	}}})
	if readErr != nil {
		t.Fatal(readErr)
	}
	if p != (drivers.Progress{Statements: 1}) || asError(t, err).Code != "SQLITE_BUSY" || errors.Is(err, drivers.ErrUnknown) {
		t.Errorf("got %+v, %v", p, err)
	}
	want(t, c, "SELECT count(*) FROM t", "0")
	run(t, c, true, "INSERT INTO t VALUES (2)")
}
