package drivertest

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"revise/drivers"
)

// testCut ends the connection under a session.
func testCut(t *testing.T, s Subject) {
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		ctx := context.Background()
		proxy, addr := ProxyTo(t, e.addr)
		lost := func(what string, f func() error) error {
			t.Helper()
			var err error
			e.within(what, func() { err = f() })
			if !errors.Is(err, drivers.ErrLost) {
				t.Errorf("%s on a cut connection: got %v, want drivers.ErrLost", what, err)
			}
			return err
		}

		e.conn = e.openAt(addr)
		if err := e.conn.TryLock(ctx, "k", ""); err != nil {
			t.Fatal(err)
		}
		b := drivers.Batch{Atomic: atomic, Statements: append(inserts(2), append(users(s.Slow), inserts(3)...)...), Done: func(n int) {
			if n == 0 {
				time.AfterFunc(50*time.Millisecond, proxy.Cut)
			}
		}}
		var r *record
		err := lost("exec", func() error {
			r = e.record(ctx, drivers.Batch{Atomic: atomic, Statements: inserts(1)}, b)
			return r.err
		})
		if !errors.Is(err, drivers.ErrUnknown) {
			t.Errorf("cut in a statement: %v does not wrap ErrUnknown", err)
		}
		if r.progress != (drivers.Progress{Batches: 1, Statements: 1}) {
			t.Errorf("cut in a statement: progress is %+v", r.progress)
		}
		err = lost("exec afterwards", func() error { _, err := e.conn.Exec(ctx, []drivers.Batch{{Statements: inserts(9)}}); return err })
		if errors.Is(err, drivers.ErrUnknown) {
			t.Errorf("afterwards: %v wraps ErrUnknown, but nothing was sent", err)
		}
		if err := e.conn.Close(ctx); err != nil {
			t.Errorf("close of a lost session: %v", err)
		}

		e.conn = e.openAt(addr)
		lost("query", func() error {
			time.AfterFunc(50*time.Millisecond, proxy.Cut)
			_, err := e.conn.Query(ctx, s.Slow)
			return err
		})
		e.conn = e.openAt(addr)
		proxy.Cut()
		lost("lock", func() error { return e.conn.TryLock(ctx, "k", "") })
		e.conn = e.openAt(addr)
		proxy.Cut()
		lost("exec", func() error {
			_, err := e.conn.Exec(ctx, []drivers.Batch{{Atomic: atomic, Statements: inserts(9)}})
			return err
		})

		e.conn = e.openAt(addr)
		e.freed("k")
		if !atomic {
			e.unreachable(proxy)
		}

		// What the server had received when the connection went, it may have carried out, but in order; nothing else has happened.
		e.conn = e.open()
		allowed := map[bool][]string{true: {"1", "1 2 3"}, false: {"1 2", "1 2 3"}}[atomic]
		if got := e.numbers(); !slices.Contains(allowed, got) {
			t.Errorf("the table holds %q, want one of %q", got, allowed)
		}
	})
}

// unreachable cancels a statement where nothing leads to the server but the session itself: it must end, if not at once.
func (e *env) unreachable(proxy *Proxy) {
	e.t.Helper()
	proxy.Refuse()
	ctx, cancel := context.WithTimeout(context.Background(), 200*time.Millisecond)
	defer cancel()
	start := time.Now()
	_, err := e.conn.Exec(ctx, []drivers.Batch{{Statements: users(e.s.Slow)}})
	if took := time.Since(start); took > 2*patience {
		e.t.Errorf("a statement that cannot be cancelled was given up after %v", took)
	}
	if !errors.Is(err, drivers.ErrLost) || !errors.Is(err, drivers.ErrUnknown) || !errors.Is(err, context.DeadlineExceeded) {
		e.t.Errorf("a statement that cannot be cancelled: got %v, want it to wrap ErrLost, ErrUnknown and the context's error", err)
	}
}

// testCutAtRandom cuts streams of small batches. Whoever gets the lock of the lost session finds what it did: all that it knew of, and what was
// on its way in order.
func testCutAtRandom(t *testing.T, s Subject) {
	const size, count = 3, 200
	rounds := 8
	if testing.Short() {
		rounds = 2
	}
	s.modes(t, func(t *testing.T, e *env, atomic bool) {
		proxy, addr := ProxyTo(t, e.addr)
		var batches []drivers.Batch
		for i := range count {
			batches = append(batches, drivers.Batch{Atomic: atomic, Statements: inserts(i*size, i*size+1, i*size+2)})
		}
		whole := 200 * time.Millisecond
		unknown := 0
		for range rounds {
			e.must(true, "DELETE FROM t")
			watcher := e.conn
			e.conn = e.openAt(addr)
			if err := e.conn.TryLock(context.Background(), "k", ""); err != nil {
				t.Fatal(err)
			}
			timer := time.AfterFunc(time.Duration(rand.Int64N(int64(whole))), proxy.Cut)
			start := time.Now()
			var r *record
			e.within("a cut stream", func() { r = e.record(context.Background(), batches...) })
			timer.Stop()
			if r.err == nil {
				whole = min(whole, time.Since(start))
			} else if !errors.Is(r.err, drivers.ErrLost) {
				t.Errorf("at %+v: got %v, want drivers.ErrLost", r.progress, r.err)
			}
			e.conn.Close(context.Background())
			e.conn = watcher
			e.freed("k")
			if err := e.conn.Unlock(context.Background(), "k"); err != nil {
				t.Fatal(err)
			}
			if !errors.Is(r.err, drivers.ErrUnknown) {
				e.wantTrue(r, size, count, atomic)
				continue
			}
			unknown++
			known := r.progress.Batches * size
			if !atomic {
				known += r.progress.Statements
			}
			rows := strings.Fields(e.numbers())
			for i, n := range rows {
				if n != fmt.Sprint(i) {
					t.Fatalf("row %d is %s: something was left out", i, n)
				}
			}
			if len(rows) < known || atomic && len(rows)%size != 0 {
				t.Errorf("progress is %+v, atomic %v; the table holds %d rows", r.progress, atomic, len(rows))
			}
		}
		t.Logf("%d of %d streams ended in doubt", unknown, rounds)
	})
}
